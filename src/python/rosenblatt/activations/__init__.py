"""Activation functions and their derivatives, on arrays of any shape: ``activations.softplus(z)``.

Each activation of the engine is a function here, by its name and by its alias. The derivative of ``activations.tanh``
is ``activations.tanh.derivative``; that of ``softmax`` and ``log_softmax``, which are functions of a row, is the
Jacobian matrix of the row. Networks take the same names.
"""

from typing import Any

from rosenblatt._suggestions import suggestion
from rosenblatt.activations.functions import ALIASES, FUNCTIONS, ActivationFunction, find
from rosenblatt.activations.functions import TRAINABLE as TRAINABLE
from rosenblatt.activations.functions import _function as _function
from rosenblatt.activations.functions import of_layers as of_layers
from rosenblatt.activations.last_axis import LastAxisFunction, log_softmax, softmax
from rosenblatt.activations.plotting import plot

globals().update(FUNCTIONS)
globals().update({alias: FUNCTIONS[name] for alias, name in ALIASES.items()})

__all__ = [
    "ActivationFunction",
    "LastAxisFunction",
    "find",
    "plot",
    *FUNCTIONS,
    *ALIASES,
    "log_softmax",
    "softmax",
]


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}{suggestion(name, __all__)}; it has {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return sorted(__all__)
