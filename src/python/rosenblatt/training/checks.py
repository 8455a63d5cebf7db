"""Checks of single arguments of training: numbers, counts, and sources of random numbers."""

from numbers import Integral, Real
from typing import Any

import numpy as np

from rosenblatt._messages import shown


def number(name: str, value: Any) -> float:
    """Return a real number as a float; the engine checks its range."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name}: got {shown(value)}, expected a number")
    return float(value)


def fraction(name: str, value: Any) -> float:
    """Return a real number from 0 to below 1."""
    checked = number(name, value)
    if not 0 <= checked < 1:
        raise ValueError(f"{name}: got {shown(value)}, expected a number in [0, 1)")
    return checked


def count(name: str, value: Any) -> int:
    """Return an integer of at least 1."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: got {shown(value)}, expected an integer")
    if value < 1:
        raise ValueError(f"{name}: got {shown(value)}, expected at least 1")
    return int(value)


def thread_limit(n_threads: Any) -> int:
    """Return the largest number of threads, as the engine takes it: 0, for None, stands for as many as are useful."""
    if n_threads is None:
        return 0
    if count("n_threads", n_threads) >= 2**31:
        raise ValueError(f"n_threads: got {shown(n_threads)}, expected an integer from 1 to 2147483647, or None")
    return int(n_threads)


def random_state_of(random_state: Any) -> np.random.RandomState:
    """Return the source of random numbers that an argument stands for; the operating system seeds that of None."""
    if isinstance(random_state, np.random.RandomState):
        return random_state
    if random_state is None or (isinstance(random_state, Integral) and not isinstance(random_state, bool)):
        try:
            return np.random.RandomState(None if random_state is None else int(random_state))
        except ValueError as error:
            raise ValueError(f"random_state: got {shown(random_state)}, expected a seed: {error}") from None
    raise TypeError(f"random_state: got {shown(random_state)}, expected None, an integer or a numpy.random.RandomState")
