"""Threshold logic units: the rule against an oracle, Novikoff's theorem, and scikit-learn's conventions."""

import itertools
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import scipy.sparse
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from rosenblatt import ThresholdLogicUnit, _core

PAIRS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
STEPS = {
    "heaviside": lambda z: 1 if z >= 0 else 0,
    "sign": lambda z: int(z > 0) - int(z < 0),
}
BOUND_FACTOR = {"heaviside": 1.0, "sign": 9 / 8}
by_step = pytest.mark.parametrize("step", list(STEPS))


def reference(X, active, step, *, eta=1.0, fit_intercept=True, max_iter=1000, order=None, start=None):
    """Return weights, biases and errors of the perceptron rule, written as in the lecture."""
    X = X.astype(float)
    targets = np.where(active, 1, 0 if step == "heaviside" else -1)
    n_outputs = active.shape[1]
    W, b = start or (np.zeros((n_outputs, X.shape[1])), np.zeros(n_outputs))
    W, b = W.copy(), b.copy()
    errors = []
    for _ in range(max_iter):
        errors.append(np.zeros(n_outputs, dtype=int))
        for i in range(len(X)) if order is None else order():
            for j in range(n_outputs):
                z = sum(x * w for x, w in zip(X[i], W[j], strict=True)) + b[j]
                error = targets[i, j] - STEPS[step](z)
                W[j] += eta * error * X[i]
                b[j] += eta * error * fit_intercept
                errors[-1][j] += error != 0
        if not errors[-1].any():
            break
    return W, b, np.array(errors)


def indicator(generator, n_samples, n_outputs):
    """Return targets with both values in every column."""
    Y = generator.integers(0, 2, size=(n_samples, n_outputs))
    Y[0], Y[1] = 0, 1
    return Y


# The rule


