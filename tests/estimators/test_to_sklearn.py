"""scikit-learn's estimators with our weights predict what ours do."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn import neural_network
from sklearn.exceptions import NotFittedError

from rosenblatt import MLPClassifier, MLPRegressor, activations, losses, optimizers, schedules

RNG = np.random.RandomState(0)
X = RNG.randn(60, 4)
Y = np.abs(X[:, 0]) + 0.1
LABELS = np.array(list("abc"))[np.argmax(X[:, :3], axis=1)]


@pytest.fixture(autouse=True)
def few_epochs():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")
        yield


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "params",
    [
        *({"activation": name} for name in ("identity", "logistic", "tanh", "relu", "sigmoid", activations.tanh)),
        *({"output_activation": name} for name in ("relu", "tanh", "logistic", "exp", activations.relu)),
        *({"loss": loss} for loss in ("poisson", "gamma", "huber", losses.Quantile(0.9))),
        {"activation": ["tanh", "tanh"], "hidden_layer_sizes": [5, 4]},
        {"hidden_layer_sizes": [], "activation": "gelu"},
        {"solver": "lbfgs", "max_iter": 1000},
        {"solver": optimizers.AdamW(), "learning_rate": schedules.Cosine(), "dropout": 0.1},
        {"early_stopping": "loss"},
        {"early_stopping": "r2"},
        {"n_iter_no_change": np.inf, "dtype": "float32"},
    ],
    ids=str,
)
def test_numbers(params):
    ours = MLPRegressor(**{"hidden_layer_sizes": [5], "max_iter": 3, "random_state": 0, **params}).fit(X, Y)
    theirs = ours.to_sklearn()
    assert type(theirs) is neural_network.MLPRegressor
    theirs._validate_params()
    rtol = 1e-4 if params.get("dtype") else 1e-10
    np.testing.assert_allclose(theirs.predict(X), ours.predict(X), rtol=rtol)
    np.testing.assert_allclose(theirs.predict(csr_matrix(X)), ours.predict(X), rtol=rtol)
    assert theirs.score(X, Y) == pytest.approx(ours.score(X, Y))
    assert theirs.n_iter_ == ours.n_iter_
    theirs.coefs_[0][:] = 0
    assert ours.coefs_[0].any()


def test_several_targets():
    y = RNG.randn(60, 2)
    ours = MLPRegressor(max_iter=3, random_state=0).fit(X, y)
    np.testing.assert_allclose(ours.to_sklearn().predict(X), ours.predict(X), rtol=1e-10)


@pytest.mark.parametrize("y", [LABELS, LABELS == "a", (X[:, :3] > 0).astype(int)], ids=["three", "two", "multilabel"])
@pytest.mark.parametrize("loss", ["log_loss", "focal", losses.LogLoss(label_smoothing=0.1)], ids=str)
def test_classes(y, loss):
    ours = MLPClassifier([5], loss=loss, max_iter=3, random_state=0).fit(X, y)
    theirs = ours.to_sklearn()
    assert type(theirs) is neural_network.MLPClassifier
    theirs._validate_params()
    np.testing.assert_array_equal(theirs.predict(X), ours.predict(X))
    np.testing.assert_allclose(theirs.predict_proba(X), ours.predict_proba(X), rtol=1e-9)
    np.testing.assert_array_equal(theirs.classes_, ours.classes_)


def test_training_continues_there_with_the_same_numbers():
    params = {"hidden_layer_sizes": [5], "max_iter": 3, "random_state": 0, "warm_start": True, "solver": "sgd"}
    ours = MLPRegressor(**params).fit(X, Y)
    theirs = ours.to_sklearn()
    np.testing.assert_allclose(theirs.fit(X, Y).coefs_[0], ours.fit(X, Y).coefs_[0], rtol=1e-9)
    theirs.partial_fit(X, Y)


def test_names_of_columns_and_pickles():
    frame = pd.DataFrame(X, columns=list("abcd"))
    theirs = MLPRegressor(max_iter=2, random_state=0).fit(frame, Y).to_sklearn()
    assert theirs.feature_names_in_.tolist() == list("abcd")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        theirs.predict(frame)
    assert type(pickle.loads(pickle.dumps(theirs))) is neural_network.MLPRegressor


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLPRegressor(activation="gelu"), "activation: got 'gelu'"),
        (MLPRegressor(hidden_layer_sizes=[3, 3], activation=["relu", "tanh"]), "activation: got"),
        (MLPRegressor(output_activation="softplus"), "output_activation: got 'softplus'"),
        (MLPRegressor(output_activation="tanh", scale_targets=True), "scale_targets: got True"),
        (MLPRegressor(scale_targets="standard"), "scale_targets: got 'standard'"),
        (MLPRegressor(loss=losses.Quantile([0.1, 0.9])), "loss: got Quantile"),
        (MLPClassifier(loss="hinge"), "loss: got 'hinge'"),
    ],
)
def test_what_scikit_learn_has_not(model, message):
    model.set_params(max_iter=2, random_state=0).fit(X, LABELS if isinstance(model, MLPClassifier) else Y)
    with pytest.raises(ValueError, match=f"^{message}"):
        model.to_sklearn()


def test_not_fitted():
    with pytest.raises(NotFittedError):
        MLPRegressor().to_sklearn()
