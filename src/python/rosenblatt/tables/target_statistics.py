"""Categories of which there are many, as the mean target of their rows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

from rosenblatt.tables.scaling import RobustScaler

Array = npt.NDArray[Any]


class TargetStatistics:
    """Puts scaled mean targets in front of the last columns, indices of categories, which then count from 0 on.

    The mean is drawn towards that of all rows, the more the fewer rows a category has (D. Micci-Barreca, "A
    preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3, 2001). The rows that it is
    learned from get that of other rows: a row's own target does not tell of itself. Unknown categories get the mean of
    all rows.

    Parameters
    ----------
    n_columns : int
        The number of columns of indices.
    classes : bool
        Whether targets are indices of classes; a column then becomes the share of each class, or of the second of two.
    """

    def __init__(self, n_columns: int, classes: bool) -> None:
        self.n_columns = n_columns
        self.classes = classes

    def fit_transform(self, X: Array, y: Array, random_state: np.random.RandomState) -> Array:
        """Learn from rows and their targets, and return the rows with the means."""
        if not self.n_columns:
            return X
        target_type = "continuous"
        if self.classes:
            target_type = "multiclass" if y.max() > 1 else "binary"
        parts = KFold(min(5, len(y)), shuffle=True, random_state=random_state)
        self._encoder = TargetEncoder(target_type=target_type, cv=parts)
        means = self._encoder.fit_transform(X[:, -self.n_columns :], y)
        self._scaler = RobustScaler(means)
        return self._with(X, means)

    def transform(self, X: Array) -> Array:
        """Return rows with the means."""
        if not self.n_columns:
            return X
        return self._with(X, self._encoder.transform(X[:, -self.n_columns :]))

    def _with(self, X: Array, means: Array) -> Array:
        X = np.copy(X)
        X[:, -self.n_columns :] -= 1  # -1 is the index of missing and unknown categories
        return np.insert(X, [X.shape[1] - self.n_columns], self._scaler.scale(means).astype(X.dtype), axis=1)
