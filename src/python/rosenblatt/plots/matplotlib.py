"""matplotlib, an optional dependency, imported when the first plot is drawn."""

import importlib
from typing import Any


def pyplot(wanted_by: str) -> Any:
    """Return ``matplotlib.pyplot``; if it is missing, the error says how to install it.

    Parameters
    ----------
    wanted_by : str
        The name of the plot, for the error message.

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
