"""A perceptron that separates iris setosa from the other irises by the size of the petals.

On the straight line the perceptron's score is 0. All flowers are on the correct side of the line, so training has
converged. It stops at the first line without errors, which is not the one in the middle of the gap.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_iris
from sklearn.inspection import DecisionBoundaryDisplay

from rosenblatt import Perceptron
from show import show


def main() -> Figure:
    iris = load_iris(as_frame=True)
    X = iris.data[["petal length (cm)", "petal width (cm)"]]
    y = np.where(iris.target == 0, "setosa", "another")
    perceptron = Perceptron(random_state=42).fit(X, y)
    print("accuracy:", perceptron.score(X, y))
    flowers = X.iloc[:2].copy()
    flowers[:] = [[2.0, 0.5], [3.0, 1.0]]
    print("petals of 2 x 0.5 and 3 x 1 cm:", *perceptron.predict(flowers))

    figure, ax = plt.subplots(layout="constrained")
    DecisionBoundaryDisplay.from_estimator(
        perceptron, X, response_method="predict", grid_resolution=500, alpha=0.2, cmap="coolwarm", ax=ax
    )
    for name, color in ("another", "tab:blue"), ("setosa", "tab:red"):
        ax.scatter(*X[y == name].to_numpy().T, color=color, edgecolors="black", label=name)
    ax.legend(loc="upper left")
    ax.set_title("Perceptron on iris")
    return figure


if __name__ == "__main__":
    show(main)
