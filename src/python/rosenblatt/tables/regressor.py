"""TabularRegressor: numbers from tables, out of the box."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.metrics import get_scorer_names
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_array, column_or_1d

from rosenblatt._messages import shown
from rosenblatt.estimators.bases import RegressorMixin
from rosenblatt.tables import metrics
from rosenblatt.tables.base import BaseTabular, Metric
from rosenblatt.tables.calibration import Residuals
from rosenblatt.tables.docs import documented
from rosenblatt.tables.recipe import NUMBERS

Array = npt.NDArray[Any]


@documented
class TabularRegressor(RegressorMixin, BaseTabular):
    """Networks that predict numbers from a table of numbers, categories and dates, with missing values.

    `TabularPreprocessor` makes the columns inputs, and each number has an embedding. There are three kinds, each in a
    third of the networks: the place among the quantiles by a piecewise linear encoding [2]_ that makes functions
    smooth; the same by one of local functions; cosines of trained frequencies [1]_. Columns of more than 30 categories
    become the mean target of each category [3]_, and if a category has 5 rows on average, a trained vector. The
    networks are trained by RealMLP's recipe [1]_, each by one thread and with other samples held back, on which its
    best epoch is chosen. The prediction is their mean, weighted by how well they predict those samples.

    Parameters
    ----------
    metric : {'rmse', 'mae', 'r2'}, another scorer's name or callable, default='rmse'
        By what the best epoch is chosen, and by what networks weigh; a callable is called with an estimator, X and y.
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
    .. [3] D. Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in classification and
       prediction problems", SIGKDD Explorations 3, 2001.

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
        "metric": [StrOptions({*metrics.OF_NUMBERS, *get_scorer_names()}), callable],
    }

    def __init__(
        self,
        metric: Metric = "rmse",
        *,
        preset: str = "default",
        n_members: int | None = None,
        n_bins: int | None = None,
        max_epochs: int | None = None,
        validation_fraction: float = 0.2,
        time_limit: float | None = None,
        categorical_features: Any = None,
        random_state: Any = None,
        n_threads: int | None = None,
        verbose: bool = False,
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
        return self._in_units(self._outputs(X))

    def predict_quantiles(self, X: Any, quantiles: Any = (0.05, 0.5, 0.95)) -> Array:
        """Return quantiles of the target, by the errors of the members on the samples that they held back.

        About the share ``q`` of targets is below the quantile of level q, also among small and among large predictions:
        the errors are taken from up to ten groups of predictions [1]_. How far targets of equal predictions spread
        otherwise, for example by another column, is not looked at. Levels that are more extreme than the held-out
        samples of a group tell, 1 of 200 or more, get the largest error that was seen.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table, with the columns that ``fit`` had.
        quantiles : array-like of shape (n_quantiles,), default=(0.05, 0.5, 0.95)
            The levels, between 0 and 1.

        Returns
        -------
        y : ndarray of shape (n_samples, n_quantiles)
            The quantiles, in units of the target.

        Raises
        ------
        ValueError
            If a level is not between 0 and 1.

        References
        ----------
        .. [1] V. Vovk, "Conditional validity of inductive conformal predictors", ACML 2012.

        Examples
        --------
        >>> import numpy as np
        >>> from rosenblatt import TabularRegressor
        >>> rng = np.random.RandomState(0)
        >>> X = rng.rand(500, 1)
        >>> model = TabularRegressor(preset="fast", random_state=0).fit(X, X[:, 0] + 0.1 * rng.randn(500))
        >>> low, high = model.predict_quantiles([[0.5]], [0.1, 0.9])[0]
        >>> bool(low < 0.5 < high)
        True
        """
        levels = np.asarray(quantiles)
        numbers = levels.dtype.kind in "iuf"
        if not numbers or levels.ndim != 1 or not len(levels) or not ((levels > 0) & (levels < 1)).all():
            raise ValueError(f"quantiles: got {shown(quantiles)}, expected a list of numbers between 0 and 1")
        return self._residuals.quantiles(self.predict(X), levels)

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

    def _in_units(self, outputs: Array) -> Array:
        """Return predictions in units of the target, from outputs of networks."""
        predictions: Array = np.clip(outputs[:, 0] * self._scale + self._mean, *self._range)
        return predictions

    def _weighted(self, targets: Array, weights: Array | None) -> Array | None:
        return weights

    def _split(self, targets: Array, n_val: int, random_state: np.random.RandomState) -> tuple[Array, Array]:
        order = random_state.permutation(len(targets))
        return np.sort(order[n_val:]), np.sort(order[:n_val])

    def _loss(self) -> Any:
        return "squared_error"

    def _error(self, y: Array, outputs: Array, weights: Array | None) -> float:
        if isinstance(self.metric, str) and self.metric in metrics.OF_NUMBERS:
            return metrics.OF_NUMBERS[self.metric](y, outputs, weights)
        known = metrics.KnownNumbers(self._in_units(outputs))
        return metrics.error_of_scorer(self.metric, known, y[:, 0] * self._scale + self._mean, weights)

    def _calibrate(self, y: Array, outputs: Array, weights: Array | None) -> None:
        self._residuals = Residuals(y[:, 0] * self._scale + self._mean, self._in_units(outputs), weights)
