"""Exclusive or: one layer cannot compute it, two layers can.

The boundary of a perceptron is a straight line, so at least one of the four corners is on the wrong side. A network
with a hidden layer of four neurons has a curved boundary and classifies all four correctly.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.inspection import DecisionBoundaryDisplay

from rosenblatt import MLPClassifier, Perceptron
from show import show


def main() -> Figure:
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([0, 1, 1, 0])
    models: dict[str, Perceptron | MLPClassifier] = {
        "one layer": Perceptron(max_iter=50, tol=None, random_state=5),
        "two layers": MLPClassifier([4], activation="tanh", solver="lbfgs", random_state=0),
    }
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        accuracy = model.fit(X, y).score(X, y)
        print(f"{name}: accuracy {accuracy}")
        DecisionBoundaryDisplay.from_estimator(
            model, X, response_method="predict", grid_resolution=500, alpha=0.3, cmap="coolwarm", eps=0.5, ax=ax
        )
        ax.scatter(*X.T, c=y, s=200, cmap="coolwarm", edgecolors="black")
        ax.set(title=f"{name}: {accuracy:.0%} correct", xlabel="a", ylabel="b", xticks=[0, 1], yticks=[0, 1])
    return figure


if __name__ == "__main__":
    show(main)
