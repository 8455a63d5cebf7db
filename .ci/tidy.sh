#!/usr/bin/env bash
# Usage: bash .ci/tidy.sh [C++ files]
#
# Runs clang-tidy, by the checks of .clang-tidy, over the given files or all.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
cmake --preset tidy >/dev/null
# GCC has omp.h in a folder beside headers that Clang brings itself, so the folder is searched last.
headers=$(dirname "$("${CXX:-g++}" -print-file-name=include/omp.h)")
if [ $# -eq 0 ]; then mapfile -t files < <(git ls-files 'src/cpp/*.cpp'); else files=("$@"); fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/tidy --quiet --extra-arg="-idirafter$headers"
