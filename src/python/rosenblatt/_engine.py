"""The engine's objects by dtype, and the conversions that they ask for."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rosenblatt import _core

FloatArray = npt.NDArray[np.float32] | npt.NDArray[np.float64]

_BITS = {np.dtype(np.float32): "32", np.dtype(np.float64): "64"}


def engine(name: str, dtype: npt.DTypeLike) -> Any:
    """Return the class or function ``name`` of the engine for ``dtype``, float32 or float64."""
    return getattr(_core, name + _BITS[np.dtype(dtype)])


def float_dtype(*arrays: Any) -> np.dtype[Any]:
    """Return the dtype that a product of these arrays is computed in: float32 if all are, else float64."""
    same = all(array.dtype == np.float32 for array in arrays)
    return np.dtype(np.float32 if same else np.float64)


def as_array(array: Any, dtype: npt.DTypeLike) -> Any:
    """Return ``array`` as the engine takes it, of ``dtype``, in C order and aligned; itself if it is so already."""
    # np.require takes longer to find out that there is nothing to do.
    if type(array) is np.ndarray and array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned:
        return array
    return np.require(array, dtype, ["C", "A"])


def as_table(X: Any, dtype: np.dtype[Any]) -> Any:
    """Return a 2-d array or sparse matrix as the engine takes it: ``dtype``, C order or CSR with 32-bit indices.

    Nothing is copied when ``X`` is like that already.
    """
    if hasattr(X, "tocsr"):
        X = X.tocsr().astype(dtype, copy=False)
        data, indices = as_array(X.data, dtype), as_array(X.indices, np.int32)
        if data is not X.data or indices is not X.indices:
            X = X.copy()
            X.data, X.indices = data, indices
        return X
    return as_array(X, dtype)


def all_finite(array: FloatArray) -> bool:
    """Return whether there is no NaN or infinity in an array of float32 or float64 in C order."""
    return bool(engine("all_finite", array.dtype)(array))


class LossChoice(NamedTuple):
    """A loss with its output activation, as the engine takes them.

    ``custom`` is a function of ``(y_true, raw_scores)`` that trains in place of the loss, whose output activation then
    only makes predictions.
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
    n_threads: int | None = None,
    only_ready: bool = False,
) -> FloatArray | None:
    """Return the predictions, of shape (n_samples, n_outputs), of the dense network with these parameters.

    ``coefs[l]`` has the shape (inputs, outputs) of layer ``l``, ``intercepts[l]`` the shape (outputs,). With
    ``only_ready``, None if there is NaN or infinity in X, an array.
    """
    dtype = float_dtype(X, *coefs)
    coefs = [as_array(coef, dtype) for coef in coefs]
    intercepts = [as_array(intercept, dtype) for intercept in intercepts]
    spec = loss.name, n_threads or 0, loss.output_activation, loss.settings, only_ready
    outputs: FloatArray | None = engine("predict", dtype)(as_table(X, dtype), coefs, intercepts, activations, *spec)
    return outputs
