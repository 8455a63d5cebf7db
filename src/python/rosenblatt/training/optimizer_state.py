"""What stochastic gradient descent keeps between calls: the optimizer's state and the learning rate's schedule."""

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from rosenblatt._engine import engine
from rosenblatt.schedules import Schedule


@dataclass
class OptimizerState:
    """An optimizer between calls: plain numbers and arrays, to be pickled with the estimator."""

    name: str
    settings: dict[str, float]
    learning_rate: float
    schedule: Schedule
    epoch: int = 0
    steps: int = 0
    state: list[npt.NDArray[Any]] = field(default_factory=list)

    def open(self, network: Any) -> Any:
        """Return the engine's optimizer for ``network``, which goes on from this state."""
        optimizer = engine("Optimizer", network.dtype)(self.name, self.settings, network)
        if self.state:
            optimizer.state = self.state
            optimizer.steps = self.steps
        return optimizer

    def close(self, optimizer: Any) -> None:
        """Take over the state of the engine's optimizer."""
        self.state, self.steps = optimizer.state, optimizer.steps

    def rates(self, n_steps: int, n_epochs: int, n_samples_seen: int) -> Any:
        """Return the learning rate of the next epoch, or an array with that of each of its steps."""
        return self.schedule.rates(self.learning_rate, self.epoch, n_steps, n_epochs, n_samples_seen)

    def epoch_ends(self, value: float) -> None:
        """Take note of the monitored value after an epoch, of which lower is better."""
        self.epoch += 1
        self.schedule.epoch_ends(value)
