"""Training knows nothing of the networks and estimators that use it."""

import ast
from pathlib import Path

import pytest

import rosenblatt

ROOT = Path(rosenblatt.__file__).parent

# Package -> the packages that it may not import.
FORBIDDEN = {"training": ("network", "estimators"), "network": ("estimators",), "schedules": ("training", "network")}


def imports(path):
    """Return the modules that a file imports anywhere, for type checkers too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_go_one_way(package):
    files = sorted((ROOT / package).glob("*.py"))
    assert len(files) > 2
    for path in files:
        for name in imports(path):
            for forbidden in FORBIDDEN[package]:
                assert not name.startswith(f"rosenblatt.{forbidden}"), f"{path.name} imports {name}"
