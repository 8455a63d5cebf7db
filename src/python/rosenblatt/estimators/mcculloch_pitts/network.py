"""Networks of McCulloch-Pitts neurons, drawn by hand or constructed from truth tables."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from rosenblatt._messages import shown
from rosenblatt.estimators.mcculloch_pitts.checks import Bits, as_bits, natural, naturals
from rosenblatt.estimators.mcculloch_pitts.neuron import McCullochPittsNeuron
from rosenblatt.estimators.mcculloch_pitts.prime_cover import prime_cover


class McCullochPittsNetwork:
    """A network of McCulloch-Pitts neurons without cycles.

    Signals are numbered: first the inputs, from 0 to ``n_inputs - 1``, then the neurons in their order. A neuron may
    read inputs and earlier neurons, so one pass through the list evaluates the network.

    Parameters
    ----------
    n_inputs : int
        Number of inputs, at least 1.
    neurons : sequence of McCullochPittsNeuron
        The neurons. Each may read the inputs and the neurons before it.
    outputs : int or sequence of int, default=None
        The signals to return: one index gives one-dimensional predictions, a sequence gives one column each.
        None means the last signal.

    Raises
    ------
    TypeError
        If an index is not an integer, or a neuron is not a McCullochPittsNeuron.
    ValueError
        If a neuron reads itself or a later one, or there is no signal with the number of an output.

    References
    ----------
    W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
    Bulletin of Mathematical Biophysics 5, 115-133, 1943.

    Examples
    --------
    No single neuron computes an exclusive or; two "and not" and an "or" do. Signals 0 and 1 are the inputs, 2 to 4 the
    neurons.

    >>> from rosenblatt import McCullochPittsNetwork, McCullochPittsNeuron as Neuron
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> xor = McCullochPittsNetwork(2, [Neuron.and_not(0, 1), Neuron.and_not(1, 0), Neuron.or_(2, 3)])
    >>> xor.predict(X)
    array([False,  True,  True, False])

    The same network from its truth table:

    >>> McCullochPittsNetwork.from_truth_table(X, [0, 1, 1, 0]).predict(X)
    array([False,  True,  True, False])
    """

    def __init__(
        self,
        n_inputs: int,
        neurons: Sequence[McCullochPittsNeuron],
        outputs: int | Sequence[int] | None = None,
    ) -> None:
        self.n_inputs = natural(n_inputs, "n_inputs", least=1)
        self.neurons = tuple(neurons)
        for position, neuron in enumerate(self.neurons):
            if not isinstance(neuron, McCullochPittsNeuron):
                raise TypeError(f"neurons[{position}]: got {shown(neuron)}, expected a McCullochPittsNeuron")
            latest = max((*neuron.excitatory, *neuron.inhibitory), default=-1)
            if latest >= self.n_inputs + position:
                raise ValueError(
                    f"neurons[{position}]: got a connection from signal {latest}, expected signals 0 to "
                    f"{self.n_inputs + position - 1}: the {self.n_inputs} inputs and the neurons before it"
                )
        n_signals = self.n_inputs + len(self.neurons)
        if outputs is None:
            outputs = n_signals - 1
        self.outputs: int | tuple[int, ...]
        self.outputs = naturals(outputs, "outputs") if isinstance(outputs, Iterable) else natural(outputs, "outputs")
        named = self.outputs if isinstance(self.outputs, tuple) else (self.outputs,)
        if not named or max(named) >= n_signals:
            raise ValueError(f"outputs: got {shown(outputs)}, expected signals from 0 to {n_signals - 1}, at least one")

    def __repr__(self) -> str:
        return f"McCullochPittsNetwork(n_inputs={self.n_inputs}, neurons={self.neurons}, outputs={self.outputs})"

    def predict(self, X: ArrayLike) -> Bits:
        """Compute the outputs for each row of inputs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs), bool or 0/1

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), bool

        Raises
        ------
        TypeError
            If X does not hold booleans or numbers.
        ValueError
            If X has another shape, is empty or holds other values than 0 and 1.
        """
        X = as_bits(X, "X", ndim=2)
        if X.shape[1] != self.n_inputs:
            raise ValueError(f"X: got {X.shape[1]} columns, expected n_inputs={self.n_inputs}")
        signals = np.empty((self.n_inputs + len(self.neurons), X.shape[0]), dtype=np.bool_)
        signals[: self.n_inputs] = X.T
        for position, neuron in enumerate(self.neurons, start=self.n_inputs):
            signals[position] = neuron._fire(signals[:position])
        chosen = self.outputs if isinstance(self.outputs, int) else list(self.outputs)
        return np.ascontiguousarray(signals[chosen].T)

    @classmethod
    def from_truth_table(cls, X: ArrayLike, y: ArrayLike) -> Self:
        """Construct a small two-layer network that computes a truth table (disjunctive normal form).

        A conjunction such as "a and not b" is one neuron: its plain terms excite, its negated terms inhibit, and its
        threshold is the number of plain terms. One neuron for each true row, and an "or" of them, would compute any
        table. To get fewer neurons, each row is first widened to a prime implicant: inputs are dropped one after the
        other, as long as no false row is covered. Conjunctions whose rows are all covered by others are left out. The
        result is irredundant, but not always the smallest network, which is hard to find. Outputs share equal
        conjunctions, and an output that is a single conjunction needs no "or".

        Parameters
        ----------
        X : array-like of shape (n_rows, n_inputs), bool or 0/1
            Rows of the table, in any order. Repeated rows must agree.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs), bool or 0/1
            The outputs of each row. For rows that are not in the table all outputs are inactive.

        Returns
        -------
        network : McCullochPittsNetwork
            The network; its predictions have the shape of y.

        Raises
        ------
        TypeError
            If X or y does not hold booleans or numbers.
        ValueError
            If shapes are wrong, values are not binary, or two equal rows have different outputs.

        Examples
        --------
        The majority of three inputs needs three pairs and an "or", instead of four rows:

        >>> import itertools
        >>> X = list(itertools.product([0, 1], repeat=3))
        >>> majority = McCullochPittsNetwork.from_truth_table(X, [sum(row) >= 2 for row in X])
        >>> for neuron in majority.neurons:
        ...     print(neuron)
        McCullochPittsNeuron(excitatory=(1, 2), inhibitory=(), threshold=2)
        McCullochPittsNeuron(excitatory=(0, 2), inhibitory=(), threshold=2)
        McCullochPittsNeuron(excitatory=(0, 1), inhibitory=(), threshold=2)
        McCullochPittsNeuron(excitatory=(3, 4, 5), inhibitory=(), threshold=1)
        """
        X, y = as_bits(X, "X", ndim=2), as_bits(y, "y")
        if y.ndim not in (1, 2) or y.shape[0] != X.shape[0]:
            raise ValueError(f"y: got shape {y.shape}, expected ({X.shape[0]},) or ({X.shape[0]}, n_outputs)")
        wanted = y.reshape(y.shape[0], -1)
        rows, first, where = np.unique(X, axis=0, return_index=True, return_inverse=True)
        where = where.reshape(-1)  # NumPy 2.0 gave it a second axis
        agreed = wanted[first[where]]
        contradictory = (wanted != agreed).any(axis=1)
        if contradictory.any():
            row = int(contradictory.argmax())
            raise ValueError(
                f"y: got {agreed[row].astype(int).tolist()} and {wanted[row].astype(int).tolist()} for the equal rows "
                f"{first[where[row]]} and {row} of X, {X[row].astype(int).tolist()}, expected equal outputs"
            )
        n_inputs = X.shape[1]
        conjunctions: dict[McCullochPittsNeuron, int] = {}  # neuron -> its signal
        terms: list[list[int]] = []
        for column in wanted[first].T:
            cover = [_conjunction(kept, values) for kept, values in prime_cover(rows[column])]
            terms.append([conjunctions.setdefault(neuron, n_inputs + len(conjunctions)) for neuron in cover])
        neurons = list(conjunctions)
        outputs_at = []
        for signals in terms:
            if len(signals) == 1:
                outputs_at.append(signals[0])
            else:
                neurons.append(McCullochPittsNeuron(signals, threshold=1))
                outputs_at.append(n_inputs + len(neurons) - 1)
        return cls(n_inputs, neurons, outputs_at if y.ndim == 2 else outputs_at[0])


def _conjunction(kept: Bits, values: Bits) -> McCullochPittsNeuron:
    """Return the neuron of a conjunction: plain terms excite it, negated terms inhibit it."""
    plain = np.flatnonzero(kept & values).tolist()
    return McCullochPittsNeuron(plain, np.flatnonzero(kept & ~values).tolist(), threshold=len(plain))
