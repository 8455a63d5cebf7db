"""The activation functions of the engine."""

import inspect
from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import as_floats, engine
from rosenblatt._messages import shown
from rosenblatt._numbers import to_numbers
from rosenblatt._suggestions import suggestion


def numbers(z: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return z as the engine takes it."""
    return as_floats(to_numbers("z", z))


# The functions of the engine by dtype.
_VALUES = {np.dtype(dtype): engine("activate", dtype) for dtype in (np.float32, np.float64)}
_DERIVATIVES = {np.dtype(dtype): engine("activation_derivative", dtype) for dtype in (np.float32, np.float64)}


# Of a call, which ArrayFunction does not tell.
_SIGNATURE = inspect.Signature([inspect.Parameter("z", inspect.Parameter.POSITIONAL_OR_KEYWORD)])


class ActivationFunction(_core.ArrayFunction):
    """An activation function: call it for ``f(z)``.

    Attributes
    ----------
    name : str
        The name in the engine, which the parameter ``activation`` of networks and estimators takes.
    trainable : bool
        Whether there is a derivative, which training needs.
    """

    __module__ = "rosenblatt.activations"

    def __init__(self, name: str) -> None:
        info = _core.ACTIVATION_INFO[name]
        self.name = name
        self.trainable = bool(info["trainable"])
        self.__name__ = name
        self.__signature__ = _SIGNATURE
        self.__doc__ = f"""Return f(z) = {info["doc"]}.

        Parameters
        ----------
        z : array-like of any shape
            float32 is computed in float32, everything else in float64.

        Returns
        -------
        a : ndarray of the shape of z

        Examples
        --------
        >>> from rosenblatt import activations
        >>> activations.{name}([0.0]).shape
        (1,)
        """

    def _call_converted(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f(z) of what the engine does not take as it is; ArrayFunction calls this."""
        return self._map(_VALUES, z)

    def derivative(self, z: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return f'(z), of the shape of ``z``.

        Raises
        ------
        ValueError
            If the function has no derivative.

        Examples
        --------
        >>> from rosenblatt import activations
        >>> activations.relu.derivative([-1.0, 2.0])
        array([0., 1.])
        """
        return self._map(_DERIVATIVES, z)

    def _map(self, functions: dict[np.dtype[Any], Callable[..., Any]], z: npt.ArrayLike) -> npt.NDArray[Any]:
        if type(z) is not np.ndarray or z.dtype not in functions or not (z.flags.c_contiguous and z.flags.aligned):
            z = numbers(z)
        result: npt.NDArray[Any] = functions[z.dtype](self.name, z)
        return result

    def __repr__(self) -> str:
        return f"<activation {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _function, (self.name,)


def _function(name: str) -> ActivationFunction:
    return FUNCTIONS[name]


_function.__module__ = "rosenblatt.activations"  # where pickles look it up


FUNCTIONS = {name: ActivationFunction(name) for name in _core.ACTIVATIONS}
ALIASES = {info["alias"]: name for name, info in _core.ACTIVATION_INFO.items() if info["alias"] != name}
# The names and aliases of the functions that have a derivative.
TRAINABLE = (
    *(name for name, function in FUNCTIONS.items() if function.trainable),
    *(alias for alias, name in ALIASES.items() if FUNCTIONS[name].trainable),
)


# What stands for an activation: a name, an alias, or a function of `rosenblatt.activations`.
Activation = str | ActivationFunction


def find(activation: Activation, trainable: bool = False) -> ActivationFunction:
    """Return the activation function with a name or alias.

    Parameters
    ----------
    activation : str or ActivationFunction
        A name, an alias, or a function of `rosenblatt.activations`, which is returned itself.
    trainable : bool, default=False
        Whether the function must have a derivative.

    Returns
    -------
    function : ActivationFunction

    Raises
    ------
    ValueError
        If there is no such function.

    Examples
    --------
    >>> from rosenblatt import activations
    >>> activations.find("swish")
    <activation silu>
    """
    name = activation.name if isinstance(activation, ActivationFunction) else activation
    function = FUNCTIONS.get(ALIASES.get(name, name)) if isinstance(name, str) else None
    if function is None or (trainable and not function.trainable):
        accepted = TRAINABLE if trainable else (*FUNCTIONS, *ALIASES)
        hint = suggestion(activation, accepted)
        raise ValueError(f"activation: got {shown(activation)}, expected one of {', '.join(map(repr, accepted))}{hint}")
    return function


def of_layers(activation: Activation | Sequence[Activation], n_hidden: int, trainable: bool = True) -> list[str]:
    """Return the name of the activation of each hidden layer, given one for all layers or one for each.

    With ``trainable``, each must have a derivative.

    Raises
    ------
    TypeError
        If it is neither a name nor a function nor a list.
    ValueError
        If a name does not exist, its function has no derivative that is needed, or there are not ``n_hidden`` names.

    Examples
    --------
    >>> from rosenblatt import activations
    >>> activations.of_layers(activations.relu, 2)
    ['relu', 'relu']
    """
    if isinstance(activation, str | ActivationFunction):  # estimators ask in each prediction
        if n_hidden:
            find(activation, trainable=trainable)
        return [activation if isinstance(activation, str) else activation.name] * n_hidden
    if not isinstance(activation, Iterable):
        raise TypeError(
            f"activation: got {shown(activation)}, expected a name, a function of rosenblatt.activations, or a list"
        )
    given = activation if isinstance(activation, Sized) else list(activation)
    if len(given) != n_hidden:
        raise ValueError(
            f"activation: got {shown(activation)}, expected a name or a list of {n_hidden}, one for each hidden layer"
        )
    return [
        entry if isinstance(entry, str) else find(entry).name for entry in given if find(entry, trainable=trainable)
    ]
