#!/usr/bin/env bash
# The tests that use threads under ThreadSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/sanitize.sh tsan -m "not slow" tests/threads
