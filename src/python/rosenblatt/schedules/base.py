"""The base class of learning-rate schedules, and the checks of their parameters."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt._searchable import Searchable

Rates = float | npt.NDArray[np.float64]


class Schedule(Searchable, ABC):
    """What training asks of a learning-rate schedule; derive your own schedules from it.

    Before each epoch, training asks for the ``rates`` of its steps. After the epoch, it reports the monitored value to
    ``epoch_ends``. Where it would stop for lack of improvement, it asks whether the schedule can ``lower`` the rate
    instead. A schedule that needs only the arguments of ``rates`` overrides that method alone. A schedule that
    remembers something keeps it in plain attributes: each fit works on a deep copy, so the instance that you pass
    never changes, and a model that holds a schedule can be pickled. A schedule's parameters are the arguments of its
    ``__init__``, kept under the same names; searches reach them as ``learning_rate__name`` of an estimator.

    `rosenblatt.Network.train` and the estimators monitor the same value: the loss on the validation samples, or,
    without such samples, the training loss of the epoch, penalty included. For estimators, the validation samples are
    ``X_val`` or the samples that early stopping holds back.

    Examples
    --------
    >>> from rosenblatt.schedules import Schedule
    >>> class Linear(Schedule):
    ...     def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
    ...         return initial * (1 - epoch / n_epochs)
    >>> [Linear().rates(0.5, epoch, 10, 4, 0) for epoch in range(4)]
    [0.5, 0.375, 0.25, 0.125]
    """

    @abstractmethod
    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> Rates:
        """Return the learning rates of one epoch.

        Training raises a ValueError that names the schedule if a rate is negative or not finite, or if the array has
        another shape.

        Parameters
        ----------
        initial : float
            The optimizer's learning rate.
        epoch : int
            The number of the epoch, counted from 0 since the optimizer was new.
        n_steps : int
            The number of steps (mini-batches) of the epoch.
        n_epochs : int
            The largest number of epochs that training takes. Schedules that end with training keep their last rate
            beyond it.
        n_samples_seen : int
            The number of samples that training has visited before this epoch, over all epochs and all calls of
            ``partial_fit``.

        Returns
        -------
        rates : float, or ndarray of shape (n_steps,), float64
            The rate of each step, finite and at least 0; a float if it is the same for all steps.
        """

    def epoch_ends(self, value: float) -> None:
        """Record the monitored value of an epoch.

        Parameters
        ----------
        value : float
            The monitored value; lower is better.
        """

    def lower(self) -> tuple[bool, str]:
        """Lower the rate where training would stop for lack of improvement.

        Returns
        -------
        goes_on : bool
            Whether the rate was lowered, so that training continues.
        consequence : str
            What happens next, in words.
        """
        return False, "Stopping."


# Checks of parameters: __post_init__ of each schedule reads as a list of them.


def check(schedule: Schedule, name: str, accepted: str, test: Callable[[Any], bool], kind: type[Any] = Real) -> None:
    """Raise unless the parameter ``name`` is a finite number that passes ``test``."""
    value: Any = getattr(schedule, name)
    message = f"{type(schedule).__name__}: {name}: got {shown(value)}, expected {accepted}"
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(message)
    if not isfinite(value) or not test(value):
        raise ValueError(message)


def check_factor(schedule: Schedule, name: str = "factor") -> None:
    """Raise unless the parameter is a number above 0 and at most 1."""
    check(schedule, name, "a number above 0 and at most 1", lambda value: 0 < value <= 1)


def check_not_negative(schedule: Schedule, name: str) -> None:
    """Raise unless the parameter is a finite number of at least 0."""
    check(schedule, name, "a finite number >= 0", lambda value: value >= 0)


def check_count(schedule: Schedule, name: str, least: int) -> None:
    """Raise unless the parameter is an integer of at least ``least``."""
    check(schedule, name, f"an integer >= {least}", lambda value: value >= least, Integral)
