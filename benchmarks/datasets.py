"""Real data: California housing, Fashion-MNIST and digits; the table of the project's README."""

import gzip
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import sklearn.linear_model
import sklearn.neural_network
from sklearn.datasets import fetch_california_housing, load_digits
from sklearn.preprocessing import StandardScaler

import rosenblatt
from agreement import same_loss, same_output, same_weights
from harness import OURS, Options, Result, measure

SETTINGS = {"hidden_layer_sizes": [50, 50, 50], "random_state": 42, "max_iter": 20}
REGRESSORS = {OURS: rosenblatt.MLPRegressor, "scikit-learn": sklearn.neural_network.MLPRegressor}
CLASSIFIERS = {OURS: rosenblatt.MLPClassifier, "scikit-learn": sklearn.neural_network.MLPClassifier}
PERCEPTRONS = {OURS: rosenblatt.Perceptron, "scikit-learn": sklearn.linear_model.Perceptron}


def _fits(
    estimators: dict[str, type], X: np.ndarray, y: np.ndarray, **settings: Any
) -> dict[str, Callable[[], object]]:
    return {name: partial(estimator(**settings).fit, X, y) for name, estimator in estimators.items()}


def _california(options: Options, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    os.environ.setdefault("SCIKIT_LEARN_DATA", str(options.data / "scikit_learn_data"))
    housing = fetch_california_housing(download_if_missing=False)
    X, y = StandardScaler().fit_transform(housing.data)[:11610], housing.target[:11610]
    return X.astype(dtype), y.astype(dtype)


def california(dtype: str, options: Options) -> Result:
    """The lecture's network: compares weights in float64, and losses in float32."""
    X, y = _california(options, dtype)
    return measure(
        f"California housing, 50-50-50, batch 200, 20 epochs, {dtype}",
        _fits(REGRESSORS, X, y, **SETTINGS),
        same_weights(1e-9) if dtype == "float64" else same_loss(1e-3),
        options.repeats,
        parameters={"dtype": dtype},
    )


def california_predict(rows: int, options: Options) -> Result:
    X, y = _california(options, "float64")
    fitted = {name: estimator(**SETTINGS).fit(X, y) for name, estimator in REGRESSORS.items()}
    return measure(
        f"the same network, predict {rows} {'row' if rows == 1 else 'rows'}",
        {name: partial(estimator.predict, X[:rows]) for name, estimator in fitted.items()},
        same_output(1e-9),
        options.repeats,
        calls=500 if rows == 1 else 5,
        parameters={"dtype": "float64"},
    )


def fashion_mnist(options: Options) -> Result:
    """784-300-100-10 on 60000 images."""

    def read(name: str, offset: int) -> np.ndarray:
        content = gzip.decompress((options.data / "fashion_mnist" / name).read_bytes())
        return np.frombuffer(content, np.uint8, offset=offset)

    X = (read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255.0).astype(np.float32)
    y = read("train-labels-idx1-ubyte.gz", 8)
    return measure(
        "Fashion-MNIST, 300-100, batch 200, 2 epochs, float32",
        _fits(CLASSIFIERS, X, y, hidden_layer_sizes=[300, 100], random_state=42, max_iter=2, batch_size=200),
        same_loss(1e-2),
        options.repeats,
        parameters={"dtype": "float32"},
    )


def digits(options: Options) -> Result:
    """The perceptron with ten classes."""
    X, y = load_digits(return_X_y=True)
    return measure(
        "Perceptron, digits, ten classes",
        _fits(PERCEPTRONS, X, y),
        same_weights(0.0),
        5 * options.repeats,
        parameters={"dtype": "float64"},
    )


BENCHMARKS = {
    "california-float64": partial(california, "float64"),
    "california-float32": partial(california, "float32"),
    "california-row": partial(california_predict, 1),
    "california-rows": partial(california_predict, 11610),
    "fashion-mnist": fashion_mnist,
    "digits": digits,
}
