"""Piecewise linear encodings of numbers: where a number lies among the borders of bins."""

from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown
from rosenblatt.embeddings.base import Array, Embedding
from rosenblatt.training.checks import count

Encoding = Literal["cumulative", "local"]


class PiecewiseLinear(Embedding):
    """Where a number lies among the borders of bins, and the number itself.

    A linear function of an encoding is a piecewise linear function of the number, which can change at each border. The
    two encodings span the same functions, but training finds other ones:

    - *cumulative* [1]_: a number is 1 in bins that it has passed, its fraction of the way in its own bin, and 0 in bins
      above. A weight is learned from all rows beyond a border, so that functions become smooth.
    - *local*, by hat functions (linear B-splines): a number counts for the two borders beside it, the more the nearer
      it is. A weight is learned from the rows nearby, so that functions can be rough, as over the coordinates of a map.

    The first border has no column: the biases stand for it. Numbers beyond the borders count as the nearest one: an
    outlier must not become a large input. There are no parameters.

    Parameters
    ----------
    borders : array-like of shape (n_bins + 1,)
        The borders of the bins, increasing.
    encoding : {'cumulative', 'local'}, default='cumulative'
        The encoding.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical features in tabular deep learning",
       NeurIPS 2022, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.embeddings import PiecewiseLinear
    >>> embedding = PiecewiseLinear([0.0, 1.0, 3.0])
    >>> embedding.values(np.array([0.5, 2.0]), np.zeros(0))
    array([[0.5, 0. , 0.5],
           [1. , 0.5, 2. ]])
    """

    def __init__(self, borders: npt.ArrayLike, encoding: Encoding = "cumulative") -> None:
        try:
            found = np.array(borders, np.float64)
        except (TypeError, ValueError):
            found = np.zeros(0)
        # In float32, in which a network may be.
        if found.ndim != 1 or len(found) < 2 or not np.isfinite(found).all() or (np.diff(np.float32(found)) <= 0).any():
            raise ValueError(f"borders: got {shown(borders)}, expected at least two increasing numbers")
        if encoding not in get_args(Encoding):
            raise ValueError(f"encoding: got {shown(encoding)}, expected one of {list(get_args(Encoding))}")
        self.borders = tuple(found.tolist())
        self.encoding: Encoding = encoding

    @classmethod
    def of_quantiles(cls, x: npt.ArrayLike, n_bins: int, encoding: Encoding = "cumulative") -> Self | None:
        """Return an embedding whose bins have about the same number of values.

        Parameters
        ----------
        x : array-like of shape (n_samples,)
            The values of the column in the training data.
        n_bins : int
            The most bins. A column with fewer different quantiles has fewer.
        encoding : {'cumulative', 'local'}, default='cumulative'
            The encoding.

        Returns
        -------
        embedding : PiecewiseLinear or None
            None for a column with fewer than two bins: its encoding would be a multiple of the number itself.

        Examples
        --------
        >>> from rosenblatt.embeddings import PiecewiseLinear
        >>> PiecewiseLinear.of_quantiles([1, 2, 3, 4, 5], 2)
        PiecewiseLinear([1, 3, 5], encoding='cumulative')
        """
        levels = np.linspace(0, 1, count("n_bins", n_bins) + 1)
        borders = np.unique(np.quantile(np.asarray(x, np.float32), levels, method="nearest"))
        return cls(borders, encoding) if len(borders) > 2 else None

    @property
    def n_outputs(self) -> int:
        """The number of columns that the number becomes: one for each bin, and itself."""
        return len(self.borders)

    def values(self, x: Array, parameters: Array) -> Array:
        """Return the encoding of numbers, computed by NumPy; see `Embedding.values`."""
        borders = np.asarray(self.borders, x.dtype)
        parts = np.clip((x[:, np.newaxis] - borders[:-1]) / np.diff(borders), 0, 1)
        return np.column_stack([self._encoded(parts), x])

    def derivatives(self, x: Array, parameters: Array) -> Array:
        """Return the derivatives of the encoding with respect to the numbers; at a border, of the bin above it."""
        borders = np.asarray(self.borders, x.dtype)
        inside = (x[:, np.newaxis] >= borders[:-1]) & (x[:, np.newaxis] < borders[1:])
        return np.column_stack([self._encoded(inside / np.diff(borders)), np.ones_like(x)])

    def _encoded(self, parts: Array) -> Array:
        """Return the encoding of how far numbers are in each bin."""
        if self.encoding == "local":
            parts[:, :-1] -= parts[:, 1:]
        return parts

    def _for_engine(self) -> tuple[Any, ...]:
        return self.encoding, list(self.borders)

    def __repr__(self) -> str:
        borders = ", ".join(f"{border:g}" for border in self.borders)
        return f"PiecewiseLinear([{borders}], encoding={self.encoding!r})"
