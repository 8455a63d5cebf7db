"""Schedules that call a function of yours."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt.schedules.base import Schedule


def _check_function(schedule: Schedule, function: Any) -> None:
    if not callable(function):
        raise TypeError(f"{type(schedule).__name__}: function: got {shown(function)}, expected a callable")


def _rate(schedule: Schedule, function: Callable[[int], float], unit: str, count: int) -> float:
    """Return the function's rate for a step or an epoch, a finite number of at least 0."""
    value: Any = function(count)
    if isinstance(value, np.ndarray) and value.ndim == 0:  # what np.where returns for a number
        value = value[()]
    if not isinstance(value, Real):
        raise TypeError(
            f"{type(schedule).__name__}: function: got {shown(value)} for {unit} {count}, expected one number"
        )
    rate = float(value)
    if not (isfinite(rate) and rate >= 0):
        raise ValueError(
            f"{type(schedule).__name__}: function: got {rate} for {unit} {count}, expected a finite number >= 0"
        )
    return rate


@dataclass
class PerEpoch(Schedule):
    """Take the rate of each epoch from a function.

    Parameters
    ----------
    function : callable
        A function of the epoch, counted from 0, that returns the learning rate itself, a finite number of at least 0;
        the optimizer's initial rate is not used. A lambda cannot be pickled, nor can a model that holds it.

    Raises
    ------
    TypeError
        If ``function`` is not callable; from ``rates``, if it does not return a number.
    ValueError
        From ``rates``, if it returns a number that is negative or not finite.

    Examples
    --------
    >>> from rosenblatt.schedules import PerEpoch
    >>> schedule = PerEpoch(lambda epoch: 0.1 if epoch < 30 else 0.01)
    >>> [schedule.rates(0.5, epoch, 10, 100, 0) for epoch in (0, 29, 30)]
    [0.1, 0.1, 0.01]
    """

    function: Callable[[int], float]

    def __post_init__(self) -> None:
        _check_function(self, self.function)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return _rate(self, self.function, "epoch", epoch)


@dataclass
class PerStep(Schedule):
    """Take the rate of each step from a function.

    Parameters
    ----------
    function : callable
        A function of the step, counted from 0 over all epochs, that returns the learning rate itself, a finite number
        of at least 0; the optimizer's initial rate is not used. A lambda cannot be pickled, nor can a model that holds
        it.

    Raises
    ------
    TypeError
        If ``function`` is not callable; from ``rates``, if it does not return a number.
    ValueError
        From ``rates``, if it returns a number that is negative or not finite.

    Examples
    --------
    >>> from rosenblatt.schedules import PerStep
    >>> PerStep(lambda step: 1 / (1 + step)).rates(0.5, epoch=1, n_steps=2, n_epochs=5, n_samples_seen=64)
    array([0.33333333, 0.25      ])
    """

    function: Callable[[int], float]

    def __post_init__(self) -> None:
        _check_function(self, self.function)

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        first = epoch * n_steps
        return np.array([_rate(self, self.function, "step", first + i) for i in range(n_steps)], dtype=np.float64)
