"""Initial weights and biases: their distributions, scikit-learn's draws, given arrays, and rejected arguments."""

import pickle
import warnings
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from cases import python
from rosenblatt import initializers
from rosenblatt.initializers import BIAS_INITIALIZERS, INITIALIZERS, Constant, Normal, Uniform, initialize, zeros

FAN_IN, FAN_OUT = 150, 400

# The variance that each documents, for a layer of these sizes.
VARIANCE = {
    "glorot": 2 / (FAN_IN + FAN_OUT),
    "he": 2 / FAN_IN,
    "lecun": 1 / FAN_IN,
}
UNIFORM = {
    **{f"{name}_uniform": (INITIALIZERS[f"{name}_uniform"], variance) for name, variance in VARIANCE.items()},
    "Uniform": (Uniform(0.3), 0.3**2 / 3),
}
NORMAL = {
    **{f"{name}_normal": (INITIALIZERS[f"{name}_normal"], variance) for name, variance in VARIANCE.items()},
    "Normal": (Normal(0.3), 0.3**2),
}


def seeded(seed=0):
    return np.random.RandomState(seed)


# Distributions. The mean of n independent numbers of variance v has standard deviation sqrt(v / n), their mean square
# sqrt((kurtosis - 1) / n) v. The kurtosis is 1.8 for a uniform and 3 for a normal distribution. One of 1.7 million
# draws deviates by more than five standard deviations.


def has_moments(sample, variance, kurtosis):
    n = sample.size
    assert abs(sample.mean()) < 5 * sqrt(variance / n)
    assert abs((sample**2).mean() / variance - 1) < 5 * sqrt((kurtosis - 1) / n)


@pytest.mark.parametrize("shape", [None, (50000,)], ids=["weights", "biases"])
@pytest.mark.parametrize("name", UNIFORM)
def test_uniform(name, shape):
    initializer, variance = UNIFORM[name]
    sample = initializer(seeded(), FAN_IN, FAN_OUT, shape)
    assert sample.shape == (shape or (FAN_IN, FAN_OUT))
    assert sample.dtype == np.float64
    has_moments(sample, variance, kurtosis=1.8)
    # No number is beyond the bound, and the largest of n is close to it: a gap of d has probability (1 - d)^n.
    bound = sqrt(3 * variance)
    assert bound * (1 - 20 / sample.size) < np.abs(sample).max() <= bound


@pytest.mark.parametrize("shape", [None, (50000,)], ids=["weights", "biases"])
@pytest.mark.parametrize("name", NORMAL)
def test_normal(name, shape):
    initializer, variance = NORMAL[name]
    sample = initializer(seeded(), FAN_IN, FAN_OUT, shape)
    assert sample.shape == (shape or (FAN_IN, FAN_OUT))
    assert sample.dtype == np.float64
    has_moments(sample, variance, kurtosis=3)
    # The distribution is not truncated: 4.6 % lie beyond two standard deviations, with deviation sqrt(p (1 - p) / n).
    beyond = (np.abs(sample) > 2 * sqrt(variance)).mean()
    assert abs(beyond - 0.0455) < 5 * sqrt(0.0455 * 0.9545 / sample.size)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(1, 1), (7, 7), (30, 12), (12, 30), (1, 5), (5, 1)])
def test_orthogonal(fan_in, fan_out):
    weights = initializers.orthogonal(seeded(), fan_in, fan_out)
    assert weights.shape == (fan_in, fan_out)
    assert weights.dtype == np.float64
    product = weights.T @ weights if fan_in >= fan_out else weights @ weights.T
    np.testing.assert_allclose(product, np.eye(min(fan_in, fan_out)), atol=1e-14)


def test_orthogonal_matrices_are_equally_likely():
    # An entry of a random rotation of n axes has mean 0 and mean square 1 / n. LAPACK's Q alone would fail, since the
    # signs of its columns are not random.
    n, draws = 3, 4000
    random_state = seeded()
    sample = np.array([initializers.orthogonal(random_state, n, n) for _ in range(draws)])
    assert (np.abs(sample.mean(axis=0)) < 5 * sqrt(1 / n / draws)).all()
    # The fourth moment is 3 / (n (n + 2)).
    deviation = sqrt((3 / (n * (n + 2)) - 1 / n**2) / draws)
    assert (np.abs((sample**2).mean(axis=0) - 1 / n) < 5 * deviation).all()


