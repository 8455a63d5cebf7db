"""Quantiles and temperatures: what held-out samples say about predictions."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import log_loss

from rosenblatt import TabularClassifier, TabularRegressor
from rosenblatt.tables.calibration import Residuals, sharpened, temperature

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def test_quantiles_of_a_small_group():
    """Ranks by hand: of 9 residuals, level 0.1 takes the first, 0.9 the last, 0.5 the middle one."""
    residuals = np.array([3.0, -4, 1, 0, 2, -1, -2, 4, -3])
    model = Residuals(10 + residuals, np.full(9, 10.0), None)
    found = model.quantiles(np.array([10.0, 20.0]), np.array([0.01, 0.1, 0.5, 0.85, 0.9, 0.999]))
    np.testing.assert_allclose(found - [[10.0], [20.0]], [[-4, -4, 0, 4, 4, 4]] * 2)


def test_weights_are_repetitions():
    rng = np.random.RandomState(0)
    residuals, weights = rng.randn(150), rng.randint(0, 3, size=150)
    weighted = Residuals(residuals, np.zeros(150), weights.astype(float))
    repeated = Residuals(np.repeat(residuals, weights), np.zeros(weights.sum()), None)
    levels = np.array([0.2, 0.4, 0.5, 0.7])
    found, expected = (model.quantiles(np.zeros(1), levels) for model in (weighted, repeated))
    np.testing.assert_allclose(found, expected, atol=0.1)
    ones = Residuals(residuals, np.zeros(150), np.ones(150))
    np.testing.assert_array_equal(
        ones.quantiles(np.zeros(1), levels), Residuals(residuals, np.zeros(150), None).quantiles(np.zeros(1), levels)
    )


def test_equal_predictions_are_one_group():
    residuals = np.random.RandomState(0).randn(3000)
    model = Residuals(1 + residuals, np.ones(3000), None)
    found = model.quantiles(np.array([0.0, 1.0, 2.0]), LEVELS)
    np.testing.assert_allclose(found, np.array([[0.0], [1], [2]]) + np.quantile(residuals, LEVELS), atol=0.01)


def test_coverage_holds_for_small_and_for_large_predictions():
    """Exchangeable residuals that spread more where predictions are large."""
    rng = np.random.RandomState(0)
    predictions = rng.rand(8000)
    y = predictions + (0.1 + predictions) * rng.randn(8000)
    model = Residuals(y[:4000], predictions[:4000], None)
    below = y[4000:, np.newaxis] <= model.quantiles(predictions[4000:], LEVELS)
    for part in (predictions[4000:] < 0.3, predictions[4000:] > 0.7):
        np.testing.assert_allclose(below[part].mean(axis=0), LEVELS, atol=0.04)


def test_quantiles_of_an_estimator():
    rng = np.random.RandomState(0)
    X = rng.rand(2000, 2)
    y = 100 * (X[:, 0] + 0.2 * (0.1 + X[:, 0]) * rng.randn(2000))
    model = TabularRegressor(n_members=2, n_bins=4, max_epochs=20, random_state=0).fit(X[:1000], y[:1000])
    found = model.predict_quantiles(X[1000:], LEVELS)
    assert found.shape == (1000, 5)
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_allclose((y[1000:, np.newaxis] <= found).mean(axis=0), LEVELS, atol=0.05)
    shared = TabularRegressor(n_members=2, n_bins=4, max_epochs=20, random_state=0)
    shared.fit(X[:1000], y[:1000], X_val=X[1000:1400], y_val=y[1000:1400])
    covered = (y[1400:, np.newaxis] <= shared.predict_quantiles(X[1400:], LEVELS)).mean(axis=0)
    np.testing.assert_allclose(covered, LEVELS, atol=0.05)
    np.testing.assert_array_equal(model.predict_quantiles(X[:3]), model.predict_quantiles(X[:3], [0.05, 0.5, 0.95]))


@pytest.mark.parametrize("quantiles", [0.5, [], [0.0], [1.0], [0.5, np.nan], [[0.5]], ["a"], None])
def test_bad_quantiles(quantiles):
    X = np.arange(20.0)[:, np.newaxis]
    model = TabularRegressor(n_members=1, max_epochs=1).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="quantiles: got"):
        model.predict_quantiles(X, quantiles)


def test_sharpened_probabilities_are_those_of_divided_scores():
    scores = np.random.RandomState(0).randn(20, 4)
    found = sharpened(softmax(scores, axis=1), 2.5, 0.0)
    np.testing.assert_allclose(found, softmax(scores / 2.5, axis=1), rtol=1e-10)
    floored = sharpened(np.array([[1.0, 0.0]], np.float32), 0.5, 0.01)
    np.testing.assert_allclose(floored, [[0.99, 0.01]], rtol=1e-6)


def test_the_temperature_undoes_too_much_certainty():
    rng = np.random.RandomState(0)
    scores = rng.randn(20000, 3)
    y = np.array([rng.choice(3, p=p) for p in softmax(scores, axis=1)])
    for factor in (0.5, 1.0, 3.0):
        probabilities = softmax(factor * scores, axis=1)
        assert temperature(y, probabilities, None, 1e-5) == pytest.approx(factor, rel=0.05)
    weights = np.where(y == 0, 2.0, 1.0)
    twice = np.concatenate([np.arange(len(y)), np.flatnonzero(y == 0)])
    assert temperature(y, probabilities, weights, 1e-5) == pytest.approx(
        temperature(y[twice], probabilities[twice], None, 1e-5), rel=1e-4
    )


def test_the_log_loss_is_finite_where_a_network_is_certain():
    rng = np.random.RandomState(0)
    X = rng.randn(400, 2)
    y = X[:, 0] > 0
    model = TabularClassifier(n_members=1, n_bins=4, max_epochs=60, random_state=0).fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.min() >= 1 / (0.2 * 400 + 2) / 2 * 0.9
    assert log_loss(y, probabilities) < 0.1
