"""scikit-learn's base classes and decorators, with the types that scikit-learn does not state.

For mypy, scikit-learn has no types: a class that derives from it would accept every attribute. mypy therefore sees the
base classes below. Pyright reads scikit-learn's source, and sees scikit-learn's own classes, as it does at run time.
"""
# ruff: noqa: D102

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if as _available_if

MYPY = False  # mypy takes a variable of this name to be true

if MYPY:

    class BaseEstimator:
        """What scikit-learn's base gives every estimator."""

        _parameter_constraints: ClassVar[dict[str, list[Any]]]

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...
        def set_params(self, **params: Any) -> Self: ...
        def get_metadata_routing(self) -> Any: ...
        def set_fit_request(self, **kwargs: bool | str | None) -> Self: ...
        def set_partial_fit_request(self, **kwargs: bool | str | None) -> Self: ...
        def set_score_request(self, **kwargs: bool | str | None) -> Self: ...
        def _validate_params(self) -> None: ...
        def _store(self, arguments: dict[str, Any]) -> None: ...
        def __sklearn_clone__(self) -> Self: ...
        def __sklearn_tags__(self) -> Any: ...
        def __getstate__(self) -> dict[str, Any]: ...
        def __setstate__(self, state: dict[str, Any]) -> None: ...

    class ClassifierMixin:
        """What scikit-learn gives classifiers."""

        def score(self, X: Any, y: Any, sample_weight: Any = None) -> float: ...

    class RegressorMixin:
        """What scikit-learn gives regressors."""

        def score(self, X: Any, y: Any, sample_weight: Any = None) -> float: ...

    class TransformerMixin:
        """What scikit-learn gives transformers."""

        def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any: ...
        def set_output(self, *, transform: str | None = None) -> Self: ...
        def __sklearn_tags__(self) -> Any: ...

    class CallbackSupportMixin:
        """What scikit-learn gives estimators that support its callbacks."""

        def set_callbacks(self, *callbacks: Any) -> Self: ...

else:
    from sklearn.base import BaseEstimator as _BaseEstimator
    from sklearn.base import ClassifierMixin as _ClassifierMixin
    from sklearn.base import RegressorMixin, TransformerMixin
    from sklearn.callback import CallbackSupportMixin
    from sklearn.utils._param_validation import make_constraint

    from rosenblatt.estimators.input_checks import check_input

    class BaseEstimator(_BaseEstimator):
        """scikit-learn's, which reads the signature of ``__init__`` and the constraints once, not in each fit."""

        @classmethod
        @functools.cache
        def _get_param_names(cls) -> tuple[str, ...]:
            return tuple(super()._get_param_names())

        @classmethod
        @functools.cache
        def _constraints(cls) -> dict[str, list[Any]]:
            constraints = cls._parameter_constraints.items()
            return {name: list(map(make_constraint, parts)) for name, parts in constraints if parts != "no_validation"}

        def _store(self, arguments: dict[str, Any]) -> None:
            """Assign the arguments of ``__init__``, unchanged, as scikit-learn requires."""
            self.__dict__.update((name, value) for name, value in arguments.items() if name != "self")

        def _validate_params(self) -> None:
            constraints = self._constraints()
            for name, value in self.get_params(deep=False).items():
                if not any(constraint.is_satisfied_by(value) for constraint in constraints.get(name, ())):
                    return super()._validate_params()  # raises the error, unless there is no constraint
            return None

    class ClassifierMixin(_ClassifierMixin):
        """scikit-learn's, with a score that checks its arguments as `fit` does."""

        def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
            """Return the accuracy of the predictions: the share of rows, by weight, whose labels are all right.

            Parameters
            ----------
            X : {array-like, sparse matrix} of shape (n_samples, n_features)
                The inputs.
            y : array-like or sparse matrix of shape (n_samples,) or (n_samples, n_outputs)
                The true labels.
            sample_weight : array-like of shape (n_samples,), default=None
                The weight of each sample.

            Returns
            -------
            score : float
                From 0 to 1.
            """
            check_input(X, y, sample_weight)
            return super().score(X, y, sample_weight)


__all__ = [
    "BaseEstimator",
    "CallbackSupportMixin",
    "ClassifierMixin",
    "RegressorMixin",
    "TransformerMixin",
    "available_if",
    "checks_parameters",
]

_Method = TypeVar("_Method", bound=Callable[..., Any])


def checks_parameters(method: _Method) -> _Method:
    """Let a method that fits an estimator check the estimator's parameters first."""
    return cast(_Method, _fit_context(prefer_skip_nested_validation=True)(method))


def available_if(check: Callable[[Any], bool]) -> Callable[[_Method], _Method]:
    """Return scikit-learn's decorator, after which an estimator has a method only if ``check(estimator)`` is true."""
    if TYPE_CHECKING:
        return lambda method: method
    return _available_if(check)
