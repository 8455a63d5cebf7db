"""Activation functions: values in units in the last place over the whole range, derivatives, special numbers."""

import pickle

import numpy as np
import pytest
import scipy.special

import reference
from cases import DTYPES, TRAINABLE, engine
from rosenblatt import _core, activations

PI = np.longdouble("3.14159265358979323846264338327950288")


def normal_cdf(z):
    """Return Phi(z) in long double: its series near 0, Laplace's continued fraction in the tails."""
    x, density = np.abs(z), np.exp(-(z**2) / 2) / np.sqrt(2 * PI)
    term = series = np.minimum(x, 3)
    for n in range(1, 100):
        term = term * np.minimum(x, 3) ** 2 / (2 * n + 1)
        series = series + term
    fraction = np.maximum(x, 2)
    for n in range(400, 0, -1):
        fraction = np.maximum(x, 2) + n / fraction
    tail = np.where(x < 2.5, 0.5 - density * series, density / fraction)
    return np.where(z < 0, tail, 1 - tail)


# Formulas that lose no digits in long double, where those of the reference do.
EXACTLY = {
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: z * normal_cdf(z),
    "gelu_tanh": lambda z: z / (1 + np.exp(-2 * np.sqrt(2 / PI) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))),
    "mish": lambda z: (
        z
        * np.where(
            z < 0,
            np.expm1(2 * np.log1p(np.exp(z))) / (np.expm1(2 * np.log1p(np.exp(z))) + 2),
            np.tanh(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))),
        )
    ),
}


def activate(name, z):
    return engine("activate", z.dtype)(name, z)


def derivative(name, z):
    return engine("activation_derivative", z.dtype)(name, z)


def sweep(dtype):
    """Numbers of every magnitude and both signs, and a dense grid where the functions bend."""
    info = np.finfo(dtype)
    magnitudes = np.logspace(np.log10(info.tiny), np.log10(info.max) - 1, 4001)
    z = np.concatenate([magnitudes, np.linspace(0, 40, 20001), np.linspace(80, 760, 2001)]).astype(dtype)
    return np.concatenate([-z, z])


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="long double is no wider than double here")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_value_to_a_few_ulps(name, dtype):
    z = sweep(dtype)
    # The cube of gelu_tanh multiplies its rounding error; a factor of silu and mish is subnormal before they are.
    bound = {"gelu": 12, "gelu_tanh": 6}.get(name, 80 if dtype == np.float32 else 700)
    z = z[np.abs(z) < bound] if name in ("gelu", "gelu_tanh", "silu", "mish") else z
    with np.errstate(over="ignore", invalid="ignore"):
        exact = EXACTLY.get(name, reference.ACTIVATIONS[name].f)(z.astype(np.longdouble))
    normal = np.abs(exact) >= np.finfo(dtype).tiny
    value = activate(name, z)
    ulps = np.abs(value[normal] - exact[normal]) / np.spacing(np.abs(exact[normal]).astype(dtype))
    assert ulps.max() <= (64 if name == "gelu_tanh" else 6), z[normal][ulps.argmax()]
    # Where the exact value is subnormal, so is the engine's.
    assert np.all(np.abs(value[~normal]) <= np.finfo(dtype).tiny)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TRAINABLE)
def test_derivative(name, dtype):
    z = np.linspace(-20, 20, 4001).astype(dtype)
    z = z[(z != 0) & (np.abs(z) != 3)]  # where relu and hard_sigmoid have none
    expected = reference.ACTIVATIONS[name].derivative(z.astype(np.float64))
    np.testing.assert_allclose(derivative(name, z), expected, rtol=0, atol=16 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TRAINABLE)
