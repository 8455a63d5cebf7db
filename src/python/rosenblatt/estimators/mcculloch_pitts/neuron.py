"""McCulloch and Pitts' neuron of 1943."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from rosenblatt.estimators.mcculloch_pitts.checks import Bits, as_bits, natural, naturals


@dataclass(frozen=True)
class McCullochPittsNeuron:
    r"""A binary neuron with a threshold and absolute inhibition.

    It is active if and only if none of its inhibitory inputs is active and at least ``threshold`` of its excitatory
    connections are:

    .. math:: y = \Big[\textstyle\sum_{i \in E} x_i \ge \theta\Big] \cdot \prod_{j \in I} (1 - x_j)

    The neuron does not learn: its connections determine what it computes.

    Parameters
    ----------
    excitatory : iterable of int, default=()
        Columns of the input that excite the neuron. A column named twice has two connections and counts twice.
    inhibitory : iterable of int, default=()
        Columns of the input that inhibit the neuron: if one of them is active, the neuron is not.
    threshold : int, default=2
        Number of excitatory connections that must be active; the figures of [2]_ use 2. With 0 the neuron is active
        unless it is inhibited; a negation needs this.

    Raises
    ------
    TypeError
        If an index or the threshold is not an integer.
    ValueError
        If an index or the threshold is negative.

    References
    ----------
    .. [1] W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
       Bulletin of Mathematical Biophysics 5, 115-133, 1943.
    .. [2] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow", chapter 10.

    Examples
    --------
    Two connections from the first input, one inhibitory connection from the second: "first and not second".

    >>> from rosenblatt import McCullochPittsNeuron
    >>> neuron = McCullochPittsNeuron(excitatory=[0, 0], inhibitory=[1])
    >>> neuron.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([False, False,  True, False])
    >>> neuron == McCullochPittsNeuron.and_not()
    True
    """

    excitatory: Iterable[int] = ()
    inhibitory: Iterable[int] = ()
    threshold: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "excitatory", naturals(self.excitatory, "excitatory"))
        object.__setattr__(self, "inhibitory", naturals(self.inhibitory, "inhibitory"))
        object.__setattr__(self, "threshold", natural(self.threshold, "threshold"))

    @classmethod
    def identity(cls, a: int = 0) -> Self:
        """Return a neuron that is active if ``a`` is: two connections from ``a`` reach the threshold of 2."""
        return cls([a, a])

    @classmethod
    def and_(cls, a: int = 0, b: int = 1) -> Self:
        """Return a neuron that is active if ``a`` and ``b`` are: one connection from each."""
        return cls([a, b])

    @classmethod
    def or_(cls, a: int = 0, b: int = 1) -> Self:
        """Return a neuron that is active if ``a`` or ``b`` is: two connections from each."""
        return cls([a, a, b, b])

    @classmethod
    def and_not(cls, a: int = 0, b: int = 1) -> Self:
        """Return a neuron that is active if ``a`` is and ``b`` is not: ``a`` excites it twice, ``b`` inhibits it."""
        return cls([a, a], [b])

    @classmethod
    def not_(cls, a: int = 0) -> Self:
        """Return a neuron that is active if ``a`` is not: its threshold is 0, and ``a`` inhibits it."""
        return cls([], [a], threshold=0)

    def predict(self, X: ArrayLike) -> Bits:
        """Return for each row of inputs whether the neuron is active.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs), bool or 0/1
            The inputs. There may be more columns than the neuron reads.

        Returns
        -------
        y : ndarray of shape (n_samples,), bool

        Raises
        ------
        TypeError
            If X does not hold booleans or numbers.
        ValueError
            If X is not two-dimensional, is empty, has too few columns or holds other values than 0 and 1.
        """
        X = as_bits(X, "X", ndim=2)
        needed = 1 + max((*self.excitatory, *self.inhibitory), default=-1)
        if X.shape[1] < needed:
            raise ValueError(
                f"X: got {X.shape[1]} columns, expected at least {needed}, since the neuron reads input {needed - 1}"
            )
        return self._fire(X.T)

    def _fire(self, signals: Bits) -> Bits:
        """Return whether the neuron is active, from checked signals of shape (n_signals, n_samples)."""
        excited = signals[list(self.excitatory)].sum(axis=0) >= self.threshold
        return np.asarray(excited & ~signals[list(self.inhibitory)].any(axis=0))
