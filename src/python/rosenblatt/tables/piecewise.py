"""Piecewise linear encodings of numbers: where a number lies among the borders of bins."""

from collections.abc import Sequence
from itertools import pairwise
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
        self.n_encoded = sum(len(found) - 1 for found in self.borders.values())

    def append(self, X: Floats, encoding: Encoding) -> Floats:
        """Return X with the encodings of its columns behind it."""
        result = np.zeros((len(X), X.shape[1] + self.n_encoded), np.float32)
        result[:, : X.shape[1]] = X
        encode = {"cumulative": _cumulative, "local": _local}[encoding]
        place = X.shape[1]
        for column, borders in self.borders.items():
            encode(X[:, column], borders, result[:, place : place + len(borders) - 1])
            place += len(borders) - 1
        return result


def _cumulative(x: Floats, borders: Floats, to: Floats) -> None:
    for k, (low, high) in enumerate(pairwise(borders)):
        np.clip((x - low) / (high - low), 0, 1, out=to[:, k])


def _local(x: Floats, borders: Floats, to: Floats) -> None:
    """Write into ``to``, which is 0."""
    bins = np.searchsorted(borders[1:-1], x, side="right")
    low, high = borders[bins], borders[bins + 1]
    share = np.clip((x - low) / (high - low), 0, 1)
    to[np.arange(len(x)), bins] = share
    inner = np.flatnonzero(bins)
    to[inner, bins[inner] - 1] = 1 - share[inner]