def test_zeros_and_constants_draw_nothing():
    random_state = seeded()
    assert (zeros(random_state, 3, 4) == np.zeros((3, 4))).all()
    assert (Constant(2)(random_state, 3, 4) == np.full((3, 4), 2.0)).all()
    assert Constant(2)(random_state, 3, 4, (4,)).dtype == np.float64
    assert random_state.uniform() == seeded().uniform()


def test_initializers_with_parameters_are_values():
    for initializer in (Constant(0.5), Normal(0.5), Uniform(0.5)):
        assert pickle.loads(pickle.dumps(initializer)) == initializer
        assert eval(repr(initializer), vars(initializers)) == initializer
        assert hash(initializer) == hash(type(initializer)(0.5))
        assert initializer != type(initializer)(0.6)


@pytest.mark.parametrize(("cls", "name"), [(Constant, "value"), (Normal, "std"), (Uniform, "bound")])
def test_bad_values(cls, name):
    for bad in (np.nan, np.inf, -np.inf, *([] if cls is Constant else [-0.1])):
        with pytest.raises(ValueError, match=f"^{name}: got {bad}, expected a finite number"):
            cls(bad)
    for bad in (None, "1", True, [1.0]):
        with pytest.raises(TypeError, match=f"^{name}: got .*, expected a finite number"):
            cls(bad)


# scikit-learn's draws


def initial_parameters(estimator, X, y):
    """Return the parameters that scikit-learn's estimator starts from."""
    kept = []
    initialize = estimator._initialize

    def keep(*arguments):
        initialize(*arguments)
        kept.extend(([coef.copy() for coef in estimator.coefs_], [b.copy() for b in estimator.intercepts_]))

    estimator._initialize = keep
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.set_params(max_iter=1).fit(X, y)
    return kept


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity"])
@pytest.mark.parametrize("hidden", [[], [5], [6, 3, 4]], ids=str)
def test_draws_are_those_of_scikit_learn(hidden, activation, dtype):
    X = seeded(1).normal(size=(20, 7)).astype(dtype)
    y = seeded(2).normal(size=(20, 2))
    theirs = MLPRegressor(hidden_layer_sizes=hidden, activation=activation, random_state=3)
    coefs, intercepts = initial_parameters(theirs, X, y)
    for activations in [activation, [activation] * len(hidden)] if hidden else [activation]:
        own = initialize("glorot_uniform", None, [7, *hidden, 2], activations, seeded(3), dtype)
        for ours, expected in zip([*own[0], *own[1]], [*coefs, *intercepts], strict=True):
            assert ours.dtype == expected.dtype == dtype
            assert np.array_equal(ours, expected)


def test_draws_of_a_classifier():
    X, y = seeded(1).normal(size=(20, 7)), np.arange(20) % 3
    coefs, intercepts = initial_parameters(MLPClassifier([5], random_state=3), X, y)
    own = initialize(initializers.glorot_uniform, None, [7, 5, 3], ["relu"], seeded(3), "float64")
    assert all(map(np.array_equal, [*own[0], *own[1]], [*coefs, *intercepts]))


def test_bounds_follow_the_activation_of_each_layer():
    sizes = [100, 200, 150, 180]
    for name in ("logistic", "sigmoid"):
        coefs, intercepts = initialize("glorot_uniform", None, sizes, ["relu", name], seeded(), "float64")
        for layer, factor in enumerate([6, 2, 2]):
            bound = sqrt(factor / (sizes[layer] + sizes[layer + 1]))
            assert 0.99 * bound < np.abs(coefs[layer]).max() < bound
            assert 0.9 * bound < np.abs(intercepts[layer]).max() < bound


# What initialize accepts


SIZES, ACTIVATIONS = [4, 5, 3, 2], ["relu", "tanh"]


def draw(init="he_normal", bias_init=None, sizes=SIZES, activations=ACTIVATIONS, random_state=None, dtype="float64"):
    return initialize(init, bias_init, sizes, activations, random_state or seeded(), dtype)


def shapes(arrays):
    return [array.shape for array in arrays]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, "float32"])
