"""TabularRegressor: numbers from tables, out of the box."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_array, column_or_1d

from rosenblatt.estimators.bases import RegressorMixin
from rosenblatt.tables import metrics
from rosenblatt.tables.base import BaseTabular
from rosenblatt.tables.docs import documented
from rosenblatt.tables.recipe import NUMBERS

Array = npt.NDArray[Any]


@documented
class TabularRegressor(RegressorMixin, BaseTabular):
    """Networks that predict numbers from a table of numbers, categories and dates, with missing values.

    `TabularPreprocessor` makes the columns inputs, with the place of each number among its quantiles (piecewise linear
    encoding [2]_) beside it. Several networks are trained by RealMLP's recipe [1]_, each by one thread and with other
    samples held back, on which its best epoch is chosen. The prediction is their mean.

    Parameters
    ----------
    metric : {'rmse', 'mae', 'r2'}, default='rmse'
        By what the best epoch is chosen.
    {PARAMETERS}

    Attributes
    ----------
    {ATTRIBUTES}

    See Also
    --------
    TabularClassifier : For classes.
    MLPRegressor : One network, on inputs that you have prepared.

    References
    ----------
    .. [1] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
       tabular data", NeurIPS 2024.
    .. [2] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical features in tabular deep learning",
       NeurIPS 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt import TabularRegressor
    >>> rng = np.random.RandomState(0)
    >>> X = rng.rand(500, 2)
    >>> y = np.sin(6 * X[:, 0]) + (X[:, 1] > 0.5)
    >>> model = TabularRegressor(n_members=2, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.98
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseTabular._parameter_constraints,
        "metric": [StrOptions(set(metrics.OF_NUMBERS))],
    }

    def __init__(
        self,
        metric: str = "rmse",
        *,
        n_members: int = 4,
        n_bins: int = 48,
        max_epochs: int = 256,
        validation_fraction: float = 0.2,
        time_limit: float | None = None,
        categorical_features: Any = None,
        random_state: Any = None,
        n_threads: int | None = None,
    ) -> None:
        self._store(locals())

    _recipe = NUMBERS
    _n_outputs = 1

    def predict(self, X: Any) -> Array:
        """Return the predicted numbers.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table, with the columns that ``fit`` had.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The predictions, within the range of the targets of ``fit``.
        """
        predictions: Array = np.clip(self._outputs(X)[:, 0] * self._scale + self._mean, *self._range)
        return predictions

    def _encode(self, y: Any, n_samples: int, validation: bool = False) -> Array:
        name = "y_val" if validation else "y"
        y = column_or_1d(y, warn=True)
        y = check_array(y, ensure_2d=False, dtype=np.float64, input_name=name)
        if len(y) != n_samples:
            raise ValueError(f"{name}: got {len(y)} targets, expected {n_samples}, one for each row")
        if not validation:
            self._range = float(y.min()), float(y.max())
            self._mean, self._scale = float(y.mean()), float(y.std()) or 1.0
        standardized: Array = ((y - self._mean) / self._scale)[:, np.newaxis]
        return standardized

    def _split(self, targets: Array, random_state: np.random.RandomState) -> tuple[Array, Array]:
        order = random_state.permutation(len(targets))
        n_val = self._n_validation(len(targets))
        return np.sort(order[n_val:]), np.sort(order[:n_val])

    def _loss(self) -> Any:
        return "squared_error"

    def _error(self, y: Array, outputs: Array, weights: Array | None) -> float:
        return metrics.OF_NUMBERS[self.metric](y, outputs, weights)
