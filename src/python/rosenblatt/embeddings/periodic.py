"""Periodic embeddings of numbers."""

from math import pi, sqrt
from typing import Any

import numpy as np

from rosenblatt.embeddings.base import Array, Embedding
from rosenblatt.training.checks import count, number


class Periodic(Embedding):
    r"""Cosines of a number with trained frequencies and phases, and a trained linear layer over them.

    A number :math:`x` becomes :math:`[c W + b, x]` with :math:`c_k = \cos(2 \pi f_k x + p_k)`: "PBLD" in [1]_, after
    [2]_. With it, a network learns functions that change quickly with a number. Scale the number to about 1 first.

    The parameters are a vector: the frequencies (n_frequencies), the phases (n_frequencies), in radians, the weights
    (n_frequencies, dim - 1) row by row, and the biases (dim - 1). Initially, frequencies are normal with the standard
    deviation ``sigma``, phases uniform on the circle, weights and biases uniform up to ``1 / sqrt(n_frequencies)``.

    Parameters
    ----------
    n_frequencies : int, default=16
        The number of frequencies.
    dim : int, default=4
        The number of columns that the number becomes, itself included; at least 2. There are 512 parameters at most.
    sigma : float, default=0.1
        The standard deviation of the initial frequencies: the larger it is, the quicker functions may change.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
       tabular data", NeurIPS 2024.
    .. [2] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical features in tabular deep learning",
       NeurIPS 2022.

    Examples
    --------
    >>> from rosenblatt import Network, embeddings
    >>> network = Network([1, 8, 1], embeddings={0: embeddings.Periodic()}, random_state=0)
    >>> network.embedding_parameters[0].shape
    (83,)
    """

    kind = "periodic"

    def __init__(self, n_frequencies: int = 16, dim: int = 4, sigma: float = 0.1) -> None:
        self.n_frequencies = count("n_frequencies", n_frequencies)
        self.dim = count("dim", dim)
        if self.dim < 2:
            raise ValueError(f"dim: got {dim}, expected at least 2: the number itself is one of them")
        if self.shape[0] > 512:
            raise ValueError(f"n_frequencies, dim: got {self.shape[0]} parameters, expected at most 512")
        self.sigma = number("sigma", sigma)
        if not 0 < self.sigma < float("inf"):
            raise ValueError(f"sigma: got {sigma}, expected a finite number > 0")

    @property
    def n_outputs(self) -> int:
        """The number of columns that the number becomes."""
        return self.dim

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its parameters."""
        sums = self.dim - 1
        return (self.n_frequencies * (2 + sums) + sums,)

    def draw(self, random_state: np.random.RandomState) -> Array:
        """Return initial parameters, in float64."""
        n, sums = self.n_frequencies, self.dim - 1
        bound = 1 / sqrt(n)
        return np.concatenate(
            [
                random_state.normal(0, self.sigma, n),
                random_state.uniform(-pi, pi, n),
                random_state.uniform(-bound, bound, n * sums + sums),
            ]
        )

    def _parts(self, parameters: Array) -> tuple[Array, Array, Array, Array]:
        n, sums = self.n_frequencies, self.dim - 1
        frequencies, phases, weights, biases = np.split(parameters, [n, 2 * n, 2 * n + n * sums])
        return frequencies, phases, weights.reshape(n, sums), biases

    def values(self, x: Array, parameters: Array) -> Array:
        """Return the embedding of numbers, computed by NumPy; see `Embedding.values`."""
        frequencies, phases, weights, biases = self._parts(parameters)
        cosines = np.cos(2 * pi * np.outer(x, frequencies) + phases)
        return np.column_stack([cosines @ weights + biases, x])

    def derivatives(self, x: Array, parameters: Array) -> Array:
        """Return the derivatives of the embedding with respect to the numbers."""
        frequencies, phases, weights, _ = self._parts(parameters)
        sines = np.sin(2 * pi * np.outer(x, frequencies) + phases)
        return np.column_stack([(-2 * pi * frequencies * sines) @ weights, np.ones_like(x)])

    def _for_engine(self) -> tuple[Any, ...]:
        return "periodic", self.n_frequencies, self.dim

    def __repr__(self) -> str:
        return f"Periodic(n_frequencies={self.n_frequencies}, dim={self.dim}, sigma={self.sigma:g})"
