"""Early stopping on any scorer of scikit-learn."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score, get_scorer, make_scorer, mean_absolute_error, roc_auc_score

from rosenblatt import MLPClassifier, MLPRegressor

RNG = np.random.RandomState(0)
X, X_VAL = RNG.randn(80, 3), RNG.randn(40, 3)
W = RNG.randn(3, 3)
LABELS, LABELS_VAL = (np.array(list("abc"))[np.argmax(x @ W + 0.5 * RNG.randn(len(x), 3), axis=1)] for x in (X, X_VAL))
Y, Y_VAL = X @ W[0], X_VAL @ W[0]


@pytest.fixture(autouse=True)
def few_epochs():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")
        yield


def recorded(model, scorer, x, y, x_val, y_val):
    """Fit with a callback that keeps copies, and compare validation scores with the scorer's on each epoch."""
    seen = []
    model = clone(model).set_params(callbacks=[lambda end: seen.append(end.val_score)])
    model.fit(x, y, X_val=x_val, y_val=y_val)
    for n in range(1, model.n_iter_ + 1):
        # a fit of n epochs without a stopping rule has the weights of epoch n
        prefix = clone(model).set_params(early_stopping=False, max_iter=n, callbacks=None, n_iter_no_change=1000)
        assert model.validation_scores_[n - 1] == pytest.approx(scorer(prefix.fit(x, y), x_val, y_val), abs=1e-12)
    assert seen == model.validation_scores_ == model.history_["val_score"].tolist()
    assert model.best_validation_score_ == max(seen)
    assert scorer(model, x_val, y_val) == pytest.approx(max(seen), abs=1e-12)


@pytest.mark.parametrize("name", ["neg_log_loss", "balanced_accuracy", "roc_auc_ovr", "f1_macro"])
def test_classes(name):
    model = MLPClassifier([5], max_iter=4, random_state=0, early_stopping=name, learning_rate_init=0.05)
    recorded(model, get_scorer(name), X, LABELS, X_VAL, LABELS_VAL)


@pytest.mark.parametrize("loss", ["log_loss", "hinge"])
def test_two_classes(loss):
    model = MLPClassifier([5], loss=loss, max_iter=4, random_state=0, early_stopping="roc_auc")
    recorded(model, get_scorer("roc_auc"), X, LABELS == "a", X_VAL, LABELS_VAL == "a")


def test_several_labels():
    y, y_val = ((z @ W > 0).astype(int) for z in (X, X_VAL))
    model = MLPClassifier([5], max_iter=3, random_state=0, early_stopping="f1_micro")
    recorded(model, get_scorer("f1_micro"), X, y, X_VAL, y_val)


@pytest.mark.parametrize("scaled", [False, True])
def test_numbers(scaled):
    model = MLPRegressor(hidden_layer_sizes=[5], max_iter=4, random_state=0, learning_rate_init=0.05)
    model.set_params(early_stopping="neg_mean_absolute_error")
    if scaled:
        model.set_params(scale_targets=True, output_activation="tanh")
    recorded(model, get_scorer("neg_mean_absolute_error"), X, Y, X_VAL, Y_VAL)


def own_scorer(estimator, X, y):
    return -np.abs(estimator.predict(X) - y).max()


@pytest.mark.parametrize("scorer", [own_scorer, make_scorer(mean_absolute_error, greater_is_better=False)], ids=str)
def test_callables(scorer):
    model = MLPRegressor(hidden_layer_sizes=[5], max_iter=4, random_state=0, early_stopping=scorer)
    recorded(model, scorer, X, Y, X_VAL, Y_VAL)


def test_scorers_see_the_parameters_of_the_epoch():
    norms = []

    def norm(estimator, X, y):
        norms.append(float(np.abs(estimator.coefs_[0]).sum()))
        return norms[-1]

    MLPRegressor(hidden_layer_sizes=[5], max_iter=4, random_state=0, early_stopping=norm).fit(X, Y)
    assert len(set(norms)) == 4


def test_weights():
    weights, weights_val = RNG.rand(80), RNG.rand(40)
    model = MLPClassifier([5], max_iter=2, random_state=0, early_stopping="balanced_accuracy")
    model.fit(X, LABELS, weights, X_val=X_VAL, y_val=LABELS_VAL, sample_weight_val=weights_val)
    score = balanced_accuracy_score(LABELS_VAL, model.predict(X_VAL), sample_weight=weights_val)
    assert model.best_validation_score_ == pytest.approx(score)
    regressor = MLPRegressor(hidden_layer_sizes=[5], max_iter=2, random_state=0, early_stopping=own_scorer)
    regressor.fit(X, Y, weights, X_val=X_VAL, y_val=Y_VAL, sample_weight_val=weights_val)


def test_held_back_rows_of_frames():
    model = MLPClassifier([5], max_iter=30, random_state=0, early_stopping="roc_auc", validation_fraction=0.3)
    model.fit(pd.DataFrame(X, columns=list("abc")), LABELS == "a")
    assert 0.5 < model.best_validation_score_ <= 1.0
    assert clone(model).early_stopping == "roc_auc"


def test_it_stops_and_keeps_the_best():
    scores = iter([0.1, 0.5, 0.3, 0.2, 0.1, 0.0])
    model = MLPRegressor(hidden_layer_sizes=[3], random_state=0, n_iter_no_change=2, max_iter=50)
    model.set_params(early_stopping=lambda estimator, X, y: next(scores)).fit(X, Y)
    assert (model.n_iter_, model.best_validation_score_) == (5, 0.5)


@pytest.mark.parametrize(
    ("scoring", "error", "message"),
    [
        ("roc_au", ValueError, "'early_stopping' parameter .*Did you mean 'roc_auc'"),
        (3, ValueError, "'early_stopping' parameter"),
        (
            roc_auc_score,
            ValueError,
            "early_stopping: got <function roc_auc_score.*metric function rather than a scorer",
        ),
        (lambda estimator, X, y: None, TypeError, "early_stopping: got None from .*, expected a number"),
        (lambda estimator, X, y: [1.0], TypeError, r"early_stopping: got \[1.0\] from .*, expected a number"),
    ],
)
def test_what_is_no_scorer(scoring, error, message):
    with pytest.raises(error, match=message):
        MLPRegressor(early_stopping=scoring, max_iter=2).fit(X, Y)
