"""The perceptron convergence theorem: separable classes are separated after a bounded number of updates.

On the left are the errors of each epoch. "And" and iris setosa reach an epoch without an error. "Exclusive or" never
does, since no line separates its classes. On the right are random points on both sides of a line. With a smaller margin
between the classes, training may need more updates, but never more than Novikoff's bound, which grows as 1 / margin^2.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import ThresholdLogicUnit
from show import show


def separable(gap: float, n_samples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return random points at least ``gap`` away from the line x0 = x1, and the side each is on."""
    X = np.random.default_rng(0).uniform(-1, 1, (10 * n_samples, 2))
    side = X[:, 1] - X[:, 0]
    far = np.flatnonzero(np.abs(side) / np.sqrt(2) >= gap)[:n_samples]
    return X[far], (side[far] > 0).astype(int)


def main() -> Figure:
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    iris = load_iris()
    tasks = {
        "and": (corners, [0, 0, 0, 1]),
        "iris setosa": (iris.data[:, 2:], iris.target == 0),
        "exclusive or": (corners, [0, 1, 1, 0]),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, (X, y) in tasks.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # of "exclusive or"
            unit = ThresholdLogicUnit("sign", max_iter=20).fit(X, y)
        print(f"{name}: converged: {unit.converged_}, epochs: {unit.n_iter_}, updates: {unit.n_updates_[0]}", end=", ")
        print(f"margin: {unit.margin_[0]:.3f}, bound: {unit.novikoff_bound_[0]:.0f}")
        left.plot(np.arange(1, unit.n_iter_ + 1), unit.errors_[:, 0], "o-", label=name)
    left.set(xlabel="epoch", ylabel="errors", xticks=range(0, 21, 5), title="errors of each epoch")
    left.legend()

    units = [ThresholdLogicUnit(max_iter=100_000).fit(*separable(gap)) for gap in np.geomspace(0.003, 0.5, 15)]
    margins = [unit.margin_[0] for unit in units]
    right.loglog(margins, [unit.novikoff_bound_[0] for unit in units], "k.", label="Novikoff's bound")
    right.loglog(margins, [unit.n_updates_[0] for unit in units], "o", label="updates")
    right.set(xlabel="margin of the trained line", title="updates until convergence")
    right.legend()
    return figure


if __name__ == "__main__":
    show(main)
