"""Piecewise linear encoding of numbers: how far a number has come through each of some bins.

Gorishniy, Rubachev & Babenko, "On embeddings for numerical features in tabular deep learning", NeurIPS 2022, section
3.2. A network that is smooth in its inputs can then change at each border of the bins.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class PiecewiseLinear:
    """The encoding of columns, whose bins have about the same number of training rows.

    A number is 1 in bins that it has passed, its fraction of the way in its own bin, and 0 in bins above. Numbers
    beyond the training data count as its end: an outlier must not become a large input.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_columns)
        The training data.
    n_bins : int
        The most bins of a column. One with fewer different quantiles has fewer.
    """

    def __init__(self, X: Floats, n_bins: int) -> None:
        levels = np.linspace(0, 1, n_bins + 1)
        self.borders = [np.unique(np.quantile(x, levels, method="nearest")) for x in X.T]

    @property
    def n_outputs(self) -> int:
        """The number of all bins; none for a column that has a single one, which is a multiple of the number itself."""
        return sum(len(borders) - 1 for borders in self.borders if len(borders) > 2)

    def encode(self, X: Floats) -> Floats:
        """Return the encodings of all columns side by side, of shape (n_samples, n_outputs)."""
        result = np.empty((len(X), self.n_outputs), np.float32)
        place = 0
        for x, borders in zip(X.T, self.borders, strict=True):
            if len(borders) <= 2:
                continue
            for low, high in pairwise(borders):
                np.clip((x - low) / (high - low), 0, 1, out=result[:, place])
                place += 1
        return result