@pytest.mark.parametrize("bias_init", [None, *BIAS_INITIALIZERS, 0.5, Normal(0.1)], ids=str)
@pytest.mark.parametrize("init", [*INITIALIZERS, Uniform(0.1), Constant(1)], ids=str)
def test_arrays(init, bias_init, dtype):
    random_state = seeded()
    coefs, intercepts = draw(init, bias_init, dtype=dtype, random_state=random_state)
    assert shapes(coefs) == [(4, 5), (5, 3), (3, 2)]
    assert shapes(intercepts) == [(5,), (3,), (2,)]
    assert all(array.dtype == dtype and array.flags.c_contiguous for array in [*coefs, *intercepts])
    again = draw(init, bias_init, dtype=dtype)
    assert all(map(np.array_equal, [*coefs, *intercepts], [*again[0], *again[1]]))
    # The numbers are drawn in float64, then rounded.
    wide = draw(init, bias_init, dtype="float64")
    assert all(
        np.array_equal(array, other.astype(dtype))
        for array, other in zip([*coefs, *intercepts], [*wide[0], *wide[1]], strict=True)
    )


def test_weights_and_biases_are_drawn_in_turn():
    coefs, intercepts = draw("he_normal", "lecun_uniform")
    random_state = seeded()
    for (fan_in, fan_out), coef, intercept in zip([(4, 5), (5, 3), (3, 2)], coefs, intercepts, strict=True):
        assert np.array_equal(coef, INITIALIZERS["he_normal"](random_state, fan_in, fan_out))
        bound = sqrt(3 / fan_in)
        assert np.array_equal(intercept, random_state.uniform(-bound, bound, fan_out))


@pytest.mark.parametrize("init", [name for name in INITIALIZERS if name != "glorot_uniform"])
def test_biases_are_zero_by_default(init):
    assert all((intercept == 0).all() for intercept in draw(init)[1])
    assert all((intercept == 0).all() for intercept in draw("glorot_uniform", "zeros")[1])


def test_given_biases():
    for bias_init in (0.25, np.float32(0.25), Constant(0.25), lambda random_state, fan_in, fan_out: [0.25] * fan_out):
        assert all((intercept == 0.25).all() for intercept in draw(bias_init=bias_init)[1])
    assert all((intercept == 2).all() for intercept in draw(bias_init=2)[1])


def test_weights_from_a_function():
    seen = []

    def init(random_state, fan_in, fan_out):
        seen.append((random_state, fan_in, fan_out))
        return np.full((fan_out, fan_in), 3).T

    random_state = seeded()
    coefs, _ = draw(init, random_state=random_state)
    assert seen == [(random_state, 4, 5), (random_state, 5, 3), (random_state, 3, 2)]
    assert all((coef == 3).all() and coef.flags.c_contiguous and coef.dtype == np.float64 for coef in coefs)


def test_given_arrays_are_copied():
    given_coefs, given_intercepts = draw("he_normal", "he_normal")
    coefs, intercepts = draw(tuple(given_coefs), given_intercepts)
    for own, theirs in zip([*coefs, *intercepts], [*given_coefs, *given_intercepts], strict=True):
        assert np.array_equal(own, theirs)
        assert not np.shares_memory(own, theirs)
    coefs, intercepts = draw([coef.tolist() for coef in given_coefs], dtype="float32")
    assert all(np.array_equal(own, theirs.astype("float32")) for own, theirs in zip(coefs, given_coefs, strict=True))
    assert all((intercept == 0).all() for intercept in intercepts)


