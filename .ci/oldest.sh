#!/usr/bin/env bash
# The quick tests with the oldest versions of the dependencies that pyproject.toml admits: "numpy>=2.0" is numpy 2.0.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$PWD/build/oldest
rm -rf "$build"
python3 -m venv "$build"
.venv/bin/python - <<'PYTHON' | xargs -d '\n' "$build/bin/pip" install --quiet
import re
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
extras = project["optional-dependencies"]
for requirement in [*project["dependencies"], *extras["plot"], *extras["test"]]:
    if name := re.fullmatch(r"(\S+?)>=([\d.]+).*", requirement):
        print(f"{name[1]}=={name[2]}.*")
PYTHON
# The package that .venv has, with the versions above.
site='import sysconfig; print(sysconfig.get_path("purelib"))'
cp -r "$(.venv/bin/python -c "$site")"/rosenblatt* "$("$build/bin/python" -c "$site")"
"$build/bin/python" -m pip list --format=freeze
"$build/bin/python" -m pytest -q
