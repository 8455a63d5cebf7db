"""Small fits: what a fit of few rows costs beside its steps, compared with scikit-learn."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sklearn.linear_model
import sklearn.neural_network
from sklearn.datasets import load_digits, load_iris

import rosenblatt
from agreement import same_loss, same_weights
from harness import OURS, Options, Result, measure

TABLES: dict[str, Callable[..., Any]] = {"iris": load_iris, "digits": load_digits}


def perceptron(table: str, options: Options) -> Result:
    """Whole fits of `Perceptron`."""
    X, y = TABLES[table](return_X_y=True)
    return measure(
        f"Perceptron, {table}, {X.shape[0]} x {X.shape[1]}",
        {
            OURS: lambda: rosenblatt.Perceptron(random_state=0).fit(X, y),
            "scikit-learn": lambda: sklearn.linear_model.Perceptron(random_state=0).fit(X, y),
        },
        same_weights(0.0),
        options.repeats,
        calls=20,
        parameters={"table": table},
    )


def network(estimator: str, epochs: int, options: Options) -> Result:
    """Whole fits of one hidden layer of 10 neurons on iris: its classes, or its first column."""
    X, y = load_iris(return_X_y=True)
    targets = y if estimator == "MLPClassifier" else X[:, 0]
    settings = {"hidden_layer_sizes": (10,), "max_iter": epochs, "random_state": 0}
    ours, theirs = getattr(rosenblatt, estimator), getattr(sklearn.neural_network, estimator)
    return measure(
        f"{estimator}, iris, {epochs} epoch{'s'[: epochs - 1]}",
        {OURS: lambda: ours(**settings).fit(X, targets), "scikit-learn": lambda: theirs(**settings).fit(X, targets)},
        same_loss(1e-9),
        options.repeats,
        calls=20,
        parameters={"estimator": estimator, **settings},
    )


BENCHMARKS = {
    **{f"perceptron-{table}": partial(perceptron, table) for table in TABLES},
    **{
        f"{estimator}-{epochs}": partial(network, estimator, epochs)
        for estimator in ("MLPClassifier", "MLPRegressor")
        for epochs in (1, 100)
    },
}
