#!/usr/bin/env bash
# The quick tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
# Left out: tests of how much memory a fit takes, which the sanitizer changes, and a test that starts the compiler, which
# would be checked as well.
bash .ci/sanitize.sh asan -q -m "not slow" \
  --ignore=tests/package/test_memory.py --ignore=tests/training/test_thread_choice.py
