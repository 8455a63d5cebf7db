"""rosenblatt: perceptrons and dense neural networks for CPUs.

Names are imported when they are first touched, so that ``import rosenblatt`` costs little more than NumPy
and scikit-learn is loaded only for the estimators.
"""

import importlib
from typing import TYPE_CHECKING

from rosenblatt import _core

if TYPE_CHECKING:
    from rosenblatt import optimizers
    from rosenblatt.estimators.mcculloch_pitts import McCullochPittsNetwork, McCullochPittsNeuron
    from rosenblatt.estimators.mcculloch_pitts_classifier import McCullochPittsClassifier
    from rosenblatt.estimators.mlp import MLPClassifier, MLPRegressor
    from rosenblatt.estimators.perceptron import Perceptron
    from rosenblatt.estimators.tlu import ThresholdLogicUnit
    from rosenblatt.network import Epoch, Network
    from rosenblatt.plots.activation_display import ActivationDisplay
    from rosenblatt.plots.loss_curve_display import LossCurveDisplay
    from rosenblatt.training.rate_finder import find_learning_rate

__version__ = _core.VERSION

# Public name -> the module that defines it.
_HOME = {
    "ActivationDisplay": "plots.activation_display",
    "Epoch": "network",
    "LossCurveDisplay": "plots.loss_curve_display",
    "MLPClassifier": "estimators.mlp",
    "MLPRegressor": "estimators.mlp",
    "McCullochPittsClassifier": "estimators.mcculloch_pitts_classifier",
    "McCullochPittsNetwork": "estimators.mcculloch_pitts",
    "McCullochPittsNeuron": "estimators.mcculloch_pitts",
    "Network": "network",
    "Perceptron": "estimators.perceptron",
    "ThresholdLogicUnit": "estimators.tlu",
    "find_learning_rate": "training.rate_finder",
}

# Public modules, whose names stay their own.
_MODULES = ("activations", "callbacks", "initializers", "losses", "optimizers", "schedules")

__all__ = [
    "ActivationDisplay",
    "Epoch",
    "LossCurveDisplay",
    "MLPClassifier",
    "MLPRegressor",
    "McCullochPittsClassifier",
    "McCullochPittsNetwork",
    "McCullochPittsNeuron",
    "Network",
    "Perceptron",
    "ThresholdLogicUnit",
    "__version__",
    "activations",
    "callbacks",
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
    return sorted({*globals(), *__all__})
