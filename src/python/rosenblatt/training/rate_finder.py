"""A learning-rate finder: the loss while the learning rate rises from step to step."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state

from rosenblatt._messages import shown
from rosenblatt.plots.matplotlib import pyplot
from rosenblatt.training.checks import count, fraction, number

# The suggestion is where the loss has fallen by this fraction of its whole fall. Change of the test score against the
# default rate, in points, mean of ten data sets: Adam with early stopping +0.6 (better on 8), Adam without it -0.8 (0.0
# without diabetes, which overfits), SGD +5.7 (better on 10). A tenth of the rate with the lowest loss: +0.8, -2.9 and
# +0.9. Suggestions of different seeds differ by a factor of 1.15 instead of 1.6.
_FALL = 2 / 3


@dataclass(repr=False)
class LearningRateCurve:
    """The losses of a learning-rate range test.

    Attributes
    ----------
    rates : ndarray of shape (n_steps,), float64
        The learning rate of each step, rising geometrically, up to the step where the loss diverged.
    losses : ndarray of shape (n_steps,), float64
        The loss of each mini-batch before its step, penalty included, averaged over the runs and smoothed.
    suggestion : float
        The rate at which the loss has fallen by two thirds of its fall from the first rates to its minimum.
    ax_, figure_ : matplotlib Axes and Figure
        The axes and the figure of ``plot``.
    """

    rates: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]

    @property
    def suggestion(self) -> float:
        """The rate at which the loss has fallen by two thirds of its fall from the first rates to its minimum."""
        lowest = int(np.argmin(self.losses))
        start = self.losses[: min(5, lowest + 1)].mean()
        enough = self.losses <= start - _FALL * (start - self.losses[lowest])
        return float(self.rates[np.argmax(enough)])

    def __repr__(self) -> str:
        low, high = self.rates[0], self.rates[-1]
        return (
            f"LearningRateCurve({len(self.rates)} rates from {low:.2g} to {high:.2g}, suggestion {self.suggestion:.2g})"
        )

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
    n_runs: int = 4,
) -> LearningRateCurve:
    """Train copies of an estimator while its learning rate rises from step to step [1]_.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Pipeline
        The estimator, which does not change. Its own learning rate and schedule are not used. Of a pipeline that ends
        with such an estimator, the other steps transform X first.
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
        By how much the weight of a loss in the moving average decreases from one step to the next, on both sides, from
        0 to below 1.
    n_runs : int, default=4
        The number of runs, from different initial weights and with different orders of the samples, whose losses are
        averaged. The first run has the estimator's ``random_state``, from which those of the others are drawn.

    Returns
    -------
    curve : LearningRateCurve
        Rates and losses, a suggestion, and a plot.

    Raises
    ------
    TypeError
        If ``estimator`` is neither such an estimator nor such a pipeline.
    ValueError
        If an argument is out of its range, the estimator's solver has no mini-batches, or the data are not valid.

    Notes
    -----
    The suggestion is about the training loss. With rates above the default, small tables overfit sooner: use early
    stopping.

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
    >>> curve
    LearningRateCurve(... rates from 1e-06 to ..., suggestion ...)
    """
    lowest, highest = number("lowest", lowest), number("highest", highest)
    smoothing, n_steps, n_runs = fraction("smoothing", smoothing), count("n_steps", n_steps), count("n_runs", n_runs)
    if not 0 < lowest < highest < np.inf:
        raise ValueError(f"lowest, highest: got {shown(lowest)} and {shown(highest)}, expected 0 < lowest < highest")
    if n_steps < 2:
        raise ValueError(f"n_steps: got {shown(n_steps)}, expected at least 2")
    estimator, X = _last_step(estimator, X, y)
    model = clone(estimator).set_params(warm_start=False, early_stopping=False, shuffle=True, learning_rate="constant")
    model._validate_params()
    if model._is_lbfgs():
        raise ValueError("solver: got 'lbfgs', expected a solver that takes mini-batches")
    rates = np.geomspace(lowest, highest, n_steps)
    seeds = check_random_state(model.random_state)
    losses = []
    for run in range(n_runs):
        if run:  # the first run has the estimator's own random state
            model.set_params(random_state=seeds.randint(np.iinfo(np.int32).max))
        losses.append(_losses_of_steps(model._open_loop(X, y, sample_weight), rates))
    length = min(map(len, losses))
    if length == 0:
        raise ValueError("X, y: the loss of the first mini-batch is not finite; scale the data")
    mean = np.mean([run[:length] for run in losses], axis=0)
    return LearningRateCurve(rates[:length], _smoothed(mean, smoothing))


def _last_step(estimator: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """Return the estimator that a pipeline ends with, and X as its other steps transform it."""
    if isinstance(estimator, Pipeline):
        if len(estimator.steps) > 1:
            X = clone(estimator[:-1]).fit_transform(X, y)
        estimator = estimator.steps[-1][1]
    if not isinstance(estimator, BaseEstimator) or not hasattr(estimator, "_open_loop"):
        kind = estimator if isinstance(estimator, type) else type(estimator)
        given = f"{kind.__module__}.{kind.__name__}" + (", a class" if kind is estimator else "")
        raise TypeError(
            f"estimator: got {given}, expected an MLPClassifier or"
            " MLPRegressor of rosenblatt, or a pipeline that ends with one"
        )
    return estimator, X


def _losses_of_steps(loop: Any, rates: npt.NDArray[np.float64]) -> list[float]:
    """Return the loss of each mini-batch before its step, until the losses diverge."""
    losses: list[float] = []
    n_rows, batch_size = loop.source.n_rows, loop.batch_size
    first, average, lowest = n_rows, 0.0, np.inf
    for step, rate in enumerate(rates):
        if first + batch_size > n_rows:
            order, first = loop.source.next_epoch(), 0
        loss, penalty = loop.trainer.epoch(loop.optimizer, float(rate), order[first : first + batch_size].copy())
        first += batch_size
        average = 0.9 * average + 0.1 * (loss + penalty)
        current = average / (1 - 0.9 ** (step + 1))
        lowest = min(lowest, current)
        if not (np.isfinite(current) and current <= 4 * lowest):
            break
        losses.append(loss + penalty)
    return losses


def _smoothed(losses: npt.NDArray[np.float64], smoothing: float) -> npt.NDArray[np.float64]:
    """Return moving averages, which look at both sides so that the curve is not moved to higher rates."""
    steps = np.arange(len(losses))
    weights = smoothing ** np.abs(steps[:, np.newaxis] - steps)
    averages: npt.NDArray[np.float64] = weights @ losses / weights.sum(axis=1)
    return averages
