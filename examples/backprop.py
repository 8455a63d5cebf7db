"""Backpropagation by hand, compared with the engine.

The chain rule in a dozen lines of NumPy: a forward pass through a small network, then a reverse pass, layer by layer.
On the left, the gradient by hand equals the engine's. On the right is the error of finite differences, which take two
forward passes for each parameter. A long step is inaccurate, a short step is dominated by rounding, and no step is as
accurate as one reverse pass.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from rosenblatt import Network
from show import show

Arrays = list[np.ndarray]


def backprop(X: np.ndarray, y: np.ndarray, weights: Arrays, biases: Arrays) -> tuple[float, Arrays, Arrays]:
    """Return the loss, mean(error^2) / 2, of a network with a hidden layer of tanh, and its gradients."""
    # Forward: scores z and activations a of each layer.
    z1 = X @ weights[0] + biases[0]
    a1 = np.tanh(z1)
    z2 = a1 @ weights[1] + biases[1]
    loss = ((z2 - y) ** 2).sum() / (2 * len(X))
    # Reverse: delta is the derivative of the loss with respect to the scores of a layer, from the last to the first.
    delta2 = (z2 - y) / len(X)
    delta1 = (delta2 @ weights[1].T) * (1 - a1**2)  # tanh' = 1 - tanh^2
    return loss, [X.T @ delta1, a1.T @ delta2], [delta1.sum(axis=0), delta2.sum(axis=0)]


def main() -> Figure:
    random = np.random.default_rng(42)
    X, y = random.normal(size=(10, 2)), random.normal(size=(10, 1))
    network = Network([2, 3, 1], activation="tanh", loss="squared_error", random_state=42)
    loss, weights, biases = backprop(X, y, list(network.weights), list(network.biases))
    by_hand = network.flatten(weights, biases)
    engine_loss, weights, biases = network.loss_and_gradients(X, y)
    by_engine = network.flatten(weights, biases)
    print(f"loss by hand {loss:.15f}, by the engine {engine_loss:.15f}")
    print(f"largest difference of gradients: {np.abs(by_hand - by_engine).max():.1e}")

    theta = network.parameters
    steps = np.logspace(-12, 0, 49)
    errors = []
    for h in steps:
        differences = []
        for i in range(theta.size):
            values = []
            for sign in (1, -1):
                network.parameters = theta + sign * h * np.eye(theta.size)[i]
                values.append(network.loss(X, y))
            differences.append((values[0] - values[1]) / (2 * h))
        errors.append(np.abs(differences - by_engine).max())
    print(f"smallest error of finite differences: {min(errors):.1e}")

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    left.bar(np.arange(theta.size) - 0.2, by_hand, 0.4, label="by hand")
    left.bar(np.arange(theta.size) + 0.2, by_engine, 0.4, label="by the engine")
    left.set(xlabel="parameter", ylabel="derivative of the loss")
    left.legend()
    right.loglog(steps, errors)
    right.set(xlabel="step", ylabel="largest error", title="finite differences")
    return figure


if __name__ == "__main__":
    show(main)
