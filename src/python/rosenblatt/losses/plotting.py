"""The plot of losses: the shortest way to a `LossDisplay`."""

from collections.abc import Iterable, Sequence
from typing import Any

from rosenblatt.losses.base import Loss


def plot(
    names: str | Loss | Iterable[str | Loss] | None = None, *, ax: Sequence[Any] | None = None, **kwargs: Any
) -> Any:
    """Plot losses of one sample over its raw score and, in a second panel, their derivatives.

    Parameters
    ----------
    names : str, Loss, or iterable of these, default=None
        The losses, by name or as instances; None means squared_error, absolute_error, huber and log_cosh.
    ax : sequence of two matplotlib Axes, default=None
        The axes to draw on; None makes a new figure.
    **kwargs
        Passed to :meth:`rosenblatt.LossDisplay.from_names`.

    Returns
    -------
    display : rosenblatt.LossDisplay
        With the attributes ``ax_``, the two axes, and ``figure_``.

    Raises
    ------
    TypeError, ValueError
        As by :meth:`rosenblatt.LossDisplay.from_names`.
    ImportError
        If matplotlib is not installed: it is the optional dependency ``rosenblatt[plot]``.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> display = losses.plot(["hinge", "squared_hinge"], target=1)
    >>> [line.get_label() for line in display.ax_[1].lines]
    ['Hinge()', 'SquaredHinge()']
    """
    from rosenblatt.plots.loss_display import LossDisplay

    return LossDisplay.from_names(names, ax=ax, **kwargs)
