#!/usr/bin/env bash
# The tests that use threads under ThreadSanitizer: teams, training and predictions on several threads.
set -euo pipefail
cd "$(dirname "$0")/.."
# Left out: tests that bound the seconds until an interrupt ends a step, or the processor time of idle threads. The sanitizer makes
# the engine several times as slow.
bash .ci/sanitize.sh tsan -m pytest -p no:cacheprovider -q -k "not ctrl_c and not idle_ones_sleep" \
  tests/threads tests/training/test_trainer.py tests/model
