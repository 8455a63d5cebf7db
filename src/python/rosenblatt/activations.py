"""Activation functions and their derivatives, on arrays of any shape: ``activations.softplus(z)``.

Every name of the engine's list is a function here, and so are its aliases. The derivative of ``activations.tanh`` is
``activations.tanh.derivative``; that of ``softmax`` and ``log_softmax``, which are functions of a whole row, is the
row's Jacobian matrix. A layer's activation is chosen by the same names.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import as_array, engine


class ActivationFunction:
    """One activation function; calling it returns ``f(z)``.

    Attributes
    ----------
    name : str
        The engine's name, as the parameter ``activation`` of a network takes it.
    trainable : bool
        Whether there is a derivative.
    """

    def __init__(self, name: str) -> None:
        info = _core.ACTIVATION_INFO[name]
        self.name = name
        self.trainable = bool(info["trainable"])
        self.__name__ = name
        self.__doc__ = f"""Return f(z) = {info["doc"]}.

        Parameters
        ----------
        z : array-like of any shape
            float32 is computed in float32, anything else in float64.

        Returns
        -------
        a : ndarray of the shape of z

        Examples
        --------
        >>> from rosenblatt import activations
        >>> activations.{name}([0.0]).shape
        (1,)
        """

    def __call__(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f(z), of the shape of ``z``."""
        return self._map("activate", z)

    def derivative(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f'(z), of the shape of ``z``.

        Raises
        ------
        ValueError
            If the function has no derivative to train through.

        Examples
        --------
        >>> from rosenblatt import activations
        >>> activations.relu.derivative([-1.0, 2.0])
        array([0., 1.])
        """
        return self._map("activation_derivative", z)

    def _map(self, function: str, z: npt.ArrayLike) -> npt.NDArray[Any]:
        array = _numbers(z)
        result: npt.NDArray[Any] = engine(function, array.dtype)(self.name, array)
        return result

    def __repr__(self) -> str:
        return f"<activation {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _function, (self.name,)


def _numbers(z: npt.ArrayLike) -> npt.NDArray[Any]:
    array = np.asarray(z)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"z: got an array of {array.dtype}, expected numbers")
    numbers: npt.NDArray[Any] = as_array(array, np.float32 if array.dtype == np.float32 else np.float64)
    return numbers


def _function(name: str) -> ActivationFunction:
    return FUNCTIONS[name]


FUNCTIONS = {name: ActivationFunction(name) for name in _core.ACTIVATIONS}
ALIASES = {info["alias"]: name for name, info in _core.ACTIVATION_INFO.items() if info["alias"] != name}
# Names, aliases included, of the functions that a network can be trained through.
TRAINABLE = (
    *(name for name, function in FUNCTIONS.items() if function.trainable),
    *(alias for alias, name in ALIASES.items() if FUNCTIONS[name].trainable),
)

# Over the last axis.


class LastAxisFunction:
    """A function of all numbers along the last axis, so that its derivative is a Jacobian matrix.

    Attributes
    ----------
    name : str
        What it is called.
    """

    def __init__(self, function: Callable[[npt.ArrayLike], npt.NDArray[Any]]) -> None:
        self.name = self.__name__ = function.__name__.lstrip("_")
        self.__doc__ = function.__doc__
        self._function = function

    def __call__(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f(z), of the shape of ``z``."""
        return self._function(z)

    def derivative(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the Jacobian matrices of f.

        With p = softmax(z) these are p_i (delta_ij - p_j) for softmax, and delta_ij - p_j for log_softmax.

        Parameters
        ----------
        z : array-like of shape (..., n_classes)
            Raw scores.

        Returns
        -------
        jacobian : ndarray of shape (..., n_classes, n_classes)
            Of which ``[..., i, j]`` is the derivative of ``f(z)[..., i]`` by ``z[..., j]``.

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
    p: npt.NDArray[Any] = np.exp(_log_softmax(z))
    return p


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
    array = _numbers(z)
    shifted = array - array.max(axis=-1, keepdims=True)
    result: npt.NDArray[Any] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


softmax = LastAxisFunction(_softmax)
log_softmax = LastAxisFunction(_log_softmax)


def plot(names: str | Iterable[str] | None = None, *, ax: Sequence[Any] | None = None, **kwargs: Any) -> Any:
    """Draw activation functions and, beside them, their derivatives.

    Parameters
    ----------
    names : str or iterable of str, default=None
        Which functions; None means the lecture's: heaviside, sigmoid, tanh and relu.
    ax : sequence of two matplotlib Axes, default=None
        Where to draw; None makes a new figure.
    **kwargs
        Passed to :meth:`rosenblatt.ActivationDisplay.from_names`.

    Returns
    -------
    display : rosenblatt.ActivationDisplay
        With the attributes ``ax_``, the two axes, and ``figure_``.

    Raises
    ------
    ValueError
        If a name is unknown.
    ImportError
        If matplotlib is not installed: it is the optional dependency ``rosenblatt[plot]``.

    Examples
    --------
    >>> from rosenblatt import activations
    >>> display = activations.plot(["relu", "softplus"])
    >>> [line.get_label() for line in display.ax_[1].lines]
    ['relu', 'softplus']
    """
    from rosenblatt.plots.activation_display import ActivationDisplay

    return ActivationDisplay.from_names(names, ax=ax, **kwargs)


# What is a function of z; plot is not.
__all__ = [*FUNCTIONS, *ALIASES, "log_softmax", "softmax"]


def __getattr__(name: str) -> ActivationFunction:
    function = FUNCTIONS.get(ALIASES.get(name, name))
    if function is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return function


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
