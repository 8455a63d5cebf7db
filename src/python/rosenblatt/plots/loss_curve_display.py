"""A plot of a training run: loss, validation loss and score, and learning rate over the epochs."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from rosenblatt.plots.matplotlib import pyplot

Curve = npt.NDArray[np.float64]


class LossCurveDisplay:
    """Plot of the training loss, and of recorded validation results and learning rates, over the epochs.

    Create it with :meth:`from_estimator`, or from your own numbers. Losses share the left axis; scores, errors and
    learning rates each have an axis on the right. The networks of a tabular estimator have a curve each.

    Parameters
    ----------
    loss : array-like of shape (n_epochs,), or list of them
        The training loss of each epoch; here and below, a list has the curves of several networks.
    val_loss : array-like of shape (n_epochs,) or list of them, default=None
        The loss on the validation data.
    val_score : array-like of shape (n_epochs,) or list of them, default=None
        The score on the validation data.
    learning_rate : array-like of shape (n_epochs,) or list of them, default=None
        The learning rate of each epoch.
    val_error : array-like of shape (n_epochs,) or list of them, default=None
        The error on the validation data, such as 1 less the score.
    name : str, default=None
        Prefix of the labels in the legend, to distinguish several models in one plot.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes of the losses.
    score_ax_ : matplotlib Axes or None
        The axes of the validation scores, if there are any.
    error_ax_ : matplotlib Axes or None
        The axes of the validation errors, if there are any.
    rate_ax_ : matplotlib Axes or None
        The axes of the learning rates, if they are drawn.
    figure_ : matplotlib Figure
        The figure of these axes.
    lines_ : dict of str to matplotlib Line2D or list of them
        The curves that are drawn: "loss", and optionally "val_loss", "val_score", "val_error" and "learning_rate";
        lists for several networks.

    Raises
    ------
    ValueError
        If a curve is not one-dimensional, or is empty.

    See Also
    --------
    ActivationDisplay : Activation functions and their derivatives.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from rosenblatt import LossCurveDisplay, MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier([10], learning_rate_init=0.01, early_stopping=True, random_state=0).fit(X, y)
    >>> display = LossCurveDisplay.from_estimator(model)
    >>> sorted(display.lines_)
    ['loss', 'val_loss', 'val_score']

    Numbers from elsewhere, on a logarithmic axis:

    >>> display = LossCurveDisplay([1.0, 0.1, 0.01], val_loss=[1.1, 0.3, 0.2]).plot()
    >>> display.ax_.set_yscale("log")
    """

    ax_: Any
    score_ax_: Any
    error_ax_: Any
    rate_ax_: Any
    figure_: Any
    lines_: dict[str, Any]

    def __init__(
        self,
        loss: npt.ArrayLike,
        *,
        val_loss: npt.ArrayLike | None = None,
        val_score: npt.ArrayLike | None = None,
        learning_rate: npt.ArrayLike | None = None,
        name: str | None = None,
        val_error: npt.ArrayLike | None = None,
    ) -> None:
        self.loss = _curves(loss, "loss")
        self.val_loss = None if val_loss is None else _curves(val_loss, "val_loss")
        self.val_score = None if val_score is None else _curves(val_score, "val_score")
        self.val_error = None if val_error is None else _curves(val_error, "val_error")
        self.learning_rate = None if learning_rate is None else _curves(learning_rate, "learning_rate")
        self.name = name

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, name: str | None = None, ax: Any = None, learning_rate: bool = False, **kwargs: Any
    ) -> Self:
        """Plot the training run of a fitted estimator of rosenblatt or scikit-learn.

        Parameters
        ----------
        estimator : estimator, or Pipeline that ends with one
            An estimator with an attribute ``history_``, or with ``loss_curve_`` and optionally
            ``validation_scores_``. The latter two are drawn if they have more epochs than ``history_``, which has
            only those of the last call: after ``partial_fit`` and warm starts. Of a tabular estimator, the loss and the
            validation error of each network are drawn.
        name : str, default=None
            Prefix of the labels in the legend.
        ax : matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        learning_rate : bool, default=False
            Whether to draw the learning rates.
        **kwargs
            Passed to ``Axes.plot`` for the training loss.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If it recorded no losses, as with ``solver="lbfgs"``, or if learning rates are to be drawn but were not
            recorded.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from rosenblatt import LossCurveDisplay, MLPClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> for solver, color in ("adam", "C0"), ("sgd", "C1"):
        ...     model = MLPClassifier(solver=solver, max_iter=1000, learning_rate_init=0.01, random_state=0).fit(X, y)
        ...     ax = None if solver == "adam" else display.ax_
        ...     display = LossCurveDisplay.from_estimator(model, name=solver, ax=ax, color=color)
        """
        if isinstance(estimator, Pipeline):
            estimator = estimator[-1]
        check_is_fitted(estimator)
        return cls(**_history(estimator), name=name).plot(ax, learning_rate=learning_rate, **kwargs)

    def plot(self, ax: Any = None, *, learning_rate: bool = False, **kwargs: Any) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            The axes to draw on; None creates a figure.
        learning_rate : bool, default=False
            Whether to draw the learning rates.
        **kwargs
            Passed to ``Axes.plot`` for the training loss.

        Returns
        -------
        self : LossCurveDisplay

        Raises
        ------
        ValueError
            If learning rates are to be drawn but were not recorded.
        ImportError
            If matplotlib is not installed.

        Examples
        --------
        >>> from rosenblatt import LossCurveDisplay
        >>> LossCurveDisplay([1.0, 0.5, 0.3]).plot(color="black").ax_.get_ylabel()
        'loss'
        """
        if learning_rate and self.learning_rate is None:
            raise ValueError("learning_rate: got True, expected False, since no learning rates were recorded")
        plt = pyplot("LossCurveDisplay")
        if ax is None:
            _, ax = plt.subplots()
        self.ax_, self.figure_ = ax, ax.figure
        self.score_ax_ = self.error_ax_ = self.rate_ax_ = None
        self.lines_ = {}
        self._draw(ax, "loss", self.loss, "training loss", kwargs)
        color = np.ravel(self.lines_["loss"])[0].get_color()
        if self.val_loss is not None:
            self._draw(ax, "val_loss", self.val_loss, "validation loss", {"color": color, "linestyle": "--"})
        if self.val_score is not None:
            self.score_ax_ = _right_axis(ax, "validation score")
            style = {"color": color, "linestyle": ":"}
            self._draw(self.score_ax_, "val_score", self.val_score, "validation score", style)
        if self.val_error is not None:
            self.error_ax_ = _right_axis(ax, "validation error")
            style = {"color": color, "linestyle": ":"}
            self._draw(self.error_ax_, "val_error", self.val_error, "validation error", style)
        if learning_rate and self.learning_rate is not None:
            self.rate_ax_ = _right_axis(ax, "learning rate")
            self.rate_ax_.set_yscale("log")
            style = {"color": color, "linestyle": "-."}
            self._draw(self.rate_ax_, "learning_rate", self.learning_rate, "learning rate", style)
        ax.set(xlabel="epoch", ylabel="loss")
        _one_legend(_in_one_place(ax))
        return self

    def _draw(self, ax: Any, key: str, curves: Curve | list[Curve], label: str, style: dict[str, Any]) -> None:
        """Draw a curve, or those of several networks in one colour and with one label."""
        label = label if self.name is None else f"{self.name}: {label}"
        if not isinstance(curves, list):
            (self.lines_[key],) = ax.plot(np.arange(1, len(curves) + 1), curves, **{"label": label, **style})
            return
        self.lines_[key] = []
        for curve in curves:
            alone = {"label": label, "linewidth": 1.0, **style}
            if self.lines_[key]:
                alone |= {"label": "_" + alone["label"], "color": self.lines_[key][0].get_color()}
            self.lines_[key] += ax.plot(np.arange(1, len(curve) + 1), curve, **alone)


