"""The two distributions that initializers draw from, and the types of initializers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import RandomState

Initializer = Callable[[RandomState, int, int], npt.NDArray[Any]]
Shape = tuple[int, ...] | None


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
