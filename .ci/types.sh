#!/usr/bin/env bash
# Types of the package, the benchmarks and the examples, and the stub of the engine beside the installed module.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/mypy
.venv/bin/python -m mypy.stubtest rosenblatt._core --allowlist .ci/stubtest_allowlist.txt --ignore-unused-allowlist
.venv/bin/python -m mypy.stubtest rosenblatt.activations rosenblatt.losses rosenblatt.optimizers \
  --allowlist .ci/stubtest_allowlist.txt --ignore-unused-allowlist
