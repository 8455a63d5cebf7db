"""What training networks for tables does by default.

The recipe is RealMLP's: D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and
boosted trees on tabular data", NeurIPS 2024, table A.1, called "paper" below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rosenblatt import activations, optimizers
from rosenblatt.embeddings import Categories, Embedding, Periodic, PiecewiseLinear
from rosenblatt.network import Network
from rosenblatt.network.derivatives import embedded
from rosenblatt.schedules import FlatCosine, LogCosine

Floats = npt.NDArray[np.float32]

Encoding = Literal["cumulative", "local", "periodic"]

# Of the frequencies. The paper has 0.1, and 0.1 as the factor of their learning rate, with a learning rate of 0.2 for
# numbers. With 0.07, two networks with 0.3 for both are better than with 0.1 on California by 2.5 %, on elevators and
# bike by 2 %, the same on pol.
_SIGMA = 0.3

# The vectors of categories stay small, unless many rows ask for more. California, two networks: with the cell of a map
# (1563 categories) instead of the coordinates, the error is 4 % smaller with vectors than with mean targets alone; with
# a column of noise (1600 categories) it is 1.6 % larger, and 14 % without this decay.
_DECAY_OF_CATEGORIES = 1000.0

_RATES_OF_EMBEDDINGS = {"periodic": 0.3, "categories": 0.1}

_CYCLES = 4  # of the learning rate

_LOOKED_AT = 10_000  # rows that the initial parameters are fitted to


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

    def network(
        self,
        X: Floats,
        n_outputs: int,
        embeddings: Mapping[int, Embedding],
        loss: Any,
        random_state: np.random.RandomState,
    ) -> Network:
        """Return a network whose parameters fit the training data."""
        made = Network(
            [X.shape[1], *self.hidden_layer_sizes, n_outputs],
            self.activation,
            loss=loss,
            init="zeros",
            random_state=random_state,
            embeddings=embeddings,
            **self.network_options(),
        )
        A = embedded(made, X[random_state.permutation(len(X))[:_LOOKED_AT]]).astype(np.float64)
        made.weights, made.biases = data_driven([A.shape[1], *made.layer_sizes[1:]], self.activation, A, random_state)
        return made

    def network_options(self) -> dict[str, Any]:
        """Return further arguments of `Network`."""
        return {"dtype": "float32", "input_scaling": True, "slopes": True}

    def last_cycle_but_one(self, epochs: int) -> tuple[int, int]:
        """Return the epochs with which the last cycle of the learning rate but one begins and ends, where it is 0."""
        first, end = (ceil(epochs * (2**cycle - 1) / (2**_CYCLES - 1)) for cycle in (_CYCLES - 2, _CYCLES - 1))
        return first, end

    def training_options(self, network: Network) -> dict[str, Any]:
        """Return the arguments of ``Network.train``."""
        roots = [sqrt(len(weights)) for weights in network.weights]
        weights = {f"weights[{layer}]": root for layer, root in enumerate(roots)}
        return {
            "optimizer": optimizers.AdamW(
                learning_rate=self.learning_rate, beta_2=self.beta_2, weight_decay=self.weight_decay
            ),
            "schedule": LogCosine(_CYCLES),
            "batch_size": self.batch_size,
            "dropout": self.dropout,
            "dropout_schedule": FlatCosine() if self.dropout else None,
            "weight_decay_schedule": FlatCosine(),
            "learning_rate_factors": {
                **{name: 1 / root for name, root in weights.items()},
                "biases": 0.1,
                "scale": 6.0,
                "slopes": 0.1,
                **{kind: factor for kind, factor in _RATES_OF_EMBEDDINGS.items() if kind in network.groups},
            },
            # Weights decay by learning rate times weight decay, whatever the factor of their layer.
            "weight_decay_factors": {
                **weights,
                "biases": 0.0,
                "scale": 6.0,
                "slopes": 0.1,
                **({"categories": _DECAY_OF_CATEGORIES} if "categories" in network.groups else {}),
            },
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


def embeddings_of(
    X: Floats, columns: Iterable[int], n_bins: int, encoding: Encoding, n_categories: Sequence[int] = ()
) -> dict[int, Embedding]:
    """Return the embeddings of columns.

    Those of numbers are ``columns``; a column of a single bin has none. Those of categories are the last columns, whose
    numbers of categories are given.
    """
    found: dict[int, Embedding] = {}
    for column in columns:
        embedding = PiecewiseLinear.of_quantiles(X[:, column], n_bins, "local" if encoding == "local" else "cumulative")
        if embedding is not None:
            found[column] = Periodic(sigma=_SIGMA) if encoding == "periodic" else embedding
    for column, n in enumerate(n_categories, start=X.shape[1] - len(n_categories)):
        found[column] = Categories(n, sigma=0.0)
    return found


def data_driven(
    layer_sizes: list[int], activation: str, A: npt.NDArray[np.float64], random_state: np.random.RandomState
) -> tuple[list[Floats], list[Floats]]:
    """Return initial weights and biases that depend on the inputs A of the first layer (paper, appendix A.3).

    The sums of each neuron vary by 1 over the data, and its hyperplane passes through a random point among them.
    """
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
