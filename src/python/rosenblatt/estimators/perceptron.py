"""The perceptron estimator: scikit-learn's class with rosenblatt's training loop.

It derives from scikit-learn's ``Perceptron`` and replaces the two methods that run the training loop. The handling of
parameters, labels, weights and warm starts is scikit-learn's own.
"""

from collections.abc import Callable
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import NDArray
from scipy.linalg.blas import get_blas_funcs
from scipy.sparse import issparse
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from rosenblatt import _core
from rosenblatt._engine import as_array, as_table
from rosenblatt.estimators.bases import BaseEstimator, ClassifierMixin
from rosenblatt.estimators.input_checks import check_input, needs_no_checks
from rosenblatt.estimators.versioned import VersionedPickle

MYPY = False  # mypy takes a variable of this name to be true: see estimators/bases.py

if MYPY:

    class _LinearPerceptron(BaseEstimator):
        penalty: str | None
        alpha: float
        l1_ratio: float
        fit_intercept: bool
        max_iter: int
        tol: float | None
        shuffle: bool
        verbose: int
        eta0: float
        n_jobs: int | None
        random_state: int | np.random.RandomState | None
        early_stopping: bool
        validation_fraction: float
        n_iter_no_change: int
        class_weight: dict[Any, float] | str | None
        warm_start: bool
        classes_: NDArray[Any]
        coef_: NDArray[Any]
        intercept_: NDArray[Any]
        n_features_in_: int
        feature_names_in_: NDArray[Any]
        n_iter_: int
        t_: float
        _expanded_class_weight: Any
        _get_l1_ratio: Any
        _make_validation_split: Any
        _make_validation_score_cb: Any

        def __init__(self, **params: Any) -> None: ...
        def _fit(self, *args: Any, **params: Any) -> Any: ...
        def _partial_fit(self, *args: Any, **params: Any) -> Any: ...
        def fit(
            self, X: Any, y: Any, coef_init: Any = None, intercept_init: Any = None, sample_weight: Any = None
        ) -> Self: ...
        def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self: ...
        def decision_function(self, X: Any) -> NDArray[Any]: ...
        def predict(self, X: Any) -> NDArray[Any]: ...
        def densify(self) -> Self: ...
        def sparsify(self) -> Self: ...

else:
    from sklearn.linear_model import Perceptron as _LinearPerceptron

_MAX_SEED = np.iinfo(np.int32).max
_SPARSE_INTERCEPT_DECAY = 0.01  # scikit-learn multiplies the steps of the intercept by this on sparse rows


