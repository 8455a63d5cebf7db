"""Checks of the input of estimators: those that come before scikit-learn's, and where these are not needed."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from rosenblatt._numbers import check_kind
from rosenblatt._sparse import check_sparse

_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def check_input(X: Any, y: Any = None, sample_weight: Any = None) -> None:
    """Raise an error for input that scikit-learn's checks would misread or crash on; see `check_kind`, `check_sparse`.

    Dates, durations and strings may be labels, so that the kind of y is not checked here, only that none is masked.
    """
    check_kind("X", X)
    check_sparse("X", X)
    check_sparse("y", y)
    if isinstance(y, np.ma.MaskedArray):
        check_kind("y", y)
    if sample_weight is not None:
        check_kind("sample_weight", sample_weight)


_NAMES = re.compile(r"""(?<![\w'"`.])(X|y|sample_weight)(?![\w'"`])""")


@contextmanager
def naming_validation_data() -> Iterator[None]:
    """Name ``X_val``, ``y_val`` and ``sample_weight_val`` in errors about X, y and sample_weight."""
    try:
        yield
    except (TypeError, ValueError) as error:
        message = str(error)
        if "_val" not in message:
            message = _NAMES.sub(r"\1_val", message).replace("Sample weights", "sample_weight_val")
        if "_val" not in message:
            message = f"X_val, y_val: {message}"
        raise (ValueError if isinstance(error, ValueError) else TypeError)(message) from error


def needs_no_checks_but_finite(estimator: Any, X: Any, fitted_attribute: str) -> bool:
    """Return whether ``X``, if it is finite, passes scikit-learn's checks of a prediction's input unchanged.

    ``check_is_fitted`` and ``validate_data(..., reset=False)`` take most of the time of a prediction for one row. This
    function returns True for the common case, a plain array of floats with the right number of columns and a fitted
    estimator. If it returns False, scikit-learn's checks are needed.
    """
    attributes = vars(estimator)
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.dtype in _FLOATS
        and X.shape[0] > 0
        and X.shape[1] == attributes.get("n_features_in_")
        and fitted_attribute in attributes
        and "feature_names_in_" not in attributes
    )


def needs_no_checks(estimator: Any, X: Any, fitted_attribute: str) -> bool:
    """Return whether ``X`` passes scikit-learn's checks of a prediction's input unchanged."""
    return needs_no_checks_but_finite(estimator, X, fitted_attribute) and bool(np.isfinite(X).all())


def frame_values(estimator: Any, X: Any, fitted_attribute: str) -> Any:
    """Return the values of a pandas frame if they pass scikit-learn's checks unchanged once they are finite, else None.

    They do if all columns have one dtype, float32 or float64, and the estimator was fitted on a frame with the same
    column names. If the names differ, scikit-learn's check raises its error.
    """
    pandas = sys.modules.get("pandas")
    attributes = vars(estimator)
    if pandas is None or type(X) is not pandas.DataFrame or X.shape[0] == 0:
        return None
    if "feature_names_in_" not in attributes or fitted_attribute not in attributes:
        return None
    dtypes = set(X.dtypes)
    if len(dtypes) != 1 or dtypes.isdisjoint(_FLOATS):
        return None
    if X.columns.tolist() != list(attributes["feature_names_in_"]):  # scikit-learn's comparison takes 0.1 ms more
        validate_data(estimator, X, reset=False, skip_check_array=True)
    return X.to_numpy()


def check_predict_input(estimator: Any, X: Any) -> Any:
    """Return ``X`` after scikit-learn's checks and conversion for a fitted estimator."""
    check_is_fitted(estimator)
    check_input(X)
    return validate_data(estimator, X, accept_sparse=["csr", "csc"], reset=False)
