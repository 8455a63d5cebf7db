"""The columns of a table, read in the same way from frames of pandas and polars and from arrays."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from numbers import Integral, Real
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CATEGORY = "category"
    DATE = "date"


class Column(NamedTuple):
    """A column of a table.

    Attributes
    ----------
    name : object
        The name in a frame, or the index in an array.
    kind : Kind
        What the values are.
    values : ndarray of float64, list of object, or ndarray of datetime64[us], of length n_samples
        Numbers with NaN, categories with None, or dates with NaT where a value is missing.
    """

    name: Any
    kind: Kind
    values: Any


_EXPECTED = "expected numbers, booleans, categories, strings, dates or missing values"


def is_frame(X: Any) -> bool:
    """Return whether X is a data frame, whose columns have names and types of their own."""
    return hasattr(X, "columns") and hasattr(nw.from_native(X, eager_only=True, pass_through=True), "schema")


def read(X: Any, categorical: Sequence[bool]) -> list[Column]:
    """Return the columns of a frame or of a 2-d array.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
        The table.
    categorical : sequence of bool of length n_features
        For each column, whether its values are categories whatever their type.
    """
    if is_frame(X):
        frame = nw.from_native(X, eager_only=True)
        return [
            _read_series(frame.get_column(name), force) for name, force in zip(frame.columns, categorical, strict=True)
        ]
    return [_read_array(j, X[:, j], force) for j, force in enumerate(categorical)]


def _read_series(series: Any, categorical: bool) -> Column:
    name, dtype = series.name, series.dtype
    if categorical or dtype in (nw.Boolean, nw.String, nw.Categorical) or isinstance(dtype, nw.Enum):
        return Column(name, Kind.CATEGORY, _labels(name, series.to_list()))
    if dtype.is_numeric():
        return Column(name, Kind.NUMBER, _finite(name, series.cast(nw.Float64).to_numpy()))
    if dtype in (nw.Datetime, nw.Date):
        if dtype == nw.Date:
            series = series.cast(nw.Datetime("us"))
        elif dtype.time_zone is not None:
            series = series.dt.replace_time_zone(None)  # days and hours are those of the place
        return Column(name, Kind.DATE, _microseconds(series.dt.timestamp("us")).view("datetime64[us]"))
    if dtype == nw.Duration:
        durations = _microseconds(series.dt.total_microseconds()).view("timedelta64[us]")
        return Column(name, Kind.NUMBER, durations / np.timedelta64(1, "s"))
    return _read_objects(name, series.to_list())


def _microseconds(series: Any) -> npt.NDArray[np.int64]:
    """Return integers, with that of NaT where one is missing; NumPy 2 crashes with times of polars 1.0."""
    missing = np.iinfo(np.int64).min
    numbers = _without_missing(series.to_list())
    return np.fromiter((missing if n is None else int(n) for n in numbers), np.int64, len(numbers))


def _read_array(index: int, values: npt.NDArray[Any], categorical: bool) -> Column:
    if categorical:
        return Column(index, Kind.CATEGORY, _labels(index, values.tolist()))
    if values.dtype.kind in "fiub":
        return Column(index, Kind.NUMBER, _finite(index, values.astype(np.float64)))
    column = _read_objects(index, values.tolist())
    if column.kind is Kind.CATEGORY and any(column.values):
        found = next(value for value in column.values if value is not None)
        raise ValueError(
            f"X: got {shown(found)} in column {index} of an array, expected numbers; name the columns of categories in "
            "categorical_features, or pass a data frame"
        )
    return column


def _read_objects(name: Any, values: list[Any]) -> Column:
    """Return a column of Python objects, whose kind is that of its values."""
    values = _without_missing(values)
    types = {type(value) for value in values if value is not None}
    if all(issubclass(kind, (Real, Decimal)) and not issubclass(kind, bool) for kind in types):
        try:
            numbers = np.array([np.nan if value is None else float(value) for value in values], np.float64)
        except OverflowError:
            raise ValueError(f"X: got a number beyond float64 in column {shown(name)}, expected finite ones") from None
        return Column(name, Kind.NUMBER, _finite(name, numbers))
    times = ["NaT" if value is None else value for value in values]
    if all(issubclass(kind, date | np.datetime64) for kind in types):
        return Column(name, Kind.DATE, np.array(times, "datetime64[us]"))
    if all(issubclass(kind, timedelta) for kind in types):
        return Column(name, Kind.NUMBER, np.array(times, "timedelta64[us]") / np.timedelta64(1, "s"))
    return Column(name, Kind.CATEGORY, _labels(name, values))


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating | np.datetime64) and bool(value != value)


def _without_missing(values: list[Any]) -> list[Any]:
    """Return the values with None in place of NaN, NA and NaT."""
    missing = {kind for kind in set(map(type, values)) if not issubclass(kind, str | bool | int)}
    if not missing:
        return values
    return [None if type(value) in missing and _is_missing(value) else value for value in values]


def _labels(name: Any, values: list[Any]) -> list[Any]:
    """Return categories, with None where one is missing."""
    values = _without_missing(values)
    for kind in set(map(type, values)) - {type(None)}:
        if not issubclass(kind, str | bool | np.bool_ | Integral | Real | Decimal | date):
            raise TypeError(f"X: got values of type {kind.__name__} in column {shown(name)}, {_EXPECTED}")
    return values


def _finite(name: Any, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if np.isinf(values).any():
        raise ValueError(f"X: got infinity in column {shown(name)}, expected finite numbers or missing values")
    return values
