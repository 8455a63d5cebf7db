"""McCulloch and Pitts' neuron of 1943, and nets of them that compute any truth table."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bits = NDArray[np.bool_]


@dataclass(frozen=True)
class McCullochPittsNeuron:
    r"""A binary neuron with a threshold and absolute inhibition.

    It is active exactly when none of its inhibitory inputs is active and at least ``threshold`` of its
    excitatory connections are:

    .. math:: y = \Big[\textstyle\sum_{i \in E} x_i \ge \theta\Big] \cdot \prod_{j \in I} (1 - x_j)

    Nothing is learned: whoever draws the connections decides what is computed.

    Parameters
    ----------
    excitatory : iterable of int, default=()
        Columns of the input that excite the neuron. A column named twice has two connections and counts twice.
    inhibitory : iterable of int, default=()
        Columns that silence the neuron: a single active one is enough, whatever excites it.
    threshold : int, default=2
        How many excitatory connections must be active; 2 in the drawings of [2]_. With 0 the neuron is active
        unless it is inhibited, which stands for the permanently active input that a negation needs.

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
        object.__setattr__(self, "excitatory", _naturals(self.excitatory, "excitatory"))
        object.__setattr__(self, "inhibitory", _naturals(self.inhibitory, "inhibitory"))
        object.__setattr__(self, "threshold", _natural(self.threshold, "threshold"))

    @classmethod
    def identity(cls, a: int = 0) -> Self:
        """Active when input ``a`` is: two connections, so that the threshold of 2 is reached."""
        return cls([a, a])

    @classmethod
    def and_(cls, a: int = 0, b: int = 1) -> Self:
        """Active when both inputs are: one connection from each."""
        return cls([a, b])

    @classmethod
    def or_(cls, a: int = 0, b: int = 1) -> Self:
        """Active when at least one input is: two connections from each."""
        return cls([a, a, b, b])

    @classmethod
    def and_not(cls, a: int = 0, b: int = 1) -> Self:
        """Active when ``a`` is and ``b`` is not: two connections from ``a``, an inhibitory one from ``b``."""
        return cls([a, a], [b])

    @classmethod
    def not_(cls, a: int = 0) -> Self:
        """Active when input ``a`` is not: nothing to excite it is needed (threshold 0), and ``a`` inhibits."""
        return cls([], [a], threshold=0)

    def predict(self, X: ArrayLike) -> Bits:
        """Tell for each row of inputs whether the neuron is active.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs), bool or 0/1
            At least as many columns as the largest index among the connections requires.

        Returns
        -------
        y : ndarray of shape (n_samples,), bool

        Raises
        ------
        TypeError
            If X does not hold booleans or numbers.
        ValueError
            If X is not two-dimensional, is empty, has too few columns or holds anything but 0 and 1.
        """
        X = as_bits(X, "X", ndim=2)
        needed = 1 + max((*self.excitatory, *self.inhibitory), default=-1)
        if X.shape[1] < needed:
            raise ValueError(f"X has {X.shape[1]} columns; this neuron reads input {needed - 1}, so it needs {needed}")
        return self._fire(X.T)

    def _fire(self, signals: Bits) -> Bits:
        """Predict from checked signals of shape (n_signals, n_samples)."""
        excited = signals[list(self.excitatory)].sum(axis=0) >= self.threshold
        return np.asarray(excited & ~signals[list(self.inhibitory)].any(axis=0))


