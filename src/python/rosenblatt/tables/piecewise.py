"""Piecewise linear encoding of numbers: how far a number has come through each of some bins.

Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022, section
3.2. A network that is smooth in its inputs can then change at each border of the bins.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class PiecewiseLinear:
    """The encoding of columns, whose bins have about the same number of training rows.

    A number is 1 in bins that it has passed, its fraction of the way in its own bin, and 0 in bins above. Numbers
    beyond the training data count as its end: an outlier must not become a large input. A column with a single bin has
    no encoding, which would be a multiple of the number itself.

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
        n_bins = sum(len(borders) - 1 for borders in self.borders.values())
        result = np.empty((len(X), X.shape[1] + n_bins), np.float32)
        result[:, : X.shape[1]] = X
        place = X.shape[1]
        for column, borders in self.borders.items():
            for low, high in pairwise(borders):
                np.clip((X[:, column] - low) / (high - low), 0, 1, out=result[:, place])
                place += 1
        return result
