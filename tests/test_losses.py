"""Losses, reached through a network without hidden layers whose inputs are the raw scores."""

import numpy as np
import pytest
from sklearn.metrics import log_loss as sklearn_log_loss

import reference
from cases import DTYPES, engine, targets
from rosenblatt import _core


def predict(loss, z):
    outputs = z.shape[1]
    eye, zeros = np.eye(outputs, dtype=z.dtype), np.zeros(outputs, z.dtype)
    return engine("predict", z.dtype)(z, [eye], [zeros], [], loss)


def evaluate(loss, z, y):
    """Return the loss of each row and its gradient by the row's scores (that of the biases)."""
    outputs, dtype = z.shape[1], z.dtype
    net = engine("Network", dtype)([outputs, outputs], [], loss)
    net.set_layer(0, np.eye(outputs, dtype=dtype), np.zeros(outputs, dtype))
    values, gradients = [], []
    for r in range(len(z)):
        trainer = engine("Trainer", dtype)(net, z[r : r + 1], y[r : r + 1], None, 1, 0.0, 1)
        value, _, _, (gradient,) = trainer.loss_and_gradients()
        values.append(value)
        gradients.append(gradient)
    return np.array(values), np.array(gradients)


def outputs_of(loss):
    return [2, 3, 17] if _core.OUTPUT_ACTIVATIONS[loss] == "softmax" else [1, 3, 17]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", _core.LOSSES)
def test_against_the_reference(loss, dtype):
    rtol = 50 * np.finfo(dtype).eps
    for outputs in outputs_of(loss):
        z = (3 * np.random.RandomState(0).randn(60, outputs)).astype(dtype)
        y, matrix = targets(60, outputs, loss, dtype)
        wide, oracle = z.astype(np.float64), reference.LOSSES[loss]
        value, gradient = evaluate(loss, z, y)
        np.testing.assert_allclose(predict(loss, z), oracle.predict(wide), rtol=rtol)
        np.testing.assert_allclose(value, oracle.value(wide, matrix), rtol=rtol, atol=rtol)
        np.testing.assert_allclose(gradient, oracle.gradient(wide, matrix), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("loss", _core.LOSSES)
def test_gradient_is_the_derivative_of_the_value(loss):
    z, h = np.random.RandomState(0).randn(20, 3), 1e-6
    y, _ = targets(20, 3, loss)
    gradient = evaluate(loss, z, y)[1]
    for i, unit in enumerate(np.eye(3)):
        numeric = (evaluate(loss, z + h * unit, y)[0] - evaluate(loss, z - h * unit, y)[0]) / (2 * h)
        np.testing.assert_allclose(gradient[:, i], numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", ["binary_log_loss", "log_loss"])
@pytest.mark.parametrize("size", [40.0, 1e4, 1e30])
def test_large_scores_are_stable(loss, size, dtype):
    z = np.array([[size, -size], [-size, size]], dtype=dtype)
    y = np.array([0, 0], np.int32) if loss == "log_loss" else np.array([[1, 0], [1, 0]], dtype)
    probabilities = predict(loss, z)
    np.testing.assert_allclose(probabilities, [[1, 0], [0, 1]], atol=1e-15)
    value, gradient = evaluate(loss, z, y)
    eps = np.finfo(dtype).eps
    answers = 2 if loss == "binary_log_loss" else 1
    expected = [answers * eps, answers * min(size * (1 if answers == 2 else 2), -np.log(eps))]
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, 0], [-1, 1]], atol=1e-15)


def test_poisson_of_extreme_scores():
    z, y = np.array([[-1e4], [700.0], [1e4]]), np.array([[0.0], [0.0], [0.0]])
    value, gradient = evaluate("poisson", z, y)
    np.testing.assert_allclose(value, [0, np.exp(700.0), np.inf], rtol=1e-12)
    np.testing.assert_allclose(gradient[:, 0], [0, np.exp(700.0), np.inf], rtol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_log_loss_is_clipped_as_in_scikit_learn(dtype):
    z = np.concatenate([np.linspace(-60, 60, 41), [-1e4, 1e4]]).astype(dtype)
    scores = np.stack([z, np.zeros_like(z)], axis=1)
    y = np.zeros(len(z), np.int32)
    value, _ = evaluate("log_loss", scores, y)
    probabilities = predict("log_loss", scores)
    for r in range(len(z)):
        expected = sklearn_log_loss([0], probabilities[r : r + 1], labels=[0, 1])
        # 1 - p loses digits that the loss of the scores keeps.
        np.testing.assert_allclose(value[r], expected, rtol=1e-6, atol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", _core.LOSSES)
def test_nan_scores_do_not_vanish(loss, dtype):
    z = np.full((1, 3), np.nan, dtype)
    y, _ = targets(1, 3, loss, dtype)
    value, gradient = evaluate(loss, z, y)
    assert np.isnan(predict(loss, z)).all()
    assert np.isnan(value).all()
    assert np.isnan(gradient).all()
