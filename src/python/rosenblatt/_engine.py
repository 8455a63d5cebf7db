"""The functions and classes of the engine by dtype, and the conversions of their arguments."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._messages import shown
from rosenblatt._numbers import to_numbers

FloatArray = npt.NDArray[np.float32] | npt.NDArray[np.float64]

_BITS = {np.dtype(np.float32): "32", np.dtype(np.float64): "64"}


def engine(name: str, dtype: npt.DTypeLike) -> Any:
    """Return the class or function ``name`` of the engine for ``dtype``, float32 or float64."""
    return getattr(_core, name + _BITS[np.dtype(dtype)])


def float_dtype(*arrays: Any) -> np.dtype[Any]:
    """Return the dtype that these arrays are computed in: float32 if all are float32, else float64."""
    same = all(array.dtype == np.float32 for array in arrays)
    return np.dtype(np.float32 if same else np.float64)


def _is_ready(array: Any, dtype: npt.DTypeLike) -> bool:
    """Return whether the engine takes ``array`` as it is."""
    return type(array) is np.ndarray and array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned


def as_array(array: Any, dtype: npt.DTypeLike) -> Any:
    """Return ``array`` in ``dtype``, C order and aligned memory, as the engine requires; itself if it is so."""
    # np.require takes longer if there is nothing to do.
    return array if _is_ready(array, dtype) else np.require(array, dtype, ["C", "A"])


def as_floats(array: Any) -> FloatArray:
    """Return an array in the dtype that it is computed in: float32 if it is float32, else float64."""
    array = np.asarray(array)
    floats: FloatArray = as_array(array, float_dtype(array))
    return floats


def as_parameters(name: str, arrays: Any, dtype: npt.DTypeLike) -> list[Any]:
    """Return the arrays of an estimator's attribute, which a user may have assigned, as `as_array` does."""
    return [
        array if _is_ready(array, dtype) else as_array(to_numbers(f"{name}[{layer}]", array), dtype)
        for layer, array in enumerate(arrays)
    ]


def assigned_parameters(estimator: Any, dtype: np.dtype[Any] | None = None) -> tuple[list[Any], list[Any]]:
    """Return ``coefs_`` and ``intercepts_``, which a user may have assigned in any dtype, in a dtype of the engine.

    ``dtype=None`` means float32 if all are float32, else float64.
    """
    names = "coefs_", "intercepts_"
    coefs, intercepts = ([to_numbers(f"{n}[{i}]", a) for i, a in enumerate(getattr(estimator, n))] for n in names)
    dtype = dtype or float_dtype(*coefs, *intercepts)
    return as_parameters(names[0], coefs, dtype), as_parameters(names[1], intercepts, dtype)


def checked_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return float32 or float64 as a dtype, or raise ValueError."""
    given, dtype = dtype, np.dtype(dtype)
    if dtype not in _BITS:
        raise ValueError(f"dtype: got {shown(given)}, expected 'float32' or 'float64'")
    return dtype


def as_table(X: Any, dtype: np.dtype[Any]) -> Any:
    """Return a 2-d array in ``dtype`` and C order, or a sparse matrix as CSR with 32-bit indices.

    Nothing is copied if ``X`` is such already.
    """
    if hasattr(X, "tocsr"):
        X = X.tocsr().astype(dtype, copy=False)
        # Where indptr has 64 bits, SciPy's selections of rows give the indices 64 bits again.
        pointers = np.int32 if len(X.data) <= np.iinfo(np.int32).max else np.int64
        arrays = as_array(X.data, dtype), as_array(X.indices, np.int32), as_array(X.indptr, pointers)
        if any(ours is not theirs for ours, theirs in zip(arrays, (X.data, X.indices, X.indptr), strict=True)):
            X = X.copy()
            X.data, X.indices, X.indptr = arrays
        return X
    return as_array(X, dtype)


def all_finite(array: FloatArray) -> bool:
    """Return whether an array of float32 or float64, in C order, has neither NaN nor infinity."""
    return bool(engine("all_finite", array.dtype)(array))


class LossChoice(NamedTuple):
    """A loss with its output activation, as the engine takes them.

    ``custom`` is a loss written in Python, a function of ``(y_true, raw_scores)``: training minimizes it, and the loss
    and output activation of the engine serve for predictions.
    """

    name: str
    output_activation: str | None = None
    settings: dict[str, Any] = {}  # noqa: RUF012
    custom: Callable[[Any, Any], tuple[Any, Any]] | None = None


def predict(
    X: Any,
    coefs: list[Any],
    intercepts: list[Any],
    activations: list[str],
    loss: LossChoice,
    n_threads: int = 0,
    only_ready: bool = False,
) -> FloatArray | None:
    """Return the predictions, of shape (n_samples, n_outputs), of the dense network with these parameters.

    ``coefs[l]`` has the shape (inputs, outputs) of layer ``l``, ``intercepts[l]`` the shape (outputs,). With
    ``only_ready``, return None if X, an array, has NaN or infinity.
    """
    try:
        dtype = float_dtype(X, *coefs)
    except AttributeError:  # a list
        coefs = [to_numbers(f"coefs_[{layer}]", coef) for layer, coef in enumerate(coefs)]
        dtype = float_dtype(X, *coefs)
    if dtype == np.float64 and X.dtype != np.float64:  # as NumPy promotes them, and scikit-learn's products with them
        dtype = float_dtype(np.empty(0, np.result_type(X.dtype, *coefs)))
    coefs = as_parameters("coefs_", coefs, dtype)
    intercepts = as_parameters("intercepts_", intercepts, dtype)
    spec = loss.name, n_threads, loss.output_activation, loss.settings, only_ready
    outputs: FloatArray | None = engine("predict", dtype)(as_table(X, dtype), coefs, intercepts, activations, *spec)
    return outputs