@by_step
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_outputs", [2, 3])
@pytest.mark.parametrize(("n_samples", "n_features"), [(7, 1), (40, 5), (25, 33)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_agrees_with_the_rule_bit_for_bit(
    step, fit_intercept, shuffle, dtype, n_outputs, n_samples, n_features
):
    generator = np.random.default_rng(n_samples)
    # With integers and a power of two as the rate there is no rounding, and many rows are exactly on the hyperplane.
    X = generator.integers(-3, 4, size=(n_samples, n_features)).astype(dtype)
    Y = indicator(generator, n_samples, n_outputs)
    tlu = ThresholdLogicUnit(
        step, fit_intercept=fit_intercept, eta0=0.25, max_iter=30, shuffle=shuffle, random_state=3
    ).fit(X, Y)
    random_state = np.random.RandomState(3)
    W, b, errors = reference(
        X,
        Y == 1,
        step,
        eta=0.25,
        fit_intercept=fit_intercept,
        max_iter=30,
        order=(lambda: random_state.permutation(n_samples)) if shuffle else None,
    )
    assert tlu.coef_.dtype == tlu.intercept_.dtype == dtype
    np.testing.assert_array_equal(tlu.coef_, W)
    np.testing.assert_array_equal(tlu.intercept_, b)
    np.testing.assert_array_equal(tlu.errors_, errors)
    np.testing.assert_array_equal(tlu.n_updates_, errors.sum(axis=0))
    assert tlu.n_iter_ == len(errors)
    assert tlu.converged_ == (not errors[-1].any())


@by_step
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_agrees_with_the_rule_on_real_numbers(step, seed):
    generator = np.random.default_rng(seed)
    X, Y = generator.normal(size=(50, 8)), indicator(generator, 50, 4)
    tlu = ThresholdLogicUnit(step, eta0=0.1, max_iter=20).fit(X, Y)
    W, b, errors = reference(X, Y == 1, step, eta=0.1, max_iter=20)
    np.testing.assert_allclose(tlu.coef_, W, rtol=0, atol=1e-12)
    np.testing.assert_allclose(tlu.intercept_, b, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(tlu.errors_, errors)


def test_outputs_without_errors_do_not_change_any_more():
    Y = np.array([[0, 0], [0, 1], [0, 1], [1, 0]])  # and, xor
    with pytest.warns(ConvergenceWarning):
        tlu = ThresholdLogicUnit(max_iter=50).fit(PAIRS, Y)
    alone = ThresholdLogicUnit().fit(PAIRS, Y[:, 0])
    np.testing.assert_array_equal(tlu.coef_[0], alone.coef_[0])
    np.testing.assert_array_equal(tlu.errors_[: alone.n_iter_, 0], alone.errors_[:, 0])
    assert not tlu.errors_[alone.n_iter_ :, 0].any()
    assert tlu.errors_[:, 1].all()
    assert not tlu.converged_
    np.testing.assert_allclose(tlu.margin_[0], alone.margin_[0])
    assert np.isnan(tlu.margin_[1])
    assert np.isnan(tlu.novikoff_bound_[1])


# The examples of the lecture


@by_step
@pytest.mark.parametrize(
    "y", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 0, 0, 0], [0, 0, 1, 0]], ids=["and", "or", "nor", "and_not"]
)
def test_learns_separable_propositions(step, y):
    tlu = ThresholdLogicUnit(step).fit(PAIRS, y)
    assert tlu.converged_
    np.testing.assert_array_equal(tlu.predict(PAIRS), y)
    assert tlu.score(PAIRS, y) == 1.0


@by_step
def test_xor_does_not_converge_and_warns(step):
    with pytest.warns(ConvergenceWarning, match=r"made \d errors in the last of max_iter=500 epochs"):
        tlu = ThresholdLogicUnit(step, max_iter=500).fit(PAIRS, [0, 1, 1, 0])
    assert tlu.converged_ is False
    assert tlu.n_iter_ == len(tlu.errors_) == 500
    assert tlu.errors_.all()
    assert np.isnan(tlu.margin_).all()


@by_step
def test_separates_setosa_by_petals(step):
    iris = load_iris()
    X, y = iris.data[:, [2, 3]], iris.target_names[iris.target] == "setosa"
    tlu = ThresholdLogicUnit(step).fit(X, y)
    assert tlu.converged_
    assert tlu.score(X, y) == 1.0
    assert tlu.margin_[0] > 0
    assert tlu.n_updates_[0] <= tlu.novikoff_bound_[0]


# Novikoff's theorem


@by_step
@given(data=st.data())
def test_novikoff(step, data):
    n_features = data.draw(st.integers(1, 4))
    component = st.integers(-5, 5)
    separator = np.array(data.draw(st.lists(component, min_size=n_features + 1, max_size=n_features + 1)))
    rows = data.draw(st.lists(st.lists(component, min_size=n_features, max_size=n_features), min_size=2, max_size=30))
    fit_intercept = data.draw(st.booleans())
    eta0 = data.draw(st.sampled_from([0.125, 1.0, 8.0]))
    X = np.array(rows, dtype=float)
    Z = np.column_stack([X, np.full(len(X), float(fit_intercept))])
    scores = Z @ separator
    X, Z, scores = X[scores != 0], Z[scores != 0], scores[scores != 0]
    y = scores > 0
    assume(len(set(y.tolist())) == 2)

    seed = data.draw(st.integers(0, 100))
    tlu = ThresholdLogicUnit(
        step,
        fit_intercept=fit_intercept,
        eta0=eta0,
        max_iter=10**6,
        shuffle=data.draw(st.booleans()),
        random_state=seed,
    ).fit(X, y)
    assert tlu.converged_
    assert tlu.score(X, y) == 1.0
    radius = np.linalg.norm(Z, axis=1).max()
    known_margin = np.abs(scores).min() / np.linalg.norm(separator if fit_intercept else separator[:-1])
    assert tlu.n_updates_[0] <= BOUND_FACTOR[step] * (radius / known_margin) ** 2 * (1 + 1e-12)
    assert tlu.n_updates_[0] <= tlu.novikoff_bound_[0] * (1 + 1e-12)

    found = np.append(tlu.coef_[0], tlu.intercept_[0])
    margin = (np.where(y, 1, -1) * (Z @ found)).min() / np.linalg.norm(found)
    np.testing.assert_allclose(tlu.margin_[0], margin, rtol=1e-12)
    if margin > 0:
        np.testing.assert_allclose(tlu.novikoff_bound_[0], BOUND_FACTOR[step] * (radius / margin) ** 2, rtol=1e-12)
    else:
        assert step == "heaviside"  # for which a row on the hyperplane is active
        assert tlu.novikoff_bound_[0] == np.inf


def test_bound_is_reached():
    # For orthogonal rows on one side, without intercept, each row needs one update, and R / gamma is sqrt(n).
    X = np.eye(6)
    result = np.zeros((1, 6)), np.zeros(1)
    active = np.ones((6, 1), dtype=bool)
    errors, converged = _core.tlu_fit(
        X, active, *result, step="sign", eta0=1.0, fit_intercept=False, max_iter=10, next_order=None
    )
    assert converged
    margins, bounds = _core.tlu_separation(X, active, *result, step="sign", fit_intercept=False)
    assert errors.sum() == 6
    np.testing.assert_allclose(margins, 1 / np.sqrt(6))
    np.testing.assert_allclose(bounds, 9 / 8 * 6)


@by_step
def test_the_learning_rate_only_scales(step):
    iris = load_iris()
    X, y = iris.data, iris.target == 0
    one, other = (ThresholdLogicUnit(step, eta0=eta0).fit(X, y) for eta0 in (1.0, 2.0**-10))
    np.testing.assert_array_equal(one.errors_, other.errors_)
    np.testing.assert_array_equal(one.coef_, other.coef_ * 2**10)
    np.testing.assert_allclose(one.novikoff_bound_, other.novikoff_bound_, rtol=1e-12)


def test_margin_of_large_and_small_numbers_does_not_overflow():
    for scale in (1e-140, 1e140):
        X = np.array([[-1.0, 0.5], [1.0, 0.5]]) * scale
        tlu = ThresholdLogicUnit(fit_intercept=False).fit(X, [0, 1])
        np.testing.assert_allclose(
            tlu.margin_ / scale, ThresholdLogicUnit(fit_intercept=False).fit(X / scale, [0, 1]).margin_
        )
        assert tlu.novikoff_bound_[0] < 1e3


# Classes, labels, outputs


@by_step
def test_binary_labels_may_be_anything(step):
    tlu = ThresholdLogicUnit(step).fit(PAIRS, ["no", "yes", "yes", "yes"])
    np.testing.assert_array_equal(tlu.classes_, ["no", "yes"])
    np.testing.assert_array_equal(tlu.predict(PAIRS), ["no", "yes", "yes", "yes"])
    assert tlu.decision_function(PAIRS).shape == (4,)
    np.testing.assert_array_equal(
        tlu.decision_function(PAIRS) > 0 if step == "sign" else tlu.decision_function(PAIRS) >= 0, [0, 1, 1, 1]
    )


@by_step
def test_several_classes_are_one_output_each(step):
    X = np.array([[0.0, 3.0], [0.5, 2.5], [3.0, 0.0], [2.5, 0.5], [-3.0, -3.0], [-2.5, -3.0]])
    y = np.array(["a", "a", "b", "b", "c", "c"])
    tlu = ThresholdLogicUnit(step).fit(X, y)
    assert tlu.converged_
    assert tlu.coef_.shape == (3, 2)
    assert tlu.n_updates_.shape == tlu.margin_.shape == tlu.novikoff_bound_.shape == (3,)
    np.testing.assert_array_equal(tlu.predict(X), y)
    np.testing.assert_array_equal(tlu.predict(X), tlu.classes_[tlu.decision_function(X).argmax(axis=1)])
    for j, label in enumerate("abc"):
        alone = ThresholdLogicUnit(step).fit(X, y == label)
        np.testing.assert_array_equal(tlu.coef_[j], alone.coef_[0])


@by_step
@pytest.mark.parametrize("make", [np.array, csr_matrix, lambda Y: np.array(Y, dtype=bool)], ids=["int", "csr", "bool"])
def test_multilabel(step, make):
    Y = np.array([[0, 0, 1], [0, 1, 1], [0, 1, 0], [1, 1, 1]])  # and, or, "b or not a"
    tlu = ThresholdLogicUnit(step).fit(PAIRS, make(Y))
    assert tlu.converged_
    np.testing.assert_array_equal(tlu.predict(PAIRS), Y)
    assert tlu.decision_function(PAIRS).shape == (4, 3)
    assert tlu.score(PAIRS, Y) == 1.0
    np.testing.assert_array_equal(tlu.classes_, [0, 1, 2])


@by_step
@given(seed=st.integers(0, 10**6), n_features=st.integers(1, 40), single=st.booleans())
def test_predictions_after_convergence_have_no_errors(step, seed, n_features, single):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(12, n_features)).astype(np.float32 if single else np.float64)
    y = X @ generator.normal(size=n_features) > 0
    assume(len(set(y.tolist())) == 2)
    tlu = ThresholdLogicUnit(step, max_iter=10**5, eta0=0.1).fit(X, y)
    assert tlu.converged_
    np.testing.assert_array_equal(tlu.predict(X), y)
    np.testing.assert_allclose(tlu.decision_function(X), X @ tlu.coef_[0] + tlu.intercept_[0], rtol=1e-3, atol=1e-5)


