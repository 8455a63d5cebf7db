"""How a column becomes numbers: one encoder for each kind, fitted to the column and then applied to others."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rosenblatt.tables.columns import Kind

Floats = npt.NDArray[np.float64]


class Encoder(Protocol):
    """What the preprocessor needs of a fitted encoder."""

    @property
    def summary(self) -> str:
        """What was done, in words."""

    def names(self, column: str) -> list[str]:
        """Return the names of the numbers that a column becomes."""

    def encode(self, values: Any) -> Floats:
        """Return the numbers of shape (n_samples, len(names)), NaN where they are missing."""


class NumberEncoder:
    """The numbers themselves, and an indicator of missing ones if the fitted column had any."""

    def __init__(self, values: Floats) -> None:
        self.has_missing = bool(np.isnan(values).any())

    @property
    def summary(self) -> str:
        """What was done, in words."""
        return "number, and an indicator of missing ones" if self.has_missing else "number"

    def names(self, column: str) -> list[str]:
        """Return the names of the numbers that a column becomes."""
        return [column, f"{column}_missing"] if self.has_missing else [column]

    def encode(self, values: Floats) -> Floats:
        """Return the numbers of shape (n_samples, len(names))."""
        return np.column_stack([values, np.isnan(values)] if self.has_missing else [values])


def _ordered(values: set[Any]) -> list[Any]:
    """Return categories in an order that does not depend on their order in the table."""
    try:
        return sorted(values)
    except TypeError:  # of several types
        return sorted(values, key=lambda value: (type(value).__name__, str(value)))


class OneHotEncoder:
    """A number for each category: 1 where it is the row's, 0 elsewhere. Missing and unknown categories are all zeros.

    Two categories become one number: -1, 1, or 0 for a missing or unknown one.
    """

    def __init__(self, categories: list[Any]) -> None:
        self.categories = categories

    @property
    def summary(self) -> str:
        """What was done, in words."""
        return f"{len(self.categories)} categories, one-hot"

    def names(self, column: str) -> list[str]:
        """Return the names of the numbers that a column becomes."""
        shown = self.categories[1:] if len(self.categories) == 2 else self.categories
        return [f"{column}_{category}" for category in shown]

    def encode(self, values: list[Any]) -> Floats:
        """Return the numbers of shape (n_samples, len(names))."""
        codes = _codes(values, self.categories)
        if len(self.categories) == 2:
            return np.array([0.0, -1.0, 1.0])[codes][:, np.newaxis]
        return np.vstack([np.zeros(len(self.categories)), np.eye(len(self.categories))])[codes]


class IndexEncoder:
    """The index of the category from 1 on, for an embedding; 0 for missing and unknown ones."""

    def __init__(self, categories: list[Any]) -> None:
        self.categories = categories

    @property
    def summary(self) -> str:
        """What was done, in words."""
        return f"{len(self.categories)} categories, an index"

    def names(self, column: str) -> list[str]:
        """Return the names of the numbers that a column becomes."""
        return [column]

    def encode(self, values: list[Any]) -> Floats:
        """Return the numbers of shape (n_samples, len(names))."""
        return _codes(values, self.categories).astype(np.float64)[:, np.newaxis]


def _codes(values: list[Any], categories: list[Any]) -> npt.NDArray[np.int64]:
    """Return the index of each value among the categories, from 1 on; 0 for others."""
    code = {category: i for i, category in enumerate(categories, start=1)}
    return np.fromiter((code.get(value, 0) for value in values), np.int64, len(values))


class DateEncoder:
    """The days since 1970, and the place in the year, the week and the day as sine and cosine.

    There is an indicator of missing dates if the fitted column had any.
    """

    def __init__(self, values: npt.NDArray[np.datetime64]) -> None:
        self.days = NumberEncoder(_days(values))
        self.has_times = bool((_days(values[~np.isnat(values)]) % 1 != 0).any())

    @property
    def summary(self) -> str:
        """What was done, in words."""
        parts = "days, year, week" + (", day" if self.has_times else "")
        return f"date by parts: {parts}" + (", and an indicator of missing ones" if self.days.has_missing else "")

    def _circles(self) -> list[str]:
        return ["year", "week", "day"] if self.has_times else ["year", "week"]

    def names(self, column: str) -> list[str]:
        """Return the names of the numbers that a column becomes."""
        circles = [f"{column}_{part}_{function}" for part in self._circles() for function in ("sin", "cos")]
        return [f"{column}_days", *self.days.names(column)[1:], *circles]

    def encode(self, values: npt.NDArray[np.datetime64]) -> Floats:
        """Return the numbers of shape (n_samples, len(names))."""
        days = _days(values)
        start = values.astype("datetime64[Y]").astype("datetime64[us]")
        turns = {
            "year": (days - _days(start)) / 365.25,
            "week": (days + 3) % 7 / 7,
            "day": days % 1,
        }  # 1970: a Thursday
        circles = [f(2 * np.pi * turns[part]) for part in self._circles() for f in (np.sin, np.cos)]
        return np.column_stack([self.days.encode(days), *circles])


def _days(values: npt.NDArray[np.datetime64]) -> Floats:
    """Return days since 1970, NaN for NaT."""
    return (values - np.datetime64(0, "us")) / np.timedelta64(1, "D")


def fit_encoder(kind: Kind, values: Any, max_one_hot: float) -> Encoder | None:
    """Return the encoder of a column; None if it says nothing, since no value differs from another."""
    if kind is Kind.CATEGORY:
        categories = _ordered(set(values) - {None})
        if not categories or (len(categories) == 1 and None not in values):
            return None
        return OneHotEncoder(categories) if len(categories) <= max_one_hot else IndexEncoder(categories)
    missing = np.isnat(values) if kind is Kind.DATE else np.isnan(values)
    present = values[~missing]
    if present.size == 0 or (not missing.any() and (present == present[0]).all()):
        return None
    return DateEncoder(values) if kind is Kind.DATE else NumberEncoder(values)
