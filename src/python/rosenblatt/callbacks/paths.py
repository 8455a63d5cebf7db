"""The path of a callback's file."""

import os
from typing import Any

from rosenblatt._messages import shown


def path_of(path: Any) -> str:
    """Return a path as a string.

    Raises
    ------
    TypeError
        If it is neither a string nor bytes nor an object with a path.
    """
    try:
        return os.fsdecode(path)
    except TypeError:
        raise TypeError(f"path: got {shown(path)}, expected a path of a file") from None
