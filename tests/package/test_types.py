"""Type checkers see the package as users do: right code passes, wrong code is reported; stubs are current."""

import importlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rosenblatt

TESTS = Path(__file__).parent
CODE = TESTS / "typed_user_code.py"
LINES = CODE.read_text(encoding="utf-8").splitlines()
WRONG = {number for number, line in enumerate(LINES, start=1) if line.split("  # noqa")[0].endswith("# wrong")}
SOURCES = Path(rosenblatt.__file__).parents[1]


def run(*command):
    result = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    return result.stdout or result.stderr


def show(numbers):
    return [f"{number}: {LINES[number - 1]}" for number in sorted(numbers)]


def mypy_errors(tmp_path):
    pytest.importorskip("mypy")
    config = tmp_path / "mypy.ini"
    skip = "\n[mypy-sklearn.*]\nignore_missing_imports = true\nfollow_imports = skip\n"
    # mypy finds an installed package by itself, and refuses site-packages as a path of sources.
    path = "" if SOURCES.name == "site-packages" else f"mypy_path = {SOURCES}\n"
    config.write_text(f"[mypy]\nstrict = true\n{path}cache_dir = {tmp_path / 'cache'}\n{skip}")
    out = run("mypy", "--config-file", str(config), str(CODE))
    assert "error:" in out, out
    return {int(number) for number in re.findall(rf"{CODE.name}:(\d+): error", out)}, out


def pyright_errors(tmp_path):
    pytest.importorskip("pyright")
    config = tmp_path / "pyrightconfig.json"
    (tmp_path / CODE.name).write_text("\n".join(LINES), encoding="utf-8")
    settings = {"include": [CODE.name], "extraPaths": [str(SOURCES)], "pythonVersion": "3.11"}
    config.write_text(json.dumps({**settings, "reportUnusedExpression": False}))
    out = run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(config))
    errors = [entry for entry in json.loads(out)["generalDiagnostics"] if entry["severity"] == "error"]
    return {entry["range"]["start"]["line"] + 1 for entry in errors}, errors


@pytest.mark.slow
@pytest.mark.parametrize("checker", [mypy_errors, pyright_errors])
def test_user_code(checker, tmp_path):
    found, out = checker(tmp_path)
    assert not show(found - WRONG), out
    assert not show(WRONG - found)


def test_stubs_are_current():
    path = TESTS.parents[1] / ".ci" / "stubs.py"
    if not path.exists():
        pytest.skip("not a checkout")
    spec = importlib.util.spec_from_file_location("stubs", path)
    stubs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stubs)
    for file, text in stubs.STUBS.items():
        assert file.read_text(encoding="utf-8") == text(), f"{file}: run python .ci/stubs.py"


@pytest.mark.parametrize("name", ["", *(f".{module}" for module in rosenblatt._MODULES)])
def test_dir_is_all(name):
    module = importlib.import_module(f"rosenblatt{name}")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, entry) for entry in module.__all__)


@pytest.mark.parametrize("estimator", ["MLPClassifier", "MLPRegressor"])
def test_parameters_are_annotated_as_attributes(estimator):
    """Parameters are stored without statements that a type checker could read, so that a class declares them."""
    cls = getattr(rosenblatt, estimator)
    declared = set().union(*(vars(base).get("__annotations__", {}) for base in cls.__mro__))
    assert set(cls._get_param_names()) <= declared
