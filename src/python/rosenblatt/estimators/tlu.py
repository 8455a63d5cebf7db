"""A layer of threshold logic units, trained by Rosenblatt's original perceptron rule."""

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, NamedTuple, Self, cast

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from rosenblatt import _core
from rosenblatt._engine import as_array, as_table, float_dtype
from rosenblatt._messages import shown
from rosenblatt._numbers import to_numbers
from rosenblatt._warnings import warn
from rosenblatt.estimators.bases import BaseEstimator, ClassifierMixin, checks_parameters
from rosenblatt.estimators.input_checks import check_input
from rosenblatt.estimators.versioned import VersionedPickle
from rosenblatt.initializers.checks import checked_array


class WeightUpdate(NamedTuple):
    """One update of a ThresholdLogicUnit, and the weights after it.

    Attributes
    ----------
    epoch : int
        The number of the epoch, from 1.
    instance : int
        The row of X.
    output : int
        The output whose weights changed.
    coef : ndarray of shape (n_features,)
        Its weights after the update.
    intercept : float
        Its bias after the update.
    """

    epoch: int
    instance: int
    output: int
    coef: NDArray[Any]
    intercept: float


class ThresholdLogicUnit(ClassifierMixin, VersionedPickle, BaseEstimator):
    r"""Threshold logic units trained by the perceptron rule, one instance at a time.

    A unit applies a step function to a weighted sum of its inputs. A layer of such units on the same inputs is
    Rosenblatt's perceptron [1]_. For each instance in turn and each output j, it is trained by

    .. math::
        z_j = \sum_i w_{ij} x_i + b_j, \qquad \hat y_j = \mathrm{step}(z_j), \qquad
        w_{ij} \leftarrow w_{ij} + \eta\,(y_j - \hat y_j)\,x_i, \qquad b_j \leftarrow b_j + \eta\,(y_j - \hat y_j)

    As in Hebb's rule [3]_, connections that contribute to the right output become stronger, but only after an error.
    Weights start at zero. Training stops after the first epoch without an error. If the classes are
    linearly separable, training reaches such an epoch [2]_; otherwise it ends after ``max_iter`` epochs with a
    ConvergenceWarning.

    Two classes have one output, active for ``classes_[1]``. More classes have one output each (one against the rest),
    and the largest score determines the prediction. If y is a matrix of zeros and ones (multilabel), each column has
    one output.

    Parameters
    ----------
    step : {"heaviside", "sign"}, default="heaviside"
        The step function. heaviside(z) is 1 for z >= 0 and 0 for z < 0; the targets are 0 and 1. sign(z) is -1, 0 or 1;
        the targets are -1 and 1, for any labels. Since sign(0) = 0 equals neither target, an instance on the hyperplane
        is an error, corrected by half the usual step. The first instance always is one.
    fit_intercept : bool, default=True
        Whether to train the bias b. Without it the hyperplanes pass through the origin.
    eta0 : float, default=1.0
        The learning rate, > 0. Since weights start at zero, it only scales them. Apart from rounding it changes neither
        the errors nor the predictions.
    max_iter : int, default=1000
        Maximum number of epochs. ``errors_`` takes 8 bytes for each epoch and output.
    shuffle : bool, default=False
        Whether fit visits the instances in a new random order in each epoch, ``RandomState.permutation(n_samples)``,
        instead of the order of X.
    random_state : int, RandomState instance or None, default=None
        The generator of the orders, or its seed.
    record : bool, default=False
        Whether to keep the weights after each update in ``updates_``: to watch the rule at work on a few instances, at
        a much lower speed.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_features)
        The weights, float32 if X was float32 in fit, otherwise float64.
    intercept_ : ndarray of shape (n_outputs,)
        The biases.
    classes_ : ndarray of shape (n_classes,)
        The labels; for multilabel y, the columns.
    converged_ : bool
        Whether the last epoch had no error in any output, so that all instances are separated.
    n_iter_ : int
        Number of epochs, including the one without errors.
    errors_ : ndarray of shape (n_iter_, n_outputs), int64
        Number of errors in each epoch, each of which caused one update. The weights of an output without errors in an
        epoch do not change any more.
    n_updates_ : ndarray of shape (n_outputs,), int64
        Total number of updates.
    margin_ : ndarray of shape (n_outputs,), float64
        Smallest distance of an instance from the output's hyperplane, where the bias is the weight of a constant
        input 1; see Notes. 0 if an instance lies on the hyperplane. NaN for an output that does not separate its
        classes, and after partial_fit, which sees only some of the instances.
    novikoff_bound_ : ndarray of shape (n_outputs,), float64
        Upper bound on ``n_updates_``, computed from ``margin_``; see Notes. NaN if the margin is NaN or
        training did not begin with zero weights, infinite if the margin is 0.
    updates_ : list of WeightUpdate
        With ``record=True``, each update in order: the numbers ``epoch``, ``instance`` and ``output``, and ``coef`` and
        ``intercept`` of this output after it.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, if it has string names.

    See Also
    --------
    McCullochPittsNetwork : Neurons whose connections are given, not learned.

    Notes
    -----
    Novikoff's theorem, for one output. Let :math:`\tilde x = (x, 1)` and :math:`\tilde w = (w, b)` (without intercept,
    :math:`x` and :math:`w`), let :math:`t = \pm 1` be the side of the hyperplane on which an instance should be, let
    :math:`R = \max \|\tilde x\|`, and let a unit vector u separate the instances with margin
    :math:`\gamma = \min t\,(u \cdot \tilde x) > 0`. Starting from zero weights, for any order of the instances and any
    learning rate, the rule makes at most

    - :math:`(R / \gamma)^2` updates with the heaviside step,
    - :math:`\tfrac{9}{8} (R / \gamma)^2` with the sign step, whose updates have two sizes.

    ``margin_`` is the :math:`\gamma` of the trained hyperplane, :math:`u = \tilde w / \|\tilde w\|`. The bound is valid
    for every separating hyperplane; the one with the largest margin would give the smallest bound.

    Proof. An update of size s (in units of :math:`\eta`) increases :math:`\tilde w \cdot u` by at least
    :math:`\eta s \gamma`. Since :math:`t z \le 0` at each update, it increases :math:`\|\tilde w\|^2` by at most
    :math:`\eta^2 s^2 R^2`. So :math:`\gamma \sum s \le \|\tilde w\| / \eta \le R \sqrt{\sum s^2}`. With the heaviside
    step, every s is 1. With the sign step there are a updates with s = 1, where z = 0, and c updates with s = 2, and
    :math:`(a + c)(a + 4c) \le \tfrac{9}{8} (a + 2c)^2`.

    References
    ----------
    .. [1] F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the
       brain", Psychological Review 65, 386-408, 1958.
    .. [2] A. B. J. Novikoff, "On convergence proofs on perceptrons", Symposium on the Mathematical Theory of
       Automata 12, 615-622, 1962.
    .. [3] D. O. Hebb, "The Organization of Behavior", 1949.
    .. [4] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow", chapter 10.

    Examples
    --------
    "And" is linearly separable, so training converges:

    >>> import numpy as np
    >>> from rosenblatt import ThresholdLogicUnit
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> tlu = ThresholdLogicUnit().fit(X, [0, 0, 0, 1])
    >>> tlu.converged_, tlu.predict(X)
    (True, array([0, 0, 0, 1]))
    >>> tlu.coef_, tlu.intercept_
    (array([[2., 1.]]), array([-3.]))
    >>> int(tlu.n_updates_[0]) <= tlu.novikoff_bound_[0]
    np.True_

    "Exclusive or" is not linearly separable, and no single unit computes it:

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     xor = ThresholdLogicUnit(max_iter=100).fit(X, [0, 1, 1, 0])
    >>> caught[0].category.__name__, xor.converged_
    ('ConvergenceWarning', False)

    Two layers compute it. Here their weights are set by hand: the hidden units are "and" and "or", the output is "or
    and not and". The perceptron rule cannot train a hidden layer, which has no targets; that needs backpropagation.

    >>> def heaviside(z):
    ...     return (z >= 0).astype(int)
    >>> hidden = heaviside(X @ [[1, 1], [1, 1]] + [-1.5, -0.5])
    >>> heaviside(hidden @ [-1, 1] - 0.5)
    array([0, 1, 1, 0])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "step": [StrOptions(set(_core.TLU_STEPS))],
        "fit_intercept": ["boolean"],
        "eta0": [Interval(Real, 0, float(np.finfo(np.float64).max), closed="right")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "record": ["boolean"],
    }

    coef_: NDArray[Any]
    intercept_: NDArray[Any]
    classes_: NDArray[Any]
    errors_: NDArray[np.int64]
    converged_: bool

    def __init__(
        self,
        step: Literal["heaviside", "sign"] = "heaviside",
        *,
        fit_intercept: bool = True,
        eta0: float = 1.0,
        max_iter: int = 1000,
        shuffle: bool = False,
        random_state: int | RandomState | None = None,
        record: bool = False,
    ) -> None:
        self.step = step
        self.fit_intercept = fit_intercept
        self.eta0 = eta0
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.record = record

    @checks_parameters
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        coef_init: ArrayLike | None = None,
        intercept_init: ArrayLike | None = None,
    ) -> Self:
        """Train from zero or given weights until an epoch has no error, for at most max_iter epochs.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The instances. float32 is trained in float32, every other dtype in float64.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels of at least two classes, or a matrix of zeros and ones.
        coef_init : array-like of shape (n_outputs, n_features) or (n_features,), default=None
            The weights to start from, which do not change; None means zeros. Without zeros there is no bound on the
            number of updates.
        intercept_init : array-like of shape (n_outputs,) or number, default=None
            The biases to start from, likewise.

        Returns
        -------
        self : ThresholdLogicUnit

        Raises
        ------
        ValueError
            If a parameter, X or y is invalid, or weights overflow.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            If the last epoch had errors.
        """
        rows, y = self._validated(X, y, dtype=[np.float64, np.float32], reset=True)
        self._set_classes(y, None)
        active = self._should_be_active(y)
        random_state = check_random_state(self.random_state)
        n_samples, n_features = rows.shape
        coef = _initial("coef_init", coef_init, (active.shape[1], n_features), rows.dtype)
        intercept = _initial("intercept_init", intercept_init, (active.shape[1],), rows.dtype)
        if not self.fit_intercept and intercept.any():
            raise ValueError("intercept_init: got numbers other than 0 with fit_intercept=False, expected none")
        from_zero = not coef.any() and not intercept.any()
        vars(self).pop("updates_", None)
        self._train(
            rows,
            active,
            coef,
            intercept,
            self.max_iter,
            (lambda: random_state.permutation(n_samples)) if self.shuffle else None,
        )
        self.n_updates_ = self.errors_.sum(axis=0)
        self.margin_, self.novikoff_bound_ = _core.tlu_separation(
            rows, active, coef, intercept, step=self.step, fit_intercept=self.fit_intercept
        )
        if not from_zero:
            self.novikoff_bound_ = np.full(len(intercept), np.nan)
        if not self.converged_:
            warn(
                f"ThresholdLogicUnit made {self.errors_[-1].sum()} errors in the last of max_iter={self.max_iter} "
                "epochs. If the classes are linearly separable, increase max_iter; otherwise training cannot converge.",
                ConvergenceWarning,
            )
        return self

    @checks_parameters
    def partial_fit(self, X: Any, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Train for one epoch on these instances, in their order, starting from the current weights.

        n_iter_, errors_ and n_updates_ include all earlier epochs; converged_ is about this epoch alone.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            At least one instance.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The labels of the instances.
        classes : array-like of shape (n_classes,), default=None
            All labels that will occur; required in the first call, unless y is a matrix of zeros and ones.

        Returns
        -------
        self : ThresholdLogicUnit

        Raises
        ------
        ValueError
            If a parameter, X, y or classes is invalid, or weights overflow.
        """
        first = not hasattr(self, "coef_")
        dtype: Any = [np.float64, np.float32] if first else self._weights()[0].dtype
        rows, y = self._validated(X, y, dtype=dtype, reset=first)
        if first:
            self._set_classes(y, classes)
        elif classes is not None and not np.array_equal(np.unique(np.asarray(classes)), self.classes_):
            raise ValueError(f"classes: got {shown(classes)}, expected those of the first call, {self.classes_}")
        active = self._should_be_active(y)
        if first:
            coef = np.zeros((active.shape[1], rows.shape[1]), dtype=rows.dtype)
            intercept = np.zeros(active.shape[1], dtype=rows.dtype)
            errors = np.zeros((0, active.shape[1]), dtype=np.int64)
        else:
            coef, intercept = (array.copy() for array in self._weights())
            errors = self.errors_
        self._train(rows, active, coef, intercept, max_iter=1, next_order=None, epochs_before=len(errors))
        self.errors_ = np.vstack([errors, self.errors_])
        self.n_iter_ = len(self.errors_)
        self.n_updates_ = self.errors_.sum(axis=0)
        self.margin_ = self.novikoff_bound_ = np.full(len(intercept), np.nan)
        return self

    def decision_function(self, X: Any) -> NDArray[np.floating[Any]]:
        """Return the weighted sums z, before the step function.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        z : ndarray of shape (n_samples,) for two classes, otherwise (n_samples, n_outputs)
            The sums, in the dtype of coef_.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If X has another number of features or holds NaN or infinity.
        """
        z = self._scores(X)
        return z if self._multilabel or len(self.classes_) > 2 else z[:, 0]

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each instance, or for multilabel y the active outputs.

        For two classes and for multilabel y, an output is active if its step function is 1; sign(0) = 0 is not active.
        With more classes, the class with the largest score is predicted.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,), or (n_samples, n_outputs) of 0 and 1 for multilabel y

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If X has another number of features or holds NaN or infinity.
        """
        z = self._scores(X)
        if not self._multilabel and len(self.classes_) > 2:
            return cast(NDArray[Any], self.classes_[z.argmax(axis=1)])
        active = _core.tlu_active(z, step=self.step).astype(np.int64)
        return active if self._multilabel else self.classes_[active[:, 0]]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.sparse = True
        return tags

    def _validated(self, X: Any, y: Any, *, dtype: Any, reset: bool) -> tuple[Any, Any]:
        check_input(X, y)
        rows, targets = validate_data(
            self, X, y, accept_sparse="csr", dtype=dtype, order="C", multi_output=True, reset=reset
        )
        return _as_rows(rows), targets

    def _set_classes(self, y: Any, classes: ArrayLike | None) -> None:
        check_classification_targets(y)
        self._multilabel = type_of_target(y, input_name="y") == "multilabel-indicator"
        if self._multilabel:
            self.classes_ = np.arange(y.shape[1])
            return
        self.classes_ = np.unique(column_or_1d(y) if classes is None else np.asarray(classes))
        if len(self.classes_) < 2:
            raise ValueError(f"y: got {len(self.classes_)} class, {self.classes_}, expected at least two classes")

    def _should_be_active(self, y: Any) -> NDArray[np.bool_]:
        """Encode the targets as booleans, of shape (n_samples, n_outputs)."""
        if self._multilabel:
            y = y.toarray() if issparse(y) else np.asarray(y)
            if y.ndim != 2 or y.shape[1] != len(self.classes_):
                raise ValueError(f"y: got shape {y.shape}, expected a matrix of {len(self.classes_)} columns")
            if not np.isin(y, (0, 1)).all():
                raise ValueError(f"y: got {np.unique(y)}, expected a matrix of 0 and 1")
            return np.ascontiguousarray(y == 1)
        y = column_or_1d(y, warn=True)
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"y: got {unknown}, expected the classes {self.classes_}")
        positive = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        return np.ascontiguousarray(y[:, np.newaxis] == positive)

    def _train(
        self,
        X: Any,
        active: NDArray[np.bool_],
        coef: NDArray[Any],
        intercept: NDArray[Any],
        max_iter: int,
        next_order: Callable[[], NDArray[np.int64]] | None,
        epochs_before: int = 0,
    ) -> None:
        """Train coef and intercept in place and set the attributes, unless the weights overflow."""
        if self.record:
            self.errors_, self.converged_, updates = self._train_and_record(
                X, active, coef, intercept, max_iter, next_order, epochs_before
            )
            self.updates_ = [*getattr(self, "updates_", []), *updates]
        else:
            self.errors_, self.converged_ = self._run(X, active, coef, intercept, max_iter, next_order)
            vars(self).pop("updates_", None)
        self.n_iter_ = len(self.errors_)
        self.coef_, self.intercept_ = coef, intercept

    def _run(
        self, X: Any, active: Any, coef: Any, intercept: Any, max_iter: int, next_order: Any
    ) -> tuple[NDArray[np.int64], bool]:
        return _core.tlu_fit(
            X,
            active,
            coef,
            intercept,
            step=self.step,
            eta0=self.eta0,
            fit_intercept=self.fit_intercept,
            max_iter=min(max_iter, np.iinfo(np.int64).max),
            next_order=next_order,
        )

    def _train_and_record(
        self, X: Any, active: Any, coef: Any, intercept: Any, max_iter: int, next_order: Any, epochs_before: int
    ) -> tuple[NDArray[np.int64], bool, list[WeightUpdate]]:
        """Train by one call of the engine for each instance, and keep the weights after each update."""
        epochs: list[NDArray[np.int64]] = []
        updates: list[WeightUpdate] = []
        while len(epochs) < max_iter and (not epochs or epochs[-1].any()):
            epochs.append(np.zeros(len(intercept), np.int64))
            for i in range(X.shape[0]) if next_order is None else next_order():
                (errors,), _ = self._run(X[i : i + 1], active[i : i + 1], coef, intercept, 1, None)
                epochs[-1] += errors
                updates += [
                    WeightUpdate(epochs_before + len(epochs), int(i), int(j), coef[j].copy(), float(intercept[j]))
                    for j in np.flatnonzero(errors)
                ]
        return np.array(epochs), not epochs[-1].any(), updates

    def _scores(self, X: Any) -> NDArray[Any]:
        check_is_fitted(self, "coef_")
        check_input(X)
        coef, intercept = self._weights()
        rows = _as_rows(validate_data(self, X, accept_sparse="csr", dtype=coef.dtype, order="C", reset=False))
        return _core.tlu_decision_function(rows, coef, intercept)

    def _weights(self) -> tuple[Any, Any]:
        """Return ``coef_`` and ``intercept_`` as the engine takes them; a user may have assigned them in any dtype."""
        coef, intercept = to_numbers("coef_", self.coef_), to_numbers("intercept_", self.intercept_)
        dtype = float_dtype(coef)
        return as_array(np.atleast_2d(coef), dtype), as_array(np.atleast_1d(intercept), dtype)


def _as_rows(X: Any) -> Any:
    """Return rows as the engine takes them; in a sparse matrix, no column repeats in a row."""
    if issparse(X) and not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return as_table(X, X.dtype)


def _initial(name: str, given: ArrayLike | None, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return the weights or biases to start from, as a new array."""
    if given is None:
        return np.zeros(shape, dtype)
    array = np.asarray(given)
    if shape[0] == 1 and array.shape == shape[1:]:
        array = array[np.newaxis]
    return checked_array(name, array, shape, dtype)
