"""Loss and score on samples that are not trained on."""

from collections.abc import Callable
from math import nan
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import all_finite
from rosenblatt.training.samples import Samples
from rosenblatt.training.trainable import Trainable

# Of targets, predictions, and weights.
Score = Callable[[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any] | None], float]


def mean_loss(losses: npt.NDArray[Any], sample_weight: npt.NDArray[Any] | None) -> float:
    """Return the weighted mean of the losses of rows, summed in float64."""
    return float(np.average(losses.astype(np.float64, copy=False), weights=sample_weight))


class Validation:
    """Samples that training is evaluated on after each epoch.

    Parameters
    ----------
    samples : Samples
        The samples.
    n_threads : int
        The largest number of threads; 0 stands for as many as are useful.
    score : callable, default=None
        ``score(y, predictions, sample_weight)``. None: no score is computed.
    scorer : callable, default=None
        ``scorer(network, samples)``, whose value takes the place of the score.
    """

    def __init__(
        self,
        samples: Samples,
        n_threads: int,
        score: Score | None = None,
        scorer: Callable[[Trainable, Samples], float] | None = None,
    ) -> None:
        self.samples = samples
        self.n_threads = n_threads
        self.score = score
        self.scorer = scorer

    @property
    def not_a_number(self) -> tuple[float, float | None]:
        """Loss and score of a network whose predictions are not finite."""
        return nan, None if self.score is None else nan

    def evaluate(self, network: Trainable) -> tuple[float, float | None]:
        """Return the mean loss, without a penalty, and the score; NaN where predictions are not finite."""
        X, y, sample_weight = self.samples
        scores = network._engine.scores(X, self.n_threads)
        if not all_finite(scores):
            return self.not_a_number
        losses = network._losses(scores, y)
        if self.score is None:
            return mean_loss(losses, sample_weight), None
        predictions = network._outputs(scores)
        if not all_finite(predictions):
            return self.not_a_number
        if self.scorer is not None:
            return mean_loss(losses, sample_weight), self.scorer(network, self.samples)
        with np.errstate(over="ignore"):  # of squares, where training diverges: the score is then -inf or NaN
            score = self.score(y, predictions, sample_weight)
        return mean_loss(losses, sample_weight), score
