"""Positive and bounded outputs: the output activation keeps predictions in the range of the targets.

On the left, targets are never negative. In the middle, the network without an output activation predicts negative
values; the one with softplus does not. On the right, targets are between 0 and 1. Outside the data, whose range ends at
the dashed lines, the plain network leaves this range; the one with a sigmoid cannot.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rosenblatt import MLPRegressor
from show import show


def compare(ax: Axes, X: np.ndarray, y: np.ndarray, bounded: str) -> None:
    """Fit a network with and one without an output activation, and draw both."""
    ax.plot(X, y, ".", color="gray", markersize=3)
    x = np.linspace(-4, 4, 400)[:, None]
    for output_activation in ("identity", bounded):
        model = MLPRegressor(
            hidden_layer_sizes=[20],
            activation="tanh",
            output_activation=output_activation,
            batch_size=30,
            learning_rate_init=0.01,
            random_state=0,
        ).fit(X, y)
        y_pred = model.predict(x)
        print(f"{output_activation}: predictions from {y_pred.min():.3f} to {y_pred.max():.3f}")
        ax.plot(x, y_pred, label=output_activation)
    for end in (X.min(), X.max()):
        ax.axvline(end, color="black", linestyle="--", linewidth=0.5)
    ax.legend()


def main() -> Figure:
    random = np.random.default_rng(0)
    X = random.uniform(-2.5, 2.5, (300, 1))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    compare(left, X, 3 * np.maximum(np.abs(X[:, 0]) - 1, 0) * random.gamma(5, 0.2, 300), "softplus")
    left.set(title="never negative", xlabel="x", ylabel="y")
    compare(right, X, random.binomial(20, 1 / (1 + np.exp(-2 * X[:, 0]))) / 20, "sigmoid")
    right.set(title="between 0 and 1", xlabel="x", ylabel="y")
    return figure


if __name__ == "__main__":
    show(main)
