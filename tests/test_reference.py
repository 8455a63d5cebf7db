"""The derivatives, defaults and states of the oracle are right, and its settings are those of the engine."""

import numpy as np
import pytest

import reference
from cases import targets
from rosenblatt import _core


def parameters(function, skip):
    """Return the names and the defaults of a function's parameters after the first ``skip``."""
    names = function.__code__.co_varnames[skip : function.__code__.co_argcount]
    return dict(zip(names, function.__defaults__ or (), strict=True))


@pytest.mark.parametrize("name", reference.LOSSES)
def test_settings_of_losses(name):
    entry = reference.LOSSES[name]
    settings = {key: setting["default"] for key, setting in _core.LOSS_INFO[name]["settings"].items()}
    functions = [(entry.value, 2), (getattr(entry, "gradient", None) or entry.derivative, 2)]
    for function, skip in [*functions, *([(entry.torch, 3)] if entry.torch else [])]:
        defaults = parameters(function, skip)
        assert {key: list(d) if isinstance(d, tuple) else d for key, d in defaults.items()} == settings


@pytest.mark.parametrize("name", reference.OPTIMIZERS)
def test_settings_and_states_of_optimizers(name):
    entry, slots = reference.OPTIMIZERS[name], _core.OPTIMIZER_INFO[name]["slots"]
    defaults = {**parameters(entry.step, 5), "weight_decay": getattr(entry, "weight_decay", 0.0)}
    assert defaults == _core.OPTIMIZER_SETTINGS[name]
    _, states = entry.step(np.ones(2), np.ones(2), [np.zeros(2)] * slots, 1, 0.1)
    assert len(states) == slots


@pytest.mark.parametrize("name", [name for name, entry in reference.ACTIVATIONS.items() if entry.derivative])
def test_activation_derivatives(name):
    z, h = np.array([-2.9, -0.7, 0.2, 1.9]), 1e-6
    entry = reference.ACTIVATIONS[name]
    np.testing.assert_allclose((entry.f(z + h) - entry.f(z - h)) / (2 * h), entry.derivative(z), rtol=1e-8)


@pytest.mark.parametrize("name", [name for name, entry in reference.OUTPUT_ACTIVATIONS.items() if entry.derivative])
def test_output_activation_derivatives(name):
    z, h = np.array([-3.0, -0.7, 0.2, 1.9]), 1e-6
    entry = reference.OUTPUT_ACTIVATIONS[name]
    np.testing.assert_allclose((entry.f(z + h) - entry.f(z - h)) / (2 * h), entry.derivative(z), rtol=1e-8)


@pytest.mark.parametrize("name", reference.LOSSES)
def test_loss_gradients(name):
    loss, h, z = reference.loss_of(name), 1e-6, np.array([[0.3, -1.2, 2.0]])
    _, y = targets(1, 3, name)
    for i, unit in enumerate(np.eye(3)):
        numeric = (loss.value(z + h * unit, y) - loss.value(z - h * unit, y)) / (2 * h)
        np.testing.assert_allclose(numeric, loss.gradient(z, y)[:, i], rtol=1e-8, atol=1e-9)
