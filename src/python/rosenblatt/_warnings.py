"""Warnings that point to the line of the user's code."""

import sys
import warnings

_NOT_THE_USERS = frozenset({"rosenblatt", "sklearn", "joblib"})


def warn(message: str | Warning, category: type[Warning] = UserWarning) -> None:
    """Warn at the innermost line outside of this package, scikit-learn and joblib."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _NOT_THE_USERS:
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)
