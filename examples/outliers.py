"""Huber loss: regression that is robust against outliers.

One target in ten is far off. With the squared error, an error that is twice as large counts four times as much, so the
curve moves towards the outliers. With Huber's loss, it counts about twice as much beyond delta, and the curve stays
close to the other points.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import root_mean_squared_error

from rosenblatt import MLPRegressor
from show import show


def main() -> Figure:
    random = np.random.default_rng(0)
    X = np.sort(random.uniform(-3, 3, (200, 1)), axis=0)
    truth = np.sin(X[:, 0])
    y = truth + 0.1 * random.normal(size=200)
    y[random.choice(200, 20, replace=False)] += random.uniform(3, 6, 20)

    figure, ax = plt.subplots(layout="constrained")
    ax.plot(X, y, ".", color="gray")
    ax.plot(X, truth, "k--", label="truth")
    for loss in ("squared_error", "huber"):
        model = MLPRegressor(loss, [30], activation="tanh", batch_size=20, learning_rate_init=0.01, random_state=0).fit(
            X, y
        )
        y_pred = model.predict(X)
        print(f"{loss}: RMSE to the truth {root_mean_squared_error(truth, y_pred):.3f}")
        ax.plot(X, y_pred, label=loss)
    ax.set(xlabel="x", ylabel="y", title="one outlier in ten")
    ax.legend()
    return figure


if __name__ == "__main__":
    show(main)
