"""Weight decay and dropout that follow schedules, step by step, as the learning rate does."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from rosenblatt.schedules import Schedule
from rosenblatt.schedules.rates import checked_rates


class StepSchedules:
    """The weight decay and the dropout rates of every step of a training.

    Parameters
    ----------
    weight_decay : float
        The optimizer's weight decay, the initial value of its schedule.
    weight_decay_schedule : Schedule or None
        Its schedule; None leaves the weight decay as it is.
    dropout : sequence of float
        The rates of the inputs and of each hidden layer, the initial values of their schedule.
    dropout_schedule : Schedule or None
        Their schedule, of which each rate above 0 has a copy; None leaves the rates as they are.
    """

    def __init__(
        self,
        weight_decay: float = 0.0,
        weight_decay_schedule: Schedule | None = None,
        dropout: Sequence[float] = (),
        dropout_schedule: Schedule | None = None,
    ) -> None:
        self.weight_decay = weight_decay
        self.weight_decay_schedule = weight_decay_schedule
        self.dropout = list(dropout)
        self.dropout_schedule = dropout_schedule
        # One for each layer, since a schedule may keep its first rate, or count its calls. A rate of 0 stays 0.
        self._of_layers = [copy.deepcopy(dropout_schedule) if rate else None for rate in self.dropout]

    @property
    def active(self) -> bool:
        """Whether anything follows a schedule."""
        return self.weight_decay_schedule is not None or self.dropout_schedule is not None

    def arguments(self, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> dict[str, Any]:
        """Return the keyword arguments of the trainer's ``epoch`` for an epoch, counted from 0.

        Raises
        ------
        ValueError
            If a schedule returns a weight decay that is not a finite number of at least 0, or a dropout rate outside
            [0, 1).
        """

        def values(schedule: Schedule, initial: float) -> Any:
            rates = checked_rates(schedule, schedule.rates(initial, epoch, n_steps, n_epochs, n_samples_seen), n_steps)
            return np.broadcast_to(np.asarray(rates, np.float64), n_steps)

        arguments: dict[str, Any] = {}
        if self.weight_decay_schedule is not None:
            arguments["weight_decay"] = np.ascontiguousarray(values(self.weight_decay_schedule, self.weight_decay))
        if self.dropout_schedule is not None:
            layers = zip(self._of_layers, self.dropout, strict=True)
            rates = np.column_stack([np.zeros(n_steps) if one is None else values(one, rate) for one, rate in layers])
            if not (rates < 1).all():
                raise ValueError(
                    f"{self.dropout_schedule!r}: rates: got a dropout rate of {rates.max()}, expected numbers in [0, 1)"
                )
            arguments["dropout"] = np.ascontiguousarray(rates)
        return arguments

    def epoch_ends(self, value: float) -> None:
        """Report the monitored value of an epoch to the schedules; lower is better."""
        for schedule in (self.weight_decay_schedule, *self._of_layers):
            if schedule is not None:
                schedule.epoch_ends(value)
