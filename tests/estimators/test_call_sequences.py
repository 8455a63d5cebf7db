"""Calls of one estimator in any order, with other parameters each time."""

import itertools

import numpy as np
import pytest

from rosenblatt import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.RandomState(0).rand(60, 3)
TARGETS = {MLPRegressor: X[:, 0], MLPClassifier: (X[:, 0] > 0.5).astype(int)}
PARAMETERS = {
    "adam": {"solver": "adam"},
    "sgd": {"solver": "sgd"},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive"},
    "lbfgs": {"solver": "lbfgs"},
    "early stopping": {"solver": "adam", "early_stopping": True},
    "early stopping on the loss": {"solver": "adam", "early_stopping": "loss"},
    "validation data": {"solver": "adam"},
    "float32": {"solver": "adam"},
    "partial_fit": {"solver": "adam"},
    "partial_fit sgd": {"solver": "sgd"},
}


def call(model, name):
    y = TARGETS[type(model)]
    model.set_params(**{"early_stopping": False, "learning_rate": "constant", **PARAMETERS[name]})
    if name.startswith("partial_fit"):
        return model.partial_fit(X, y, **({"classes": [0, 1]} if isinstance(model, MLPClassifier) else {}))
    table = X.astype(np.float32) if name == "float32" else X
    return model.fit(table, y, **({"X_val": X[:9], "y_val": y[:9]} if name == "validation data" else {}))


def fresh(cls, **parameters):
    return cls(hidden_layer_sizes=(4,), max_iter=3, batch_size=20, random_state=0, **parameters)


def check(cls, names, warm_start):
    model = fresh(cls, warm_start=warm_start)
    for name in names:
        call(model, name)
    last = names[-1]
    assert model.predict(X).shape == (60,)
    assert np.isfinite(model.loss_)
    assert model.n_iter_ >= 1
    if last == "lbfgs":
        assert not hasattr(model, "history_")
    else:
        assert len(model.history_["loss"]) == model.n_iter_ <= len(model.loss_curve_)
        stops_early = last.startswith("early")
        assert (model.validation_scores_ is not None) is stops_early or warm_start or last.startswith("partial")
    if not warm_start and not last.startswith("partial"):  # as if there had been no earlier calls
        expected = call(fresh(cls), last)
        assert set(vars(expected)) == set(vars(model))
        for one, other in zip(model.coefs_, expected.coefs_, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("warm_start", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("cls", TARGETS)
def test_pairs(cls, warm_start):
    for names in itertools.product(PARAMETERS, repeat=2):
        check(cls, names, warm_start)


@pytest.mark.slow
@pytest.mark.parametrize("warm_start", [False, True])
@pytest.mark.parametrize("cls", TARGETS)
def test_triples(cls, warm_start):
    for names in itertools.product(PARAMETERS, repeat=3):
        check(cls, names, warm_start)
