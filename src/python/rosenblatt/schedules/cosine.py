"""Schedules of one rate for each step, along cosines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt.schedules.base import Schedule, check, check_factor, check_not_negative


def _cosine(start: Any, end: Any, progress: Any) -> Any:
    """Interpolate from ``start`` to ``end`` along half a period of the cosine, for ``progress`` from 0 to 1."""
    return end + (start - end) * (1.0 + np.cos(np.pi * progress)) / 2.0


@dataclass
class Cosine(Schedule):
    r"""Lower the rate along half a cosine, step by step, with an optional warm-up and optional restarts.

    During the first ``warmup_epochs`` epochs, which have W steps, the rate rises linearly: step s, counted from 0, has
    the rate :math:`\eta_0 (s + 1) / (W + 1)` [2]_. After that, it falls from the initial rate :math:`\eta_0` to the
    final rate :math:`\eta_f` = ``final``,

    .. math:: \eta = \eta_f + \tfrac{1}{2} (\eta_0 - \eta_f) (1 + \cos(\pi \, t / T))

    where t is the time since the warm-up or the last restart, in epochs and fractions of epochs. Without restarts, T
    is the number of epochs after the warm-up, and the rate stays at :math:`\eta_f` beyond them. With restarts [1]_, the
    rate returns to :math:`\eta_0` after T = ``restart_every`` epochs, and each period is ``restart_factor`` times as
    long as the period before.

    Parameters
    ----------
    warmup_epochs : float, default=0
        The length of the warm-up in epochs, at least 0.
    final : float, default=0.0
        The rate at the end of a period, at least 0 and at most the initial rate.
    restart_every : float or None, default=None
        The length of the first period in epochs, at least 1. None means a single period, as long as training.
    restart_factor : float, default=1
        What multiplies the length of the period at each restart, at least 1.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If it is not in its range; from ``rates``, if ``final`` is above the initial rate.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017.
    .. [2] P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, 2017.

    Examples
    --------
    >>> from rosenblatt.schedules import Cosine
    >>> schedule = Cosine(warmup_epochs=1)
    >>> for epoch in range(3):
    ...     print(schedule.rates(1.0, epoch, n_steps=4, n_epochs=3, n_samples_seen=0).round(2))
    [0.2 0.4 0.6 0.8]
    [1.   0.96 0.85 0.69]
    [0.5  0.31 0.15 0.04]

    Restarts after one epoch, then after two more:

    >>> schedule = Cosine(restart_every=1, restart_factor=2)
    >>> for epoch in range(4):
    ...     print(schedule.rates(1.0, epoch, n_steps=4, n_epochs=4, n_samples_seen=0).round(2))
    [1.   0.85 0.5  0.15]
    [1.   0.96 0.85 0.69]
    [0.5  0.31 0.15 0.04]
    [1.   0.99 0.96 0.92]
    """

    warmup_epochs: float = 0
    final: float = 0.0
    restart_every: float | None = None
    restart_factor: float = 1

    def __post_init__(self) -> None:
        check_not_negative(self, "warmup_epochs")
        check_not_negative(self, "final")
        if self.restart_every is not None:
            check(self, "restart_every", "None or a finite number >= 1", lambda value: value >= 1)
        check(self, "restart_factor", "a finite number >= 1", lambda value: value >= 1)
        if self.restart_every is None and self.restart_factor != 1:
            raise ValueError(
                f"Cosine: restart_factor: got {shown(self.restart_factor)} without restart_every, expected both"
            )

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        if self.final > initial:
            raise ValueError(
                f"Cosine: final: got {shown(self.final)}, expected at most the initial learning rate, {initial!r}"
            )
        # In epochs since the warm-up. Whole epochs are exact, so restarts between two epochs come exactly there.
        time = (epoch - self.warmup_epochs) + np.arange(n_steps) / n_steps
        starts, lengths = self._periods(time[-1], n_epochs)
        period = np.maximum(np.searchsorted(starts, time, side="right") - 1, 0)
        progress = np.clip((time - starts[period]) / lengths[period], 0.0, 1.0)
        rising = (epoch * n_steps + np.arange(n_steps) + 1) / (self.warmup_epochs * n_steps + 1)
        rates: npt.NDArray[np.float64] = np.where(time < 0, initial * rising, _cosine(initial, self.final, progress))
        return rates

    def _periods(self, last: float, n_epochs: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the starts and the lengths of the periods until the time ``last``, in epochs since the warm-up."""
        if self.restart_every is None:
            length = n_epochs - self.warmup_epochs
            if length <= 0:  # The warm-up takes all epochs; epochs beyond them have the final rate.
                return np.array([-1.0]), np.ones(1)
            return np.zeros(1), np.array([float(length)])
        starts, lengths = [0.0], [float(self.restart_every)]
        while starts[-1] + lengths[-1] <= last:
            starts.append(starts[-1] + lengths[-1])
            lengths.append(lengths[-1] * self.restart_factor)
        return np.array(starts), np.array(lengths)


