"""A network's training as an iterator: one call of the engine an epoch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt.schedules import Adaptive, Rates, Schedule

# The weights and the biases of all layers.
Parameters = tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class Epoch:
    """What became of one epoch of ``Network.train``.

    Attributes
    ----------
    epoch : int
        How many epochs there were so far, this one included.
    loss : float
        The mean loss of the training samples, each as its mini-batch found it, before the step that it led to. Dropout
        is part of it, penalties are not.
    penalty : float
        The mean of what ``alpha`` and ``l1`` added to it.
    learning_rate : float
        The learning rate of the epoch's last step.
    val_loss : float or None
        The mean loss of the validation samples after the epoch; None without such samples.
    seconds : float
        How long the epoch took, validation included.

    Examples
    --------
    >>> from rosenblatt import Epoch, Network
    >>> network = Network([1, 1], init="zeros")
    >>> for epoch in network.train([[1.0], [2.0]], [2.0, 4.0], "sgd", epochs=2):
    ...     assert isinstance(epoch, Epoch)
    ...     print(epoch.epoch, round(epoch.loss, 3), epoch.learning_rate)
    1 5.0 0.001
    2 4.936 0.001
    """

    epoch: int
    loss: float
    penalty: float
    learning_rate: float
    val_loss: float | None
    seconds: float


def check_schedule(schedule: Schedule) -> None:
    """Raise for a schedule that waits for what never happens here."""
    if isinstance(schedule, Adaptive):
        raise ValueError(
            f"schedule: got {schedule!r}, which lowers the rate where training would stop by itself, as only that of"
            " estimators does; expected another one, such as 'reduce_on_plateau'"
        )


@dataclass
class Plan:
    """What the epochs of one training have in common."""

    trainer: Any
    optimizer: Any
    learning_rate: float
    schedule: Schedule
    n_epochs: int
    n_rows: int
    n_steps: int
    shuffle: Callable[[npt.NDArray[np.int64]], None] | None
    validation_loss: Callable[[], float] | None
    finite: Callable[[], bool]

    def rates(self, epoch: int) -> Rates:
        """Return the learning rates of an epoch, counted from 0."""
        rates = self.schedule.rates(self.learning_rate, epoch, self.n_steps, self.n_epochs, epoch * self.n_rows)
        array = np.asarray(rates, dtype=np.float64)
        if array.shape not in ((), (self.n_steps,)) or not (np.isfinite(array).all() and (array >= 0).all()):
            raise ValueError(
                f"{self.schedule!r}: got the rates {rates!r}, expected a finite number of at least 0, or {self.n_steps}"
            )
        return array if array.ndim else float(array)


def run(
    plan: Plan,
    first_rates: Rates,
    parameters: Callable[[], Parameters],
    restore: Callable[[list[npt.NDArray[Any]], list[npt.NDArray[Any]]], None],
) -> Iterator[Epoch]:
    """Train, and yield after each epoch."""
    order = np.arange(plan.n_rows, dtype=np.int64)
    for epoch in range(plan.n_epochs):
        start = perf_counter()
        rates = plan.rates(epoch) if epoch else first_rates
        if plan.shuffle:
            plan.shuffle(order)
        before = parameters()
        loss, penalty = plan.trainer.epoch(plan.optimizer, rates, order)
        if not (np.isfinite(loss + penalty) and plan.finite()):
            restore(*before)
            raise FloatingPointError(diverged(f"epoch {epoch + 1}: the loss became {loss}", rates))
        val_loss = plan.validation_loss() if plan.validation_loss else None
        plan.schedule.epoch_ends(loss if val_loss is None else val_loss)
        rate = float(np.ravel(rates)[-1])
        yield Epoch(epoch + 1, loss, penalty, rate, val_loss, perf_counter() - start)


def diverged(what: str, rates: Rates) -> str:
    """Say that training left the finite numbers, and what helps."""
    return (
        f"{what}, or parameters did not stay finite; the network has those from before. Lower the learning rate"
        f" ({np.max(rates):g}), scale X and y to about 1, or set clip_norm"
    )
