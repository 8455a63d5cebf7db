#!/usr/bin/env bash
# The tests against PyTorch, which is no dependency of the tests, where it can be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
if .venv/bin/pip install --quiet torch==2.13.0; then
  .venv/bin/python -m pytest -k torch
else
  echo "skipped: PyTorch could not be installed"
fi
