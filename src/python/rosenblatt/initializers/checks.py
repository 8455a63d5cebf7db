"""Checks of layer sizes, dtypes and arrays of parameters."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt._numbers import check_kind


def checked_sizes(layer_sizes: Sequence[int]) -> list[int]:
    """Return the sizes as a list of int."""
    sizes = list(layer_sizes) if getattr(layer_sizes, "ndim", 1) == 1 else []
    if len(sizes) < 2 or not all(isinstance(size, Integral) and 1 <= size < 2**31 for size in sizes):
        raise ValueError(f"layer_sizes: got {shown(layer_sizes)}, expected at least two integers from 1 to 2147483647")
    return [int(size) for size in sizes]


def checked_array(what: str, value: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return a copy of ``value`` in ``dtype``; errors name it ``what``."""
    check_kind(what, value)
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{what}: got no array ({error}), expected shape {shape}") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{what}: got {type(value).__name__} of dtype {array.dtype}, expected an array of numbers")
    if array.shape != shape:
        raise ValueError(f"{what}: got shape {array.shape}, expected {shape}")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=dtype, order="C")
    if not np.isfinite(array).all():
        raise ValueError(f"{what}: got numbers that are not finite in {dtype}, expected finite numbers")
    return array
