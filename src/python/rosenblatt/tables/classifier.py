"""TabularClassifier: classes from tables, out of the box."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, get_scorer_names
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite, check_is_fitted, column_or_1d

from rosenblatt import losses
from rosenblatt.estimators.bases import ClassifierMixin
from rosenblatt.estimators.class_weights import weights_of_classes, weights_of_samples
from rosenblatt.tables import metrics
from rosenblatt.tables.base import BaseTabular, Metric
from rosenblatt.tables.calibration import sharpened, temperature
from rosenblatt.tables.docs import documented
from rosenblatt.tables.recipe import CLASSES

Array = npt.NDArray[Any]


@documented
class TabularClassifier(ClassifierMixin, BaseTabular):
    """Networks that predict classes from a table of numbers, categories and dates, with missing values.

    As `TabularRegressor`, with the weighted mean of the networks' probabilities.

    Parameters
    ----------
    metric : {'log_loss', 'accuracy', 'roc_auc'}, another scorer's name or callable, default='log_loss'
        By what the best epoch is chosen, and by what networks weigh; a callable is called with an estimator, X and y.
        With 'accuracy', labels are smoothed by 0.1 in training, as in the recipe, which makes the probabilities worse.
    class_weight : dict or 'balanced', default=None
        The weight of each class, by which the weights of its samples are multiplied, in training and in validation.
        'balanced' gives all classes the same sum. Probabilities are then those of a population with such weights. None
        means that all classes weigh 1.
    {PARAMETERS}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.
    temperature_ : float
        By which the logarithms of the probabilities are divided, chosen by the log-loss on the samples held back: above
        1 if the networks were too certain.
    {ATTRIBUTES}

    See Also
    --------
    TabularRegressor : For numbers; it describes the method.
    MLPClassifier : One network, on inputs that you have prepared.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt import TabularClassifier
    >>> rng = np.random.RandomState(0)
    >>> X = rng.rand(500, 2)
    >>> y = np.where(np.hypot(*(X - 0.5).T) < 0.3, "inside", "outside")
    >>> model = TabularClassifier(n_members=4, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.97
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseTabular._parameter_constraints,
        "metric": [StrOptions({*metrics.OF_CLASSES, *get_scorer_names()}), callable],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    class_weight: Any
    classes_: npt.NDArray[Any]

    def __init__(
        self,
        metric: Metric = "log_loss",
        *,
        preset: str = "default",
        n_members: int | None = None,
        n_bins: int | None = None,
        max_epochs: int | None = None,
        validation_fraction: float = 0.2,
        time_limit: float | None = None,
        categorical_features: Any = None,
        class_weight: Any = None,
        random_state: Any = None,
        n_threads: int | None = None,
        verbose: bool = False,
    ) -> None:
        self._store(locals())

    _recipe = CLASSES

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table, with the columns that ``fit`` had.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``; each row sums to 1.
        """
        return sharpened(self._outputs(X), self.temperature_, self._floor)

    def predict(self, X: Any) -> Array:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table, with the columns that ``fit`` had.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        check_is_fitted(self)
        predictions: Array = self.classes_[self._outputs(X).argmax(axis=1)]
        return predictions

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of the predictions.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table, with the columns that ``fit`` had.
        y : array-like of shape (n_samples,)
            The true classes.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample.

        Returns
        -------
        score : float
            The share of rows, by weight, whose class is right.
        """
        return float(accuracy_score(y, self.predict(X), sample_weight=sample_weight))

    def _encode(self, y: Any, n_samples: int, validation: bool = False) -> Array:
        name = "y_val" if validation else "y"
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name=name)
        check_classification_targets(y)
        if len(y) != n_samples:
            raise ValueError(f"{name}: got {len(y)} labels, expected {n_samples}, one for each row")
        if not validation:
            self.classes_, indices = np.unique(y, return_inverse=True)
            if len(self.classes_) < 2:
                raise ValueError(f"y: got one class, {self.classes_[0]!r}, expected at least two classes")
            self._n_outputs = len(self.classes_)
            encoded: Array = indices.astype(np.int32)
            weighted = self.class_weight is not None
            self._class_weights = weights_of_classes(self.class_weight, self.classes_, encoded) if weighted else None
            return encoded
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"y_val: got classes {unknown} that y has not, expected classes of {self.classes_}")
        known: Array = np.searchsorted(self.classes_, y).astype(np.int32)
        return known

    def _weighted(self, targets: Array, weights: Array | None) -> Array | None:
        if self._class_weights is None:
            return weights
        of_samples = weights_of_samples(self._class_weights, targets)
        return of_samples if weights is None else weights * of_samples

    def _split(self, targets: Array, n_val: int, random_state: np.random.RandomState) -> tuple[Array, Array]:
        kept, held_out = [], []
        for k in range(self._n_outputs):
            rows = random_state.permutation(np.flatnonzero(targets == k))
            # At least one row of each class stays. Rounding at random keeps the share over all classes.
            wanted = n_val * len(rows) / len(targets)
            n_of_class = min(int(wanted + random_state.rand()), len(rows) - 1)
            kept.append(rows[n_of_class:])
            held_out.append(rows[:n_of_class])
        if not sum(map(len, held_out)):
            held_out.append(np.concatenate(kept)[:1])
        return np.sort(np.concatenate(kept)), np.sort(np.concatenate(held_out))

    def _loss(self) -> Any:
        return losses.LogLoss(label_smoothing=0.1 if self.metric == "accuracy" else 0.0)

    def _error(self, y: Array, outputs: Array, weights: Array | None) -> float:
        if isinstance(self.metric, str) and self.metric in metrics.OF_CLASSES:
            return metrics.OF_CLASSES[self.metric](y, outputs, weights)
        probabilities = outputs.astype(np.float64)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        known = metrics.KnownClasses(self.classes_, probabilities)
        return metrics.error_of_scorer(self.metric, known, self.classes_[y], weights)

    def _calibrate(self, y: Array, outputs: Array, weights: Array | None) -> None:
        # No class is less probable than that of a sample that was not seen yet.
        self._floor = 1 / (len(y) + 1) / self._n_outputs
        self.temperature_ = temperature(y, outputs, weights, self._floor)
