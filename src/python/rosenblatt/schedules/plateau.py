"""Schedules that lower the rate where training makes no progress."""

from dataclasses import dataclass, field
from math import inf

from rosenblatt.schedules.base import Schedule, check, check_count, check_not_negative


@dataclass
class _Lowered(Schedule):
    """The base of schedules that begin with the initial rate and lower it where training makes no progress."""

    _rate: float | None = field(default=None, init=False, repr=False)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        if self._rate is None:
            self._rate = float(initial)
        return self._rate

    @property
    def rate(self) -> float:
        """The current learning rate."""
        if self._rate is None:
            raise RuntimeError(f"{type(self).__name__} has no rate yet; expected rates() to be called first")
        return self._rate


@dataclass
class Adaptive(_Lowered):
    r"""Lower the rate where training would stop: scikit-learn's ``learning_rate="adaptive"``.

    Where training would stop for lack of improvement, it continues with the rate :math:`\eta / f` instead. It stops
    only if the rate has reached ``smallest``. This schedule monitors nothing itself. As in scikit-learn, the stopping
    rule of the estimator decides, by the training loss (penalty included) or, with early stopping, by the validation
    samples.

    Parameters
    ----------
    factor : float, default=5.0
        The divisor f of the rate: above 1.
    smallest : float, default=1e-6
        A rate that is not above this is not lowered any more; at least 0.

    Attributes
    ----------
    rate : float
        The current rate, once training has asked for it.

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
        check(self, "factor", "a finite number above 1", lambda value: value > 1)
        check_not_negative(self, "smallest")

    def lower(self) -> tuple[bool, str]:
        """Divide the rate, unless it is too small: see ``Schedule.lower``."""
        # As in scikit-learn: the messages, and that the division may go below the smallest rate.
        if self.rate <= self.smallest:
            return False, "Learning rate too small. Stopping."
        self._rate = float(self.rate / self.factor)
        return True, f"Setting learning rate to {self.rate:f}"


@dataclass
class ReduceOnPlateau(_Lowered):
    """Multiply the rate by a factor where the monitored value has not improved for some epochs.

    The monitored value is the loss on the validation samples, or, without such samples, the training loss, penalty
    included: see `Schedule`. An epoch is an improvement if its value is below the best value by more than ``tol``.
    After more than ``patience`` epochs without improvement, the rate is multiplied by ``factor``, but does not go below
    ``smallest``; a change of 1e-8 or less is not made. [1]_ calls this performance scheduling; it is the same as
    PyTorch's ``ReduceLROnPlateau`` with ``threshold_mode="abs"``.

    Estimators stop by their own rule, ``n_iter_no_change``, so ``patience`` should not be above that number. Where both
    act after the same epoch, training continues with the lower rate.

    Parameters
    ----------
    factor : float, default=0.1
        What multiplies the rate: above 0 and below 1.
    patience : int, default=10
        The number of epochs without improvement that do not lower the rate, at least 0.
    tol : float, default=1e-4
        How far a value must be below the best value to count as an improvement, at least 0.
    smallest : float, default=0.0
        The lowest rate, at least 0.
    cooldown : int, default=0
        The number of epochs after a change that do not count as epochs without improvement, at least 0.

    Attributes
    ----------
    rate : float
        The current rate, once training has asked for it.

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
        check(self, "factor", "a number above 0 and below 1", lambda value: 0 < value < 1)
        check_count(self, "patience", 0)
        check_not_negative(self, "tol")
        check_not_negative(self, "smallest")
        check_count(self, "cooldown", 0)

    def epoch_ends(self, value: float) -> None:
        """Count epochs without improvement, and lower the rate after too many of them: see ``Schedule.epoch_ends``."""
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
        """Return whether the rate was lowered at the end of this epoch: see ``Schedule.lower``."""
        if self._lowered:
            return True, f"Setting learning rate to {self.rate:f}"
        return super().lower()