def test_derivative_of_large_numbers_is_its_limit(name, dtype):
    z = np.array([-1e30, -2000, 2000, 1e30], dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        limit = {"identity": [1, 1], "leaky_relu": [0.01, 1], "selu": [0, reference.LAMBDA]}.get(
            name, [0, 0 if name in ("logistic", "tanh", "softsign", "hard_sigmoid") else 1]
        )
    np.testing.assert_allclose(derivative(name, z), np.repeat(limit, 2), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_special_numbers(name, dtype):
    z = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype=dtype)
    value = activate(name, z)
    limits = {  # where the formula in NumPy is infinity over infinity, or infinity times zero
        "softsign": [np.nan, 1, -1, 0, 0],
    }
    with np.errstate(invalid="ignore"):
        expected = limits.get(name, reference.ACTIVATIONS[name].f(z))
    np.testing.assert_array_equal(value, expected)
    if name in ("identity", "tanh"):
        assert np.signbit(value[4])
    if name in TRAINABLE:
        assert np.isnan(derivative(name, z)[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["identity", "tanh", "relu"])
def test_subnormal_inputs(name, dtype):
    z = np.array([1, 2, 1000], dtype=dtype) * np.finfo(dtype).smallest_subnormal
    np.testing.assert_array_equal(activate(name, z), z)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_value_does_not_depend_on_the_place_in_the_array(name, dtype):
    z = np.random.RandomState(0).randn(101).astype(dtype)
    for function in [activate, derivative] if name in TRAINABLE else [activate]:
        together = function(name, z)
        for i in range(0, 101, 7):
            assert function(name, z[i : i + 1].copy())[0] == together[i]


@pytest.mark.parametrize(("alias", "name"), [("sigmoid", "logistic"), ("swish", "silu")])
def test_aliases(alias, name):
    assert _core.ACTIVATION_INFO[name]["alias"] == alias
    z = np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(activate(alias, z), activate(name, z))


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 5)])
def test_shapes(shape):
    value = _core.activate64("tanh", np.ones(shape))
    assert value.shape == _core.activation_derivative64("tanh", np.ones(shape)).shape == shape
    np.testing.assert_allclose(value, np.tanh(1.0), rtol=1e-15)


def test_bad_arguments():
    for function in (_core.activate64, _core.activation_derivative64):
        with pytest.raises(ValueError, match="activation: unknown name 'gauss'"):
            function("gauss", np.ones(3))
        for z in (np.ones(3, np.float32), np.ones(6)[::2], np.ones(3, ">f8"), [1.0], None):
            with pytest.raises(TypeError, match=function.__name__):
                function("tanh", z)
    for name in ("heaviside", "sign"):
        with pytest.raises(ValueError, match=f"activation: '{name}' has no derivative"):
            _core.activation_derivative64(name, np.ones(3))


@pytest.mark.parametrize("name", [*activations.FUNCTIONS, *activations.ALIASES, "softmax", "log_softmax"])
def test_public_functions(name):
    function = getattr(activations, name)
    z = np.linspace(-3, 3, 12).reshape(2, 2, 3)
    assert function(z).shape == z.shape
    assert function(z.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(function(np.arange(3)), function([0.0, 1.0, 2.0]))
    assert pickle.loads(pickle.dumps(function)) is function
    assert name in dir(activations)
    assert activations.ALIASES.get(name, name) in repr(function)
    with pytest.raises(TypeError, match="z: got an array of <U1, expected numbers"):
        function(["a"])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_functions_of_a_row(name):
    function = getattr(activations, name)
    z = np.random.RandomState(0).normal(size=(4, 3, 5)) * 3
    expected = scipy.special.softmax(z, axis=-1) if name == "softmax" else scipy.special.log_softmax(z, axis=-1)
    np.testing.assert_allclose(function(z), expected, rtol=1e-14)
    np.testing.assert_allclose(function(z + 1e4), expected, rtol=1e-9)  # 1e4 leaves 12 digits of z
    h, unit = 1e-6, np.eye(5)
    differences = np.stack([function(z + h * unit[j]) - function(z - h * unit[j]) for j in range(5)], -1) / (2 * h)
    jacobian = function.derivative(z)
    assert jacobian.shape == (4, 3, 5, 5)
    np.testing.assert_allclose(jacobian, differences, rtol=1e-6, atol=1e-9)
    assert function.derivative(z.astype(np.float32)).dtype == np.float32
