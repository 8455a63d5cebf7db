"""The package as a whole: a light import, its names, its types, its version, its size."""

import importlib.metadata
import importlib.resources

import pytest

import rosenblatt
from cases import python


def test_import_loads_little_beyond_numpy():
    """Importing loads NumPy and the engine, but not scikit-learn and no other module of the package."""
    known = "import importlib.util, sys, numpy; known = set(sys.modules)"
    code = f"{known}; import rosenblatt; print(*set(sys.modules) - known)"
    core = "rosenblatt._core"
    ours = {"rosenblatt", core, f"{core}.cpu", f"{core}.bindings", f"{core}.{rosenblatt._core.LEVEL}"}
    assert set(python(code).split()) <= ours


@pytest.mark.parametrize("name", rosenblatt.__all__)
def test_names(name):
    assert getattr(rosenblatt, name) is not None
    assert name in dir(rosenblatt)


def test_all_names_are_listed_once():
    assert sorted(set(rosenblatt.__all__)) == sorted(rosenblatt.__all__)
    assert set(rosenblatt._HOME) < set(rosenblatt.__all__)


def test_star_import():
    names = python("from rosenblatt import *; print(*dir())").split()
    assert set(rosenblatt.__all__) <= set(names)


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'rosenblatt' has no attribute 'MLPClusterer'"):
        rosenblatt.MLPClusterer  # noqa: B018


def test_types_are_installed():
    files = importlib.resources.files("rosenblatt")
    assert (files / "py.typed").is_file()
    for module in ("_core", "activations", "losses", "optimizers"):
        assert (files / module / "__init__.pyi").is_file()


def test_version():
    assert rosenblatt.__version__ == importlib.metadata.version("rosenblatt")


def test_installed_size():
    """All instruction levels together take less than 5 MB."""
    files = [file for file in importlib.metadata.files("rosenblatt") if file.suffix != ".pyc"]
    assert files
    assert sum(file.locate().stat().st_size for file in files) < 5e6
