"""What TabularClassifier and TabularRegressor have in common."""

import time
from abc import abstractmethod
from collections.abc import Callable
from itertools import cycle
from numbers import Integral, Real
from typing import Any, ClassVar, Self, get_args

import numpy as np
import numpy.typing as npt
from joblib import cpu_count
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, check_random_state, column_or_1d

from rosenblatt._display import Lines
from rosenblatt._messages import shown
from rosenblatt.estimators.bases import BaseEstimator, checks_parameters
from rosenblatt.estimators.versioned import VersionedPickle
from rosenblatt.tables.members import Member, Part, Samples, Task, Trained, train_all, weights_of
from rosenblatt.tables.preprocessor import TabularPreprocessor
from rosenblatt.tables.recipe import PRESETS, Encoding, Recipe, embeddings_of
from rosenblatt.tables.target_statistics import TargetStatistics

Array = npt.NDArray[Any]
Metric = str | Callable[[Any, Any, Any], float]

# Of a column that becomes an input for each category. Larger ones become the mean targets of categories: the networks
# would learn from too few rows of a category otherwise, and tables would not fit the memory.
_MOST_ONE_HOT = 30


_MEANS, _AND_VECTORS = "the mean target of each", ", and a trained vector"


class BaseTabular(VersionedPickle, BaseEstimator):
    """Members trained by RealMLP's recipe on their own parts of a table; predictions are their weighted mean."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "preset": [StrOptions(set(PRESETS))],
        "n_members": [Interval(Integral, 1, None, closed="left"), None],
        "n_bins": [Interval(Integral, 1, 1000, closed="both"), None],
        "max_epochs": [Interval(Integral, 1, None, closed="left"), None],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "time_limit": [Interval(Real, 0, None, closed="neither"), None],
        "categorical_features": ["array-like", None],
        "random_state": ["random_state"],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "verbose": ["boolean"],
    }

    n_features_in_: int
    feature_names_in_: npt.NDArray[Any]
    metric: Metric
    preset: str
    n_members: int | None
    n_bins: int | None
    max_epochs: int | None
    validation_fraction: float
    time_limit: float | None
    categorical_features: Any
    random_state: Any
    n_threads: int | None
    verbose: bool

    @checks_parameters
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        groups: Any = None,
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
        groups : array-like of shape (n_samples,), default=None
            The group of each sample, such as a person: a member holds back whole groups, since samples of a group tell
            of each other. None means that each sample may be held back alone.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        began = time.monotonic()
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val, y_val: got one without the other, expected both or neither")
        if X_val is not None and groups is not None:
            raise ValueError("groups: got groups beside X_val, expected one of them: nothing of X is held back")
        random_state = check_random_state(self.random_state)
        chosen = PRESETS[self.preset]
        samples, numbers = self._samples(X, y, sample_weight, random_state)
        encodings: tuple[Encoding, ...] = get_args(Encoding)
        n_bins = self.n_bins or chosen.n_bins
        many = self._statistics.embedded
        embeddings = {encoding: embeddings_of(samples.X, numbers, n_bins, encoding, many) for encoding in encodings}
        outside = None
        if X_val is not None:
            outside = Part(samples, slice(None)), Part(self._outside(X_val, y_val), slice(None))
        groups = None if groups is None else _indices_of_groups(groups, len(samples.y))
        tasks = []
        seeds = random_state.randint(2**31 - 1, size=self.n_members or chosen.n_members)
        for seed, encoding in zip(seeds, cycle(encodings), strict=False):
            parts = outside or self._parts(samples, groups, np.random.RandomState(seed))
            tasks.append(Task(*parts, embeddings[encoding], encoding, self._error, int(seed)))
        lines = Lines(None) if self.verbose else None
        try:
            trained = train_all(
                tasks,
                self._recipe,
                self._loss(),
                self._n_outputs,
                epochs=self.max_epochs or chosen.max_epochs,
                time_limit=None if self.time_limit is None else max(0.0, self.time_limit - (time.monotonic() - began)),
                n_threads=self.n_threads or cpu_count(),
                lines=lines,
            )
        finally:
            if lines:
                lines.close()
        self.members_: list[Member] = [one.member for one in trained]
        self.weights_: Array = weights_of(self.members_)
        self._calibrate(*self._held_out(trained, shared=outside is not None))
        self.fit_seconds_ = time.monotonic() - began
        return self

    def _samples(
        self, X: Any, y: Any, sample_weight: Any, random_state: np.random.RandomState
    ) -> tuple[Samples, list[int]]:
        """Return the training samples and which of their columns are numbers, and keep what makes tables inputs."""
        self.preprocessor_ = TabularPreprocessor(
            categorical_features=self.categorical_features, max_one_hot_categories=_MOST_ONE_HOT
        ).fit(X)
        self.n_features_in_ = self.preprocessor_.n_features_in_
        self.__dict__.pop("feature_names_in_", None)
        if hasattr(self.preprocessor_, "feature_names_in_"):
            self.feature_names_in_ = self.preprocessor_.feature_names_in_
        columns = self.preprocessor_.transform(X)
        targets = self._encode(y, len(columns))
        self._statistics = TargetStatistics(self.preprocessor_.n_categories_, classes=targets.ndim == 1)
        inputs = self._statistics.fit_transform(columns, targets.ravel(), random_state)
        n_others = columns.shape[1] - self._statistics.n_columns
        means = range(n_others, inputs.shape[1] - len(self._statistics.embedded))
        numbers = [*self.preprocessor_._numbers(), *means]
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, inputs, dtype=np.float64)
        return Samples(inputs, targets, self._weighted(targets, weights)), numbers

    def _inputs(self, X: Any) -> Array:
        """Return the inputs of the networks."""
        return self._statistics.transform(self.preprocessor_._transform(X))

    def _outside(self, X_val: Any, y_val: Any) -> Samples:
        """Return validation samples that are not a part of the training samples."""
        inputs = self._inputs(X_val)
        targets = self._encode(y_val, len(inputs), validation=True)
        return Samples(inputs, targets, self._weighted(targets, None))

    def _parts(self, samples: Samples, groups: Array | None, random_state: np.random.RandomState) -> tuple[Part, Part]:
        """Return the samples that a member is trained on, and those that it holds back."""
        n_val = self._n_validation(len(samples.y))
        if groups is None:
            kept, held_out = self._split(samples.y, n_val, random_state)
        else:
            kept, held_out = _split_groups(groups, n_val, random_state)
        if samples.weights is not None and not samples.weights[kept].any():
            raise ValueError("sample_weight: got weights that are zero in all rows of a member, expected more above 0")
        return Part(samples, kept), Part(samples, held_out)

    def summary(self) -> str:
        """Return what was done with each column, and how each member was trained and selected.

        Returns
        -------
        summary : str
            Lines of text.
        """
        check_is_fitted(self)
        embedded = self._embedded_columns()
        columns = [
            f"  {name}: {what.replace('an index', _MEANS + (_AND_VECTORS if name in embedded else ''))}"
            for name, what in self.preprocessor_.columns_.items()
        ]
        members = [
            f"  {i}: {member.encoding} encoding, epoch {member.best_epoch} of {len(member.errors)}, "
            f"validation error {member.error:.6g}, weight {weight:.2f}, {member.seconds:.1f} s"
            for i, (weight, member) in enumerate(zip(self.weights_, self.members_, strict=True))
        ]
        sizes = "-".join(map(str, self.members_[0].network.layer_sizes))
        head = f"{type(self).__name__}: {len(self.members_)} networks {sizes}, {self.fit_seconds_:.1f} s"
        return "\n".join([head, "columns:", *columns, f"members, by {self.metric}:", *members])

    def category_vectors(self, column: Any) -> dict[Any, Array]:
        """Return what the networks have learned of the categories of a column, besides their mean targets.

        Categories that affect the target in similar ways have similar vectors. The networks have learned their vectors
        independently: compare those of one network with each other.

        Parameters
        ----------
        column : str or int
            The name of a column of more than 30 categories with at least 5 rows each on average; of a table without
            names, x0, x1 and so on.

        Returns
        -------
        vectors : dict of ndarray of shape (n_members, dim)
            By category, the vector that each network has.

        Raises
        ------
        ValueError
            If there is no such column, or if it has no vectors.
        """
        check_is_fitted(self)
        embedded = self._embedded_columns()
        if column not in embedded:
            raise ValueError(f"column: got {shown(column)}, expected one of {list(embedded)}, the columns with vectors")
        place = list(embedded).index(column)
        arrays = []
        for member in self.members_:
            parameters = member.network.embedding_parameters
            arrays.append(parameters[member.network.layer_sizes[0] - len(embedded) + place])
        return dict(zip(embedded[column], np.stack(arrays, axis=1), strict=True))

    def _embedded_columns(self) -> dict[Any, list[Any]]:
        """Return the categories of the columns that have trained vectors, in the order of the networks' inputs."""
        many = list(self.preprocessor_._indexed().items())
        return dict(many[k] for k in self._statistics.embedded_columns)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _outputs(self, X: Any) -> Array:
        """Return the weighted mean of the members' outputs, of shape (n_samples, n_outputs)."""
        check_is_fitted(self)
        inputs = self._inputs(X)
        mean = np.zeros((len(inputs), self._n_outputs))
        for weight, member in zip(self.weights_, self.members_, strict=True):
            mean += weight * member.network.predict(inputs, n_threads=self.n_threads)
        return mean

    def _held_out(self, trained: list[Trained], shared: bool) -> tuple[Array, Array, Array | None]:
        """Return the targets, the outputs and the weights of all samples held back.

        Where all members share them, the outputs are the mean of the members; elsewhere each member's own.
        """
        if shared:
            samples = trained[0].task.held_out.taken()
            mean = np.average([one.outputs for one in trained], axis=0, weights=self.weights_)
            return samples.y, mean, samples.weights
        parts = [one.task.held_out.taken() for one in trained]
        weights = None
        if any(part.weights is not None for part in parts):
            weights = np.concatenate([np.ones(len(part.y)) if part.weights is None else part.weights for part in parts])
        return np.concatenate([part.y for part in parts]), np.concatenate([one.outputs for one in trained]), weights

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
    def _weighted(self, targets: Array, weights: Array | None) -> Array | None:
        """Return the weights of samples, in which the weights of their classes are included."""

    @abstractmethod
    def _split(self, targets: Array, n_val: int, random_state: np.random.RandomState) -> tuple[Array, Array]:
        """Return the rows that a member is trained on, and about n_val rows that it holds back."""

    @abstractmethod
    def _loss(self) -> Any:
        """Return what training minimizes."""

    @abstractmethod
    def _error(self, y: Array, outputs: Array, weights: Array | None) -> float:
        """Return the error of validation outputs."""

    @abstractmethod
    def _calibrate(self, y: Array, outputs: Array, weights: Array | None) -> None:
        """Learn from held-out samples how far predictions are off."""


def _indices_of_groups(groups: Any, n_samples: int) -> Array:
    """Return the index of each sample's group."""
    groups = column_or_1d(groups)
    if len(groups) != n_samples:
        raise ValueError(f"groups: got {len(groups)} groups, expected {n_samples}, one for each row")
    values, indices = np.unique(groups, return_inverse=True)
    if len(values) < 2:
        raise ValueError(f"groups: got one group, {values[0]!r}, expected at least two")
    return np.asarray(indices)


def _split_groups(groups: Array, n_val: int, random_state: np.random.RandomState) -> tuple[Array, Array]:
    """Return the rows of the groups that are kept, and those of the groups held back, with about n_val rows."""
    sizes = np.bincount(groups)
    order = random_state.permutation(len(sizes))
    before = np.cumsum(sizes[order]) - sizes[order]
    chosen = order[: max(1, min(int(np.count_nonzero(before < n_val)), len(sizes) - 1))]
    held_out = np.isin(groups, chosen)
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)