def _in_one_place(ax: Any) -> list[Any]:
    """Return an axis and the axes on top of it, from the lowest to the highest."""
    together = ax.get_shared_x_axes().get_siblings(ax)
    return [other for other in ax.figure.axes if other in together and other.bbox.bounds == ax.bbox.bounds]


def _right_axis(ax: Any, ylabel: str) -> Any:
    """Return the right axis with this label, created at its first use, so that several displays share it."""
    others = _in_one_place(ax)[1:]
    for other in others:
        if other.get_ylabel() == ylabel:
            return other
    right = ax.twinx()
    right.set_ylabel(ylabel)
    right.spines.right.set_position(("outward", 55 * len(others)))  # in points, outside the labels of the previous axis
    return right


def _one_legend(axes: list[Any]) -> None:
    """Draw one legend of the curves of all axes, on the highest one."""
    for ax in axes:
        if ax.get_legend() is not None:
            ax.get_legend().remove()
    lines = [line for ax in axes for line in ax.get_lines()]
    axes[-1].legend(handles=[line for line in lines if not line.get_label().startswith("_")])


def _curves(values: npt.ArrayLike, name: str) -> Curve | list[Curve]:
    """Return a curve, or a list of curves, which may differ in length."""
    if isinstance(values, list) and len(values) > 0 and all(np.ndim(curve) == 1 for curve in values):
        return [_curve(curve, name) for curve in values]
    return _curve(values, name)


def _curve(values: npt.ArrayLike, name: str) -> Curve:
    curve = np.asarray(values, dtype=np.float64)
    if curve.ndim != 1 or curve.size == 0:
        raise ValueError(f"{name}: got an array of shape {curve.shape}, expected (n_epochs,) with at least one epoch")
    return curve


def _history(estimator: Any) -> dict[str, Any]:
    """Return the curves that an estimator recorded, as arguments of the display."""
    members = getattr(estimator, "members_", None)
    if members is not None:
        return {"loss": [member.losses for member in members], "val_error": [member.errors for member in members]}
    history: Mapping[str, Any] | None = getattr(estimator, "history_", None)
    losses = getattr(estimator, "loss_curve_", None)
    if not history or (losses is not None and len(losses) > len(history["loss"])):
        history = {"loss": losses, "val_score": getattr(estimator, "validation_scores_", None)}
    curves = {key: history.get(key) for key in ("loss", "val_loss", "val_score", "learning_rate")}
    if curves["loss"] is None:
        raise ValueError(
            f"estimator: got {type(estimator).__name__} without recorded losses, expected one that was fitted epoch by"
            ' epoch (not with solver="lbfgs")'
        )
    return curves
