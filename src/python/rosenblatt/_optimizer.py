"""What stochastic gradient descent keeps between calls: the learning rate and the optimizer's state."""

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from rosenblatt._engine import engine


@dataclass
class Schedule:
    """The learning rate of an optimizer from epoch to epoch.

    ``constant`` keeps ``rate``; ``invscaling`` sets it to ``initial / (t + 1) ** power_t`` after each epoch, where t
    is the number of samples seen; ``adaptive`` divides it by 5 whenever training would otherwise stop, down to 1e-6.
    """

    name: str
    initial: float
    power_t: float
    rate: float = field(init=False)

    def __post_init__(self) -> None:
        self.rate = float(self.initial)

    def epoch_ends(self, t: int) -> None:
        """Set the rate for the next epoch, ``t`` samples after the beginning."""
        if self.name == "invscaling":
            self.rate = float(self.initial) / (t + 1) ** self.power_t

    def lower(self) -> tuple[bool, str]:
        """Lower the rate where training would stop; return whether that is possible, and the consequence in words."""
        if self.name != "adaptive":
            return False, "Stopping."
        if self.rate <= 1e-6:
            return False, "Learning rate too small. Stopping."
        self.rate /= 5.0
        return True, f"Setting learning rate to {self.rate:f}"


@dataclass
class OptimizerState:
    """An optimizer between calls: plain numbers and arrays, to be pickled with the estimator."""

    name: str
    settings: dict[str, float]
    schedule: Schedule
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
