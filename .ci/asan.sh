#!/usr/bin/env bash
# The quick tests of the engine, its bindings and what is built directly on them under AddressSanitizer and
# UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
# Left out: Python code that reaches the engine in the same ways only, and tests/threads, whose limits of seconds the
# sanitizer breaks; those run under ThreadSanitizer.
bash .ci/sanitize.sh asan -q -m "not slow" \
  tests/bindings tests/model tests/network tests/training/test_trainer.py tests/losses tests/optimizers \
  tests/estimators/test_perceptron.py tests/estimators/test_tlu.py
