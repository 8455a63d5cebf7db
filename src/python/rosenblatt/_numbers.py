"""What counts as numbers: one rule for inputs, targets and weights, at every entry point.

NumPy converts dates and durations to numbers that depend on their unit, takes the values behind a mask, and reads a
record as its only field. All of these are errors here.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

# The dates of pandas derive from these: a Timestamp is a datetime, which is a date, and so is NaT.
_TIMES = (date, time, timedelta, np.datetime64, np.timedelta64)
_NUMERIC = tuple("biufc")


def _is_numeric(dtype: Any) -> bool:
    """Return whether a dtype of NumPy, pandas or polars is one of numbers, which then need no closer look."""
    if hasattr(dtype, "is_numeric"):
        return bool(dtype.is_numeric())
    return getattr(dtype, "kind", "O") in _NUMERIC


def _arrays(value: Any) -> Iterator[npt.NDArray[Any]]:
    """Yield arrays whose dtypes say what ``value`` holds; parts that are surely numbers are left out."""
    if isinstance(value, np.ndarray):
        yield value
    elif hasattr(value, "tocsr"):
        yield np.empty(0, value.dtype)
    elif hasattr(value, "columns") and hasattr(value, "dtypes"):  # a frame of pandas or polars
        for position, dtype in enumerate(value.dtypes):
            if not _is_numeric(dtype):
                yield np.asarray(value.iloc[:, position] if hasattr(value, "iloc") else value.to_series(position))
    elif not (hasattr(value, "dtype") and _is_numeric(value.dtype)):
        try:
            yield np.asarray(value)
        except (TypeError, ValueError):  # the conversion that follows reports it
            return


def check_kind(name: str, value: Any, text: bool = True) -> None:
    """Raise an error if ``value`` holds dates, durations, records or masked values, or without ``text`` strings.

    All else that makes no numbers is left to the conversion that follows.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        n_masked = int(np.ma.getmaskarray(value).sum())
        raise ValueError(f"{name}: got {n_masked} masked values, expected numbers; fill them, or leave these rows out")
    for array in _arrays(value):
        kind = array.dtype.kind
        if kind in "MmV" or (kind in "US" and not text):
            raise TypeError(f"{name}: got an array of {array.dtype}, expected numbers")
        if kind == "O":
            for found in set(map(type, array.ravel().tolist())):
                if issubclass(found, _TIMES):
                    raise TypeError(f"{name}: got values of type {found.__name__}, expected numbers")
                if issubclass(found, str | bytes) and not text:
                    raise ValueError(f"{name}: got values that make no array of numbers, expected numbers: strings")


def to_numbers(name: str, value: Any) -> npt.NDArray[Any]:
    """Return ``value`` as an array of real numbers."""
    if type(value) is np.ndarray and value.dtype.kind in "fiub":  # most often
        return value
    check_kind(name, value, text=False)
    try:
        array = np.asarray(value)
        if array.dtype == object:  # such as a table with columns of several types
            array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: got values that make no array of numbers, expected numbers: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: got an array of {array.dtype}, expected numbers")
    return array
