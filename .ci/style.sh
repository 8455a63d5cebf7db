#!/usr/bin/env bash
# Formatters and linters: they change nothing here.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t cpp < <(git ls-files '*.cpp' '*.hpp')
.venv/bin/clang-format --dry-run --Werror "${cpp[@]}"
.venv/bin/gersemi --check CMakeLists.txt
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/codespell
