"""Callbacks: what a long fit tells after each epoch, and what may stop it.

A callback is any callable that takes an `EpochEnd` and returns true where training should stop. The classes here are
ready made. scikit-learn is not needed to import this module.
"""

import csv
import operator
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TextIO

from rosenblatt.training import checkpoint as _checkpoint


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

    @staticmethod
    def names(judged: bool) -> list[str]:
        """Return the names of an epoch's history, where there are validation data or not."""
        return ["epoch", "loss", "learning_rate", *(("val_loss", "val_score") if judged else ()), "seconds"]

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
        with open(self.path, "w" if end.epoch == 1 else "a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if file.tell() == 0:
                writer.writerow(numbers)
            writer.writerow(numbers.values())


class Checkpoint:
    """Keeps the state of a fit in a file, from which a fit that was killed goes on as if nothing had happened.

    It ends with the same bits. Where the file exists when ``fit`` begins, the fit goes on from it; where it is that of
    a fit that has ended, the same model comes out again, trained on if ``max_iter`` was raised and nothing else had
    ended it. The file must belong to the same problem: the samples, the network, and all parameters of the estimator
    but ``max_iter``, ``n_threads``, ``warm_start`` and those that only report. Functions given as parameters are
    compared by name, and what they or other callbacks remember is not kept.

    Parameters
    ----------
    path : str or path-like
        The file, a NumPy archive (.npz) of plain arrays, without pickle. It is replaced as a whole or not at all.
    every : int, default=1
        After how many epochs it is written; in any case after the last one.
    resume : bool, default=True
        Whether to go on from a file that exists. False means to begin anew and overwrite it.

    Raises
    ------
    TypeError
        If ``every`` is not an integer; from ``fit``, if the schedule or the random state cannot be kept.
    ValueError
        If ``every`` is below 1; from ``fit``, if the file is damaged or belongs to another problem.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from rosenblatt import MLPRegressor, callbacks
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "fit.npz"
    >>> model = MLPRegressor(hidden_layer_sizes=[3], max_iter=20, tol=0, random_state=0)
    >>> model = model.set_params(callbacks=[callbacks.Checkpoint(path), lambda end: end.epoch == 5])
    >>> model.fit([[0.0], [1.0]], [0.0, 1.0]).n_iter_
    5
    >>> model.set_params(callbacks=[callbacks.Checkpoint(path)]).fit([[0.0], [1.0]], [0.0, 1.0]).n_iter_
    5
    """

    def __init__(self, path: Any, every: int = 1, resume: bool = True) -> None:
        self.path = path
        self.every = operator.index(every)
        self.resume = resume
        if self.every < 1:
            raise ValueError(f"every: got {every}, expected an integer >= 1")

    # Not calls with an EpochEnd: a checkpoint is written after all other callbacks, and needs more than numbers.

    def begin(self, estimator: Any, run: Any, problem: dict[str, str], names: list[str]) -> None:
        """Go on from the file, if there is one; called by ``fit``."""
        path = os.fspath(self.path)
        if self.resume and os.path.exists(path):
            _checkpoint.load(path, estimator, run, problem, names)

    def epoch_ends(self, estimator: Any, run: Any, problem: dict[str, str]) -> None:
        """Write the file, if it is time to; called by ``fit``."""
        if run.ended or estimator.n_iter_ % self.every == 0 or estimator.n_iter_ == estimator.max_iter:
            _checkpoint.save(os.fspath(self.path), estimator, run, problem)


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
