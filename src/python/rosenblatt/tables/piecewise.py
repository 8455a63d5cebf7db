"""Piecewise linear encodings of numbers: where a number lies among the borders of bins."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

Encoding = Literal["cumulative", "local"]


class PiecewiseLinear:
    """Encodings of columns, whose bins have about the same number of training rows.

    A linear function of an encoding is a piecewise linear function of the number, which can change at each border. The
    two encodings span the same functions, but training finds other ones:

    - *cumulative*, of Gorishniy, Rubachev & Babenko ("On embeddings for numerical features in tabular deep learning",
      NeurIPS 2022, section 3.2): a number is 1 in bins that it has passed, its fraction of the way in its own bin, and
      0 in bins above. A weight is learned from all rows beyond a border, so that functions become smooth.
    - *local*, by hat functions (linear B-splines): a number counts for the two borders beside it, the more the nearer
      it is. A weight is learned from the rows nearby, so that functions can be rough, as over the coordinates of a map.

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
        # Of each bin: its column, where it begins, how wide it is, and whether the next bin is of the same column.
        sizes = [len(found) - 1 for found in self.borders.values()]
        self._columns = np.repeat(np.array(list(self.borders), np.intp), sizes)
        self._low = np.concatenate([np.zeros(0, np.float32), *(found[:-1] for found in self.borders.values())])
        self._width = np.concatenate([np.zeros(0, np.float32), *map(np.diff, self.borders.values())])
        self._followed = (self._columns[:-1] == self._columns[1:]).astype(np.float32)

    def append(self, X: Floats, encoding: Encoding) -> Floats:
        """Return X with the encodings of its columns behind it."""
        result = np.empty((len(X), X.shape[1] + len(self._columns)), np.float32)
        result[:, : X.shape[1]] = X
        encoded = result[:, X.shape[1] :]
        np.clip((X[:, self._columns] - self._low) / self._width, 0, 1, out=encoded)
        if encoding == "local":  # how far a number is in a bin, but not in the next one
            encoded[:, :-1] -= encoded[:, 1:] * self._followed
        return result
