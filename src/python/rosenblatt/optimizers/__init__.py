"""The optimizers of the engine, one class each, made from the engine's list: formulas, settings, defaults and ranges.

An instance holds the learning rate and the settings for the training of a network. With :meth:`Optimizer.step` it also
trains arrays whose gradients are computed elsewhere.
"""

from rosenblatt.optimizers.base import Optimizer
from rosenblatt.optimizers.choice import find
from rosenblatt.optimizers.generated import CLASSES

globals().update({cls.__name__: cls for cls in CLASSES.values()})


def __getattr__(name: str) -> type[Optimizer]:
    # For type checkers, which do not see the classes above; at run time, only for names that do not exist.
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Optimizer", "find", *(cls.__name__ for cls in CLASSES.values())]
