"""Binary classification: is this digit a five?

The network is trained on 200 digits and returns one probability. On the left is its distribution over the test digits:
most fives are near 1, most other digits near 0, and a few are in between. On the right is the upper left corner of the
ROC curve: the fraction of fives that are found against the fraction of false alarms, for every threshold.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.metrics import RocCurveDisplay, precision_score, recall_score
from sklearn.model_selection import train_test_split

from rosenblatt import MLPClassifier
from show import show


def main() -> Figure:
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y == 5, train_size=200, stratify=y, random_state=42)
    model = MLPClassifier([20], alpha=0.1, learning_rate_init=0.01, random_state=42).fit(X_train, y_train)
    y_pred = model.predict(X_test)
    print(f"precision {precision_score(y_test, y_pred):.3f}, recall {recall_score(y_test, y_pred):.3f}")

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    probability = model.predict_proba(X_test)[:, 1]
    for five, label in (False, "other digits"), (True, "fives"):
        left.hist(probability[y_test == five], bins=np.linspace(0, 1, 21), alpha=0.6, log=True, label=label)
    left.set(xlabel="probability of a five", ylabel="test digits")
    left.legend()
    RocCurveDisplay.from_estimator(model, X_test, y_test, ax=right)
    right.set(xlim=(-0.01, 0.26), ylim=(0.74, 1.01))
    return figure


if __name__ == "__main__":
    show(main)
