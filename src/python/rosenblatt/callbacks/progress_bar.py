"""The callback that shows how far a fit has come."""

import shutil
import sys
import time
from contextlib import suppress
from typing import Any, TextIO

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

    _WIDTH = 30
    _SECONDS = 0.1
    _SECONDS_OF_LOGS = 10.0

    def __init__(self, file: TextIO | None = None) -> None:
        self.file = file
        self._display: _Display | None = None  # that of the fit, from its first epoch on
        self._time = 0.0
        self._hidden: str | None = None  # the last epoch, if it has not been shown

    def __call__(self, end: EpochEnd) -> None:
        """Show the epoch, unless an earlier one was shown a moment ago."""
        if self._display is None:
            self._display = _display_of(self.file)
            self._time = time.monotonic()
        now = time.monotonic()
        self._hidden = self._line(end)
        occasional = self._display.occasional
        pause = self._SECONDS_OF_LOGS if occasional else self._SECONDS
        if (end.epoch == 1 and not occasional) or now - self._time >= pause:
            self._time = now
            self._show()

    def close(self) -> None:
        """Show the last epoch and end the line; estimators call this when the fit ends, also by an error."""
        self._show()
        if self._display is not None:
            self._display.close()
        self._display = None

    def _line(self, end: EpochEnd) -> str:
        done = self._WIDTH * end.epoch // end.n_epochs
        validation = "" if end.val_score is None else f"  val_score {end.val_score:.4f}"
        return (
            f"[{'#' * done}{'.' * (self._WIDTH - done)}] {end.epoch}/{end.n_epochs}"
            f"  loss {end.loss:.6g}{validation}  {end.seconds:.1f} s"
        )

    def _show(self) -> None:
        if self._hidden is not None and self._display is not None:
            self._display.show(self._hidden)
        self._hidden = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes for copies, without the display of a fit."""
        return {**vars(self), "_display": None, "_hidden": None}


class _Display:
    """What shows lines. This one shows nothing."""

    occasional = False

    def show(self, line: str) -> None:
        """Show a line."""

    def close(self) -> None:
        """End the display."""


class _Log(_Display):
    """A file, to which each line is added."""

    occasional = True

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def show(self, line: str) -> None:
        self._write(line + "\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # ValueError: of a closed file
            self._file.write(text)
            if hasattr(self._file, "flush"):
                self._file.flush()


class _Terminal(_Log):
    """A terminal, on which each line replaces the one before."""

    occasional = False

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)
        self._length = 0

    def show(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]  # a longer line would wrap, and could not be replaced
        self._write("\r" + line.ljust(self._length))
        self._length = len(line)

    def close(self) -> None:
        if self._length:
            self._write("\n")


class _Notebook(_Display):
    """A cell's output, in which each line replaces the one before."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._handle: Any = None

    def show(self, line: str) -> None:
        data = {"text/plain": line, "text/html": f"<pre>{line}</pre>"}
        if self._handle is None:
            self._handle = self._display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _display_of(file: TextIO | None) -> _Display:
    if file is None:
        # IPython is imported where the user works in it.
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if hasattr(shell, "kernel"):
            return _Notebook(sys.modules["IPython"].display.display)
        file = sys.stderr
    if file is None:  # a service, or pythonw
        return _Display()
    try:
        return _Terminal(file) if file.isatty() else _Log(file)
    except (AttributeError, OSError, ValueError):  # an object that only writes, or a closed file
        return _Log(file)
