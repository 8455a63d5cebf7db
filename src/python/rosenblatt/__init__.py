"""rosenblatt: perceptrons and dense neural networks for CPUs.

Each public name is imported at its first use, so that ``import rosenblatt`` loads little more than NumPy, and
scikit-learn only when an estimator is used.
"""

import importlib
from typing import TYPE_CHECKING

from rosenblatt import _core

if TYPE_CHECKING:
    from rosenblatt import optimizers
    from rosenblatt.estimators.mcculloch_pitts.classifier import McCullochPittsClassifier
    from rosenblatt.estimators.mcculloch_pitts.network import McCullochPittsNetwork
    from rosenblatt.estimators.mcculloch_pitts.neuron import McCullochPittsNeuron
    from rosenblatt.estimators.mlp import MLPClassifier, MLPRegressor
    from rosenblatt.estimators.perceptron import Perceptron
    from rosenblatt.estimators.tlu import ThresholdLogicUnit
    from rosenblatt.network import Epoch, Network
    from rosenblatt.plots.activation_display import ActivationDisplay
    from rosenblatt.plots.loss_curve_display import LossCurveDisplay
    from rosenblatt.plots.loss_display import LossDisplay
    from rosenblatt.tables.classifier import TabularClassifier
    from rosenblatt.tables.preprocessor import TabularPreprocessor
    from rosenblatt.tables.regressor import TabularRegressor
    from rosenblatt.training.rate_finder import find_learning_rate

__version__ = _core.VERSION

# The module that defines each public name.
_HOME = {
    "ActivationDisplay": "plots.activation_display",
    "Epoch": "network",
    "LossCurveDisplay": "plots.loss_curve_display",
    "LossDisplay": "plots.loss_display",
    "MLPClassifier": "estimators.mlp",
    "MLPRegressor": "estimators.mlp",
    "McCullochPittsClassifier": "estimators.mcculloch_pitts.classifier",
    "McCullochPittsNetwork": "estimators.mcculloch_pitts.network",
    "McCullochPittsNeuron": "estimators.mcculloch_pitts.neuron",
    "Network": "network",
    "Perceptron": "estimators.perceptron",
    "TabularClassifier": "tables.classifier",
    "TabularPreprocessor": "tables.preprocessor",
    "TabularRegressor": "tables.regressor",
    "ThresholdLogicUnit": "estimators.tlu",
    "find_learning_rate": "training.rate_finder",
}

# The public modules.
_MODULES = ("activations", "callbacks", "embeddings", "initializers", "losses", "optimizers", "schedules")

__all__ = [
    "ActivationDisplay",
    "Epoch",
    "LossCurveDisplay",
    "LossDisplay",
    "MLPClassifier",
    "MLPRegressor",
    "McCullochPittsClassifier",
    "McCullochPittsNetwork",
    "McCullochPittsNeuron",
    "Network",
    "Perceptron",
    "TabularClassifier",
    "TabularPreprocessor",
    "TabularRegressor",
    "ThresholdLogicUnit",
    "__version__",
    "activations",
    "callbacks",
    "embeddings",
    "find_learning_rate",
    "initializers",
    "losses",
    "optimizers",
    "schedules",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
