"""The work of the benchmarks: networks, random tables, and the weights and shuffles that all libraries start from."""

import dataclasses
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse

import rosenblatt


@dataclass(frozen=True)
class Work:
    """A network and some epochs of its training on random numbers."""

    rows: int
    sizes: tuple[int, ...]  # inputs, hidden layers, outputs
    batch_size: int
    epochs: int
    dtype: str = "float32"
    activation: str = "relu"
    solver: str = "adam"  # or "sgd", with Nesterov's momentum
    loss: str = "squared_error"  # or "huber", or "log_loss" of classes
    density: float = 1.0  # of X; below 1 it is a CSR matrix

    # Adam's epsilon: almost 0, because PyTorch adds it in another place than scikit-learn.
    epsilon = 1e-15
    learning_rate = 0.001
    momentum = 0.9

    @property
    def classes(self) -> bool:
        return self.loss == "log_loss"

    @property
    def name(self) -> str:
        unusual = [
            value
            for value, usual in ((self.activation, "relu"), (self.solver, "adam"), (self.loss, "squared_error"))
            if value not in (usual, "log_loss")
        ]
        sparse = [f"{self.density:.1%} dense"] if self.density < 1 else []
        network = "-".join(map(str, self.sizes))
        return ", ".join([f"{self.rows} x {network}", f"batch {self.batch_size}", self.dtype, *unusual, *sparse])

    @property
    def operations(self) -> float:
        """The floating-point operations of an epoch's products: three for each layer, but no deltas of the inputs."""
        first, *others = [inputs * outputs for inputs, outputs in pairwise(self.sizes)]
        return 2.0 * self.rows * (2 * first * self.density + 3 * sum(others))

    @property
    def parameters(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters of an estimator, except for the loss, which only ours has."""
        return {
            "hidden_layer_sizes": self.sizes[1:-1],
            "activation": self.activation,
            "solver": self.solver,
            "batch_size": self.batch_size,
            "max_iter": self.epochs,
            "n_iter_no_change": self.epochs,
            "learning_rate_init": self.learning_rate,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "alpha": 0.0,
            "random_state": 0,
        }


@dataclass(frozen=True)
class Problem:
    """A work with its data and its initial state, so that all libraries have the same losses.

    The weights and shuffles are those that our estimators and scikit-learn's draw from their ``random_state``.
    """

    work: Work
    X: Any
    y: np.ndarray  # (rows, outputs) numbers, or (rows,) classes
    weights: list[np.ndarray]  # (inputs, outputs) of each layer
    biases: list[np.ndarray]
    orders: list[np.ndarray]  # of the rows, one for each epoch

    @classmethod
    def draw(cls, work: Work) -> "Problem":
        rng = np.random.default_rng(0)
        shape = work.rows, work.sizes[0]
        if work.density < 1:
            X = scipy.sparse.random(*shape, density=work.density, format="csr", dtype=work.dtype, random_state=rng)
        else:
            X = rng.standard_normal(shape, dtype=np.float32).astype(work.dtype, copy=False)
        scores = X @ rng.standard_normal((work.sizes[0], work.sizes[-1])).astype(work.dtype)
        y = scores.argmax(axis=1) if work.classes else np.tanh(scores)

        random_state = np.random.RandomState(work.settings["random_state"])
        start = rosenblatt.Network(work.sizes, work.activation, dtype=work.dtype, random_state=random_state)
        order, orders = np.arange(work.rows), []
        for _ in range(work.epochs):
            random_state.shuffle(order)
            orders.append(order.copy())
        return cls(work, X, y, list(start.weights), list(start.biases), orders)

    @property
    def targets(self) -> np.ndarray:
        """The targets in the form for estimators: a single column as a vector."""
        return self.y.ravel() if self.work.sizes[-1] == 1 else self.y


@dataclass(frozen=True)
class Fitted:
    """The result of a training, for comparisons."""

    loss_curve_: list[float]
