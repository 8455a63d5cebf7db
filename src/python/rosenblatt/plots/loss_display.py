"""A plot of losses and their derivatives."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt import _core, losses
from rosenblatt._messages import shown
from rosenblatt.plots.panels import draw_panels

Array = npt.NDArray[Any]

_REGRESSION = ("squared_error", "absolute_error", "huber", "log_cosh")


def _evaluate(loss: Any, z: Array, target: float | None) -> tuple[Array, Array]:
    """Return the loss of each raw score of one output, or of the last of two outputs whose first is 0."""
    if getattr(loss, "categorical", False):
        index = 1 if target is None else int(target)
        value, gradient = loss(np.full(len(z), index), np.stack([np.zeros_like(z), z], axis=1))
        return value, gradient[:, 1]
    if target is None:
        target = 0.0 if _core.LOSS_INFO[loss.name]["targets"] == "any number" else 1.0
    value, gradient = loss(np.full((len(z), 1), target), z[:, np.newaxis])
    return value, gradient[:, 0]


class LossDisplay:
    """Plot of losses of one sample over its raw score z and, beside them, their derivatives.

    Create it with :meth:`from_names` or ``losses.plot``.

    Parameters
    ----------
    z : ndarray of shape (n_points,)
        The raw scores at which the losses were computed.
    values : dict of str to ndarray of shape (n_points,)
        The values of each loss, by its name.
    derivatives : dict of str to ndarray of shape (n_points,)
        The derivative of each loss with respect to the raw score, by its name.

    Attributes
    ----------
    ax_ : ndarray of shape (2,) of matplotlib Axes
        The axes of the losses and those of the derivatives.
    figure_ : matplotlib Figure
        The figure of these axes.

    See Also
    --------
    ActivationDisplay : The same for activation functions.

    Examples
    --------
    >>> from rosenblatt import LossDisplay
    >>> display = LossDisplay.from_names(["hinge", "binary_log_loss"])
    >>> [ax.get_title() for ax in display.ax_]
    ['losses', 'derivatives']
    """

    ax_: Array
    figure_: Any

    def __init__(self, z: Array, values: dict[str, Array], derivatives: dict[str, Array]) -> None:
        self.z = z
        self.values = values
        self.derivatives = derivatives

    @classmethod
    def from_names(
        cls,
        names: Any = None,
        *,
        target: float | None = None,
        z_range: tuple[float, float] = (-4.0, 4.0),
        ax: Sequence[Any] | None = None,
        **kwargs: Any,
    ) -> Self:
        """Compute and draw losses.

        Parameters
        ----------
        names : str, Loss, or iterable of these, default=None
            Names or instances from `rosenblatt.losses`, of losses with one output for each target; None means
            squared_error, absolute_error, huber and log_cosh. A loss of one class of several is drawn for two classes,
            over the score of the second while that of the first is 0.
        target : float, default=None
            The target of the sample. None means 0 for losses of all numbers, and 1 for those of positive numbers and of
            classes.
        z_range : tuple of two floats, default=(-4.0, 4.0)
            The smallest and the largest raw score.
        ax : sequence of two matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        **kwargs
            Passed to ``Axes.plot`` for all curves.

        Returns
        -------
        display : LossDisplay

        Raises
        ------
        TypeError, ValueError
            If there is no such loss, it is not defined for the target, names is empty, or z_range is not increasing.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> from rosenblatt import LossDisplay, losses
        >>> display = LossDisplay.from_names(["squared_error", losses.Huber(delta=0.5)], z_range=(-2, 2))
        >>> {name: float(values[0]) for name, values in display.values.items()}
        {'SquaredError()': 2.0, 'Huber(delta=0.5)': 0.875}
        """
        given = _REGRESSION if names is None else names
        if isinstance(given, str | losses.Loss) or not isinstance(given, Iterable):
            given = (given,)
        found = [losses.find(entry) for entry in given]
        for entry in found:
            if not isinstance(entry, losses.Loss) or np.size(entry.settings.get("quantiles", 0.5)) != 1:
                raise ValueError(
                    f"names: got {shown(entry)}, expected losses of the engine with one output for each target"
                )
        if not found:
            raise ValueError("names: got none, expected at least one loss")
        if not z_range[0] < z_range[1]:
            raise ValueError(f"z_range: got {shown(z_range)}, expected a smaller and a larger number")
        z = np.linspace(*z_range, 801)
        curves = {repr(entry): _evaluate(entry, z, target) for entry in found}
        values = {name: value for name, (value, _) in curves.items()}
        return cls(z, values, {name: slope for name, (_, slope) in curves.items()}).plot(ax, **kwargs)

    def plot(self, ax: Sequence[Any] | None = None, **kwargs: Any) -> Self:
        """Draw the losses and their derivatives.

        Parameters
        ----------
        ax : sequence of two matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        **kwargs
            Passed to ``Axes.plot`` for all curves.

        Returns
        -------
        self : LossDisplay

        Raises
        ------
        ValueError
            If ax does not have two elements.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> from rosenblatt import LossDisplay
        >>> figure, axes = plt.subplots(2, 1)
        >>> LossDisplay.from_names("huber", ax=axes).figure_ is figure
        True
        """
        panels = (("losses", "loss", self.values), ("derivatives", "d loss / dz", self.derivatives))
        self.ax_ = draw_panels("LossDisplay", self.z, panels, ax, kwargs)
        self.figure_ = self.ax_[0].figure
        return self
