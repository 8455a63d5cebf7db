"""The optimizers of the engine, one class each, made from the engine's list: formulas, settings, defaults and ranges.

An instance holds the learning rate and the settings for the training of a network. With :meth:`Optimizer.step` it also
trains arrays whose gradients are computed elsewhere.
"""

from typing import Any

from rosenblatt._suggestions import suggestion
from rosenblatt.optimizers.base import Optimizer
from rosenblatt.optimizers.choice import find
from rosenblatt.optimizers.generated import CLASSES

globals().update({cls.__name__: cls for cls in CLASSES.values()})


__all__ = ["Optimizer", "find", *(cls.__name__ for cls in CLASSES.values())]


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{suggestion(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
