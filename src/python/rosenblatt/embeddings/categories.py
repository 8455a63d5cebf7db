"""Embeddings of categories."""

from typing import Any

import numpy as np

from rosenblatt.embeddings.base import Array, Embedding
from rosenblatt.training.checks import count, number


class Categories(Embedding):
    """A trained vector for each category; the column has the indices of categories.

    Any number that is not an index, such as -1, is an unknown category, whose vector is zeros. The parameters have the
    shape (n_categories, dim), and are normal initially.

    Parameters
    ----------
    n_categories : int
        The number of categories, whose indices are 0, 1, ..., n_categories - 1; at most 2^24.
    dim : int, default=8
        The number of columns that the index becomes, at most 512.
    sigma : float, default=1.0
        The standard deviation of the initial parameters. With 0, a category is like an unknown one until training has
        seen it.

    Examples
    --------
    >>> from rosenblatt import Network, embeddings
    >>> network = Network([1, 1], embeddings={0: embeddings.Categories(3, dim=1)}, init=[[[2.0]]], bias_init=0.0)
    >>> network.embedding_parameters = {0: [[1.0], [5.0], [7.0]]}
    >>> network.predict([[2.0], [0.0], [-1.0]]).ravel()
    array([14.,  2.,  0.])
    """

    kind = "categories"

    def __init__(self, n_categories: int, dim: int = 8, sigma: float = 1.0) -> None:
        self.n_categories = count("n_categories", n_categories)
        if self.n_categories > 2**24:
            raise ValueError(f"n_categories: got {n_categories}, expected at most {2**24}")
        self.dim = count("dim", dim)
        if self.dim > 512:
            raise ValueError(f"dim: got {dim}, expected at most 512")
        self.sigma = number("sigma", sigma)
        if not 0 <= self.sigma < float("inf"):
            raise ValueError(f"sigma: got {sigma}, expected a finite number >= 0")

    @property
    def n_outputs(self) -> int:
        """The number of columns that the index becomes."""
        return self.dim

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its parameters."""
        return self.n_categories, self.dim

    def draw(self, random_state: np.random.RandomState) -> Array:
        """Return initial parameters, in float64."""
        return random_state.normal(0, self.sigma, self.shape)

    def values(self, x: Array, parameters: Array) -> Array:
        """Return the embedding of indices, computed by NumPy; see `Embedding.values`."""
        known = (x >= 0) & (x < self.n_categories) & (x == np.floor(x))
        found = parameters[np.where(known, x, 0).astype(np.intp)]
        return np.where(known[:, np.newaxis], found, 0)

    def derivatives(self, x: Array, parameters: Array) -> Array:
        """Return zeros: nothing changes between two indices."""
        return np.zeros((len(x), self.dim), parameters.dtype)

    def _for_engine(self) -> tuple[Any, ...]:
        return "categories", self.n_categories, self.dim

    def __repr__(self) -> str:
        return f"Categories({self.n_categories}, dim={self.dim}, sigma={self.sigma:g})"
