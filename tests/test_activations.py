"""Activation functions: values in units in the last place over the whole range, derivatives, special numbers."""

import numpy as np
import pytest

import reference
from cases import DTYPES, engine
from rosenblatt import _core

# Units in the last place that a value may be off by, against the same formula in long double.
MOST_ULPS = {"identity": 0, "logistic": 4, "tanh": 4, "relu": 0}


def activate(name, z):
    return engine("activate", z.dtype)(name, z)


def sweep(dtype):
    """Numbers of every magnitude and both signs, and a dense grid where the functions bend."""
    info = np.finfo(dtype)
    magnitudes = np.logspace(np.log10(info.tiny), np.log10(info.max) - 1, 4001)
    z = np.concatenate([magnitudes, np.linspace(0, 40, 20001), np.linspace(80, 760, 2001)]).astype(dtype)
    return np.concatenate([-z, z])


def exactly(name, z):
    z = z.astype(np.longdouble)
    with np.errstate(over="ignore"):
        return {
            "identity": lambda: z,
            "logistic": lambda: 1 / (1 + np.exp(-z)),
            "tanh": lambda: np.tanh(z),
            "relu": lambda: np.maximum(z, 0),
        }[name]()


def test_every_activation_has_a_bound():
    assert tuple(MOST_ULPS) == _core.ACTIVATIONS


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="long double is no wider than double here")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_value_to_a_few_ulps(name, dtype):
    z = sweep(dtype)
    exact = exactly(name, z)
    normal = np.abs(exact) >= np.finfo(dtype).tiny
    value = activate(name, z)[0]
    ulps = np.abs(value[normal] - exact[normal]) / np.spacing(np.abs(exact[normal]).astype(dtype))
    assert ulps.max() <= MOST_ULPS[name], z[normal][ulps.argmax()]
    # Where the exact value is subnormal, so is the engine's.
    assert np.all(np.abs(value[~normal]) <= np.finfo(dtype).tiny)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_derivative(name, dtype):
    z = np.linspace(-20, 20, 4001).astype(dtype)
    z = z[z != 0]  # relu has no derivative there
    expected = reference.ACTIVATIONS[name].derivative(z.astype(np.float64))
    np.testing.assert_allclose(activate(name, z)[1], expected, rtol=0, atol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_special_numbers(name, dtype):
    z = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype=dtype)
    value, derivative = activate(name, z)
    expected = reference.ACTIVATIONS[name].f(z)
    np.testing.assert_array_equal(value, expected)
    assert np.signbit(value[3]) == np.signbit(expected[3])
    if name in ("identity", "tanh"):
        assert np.signbit(value[4])
    if name in ("logistic", "tanh"):
        np.testing.assert_array_equal(derivative[1:3], 0)
        assert np.isnan(derivative[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["identity", "tanh", "relu"])
def test_subnormal_inputs(name, dtype):
    z = np.array([1, 2, 1000], dtype=dtype) * np.finfo(dtype).smallest_subnormal
    np.testing.assert_array_equal(activate(name, z)[0], z)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_value_does_not_depend_on_the_place_in_the_array(name, dtype):
    z = np.random.RandomState(0).randn(101).astype(dtype)
    value, derivative = activate(name, z)
    for i in range(0, 101, 7):
        one, slope = activate(name, z[i : i + 1].copy())
        assert one[0] == value[i]
        assert slope[0] == derivative[i]


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 5)])
def test_shapes(shape):
    value, derivative = _core.activate64("tanh", np.ones(shape))
    assert value.shape == derivative.shape == shape
    np.testing.assert_allclose(value, np.tanh(1.0), rtol=1e-15)


def test_bad_arguments():
    with pytest.raises(ValueError, match="activation: unknown name 'gauss'"):
        _core.activate64("gauss", np.ones(3))
    for z in (np.ones(3, np.float32), np.ones(6)[::2], np.ones(3, ">f8"), [1.0], None):
        with pytest.raises(TypeError, match="activate64"):
            _core.activate64("tanh", z)
