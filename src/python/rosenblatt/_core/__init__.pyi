"""The compiled engine's types. Every name here is bound in src/cpp/bindings/, in the file of its topic."""

from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

LEVEL: str

# info.cpp
VERSION: str
COMPILER: str
EIGEN: str

# perceptron.cpp
@overload
def fit_perceptron(
    X: NDArray[Any],
    *,
    labels: NDArray[np.int32],
    sample_weight: NDArray[Any],
    validation_mask: NDArray[np.bool_],
    coef: NDArray[Any],
    intercept: NDArray[np.float64],
    positive_labels: NDArray[np.int32],
    class_weight: NDArray[np.float64],
    norms: NDArray[np.float64],
    seeds: NDArray[np.uint32],
    penalty: str | None,
    alpha: float,
    l1_ratio: float,
    eta0: float,
    intercept_decay: float,
    tol: float | None,
    max_iter: int,
    n_iter_no_change: int,
    fit_intercept: bool,
    shuffle: bool,
    early_stopping: bool,
    verbose: bool,
    validation_score: Callable[[int, float], float] | None,
    n_threads: int,
) -> list[int]: ...
@overload
def fit_perceptron(
    data: NDArray[Any],
    indices: NDArray[np.int32],
    indptr: NDArray[np.int32],
    *,
    labels: NDArray[np.int32],
    sample_weight: NDArray[Any],
    validation_mask: NDArray[np.bool_],
    coef: NDArray[Any],
    intercept: NDArray[np.float64],
    positive_labels: NDArray[np.int32],
    class_weight: NDArray[np.float64],
    norms: NDArray[np.float64],
    seeds: NDArray[np.uint32],
    penalty: str | None,
    alpha: float,
    l1_ratio: float,
    eta0: float,
    intercept_decay: float,
    tol: float | None,
    max_iter: int,
    n_iter_no_change: int,
    fit_intercept: bool,
    shuffle: bool,
    early_stopping: bool,
    verbose: bool,
    validation_score: Callable[[int, float], float] | None,
    n_threads: int,
) -> list[int]: ...
