"""Checks of what users pass in: scikit-learn's own, reached by a short way for the common case."""

import sys
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def needs_no_checks_but_finite(estimator: Any, X: Any, fitted_attribute: str) -> bool:
    """Whether ``X``, if it is finite, passes scikit-learn's checks of a prediction's input unchanged.

    Those are ``check_is_fitted`` and ``validate_data(..., reset=False)``, which take most of the time of a prediction
    for one row. This says yes to the common case, a plain array of floats with the right number of columns for a fitted
    estimator, and no where scikit-learn should look itself.
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
    """Whether ``X`` passes scikit-learn's checks of a prediction's input unchanged."""
    return needs_no_checks_but_finite(estimator, X, fitted_attribute) and bool(np.isfinite(X).all())


def frame_values(estimator: Any, X: Any, fitted_attribute: str) -> Any:
    """Return the values of a pandas frame that, if they are finite, pass scikit-learn's checks unchanged; or None.

    That is a frame whose columns are all of one of NumPy's floats, for an estimator that was fitted on a frame with
    columns of these names; where they differ, scikit-learn's look at them raises its error.
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
    if X.columns.tolist() != list(attributes["feature_names_in_"]):  # 0.1 ms sooner than scikit-learn
        validate_data(estimator, X, reset=False, skip_check_array=True)
    return X.to_numpy()


def check_predict_input(estimator: Any, X: Any) -> Any:
    """Return ``X`` as scikit-learn checks and converts it for a fitted estimator."""
    check_is_fitted(estimator)
    return validate_data(estimator, X, accept_sparse=["csr", "csc"], reset=False)
