"""What a run of epochs carries from one to the next, and which problem it is that it solves."""

import re
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt.training.loop import Parameters

# Parameters of estimators that change what is told or how long it goes on, but no epoch that is done.
_NEUTRAL = frozenset({"callbacks", "max_iter", "n_threads", "progress", "verbose", "warm_start"})


@dataclass
class Run:
    """A run between two epochs, except for the optimizer and the estimator's own attributes.

    Attributes
    ----------
    order : ndarray of shape (n_train,), int64
        The rows to train on, as the last epoch left them: the next one shuffles this order.
    held_back : ndarray of shape (n_held_back,), int64
        The rows that early stopping holds back.
    dropout_seed : int
        What dropout's draws are made from.
    parameters : (coefs, intercepts)
        The last finite ones.
    best : (coefs, intercepts) or None
        Those of the best epoch by validation data, where the fit is to end with them.
    history : dict of str -> list of float
        The numbers of each epoch.
    seconds : float
        Time spent.
    ended : bool
        Whether there will be no further epoch.
    """

    order: npt.NDArray[np.int64]
    held_back: npt.NDArray[np.int64]
    dropout_seed: int
    parameters: Parameters
    best: Parameters | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    ended: bool = False

    def note(self, numbers: dict[str, float]) -> None:
        """Append the numbers of an epoch to the history."""
        self.seconds = numbers["seconds"]
        for name, value in numbers.items():
            if name != "n_epochs":
                self.history.setdefault(name, []).append(value)


def _digest(*tables: Any) -> str:
    """Return a checksum of arrays and sparse matrices; None stands for none."""
    checksum = 0
    for table in tables:
        parts = (table.data, table.indices, table.indptr) if hasattr(table, "indptr") else (table,)
        for part in parts:
            if part is not None:
                checksum = zlib.crc32(np.ascontiguousarray(part).data.cast("B"), checksum)
    return f"{checksum:08x}"


def describe_problem(estimator: Any, X: Any, y: Any, sample_weight: Any, validation: Any, start: Any) -> dict[str, str]:
    """Return, by name and in words, all that two runs must have in common so that one can go on for the other.

    ``start`` holds the parameters of a warm start, or nothing where they are new.
    """
    # Functions and other objects are known by what they are, not by where they happen to be in memory.
    parameters = {
        name: re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
        for name, value in sorted(estimator.get_params(deep=False).items())
        if name not in _NEUTRAL
    }
    return {
        "estimator": type(estimator).__name__,
        "layer sizes": str([*(len(coef) for coef in estimator.coefs_), estimator.coefs_[-1].shape[1]]),
        "dtype of the parameters": str(estimator.coefs_[0].dtype),
        "number of samples": str(X.shape[0]),
        "checksum of the samples": _digest(X, y, sample_weight),
        "checksum of the validation data": _digest(*(validation or ())),
        "checksum of the parameters to start from": _digest(*start),
        **parameters,
    }
