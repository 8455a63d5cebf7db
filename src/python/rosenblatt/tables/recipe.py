"""What training networks for tables does by default.

The recipe is RealMLP's: D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and
boosted trees on tabular data", NeurIPS 2024, table A.1, called "paper" below.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt import activations, optimizers
from rosenblatt.schedules import FlatCosine, LogCosine

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Recipe:
    """The constants of a training.

    With Adam, the paper's parametrization (weights of unit scale, sums divided by the root of the number of inputs) is
    one of the learning rate and the weight decay of each layer.
    """

    activation: str
    learning_rate: float
    hidden_layer_sizes: tuple[int, ...] = (256, 256, 256)
    beta_2: float = 0.95
    dropout: float = 0.15
    weight_decay: float = 0.02
    batch_size: int = 256

    def network_options(self, layer_sizes: list[int], X: Floats, random_state: np.random.RandomState) -> dict[str, Any]:
        """Return the arguments that make a network."""
        weights, biases = data_driven(layer_sizes, self.activation, X, random_state)
        return {
            "layer_sizes": layer_sizes,
            "activation": self.activation,
            "init": weights,
            "bias_init": biases,
            "dtype": "float32",
            "random_state": random_state,
            "input_scaling": True,
            "slopes": True,
        }

    def training_options(self, layer_sizes: list[int]) -> dict[str, Any]:
        """Return the arguments of ``Network.train``."""
        roots = [sqrt(inputs) for inputs in layer_sizes[:-1]]
        weights = {f"weights[{layer}]": root for layer, root in enumerate(roots)}
        return {
            "optimizer": optimizers.AdamW(
                learning_rate=self.learning_rate, beta_2=self.beta_2, weight_decay=self.weight_decay
            ),
            "schedule": LogCosine(4),
            "batch_size": self.batch_size,
            "dropout": self.dropout,
            "dropout_schedule": FlatCosine() if self.dropout else None,
            "weight_decay_schedule": FlatCosine(),
            "learning_rate_factors": {
                **{name: 1 / root for name, root in weights.items()},
                "biases": 0.1,
                "scale": 6.0,
                "slopes": 0.1,
            },
            # Weights decay by learning rate times weight decay, whatever the factor of their layer.
            "weight_decay_factors": {**weights, "biases": 0.0, "scale": 6.0, "slopes": 0.1},
        }


@dataclass(frozen=True)
class Preset:
    """What the parameters of an estimator are if they are None."""

    n_members: int
    n_bins: int
    max_epochs: int


PRESETS = {"default": Preset(n_members=6, n_bins=24, max_epochs=64), "fast": Preset(1, 24, 64)}

# For classes and for numbers. The paper's rate for numbers, 0.2, goes with its trained embeddings; that of its simple
# variant is 0.07.
CLASSES = Recipe(activation="selu", learning_rate=0.04)
NUMBERS = Recipe(activation="mish", learning_rate=0.07)


def data_driven(
    layer_sizes: list[int], activation: str, X: Floats, random_state: np.random.RandomState
) -> tuple[list[Floats], list[Floats]]:
    """Return initial weights and biases that depend on the data (paper, appendix A.3).

    The sums of each neuron vary by 1 over the data, and its hyperplane passes through a random point among them.
    """
    most = 10_000  # rows that are looked at
    A = X[random_state.permutation(len(X))[:most]].astype(np.float64)
    all_weights, all_biases = [], []
    for layer, (inputs, outputs) in enumerate(pairwise(layer_sizes)):
        weights = random_state.randn(inputs, outputs)
        sums = A @ weights
        spread = sums.std(axis=0)
        spread[spread == 0] = 1.0
        weights /= spread
        sums /= spread
        rows = random_state.randint(len(A), size=(5, outputs))
        shares = random_state.exponential(size=(5, outputs))
        shares /= shares.sum(axis=0)
        biases = -(shares * np.take_along_axis(sums, rows, axis=0)).sum(axis=0)
        all_weights.append(weights.astype(np.float32))
        all_biases.append(biases.astype(np.float32))
        if layer + 2 < len(layer_sizes):
            A = activations.find(activation)(sums + biases)
    return all_weights, all_biases
