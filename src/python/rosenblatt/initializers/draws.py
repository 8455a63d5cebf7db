"""The two distributions that initializers draw from, and the types of initializers."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, RandomState

from rosenblatt._messages import shown

Initializer = Callable[[RandomState, int, int], npt.NDArray[Any]]
Shape = tuple[int, ...] | None


def check_arguments(random_state: RandomState, fan_in: int, fan_out: int) -> None:
    """Raise unless the arguments of an initializer are a generator and two sizes."""
    if not isinstance(random_state, RandomState | Generator):
        raise TypeError(
            f"random_state: got {shown(random_state)}, expected a numpy.random.RandomState, such as RandomState(0)"
        )
    for name, fan in (("fan_in", fan_in), ("fan_out", fan_out)):
        if not isinstance(fan, Integral) or isinstance(fan, bool):
            raise TypeError(f"{name}: got {shown(fan)}, expected an integer >= 1")
        if fan < 1:
            raise ValueError(f"{name}: got {shown(fan)}, expected an integer >= 1")


def draw_uniform(
    random_state: RandomState, bound: float, fan_in: int, fan_out: int, shape: Shape
) -> npt.NDArray[np.float64]:
    """Draw from U(-bound, bound); the shape None means (fan_in, fan_out)."""
    return random_state.uniform(-bound, bound, (fan_in, fan_out) if shape is None else shape)


def draw_normal(
    random_state: RandomState, std: float, fan_in: int, fan_out: int, shape: Shape
) -> npt.NDArray[np.float64]:
    """Draw from N(0, std^2); the shape None means (fan_in, fan_out)."""
    return random_state.normal(0.0, std, (fan_in, fan_out) if shape is None else shape)
