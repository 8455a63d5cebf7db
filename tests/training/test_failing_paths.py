"""A call that fails, wherever it fails, keeps neither the estimator nor its data alive."""

import gc
import os
import signal
import warnings
import weakref

import numpy as np
import pytest

from rosenblatt import (
    MLPClassifier,
    MLPRegressor,
    Network,
    Perceptron,
    ThresholdLogicUnit,
    callbacks,
    find_learning_rate,
    losses,
    schedules,
)

X = np.random.RandomState(0).randn(64, 4)
Y = X[:, 0].copy()
LABELS = (Y > 0).astype(int)


def squares(y, z):
    return ((z - y) ** 2).sum(axis=1), 2 * (z - y)


def raises(*arguments):
    raise KeyError("mine")


def interrupts(y, z):
    os.kill(os.getpid(), signal.SIGINT)
    return squares(y, z)


def ends_program(*arguments):
    raise SystemExit(3)


def wrong_shape(y, z):
    return np.zeros(3), z


def wrong_type(y, z):
    return None


def not_finite(y, z):
    return np.full(len(y), np.nan), np.full_like(z, np.nan)


class BadRates(schedules.Schedule):
    def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
        return np.nan if epoch > 1 else initial


class RefersToTheModel:
    def __init__(self, model):
        self.model = model

    def __call__(self, end):
        raise KeyError("mine")


def regressor(**parameters):
    return MLPRegressor(**{"hidden_layer_sizes": (3,), "max_iter": 3, "batch_size": 16, **parameters})


def with_callback_that_refers_to_it(data):
    model = regressor()
    return model.set_params(callbacks=[RefersToTheModel(model)]), lambda: model.fit(data, Y)


def estimator(model, *arguments, **options):
    """Return the function from data to a model and the call that fails."""
    return lambda data: (made := model(), lambda: made.fit(data, *arguments, **options))


def of_network(call, **options):
    def make(data):
        network = Network([4, 3, 1], random_state=0, **options)
        return network, lambda: call(network, data)

    return make


def with_nan(data):
    data[3, 2] = np.nan
    model = regressor()
    return model, lambda: model.fit(data, Y)


def prediction_of_nan(data):
    with warnings.catch_warnings(action="ignore"):
        model = regressor().fit(data, Y)
    data[3, 2] = np.nan
    return model, lambda: model.predict(data)


def rate_search(data):
    model = regressor(loss=losses.Custom(raises))
    return model, lambda: find_learning_rate(model, data, Y)


FUNCTIONS = [raises, interrupts, ends_program, wrong_shape, wrong_type, not_finite]
PATHS = {
    **{
        f"loss_{function.__name__}_{solver}": estimator(
            lambda function=function, solver=solver: regressor(loss=losses.Custom(function), solver=solver), Y
        )
        for function in FUNCTIONS
        for solver in ("adam", "lbfgs")
    },
    **{
        f"network_{function.__name__}": of_network(
            lambda network, data: list(network.train(data, Y, epochs=2, batch_size=16)), loss=losses.Custom(function)
        )
        for function in FUNCTIONS
    },
    "network_abandoned": of_network(lambda network, data: next(iter(network.train(data, Y, epochs=9))).absent),
    "callback": estimator(lambda: regressor(callbacks=[raises]), Y),
    "callback_interrupts": estimator(lambda: regressor(callbacks=[lambda end: interrupts(X, X)]), Y),
    "callback_refers_to_the_model": with_callback_that_refers_to_it,
    "checkpoint": estimator(lambda: regressor(callbacks=[callbacks.Checkpoint("/no/such/folder/file")]), Y),
    "schedule": estimator(lambda: regressor(learning_rate=schedules.PerEpoch(raises)), Y),
    "bad_rates": estimator(lambda: regressor(learning_rate=BadRates()), Y),
    "diverged": estimator(lambda: regressor(solver="sgd", learning_rate_init=1e200, activation="identity"), Y),
    "scorer": estimator(lambda: regressor(early_stopping=raises, validation_fraction=0.3), Y),
    "nan": with_nan,
    "prediction_of_nan": prediction_of_nan,
    "targets": estimator(regressor, Y[:-1]),
    "validation_data": estimator(regressor, Y, X_val=X[:, :2], y_val=Y),
    "weights": estimator(regressor, Y, sample_weight=-np.ones(64)),
    "classes": estimator(MLPClassifier, np.zeros((64, 2, 2))),
    "perceptron": estimator(Perceptron, LABELS[:-1]),
    "perceptron_score": estimator(lambda: Perceptron(early_stopping=True, validation_fraction=0.001), LABELS),
    "unit": estimator(lambda: ThresholdLogicUnit(eta0=1e308, max_iter=2), LABELS),
    "rate_search": rate_search,
}


def fails(call):
    try:
        call()
    except BaseException:
        return True
    return False


def leftovers(path, n):
    """Repeat a failing call; return how many of the models and tables are alive at the end."""
    gc.freeze()  # or a collection would look at all tests, for 0.4 s
    alive = []
    for _ in range(n):
        data = X.copy()
        model, call = PATHS[path](data)
        alive += [weakref.ref(model), weakref.ref(data)]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert fails(call)
        del data, model, call
    gc.collect()
    gc.unfreeze()
    return sum(one() is not None for one in alive)


@pytest.mark.parametrize("path", PATHS)
def test_failing_calls_free_the_model_and_the_data(path):
    assert leftovers(path, 5) == 0


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_a_thousand_failing_calls(path):
    assert leftovers(path, 1000) == 0
