"""softmax and log_softmax, which are functions of all numbers along the last axis."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import engine
from rosenblatt.activations.functions import numbers


class LastAxisFunction:
    """A function of all numbers along the last axis, whose derivative is a Jacobian matrix.

    Attributes
    ----------
    name : str
        The name.
    """

    __module__ = "rosenblatt.activations"

    def __init__(self, function: Callable[[npt.ArrayLike], npt.NDArray[Any]]) -> None:
        self.name = self.__name__ = function.__name__.lstrip("_")
        self.__doc__ = function.__doc__
        self._function = function

    def __call__(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f(z), of the shape of ``z``."""
        return self._function(z)

    def derivative(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the Jacobian matrices of f.

        With p = softmax(z), they are p_i (delta_ij - p_j) for softmax, and delta_ij - p_j for log_softmax.

        Parameters
        ----------
        z : array-like of shape (..., n_classes)
            Raw scores.

        Returns
        -------
        jacobian : ndarray of shape (..., n_classes, n_classes)
            ``jacobian[..., i, j]`` is the derivative of ``f(z)[..., i]`` with respect to ``z[..., j]``.

        Examples
        --------
        >>> from rosenblatt import activations
        >>> activations.softmax.derivative([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        p = _softmax(z)
        jacobian: npt.NDArray[Any] = np.eye(p.shape[-1], dtype=p.dtype) - p[..., np.newaxis, :]
        return jacobian if self._function is _log_softmax else p[..., np.newaxis] * jacobian

    def __repr__(self) -> str:
        return f"<activation {self.name}>"

    def __reduce__(self) -> str:
        return self.name


def _rows(z: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return z as the engine takes it; its last axis must have numbers."""
    array = numbers(z)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"z: got shape {array.shape}, expected (..., n_classes) with at least 1 class")
    return array


def _softmax(z: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return exp(z) / sum(exp(z)) over the last axis.

    Parameters
    ----------
    z : array-like of shape (..., n_classes)
        Raw scores.

    Returns
    -------
    p : ndarray of the shape of z
        Probabilities, which sum to 1 over the last axis.

    Examples
    --------
    >>> from rosenblatt import activations
    >>> activations.softmax([0.0, 0.0])
    array([0.5, 0.5])
    """
    array = _rows(z)
    p: npt.NDArray[Any] = engine("apply_output", array.dtype)(
        "log_loss", "softmax", {}, array.reshape(math.prod(array.shape[:-1]), array.shape[-1])
    )
    return p.reshape(array.shape)


def _log_softmax(z: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return z - log(sum(exp(z))) over the last axis, without overflow.

    Parameters
    ----------
    z : array-like of shape (..., n_classes)
        Raw scores.

    Returns
    -------
    log_p : ndarray of the shape of z

    Examples
    --------
    >>> from rosenblatt import activations
    >>> activations.log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    array = _rows(z)
    shifted = array - array.max(axis=-1, keepdims=True)
    result: npt.NDArray[Any] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


softmax = LastAxisFunction(_softmax)
log_softmax = LastAxisFunction(_log_softmax)
