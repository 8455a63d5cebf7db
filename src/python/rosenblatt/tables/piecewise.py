"""Piecewise linear encoding of numbers: between which borders of bins a number lies, and how near to each."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class PiecewiseLinear:
    """The encoding of columns, whose bins have about the same number of training rows.

    Gorishniy, Rubachev & Babenko ("On embeddings for numerical features in tabular deep learning", NeurIPS 2022,
    section 3.2) encode a number so that a linear function of the encoding is a piecewise linear function of the number,
    which can change at each border. The encoding here spans the same functions by hat functions (linear B-splines):
    each border has an input, which is 1 at the border and falls to 0 at the two next to it. Two inputs of a column are
    then above 0, instead of all those that the number has passed. Networks reach their best epoch in a third to half of
    the epochs, with about the same error.

    The first border has no input: the biases stand for it. Numbers beyond the training data count as its end: an
    outlier must not become a large input. A column with a single bin has no encoding, which would be a multiple of the
    number itself.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_columns)
        The training data.
    columns : sequence of int
        The columns to encode.
    n_bins : int
        The most bins of a column. One with fewer different quantiles has fewer.
    """

    def __init__(self, X: Floats, columns: Sequence[int], n_bins: int) -> None:
        levels = np.linspace(0, 1, n_bins + 1)
        borders = {column: np.unique(np.quantile(X[:, column], levels, method="nearest")) for column in columns}
        self.borders = {column: found for column, found in borders.items() if len(found) > 2}

    def append(self, X: Floats) -> Floats:
        """Return X with the encodings of its columns behind it."""
        n_inputs = sum(len(borders) - 1 for borders in self.borders.values())
        result = np.zeros((len(X), X.shape[1] + n_inputs), np.float32)
        result[:, : X.shape[1]] = X
        rows = np.arange(len(X))
        place = X.shape[1]
        for column, borders in self.borders.items():
            bins = np.searchsorted(borders[1:-1], X[:, column], side="right")
            low, high = borders[bins], borders[bins + 1]
            share = np.clip((X[:, column] - low) / (high - low), 0, 1)
            result[rows, place + bins] = share
            inner = np.flatnonzero(bins)
            result[inner, place + bins[inner] - 1] = 1 - share[inner]
            place += len(borders) - 1
        return result
