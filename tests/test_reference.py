"""The oracle knows every entry of the engine, and its own derivatives are right."""

import numpy as np
import pytest

import reference
from rosenblatt import _core


@pytest.mark.parametrize("words", ["ACTIVATIONS", "LOSSES", "OPTIMIZERS"])
def test_names_are_the_engines(words):
    assert tuple(getattr(reference, words)) == getattr(_core, words)


def test_every_loss_has_an_output_activation():
    assert set(_core.OUTPUT_ACTIVATIONS) == set(_core.LOSSES)


def test_settings_are_the_engines():
    for name, entry in reference.OPTIMIZERS.items():
        step = entry.step
        names = step.__code__.co_varnames[5 : step.__code__.co_argcount]
        defaults = dict(zip(names, step.__defaults__, strict=True))
        assert {**defaults, "weight_decay": entry.weight_decay} == _core.OPTIMIZER_SETTINGS[name]


@pytest.mark.parametrize("name", reference.ACTIVATIONS)
def test_activation_derivatives(name):
    z, h = np.array([-2.9, -0.7, 0.2, 1.9]), 1e-6
    f, derivative = vars(reference.ACTIVATIONS[name]).values()
    if derivative is None:
        return
    np.testing.assert_allclose((f(z + h) - f(z - h)) / (2 * h), derivative(z), rtol=1e-8)


@pytest.mark.parametrize("name", reference.LOSSES)
def test_loss_gradients(name):
    loss, h = reference.LOSSES[name], 1e-6
    z, y = np.array([[0.3, -1.2, 2.0]]), np.array([[0.0, 1.0, 0.0]])
    for i, unit in enumerate(np.eye(3)):
        numeric = (loss.value(z + h * unit, y) - loss.value(z - h * unit, y)) / (2 * h)
        np.testing.assert_allclose(numeric, loss.gradient(z, y)[:, i], rtol=1e-8)
