"""Activation functions: values in units in the last place over the whole range, derivatives, special numbers."""

import inspect
import pickle

import numpy as np
import pytest
import scipy.special

import reference
from cases import DTYPES, TRAINABLE, engine, python
from rosenblatt import _core, activations


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
    entry = reference.ACTIVATIONS[name]
    z = sweep(dtype)
    z = z[np.abs(z) < getattr(entry, "largest", {}).get(dtype, np.inf)]
    with np.errstate(over="ignore", invalid="ignore"):
        exact = getattr(entry, "exact", entry.f)(z.astype(np.longdouble))
    normal = np.abs(exact) >= np.finfo(dtype).tiny
    value = activate(name, z)
    ulps = np.abs(value[normal] - exact[normal]) / np.spacing(np.abs(exact[normal]).astype(dtype))
    assert ulps.max() <= getattr(entry, "ulps", 6), z[normal][ulps.argmax()]
    # Where the exact value is subnormal, so is that of the engine.
    assert np.all(np.abs(value[~normal]) <= np.finfo(dtype).tiny)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TRAINABLE)
def test_derivative(name, dtype):
    z = np.linspace(-20, 20, 4001).astype(dtype)
    z = z[(z != 0) & (np.abs(z) != 3)]  # where relu and hard_sigmoid have no derivative
    expected = reference.ACTIVATIONS[name].derivative(z.astype(np.float64))
    np.testing.assert_allclose(derivative(name, z), expected, rtol=0, atol=16 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", TRAINABLE)
def test_derivative_of_large_numbers_is_its_limit(name, dtype):
    z = np.array([-1e30, -2000, 2000, 1e30], dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        limit = reference.ACTIVATIONS[name].derivative(z.astype(np.float64))
    np.testing.assert_allclose(derivative(name, z), limit, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.ACTIVATIONS)
def test_special_numbers(name, dtype):
    z = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], dtype=dtype)
    value = activate(name, z)
    with np.errstate(invalid="ignore"):
        expected = reference.ACTIVATIONS[name].f(z)
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
        with pytest.raises(ValueError, match=r"activation: got 'gauss', expected one of .*'identity', "):
            function("gauss", np.ones(3))
        for z in (np.ones(3, np.float32), np.ones(6)[::2], np.ones(3, ">f8"), [1.0], None):
            with pytest.raises(TypeError, match=function.__name__):
                function("tanh", z)
    for name in ("heaviside", "sign"):
        with pytest.raises(ValueError, match=f"activation: got '{name}', expected one that has a derivative"):
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


def test_find():
    assert activations.find("swish") is activations.find("silu") is activations.silu
    assert activations.find("sign") is activations.sign
    for name in ("gauss", "", None, ["tanh"]):
        with pytest.raises(
            ValueError, match=r"activation: got .*, expected one of .*'identity', .*'heaviside'.*'sigmoid'"
        ):
            activations.find(name)
    with pytest.raises(ValueError, match=r"activation: got 'sign', expected one of .*'identity', .*'sigmoid'") as error:
        activations.find("sign", trainable=True)
    assert "heaviside" not in str(error.value)


def test_activations_of_layers():
    assert activations.of_layers("swish", 3) == ["swish"] * 3
    assert activations.of_layers(("relu", "tanh"), 2) == ["relu", "tanh"]
    assert activations.of_layers([], 0) == activations.of_layers("relu", 0) == []
    with pytest.raises(ValueError, match=r"activation: got \[.*\], expected a name or a list of 3"):
        activations.of_layers(["relu", "tanh"], 3)
    for names in ("gauss", ["relu", "sign"], ["relu", None]):
        with pytest.raises(ValueError, match=r"activation: got .*, expected one of .*'identity'"):
            activations.of_layers(names, 2)


def test_the_display_does_not_import_the_module_back():
    code = "import sys, rosenblatt.activations; print(any(name.startswith('rosenblatt.plots') for name in sys.modules))"
    assert python(code) == "False"


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


@pytest.mark.parametrize("function", [activations.softmax, activations.log_softmax])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0)])
def test_no_classes(function, shape):
    with pytest.raises(ValueError, match=r"z: got shape \(.*, expected \(..., n_classes\) with at least 1 class"):
        function(np.ones(shape))


@pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
def test_no_rows(shape):
    assert activations.softmax(np.ones(shape)).shape == activations.log_softmax(np.ones(shape)).shape == shape


def test_conversions_of_a_call():
    z = np.linspace(-3, 3, 12)
    expected = activations.tanh(z)
    for same in (z.tolist(), np.repeat(z, 2)[::2], z.astype(">f8"), np.ma.masked_array(z)):
        np.testing.assert_array_equal(activations.tanh(same), expected)
    np.testing.assert_array_equal(activations.tanh(z=z), expected)
    assert type(activations.tanh(np.ma.masked_array(z))) is np.ndarray
    with pytest.raises(TypeError, match="argument"):
        activations.tanh()
    with pytest.raises(TypeError, match="argument"):
        activations.tanh(z, z)
    with pytest.raises(ValueError, match="activation: got 'gauss'"):
        _core.ArrayFunction("gauss")
    with pytest.raises(ValueError, match="z: got what needs a conversion, expected a C-ordered and aligned array"):
        _core.ArrayFunction("tanh")([1.0])
    assert list(inspect.signature(activations.tanh).parameters) == ["z"]
