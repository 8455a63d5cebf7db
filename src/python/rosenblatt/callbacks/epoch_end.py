"""The argument of callbacks: the numbers of an epoch, and the estimator in training."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from rosenblatt.training.epoch import Epoch


@dataclass(frozen=True)
class EpochEnd:
    """The argument of a callback: the numbers of an epoch, as in `rosenblatt.Epoch`, and the estimator.

    Attributes
    ----------
    epoch : int
        The number of epochs of this call so far, from 1.
    n_epochs : int
        The largest number of epochs of this call.
    loss : float
        The training loss of the epoch: ``data_loss + penalty``, as in ``loss_curve_``.
    data_loss : float
        The mean loss of the training samples, without the penalty.
    penalty : float
        The mean over the mini-batches of the penalties of ``alpha`` and ``l1``.
    learning_rate : float
        The learning rate of the epoch's last step.
    val_loss, val_score : float or None
        The loss, without a penalty, and the score on the validation samples; None without such samples.
    seconds : float
        The time since the fit began.
    estimator : object
        The estimator in training.

    Examples
    --------
    >>> from rosenblatt import MLPRegressor
    >>> def stop_early(end):
    ...     return end.loss < 1e-3
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
    >>> model = MLPRegressor(hidden_layer_sizes=[10], learning_rate_init=0.05, random_state=0)
    >>> model = model.set_params(callbacks=[stop_early]).fit(X, y)
    >>> model.loss_ < 1e-3
    True
    """

    __module__ = "rosenblatt.callbacks"

    epoch: int
    n_epochs: int
    loss: float
    data_loss: float
    penalty: float
    learning_rate: float
    val_loss: float | None
    val_score: float | None
    seconds: float
    estimator: Any

    @classmethod
    def of(cls, epoch: Epoch, n_epochs: int, estimator: Any) -> Self:
        """Return the argument of callbacks for an epoch of the training loop."""
        return cls(
            epoch.epoch,
            n_epochs,
            epoch.loss,
            epoch.data_loss,
            epoch.penalty,
            epoch.learning_rate,
            epoch.val_loss,
            epoch.val_score,
            epoch.seconds,
            estimator,
        )

    @staticmethod
    def names(validated: bool) -> list[str]:
        """Return the names of the numbers in ``history_``, with or without validation samples."""
        return ["epoch", "loss", "learning_rate", *(("val_loss", "val_score") if validated else ()), "seconds"]

    def numbers(self) -> dict[str, float]:
        """Return ``n_epochs`` and the numbers that ``history_`` holds, by name."""
        first, *others = self.names(self.val_loss is not None)
        return {name: getattr(self, name) for name in (first, "n_epochs", *others)}


Callback = Callable[[EpochEnd], Any]
