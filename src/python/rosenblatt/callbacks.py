"""Callbacks: functions that a fit calls after each epoch, and that can stop it.

A callback is any callable that takes an `EpochEnd`. It stops training by returning a true value. The classes in this
module are such callbacks. The module does not import scikit-learn.
"""

import csv
import operator
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TextIO

from rosenblatt.training import checkpoint as _checkpoint
from rosenblatt.training.epoch import Epoch
from rosenblatt.training.state import State
from rosenblatt.training.trainable import Trainable


@dataclass(frozen=True)
class EpochEnd:
    """The argument of a callback: the numbers of an epoch, as in `rosenblatt.Epoch`, and the estimator.

    Attributes
    ----------
    epoch : int
        The number of epochs of this call so far, from 1.
    n_epochs : int
        The largest number of epochs of this call.
    loss : float
        The training loss of the epoch: ``data_loss + penalty``, as in ``loss_curve_``.
    data_loss : float
        The mean loss of the training samples, without the penalty.
    penalty : float
        The mean over the mini-batches of the penalties of ``alpha`` and ``l1``.
    learning_rate : float
        The learning rate of the epoch's last step.
    val_loss, val_score : float or None
        The loss, without a penalty, and the score on the validation samples; None without such samples.
    seconds : float
        The time since the fit began.
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
    data_loss: float
    penalty: float
    learning_rate: float
    val_loss: float | None
    val_score: float | None
    seconds: float
    estimator: Any

    @classmethod
    def of(cls, epoch: Epoch, n_epochs: int, estimator: Any) -> Self:
        """Return the argument of callbacks for an epoch of the training loop."""
        return cls(
            epoch.epoch,
            n_epochs,
            epoch.loss,
            epoch.data_loss,
            epoch.penalty,
            epoch.learning_rate,
            epoch.val_loss,
            epoch.val_score,
            epoch.seconds,
            estimator,
        )

    @staticmethod
    def names(validated: bool) -> list[str]:
        """Return the names of the numbers in ``history_``, with or without validation samples."""
        return ["epoch", "loss", "learning_rate", *(("val_loss", "val_score") if validated else ()), "seconds"]

    def numbers(self) -> dict[str, float]:
        """Return ``n_epochs`` and the numbers that ``history_`` holds, by name."""
        first, *others = self.names(self.val_loss is not None)
        return {name: getattr(self, name) for name in (first, "n_epochs", *others)}


Callback = Callable[[EpochEnd], Any]


class CSVLogger:
    """Write the numbers of each epoch as a line of a CSV file, which each fit overwrites.

    The columns are those of ``history_``, and ``n_epochs``. The loss is `EpochEnd.loss`, penalty included.

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
    """Write the state of a fit to a file, from which an interrupted fit resumes with the same results.

    If the file exists when ``fit`` begins, the fit resumes from it, and ends with the same bits as a fit that was not
    interrupted. If the file is of a fit that has ended, the result is the same model; training continues only if
    ``max_iter`` ended that fit and is larger now. The file must belong to the same problem: the samples, the network,
    and all parameters of the estimator except ``max_iter``, ``n_threads``, ``warm_start`` and those that only report.
    Functions given as parameters are compared by name. The state of such functions and of other callbacks is not
    stored.

    Parameters
    ----------
    path : str or path-like
        The file, a NumPy archive (.npz) of plain arrays, without pickle. It is replaced as a whole or not at all.
    every : int, default=1
        The number of epochs between two writes. The last epoch is always written.
    resume : bool, default=True
        Whether to resume from an existing file. False overwrites it.

    Raises
    ------
    TypeError
        If ``every`` is not an integer; from ``fit``, if the schedule or the random state cannot be stored.
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

    # Estimators call these methods instead of calling the checkpoint with an EpochEnd: it is written after all other
    # callbacks, and holds the whole state.

    def _begin(self, state: State, network: Trainable, problem: dict[str, str]) -> None:
        """Resume from the file, if there is one."""
        path = os.fspath(self.path)
        if self.resume and os.path.exists(path):
            _checkpoint.load(path, state, network, problem)

    def _epoch_ends(self, state: State, network: Trainable, problem: dict[str, str], n_epochs: int) -> None:
        """Write the file after every so many epochs, and after the last epoch."""
        if state.ended or state.n_iter % self.every == 0 or state.n_iter == n_epochs:
            _checkpoint.save(os.fspath(self.path), state, network._arrays(), problem)


class ProgressBar:
    """Show epochs, loss and time on one line of a terminal or notebook, at most ten times a second.

    The loss is `EpochEnd.loss`, penalty included.

    Parameters
    ----------
    file : text file, default=None
        The file to write to. None means the standard error.

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
        """Show the epoch, unless the previous one was shown less than a tenth of a second ago."""
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
