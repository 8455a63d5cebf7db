"""Schedules of one rate for each epoch, known before training."""

from dataclasses import dataclass

from rosenblatt.schedules.base import Schedule, check_count, check_factor, check_not_negative


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
    r"""Divide the rate by a power of the number of samples: scikit-learn's ``learning_rate="invscaling"``.

    The first epoch has the initial rate :math:`\eta_0`, each later epoch

    .. math:: \eta = \frac{\eta_0}{(t + 1)^p}

    where t is the number of samples that training visited before the epoch, and p is ``power_t``. Robbins and Monro's
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
        check_not_negative(self, "power_t")

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        # Epoch 0, not t = 0: a warm start keeps t, but scikit-learn starts again from the initial rate.
        return float(initial) if epoch == 0 else float(initial / (n_samples_seen + 1) ** self.power_t)


@dataclass
class Step(Schedule):
    r"""Multiply the rate by a factor after every k epochs.

    .. math:: \eta = \eta_0 \, f^{\lfloor e / k \rfloor}

    in epoch e, where k is ``every`` and f is ``factor``: "piecewise constant scheduling" in [1]_.

    Parameters
    ----------
    every : int, default=50
        The number of epochs with the same rate, at least 1.
    factor : float, default=0.1
        What multiplies the rate after them: above 0, at most 1.

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
        check_count(self, "every", 1)
        check_factor(self)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return float(initial * self.factor ** (epoch // self.every))


@dataclass
class Exponential(Schedule):
    r"""Multiply the rate by a factor after every epoch.

    .. math:: \eta = \eta_0 \, f^e

    in epoch e, where f is ``factor``; compared with other schedules in [1]_.

    Parameters
    ----------
    factor : float, default=0.98
        What multiplies the rate after each epoch: above 0, at most 1.

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
        check_factor(self)

    def rates(self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int) -> float:
        """Return the learning rate of the epoch: see ``Schedule.rates``."""
        return float(initial * self.factor**epoch)
