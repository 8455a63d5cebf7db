"""Huber loss: a few wild targets should not decide.

One target in ten is off by much. Squared error pulls the curve towards them, as an error twice as large counts four
times as much; for Huber's loss, beyond delta it counts twice as much only, and the curve stays with the many.
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
