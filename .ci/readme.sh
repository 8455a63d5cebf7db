#!/usr/bin/env bash
# A fresh environment and all tests, by the command that README.md states.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf .venv
test_command=$(grep -m 1 'python -m pytest$' README.md)
echo "+ $test_command"
eval "$test_command"
