"""The averages of weights over epochs."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import MLPClassifier, MLPRegressor, callbacks

RNG = np.random.RandomState(0)
X = RNG.randn(60, 3)
Y = X @ [1.0, 2.0, 3.0]


@pytest.fixture(autouse=True)
def few_epochs():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")
        yield


def model(n_epochs, **params):
    return MLPRegressor(hidden_layer_sizes=[4], max_iter=n_epochs, random_state=0, tol=0, batch_size=10, **params)


def weights_by_epoch(n_epochs):
    fits = [model(n).fit(X, Y) for n in range(1, n_epochs + 1)]
    return [[*fit.coefs_, *fit.intercepts_] for fit in fits]


@pytest.mark.parametrize("start", [1, 3, 5])
@pytest.mark.parametrize("decay", [None, 0.0, 0.5, 0.9])
def test_averages(start, decay):
    epochs = weights_by_epoch(5)[start - 1 :]
    average = callbacks.AverageWeights(start, decay)
    fitted = model(5, callbacks=[average]).fit(X, Y)
    assert average.n_averaged == len(epochs)
    for i, array in enumerate([*fitted.coefs_, *fitted.intercepts_]):
        if decay is None:
            expected = np.mean([epoch[i] for epoch in epochs], axis=0)
        else:
            expected = epochs[0][i]
            for epoch in epochs[1:]:
                expected = decay * expected + (1 - decay) * epoch[i]
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-15)
    plain = model(5).fit(X, Y)
    assert fitted.loss_curve_ == plain.loss_curve_


def test_a_fit_that_ends_before_the_start():
    average = callbacks.AverageWeights(10)
    fitted = model(3, callbacks=[average]).fit(X, Y)
    np.testing.assert_array_equal(fitted.coefs_[0], model(3).fit(X, Y).coefs_[0])
    assert average.n_averaged == 0


def test_each_fit_has_its_own_average():
    average = callbacks.AverageWeights()
    one = model(3, callbacks=[average])
    first = one.fit(X, Y).coefs_[0].copy()
    np.testing.assert_array_equal(one.fit(X, Y).coefs_[0], first)
    np.testing.assert_array_equal(clone(one).fit(X, Y).coefs_[0], first)


def test_an_epoch_that_diverges_does_not_count():
    params = {"solver": "sgd", "learning_rate": lambda epoch: 0.001 if epoch < 2 else 1e300}
    average = callbacks.AverageWeights()
    fitted = model(5, callbacks=[average], **params)
    with pytest.raises(ValueError, match="Epoch 3 diverged"):
        fitted.fit(X, Y)
    assert average.n_averaged == 2
    epochs = [model(n, **params).fit(X, Y).coefs_[0] for n in (1, 2)]
    np.testing.assert_allclose(fitted.coefs_[0], np.mean(epochs, axis=0), rtol=1e-12)


def test_other_callbacks_and_classes():
    seen = []
    classifier = MLPClassifier([3], max_iter=50, random_state=0, dtype="float32")
    classifier.set_params(callbacks=[lambda end: seen.append(end.epoch) or end.epoch == 4, callbacks.AverageWeights(2)])
    classifier.fit(X, Y > 0)
    assert seen == [1, 2, 3, 4]
    assert classifier.coefs_[0].dtype == np.float32
    assert classifier.callbacks[1].n_averaged == 3


def test_conflicts(tmp_path):
    average = callbacks.AverageWeights()
    with pytest.raises(ValueError, match="callbacks: got AverageWeights with early_stopping"):
        model(2, callbacks=[average], early_stopping=True).fit(X, Y)
    with pytest.raises(ValueError, match="callbacks: got AverageWeights with a Checkpoint"):
        model(2, callbacks=[average, callbacks.Checkpoint(tmp_path / "fit.npz")]).fit(X, Y)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"start": 0}, ValueError, "start: got 0"),
        ({"start": 1.5}, TypeError, "start: got 1.5"),
        ({"decay": 1.0}, ValueError, "decay: got 1.0"),
        ({"decay": -0.1}, ValueError, "decay: got -0.1"),
        ({"decay": float("nan")}, ValueError, "decay: got nan"),
        ({"decay": "0.9"}, TypeError, "decay: got '0.9'"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        callbacks.AverageWeights(**arguments)
