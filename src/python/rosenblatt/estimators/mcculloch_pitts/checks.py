"""Checks of binary arrays, indices and thresholds."""

import operator
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosenblatt._messages import shown
from rosenblatt._numbers import check_kind

Bits = NDArray[np.bool_]


def as_bits(values: ArrayLike, name: str, ndim: int | None = None) -> Bits:
    """Return an array of 0 and 1, or False and True, as bool; it must not be empty."""
    check_kind(name, values)
    try:
        array = np.asarray(values)
        if array.dtype == object and hasattr(values, "to_numpy"):  # pandas' own types
            array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: got no array ({error}), expected 0 and 1, or False and True") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: got dtype {array.dtype}, expected bool, or numbers that are 0 or 1")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: got shape {array.shape}, expected {ndim} dimensions")
    if array.size == 0:
        raise ValueError(f"{name}: got shape {array.shape}, expected at least one row and one column")
    if array.dtype.kind != "b":
        strange = (array != 0) & (array != 1)
        if strange.any():
            raise ValueError(f"{name}: got {array[strange].flat[0]!s}, expected only 0 and 1, or False and True")
    return array.astype(np.bool_, copy=False)


def natural(value: object, name: str, least: int = 0) -> int:
    """Return an integer of at least ``least`` as an int."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}: got {shown(value)}, expected an integer >= {least}") from None
    if number < least:
        raise ValueError(f"{name}: got {shown(value)}, expected an integer >= {least}")
    return number


def naturals(values: object, name: str) -> tuple[int, ...]:
    """Return integers of at least 0 as a tuple."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{name}: got {shown(values)}, expected a sequence of integers")
    return tuple(natural(value, f"{name}[{position}]") for position, value in enumerate(values))
