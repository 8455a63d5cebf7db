"""Multiclass classification: which of ten digits is it?

The network returns ten probabilities that sum to 1, and predicts the class with the largest. The confusion matrix is
almost diagonal. Beside it are the test digits with the least certain predictions, each with its two most probable
classes. Some are hard to read for a person, too.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split

from rosenblatt import MLPClassifier
from show import show


def main() -> Figure:
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=42)
    model = MLPClassifier([50], learning_rate_init=0.01, random_state=42).fit(X_train, y_train)
    probabilities = model.predict_proba(X_test)
    print(f"accuracy: {model.score(X_test, y_test):.3f}")
    print(f"sums of probabilities: {probabilities.sum(axis=1).min():.6f} to {probabilities.sum(axis=1).max():.6f}")

    figure = plt.figure(figsize=(11, 5), layout="constrained")
    left, right = np.asarray(figure.subfigures(1, 2))
    ConfusionMatrixDisplay.from_estimator(model, X_test, y_test, colorbar=False, cmap="Blues", ax=left.subplots())
    least_certain = probabilities.max(axis=1).argsort()[:9]
    for ax, row in zip(right.subplots(3, 3).ravel(), least_certain, strict=True):
        second, first = probabilities[row].argsort()[-2:]
        ax.imshow(X_test[row].reshape(8, 8), cmap="binary")
        ax.axis("off")
        ax.set_title(
            f"{first}: {probabilities[row, first]:.0%}, {second}: {probabilities[row, second]:.0%}", fontsize=9
        )
    right.suptitle("least certain predictions")
    return figure


if __name__ == "__main__":
    show(main)
