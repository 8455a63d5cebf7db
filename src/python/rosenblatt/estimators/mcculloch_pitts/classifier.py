"""A scikit-learn classifier that memorises a truth table as a network of McCulloch-Pitts neurons."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from rosenblatt._numbers import check_kind
from rosenblatt.estimators.bases import BaseEstimator, ClassifierMixin
from rosenblatt.estimators.mcculloch_pitts.checks import as_bits
from rosenblatt.estimators.mcculloch_pitts.network import McCullochPittsNetwork
from rosenblatt.estimators.versioned import VersionedPickle


class McCullochPittsClassifier(ClassifierMixin, VersionedPickle, BaseEstimator):
    """Memorise a truth table as a network of McCulloch-Pitts neurons.

    Fitting constructs the network by :meth:`McCullochPittsNetwork.from_truth_table`; no weights are learned.
    Predictions are exact for every row of the table. For other rows all outputs are inactive.

    Attributes
    ----------
    network_ : McCullochPittsNetwork
        The network.
    classes_ : ndarray of shape (2,)
        0 and 1 in the dtype of y. For two-dimensional y they are the values of each output.
    n_features_in_ : int
        Number of inputs.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, if it has string names.

    References
    ----------
    W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
    Bulletin of Mathematical Biophysics 5, 115-133, 1943.

    Examples
    --------
    >>> from rosenblatt import McCullochPittsClassifier
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> xor = McCullochPittsClassifier().fit(X, [0, 1, 1, 0])
    >>> xor.predict(X)
    array([0, 1, 1, 0])
    >>> xor.score(X, [0, 1, 1, 0])
    1.0
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Construct the network.

        Parameters
        ----------
        X : array-like of shape (n_rows, n_inputs), bool or 0/1
            Rows of the table. Repeated rows must agree.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs), bool or 0/1
            The outputs of each row.

        Returns
        -------
        self : McCullochPittsClassifier

        Raises
        ------
        TypeError
            If X or y does not hold booleans or numbers.
        ValueError
            If values are not binary, shapes do not match, or two equal rows have different outputs.
        """
        check_kind("X", X)
        X = validate_data(self, X)
        outputs = as_bits(y, "y")
        self.network_ = McCullochPittsNetwork.from_truth_table(X, outputs)
        self.classes_ = np.array([0, 1], dtype=np.asarray(y).dtype)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the outputs of each row, in the dtype of y.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_inputs), bool or 0/1

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError, ValueError
            If X is not a binary array with n_features_in_ columns.
        """
        check_is_fitted(self)
        check_kind("X", X)
        X = validate_data(self, X, reset=False)
        return self.classes_[self.network_.predict(X).astype(np.intp)]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.classifier_tags.multi_label = True
        return tags
