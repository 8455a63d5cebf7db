"""matplotlib, imported when the first picture is drawn: it is an optional dependency."""

import importlib
from typing import Any


def pyplot(wanted_by: str) -> Any:
    """Return ``matplotlib.pyplot``, or say how to install it.

    Parameters
    ----------
    wanted_by : str
        What cannot be drawn without it, as the error names it.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        return importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError(
            f"{wanted_by} needs matplotlib, an optional dependency: pip install 'rosenblatt[plot]'"
        ) from error
