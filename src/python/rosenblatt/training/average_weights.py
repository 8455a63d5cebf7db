"""The average of the weights of a fit's epochs."""

from numbers import Integral, Real
from typing import Any

from rosenblatt._messages import shown
from rosenblatt.training.trainable import Trainable, WeightsAndBiases


class AverageWeights:
    """End a fit with the average of the weights of its epochs instead of the weights of the last one.

    Without ``decay``, all epochs from ``start`` on count equally: stochastic weight averaging [1]_, with a constant
    learning rate. With it, each epoch changes the average by ``average = decay * average + (1 - decay) *
    weights``: an exponential moving average. Training itself, the losses and the scores of the epochs do not change.

    Parameters
    ----------
    start : int, default=1
        The first epoch whose weights count. If the fit ends before it, it ends with its last weights.
    decay : float or None, default=None
        The weight of the average so far, from 0 to below 1. None: all epochs count equally.

    Attributes
    ----------
    n_averaged : int
        The number of epochs in the average of the last fit.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; from ``fit``, with early stopping, which keeps the best epoch, and with a
        `Checkpoint`, which does not store the average.

    References
    ----------
    .. [1] P. Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI 2018.

    Examples
    --------
    >>> from rosenblatt import MLPRegressor, callbacks
    >>> average = callbacks.AverageWeights(start=11)
    >>> model = MLPRegressor(hidden_layer_sizes=[3], solver="sgd", max_iter=20, tol=0, random_state=0)
    >>> model = model.set_params(callbacks=[average, lambda end: end.epoch == 15]).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> average.n_averaged
    5
    """

    __module__ = "rosenblatt.callbacks"

    start: int
    decay: float | None
    n_averaged: int
    _average: WeightsAndBiases | None

    def __init__(self, start: int = 1, decay: float | None = None) -> None:
        if not isinstance(start, Integral) or isinstance(start, bool):
            raise TypeError(f"start: got {shown(start)}, expected an integer >= 1")
        self.start = int(start)
        self.decay = decay
        self.n_averaged = 0
        self._average = None
        if self.start < 1:
            raise ValueError(f"start: got {start}, expected an integer >= 1")
        if decay is not None:
            if not isinstance(decay, Real) or isinstance(decay, bool):
                raise TypeError(f"decay: got {shown(decay)}, expected None or a number from 0 to below 1")
            if not 0 <= decay < 1:
                raise ValueError(f"decay: got {shown(decay)}, expected None or a number from 0 to below 1")

    # Estimators call the other methods instead: they have the weights, and assign the average when the fit ends.

    def __call__(self, end: Any) -> None:
        """Do nothing."""

    def _begin(self, early_stopping: bool, checkpoints: bool) -> None:
        for name, given in (("early_stopping", early_stopping), ("a Checkpoint", checkpoints)):
            if given:
                raise ValueError(f"callbacks: got AverageWeights with {name}, expected one of the two")
        self.n_averaged, self._average = 0, None

    def _epoch_ends(self, epoch: int, network: Trainable) -> None:
        if epoch < self.start:
            return
        weights, biases = network._arrays()
        self.n_averaged += 1
        if self._average is None:
            self._average = weights, biases
            return
        share = 1 / self.n_averaged if self.decay is None else 1 - self.decay
        for averages, arrays in zip(self._average, (weights, biases), strict=True):
            for average, array in zip(averages, arrays, strict=True):
                average += share * (array - average)

    def _result(self) -> WeightsAndBiases | None:
        """Return the average, which belongs to the estimator from here on."""
        result, self._average = self._average, None
        return result
