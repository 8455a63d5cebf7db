"""rosenblatt: perceptrons and dense neural networks for CPUs.

Names are imported when they are first touched, so that ``import rosenblatt`` costs little more than NumPy
and scikit-learn is loaded only for the estimators.
"""

import importlib
from typing import TYPE_CHECKING

from rosenblatt._core import VERSION as __version__

if TYPE_CHECKING:
    from rosenblatt.perceptron import Perceptron

# Public name -> the module that defines it.
_HOME: dict[str, str] = {"Perceptron": "perceptron"}

__all__ = ["Perceptron", "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