# partial_fit


@by_step
@pytest.mark.parametrize("one_by_one", [True, False])
def test_partial_fit_makes_the_epochs_of_fit(step, one_by_one):
    iris = load_iris()
    X, y = iris.data[:, [2, 3]], iris.target == 0
    whole = ThresholdLogicUnit(step).fit(X, y)
    parts = ThresholdLogicUnit(step)
    for _ in range(whole.n_iter_):
        for i in range(len(X)) if one_by_one else [slice(None)]:
            parts.partial_fit(np.atleast_2d(X[i]), np.atleast_1d(y[i]), classes=[False, True])
    np.testing.assert_array_equal(parts.coef_, whole.coef_)
    np.testing.assert_array_equal(parts.intercept_, whole.intercept_)
    np.testing.assert_array_equal(parts.n_updates_, whole.n_updates_)
    assert parts.n_iter_ == len(parts.errors_) == whole.n_iter_ * (len(X) if one_by_one else 1)
    assert parts.converged_
    assert np.isnan(parts.margin_).all()
    assert np.isnan(parts.novikoff_bound_).all()


def test_partial_fit_of_multilabel_rows():
    Y = np.array([[0, 0], [0, 1], [0, 1], [1, 1]])
    whole, parts = ThresholdLogicUnit().fit(PAIRS, Y), ThresholdLogicUnit()
    for _, i in itertools.product(range(whole.n_iter_), range(4)):
        parts.partial_fit(PAIRS[[i]], Y[[i]])
    np.testing.assert_array_equal(parts.coef_, whole.coef_)
    with pytest.raises(ValueError, match="y: got shape"):
        parts.partial_fit(PAIRS, Y[:, [0, 1, 1]])
    with pytest.raises(ValueError, match="y: got shape"):
        parts.partial_fit(PAIRS, Y[:, 0])


