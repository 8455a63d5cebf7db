"""The callback that writes the numbers of each epoch to a CSV file."""

import csv
import os
from typing import Any

from rosenblatt.callbacks.epoch_end import EpochEnd
from rosenblatt.callbacks.paths import path_of


class CSVLogger:
    """Write the numbers of each epoch as a line of a CSV file, which each fit overwrites.

    The columns are those of ``history_``, and ``n_epochs``. The loss is `EpochEnd.loss`, penalty included. The file of
    a fit that resumes from a `Checkpoint` also has the epochs before: it is the file of a fit without interruption.

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

    __module__ = "rosenblatt.callbacks"

    def __init__(self, path: Any) -> None:
        path_of(path)
        self.path = path
        self._next = 0  # the epoch whose line follows the last one

    def __call__(self, end: EpochEnd) -> None:
        """Write a line; in the first call of a fit, all lines up to it."""
        path = path_of(self.path)
        goes_on = end.epoch == self._next and os.path.exists(path)
        with open(path, "a" if goes_on else "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if goes_on:
                writer.writerow(end.numbers().values())
            else:
                self._write_all(writer, end)
        self._next = end.epoch + 1

    def close(self) -> None:
        """End the log of a fit: the next one begins a new file, with all of its epochs, also if it resumes."""
        self._next = 0

    @staticmethod
    def _write_all(writer: Any, end: EpochEnd) -> None:
        names = list(end.numbers())
        writer.writerow(names)
        history = {name: values.tolist() for name, values in end.estimator.history_.items()}
        history["n_epochs"] = [end.n_epochs] * end.epoch
        writer.writerows(zip(*(history[name] for name in names), strict=True))
