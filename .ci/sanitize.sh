#!/usr/bin/env bash
# Usage: bash .ci/sanitize.sh asan|tsan [arguments of python]
#
# Builds the preset of that name and runs a program on it. Needs GCC's sanitizer libraries, and the packages that
# CONTRIBUTING.md installs in .venv. Reports go to files, since pytest would lose those of a process that is ended.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
build=$PWD/build/$preset

export ROSENBLATT_SLOWDOWN=20 # of the time limits of tests
PATH="$PWD/.venv/bin:$PATH" .venv/bin/cmake --workflow --preset "$preset"

# An environment whose only packages are the build and those of .venv. A path file takes them in without the path files
# that lie there, so that an editable install of the package in .venv is not found.
python=$build/venv/bin/python
if [ ! -x "$python" ]; then .venv/bin/python -m venv --without-pip "$build/venv"; fi
site='import sysconfig; print(sysconfig.get_path("purelib"))'
printf '%s\n' "$build/package" "$(.venv/bin/python -c "$site")" >"$("$python" -c "$site")/packages.pth"

library() { "${CXX:-g++}" -print-file-name="$1.so"; }
reports=$build/reports
rm -rf "$reports"
mkdir -p "$reports"
case $preset in
  asan)
    preload=$(library libasan)
    # No leak detection: CPython and NumPy keep memory until the process ends. A huge allocation fails as it does
    # without the sanitizer, since tests expect a MemoryError.
    export ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=1"
    ASAN_OPTIONS+=":strict_init_order=1:log_path=$reports/asan"
    export UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports/ubsan"
    export PYTHONMALLOC=malloc # or Python's small objects would lie in arenas that the sanitizer cannot look into
    ;;
  tsan)
    preload=$(library libtsan)
    # Calls from CPython, NumPy and OpenBLAS are not looked at, because their code is not instrumented; accesses by the
    # engine always are. Tests fork a process that has threads and start threads in the child.
    export TSAN_OPTIONS="ignore_noninstrumented_modules=1:die_after_fork=0:second_deadlock_stack=1:history_size=4"
    TSAN_OPTIONS+=":suppressions=$PWD/.ci/tsan_suppressions.txt:log_path=$reports/tsan"
    export OPENBLAS_NUM_THREADS=1
    ;;
  *)
    echo "preset: got $preset, expected asan or tsan" >&2
    exit 2
    ;;
esac

# libstdc++ comes first to the sanitizer, which otherwise does not find the function that throws. setarch: the memory
# layouts that ThreadSanitizer of GCC 12 knows are those without randomized addresses.
status=0
LD_PRELOAD="$preload $(library libstdc++)" setarch --addr-no-randomize \
  "$python" "$@" || status=$?
# Allocations that no machine could make fail as they should, and the sanitizer mentions them.
find "$reports" -type f -exec sed -i '/WARNING: AddressSanitizer failed to allocate/d' {} +
find "$reports" -type f -empty -delete
if compgen -G "$reports/*" >/dev/null; then
  cat "$reports"/*
  echo "$preset: reports above, from $reports" >&2
  exit 1
fi
exit $status