@dataclass
class OneCycle(Schedule):
    r"""Raise the rate and then lower it, once: Smith and Topin's one-cycle policy [1]_ along cosines.

    The initial rate :math:`\eta_0` of the optimizer is the highest rate. Of the N steps of the whole training, the
    first has the rate :math:`\eta_0 f_s`, step :math:`pN - 1` (counted from 0) has :math:`\eta_0`, and the last has
    :math:`\eta_0 f_s f_f`, where p is ``warmup_fraction``, :math:`f_s` is ``start_factor`` and :math:`f_f` is
    ``final_factor``. Between them, the rate follows half a cosine. These are the rates of PyTorch's ``OneCycleLR``
    with ``max_lr`` = :math:`\eta_0`, ``div_factor`` = :math:`1 / f_s` and ``final_div_factor`` = :math:`1 / f_f`. The
    momentum does not change. Training that stops early misses the low rates at the end.

    Parameters
    ----------
    warmup_fraction : float, default=0.3
        The fraction of all steps in which the rate rises, from 0 to 1.
    start_factor : float, default=1/25
        The first rate relative to the highest: above 0, at most 1.
    final_factor : float, default=1e-4
        The last rate relative to the first: above 0, at most 1.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If it is not in its range.

    References
    ----------
    .. [1] L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning
       rates", arXiv:1708.07120, 2018.

    Examples
    --------
    >>> from rosenblatt.schedules import OneCycle
    >>> schedule = OneCycle(warmup_fraction=0.5)
    >>> for epoch in range(2):
    ...     print(schedule.rates(1.0, epoch, n_steps=4, n_epochs=2, n_samples_seen=0).round(2))
    [0.04 0.28 0.76 1.  ]
    [0.85 0.5  0.15 0.  ]
    """

    warmup_fraction: float = 0.3
    start_factor: float = 1 / 25
    final_factor: float = 1e-4

    def __post_init__(self) -> None:
        check(self, "warmup_fraction", "a number from 0 to 1", lambda value: 0 <= value <= 1)
        check_factor(self, "start_factor")
        check_factor(self, "final_factor")

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        last = n_epochs * n_steps - 1
        step = np.minimum(epoch * n_steps + np.arange(n_steps), min(last, 2**62))
        start, final = initial * self.start_factor, initial * self.start_factor * self.final_factor
        # With few steps, the top may lie at or before the first step; then the rate only falls.
        top = self.warmup_fraction * n_epochs * n_steps - 1
        rising = _cosine(start, initial, step / top) if top > 0 else np.full(n_steps, float(initial))
        falling = _cosine(initial, final, (step - top) / (last - top)) if top < last else rising
        rates: npt.NDArray[np.float64] = np.where(step <= top, rising, falling)
        return rates
