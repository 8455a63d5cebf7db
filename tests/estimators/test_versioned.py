"""Pickles of estimators carry the version of the package."""

import pickle

import numpy as np
import pytest
from sklearn.exceptions import InconsistentVersionWarning

import rosenblatt
from rosenblatt import McCullochPittsClassifier, MLPClassifier, MLPRegressor, Perceptron, ThresholdLogicUnit

X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
ESTIMATORS = [
    MLPClassifier((3,), solver="lbfgs"),
    MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs"),
    Perceptron(),
    ThresholdLogicUnit(),
    McCullochPittsClassifier(),
]


@pytest.mark.parametrize("model", ESTIMATORS, ids=lambda model: type(model).__name__)
def test_another_version_warns(model, monkeypatch):
    binary = isinstance(model, McCullochPittsClassifier)
    model.fit(X > 1 if binary else X, y)
    data = pickle.dumps(model)
    assert "_rosenblatt_version" not in vars(pickle.loads(data))  # the same version does not warn
    monkeypatch.setattr(rosenblatt._core, "VERSION", "99.0")
    with pytest.warns(
        InconsistentVersionWarning, match=rf"{type(model).__name__} from version {rosenblatt.__version__}"
    ):
        read = pickle.loads(data)
    np.testing.assert_array_equal(read.predict(X > 1 if binary else X), model.predict(X > 1 if binary else X))
