#!/usr/bin/env bash
# The quick tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/sanitize.sh asan -m "not slow"
