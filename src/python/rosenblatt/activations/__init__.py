"""Activation functions and their derivatives, on arrays of any shape: ``activations.softplus(z)``.

Each activation of the engine is a function here, by its name and by its alias. The derivative of ``activations.tanh``
is ``activations.tanh.derivative``; that of ``softmax`` and ``log_softmax``, which are functions of a row, is the
Jacobian matrix of the row. Networks take the same names.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from rosenblatt.activations.functions import ALIASES, FUNCTIONS, ActivationFunction
from rosenblatt.activations.functions import TRAINABLE as TRAINABLE
from rosenblatt.activations.functions import _function as _function
from rosenblatt.activations.functions import find as find
from rosenblatt.activations.functions import of_layers as of_layers
from rosenblatt.activations.last_axis import LastAxisFunction as LastAxisFunction
from rosenblatt.activations.last_axis import log_softmax, softmax


def plot(names: str | Iterable[str] | None = None, *, ax: Sequence[Any] | None = None, **kwargs: Any) -> Any:
    """Plot activation functions and, in a second panel, their derivatives.

    Parameters
    ----------
    names : str or iterable of str, default=None
        The functions; None means heaviside, sigmoid, tanh and relu, as in the lecture.
    ax : sequence of two matplotlib Axes, default=None
        The axes to draw on; None makes a new figure.
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


# The functions of z: find, of_layers and plot are not.
__all__ = [*FUNCTIONS, *ALIASES, "log_softmax", "softmax"]


def __getattr__(name: str) -> ActivationFunction:
    function = FUNCTIONS.get(ALIASES.get(name, name))
    if function is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return function


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
