"""The callback that shows how far a fit has come."""

from typing import Any, TextIO

from rosenblatt._display import Lines, bar
from rosenblatt.callbacks.epoch_end import EpochEnd


class ProgressBar:
    """Show epochs, loss and time: as a line that changes in a terminal or notebook, elsewhere as an occasional line.

    A terminal or notebook is updated at most ten times a second. Other files, such as logs, get a line every ten
    seconds. The last epoch is always shown. The loss is `EpochEnd.loss`, penalty included. Training continues where
    nothing can be shown: without a standard error, or with a file that cannot be written.

    Parameters
    ----------
    file : text file, default=None
        The file to write to. None means the output of the cell in a notebook, elsewhere the standard error.

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

    __module__ = "rosenblatt.callbacks"

    def __init__(self, file: TextIO | None = None) -> None:
        self.file = file
        self._lines: Lines | None = None  # those of the fit, from its first epoch on

    def __call__(self, end: EpochEnd) -> None:
        """Show the epoch, unless an earlier one was shown a moment ago."""
        if self._lines is None:
            self._lines = Lines(self.file)
        validation = "" if end.val_score is None else f"  val_score {end.val_score:.4f}"
        self._lines.add(
            f"{bar(end.epoch / end.n_epochs)} {end.epoch}/{end.n_epochs}"
            f"  loss {end.loss:.6g}{validation}  {end.seconds:.1f} s"
        )

    def close(self) -> None:
        """Show the last epoch and end the line; estimators call this when the fit ends, also by an error."""
        if self._lines is not None:
            self._lines.close()
        self._lines = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes for copies, without the display of a fit."""
        return {**vars(self), "_lines": None}
