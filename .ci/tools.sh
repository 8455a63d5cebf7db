#!/usr/bin/env bash
# Installs the tools that pyproject.toml pins and what the builds of presets need, beside the package in .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python - <<'PYTHON' | xargs -d '\n' .venv/bin/pip install --quiet cmake ninja
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
tools = [name for name in project["project"]["optional-dependencies"]["dev"] if not name.startswith("rosenblatt")]
print(*tools, *project["build-system"]["requires"], sep="\n")
PYTHON