def test_neurons_with_equal_weights_stay_equal():
    X, y = seeded(1).normal(size=(50, 3)), seeded(2).normal(size=50)
    model = MLPRegressor(hidden_layer_sizes=[4], activation="tanh", solver="sgd", random_state=0, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
        model.coefs_, model.intercepts_ = initialize(Constant(0.1), 0.0, [3, 4, 1], ["tanh"], seeded(), "float64")
        model.set_params(warm_start=True, max_iter=20).fit(X, y)
    assert np.ptp(model.coefs_[0], axis=1) == pytest.approx(0, abs=1e-12)
    assert np.abs(model.coefs_[0] - 0.1).max() > 1e-3


@given(
    sizes=st.lists(st.integers(1, 20), min_size=2, max_size=5),
    init=st.sampled_from([*INITIALIZERS, Normal(3)]),
    bias_init=st.sampled_from([None, *BIAS_INITIALIZERS, 1.5, Uniform(2)]),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_any_network(sizes, init, bias_init, dtype):
    coefs, intercepts = draw(init, bias_init, sizes, ["relu"] * (len(sizes) - 2), dtype=dtype)
    assert shapes(coefs) == list(pairwise(sizes))
    assert shapes(intercepts) == [(size,) for size in sizes[1:]]
    assert all(np.isfinite(array).all() for array in [*coefs, *intercepts])


# What initialize rejects


def test_unknown_names():
    with pytest.raises(
        ValueError, match=r"init: got 'glorot', expected one of 'glorot_uniform', .*'zeros', a callable or a"
    ):
        draw("glorot")
    with pytest.raises(
        ValueError, match=r"bias_init: got 'one', expected one of .*'zeros', a number, a callable or a list"
    ):
        draw(bias_init="one")


def test_orthogonal_biases():
    for bad in ("orthogonal", initializers.orthogonal):
        with pytest.raises(ValueError, match=r"bias_init: got '?orthogonal.*, expected one of"):
            draw(bias_init=bad)


NUMBER = 0.5  # accepted for biases


@pytest.mark.parametrize("bad", [None, NUMBER, True, {"a": 1}, np.ones((1, 1, 1)), Normal], ids=repr)
def test_neither_name_nor_callable(bad):
    with pytest.raises(TypeError, match=r"^init: got [\s\S]*, expected one of"):
        draw(bad)
    if bad is not None and bad is not NUMBER:
        with pytest.raises(TypeError, match=r"bias_init: got [\s\S]*, expected one of"):
            draw(bias_init=bad)


def test_wrong_arrays():
    coefs, intercepts = draw()
    with pytest.raises(ValueError, match=r"^init: got 2 arrays, expected one for each of 3 layers"):
        draw(coefs[:2])
    with pytest.raises(ValueError, match="bias_init: got 4 arrays, expected one for each of 3 layers"):
        draw(bias_init=[*intercepts, [1.0]])
    with pytest.raises(ValueError, match=r"init of layer 1: got shape \(3, 5\), expected \(5, 3\)"):
        draw([coefs[0], coefs[1].T, coefs[2]])
    with pytest.raises(ValueError, match=r"bias_init of layer 2: got shape \(2, 1\), expected \(2,\)"):
        draw(bias_init=[*intercepts[:2], [[1.0], [2.0]]])
    with pytest.raises(ValueError, match=r"init of layer 2: got no array .*inhomogeneous.*, expected shape \(3, 2\)"):
        draw([*coefs[:2], [[1.0, 2.0], [1.0], [2.0, 3.0]]])


def test_wrong_results():
    with pytest.raises(ValueError, match=r"init of layer 0: got shape \(5, 4\), expected \(4, 5\)"):
        draw(lambda random_state, fan_in, fan_out: np.ones((fan_out, fan_in)))
    with pytest.raises(ValueError, match=r"bias_init of layer 0: got shape \(4, 5\), expected \(5,\)"):
        draw(bias_init=lambda random_state, fan_in, fan_out: np.ones((fan_in, fan_out)))
    for bad in (None, "text", 1j, True, object()):
        with pytest.raises(TypeError, match=r"init of layer 0: got .*, expected an array of numbers"):
            draw(lambda random_state, fan_in, fan_out, bad=bad: np.full((fan_in, fan_out), bad))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_not_finite(bad):
    with pytest.raises(ValueError, match="bias_init of layer 0: got numbers that are not finite in float32"):
        draw(bias_init=lambda random_state, fan_in, fan_out: np.full(fan_out, bad), dtype="float32")


def test_wrong_networks():
    for bad in ([], [4], [4, 0], [4, -1, 2], [4, 2.0]):
        with pytest.raises(
            ValueError, match=r"layer_sizes: got \[.*\], expected at least two integers from 1 to 2147483647"
        ):
            draw(sizes=bad, activations=[])
    for bad in ([], ["relu"], ["relu"] * 3):
        with pytest.raises(
            ValueError, match=r"activations: got .*, expected a name or a list of 2, one for each hidden layer"
        ):
            draw(activations=bad)
    for bad in ("int64", "float16", complex):
        with pytest.raises(ValueError, match=r"dtype: got .*, expected 'float32' or 'float64'"):
            draw(dtype=bad)


def test_import_is_light():
    loaded = python("import sys, rosenblatt.initializers; print(*{m.split('.')[0] for m in sys.modules})").split()
    assert "rosenblatt" in loaded
    assert not {"sklearn", "scipy"} & set(loaded)
