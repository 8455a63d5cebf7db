"""What a network's methods are given: tables, targets, weights of rows and numbers, checked and converted."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import all_finite, as_array, as_table


def to_numbers(name: str, value: Any) -> npt.NDArray[Any]:
    """Return ``value`` as an array of real numbers."""
    try:
        array = np.asarray(value)
        if array.dtype == object:  # such as a table with columns of several types
            array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: got what makes no array of numbers, {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: got an array of {array.dtype}, expected numbers")
    return array


def check_finite(name: str, array: npt.NDArray[Any]) -> None:
    """Raise if there is a number that is not finite in an array as the engine takes it."""
    if not all_finite(array):
        what = "NaN" if np.isnan(array).any() else "infinity"
        raise ValueError(f"{name}: got {what}, expected numbers that are finite in {array.dtype}")


def table(name: str, X: Any, columns: int, dtype: np.dtype[Any]) -> Any:
    """Return X, dense or sparse, as the engine takes it."""
    if not hasattr(X, "tocsr"):
        X = to_numbers(name, X)
    if X.ndim != 2 or X.shape[1] != columns:
        raise ValueError(f"{name}: got shape {X.shape}, expected (n_samples, {columns})")
    if X.dtype.kind not in "fiub":
        raise TypeError(f"{name}: got a matrix of {X.dtype}, expected numbers")
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, which is reported here
        X = as_table(X, dtype)
    check_finite(name, X if isinstance(X, np.ndarray) else X.data)
    return X


def targets(name: str, y: Any, loss: Any, rows: int, dtype: np.dtype[Any]) -> Any:
    """Return y as the engine takes it; the engine itself looks at the number of its columns, and at the classes."""
    array = to_numbers(name, y)
    if array.shape[:1] != (rows,) or array.ndim > 2:
        raise ValueError(f"{name}: got shape {array.shape}, expected {rows} rows, as many as X has")
    if getattr(loss, "categorical", False):
        if array.dtype.kind not in "iub" or array.size != rows:
            raise ValueError(
                f"{name}: got an array of {array.dtype} and shape {array.shape}, expected integers of shape ({rows},),"
                " the index of each row's class"
            )
        # Out of range of a class stays out of range of an int32.
        return as_array(np.clip(array.ravel().astype(np.int64), -1, np.iinfo(np.int32).max), np.int32)
    with np.errstate(over="ignore"):
        array = as_array(array.reshape(rows, -1) if array.ndim == 1 else array, dtype)
    check_finite(name, array)
    if hasattr(loss, "check_targets"):
        loss.check_targets(array)
    return array


def row_weights(name: str, sample_weight: Any, rows: int, dtype: np.dtype[Any]) -> Any:
    """Return the weights of the rows as the engine takes them."""
    if sample_weight is None:
        return None
    array = as_array(to_numbers(name, sample_weight), dtype)
    if array.shape != (rows,):
        raise ValueError(f"{name}: got shape {array.shape}, expected ({rows},), a weight for each row of X")
    check_finite(name, array)
    if array.size and array.min() < 0:
        raise ValueError(f"{name}: got {array.min()}, expected numbers of at least 0")
    return array


def number(name: str, value: Any) -> float:
    """Return a real number; the engine looks at its range."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name}: got {value!r}, expected a number")
    return float(value)


def count(name: str, value: Any) -> int:
    """Return an integer of at least 1."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: got {value!r}, expected an integer")
    if value < 1:
        raise ValueError(f"{name}: got {value!r}, expected at least 1")
    return int(value)


def dropout_rates(dropout: Any, input_dropout: Any, hidden_layers: int) -> list[float]:
    """Return the rates of the inputs and of each hidden layer, or nothing where nothing is dropped."""
    if isinstance(dropout, Sequence | np.ndarray) and not isinstance(dropout, str):
        hidden = [number("dropout", rate) for rate in dropout]
        if len(hidden) != hidden_layers:
            raise ValueError(f"dropout: got {len(hidden)} rates, expected {hidden_layers}, one for each hidden layer")
    else:
        hidden = [number("dropout", dropout)] * hidden_layers
        if dropout and not hidden_layers:
            raise ValueError(f"dropout: got {dropout!r} without a hidden layer, expected 0; input_dropout is of inputs")
    rates = [number("input_dropout", input_dropout), *hidden]
    return rates if any(rates) else []


def random_state_of(random_state: Any) -> np.random.RandomState:
    """Return the source of random numbers that is meant; None is seeded by the operating system."""
    if isinstance(random_state, np.random.RandomState):
        return random_state
    if random_state is None or (isinstance(random_state, Integral) and not isinstance(random_state, bool)):
        try:
            return np.random.RandomState(None if random_state is None else int(random_state))
        except ValueError as error:
            raise ValueError(f"random_state: got {random_state!r}: {error}") from None
    raise TypeError(f"random_state: got {random_state!r}, expected None, an integer or a numpy.random.RandomState")
