"""Subnormal numbers: predictions and losses written in Python keep them."""

import numpy as np
import pytest
from scipy.special import log_expit, log_softmax
from sklearn.datasets import make_classification
from sklearn.neural_network import MLPClassifier as SklearnMLPClassifier

from rosenblatt import MLPClassifier, MLPRegressor, losses

SMALLEST = {np.float32: -100.0, np.float64: -740.0}


def with_scores(n_classes, spread, dtype):
    """Return a classifier, scikit-learn's with the same weights, and rows whose scores are far apart."""
    X = np.linspace(-1, 1, 101).reshape(-1, 1).astype(dtype)
    y = np.arange(101) % n_classes
    pair = [
        made(hidden_layer_sizes=(), max_iter=1, random_state=0).fit(X, y)
        for made in (MLPClassifier, SklearnMLPClassifier)
    ]
    coefs = np.linspace(0, spread, n_classes if n_classes > 2 else 1).reshape(1, -1) if n_classes > 2 else [[spread]]
    for model in pair:
        model.coefs_[0] = np.array(coefs, dtype=dtype)
        model.intercepts_[0] = np.zeros_like(model.intercepts_[0])
    return *pair, X


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("rows", [1, 5, 101])
def test_probabilities(dtype, n_classes, rows):
    ours, theirs, X = with_scores(n_classes, SMALLEST[dtype], dtype)
    X = X[-rows:]
    tiny = np.finfo(dtype).smallest_subnormal
    expected = theirs.predict_proba(X)
    if n_classes == 2:  # SciPy's expit, which scikit-learn uses, rounds subnormal results to 0
        expected[:, 1:] = np.exp(log_expit(X @ theirs.coefs_[0]))
    assert ((expected > 0) & (expected < np.finfo(dtype).tiny)).any()
    np.testing.assert_allclose(ours.predict_proba(X), expected, rtol=1e-4, atol=2 * tiny)


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_log_probabilities_come_from_the_scores(dtype, n_classes):
    model, _, X = with_scores(n_classes, 4000.0, dtype)
    scores = X @ model.coefs_[0] if n_classes > 2 else np.hstack([0 * X, X @ model.coefs_[0]])
    found = model.predict_log_proba(X)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, log_softmax(scores, axis=1), rtol=1e-5, atol=1e-30)


def test_log_probabilities_of_labels():
    X, y = make_classification(random_state=0)
    labels = np.column_stack([y, 1 - y])
    model = MLPClassifier(max_iter=20, random_state=0, tol=1.0).fit(X, labels)
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(model.predict_proba(X)), rtol=1e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_losses_in_python_see_subnormal_numbers(n_threads, solver):
    seen = []

    def loss(y, z):
        seen.append(np.float64(5e-324) * np.ones(4) + np.exp(np.full(4, -740.0)))
        return ((z - y) ** 2).sum(axis=1), 2 * (z - y)

    X = np.random.RandomState(0).randn(400, 3)
    model = MLPRegressor(
        loss=losses.Custom(loss), solver=solver, n_threads=n_threads, max_iter=2, batch_size=400, random_state=0
    )
    model.fit(X, X[:, 0])
    assert len(seen) > 1
    assert all((numbers > 0).all() for numbers in seen)
    assert np.float64(5e-324) * np.ones(1)[0] > 0
