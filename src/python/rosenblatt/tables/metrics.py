"""The errors by which the best epoch is chosen: of validation outputs, lower is better; and those of scorers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from rosenblatt.estimators.bases import BaseEstimator, ClassifierMixin, RegressorMixin

Array = npt.NDArray[Any]


def _rmse(y: Array, outputs: Array, weights: Array | None) -> float:
    return float(np.sqrt(np.average(((outputs - y) ** 2).mean(axis=1), weights=weights)))


def _mae(y: Array, outputs: Array, weights: Array | None) -> float:
    return float(np.average(np.abs(outputs - y).mean(axis=1), weights=weights))


def _error_rate(y: Array, outputs: Array, weights: Array | None) -> float:
    return float(np.average(outputs.argmax(axis=1) != y, weights=weights))


def _log_loss(y: Array, outputs: Array, weights: Array | None) -> float:
    right = outputs[np.arange(len(y)), y]
    return float(np.average(-np.log(np.maximum(right, np.finfo(right.dtype).tiny)), weights=weights))


def _one_minus_auc(y: Array, outputs: Array, weights: Array | None) -> float:
    if len(np.unique(y)) < outputs.shape[1]:  # the area is not defined without rows of each class
        return _log_loss(y, outputs, weights)
    if outputs.shape[1] == 2:
        return 1 - float(metrics.roc_auc_score(y, outputs[:, 1], sample_weight=weights))
    outputs = outputs.astype(np.float64)
    outputs /= outputs.sum(axis=1, keepdims=True)
    return 1 - float(metrics.roc_auc_score(y, outputs, sample_weight=weights, multi_class="ovo", average="macro"))


# By the parameter ``metric``. The order of rmse is that of r2, too.
OF_NUMBERS: dict[str, Callable[[Array, Array, Array | None], float]] = {"rmse": _rmse, "r2": _rmse, "mae": _mae}
OF_CLASSES: dict[str, Callable[[Array, Array, Array | None], float]] = {
    "accuracy": _error_rate,
    "log_loss": _log_loss,
    "roc_auc": _one_minus_auc,
}


class KnownNumbers(RegressorMixin, BaseEstimator):
    """A regressor as scorers take it, whose predictions are known."""

    def __init__(self, predictions: Array) -> None:
        self.predictions = predictions

    def predict(self, X: Any) -> Array:
        """Return the known predictions."""
        return self.predictions


class KnownClasses(ClassifierMixin, BaseEstimator):
    """A classifier as scorers take it, whose probabilities are known."""

    def __init__(self, classes: Array, probabilities: Array) -> None:
        self.classes = classes
        self.probabilities = probabilities
        self.classes_ = classes

    def predict_proba(self, X: Any) -> Array:
        """Return the known probabilities."""
        return self.probabilities

    def predict(self, X: Any) -> Array:
        """Return the most probable class of each row."""
        found: Array = self.classes[self.probabilities.argmax(axis=1)]
        return found


def error_of_scorer(scoring: Any, known: KnownNumbers | KnownClasses, y: Array, weights: Array | None) -> float:
    """Return the error of a scorer, which is at least 0 where the score is at most 1: 1 - score, or if the scorer is
    minus a loss that loss.
    """
    scorer = metrics.get_scorer(scoring)
    options = {} if weights is None else {"sample_weight": weights}
    score = float(scorer(known, np.zeros((len(y), 1)), y, **options))
    return -score if getattr(scorer, "_sign", 1) < 0 else 1 - score
