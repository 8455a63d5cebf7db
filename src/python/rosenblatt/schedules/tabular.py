"""Schedules of the recipes for tables, step by step over the whole training."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rosenblatt.schedules.base import Schedule, check


def _progress(epoch: int, n_steps: int, n_epochs: int) -> npt.NDArray[np.float64]:
    """Return how much of the training is behind each step of an epoch: from 0 to 1."""
    progress: npt.NDArray[np.float64] = np.minimum((epoch + np.arange(n_steps) / n_steps) / n_epochs, 1.0)
    return progress


@dataclass
class LogCosine(Schedule):
    r"""Raise and lower the rate along cosine waves, each about twice as long as the one before.

    With t from 0 to 1 over the whole training, the rate is

    .. math:: \eta = \tfrac{1}{2} \eta_0 (1 - \cos(2 \pi \log_2(1 + (2^k - 1) t)))

    where :math:`\eta_0` is the initial rate and k the number of waves: the schedule coslog_k of RealMLP [1]_. Every
    wave begins and ends at 0, so that training that ends early has often passed through low rates.

    Parameters
    ----------
    n_waves : int, default=4
        The number of waves k, at least 1.

    Raises
    ------
    TypeError, ValueError
        If ``n_waves`` is not an integer of at least 1.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
       tabular data", NeurIPS 2024, section 3.

    Examples
    --------
    >>> from rosenblatt.schedules import LogCosine
    >>> LogCosine(n_waves=2).rates(1.0, 0, n_steps=6, n_epochs=1, n_samples_seen=0).round(2)
    array([0.  , 0.93, 0.  , 0.72, 0.93, 0.32])
    """

    n_waves: int = 4

    def __post_init__(self) -> None:
        check(self, "n_waves", "an integer from 1 to 50", lambda n: n == int(n) and 1 <= n <= 50)

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        waves = np.log2(1 + (2.0**self.n_waves - 1) * _progress(epoch, n_steps, n_epochs))
        rates: npt.NDArray[np.float64] = 0.5 * initial * (1 - np.cos(2 * np.pi * waves))
        return rates


@dataclass
class FlatCosine(Schedule):
    r"""Keep the rate for a part of the training, then lower it to 0 along half a cosine.

    With ``flat`` = 0.5 it is the schedule flat_cos of RealMLP [1]_, of its dropout and weight decay.

    Parameters
    ----------
    flat : float, default=0.5
        The fraction of all steps in which the rate stays: at least 0, below 1.

    Raises
    ------
    TypeError, ValueError
        If ``flat`` is not such a number.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
       tabular data", NeurIPS 2024, section 3.

    Examples
    --------
    >>> from rosenblatt.schedules import FlatCosine
    >>> FlatCosine().rates(1.0, 0, n_steps=6, n_epochs=1, n_samples_seen=0).round(2)
    array([1.  , 1.  , 1.  , 1.  , 0.75, 0.25])
    """

    flat: float = 0.5

    def __post_init__(self) -> None:
        check(self, "flat", "a number of at least 0 and below 1", lambda flat: 0 <= flat < 1)

    def rates(
        self, initial: float, epoch: int, n_steps: int, n_epochs: int, n_samples_seen: int
    ) -> npt.NDArray[np.float64]:
        """Return the learning rate of each step of the epoch: see ``Schedule.rates``."""
        falling = np.maximum(_progress(epoch, n_steps, n_epochs) - self.flat, 0.0) / (1 - self.flat)
        rates: npt.NDArray[np.float64] = 0.5 * initial * (1 + np.cos(np.pi * falling))
        return rates
