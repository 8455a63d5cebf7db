"""Scores of scikit-learn's scorers, computed after each epoch for early stopping."""

import inspect
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from rosenblatt._messages import shown
from rosenblatt.training.samples import Samples
from rosenblatt.training.trainable import Trainable


def _snapshot(model: Any, network: Trainable) -> Any:
    """Return an estimator with the parameters that the network has now."""
    view = object.__new__(type(model))
    vars(view).update(vars(model))
    for name in ("_live", "feature_names_in_"):  # the samples have no names any more
        vars(view).pop(name, None)
    view.coefs_, view.intercepts_ = network._arrays()
    return view


def epoch_scorer(model: Any) -> Callable[[Trainable, Samples], float] | None:
    """Return the function that scores a network by the estimator's ``early_stopping``; None for its own score or loss.

    Raises
    ------
    ValueError
        If ``early_stopping`` is a function of targets and predictions rather than a scorer.
    """
    scoring = model.early_stopping
    if isinstance(scoring, bool | np.bool_) or (isinstance(scoring, str) and scoring in ("loss", "score")):
        return None
    try:
        scorer = check_scoring(model, scoring=scoring)
    except ValueError as error:
        raise ValueError(
            f"early_stopping: got {shown(scoring)}, expected the name of a scorer or a scorer: {error}"
        ) from None
    # Scorers of scikit-learn take weights; a function of the user's may not.
    weighted = not inspect.isfunction(scorer) or "sample_weight" in inspect.signature(scorer).parameters

    def score(network: Trainable, samples: Samples) -> float:
        X, y, sample_weight = samples
        weights = {} if sample_weight is None or not weighted else {"sample_weight": sample_weight}
        value = scorer(_snapshot(model, network), X, model._decode_targets(y), **weights)
        if not isinstance(value, Real | np.number):
            raise TypeError(f"early_stopping: got {shown(value)} from {scoring!r}, expected a number")
        return float(value)

    return score
