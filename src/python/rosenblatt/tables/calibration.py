"""What held-out samples say about the predictions: how far they are off, and how far probabilities can be trusted."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

Array = npt.NDArray[Any]


class Residuals:
    """The distribution of y - prediction on held-out samples, in groups by prediction.

    Split conformal prediction within groups (V. Vovk, "Conditional validity of inductive conformal predictors", ACML
    2012): among rows like the held-out ones, the share of targets below the quantile of level q is q within each group,
    up to 1 / the number of its held-out rows.

    Parameters
    ----------
    y, predictions : ndarray of shape (n_samples,)
        The targets and the predictions of held-out samples.
    weights : ndarray of shape (n_samples,) or None
        The weight of each sample; None means that all weigh 1.
    """

    _MOST_GROUPS, _ROWS = 10, 200  # of a group at least: it then has 10 rows beyond the levels 0.05 and 0.95

    def __init__(self, y: Array, predictions: Array, weights: Array | None) -> None:
        weights = np.ones(len(y)) if weights is None else weights
        n_groups = min(max(len(y) // self._ROWS, 1), self._MOST_GROUPS)
        self.borders = np.unique(np.quantile(predictions, np.arange(1, n_groups) / n_groups))
        group = np.searchsorted(self.borders, predictions, side="right")
        if not np.bincount(group, weights, len(self.borders) + 1).all():  # as where all predictions are the same
            self.borders, group = self.borders[:0], np.zeros_like(group)
        self._groups: list[tuple[Array, Array]] = []
        for k in range(len(self.borders) + 1):
            rows = np.flatnonzero((group == k) & (weights > 0))
            rows = rows[np.argsort((y - predictions)[rows], kind="stable")]
            ranks = np.cumsum(weights[rows]) * (len(rows) / weights[rows].sum())
            self._groups.append(((y - predictions)[rows], ranks))

    def quantiles(self, predictions: Array, levels: Array) -> Array:
        """Return the quantiles of the targets, of shape (n_samples, n_levels)."""
        group = np.searchsorted(self.borders, predictions, side="right")
        found = np.empty((len(self._groups), len(levels)))
        for k, (residuals, ranks) in enumerate(self._groups):
            # Of n + 1 exchangeable residuals, the one that is not known has any rank. The median is between both sides.
            wanted = (len(residuals) + 1) * levels
            above = self._at(residuals, ranks, np.ceil(wanted))
            below = self._at(residuals, ranks, np.floor(wanted))
            found[k] = np.where(levels > 0.5, above, np.where(levels < 0.5, below, (above + below) / 2))
        quantiles: Array = predictions[:, np.newaxis] + found[group]
        return quantiles

    @staticmethod
    def _at(residuals: Array, ranks: Array, wanted: Array) -> Array:
        """Return the residuals of these ranks, counted from 1; the first or the last one beyond them."""
        tolerance = 1e-9 * len(ranks)
        at: Array = residuals[np.minimum(np.searchsorted(ranks, wanted - tolerance), len(residuals) - 1)]
        return at


def sharpened(probabilities: Array, temperature: float, floor: float) -> Array:
    """Return the probabilities p^(1 / temperature), divided by their sum, each at least about ``floor``.

    That is the softmax of the scores divided by the temperature (Guo et al., "On calibration of modern neural
    networks", ICML 2017).
    """
    logs = np.log(np.maximum(probabilities, np.finfo(probabilities.dtype).tiny)).astype(np.float64) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    share = floor * powers.shape[1]
    mixed: Array = (1 - share) * powers / powers.sum(axis=1, keepdims=True) + floor
    return mixed


def temperature(y: Array, probabilities: Array, weights: Array | None, floor: float) -> float:
    """Return the temperature of the smallest log-loss: above 1 for predictions that are too certain.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        The indices of the classes of held-out samples.
    probabilities : ndarray of shape (n_samples, n_classes)
        Their probabilities.
    weights : ndarray of shape (n_samples,) or None
        The weight of each sample; None means that all weigh 1.
    floor : float
        The least probability.
    """

    def loss(log_temperature: float) -> float:
        sharp = sharpened(probabilities, float(np.exp(log_temperature)), floor)
        return float(np.average(-np.log(sharp[np.arange(len(y)), y]), weights=weights))

    bound = np.log(10)
    return float(np.exp(minimize_scalar(loss, bounds=(-bound, bound), method="bounded").x))
