"""Gradient descent: linear regression with three learning rates and three batch sizes.

The data are y = 4 + 3 x + noise. Above are the lines of the first 20 steps: a small rate needs more steps, a good rate
has nearly converged, and a large rate diverges. Below are the paths of both parameters to the least squares solution
(star). Full batches follow a smooth path, with one step an epoch. Single samples make a hundred noisy steps an epoch
and end near the star. Mini-batches are in between.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from rosenblatt import Network, optimizers
from show import show


def start(theta: np.ndarray) -> Network:
    """Return a network that computes the line y = theta[0] + theta[1] x."""
    network = Network([1, 1], loss="squared_error", random_state=42)
    network.biases[0], network.weights[0] = theta[:1], theta[1:, None]
    return network


def theta_of(network: Network) -> np.ndarray:
    return np.array([network.biases[0][0], network.weights[0][0, 0]])


def main() -> Figure:
    random = np.random.RandomState(42)
    X = 2 * random.rand(100, 1)
    y = 4 + 3 * X[:, 0] + random.randn(100)
    theta = random.randn(2)
    ends = np.array([[0.0], [2.0]])

    figure, axes = plt.subplot_mosaic([["slow", "good", "fast"], ["path"] * 3], figsize=(11, 8), layout="constrained")
    # The loss is half the mean squared error, so these rates are twice those for the mean squared error.
    for name, rate in ("slow", 0.04), ("good", 0.2), ("fast", 1.0):
        network, ax = start(theta), axes[name]
        ax.plot(X, y, "b.", markersize=3)
        ax.plot(ends, network.predict(ends), "r--")
        for _ in network.train(X, y, optimizers.SGD(rate, momentum=0), batch_size=None, epochs=20):
            ax.plot(ends, network.predict(ends), "g-", linewidth=0.7)
        ax.set(title=f"learning rate {rate}", xlabel="x", ylabel="y", ylim=(0, 15))

    least_squares = start(theta)
    for _ in least_squares.train(X, y, optimizers.SGD(0.2, momentum=0), batch_size=None, epochs=1000):
        pass
    print("theta after 1000 epochs:", *np.round(theta_of(least_squares), 8))

    # Noisier steps need a faster decay of the learning rate.
    ways = ("single samples", 1, 0.5, "lightcoral"), ("mini-batches of 20", 20, 0.05, "g"), ("batch", 100, 0, "b")
    for name, batch_size, decay, color in ways:
        network, path = start(theta), [theta]
        for epoch in range(50):
            optimizer = optimizers.SGD(0.2 / (1 + decay * epoch), momentum=0)
            for rows in np.split(random.permutation(100), 100 // batch_size):
                network.step(X[rows], y[rows], optimizer)
                path.append(theta_of(network))
        axes["path"].plot(*np.transpose(path), ".-", color=color, linewidth=0.7, markersize=3, label=name)
    axes["path"].plot(*theta_of(least_squares), "k*", markersize=15)
    axes["path"].set(xlabel="bias", ylabel="weight", title="paths of 50 epochs")
    axes["path"].legend()
    return figure


if __name__ == "__main__":
    show(main)
