"""What TabularClassifier and TabularRegressor have in common."""

import time
from abc import abstractmethod
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from joblib import cpu_count
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, check_random_state

from rosenblatt.estimators.bases import BaseEstimator, checks_parameters
from rosenblatt.estimators.versioned import VersionedPickle
from rosenblatt.tables.members import Member, Task, train_all
from rosenblatt.tables.piecewise import PiecewiseLinear
from rosenblatt.tables.preprocessor import TabularPreprocessor
from rosenblatt.tables.recipe import Recipe

Array = npt.NDArray[Any]

_ROWS = 10_000  # whose inputs a prediction holds at a time: with their bins, they are many times as large as the table


class BaseTabular(VersionedPickle, BaseEstimator):
    """Members trained by RealMLP's recipe on their own parts of a table; predictions are their mean."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "n_bins": [Interval(Integral, 1, 1000, closed="both")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "time_limit": [Interval(Real, 0, None, closed="neither"), None],
        "categorical_features": ["array-like", None],
        "random_state": ["random_state"],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    n_features_in_: int
    feature_names_in_: npt.NDArray[Any]
    metric: str
    n_members: int
    n_bins: int
    max_epochs: int
    validation_fraction: float
    time_limit: float | None
    categorical_features: Any
    random_state: Any
    n_threads: int | None

    @checks_parameters
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train the members.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            The table: a frame of pandas or polars, or an array.
        y : array-like of shape (n_samples,)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample, in training and in validation. None means that all weigh 1.
        X_val, y_val : DataFrame or array-like, array-like, default=None
            Validation samples for all members. Without them, each member holds back other samples of X.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        began = time.monotonic()
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val, y_val: got one without the other, expected both or neither")
        random_state = check_random_state(self.random_state)
        self.preprocessor_ = TabularPreprocessor(categorical_features=self.categorical_features).fit(X)
        self.n_features_in_ = self.preprocessor_.n_features_in_
        self.__dict__.pop("feature_names_in_", None)
        if hasattr(self.preprocessor_, "feature_names_in_"):
            self.feature_names_in_ = self.preprocessor_.feature_names_in_
        scaled = self.preprocessor_.transform(X)
        self._bins = PiecewiseLinear(scaled, self.preprocessor_._numbers(), self.n_bins)
        inputs = self._bins.append(scaled)
        targets = self._encode(y, len(inputs))
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, inputs, dtype=np.float64)
        if X_val is not None:
            held_out = self._bins.append(self.preprocessor_.transform(X_val))
            outside = held_out, self._encode(y_val, len(held_out), validation=True)
        tasks = []
        for seed in random_state.randint(2**31 - 1, size=self.n_members):
            if X_val is None:
                kept, val = self._split(targets, np.random.RandomState(seed))
                part = None if weights is None else (weights[kept], weights[val])
                tasks.append(self._task(inputs[kept], targets[kept], inputs[val], targets[val], part, int(seed)))
            else:
                part = None if weights is None else (weights, None)
                tasks.append(self._task(inputs, targets, *outside, part, int(seed)))
        left = None if self.time_limit is None else max(0.0, self.time_limit - (time.monotonic() - began))
        self.members_: list[Member] = train_all(
            tasks,
            self._recipe,
            self._loss(),
            self._n_outputs,
            epochs=self.max_epochs,
            time_limit=left,
            n_threads=self.n_threads or cpu_count(),
        )
        self.fit_seconds_ = time.monotonic() - began
        return self

    def summary(self) -> str:
        """Return what was done with each column, and how each member was trained and selected.

        Returns
        -------
        summary : str
            Lines of text.
        """
        check_is_fitted(self)
        columns = [f"  {name}: {done}" for name, done in self.preprocessor_.columns_.items()]
        members = [
            f"  {i}: epoch {member.best_epoch} of {len(member.errors)}, "
            f"validation error {member.errors[member.best_epoch - 1]:.6g}, {member.seconds:.1f} s"
            for i, member in enumerate(self.members_)
        ]
        sizes = "-".join(map(str, self.members_[0].network.layer_sizes))
        head = f"{type(self).__name__}: {len(self.members_)} networks {sizes}, {self.fit_seconds_:.1f} s"
        return "\n".join([head, "columns:", *columns, f"members, by {self.metric}:", *members])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _outputs(self, X: Any) -> Array:
        """Return the mean of the members' outputs, of shape (n_samples, n_outputs)."""
        check_is_fitted(self)
        scaled = self.preprocessor_.transform(X)
        mean = np.zeros((len(scaled), self._n_outputs))
        for first in range(0, len(scaled), _ROWS):
            rows = slice(first, first + _ROWS)
            inputs = self._bins.append(scaled[rows])
            for member in self.members_:
                mean[rows] += member.network.predict(inputs, n_threads=self.n_threads)
        mean /= len(self.members_)
        return mean

    def _task(
        self, X: Array, y: Array, X_val: Array, y_val: Array, weights: tuple[Array, Array | None] | None, seed: int
    ) -> Task:
        train_weights, val_weights = (None, None) if weights is None else weights
        if train_weights is not None and not train_weights.any():
            raise ValueError("sample_weight: got weights that are zero in all rows of a member, expected more above 0")
        if val_weights is not None and not val_weights.any():
            val_weights = None
        return Task(X, y, train_weights, X_val, lambda outputs: self._error(y_val, outputs, val_weights), seed)

    def _n_validation(self, n_samples: int) -> int:
        n_val = int(np.ceil(self.validation_fraction * n_samples))
        if n_samples < 2 or n_val >= n_samples:
            raise ValueError(
                f"X: got n_samples={n_samples}, expected more: validation_fraction={self.validation_fraction} of them "
                "are held back"
            )
        return n_val

    # What differs between classes and numbers.

    _recipe: Recipe
    _n_outputs: int

    @abstractmethod
    def _encode(self, y: Any, n_samples: int, validation: bool = False) -> Array:
        """Return checked targets as the loss takes them."""

    @abstractmethod
    def _split(self, targets: Array, random_state: np.random.RandomState) -> tuple[Array, Array]:
        """Return the rows that a member is trained on, and those that it holds back."""

    @abstractmethod
    def _loss(self) -> Any:
        """Return what training minimizes."""

    @abstractmethod
    def _error(self, y: Array, outputs: Array, weights: Array | None) -> float:
        """Return the error of validation outputs."""
