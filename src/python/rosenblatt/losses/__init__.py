"""Loss functions, which training minimizes: their values and gradients, from raw scores.

The last layer of a network computes raw scores ``z``; the output activation turns them into predictions ``p``; the loss
compares these with the targets ``y``. There is a class for every loss of the engine, such as `SquaredError`,
`Huber(delta=1.0)` or `Quantile([0.1, 0.5, 0.9])`, and a function that computes it directly, such as `huber`.

Examples
--------
>>> import numpy as np
>>> from rosenblatt import losses
>>> z = np.array([[0.0], [0.5], [4.0]])
>>> value, gradient = losses.Huber(delta=1.0)(np.zeros((3, 1)), z)
>>> value
array([0.   , 0.125, 3.5  ])
>>> gradient.ravel()
array([0. , 0.5, 1. ])
>>> losses.poisson(np.array([[2.0]]), np.array([[0.0]]), output_activation="softplus")[1].round(4)
array([[-0.9427]])
>>> losses.Quantile([0.1, 0.9]).predict(np.array([[1.0, -3.0]])).round(4)
array([[1.    , 1.0486]])
"""

from typing import Any

from rosenblatt._suggestions import suggestion
from rosenblatt.losses.base import Loss
from rosenblatt.losses.choice import find
from rosenblatt.losses.choice import has_margins as has_margins
from rosenblatt.losses.choice import names as names
from rosenblatt.losses.choice import resolve as resolve
from rosenblatt.losses.custom import Custom
from rosenblatt.losses.generated import CLASSES, FUNCTIONS
from rosenblatt.losses.plotting import plot

globals().update({cls.__name__: cls for cls in CLASSES.values()})
globals().update(FUNCTIONS)

__all__ = [
    "Custom",
    "Loss",
    "find",
    "plot",
    *FUNCTIONS,
    *(cls.__name__ for cls in CLASSES.values()),
]


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{suggestion(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
