"""The description of a fit, by which a checkpoint knows whether it belongs to it."""

from typing import Any

import numpy as np

from rosenblatt import activations, losses
from rosenblatt.training.plain import digest, plain
from rosenblatt.training.samples import Samples

# Parameters of estimators that change what is reported, or how long training lasts, but not the epochs that are done.
_NEUTRAL = frozenset({"callbacks", "max_iter", "n_threads", "progress", "verbose", "warm_start"})


def _digest(*tables: Any) -> str:
    """Return a digest of arrays and sparse matrices; None is left out."""
    arrays: list[Any] = []
    for table in tables:
        if table is not None:
            arrays += (table.data, table.indices, table.indptr) if hasattr(table, "indptr") else (table,)
    return digest(*arrays)


def _in_one_form(estimator: Any, name: str, value: Any) -> Any:
    """Return a parameter's value in one of the forms that mean the same, such as 5 and [5]."""
    n_hidden = len(estimator.coefs_) - 1
    if name == "hidden_layer_sizes":
        return estimator._hidden_layer_sizes()
    if name == "activation":
        return [activations.find(found).name for found in estimator._activations(n_hidden)]
    if name == "loss":
        return losses.find(value)
    if name == "dropout":
        return [*value] if np.ndim(value) else [value] * n_hidden
    if name == "dtype" and value is not None:
        return np.dtype(value)
    return value


def describe_problem(estimator: Any, samples: Samples, validation: Samples | None, start: Any) -> dict[str, Any]:
    """Return, by name and as plain values, what two fits must have in common so that one can continue the other.

    ``start`` holds the parameters of a warm start; it is empty if they are new.
    """
    parameters = {
        name: plain(_in_one_form(estimator, name, value))
        for name, value in estimator.get_params(deep=False).items()
        if name not in _NEUTRAL
    }
    return {
        "estimator": type(estimator).__name__,
        "layer sizes": [*(len(coef) for coef in estimator.coefs_), estimator.coefs_[-1].shape[1]],
        "dtype of the parameters": str(estimator.coefs_[0].dtype),
        "number of samples": samples.n_rows,
        "digest of the samples": _digest(*samples),
        "digest of the validation data": _digest(*(validation or ())),
        "digest of the parameters to start from": _digest(*start),
        **parameters,
    }
