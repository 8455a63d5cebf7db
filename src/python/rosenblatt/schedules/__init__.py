"""Learning-rate schedules: the rate of every step of a training run."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, fields
from math import inf, isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "SCHEDULES",
    "Adaptive",
    "Constant",
    "Cosine",
    "Exponential",
    "InvScaling",
    "OneCycle",
    "PerEpoch",
    "PerStep",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "find",
]

Rates = float | npt.NDArray[np.float64]


class Schedule(ABC):
    """What training asks of a learning-rate schedule; the base of one's own.

    Before each epoch training asks for its ``rates``, after it tells how it went with ``epoch_ends``, and where it
    would stop for lack of improvement it asks whether the schedule can ``lower`` the rate instead. A schedule that
    needs only its arguments overrides ``rates`` alone. One that remembers something keeps it in plain attributes: a
    fit works on a deep copy, so that the instance which was handed over never changes, and a model with its schedule
    can be pickled.

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

        Parameters
        ----------
        initial : float
            The optimizer's learning rate.
        epoch : int
            Which epoch, counted from 0 since the optimizer was new.
        n_steps : int
            How many steps (mini-batches) it has.
        n_epochs : int
            How many epochs training takes at most. Schedules that end with it keep their last rate beyond it.
        n_samples_seen : int
            How many samples were trained on before this epoch, over all epochs and all calls of ``partial_fit``.

        Returns
        -------
        rates : float, or ndarray of shape (n_steps,), float64
            The rate of each step; a float where it is the same for all of them.
        """

    def epoch_ends(self, value: float) -> None:  # noqa: B027
        """Take note of how an epoch went.

        Parameters
        ----------
        value : float
            The monitored value, of which lower is better.
        """

    def lower(self) -> tuple[bool, str]:
        """Lower the rate where training would stop for lack of improvement.

        Returns
        -------
        goes_on : bool
            Whether the rate was lowered, so that training may go on.
        consequence : str
            What happens now, in words.
        """
        return False, "Stopping."


# Checks of parameters: __post_init__ of each schedule reads as a list of them.


def _check(schedule: Schedule, name: str, accepted: str, test: Callable[[Any], bool], kind: type[Any] = Real) -> None:
    """Raise unless the parameter ``name`` is a finite number that passes ``test``."""
    value: Any = getattr(schedule, name)
    message = f"{type(schedule).__name__}: {name}={value!r}; expected {accepted}"
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(message)
    if not isfinite(value) or not test(value):
        raise ValueError(message)


def _check_factor(schedule: Schedule, name: str = "factor") -> None:
    _check(schedule, name, "a number above 0 and at most 1", lambda value: 0 < value <= 1)


def _check_not_negative(schedule: Schedule, name: str) -> None:
    _check(schedule, name, "a finite number >= 0", lambda value: value >= 0)


def _check_count(schedule: Schedule, name: str, least: int) -> None:
    _check(schedule, name, f"an integer >= {least}", lambda value: value >= least, Integral)


# The same rate for a whole epoch, known beforehand.


@dataclass
class Constant(Schedule):
    """The same learning rate throughout.

    Examples
    --------
    >>> from rosenblatt.schedules import Constant
    >>> Constant().rates(initial=0.1, epoch=7, n_steps=20, n_epochs=10, n_samples_seen=4000)
    0.1
    """

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return float(initial)


@dataclass
class InvScaling(Schedule):
    r"""Power of the number of samples: scikit-learn's ``learning_rate="invscaling"``.

    The first epoch has the initial rate :math:`\eta_0`, each later one

    .. math:: \eta = \frac{\eta_0}{(t + 1)^p}

    where t is the number of samples that were trained on before it, and p is ``power_t``. Robbins and Monro's
    condition [1]_ for convergence holds for 0.5 < p <= 1.

    Parameters
    ----------
    power_t : float, default=0.5
        The exponent, at least 0.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If it is not in its range.

    References
    ----------
    .. [1] H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22,
       400-407, 1951.

    Examples
    --------
    >>> from rosenblatt.schedules import InvScaling
    >>> schedule = InvScaling(power_t=0.5)
    >>> [schedule.rates(0.5, epoch, 10, 3, n_samples_seen=99 * epoch) for epoch in range(2)]
    [0.5, 0.05]
    """

    power_t: float = 0.5

    def __post_init__(self) -> None:
        _check_not_negative(self, "power_t")

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        # Epoch 0, not t = 0: after a warm start t goes on, and scikit-learn begins with the initial rate again.
        return float(initial) if epoch == 0 else float(initial / (n_samples_seen + 1) ** self.power_t)


@dataclass
class Step(Schedule):
    r"""The rate multiplied by a factor after every so many epochs.

    .. math:: \eta = \eta_0 \, f^{\lfloor e / k \rfloor}

    in epoch e, with k ``every`` and f ``factor``: "piecewise constant scheduling" in [1]_.

    Parameters
    ----------
    every : int, default=50
        Number of epochs with the same rate, at least 1.
    factor : float, default=0.1
        By what the rate is multiplied then: above 0, at most 1.

    Raises
    ------
    TypeError
        If a parameter is not a number of its kind.
    ValueError
        If it is not in its range.

    References
    ----------
    .. [1] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow", chapter 11.

    Examples
    --------
    >>> from rosenblatt.schedules import Step
    >>> [Step(every=2, factor=0.5).rates(1.0, epoch, 10, 5, 0) for epoch in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    every: int = 50
    factor: float = 0.1

    def __post_init__(self) -> None:
        _check_count(self, "every", 1)
        _check_factor(self)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return float(initial * self.factor ** (epoch // self.every))


@dataclass
class Exponential(Schedule):
    r"""The rate multiplied by a factor after every epoch.

    .. math:: \eta = \eta_0 \, f^e

    in epoch e, with f ``factor``; compared with others in [1]_.

    Parameters
    ----------
    factor : float, default=0.98
        By what the rate is multiplied after each epoch: above 0, at most 1.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If it is not in its range.

    References
    ----------
    .. [1] A. Senior, G. Heigold, M. Ranzato and K. Yang, "An empirical study of learning rates in deep neural networks
       for speech recognition", ICASSP 2013.

    Examples
    --------
    >>> from rosenblatt.schedules import Exponential
    >>> [Exponential(factor=0.5).rates(1.0, epoch, 10, 4, 0) for epoch in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """

    factor: float = 0.98

    def __post_init__(self) -> None:
        _check_factor(self)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return float(initial * self.factor**epoch)


# A rate of its own for each step.


def _cosine(start: Any, end: Any, progress: Any) -> Any:
    """Go from ``start`` to ``end`` along half a period of the cosine, as ``progress`` goes from 0 to 1."""
    return end + (start - end) * (1.0 + np.cos(np.pi * progress)) / 2.0


@dataclass
class Cosine(Schedule):
    r"""The rate falls along half a cosine, step by step, after a warm-up if wanted, and with restarts if wanted.

    During the first :math:`w` = ``warmup_epochs`` epochs, W steps, the rate rises linearly: step s, from 0, has
    :math:`\eta_0 (s + 1) / (W + 1)` [2]_. From there on it falls from the initial rate :math:`\eta_0` to the final
    one,

    .. math:: \eta = \eta_f + \tfrac{1}{2} (\eta_0 - \eta_f) (1 + \cos(\pi \, t / T))

    where t is the time since the warm-up or the last restart, in epochs and fractions of them. Without restarts T is
    what is left of ``n_epochs``, and the rate stays at :math:`\eta_f` beyond. With restarts [1]_ the rate jumps back
    to :math:`\eta_0` after T = ``restart_every`` epochs, and each period is ``restart_factor`` times as long as the
    one before.

    Parameters
    ----------
    warmup_epochs : float, default=0
        Length of the warm-up in epochs, at least 0.
    final : float, default=0.0
        The rate at the end of a period, at least 0 and at most the initial rate.
    restart_every : float or None, default=None
        Length of the first period in epochs, at least 1. None means a single period, as long as training.
    restart_factor : float, default=1
        By what the length of the period grows at each restart, at least 1.

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
        _check_not_negative(self, "warmup_epochs")
        _check_not_negative(self, "final")
        if self.restart_every is not None:
            _check(self, "restart_every", "None or a finite number >= 1", lambda value: value >= 1)
        _check(self, "restart_factor", "a finite number >= 1", lambda value: value >= 1)
        if self.restart_every is None and self.restart_factor != 1:
            raise ValueError(f"Cosine: restart_factor={self.restart_factor!r} without restart_every; expected both")

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        if self.final > initial:
            raise ValueError(f"Cosine: final={self.final!r}; expected at most the initial learning rate, {initial!r}")
        # In epochs since the warm-up. Whole epochs are exact, so that restarts between epochs are on time.
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
            if length <= 0:  # The warm-up takes all epochs. Whatever comes after them has the final rate.
                return np.array([-1.0]), np.ones(1)
            return np.zeros(1), np.array([float(length)])
        starts, lengths = [0.0], [float(self.restart_every)]
        while starts[-1] + lengths[-1] <= last:
            starts.append(starts[-1] + lengths[-1])
            lengths.append(lengths[-1] * self.restart_factor)
        return np.array(starts), np.array(lengths)


@dataclass
class OneCycle(Schedule):
    r"""The rate rises and then falls, once: Smith and Topin's one-cycle policy [1]_ along cosines.

    The initial rate of the optimizer is the highest one. Of the N steps of the whole training the first is made with
    :math:`\eta_0 f_s`, step :math:`pN - 1` (counted from 0) with :math:`\eta_0`, and the last one with
    :math:`\eta_0 f_s f_f`, where p is ``warmup_fraction``, :math:`f_s` ``start_factor`` and :math:`f_f`
    ``final_factor``; between them the rate follows half a cosine. These are the rates of PyTorch's ``OneCycleLR``
    with ``max_lr`` the initial rate, ``div_factor`` :math:`1 / f_s` and ``final_div_factor`` :math:`1 / f_f`. The
    momentum is left as it is. Training should last its full number of epochs, or it misses the low rates at the end.

    Parameters
    ----------
    warmup_fraction : float, default=0.3
        Part of all steps in which the rate rises, from 0 to 1.
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
        _check(self, "warmup_fraction", "a number from 0 to 1", lambda value: 0 <= value <= 1)
        _check_factor(self, "start_factor")
        _check_factor(self, "final_factor")

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        last = n_epochs * n_steps - 1
        step = np.minimum(epoch * n_steps + np.arange(n_steps), last)
        start, final = initial * self.start_factor, initial * self.start_factor * self.final_factor
        # With few steps the top may lie at or before the first one; then the rate only falls.
        top = self.warmup_fraction * n_epochs * n_steps - 1
        rising = _cosine(start, initial, step / top) if top > 0 else np.full(n_steps, float(initial))
        falling = _cosine(initial, final, (step - top) / (last - top)) if top < last else rising
        rates: npt.NDArray[np.float64] = np.where(step <= top, rising, falling)
        return rates


# Rates that depend on how training goes.


@dataclass
class _Lowered(Schedule):
    """What schedules have in common that lower the rate of the first epoch where training makes no progress."""

    _rate: float | None = field(default=None, init=False, repr=False)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        if self._rate is None:
            self._rate = float(initial)
        return self._rate

    @property
    def rate(self) -> float:
        """The learning rate at present."""
        if self._rate is None:
            raise RuntimeError(f"{type(self).__name__} has no rate yet; expected rates() to be called first")
        return self._rate


@dataclass
class Adaptive(_Lowered):
    r"""Lower the rate wherever training would stop: scikit-learn's ``learning_rate="adaptive"``.

    Training goes on with :math:`\eta / f` where it would otherwise stop for lack of improvement, and stops there only
    if the rate has reached ``smallest``.

    Parameters
    ----------
    factor : float, default=5.0
        f, by which the rate is divided: above 1.
    smallest : float, default=1e-6
        A rate that is not above it is not lowered any more; at least 0.

    Attributes
    ----------
    rate : float
        The rate at present, as soon as training asked for it.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If it is not in its range.

    Examples
    --------
    >>> from rosenblatt.schedules import Adaptive
    >>> schedule = Adaptive(smallest=0.1)
    >>> schedule.rates(initial=0.5, epoch=0, n_steps=10, n_epochs=20, n_samples_seen=0)
    0.5
    >>> schedule.lower()
    (True, 'Setting learning rate to 0.100000')
    >>> schedule.rates(initial=0.5, epoch=1, n_steps=10, n_epochs=20, n_samples_seen=2000)
    0.1
    >>> schedule.lower()
    (False, 'Learning rate too small. Stopping.')
    """

    factor: float = 5.0
    smallest: float = 1e-6

    def __post_init__(self) -> None:
        _check(self, "factor", "a finite number above 1", lambda value: value > 1)
        _check_not_negative(self, "smallest")

    def lower(self) -> tuple[bool, str]:
        """Divide the rate, unless it is too small already: see ``Schedule.lower``."""
        # The words, and that the division may go below the smallest rate, are scikit-learn's.
        if self.rate <= self.smallest:
            return False, "Learning rate too small. Stopping."
        self._rate = float(self.rate / self.factor)
        return True, f"Setting learning rate to {self.rate:f}"


@dataclass
class ReduceOnPlateau(_Lowered):
    """Multiply the rate by a factor where the monitored value has not improved for some epochs.

    Called performance scheduling in [1]_. An epoch is an improvement if its value is below the best one by more than
    ``tol``. After more than ``patience`` epochs without improvement the rate is multiplied by ``factor``, but does not
    go below ``smallest``; a change of 1e-8 or less is not made. The same as PyTorch's ``ReduceLROnPlateau`` with
    ``threshold_mode="abs"``.

    Training stops by its own rule, ``n_iter_no_change`` in the estimators, so ``patience`` should not be above that.
    Where both fall on the same epoch, training goes on with the lower rate.

    Parameters
    ----------
    factor : float, default=0.1
        By what the rate is multiplied: above 0 and below 1.
    patience : int, default=10
        How many epochs without improvement are borne, at least 0.
    tol : float, default=1e-4
        By how much the best value must be beaten, at least 0.
    smallest : float, default=0.0
        The lowest rate, at least 0.
    cooldown : int, default=0
        For how many epochs after a change none is counted as one without improvement, at least 0.

    Attributes
    ----------
    rate : float
        The rate at present, as soon as training asked for it.

    Raises
    ------
    TypeError
        If a parameter is not a number of its kind.
    ValueError
        If it is not in its range.

    References
    ----------
    .. [1] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow", chapter 11.

    Examples
    --------
    >>> from rosenblatt.schedules import ReduceOnPlateau
    >>> schedule = ReduceOnPlateau(factor=0.5, patience=1)
    >>> rates = []
    >>> for epoch, loss in enumerate([0.9, 0.7, 0.8, 0.7, 0.6]):
    ...     rates.append(schedule.rates(1.0, epoch, 10, 5, 0))
    ...     schedule.epoch_ends(loss)
    >>> rates
    [1.0, 1.0, 1.0, 1.0, 0.5]
    """

    factor: float = 0.1
    patience: int = 10
    tol: float = 1e-4
    smallest: float = 0.0
    cooldown: int = 0

    _best: float = field(default=inf, init=False, repr=False)
    _n_bad: int = field(default=0, init=False, repr=False)
    _cooling: int = field(default=0, init=False, repr=False)
    _lowered: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        _check(self, "factor", "a number above 0 and below 1", lambda value: 0 < value < 1)
        _check_count(self, "patience", 0)
        _check_not_negative(self, "tol")
        _check_not_negative(self, "smallest")
        _check_count(self, "cooldown", 0)

    def epoch_ends(self, value: float) -> None:
        """Count epochs without improvement, and lower the rate after too many: see ``Schedule.epoch_ends``."""
        improved = value < self._best - self.tol
        if improved:
            self._best = float(value)
        self._n_bad = 0 if improved or self._cooling else self._n_bad + 1
        self._cooling = max(0, self._cooling - 1)
        self._lowered = False
        if self._n_bad > self.patience:
            self._n_bad = 0
            self._cooling = self.cooldown
            rate = max(float(self.rate * self.factor), float(self.smallest))
            self._lowered = self.rate - rate > 1e-8
            if self._lowered:
                self._rate = rate

    def lower(self) -> tuple[bool, str]:
        """Say whether the rate was lowered at the end of this very epoch: see ``Schedule.lower``."""
        if self._lowered:
            return True, f"Setting learning rate to {self.rate:f}"
        return super().lower()


# Rates from a function.


def _check_function(schedule: Schedule, function: Any) -> None:
    if not callable(function):
        raise TypeError(f"{type(schedule).__name__}: function={function!r}; expected a callable")


def _rate(schedule: Schedule, function: Callable[[int], float], unit: str, count: int) -> float:
    """Return the function's rate for a step or an epoch, checked."""
    value: Any = function(count)
    if isinstance(value, np.ndarray) and value.ndim == 0:  # what np.where and others return for a number
        value = value[()]
    if not isinstance(value, Real):
        raise TypeError(
            f"{type(schedule).__name__}: the function returned {value!r} for {unit} {count}; expected one number"
        )
    rate = float(value)
    if not (isfinite(rate) and rate >= 0):
        raise ValueError(
            f"{type(schedule).__name__}: the function returned {rate} for {unit} {count}; expected a finite number >= 0"
        )
    return rate


@dataclass
class PerEpoch(Schedule):
    """The rate of each epoch from a function of one's own.

    Parameters
    ----------
    function : callable
        Given the epoch, counted from 0, it returns the learning rate itself, a finite number of at least 0; the
        optimizer's initial rate plays no part. A lambda cannot be pickled, nor can a model that holds it.

    Raises
    ------
    TypeError
        If ``function`` cannot be called; from ``rates``, if it does not return a number.
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
    """The rate of each step from a function of one's own.

    Parameters
    ----------
    function : callable
        Given the step, counted from 0 over all epochs, it returns the learning rate itself, a finite number of at
        least 0; the optimizer's initial rate plays no part. A lambda cannot be pickled, nor can a model that holds it.

    Raises
    ------
    TypeError
        If ``function`` cannot be called; from ``rates``, if it does not return a number.
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


# Name -> schedule, each usable without parameters.
SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "invscaling": InvScaling,
    "adaptive": Adaptive,
    "step": Step,
    "exponential": Exponential,
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "reduce_on_plateau": ReduceOnPlateau,
}


def _parameters(schedule: type[Any]) -> set[str]:
    return {entry.name for entry in fields(schedule) if entry.init}


def find(schedule: str | Schedule | Callable[[int], float], **defaults: Any) -> Schedule:
    """Return the schedule that is meant, as a new object.

    Parameters
    ----------
    schedule : str, Schedule or callable
        A name in ``SCHEDULES``; a schedule, which is copied with its state; or a function of the epoch (see
        ``PerEpoch``).
    **defaults
        Parameters for a schedule that is given by name, such as ``power_t`` of an estimator. Each goes to the schedule
        that has it.

    Returns
    -------
    schedule : Schedule
        To be changed at will.

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
    names = ", ".join(map(repr, SCHEDULES))
    if isinstance(schedule, str):
        if schedule not in SCHEDULES:
            raise ValueError(f"schedule={schedule!r}; expected one of {names}, a Schedule or a callable of the epoch")
        cls = SCHEDULES[schedule]
        return cls(**{name: value for name, value in defaults.items() if name in _parameters(cls)})
    # A class is callable as well, but to call it with the epoch is never meant.
    if callable(schedule) and not isinstance(schedule, type):
        return PerEpoch(schedule)
    raise TypeError(f"schedule={schedule!r}; expected one of {names}, a Schedule instance or a callable of the epoch")
