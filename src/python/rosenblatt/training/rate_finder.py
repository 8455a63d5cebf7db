"""A learning-rate finder: the loss while the learning rate rises from step to step."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from rosenblatt.plots.matplotlib import pyplot


@dataclass
class LearningRateCurve:
    """The losses of a learning-rate range test.

    Attributes
    ----------
    rates : ndarray of shape (n_steps,), float64
        The learning rate of each step, rising geometrically, up to the step where the loss diverged.
    losses : ndarray of shape (n_steps,), float64
        The loss of each mini-batch before its step, penalty included, smoothed.
    suggestion : float
        A tenth of the rate with the lowest loss.
    ax_, figure_ : matplotlib Axes and Figure
        The axes and the figure of ``plot``.
    """

    rates: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]

    @property
    def suggestion(self) -> float:
        """A tenth of the rate with the lowest loss, as Smith reads such curves."""
        return float(self.rates[np.argmin(self.losses)]) / 10

    def plot(self, ax: Any = None) -> Self:
        """Draw the loss over the rate, on a logarithmic axis, and the suggestion.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            The axes to draw on. None makes a new figure.

        Returns
        -------
        self : LearningRateCurve
            With ``ax_`` and ``figure_``.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = pyplot("LearningRateCurve").subplots()
        ax.plot(self.rates, self.losses)
        ax.axvline(self.suggestion, linestyle=":", color="gray", label=f"suggestion {self.suggestion:.2g}")
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def find_learning_rate(
    estimator: Any,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    lowest: float = 1e-6,
    highest: float = 10.0,
    n_steps: int = 100,
    smoothing: float = 0.9,
) -> LearningRateCurve:
    """Train a copy of an estimator while its learning rate rises from step to step [1]_.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        The estimator, which does not change. Its own learning rate and schedule are not used.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        The inputs.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        The targets.
    sample_weight : array-like of shape (n_samples,), default=None
        The weight of each sample.
    lowest, highest : float, default=1e-6, 10.0
        The first and the last learning rate.
    n_steps : int, default=100
        The number of steps, each with a mini-batch of the estimator's ``batch_size``. The search ends early where the
        loss is four times the lowest loss.
    smoothing : float, default=0.9
        The weight of earlier losses in the moving average, from 0 to below 1.

    Returns
    -------
    curve : LearningRateCurve
        Rates and losses, a suggestion, and a plot.

    Raises
    ------
    ValueError
        If an argument is out of its range, the estimator's solver has no mini-batches, or the data are not valid.

    References
    ----------
    .. [1] L. Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.preprocessing import scale
    >>> from rosenblatt import MLPRegressor, find_learning_rate
    >>> X, y = load_diabetes(return_X_y=True)
    >>> curve = find_learning_rate(MLPRegressor(batch_size=32, random_state=0), scale(X), scale(y))
    >>> 1e-4 < curve.suggestion < 1e-1
    True
    """
    if not 0 < lowest < highest < np.inf:
        raise ValueError(f"lowest, highest: got {lowest!r} and {highest!r}, expected 0 < lowest < highest")
    if n_steps < 2:
        raise ValueError(f"n_steps: got {n_steps!r}, expected at least 2")
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing: got {smoothing!r}, expected a number from 0 to below 1")
    model = clone(estimator).set_params(warm_start=False, early_stopping=False, shuffle=True, learning_rate="constant")
    model._validate_params()
    if model._is_lbfgs():
        raise ValueError("solver: got 'lbfgs', expected a solver that takes mini-batches")
    loop = model._open_loop(X, y, sample_weight)

    rates = np.geomspace(lowest, highest, n_steps)
    losses: list[float] = []
    average = 0.0
    n_rows, batch_size = loop.source.n_rows, loop.batch_size
    for step, rate in enumerate(rates):
        first = step * batch_size % n_rows
        if step == 0 or first < batch_size:
            order, first = loop.source.next_epoch(), 0
        loss, penalty = loop.trainer.epoch(loop.optimizer, float(rate), order[first : first + batch_size].copy())
        average = smoothing * average + (1 - smoothing) * (loss + penalty)
        losses.append(average / (1 - smoothing ** (step + 1)))
        if not (np.isfinite(losses[-1]) and losses[-1] <= 4 * min(losses)):
            losses.pop()
            break
    if not losses:
        raise ValueError("X, y: the loss of the first mini-batch is not finite; scale the data")
    return LearningRateCurve(rates[: len(losses)], np.array(losses))
