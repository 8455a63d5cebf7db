"""Learning-rate schedules: the rate of every step of a training run."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from numbers import Real
from typing import Any

from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.schedules.base import Schedule
from rosenblatt.schedules.cosine import Cosine, OneCycle
from rosenblatt.schedules.fixed import Constant, Exponential, InvScaling, Step
from rosenblatt.schedules.functions import PerEpoch, PerStep
from rosenblatt.schedules.plateau import Adaptive, ReduceOnPlateau
from rosenblatt.schedules.tabular import FlatCosine, LogCosine

__all__ = [
    "SCHEDULES",
    "Adaptive",
    "Constant",
    "Cosine",
    "Exponential",
    "FlatCosine",
    "InvScaling",
    "LogCosine",
    "OneCycle",
    "PerEpoch",
    "PerStep",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "find",
]

# Name -> schedule; each can be made without parameters.
SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "invscaling": InvScaling,
    "adaptive": Adaptive,
    "step": Step,
    "exponential": Exponential,
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "log_cosine": LogCosine,
    "flat_cosine": FlatCosine,
    "reduce_on_plateau": ReduceOnPlateau,
}


def _parameters(schedule: type[Any]) -> set[str]:
    return {entry.name for entry in fields(schedule) if entry.init}


def find(schedule: str | Schedule | Callable[[int], float], **defaults: Any) -> Schedule:
    """Return the schedule that a name, an instance or a function stands for, as a new object.

    Parameters
    ----------
    schedule : str, Schedule or callable
        A name in ``SCHEDULES``; a schedule, which is copied with its state; or a function of the epoch (see
        ``PerEpoch``).
    **defaults
        Parameters for a schedule that is given by name, such as ``power_t`` of an estimator. Schedules without a
        parameter of that name ignore it.

    Returns
    -------
    schedule : Schedule
        A new schedule, which the caller may change.

    Raises
    ------
    TypeError
        If ``schedule`` is none of these, or no schedule has one of the parameters in ``defaults``.
    ValueError
        If there is no schedule of that name.

    Examples
    --------
    >>> from rosenblatt.schedules import find
    >>> find("invscaling", power_t=0.25)
    InvScaling(power_t=0.25)
    >>> find("step", power_t=0.25)
    Step(every=50, factor=0.1)
    """
    unknown = defaults.keys() - set().union(*map(_parameters, SCHEDULES.values()))
    if unknown:
        raise TypeError(f"no schedule has the parameter {', '.join(sorted(unknown))}")
    if isinstance(schedule, Schedule):
        return deepcopy(schedule)
    accepted = f"one of {', '.join(map(repr, SCHEDULES))}, a Schedule instance, or a callable of the epoch"
    if isinstance(schedule, str):
        if schedule not in SCHEDULES:
            raise ValueError(f"schedule: got {shown(schedule)}, expected {accepted}{suggestion(schedule, SCHEDULES)}")
        cls = SCHEDULES[schedule]
        return cls(**{name: value for name, value in defaults.items() if name in _parameters(cls)})
    check_no_class("schedule", schedule)
    if callable(schedule):
        return PerEpoch(schedule)
    hint = suggestion(schedule, SCHEDULES)
    if isinstance(schedule, Real):
        hint = "; a constant rate is the learning_rate of the optimizer, such as optimizers.Adam(learning_rate=0.01)"
    raise TypeError(f"schedule: got {shown(schedule)}, expected {accepted}{hint}")


def __dir__() -> list[str]:
    return sorted(__all__)