class Perceptron(VersionedPickle, ClassifierMixin, _LinearPerceptron):
    r"""Linear classifier that is updated at each mistake, with scikit-learn's numbers and a training loop in C++.

    A row :math:`x` with label :math:`y \in \{-1, 1\}` is a mistake if :math:`y (w \cdot x + b) \le 0`. Then ``eta0``
    :math:`y x` is added to :math:`w` and ``eta0`` :math:`y` to :math:`b` [1]_. With more than two classes, one such
    problem is solved for each class against all others.

    With the same parameters and data, ``coef_``, ``intercept_``, ``n_iter_`` and ``t_`` equal those of
    :class:`sklearn.linear_model.Perceptron` bit for bit. There are two intentional differences: training never writes
    to an array that was passed as ``coef_init`` or returned as ``coef_``, and ``partial_fit`` accepts float64 rows
    after float32 rows.

    Parameters
    ----------
    penalty : {'l2', 'l1', 'elasticnet'} or None, default=None
        The penalty on the weights: half of their squared norm, the sum of their absolute values [2]_, or a mixture.
    alpha : float, default=0.0001
        Factor of the penalty, >= 0.
    l1_ratio : float, default=0.15
        Fraction of ``'l1'`` in ``'elasticnet'``, from 0 to 1.
    fit_intercept : bool, default=True
        Whether to train the intercept. As in scikit-learn, its steps on sparse rows are a hundredth of those on dense
        rows.
    max_iter : int, default=1000
        Maximum number of epochs of :meth:`fit`, >= 1. :meth:`partial_fit` runs one epoch.
    tol : float or None, default=1e-3
        An epoch is an improvement if its mean loss with penalty, or with ``early_stopping`` its validation score, is
        better than the best so far by at least ``tol``. None means to run ``max_iter`` epochs.
    shuffle : bool, default=True
        Whether to visit the rows in a new order in each epoch.
    verbose : int, default=0
        If > 0, print a report after each epoch.
    eta0 : float, default=1.0
        Length of the steps, > 0.
    n_jobs : int or None, default=None
        scikit-learn's parameter for the number of threads; used if ``n_threads`` is None.
    random_state : int, RandomState instance or None, default=0
        Seed of the shuffles and of the validation split.
    early_stopping : bool, default=False
        Whether to hold out validation rows and stop when the accuracy on them no longer improves.
    validation_fraction : float, default=0.1
        Fraction of the rows to hold out, > 0 and < 1.
    n_iter_no_change : int, default=5
        Number of epochs in a row without improvement after which the fit stops, >= 1.
    class_weight : dict, 'balanced' or None, default=None
        Factors of the steps of each class: ``{label: weight}``, or "balanced" for the inverse of the class frequencies.
    warm_start : bool, default=False
        Whether :meth:`fit` starts from the current ``coef_`` and ``intercept_``.
    n_threads : int or None, default=None
        Number of threads that share the problems of one class against all others, >= 1. None means
        ``joblib.effective_n_jobs(n_jobs)``, which is 1 by default. Results do not depend on it. With two classes there
        is only one problem, and one thread.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features), of the dtype of X
        The weights; one row for two classes.
    intercept_ : ndarray of shape (1,) or (n_classes,)
        The intercepts.
    n_iter_ : int
        Number of epochs run; the largest of all classes.
    t_ : float
        1 plus the number of rows visited.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, if it has string names.

    Raises
    ------
    ValueError
        If scikit-learn rejects an argument, or the weights overflow their dtype.
    KeyboardInterrupt
        After Ctrl-C, within a tenth of a second.

    References
    ----------
    .. [1] F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in the
       brain", Psychological Review 65(6).
    .. [2] Y. Tsuruoka, J. Tsujii and S. Ananiadou (2009), "Stochastic gradient descent training for L1-regularized
       log-linear models with cumulative penalty", ACL.

    Examples
    --------
    >>> from rosenblatt import Perceptron
    >>> X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> and_gate = Perceptron(tol=None, max_iter=20).fit(X, [0, 0, 0, 1])
    >>> and_gate.predict(X)
    array([0, 0, 0, 1])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_LinearPerceptron._parameter_constraints,
        "n_threads": [Interval(Integral, 1, 2**31 - 1, closed="both"), None],
    }

    def __init__(
        self,
        *,
        penalty: str | None = None,
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        eta0: float = 1.0,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: dict[Any, float] | str | None = None,
        warm_start: bool = False,
        n_threads: int | None = None,
    ) -> None:
        super().__init__(
            penalty=penalty,
            alpha=alpha,
            l1_ratio=l1_ratio,
            fit_intercept=fit_intercept,
            max_iter=max_iter,
            tol=tol,
            shuffle=shuffle,
            verbose=verbose,
            eta0=eta0,
            n_jobs=n_jobs,
            random_state=random_state,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            class_weight=class_weight,
            warm_start=warm_start,
        )
        self.n_threads = n_threads

    def _fit(self, X: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        check_input(X, y, kwargs["sample_weight"])  # before scikit-learn changes attributes
        return super()._fit(X, y, *args, **kwargs)

    def _partial_fit(self, X: Any, y: Any, *args: Any, **kwargs: Any) -> Any:
        check_input(X, y, kwargs.get("sample_weight"))  # of partial_fit; _fit passes it by position, checked
        return super()._partial_fit(X, y, *args, **kwargs)

    # scikit-learn calls these two methods after it has checked the arguments and initialized coef_, intercept_ and t_.
    # Both make exactly scikit-learn's draws from random_state, including those that it does not use.

    def _fit_binary(self, X: Any, y: Any, sample_weight: NDArray[Any], max_iter: int, **_fixed: Any) -> None:
        positive = y == self.classes_[1]
        random_state = check_random_state(self.random_state)
        random_state.randint(1, _MAX_SEED)
        validation_mask = self._make_validation_split(
            np.where(positive, 1, -1).astype(X.dtype), sample_mask=sample_weight > 0
        )
        seed = random_state.randint(_MAX_SEED)
        self.coef_, self.intercept_ = self._train(
            X,
            labels=positive.astype(np.int32),
            sample_weight=sample_weight,
            validation_mask=validation_mask,
            positive_labels=np.ones(1, dtype=np.int32),
            class_weight=self._expanded_class_weight.reshape(1, 2),
            seeds=np.array([seed], dtype=np.uint32),
            max_iter=max_iter,
            n_threads=1,
        )

    def _fit_multiclass(self, X: Any, y: Any, sample_weight: NDArray[Any], max_iter: int, **_fixed: Any) -> None:
        n_classes = len(self.classes_)
        validation_mask = self._make_validation_split(y, sample_mask=sample_weight > 0)
        seeds = np.empty(n_classes, dtype=np.uint32)
        random_state = np.random.RandomState(0)  # a new one for each class would take 80 us
        for k, seed in enumerate(check_random_state(self.random_state).randint(_MAX_SEED, size=n_classes)):
            random_state.seed(seed)
            random_state.randint(1, _MAX_SEED)
            seeds[k] = random_state.randint(_MAX_SEED)
        coef, intercept = self._train(
            X,
            labels=np.searchsorted(self.classes_, y).astype(
                np.int32
            ),  # scikit-learn has checked that y has no other labels
            sample_weight=sample_weight,
            validation_mask=validation_mask,
            positive_labels=np.arange(n_classes, dtype=np.int32),
            class_weight=np.column_stack([np.ones(n_classes), self._expanded_class_weight]),
            seeds=seeds,
            max_iter=max_iter,
            n_threads=int(effective_n_jobs(self.n_jobs)) if self.n_threads is None else self.n_threads,
        )
        self.coef_, self.intercept_ = coef, intercept.astype(self.intercept_.dtype)

    def _train(
        self,
        X: Any,
        *,
        labels: NDArray[np.int32],
        sample_weight: NDArray[Any],
        validation_mask: NDArray[np.bool_],
        positive_labels: NDArray[np.int32],
        class_weight: NDArray[np.float64],
        seeds: NDArray[np.uint32],
        max_iter: int,
        n_threads: int,
    ) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """Train the problems of `positive_labels`; return their weights and intercepts, and set n_iter_ and t_.

        Training starts from copies of coef_ and intercept_.
        """
        n_problems = len(positive_labels)
        coef = np.array(self.coef_, dtype=X.dtype, order="C").reshape(n_problems, X.shape[1])
        intercept = np.array(self.intercept_, dtype=np.float64)

        norms = np.zeros((n_problems, 2))
        if self.penalty is not None or self.verbose:
            # The stopping rule reads the norms before the first step. BLAS computes them, as in scikit-learn, so that
            # the rounding is the same.
            dot, asum = get_blas_funcs(("dot", "asum"), dtype=X.dtype)
            norms[:] = [(dot(w, w), asum(w)) for w in coef]

        validation_score = None
        if self.early_stopping:
            validation_score = self._validation_score(X, labels, sample_weight, validation_mask, positive_labels, coef)

        n_iter = _core.fit_perceptron(
            as_table(X, X.dtype),
            labels=labels,
            sample_weight=as_array(sample_weight, X.dtype),
            validation_mask=validation_mask,
            coef=coef,
            intercept=intercept,
            positive_labels=positive_labels,
            class_weight=class_weight,
            norms=norms,
            seeds=seeds,
            penalty=self.penalty,
            alpha=self.alpha,
            l1_ratio=self._get_l1_ratio(),
            eta0=self.eta0,
            intercept_decay=_SPARSE_INTERCEPT_DECAY if issparse(X) else 1.0,
            tol=self.tol,
            max_iter=min(max_iter, np.iinfo(np.int32).max),
            n_iter_no_change=min(self.n_iter_no_change, np.iinfo(np.int32).max),
            fit_intercept=self.fit_intercept,
            shuffle=self.shuffle,
            early_stopping=self.early_stopping,
            verbose=self.verbose > 0,
            validation_score=validation_score,
            n_threads=n_threads,
        )
        self.n_iter_ = max(n_iter)
        self.t_ += self.n_iter_ * X.shape[0]
        return coef, intercept

    def _validation_score(
        self,
        X: Any,
        labels: NDArray[np.int32],
        sample_weight: NDArray[Any],
        validation_mask: NDArray[np.bool_],
        positive_labels: NDArray[np.int32],
        coef: NDArray[Any],
    ) -> Callable[[int, float], float]:
        """Return a function of the index and the intercept of a problem that computes its score.

        The weights of the problem are coef[index], which training updates in place.
        """
        if type(self) is not Perceptron:
            # A subclass may override score or predict, so scikit-learn's callbacks, one for each problem, call them.
            callbacks = [
                self._make_validation_score_cb(
                    validation_mask,
                    X,
                    np.where(labels == positive, 1, -1).astype(X.dtype),
                    sample_weight,
                    classes=np.array([-1, 1], dtype=X.dtype),
                )
                for positive in positive_labels
            ]
            return lambda index, intercept: callbacks[index](coef[index], intercept)

        # The same score without checks of the input, which take longer than an epoch on a small table.
        X_val, y_val, weight_val = X[validation_mask], labels[validation_mask], sample_weight[validation_mask]

        def accuracy(index: int, intercept: float) -> float:
            # The same product by the same BLAS as in decision_function, so that ties have the same result.
            scores = (X_val @ coef[index : index + 1].T).ravel() + intercept
            return float(np.average((scores > 0) == (y_val == positive_labels[index]), weights=weight_val))

        return accuracy

    def decision_function(self, X: Any) -> NDArray[Any]:
        """Return the scores of the classes, the signed distances from the hyperplanes times the norms of the weights.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples,) for two classes, otherwise (n_samples, n_classes)
            ``X @ coef_.T + intercept_``. With two classes, rows with a score > 0 are predicted as the second.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If X has another number of features or holds NaN or infinity.

        Examples
        --------
        >>> from rosenblatt import Perceptron
        >>> Perceptron().fit([[0.0], [1.0]], [0, 1]).decision_function([[0.0], [3.0]])
        array([-1.,  5.])
        """
        scores: NDArray[Any]
        if not needs_no_checks(self, X, "coef_") or issparse(self.coef_) or self.coef_.ndim != 2:
            check_input(X)
            scores = super().decision_function(X)
            return scores
        scores = X @ self.coef_.T + self.intercept_
        return scores.ravel() if scores.shape[1] == 1 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the largest score for each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,), of the dtype of ``classes_``

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If X has another number of features or holds NaN or infinity.

        Examples
        --------
        >>> from rosenblatt import Perceptron
        >>> Perceptron().fit([[0.0], [1.0]], ["low", "high"]).predict([[0.0], [3.0]])
        array(['low', 'high'], dtype='<U4')
        """
        classes: NDArray[Any]
        if type(X) is np.ndarray:
            scores = self.decision_function(X)
            classes = self.classes_.take(scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(np.intp))
        else:
            classes = super().predict(X)
        return classes
