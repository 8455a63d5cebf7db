"""The inputs of the networks: TabularPreprocessor, and the piecewise linear encodings of the numbers."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt.tables.columns import Kind
from rosenblatt.tables.piecewise import PiecewiseLinear
from rosenblatt.tables.preprocessor import TabularPreprocessor


class TableInputs(TabularPreprocessor):
    """The scaled numbers of a table, and for each number its place among up to ``n_bins`` bins.

    With ``n_bins`` = 1 there are no bins.
    """

    def __init__(self, categorical_features: Any = None, n_bins: int = 1) -> None:
        super().__init__(categorical_features=categorical_features)
        self.n_bins = n_bins

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from the columns what `transform` needs."""
        super().fit(X)
        self._numbers = [
            encoding.place.start
            for encoding in self._encodings
            if encoding is not None and encoding.kind is not Kind.CATEGORY
        ]
        self._bins = PiecewiseLinear(self.scaled(X)[:, self._numbers], self.n_bins)
        return self

    def scaled(self, X: Any) -> npt.NDArray[Any]:
        """Return the scaled numbers alone, the outputs of TabularPreprocessor."""
        return super().transform(X)

    def with_bins(self, scaled: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return scaled numbers with the places of the numbers among their bins."""
        return np.hstack([scaled, self._bins.encode(scaled[:, self._numbers])])

    def transform(self, X: Any) -> npt.NDArray[Any]:
        """Return the inputs of shape (n_samples, n_inputs)."""
        return self.with_bins(self.scaled(X))