def test_partial_fit_checks_its_classes():
    with pytest.raises(ValueError, match=r"y: got 1 class, \[1\], expected at least two classes"):
        ThresholdLogicUnit().partial_fit(PAIRS[:1], [1])
    tlu = ThresholdLogicUnit().partial_fit(PAIRS, [0, 1, 1, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"y: got \[2\], expected the classes \[0 1\]"):
        tlu.partial_fit(PAIRS, [0, 1, 2, 1])
    with pytest.raises(ValueError, match=r"classes: got \[0, 2\], expected those of the first call, \[0 1\]"):
        tlu.partial_fit(PAIRS, [0, 1, 0, 1], classes=[0, 2])
    with pytest.raises(ValueError, match="2 features"):
        tlu.partial_fit(PAIRS[:, :1], [0, 1, 0, 1])


def test_partial_fit_that_overflows_keeps_the_last_weights():
    tlu = ThresholdLogicUnit().partial_fit(PAIRS, [0, 1, 1, 1])
    before = tlu.coef_.copy(), tlu.errors_.copy()
    with pytest.raises(ValueError, match="overflowed"):
        tlu.partial_fit(np.array([[1e308, 1e308], [-1e308, 1e308]]), [0, 1])
    np.testing.assert_array_equal(tlu.coef_, before[0])
    np.testing.assert_array_equal(tlu.errors_, before[1])


# Bad input


@pytest.mark.parametrize(
    "parameters",
    [
        {"step": "relu"},
        {"step": None},
        {"step": 1},
        {"eta0": 0.0},
        {"eta0": -1.0},
        {"eta0": float("nan")},
        {"eta0": float("inf")},
        {"eta0": 10**400},
        {"eta0": "1"},
        {"max_iter": 0},
        {"max_iter": -5},
        {"max_iter": 1.5},
        {"max_iter": None},
        {"shuffle": "yes"},
        {"fit_intercept": 2},
        {"random_state": "seed"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_invalid_parameters_are_rejected(parameters, method):
    (name, value), *_ = parameters.items()
    with pytest.raises(ValueError, match=name) as raised:
        getattr(ThresholdLogicUnit(**parameters), method)(PAIRS, [0, 1, 1, 1])
    assert repr(value) in str(raised.value)


def test_a_rate_that_is_0_or_infinite_in_float32_is_rejected():
    X = PAIRS.astype(np.float32)
    for eta0 in (1e-60, 1e60):
        with pytest.raises(
            ValueError, match=r"eta0: got 1e[-+]60, expected a positive number that is finite and not 0 in float32"
        ):
            ThresholdLogicUnit(eta0=eta0).fit(X, [0, 1, 1, 1])


def test_max_iter_may_exceed_64_bits():
    assert ThresholdLogicUnit(max_iter=10**30).fit(PAIRS, [0, 1, 1, 1]).converged_


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[0, np.nan], [1, 1]], [0, 1]),
        ([[0, np.inf], [1, 1]], [0, 1]),
        ([["a", "b"], ["c", "d"]], [0, 1]),
        ([[0, 1], [1]], [0, 1]),
        ([0, 1], [0, 1]),
        (np.zeros((2, 1, 1)), [0, 1]),
        (np.zeros((0, 2)), []),
        (np.zeros((2, 0)), [0, 1]),
        (np.array([[1j, 0], [0, 1]]), [0, 1]),
        ([[0, 1], [1, 0]], [0, 1, 1]),
        ([[0, 1], [1, 0]], [0, np.nan]),
        ([[0, 1], [1, 0]], [0.5, 1.5]),
        ([[0, 1], [1, 0]], [1, 1]),
        ([[0, 1], [1, 0]], [[0, 2], [1, 0]]),
        ([[0, 1], [1, 0]], [[-1, 1], [1, -1]]),
        ([[0, 1], [1, 0]], None),
    ],
)
def test_bad_data_is_rejected(X, y):
    with pytest.raises(ValueError, match=r"."):
        ThresholdLogicUnit().fit(X, y)


