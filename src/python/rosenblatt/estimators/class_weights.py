"""The weight of each class, from ``class_weight`` and the classes of the first call."""

from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._messages import shown


def _checked(class_weight: Any) -> dict[Any, float]:
    if not isinstance(class_weight, dict):
        raise ValueError(f"class_weight: got {shown(class_weight)}, expected a dict of numbers, or 'balanced'")
    for label, weight in class_weight.items():
        if not isinstance(weight, Real) or not isfinite(weight) or weight < 0:
            raise ValueError(f"class_weight: got {shown(weight)} for the class {label!r}, expected finite numbers >= 0")
    return class_weight


def _named(class_weight: dict[Any, float], classes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the weights of a dict by class; classes that it does not name weigh 1.

    It may name classes that do not occur, but then, as in scikit-learn, it must name all that do.
    """
    by_label = class_weight
    labels: Any = classes
    if classes.dtype.kind in "mM":  # whose hash depends on the type of the date
        keys = np.array(list(class_weight)).astype(classes.dtype).view(np.int64).tolist()
        by_label = dict(zip(keys, class_weight.values(), strict=True))
        labels = classes.view(np.int64)
    weights = np.array([by_label.get(label, np.nan) for label in labels.tolist()], np.float64)
    missing = np.isnan(weights)
    if missing.any() and (~missing).sum() != len(class_weight):
        raise ValueError(
            f"class_weight: got weights of {list(class_weight)}, expected those of all classes {classes}, or of some"
            " of them only"
        )
    return np.where(missing, 1.0, weights)


def _balanced(indices: npt.NDArray[Any], n_classes: int) -> npt.NDArray[np.float64]:
    """Return n_samples / (number of classes that occur * count of the class), and 1 for a class that does not."""
    counts = np.bincount(indices, minlength=n_classes)
    return np.where(counts > 0, len(indices) / (np.count_nonzero(counts) * np.maximum(counts, 1.0)), 1.0)


def weights_of_classes(
    class_weight: Any, classes: npt.NDArray[Any], indices: npt.NDArray[Any]
) -> list[npt.NDArray[np.float64]]:
    """Return the weight of each class, one array for each column of ``indices``.

    Parameters
    ----------
    class_weight : dict, list of dict or 'balanced'
        As the classifier takes it.
    classes : ndarray of shape (n_classes,)
        The classes. If ``indices`` is a matrix, they are its columns, of 0 and 1.
    indices : ndarray of shape (n_samples,) or (n_samples, n_columns), int
        The index of each sample's class, or for each column 0 or 1.
    """
    columns = [(indices, classes)] if indices.ndim == 1 else [(column, np.arange(2)) for column in indices.T]
    if isinstance(class_weight, str):
        return [_balanced(column, len(values)) for column, values in columns]
    if indices.ndim == 1:
        return [_named(_checked(class_weight), classes)]
    if not isinstance(class_weight, list) or len(class_weight) != len(columns):
        received = f"{len(class_weight)} elements" if isinstance(class_weight, list) else repr(class_weight)
        raise ValueError(
            f"class_weight: got {received}, expected a list of {len(columns)} dicts for multilabel y, or 'balanced'"
        )
    return [_named(_checked(given), values) for given, (_, values) in zip(class_weight, columns, strict=True)]


def weights_of_samples(weights: list[npt.NDArray[np.float64]], indices: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the weight of each sample: that of its class, or the product over the columns."""
    if indices.ndim == 1:
        return np.asarray(weights[0][indices])
    product: npt.NDArray[np.float64] = np.prod(
        [w[column] for w, column in zip(weights, indices.T, strict=True)], axis=0
    )
    return product
