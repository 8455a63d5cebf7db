"""The plot of activation functions: the shortest way to an `ActivationDisplay`."""

from collections.abc import Iterable, Sequence
from typing import Any

from rosenblatt.activations.functions import Activation


def plot(
    names: Activation | Iterable[Activation] | None = None, *, ax: Sequence[Any] | None = None, **kwargs: Any
) -> Any:
    """Plot activation functions and, in a second panel, their derivatives.

    Parameters
    ----------
    names : str, activation function, or iterable of these, default=None
        The functions, or their names; None means heaviside, sigmoid, tanh and relu, as in the lecture.
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
