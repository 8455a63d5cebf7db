"""Callbacks: what a long fit tells after each epoch, and what may stop it.

A callback is any callable that takes an `EpochEnd` and returns true where training should stop. The classes here are
ready made. scikit-learn is not needed to import this module.
"""

import csv
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TextIO


@dataclass(frozen=True)
class EpochEnd:
    """What a callback gets after an epoch.

    Attributes
    ----------
    epoch : int
        Epochs of this call so far, from 1.
    n_epochs : int
        How many there are at most.
    loss : float
        The mean training loss of the epoch, the penalty included.
    learning_rate : float
        The learning rate of its last step.
    val_loss, val_score : float or None
        Loss and score on the validation data, where there are any.
    seconds : float
        Since the fit began.
    estimator : object
        The estimator in training.

    Examples
    --------
    >>> from rosenblatt import MLPRegressor
    >>> def stop_early(end):
    ...     return end.loss < 1e-3
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
    >>> model = MLPRegressor(hidden_layer_sizes=[10], learning_rate_init=0.05, random_state=0)
    >>> model = model.set_params(callbacks=[stop_early]).fit(X, y)
    >>> model.loss_ < 1e-3
    True
    """

    epoch: int
    n_epochs: int
    loss: float
    learning_rate: float
    val_loss: float | None
    val_score: float | None
    seconds: float
    estimator: Any

    def numbers(self) -> dict[str, float]:
        """Return all numbers by name, those left out that there are none of."""
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "estimator"}
        return {name: value for name, value in values.items() if value is not None}


Callback = Callable[[EpochEnd], Any]


class CSVLogger:
    """Writes the numbers of each epoch as a line of a CSV file, which is begun anew with each fit.

    Parameters
    ----------
    path : str or path-like
        The file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from rosenblatt import MLPRegressor, callbacks
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "log.csv"
    >>> model = MLPRegressor(hidden_layer_sizes=[3], solver="sgd", tol=1.0, random_state=0)
    >>> model = model.set_params(callbacks=[callbacks.CSVLogger(path)]).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> path.read_text().splitlines()[0]
    'epoch,n_epochs,loss,learning_rate,seconds'
    """

    def __init__(self, path: Any) -> None:
        self.path = path

    def __call__(self, end: EpochEnd) -> None:
        """Write a line."""
        numbers = end.numbers()
        first = end.epoch == 1
        with open(self.path, "w" if first else "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if first:
                writer.writerow(numbers)
            writer.writerow(numbers.values())


class ProgressBar:
    """Shows epochs, loss and time on one line of a terminal or notebook, at most ten times a second.

    Parameters
    ----------
    file : text file, default=None
        Where to. None means the standard error.

    Examples
    --------
    >>> import io
    >>> from rosenblatt import MLPRegressor, callbacks
    >>> out = io.StringIO()
    >>> bar = callbacks.ProgressBar(out)
    >>> model = MLPRegressor(hidden_layer_sizes=[3], solver="sgd", tol=1.0, random_state=0, callbacks=[bar])
    >>> model = model.fit([[0.0], [1.0]], [0.0, 1.0])
    >>> "loss" in out.getvalue()
    True
    """

    _WIDTH = 30
    _PAUSE = 0.1

    def __init__(self, file: TextIO | None = None) -> None:
        self.file = file
        self._shown = 0.0

    def __call__(self, end: EpochEnd) -> None:
        """Show the epoch, unless the last one was shown just now."""
        now = time.monotonic()
        last = end.epoch >= end.n_epochs
        if now - self._shown < self._PAUSE and not last and end.epoch > 1:
            return
        self._shown = now
        done = self._WIDTH * end.epoch // end.n_epochs
        validation = "" if end.val_score is None else f"  val_score {end.val_score:.4f}"
        line = (
            f"\r[{'#' * done}{'.' * (self._WIDTH - done)}] {end.epoch}/{end.n_epochs}"
            f"  loss {end.loss:.6g}{validation}  {end.seconds:.1f} s"
        )
        file = self.file or sys.stderr
        file.write(line + ("\n" if last else ""))
        file.flush()
