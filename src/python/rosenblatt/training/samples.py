"""Samples as the engine takes them: their checks, and the source that training draws its epochs from."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import all_finite, as_array, as_table
from rosenblatt._numbers import to_numbers
from rosenblatt._sparse import check_sparse


class Samples(NamedTuple):
    """Inputs, targets and weights of the same number of rows, as the engine takes them.

    Attributes
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The inputs, in the network's dtype: C-ordered, or CSR with 32-bit indices.
    y : ndarray of shape (n_samples, n_targets) or (n_samples,)
        The targets in that dtype, or the index of each row's class in int32.
    sample_weight : ndarray of shape (n_samples,) or None
        The weight of each row in that dtype, or in float64 where they are too large or too small for it; None if all
        weigh 1.
    """

    X: Any
    y: npt.NDArray[Any]
    sample_weight: npt.NDArray[Any] | None

    @classmethod
    def of(cls, X: Any, y: npt.NDArray[Any], sample_weight: Any, dtype: np.dtype[Any]) -> Self:
        """Convert arrays that are already checked; nothing is copied if they are as the engine takes them.

        Raises
        ------
        ValueError
            If a number is too large for the dtype.
        """
        table, targets = _converted(as_table, X, dtype), _converted(as_array, y, dtype) if y.ndim == 2 else y
        for name, before, after in (("X", X, table), ("y", y, targets)):
            if before.dtype != after.dtype:
                check_finite(name, after if isinstance(after, np.ndarray) else after.data)
        return cls(table, targets, None if sample_weight is None else stored_weights(sample_weight, dtype))

    @property
    def n_rows(self) -> int:
        """The number of samples."""
        return int(self.X.shape[0])

    def rows(self, indices: npt.NDArray[np.int64]) -> Self:
        """Return copies of some rows."""
        weights = None if self.sample_weight is None else self.sample_weight[indices]
        return type(self)(self.X[indices], self.y[indices], weights)


def _converted(convert: Callable[[Any, Any], Any], array: Any, dtype: np.dtype[Any]) -> Any:
    """Return an array in another dtype; numbers that do not fit become infinite, which the caller reports."""
    if array.dtype == dtype:  # most often; entering errstate takes 1.5 us
        return convert(array, dtype)
    with np.errstate(over="ignore"):
        return convert(array, dtype)


def _weight_factor(sample_weight: npt.NDArray[Any], dtype: np.dtype[Any]) -> float:
    """Return the power of two by which weights are multiplied so that they and their sums fit the dtype.

    It is 1 for all but extreme weights.
    """
    largest = float(np.abs(sample_weight).max(initial=0.0))
    bound = float(np.finfo(dtype).max) ** 0.8
    if largest == 0 or 1 / bound <= largest <= bound:
        return 1.0
    return float(np.ldexp(1.0, min(-int(np.frexp(largest)[1]), np.finfo(np.float64).maxexp - 1)))


def stored_weights(sample_weight: npt.NDArray[Any], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return weights in ``dtype``, or in float64 where their magnitude is extreme in ``dtype``."""
    fits = _weight_factor(sample_weight, dtype) == 1
    return cast("npt.NDArray[Any]", as_array(sample_weight, dtype if fits else np.float64))


def weights_for_engine(
    sample_weight: npt.NDArray[Any] | None, dtype: np.dtype[Any], options: dict[str, Any]
) -> tuple[npt.NDArray[Any] | None, dict[str, Any]]:
    """Return weights in ``dtype``, and options of training that go with them.

    A loss is a weighted mean, so that a common factor of all weights is of no consequence, except for the penalties,
    which are divided by the sum of the weights.
    """
    if sample_weight is None:
        return None, options
    factor = _weight_factor(sample_weight, dtype)
    if factor == 1:
        return as_array(sample_weight, dtype), options
    scaled: dict[str, Any] = {name: min(options[name] * factor, 1e15) for name in ("alpha", "l1") if name in options}
    return as_array(sample_weight * factor, dtype), {**options, **scaled}


class InMemory:
    """The source of an epoch's samples where all of them are in memory: every row of ``order``, in a new order.

    The training loop asks its source for the samples of each epoch, so that a source of chunks can take its place.

    Parameters
    ----------
    samples : Samples
        The samples.
    order : ndarray of shape (n_train,), int64
        The rows to train on. Each epoch shuffles this array in place, as scikit-learn does.
    random_state : RandomState or None
        Where the orders are drawn from. None keeps the order.
    """

    def __init__(
        self, samples: Samples, order: npt.NDArray[np.int64], random_state: np.random.RandomState | None
    ) -> None:
        self.samples = samples
        self.n_rows = len(order)
        self._order = order
        self._shuffle = None if random_state is None else random_state.shuffle

    def next_epoch(self) -> npt.NDArray[np.int64]:
        """Return the rows of the next epoch, in order."""
        if self._shuffle is not None:
            self._shuffle(self._order)
        return self._order


# Checks of the arguments of a network's methods.


def check_finite(name: str, array: npt.NDArray[Any]) -> None:
    """Raise if an array of the engine's dtype holds NaN or infinity."""
    if not all_finite(array):
        what = "NaN" if np.isnan(array).any() else "infinity"
        raise ValueError(f"{name}: got {what}, expected numbers that are finite in {array.dtype}")


def table(name: str, X: Any, columns: int, dtype: np.dtype[Any]) -> Any:
    """Return X, dense or sparse, as the engine takes it."""
    if hasattr(X, "tocsr"):
        check_sparse(name, X)
    else:
        X = to_numbers(name, X)
    if X.ndim != 2 or X.shape[1] != columns:
        raise ValueError(f"{name}: got shape {X.shape}, expected (n_samples, {columns})")
    if X.dtype.kind not in "fiub":
        raise TypeError(f"{name}: got a matrix of {X.dtype}, expected numbers")
    X = _converted(as_table, X, dtype)
    check_finite(name, X if isinstance(X, np.ndarray) else X.data)
    return X


def targets(name: str, y: Any, loss: Any, rows: int, dtype: np.dtype[Any]) -> Any:
    """Return y as the engine takes it; the engine checks the number of columns and the range of classes."""
    array = to_numbers(name, y)
    if array.shape[:1] != (rows,) or array.ndim > 2:
        raise ValueError(f"{name}: got shape {array.shape}, expected {rows} rows, as many as X has")
    if getattr(loss, "categorical", False):
        if array.dtype.kind not in "iub" or array.size != rows:
            raise ValueError(
                f"{name}: got an array of {array.dtype} and shape {array.shape}, expected integers of shape ({rows},),"
                " the index of each row's class"
            )
        # An index that is out of range stays so in int32.
        return as_array(np.clip(array.ravel().astype(np.int64), -1, np.iinfo(np.int32).max), np.int32)
    array = _converted(as_array, array.reshape(rows, -1) if array.ndim == 1 else array, dtype)
    check_finite(name, array)
    if hasattr(loss, "check_targets"):
        loss.check_targets(array)
    return array


def row_weights(name: str, sample_weight: Any, rows: int, dtype: np.dtype[Any]) -> Any:
    """Return the weights of the rows as the engine takes them."""
    if sample_weight is None:
        return None
    array = to_numbers(name, sample_weight)
    if array.shape != (rows,):
        raise ValueError(f"{name}: got shape {array.shape}, expected ({rows},), a weight for each row of X")
    check_finite(name, as_array(array, np.float64))
    return stored_weights(array, dtype)
