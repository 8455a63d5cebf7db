"""scikit-learn: its estimators, in the dtype of the data."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

import rosenblatt
from harness import Options
from workloads import Problem


def training(problem: Problem, options: Options) -> dict[str, Callable[[], object]]:
    if problem.work.loss not in ("squared_error", "log_loss"):
        return {}
    estimator = MLPClassifier if problem.work.classes else MLPRegressor
    model = estimator(**problem.work.settings)
    return {"scikit-learn": lambda: model.fit(problem.X, problem.targets)}


def with_parameters(estimator: type, network: rosenblatt.Network, X: Any = None) -> Any:
    """Return a regressor of ours or of scikit-learn with a network's parameters, after a minimal fit."""
    sizes = network.layer_sizes
    model = estimator(hidden_layer_sizes=sizes[1:-1], max_iter=1)
    rows = np.zeros((2, sizes[0]), network.dtype) if X is None else X[:2]
    model.fit(rows, np.zeros((2, sizes[-1]), network.dtype).squeeze())
    model.coefs_ = [np.array(weights) for weights in network.weights]
    model.intercepts_ = [np.array(biases) for biases in network.biases]
    return model


def prediction(network: rosenblatt.Network, X: np.ndarray, options: Options) -> dict[str, Callable[[], object]]:
    model = with_parameters(MLPRegressor, network)
    return {"scikit-learn": lambda: model.predict(X).reshape(len(X), -1)}
