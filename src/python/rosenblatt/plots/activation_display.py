"""A plot of activation functions and their derivatives."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.activations.functions import ALIASES, FUNCTIONS, Activation, ActivationFunction, find
from rosenblatt.plots.panels import draw_panels

Array = npt.NDArray[Any]

_LECTURE = ("heaviside", "sigmoid", "tanh", "relu")


class ActivationDisplay:
    """Plot of activation functions and, beside them, their derivatives.

    Create it with :meth:`from_names` or ``activations.plot``.

    Parameters
    ----------
    z : ndarray of shape (n_points,)
        The points at which the functions were computed.
    values : dict of str to ndarray of shape (n_points,)
        The values of each function, by its name.
    derivatives : dict of str to ndarray of shape (n_points,)
        The values of the derivative of each function, by its name. NaN leaves a gap.

    Attributes
    ----------
    ax_ : ndarray of shape (2,) of matplotlib Axes
        The axes of the functions and those of the derivatives.
    figure_ : matplotlib Figure
        The figure of these axes.

    See Also
    --------
    LossCurveDisplay : The loss over the epochs of a training run.

    Examples
    --------
    >>> from rosenblatt import ActivationDisplay
    >>> display = ActivationDisplay.from_names(["relu", "gelu", "silu", "mish"])
    >>> [ax.get_title() for ax in display.ax_]
    ['activation functions', 'derivatives']
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
        names: Activation | Iterable[Activation] | None = None,
        *,
        z_range: tuple[float, float] = (-4.0, 4.0),
        ax: Sequence[Any] | None = None,
        **kwargs: Any,
    ) -> Self:
        """Compute and draw activation functions.

        Parameters
        ----------
        names : str, activation function, or iterable of these, default=None
            Functions of ``rosenblatt.activations``, or their names; None means heaviside, sigmoid, tanh and
            relu. The derivative of a step function is drawn as 0, with a gap at the jump.
        z_range : tuple of two floats, default=(-4.0, 4.0)
            The smallest and the largest z.
        ax : sequence of two matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        **kwargs
            Passed to ``Axes.plot`` for all curves.

        Returns
        -------
        display : ActivationDisplay

        Raises
        ------
        ValueError
            If a name is unknown, names is empty, or z_range is not increasing.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> from rosenblatt import ActivationDisplay
        >>> display = ActivationDisplay.from_names("softplus", z_range=(-10, 10), color="black")
        >>> float(display.values["softplus"][-1])
        10.000045398899218
        """
        given = _LECTURE if names is None else (names,) if isinstance(names, str | ActivationFunction) else names
        labels = tuple(entry.name if isinstance(entry, ActivationFunction) else entry for entry in given)
        known = {*FUNCTIONS, *ALIASES}
        strange = [name for name in labels if name not in known]
        if strange or not labels:
            hint = suggestion(strange[0], known) if strange else ""
            raise ValueError(
                f"names: got {shown(strange or labels)}, expected some of {', '.join(sorted(known))}{hint}"
            )
        if not z_range[0] < z_range[1]:
            raise ValueError(f"z_range: got {shown(z_range)}, expected a smaller and a larger number")
        functions = {name: find(name) for name in labels}
        # With an odd number of points, the middle of a symmetric range, where kinks and jumps are, is one of them.
        z = np.linspace(*z_range, 801)
        values = {name: function(z) for name, function in functions.items()}
        derivatives = {
            name: function.derivative(z) if function.trainable else np.where(z == 0, np.nan, 0.0)
            for name, function in functions.items()
        }
        return cls(z, values, derivatives).plot(ax, **kwargs)

    def plot(self, ax: Sequence[Any] | None = None, **kwargs: Any) -> Self:
        """Draw the functions and their derivatives.

        Parameters
        ----------
        ax : sequence of two matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        **kwargs
            Passed to ``Axes.plot`` for all curves.

        Returns
        -------
        self : ActivationDisplay

        Raises
        ------
        ValueError
            If ax does not have two elements.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> from rosenblatt import ActivationDisplay
        >>> figure, axes = plt.subplots(2, 1)
        >>> ActivationDisplay.from_names("tanh", ax=axes).figure_ is figure
        True
        """
        panels = (("activation functions", "f(z)", self.values), ("derivatives", "f'(z)", self.derivatives))
        self.ax_ = draw_panels("ActivationDisplay", self.z, panels, ax, kwargs)
        self.figure_ = self.ax_[0].figure
        return self
