"""Every example in a docstring of the package runs and prints the output that it shows."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import rosenblatt
from rosenblatt import initializers, schedules

MODULES = [
    "rosenblatt",
    *(
        module.name
        for module in pkgutil.walk_packages(rosenblatt.__path__, "rosenblatt.")
        if not module.name.startswith("rosenblatt._core.")
    ),
]

# Modules whose examples draw plots.
PICTURES = {
    f"rosenblatt.{name}"
    for name in (
        *("activations", "activations.plotting", "losses", "losses.plotting"),
        *("plots.activation_display", "plots.loss_curve_display", "plots.loss_display"),
    )
}


@pytest.fixture
def pictures():
    """Let examples draw without a screen."""
    pytest.importorskip("matplotlib", reason="plots need matplotlib").use("Agg")
    yield
    importlib.import_module("matplotlib.pyplot").close("all")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name, request):
    if name in PICTURES:
        request.getfixturevalue("pictures")
    module = importlib.import_module(name)
    with np.printoptions(precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False, legacy=False):
        result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name in rosenblatt.__all__ if not name.startswith("__")])
def test_public_classes_and_functions_have_an_example(name):
    thing = getattr(rosenblatt, name)
    if not callable(thing):
        pytest.skip("a module or a value")
    assert doctest.DocTestFinder(recurse=False).find(thing, name)[0].examples


@pytest.mark.parametrize("module", [initializers, schedules], ids=lambda module: module.__name__)
def test_public_modules_have_an_example_for_each_name(module):
    for name in module.__all__:
        thing = getattr(module, name)
        if callable(thing):
            assert doctest.DocTestFinder(recurse=False).find(thing, name)[0].examples, name
