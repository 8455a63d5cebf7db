#!/usr/bin/env bash
# Random calls of the engine, and the quick tests, under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/sanitize.sh asan tests/fuzz.py --calls 20000 --log build/asan/fuzz.log
# Left out: scripts that run in processes of their own, and the files of an installed package; tests/threads, whose
# limits of seconds the sanitizer breaks, and which runs under ThreadSanitizer.
bash .ci/sanitize.sh asan -m pytest -p no:cacheprovider -q \
  --ignore=tests/benchmarks --ignore=tests/examples --ignore=tests/package --ignore=tests/threads