@by_step
@pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 1e30), (np.float64, 1e200)])
def test_overflow_is_an_error(step, dtype, huge):
    X = (PAIRS * huge).astype(dtype)
    with pytest.raises(ValueError, match=rf"overflowed {np.dtype(dtype)} in epoch \d+; scale X"):
        ThresholdLogicUnit(step).fit(X, [0, 1, 1, 0])


def test_overflow_in_the_very_last_update_is_an_error():
    with pytest.raises(ValueError, match="overflowed float64 in epoch 1"):
        ThresholdLogicUnit(max_iter=1, eta0=10.0).fit([[0.0], [1.5e308]], [1, 0])
    with pytest.raises(ValueError, match="overflowed float64 in epoch 1"):  # of the bias alone
        ThresholdLogicUnit(max_iter=1, eta0=1e308).fit([[1.0], [1.0]], [0, 1], [[-1.5e308]], [1e308])


def test_use_before_fit():
    for method in ("predict", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(ThresholdLogicUnit(), method)(PAIRS)


def arrays(n_samples=3, n_features=2, n_outputs=1, dtype=np.float64):
    return {
        "X": np.ones((n_samples, n_features), dtype=dtype),
        "active": np.ones((n_samples, n_outputs), dtype=bool),
        "W": np.zeros((n_outputs, n_features), dtype=dtype),
        "b": np.zeros(n_outputs, dtype=dtype),
    }


HOW = {"step": "heaviside", "eta0": 1.0, "fit_intercept": True, "max_iter": 5, "next_order": None}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X": np.ones(3)}, ValueError, r"X: got shape \(3\), expected 2 dimensions"),
        ({"W": np.ones((1, 3))}, ValueError, r"W: got shape \(1, 3\), expected shape \(1, 2\)"),
        ({"W": np.ones(2)}, ValueError, r"W: got shape \(2\), expected shape \(1, 2\)"),
        ({"b": np.ones((1, 1))}, ValueError, r"b: got shape \(1, 1\), expected 1 dimension"),
        ({"active": np.ones((2, 1), dtype=bool)}, ValueError, r"active: got shape \(2, 1\), expected shape \(3, 1\)"),
        ({"X": np.ones((2, 3)).T}, ValueError, "X: got ndarray of float64, expected a C-ordered array of float64"),
        ({"X": np.ones((3, 2), dtype=np.float32)}, ValueError, "X: got ndarray of float32, expected a C-ordered"),
        ({"active": np.ones((3, 1))}, TypeError, "incompatible function arguments"),
        (
            {"X": np.frombuffer(bytes(49), offset=1, dtype=float).reshape(3, 2)},
            ValueError,
            "X: got an array that is not aligned",
        ),
        ({"step": "tanh"}, ValueError, "step: got 'tanh', expected one of 'heaviside', 'sign'"),
        ({"eta0": float("nan")}, ValueError, "eta0: got nan, expected a positive number"),
        ({"max_iter": 0}, ValueError, "max_iter: got 0, expected at least 1"),
        ({"next_order": lambda: [0, 1, 2]}, ValueError, r"next_order\(\): got \[0, 1, 2\], expected an int64 array"),
        ({"next_order": lambda: np.array([0, 1])}, ValueError, r"got shape \(2\), expected shape \(3\)"),
        ({"next_order": lambda: np.array([0, 1, 3])}, ValueError, "got 3, expected each of 0 to 2 once"),
        ({"next_order": lambda: np.array([0, -1, 2])}, ValueError, "got -1, expected each of 0 to 2 once"),
        ({"next_order": lambda: np.array([0, 1, 1])}, ValueError, "got 1, expected each of 0 to 2 once"),
        ({"next_order": lambda: 1 / 0}, ZeroDivisionError, "division"),
    ],
)
def test_engine_rejects_bad_arguments(change, error, message):
    with pytest.raises(error, match=message):
        _core.tlu_fit(**{**arrays(), **HOW, **change})


