"""The state of a run of epochs: all that changes from one epoch to the next."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rosenblatt.training.epoch import Epoch
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.stopping import Progress
from rosenblatt.training.trainable import Arrays, WeightsAndBiases


def _no_rows() -> npt.NDArray[np.int64]:
    return np.empty(0, np.int64)


@dataclass
class State:
    """A run between two epochs. Together with the network's parameters, a run continues from it with the same bits.

    Attributes
    ----------
    optimizer : OptimizerState
        The optimizer and its schedule.
    random_state : RandomState
        Where the orders of samples are drawn from.
    order : ndarray of shape (n_train,), int64
        The rows to train on, in the order of the last epoch, which the next epoch shuffles.
    held_back : ndarray of shape (n_held_back,), int64
        The rows that early stopping holds back.
    dropout_seed : int
        The seed of dropout.
    parameters : (weights, biases)
        The finite parameters from before the current epoch, to return to if it diverges.
    vectors : list of ndarray
        The finite parameters beside weights and biases, likewise: scale and slopes, of networks that have them.
    best : (weights, biases) or None
        The parameters of the best epoch, where training ends with them.
    best_epoch : int or None
        The epoch of this run that had them.
    progress : Progress
        What the stopping rule has seen.
    n_iter : int
        The number of epochs of this run.
    t : int
        The number of samples visited, over all runs of an estimator.
    loss_curve : list of float
        The training loss of each epoch, penalty included, over all runs of an estimator.
    history : dict of str -> list of float
        The numbers of each epoch of this run, by name.
    seconds : float
        The time since this run began, without pauses between a checkpoint and its resumption.
    diverged : bool
        Whether the last epoch left the finite numbers.
    ended : bool
        Whether no epoch follows.
    """

    optimizer: OptimizerState
    random_state: np.random.RandomState
    order: npt.NDArray[np.int64]
    parameters: WeightsAndBiases
    held_back: npt.NDArray[np.int64] = field(default_factory=_no_rows)
    dropout_seed: int = 0
    vectors: Arrays = field(default_factory=list)
    best: WeightsAndBiases | None = None
    best_epoch: int | None = None
    progress: Progress = field(default_factory=Progress)
    n_iter: int = 0
    t: int = 0
    loss_curve: list[float] = field(default_factory=list)
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0
    diverged: bool = False
    ended: bool = False

    def open_history(self, names: Iterable[str]) -> None:
        """Begin the history of this run."""
        self.history = {name: [] for name in names}

    def record(self, epoch: Epoch) -> None:
        """Append the numbers of an epoch to the loss curve and the history."""
        self.loss_curve.append(epoch.loss)
        history = self.history
        history["epoch"].append(epoch.epoch)
        history["loss"].append(epoch.loss)
        history["learning_rate"].append(epoch.learning_rate)
        if epoch.val_loss is not None and epoch.val_score is not None:
            history["val_loss"].append(epoch.val_loss)
            history["val_score"].append(epoch.val_score)
        history["seconds"].append(epoch.seconds)
