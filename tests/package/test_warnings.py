"""Warnings point to the line of the user's code."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor, ThresholdLogicUnit

X = np.random.RandomState(0).rand(40, 3)
y = (X[:, 0] > 0.5).astype(int)
CALLS = {
    "fit": (lambda: MLPClassifier((3,), max_iter=1).fit(X, y), ConvergenceWarning),
    "batch_size": (lambda: MLPRegressor(batch_size=999, max_iter=1, tol=9, n_iter_no_change=1).fit(X, y), UserWarning),
    "pipeline": (
        lambda: make_pipeline(StandardScaler(), MLPClassifier((3,), max_iter=1)).fit(X, y),
        ConvergenceWarning,
    ),
    "search": (lambda: cross_val_score(MLPClassifier((3,), max_iter=1), X, y, cv=2), ConvergenceWarning),
    "tlu": (lambda: ThresholdLogicUnit(max_iter=1).fit(X, [0, 1] * 20), ConvergenceWarning),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_line_is_the_callers(name):
    call, category = CALLS[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert {warning.filename for warning in caught if warning.category is category} == {__file__}
    assert {warning.lineno for warning in caught if warning.category is category} == {call.__code__.co_firstlineno}
