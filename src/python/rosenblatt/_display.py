"""Lines that tell how far work has come: in a terminal or notebook the last one, in other files one now and then."""

import shutil
import sys
import time
from contextlib import suppress
from typing import Any, TextIO

_WIDTH = 30
_SECONDS = 0.1
_SECONDS_OF_LOGS = 10.0


def bar(share: float) -> str:
    """Return a drawing of a share from 0 to 1."""
    done = int(_WIDTH * share)
    return f"[{'#' * done}{'.' * (_WIDTH - done)}]"


class Lines:
    """Shows the lines that it is given, at most ten a second; of a log one every ten seconds. The last one is shown.

    Where nothing can be shown, without a standard error or with a file that cannot be written, nothing happens.

    Parameters
    ----------
    file : text file or None
        The file to write to. None means the output of the cell in a notebook, elsewhere the standard error.
    """

    def __init__(self, file: TextIO | None) -> None:
        self._display = display_of(file)
        self._time = time.monotonic()
        self._first = True
        self._hidden: str | None = None  # the last line, if it has not been shown

    def add(self, line: str) -> None:
        """Show the line, unless an earlier one was shown a moment ago."""
        now = time.monotonic()
        self._hidden = line
        occasional = self._display.occasional
        pause = _SECONDS_OF_LOGS if occasional else _SECONDS
        if (self._first and not occasional) or now - self._time >= pause:
            self._time = now
            self._show()
        self._first = False

    def close(self) -> None:
        """Show the last line and end it."""
        self._show()
        self._display.close()

    def _show(self) -> None:
        if self._hidden is not None:
            self._display.show(self._hidden)
        self._hidden = None


class Display:
    """What shows lines. This one shows nothing."""

    occasional = False

    def show(self, line: str) -> None:
        """Show a line."""

    def close(self) -> None:
        """End the display."""


class _Log(Display):
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


class _Notebook(Display):
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


def display_of(file: TextIO | None) -> Display:
    if file is None:
        # IPython is imported where the user works in it.
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if hasattr(shell, "kernel"):
            return _Notebook(sys.modules["IPython"].display.display)
        file = sys.stderr
    if file is None:  # a service, or pythonw
        return Display()
    try:
        return _Terminal(file) if file.isatty() else _Log(file)
    except (AttributeError, OSError, ValueError):  # an object that only writes, or a closed file
        return _Log(file)
