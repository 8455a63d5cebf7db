"""The state of an optimizer and its learning-rate schedule between two calls."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import engine
from rosenblatt.schedules import Schedule
from rosenblatt.schedules.base import Rates
from rosenblatt.schedules.rates import checked_rates
from rosenblatt.training.plain import plain


@dataclass
class OptimizerState:
    """An optimizer between calls: plain numbers and arrays, which are pickled with an estimator.

    Attributes
    ----------
    name, settings, learning_rate
        The optimizer, as the engine takes it, and its initial learning rate.
    schedule : Schedule
        The schedule, with its state.
    epoch : int
        The number of epochs since the optimizer was new.
    steps : int
        The number of steps since then.
    state : list of ndarray
        The optimizer's arrays, such as momenta; empty before the first step.
    """

    name: str
    settings: dict[str, float]
    learning_rate: float
    schedule: Schedule
    epoch: int = 0
    steps: int = 0
    state: list[npt.NDArray[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._first_schedule = plain(self.schedule)  # before it has a state

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The dtype of the network that this state belongs to; None before the first step."""
        return self.state[0].dtype if self.state else None

    def open(self, network: Any) -> Any:
        """Return an optimizer of the engine for a network of the engine, which continues from this state."""
        optimizer = engine("Optimizer", network.dtype)(self.name, self.settings, network)
        if self.state:
            # Read-only if the estimator was loaded with mmap_mode, or sent to another process.
            optimizer.state = [np.require(array, requirements=["C", "A", "W"]) for array in self.state]
            optimizer.steps = self.steps
        return optimizer

    def adopt(self, new: Self) -> Self:
        """Return what an estimator continues with, whose parameters now say ``new``.

        Another optimizer is new. The same one keeps its state; its settings, learning rate and schedule may change.
        """
        if new.name != self.name:
            return new
        if new.learning_rate != self.learning_rate or plain(new.schedule) != self._first_schedule:
            self.schedule, self._first_schedule = new.schedule, plain(new.schedule)
        self.settings, self.learning_rate = new.settings, new.learning_rate
        return self

    def close(self, optimizer: Any) -> None:
        """Copy the state of the engine's optimizer."""
        self.state, self.steps = optimizer.state, optimizer.steps

    def rates(self, n_steps: int, n_epochs: int, n_samples_seen: int) -> Rates:
        """Return the learning rate of the next epoch, or an array with the rate of each step, checked."""
        rates = self.schedule.rates(self.learning_rate, self.epoch, n_steps, n_epochs, n_samples_seen)
        return checked_rates(self.schedule, rates, n_steps)

    def epoch_ends(self, value: float) -> None:
        """Report the monitored value of an epoch to the schedule; lower is better."""
        self.epoch += 1
        self.schedule.epoch_ends(value)
