"""Categories of which there are many, as the mean target of their rows, and with an index for a trained vector."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

from rosenblatt.tables.scaling import RobustScaler

Array = npt.NDArray[Any]

# Rows of a category, on average, from which a column is embedded. With fewer, vectors learn the rows by heart: a column
# of noise with 2.4 rows of a category makes the error on California 2.8 % larger.
_ROWS_OF_A_CATEGORY = 5


class TargetStatistics:
    """Replaces the last columns, which are indices of categories, by scaled mean targets, and by indices from 0 on.

    The indices are for embeddings. Of columns whose categories have few rows there are none.

    The mean is drawn towards that of all rows, the more the fewer rows a category has (D. Micci-Barreca, "A
    preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3, 2001). The rows that it is
    learned from get that of other rows: a row's own target does not tell of itself. Unknown categories get the mean of
    all rows.

    Parameters
    ----------
    n_categories : list of int
        The number of categories of each of these columns.
    classes : bool
        Whether targets are indices of classes; a column then becomes the share of each class, or of the second of two.

    Attributes
    ----------
    embedded_columns : list of int
        Which of these columns have indices, too.
    """

    def __init__(self, n_categories: list[int], classes: bool) -> None:
        self.n_categories = n_categories
        self.n_columns = len(n_categories)
        self.classes = classes

    def fit_transform(self, X: Array, y: Array, random_state: np.random.RandomState) -> Array:
        """Learn from rows and their targets, and return the rows with means and indices."""
        self.embedded_columns = [k for k, n in enumerate(self.n_categories) if len(X) >= _ROWS_OF_A_CATEGORY * n]
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
        """Return rows with means and indices."""
        if not self.n_columns:
            return X
        return self._with(X, self._encoder.transform(X[:, -self.n_columns :]))

    def _with(self, X: Array, means: Array) -> Array:
        others, indices = np.split(X, [X.shape[1] - self.n_columns], axis=1)
        # -1 is the index of missing and unknown categories.
        return np.column_stack(
            [others, self._scaler.scale(means).astype(X.dtype), indices[:, self.embedded_columns] - 1]
        )

    @property
    def embedded(self) -> list[int]:
        """The number of categories of each of the last columns, those with indices."""
        return [self.n_categories[k] for k in self.embedded_columns]