class McCullochPittsNetwork:
    """A net without circles of McCulloch-Pitts neurons.

    Signals are numbered: the inputs first, from 0 to ``n_inputs - 1``, then the neurons in their order. A neuron
    may read inputs and earlier neurons, so one pass through the list evaluates the net.

    Parameters
    ----------
    n_inputs : int
        Number of inputs, at least 1.
    neurons : sequence of McCullochPittsNeuron
        In an order in which each reads only inputs and neurons before it.
    outputs : int or sequence of int, default=None
        The signals to return: one index gives one-dimensional predictions, a sequence gives one column each.
        None means the last signal.

    Raises
    ------
    TypeError
        If a number is not an integer or a neuron not a McCullochPittsNeuron.
    ValueError
        If a neuron reads itself or a later one, or an output names no signal.

    References
    ----------
    W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
    Bulletin of Mathematical Biophysics 5, 115-133, 1943.

    Examples
    --------
    No single neuron is an exclusive or; two "and not" and an "or" are. Signals 0 and 1 are the inputs, 2 to 4
    the neurons.

    >>> from rosenblatt import McCullochPittsNetwork, McCullochPittsNeuron as Neuron
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> xor = McCullochPittsNetwork(2, [Neuron.and_not(0, 1), Neuron.and_not(1, 0), Neuron.or_(2, 3)])
    >>> xor.predict(X)
    array([False,  True,  True, False])

    The same from its truth table:

    >>> McCullochPittsNetwork.from_truth_table(X, [0, 1, 1, 0]).predict(X)
    array([False,  True,  True, False])
    """

    def __init__(
        self,
        n_inputs: int,
        neurons: Sequence[McCullochPittsNeuron],
        outputs: int | Sequence[int] | None = None,
    ) -> None:
        self.n_inputs = _natural(n_inputs, "n_inputs", least=1)
        self.neurons = tuple(neurons)
        for position, neuron in enumerate(self.neurons):
            if not isinstance(neuron, McCullochPittsNeuron):
                raise TypeError(f"neurons[{position}] is {neuron!r}; expected a McCullochPittsNeuron")
            latest = max((*neuron.excitatory, *neuron.inhibitory), default=-1)
            if latest >= self.n_inputs + position:
                raise ValueError(
                    f"neurons[{position}] reads signal {latest}; it may read the {self.n_inputs} inputs and the "
                    f"neurons before it, signals 0 to {self.n_inputs + position - 1}"
                )
        n_signals = self.n_inputs + len(self.neurons)
        if outputs is None:
            outputs = n_signals - 1
        self.outputs: int | tuple[int, ...]
        self.outputs = _naturals(outputs, "outputs") if isinstance(outputs, Iterable) else _natural(outputs, "outputs")
        named = self.outputs if isinstance(self.outputs, tuple) else (self.outputs,)
        if not named or max(named) >= n_signals:
            raise ValueError(f"outputs={outputs!r}; expected signals from 0 to {n_signals - 1}, at least one")

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
            If X has another shape, is empty or holds anything but 0 and 1.
        """
        X = as_bits(X, "X", ndim=2)
        if X.shape[1] != self.n_inputs:
            raise ValueError(f"X has {X.shape[1]} columns; this network has n_inputs={self.n_inputs}")
        signals = np.empty((self.n_inputs + len(self.neurons), X.shape[0]), dtype=np.bool_)
        signals[: self.n_inputs] = X.T
        for position, neuron in enumerate(self.neurons, start=self.n_inputs):
            signals[position] = neuron._fire(signals[:position])
        chosen = self.outputs if isinstance(self.outputs, int) else list(self.outputs)
        return np.ascontiguousarray(signals[chosen].T)

    @classmethod
    def from_truth_table(cls, X: ArrayLike, y: ArrayLike) -> Self:
        """Construct a small two-layer net that computes a truth table (disjunctive normal form).

        A conjunction such as "a and not b" is one neuron: its plain terms excite, its negated terms inhibit, and
        its threshold is the number of plain terms. One neuron for each true row and an "or" above them would
        compute any table; here each row is first widened to a prime implicant, by dropping one input after the
        other for as long as no false row is let in, and conjunctions whose rows are all covered by others are left
        out. The result is irredundant, though not always the smallest: finding that is a hard problem. Outputs
        share equal conjunctions. An output that is a single conjunction needs no "or".

        Parameters
        ----------
        X : array-like of shape (n_rows, n_inputs), bool or 0/1
            Rows of the table, in any order. Repeated rows must agree.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs), bool or 0/1
            The outputs wanted. For rows that the table does not list they are inactive.

        Returns
        -------
        network : McCullochPittsNetwork
            Its predictions have the shape of y.

        Raises
        ------
        TypeError
            If X or y does not hold booleans or numbers.
        ValueError
            If shapes are wrong, values are not binary, or two equal rows want different outputs.

        Examples
        --------
        Three inputs, active when most of them are: three pairs and an "or", instead of four rows.

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
            raise ValueError(f"y has shape {y.shape}; expected ({X.shape[0]},) or ({X.shape[0]}, n_outputs) to match X")
        wanted = y.reshape(y.shape[0], -1)
        rows, first, where = np.unique(X, axis=0, return_index=True, return_inverse=True)
        where = where.reshape(-1)  # NumPy 2.0 gave it a second axis
        agreed = wanted[first[where]]
        contradictory = (wanted != agreed).any(axis=1)
        if contradictory.any():
            row = int(contradictory.argmax())
            raise ValueError(
                f"the table contradicts itself: rows {first[where[row]]} and {row} of X are both "
                f"{X[row].astype(int).tolist()}, but y is {agreed[row].astype(int).tolist()} and "
                f"{wanted[row].astype(int).tolist()}"
            )
        n_inputs = X.shape[1]
        conjunctions: dict[McCullochPittsNeuron, int] = {}  # neuron -> its signal
        terms: list[list[int]] = []
        for column in wanted[first].T:
            cover = [_conjunction(kept, values) for kept, values in _prime_cover(rows[column])]
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


