"""The one check of the rates that a schedule returns, for every training loop."""

from math import inf
from typing import Any

import numpy as np

from rosenblatt._messages import shown
from rosenblatt.schedules.base import Rates, Schedule


def checked_rates(schedule: Schedule, rates: Any, n_steps: int) -> Rates:
    """Return the rates of an epoch of ``n_steps`` steps as the engine takes them.

    Raises
    ------
    ValueError
        If they are not one number or an array of ``n_steps`` numbers, all finite and at least 0.
    """
    if type(rates) is float and 0.0 <= rates < inf:
        return rates
    try:
        array = np.asarray(rates)
        valid = array.dtype.kind in "fiu" and array.shape in ((), (n_steps,))
        valid = valid and bool((np.isfinite(array) & (array >= 0)).all())
    except ValueError:  # rows of different lengths
        valid = False
    if not valid:
        raise ValueError(
            f"{schedule!r}: rates: got {_shown(rates)}, expected a finite number >= 0, or an array of shape"
            f" ({n_steps},) of such numbers, one for each step"
        )
    return np.ascontiguousarray(array, dtype=np.float64) if array.ndim else float(array)


def _shown(rates: Any) -> str:
    """Return the rates, or the shape of an array and the first rate that is not valid."""
    if not isinstance(rates, np.ndarray) or rates.ndim == 0 or rates.dtype.kind not in "fiu":
        return shown(rates)
    wrong = rates[~(np.isfinite(rates) & (rates >= 0))]
    return f"an array of shape {rates.shape}" + (f" with {float(wrong[0])}" if wrong.size else "")
