"""A warm start with the optimizer's state continues as if two fits were one."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import MLPClassifier, MLPRegressor, optimizers, schedules

RNG = np.random.RandomState(0)
X = RNG.randn(60, 3)
Y = X @ [1.0, 2.0, 3.0]


@pytest.fixture(autouse=True)
def few_epochs():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")
        yield


def model(n_epochs, cls=MLPRegressor, **params):
    params = {"solver": "adam", "warm_start": True, "keep_optimizer": True, **params}
    return cls(hidden_layer_sizes=[4], max_iter=n_epochs, random_state=0, batch_size=20, shuffle=False, **params)


@pytest.mark.parametrize("solver", ["sgd", *optimizers.CLASSES])
def test_two_fits_are_one(solver):
    for cls, y in ((MLPRegressor, Y), (MLPClassifier, Y > 0)):
        two = model(3, cls, solver=solver).fit(X, y)
        two = pickle.loads(pickle.dumps(two)).fit(X, y)
        one = model(6, cls, solver=solver).fit(X, y)
        np.testing.assert_array_equal(two.coefs_[0], one.coefs_[0])
        assert two.loss_curve_ == one.loss_curve_


def test_a_plain_warm_start_begins_with_a_new_optimizer():
    kept, plain = (model(3, keep_optimizer=value).fit(X, Y).fit(X, Y) for value in (True, False))
    assert (kept.coefs_[0] != plain.coefs_[0]).any()


def test_schedules_continue():
    params = {"learning_rate": schedules.Step(every=2, factor=0.5), "learning_rate_init": 0.1}
    rates = model(3, **params).fit(X, Y).fit(X, Y).history_["learning_rate"]
    np.testing.assert_allclose(rates, [0.05, 0.025, 0.025])


def test_changed_settings_count():
    two = model(2, learning_rate_init=0.1).fit(X, Y)
    assert two.set_params(learning_rate_init=0.01).fit(X, Y).history_["learning_rate"][0] == 0.01
    assert two.set_params(learning_rate=schedules.Exponential(0.5)).fit(X, Y).history_["learning_rate"][0] < 0.01
    lowered = model(4, learning_rate=schedules.ReduceOnPlateau(patience=0, tol=1e9), learning_rate_init=0.1).fit(X, Y)
    assert lowered.history_["learning_rate"][-1] < 0.1
    assert lowered.set_params(learning_rate_init=0.02).fit(X, Y).history_["learning_rate"][0] == 0.02
    changed = clone(two).set_params(learning_rate="constant").fit(X, Y)
    other = pickle.loads(pickle.dumps(changed)).set_params(solver="sgd").fit(X, Y)
    fresh = pickle.loads(pickle.dumps(changed)).set_params(solver="sgd", keep_optimizer=False).fit(X, Y)
    np.testing.assert_array_equal(other.coefs_[0], fresh.coefs_[0])


def test_the_first_fit_and_a_fit_after_lbfgs():
    first, plain = model(3).fit(X, Y), model(3, warm_start=False).fit(X, Y)
    np.testing.assert_array_equal(first.coefs_[0], plain.coefs_[0])
    refit = first.set_params(warm_start=False).fit(X, Y)
    np.testing.assert_array_equal(refit.coefs_[0], plain.coefs_[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model(3, solver="lbfgs").fit(X, Y).set_params(solver="adam").fit(X, Y)