def as_bits(values: ArrayLike, name: str, ndim: int | None = None) -> Bits:
    """Check that an array is not empty and holds only 0 and 1 (or False and True), and return it as bool."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; expected bool, or numbers that are 0 or 1")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} has shape {array.shape}; expected {ndim} dimensions")
    if array.size == 0:
        raise ValueError(f"{name} is empty, of shape {array.shape}; expected at least one row and one column")
    if array.dtype.kind != "b":
        strange = (array != 0) & (array != 1)
        if strange.any():
            raise ValueError(f"{name} holds {array[strange].flat[0]!s}; expected only 0 and 1, or False and True")
    return array.astype(np.bool_, copy=False)


def _natural(value: object, name: str, least: int = 0) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}={value!r}; expected an integer, at least {least}") from None
    if number < least:
        raise ValueError(f"{name}={value!r}; expected an integer, at least {least}")
    return number


def _naturals(values: object, name: str) -> tuple[int, ...]:
    if not isinstance(values, Iterable):
        raise TypeError(f"{name}={values!r}; expected a sequence of integers")
    return tuple(_natural(value, f"{name}[{position}]") for position, value in enumerate(values))


def _prime_cover(true_rows: Bits) -> list[tuple[Bits, Bits]]:
    """Prime implicants that cover exactly these distinct rows: pairs (which inputs matter, their values)."""
    n_rows, n_inputs = true_rows.shape
    implicants: list[tuple[Bits, Bits]] = []
    members: list[Bits] = []
    covered = np.zeros(n_rows, dtype=np.bool_)
    for row in range(n_rows):
        if covered[row]:
            continue
        differs = true_rows != true_rows[row]
        n_differing = differs.sum(axis=1)  # among the inputs that still matter
        kept = np.ones(n_inputs, dtype=np.bool_)
        size = 1
        for column in range(n_inputs):
            widened = n_differing - differs[:, column]
            # No false row is let in if and only if all rows of the wider conjunction are true ones.
            if np.count_nonzero(widened == 0) == 2 * size:
                n_differing, size, kept[column] = widened, 2 * size, False
        implicants.append((kept, true_rows[row]))
        members.append(n_differing == 0)
        covered |= members[-1]
    n_covering = np.sum(members, axis=0) if members else np.zeros(0, dtype=np.intp)
    cover = []
    for implicant, inside in zip(implicants, members, strict=True):
        if n_covering[inside].min() > 1:
            n_covering -= inside
        else:
            cover.append(implicant)
    return cover


def _conjunction(kept: Bits, values: Bits) -> McCullochPittsNeuron:
    plain = np.flatnonzero(kept & values).tolist()
    return McCullochPittsNeuron(plain, np.flatnonzero(kept & ~values).tolist(), threshold=len(plain))