def test_engine_rejects_read_only_weights():
    given_arrays = arrays()
    given_arrays["W"].flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        _core.tlu_fit(**given_arrays, **HOW)


@pytest.mark.parametrize("shape", [(0, 2, 1), (3, 0, 1), (3, 2, 0), (0, 0, 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_engine_takes_empty_arrays(shape, dtype):
    given_arrays = arrays(*shape, dtype=dtype)
    errors, converged = _core.tlu_fit(**given_arrays, **HOW)
    assert converged
    assert not errors.any()
    margins, bounds = _core.tlu_separation(
        **given_arrays, step="sign" if shape[0] == 0 else "heaviside", fit_intercept=True
    )
    assert margins.shape == bounds.shape == (shape[2],)


def test_engine_reads_booleans_of_any_byte():
    given_arrays = arrays()
    given_arrays["active"] = np.array([[2], [255], [1]], dtype=np.uint8).view(bool)
    assert _core.tlu_fit(**given_arrays, **HOW)[0].sum() == 0  # heaviside(0) = 1: no errors with zero weights


def test_unaligned_and_read_only_data_is_accepted():
    X = np.frombuffer(b"\0" + PAIRS.astype(float).tobytes(), offset=1, dtype=float).reshape(4, 2)
    assert not X.flags.aligned
    assert ThresholdLogicUnit().fit(X, [0, 0, 0, 1]).score(X, [0, 0, 0, 1]) == 1.0


# Interruption, the GIL and scikit-learn's conventions

INTERRUPTED = """
import sys, time
import numpy as np
from rosenblatt import ThresholdLogicUnit
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
ThresholdLogicUnit().fit(X, [0, 0, 0, 1])
print("ready", flush=True)
try:
    ThresholdLogicUnit(max_iter=10**9, shuffle=SHUFFLE).fit(np.tile(X, (N, 1)), y * N)
except KeyboardInterrupt:
    print(time.monotonic(), flush=True)
"""


@pytest.mark.parametrize(("n", "shuffle"), [pytest.param(100000, False, marks=pytest.mark.slow), (100, True)])
def test_ctrl_c_ends_the_fit(n, shuffle):
    code = INTERRUPTED.replace("SHUFFLE", str(shuffle)).replace("N", str(n))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.0)
        sent = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        answer, _ = process.communicate(timeout=30)
    assert float(answer) - sent < 0.2


def test_the_gil_is_released():
    X, y = np.tile(PAIRS, (1000, 1)), [0, 1, 1, 0] * 1000
    counted = 0

    def train():
        with pytest.warns(ConvergenceWarning):
            ThresholdLogicUnit(max_iter=5000).fit(X, y)

    thread = threading.Thread(target=train)
    thread.start()
    while thread.is_alive():
        counted += 1
        time.sleep(0.001)
    thread.join()
    assert counted > 20


@by_step
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learn_conventions(step):
    results = check_estimator(ThresholdLogicUnit(step), on_skip=None)
    assert {result["status"] for result in results} <= {"passed", "skipped"}
    assert len(results) > 40


def test_clone_and_pickle():
    tlu = ThresholdLogicUnit("sign", eta0=0.5, max_iter=20, fit_intercept=False, shuffle=True, random_state=1)
    assert clone(tlu).get_params() == tlu.get_params()
    fitted = ThresholdLogicUnit().fit(PAIRS, [0, 0, 0, 1])
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.decision_function(PAIRS), fitted.decision_function(PAIRS))


def test_shuffle_depends_on_the_seed_alone():
    iris = load_iris()
    fits = [
        ThresholdLogicUnit(shuffle=True, random_state=seed).fit(iris.data, iris.target == 0)
        for seed in (0, 0, np.random.RandomState(0), 1)
    ]
    for same in fits[1:3]:
        np.testing.assert_array_equal(same.coef_, fits[0].coef_)
    assert (fits[3].coef_ != fits[0].coef_).any()


def sparse_problem(dtype=np.float64):
    """Return integers, whose sums are exact in any order: most are 0; their labels of three classes are separable."""
    rng = np.random.RandomState(0)
    X = (rng.randint(-4, 5, (200, 30)) * (rng.rand(200, 30) < 0.2)).astype(dtype)
    z = X @ rng.randint(-3, 4, (30, 3))
    z[:, 0] += 5
    keep = np.diff(np.sort(z, axis=1)[:, 1:], axis=1)[:, 0] > 3
    return X[keep], z[keep].argmax(axis=1)


@pytest.mark.parametrize("form", ["csr_matrix", "csr_array", "csc_matrix", "coo_matrix", "lil_matrix"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "options", [{}, {"step": "sign"}, {"fit_intercept": False}, {"shuffle": True}, {"record": True}]
)
def test_sparse_rows_as_dense(form, dtype, options):
    X, y = sparse_problem(dtype)
    rows = getattr(scipy.sparse, form)(X)
    options = {"random_state": 0, **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        dense = ThresholdLogicUnit(**options, max_iter=40).fit(X, y)
        model = ThresholdLogicUnit(**options, max_iter=40).fit(rows, y)
    assert model.coef_.dtype == dtype
    for name in ("coef_", "intercept_", "errors_", "n_updates_"):
        np.testing.assert_array_equal(getattr(model, name), getattr(dense, name))
    np.testing.assert_allclose(model.margin_, dense.margin_)
    np.testing.assert_allclose(model.novikoff_bound_, dense.novikoff_bound_)
    np.testing.assert_array_equal(model.decision_function(rows), dense.decision_function(X))
    np.testing.assert_array_equal(model.predict(rows), dense.predict(X))
    assert model.score(rows, y) == dense.score(X, y)
    if options.get("record"):
        assert len(model.updates_) == len(dense.updates_) == dense.errors_.sum()
    before = rows.copy()
    assert ThresholdLogicUnit(**options).partial_fit(rows, y, classes=[0, 1, 2]).n_iter_ == 1
    assert (rows != before).nnz == 0


def test_a_column_that_repeats_in_a_sparse_row():
    X = csr_matrix(([1.0, 2.0, -4.0], [0, 0, 1], [0, 2, 3]), shape=(2, 2))
    model = ThresholdLogicUnit().fit(X, [0, 1])
    dense = ThresholdLogicUnit().fit([[3.0, 0.0], [0.0, -4.0]], [0, 1])
    np.testing.assert_array_equal(model.coef_, dense.coef_)
    np.testing.assert_array_equal(model.novikoff_bound_, dense.novikoff_bound_)
    assert X.nnz == 3


def test_a_sparse_table_that_changes_while_python_runs():
    X = csr_matrix(np.eye(3))

    def change():
        X.indices[0] = 10**6
        return np.arange(3)

    with pytest.raises(ValueError, match=r"X.indices: got 1000000, expected from 0 to 2"):
        _core.tlu_fit(
            X, np.ones((3, 1), bool), np.zeros((1, 3)), np.zeros(1), **{**HOW, "max_iter": 5, "next_order": change}
        )
