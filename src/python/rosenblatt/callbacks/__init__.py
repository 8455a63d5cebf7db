"""Callbacks: functions that a fit calls after each epoch, and that can stop it.

A callback is any callable that takes an `EpochEnd`. It stops training by returning a true value. One that has a method
`close` is closed when the fit ends, also by an error. The classes in this module are callbacks. The module does not
import scikit-learn.

In a call, ``end.estimator`` is the estimator after the epoch: it predicts, and can be copied and pickled. Its weights
are copied only if they are looked at. Weights that a callback assigns to ``coefs_`` and ``intercepts_`` are those that
training continues from.
"""

from rosenblatt.callbacks.checkpoint import Checkpoint
from rosenblatt.callbacks.csv_logger import CSVLogger
from rosenblatt.callbacks.epoch_end import Callback, EpochEnd
from rosenblatt.callbacks.progress_bar import ProgressBar
from rosenblatt.training.average_weights import AverageWeights

__all__ = ["AverageWeights", "CSVLogger", "Callback", "Checkpoint", "EpochEnd", "ProgressBar"]


def __dir__() -> list[str]:
    return sorted(__all__)
