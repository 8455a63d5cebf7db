"""Multilabel classification: two questions about each digit. Is it large (7, 8 or 9)? Is it odd?

One network answers both. It has two output neurons, each with its own probability; the two need not sum to 1. A bar
beyond the middle means yes. A nine should get two such bars, a two none.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from rosenblatt import MLPClassifier
from show import show

LABELS = ["large", "odd"]


def main() -> Figure:
    X, digit = load_digits(return_X_y=True)
    Y = np.column_stack([digit >= 7, digit % 2 == 1]).astype(int)
    X_train, X_test, Y_train, Y_test, _, digit_test = train_test_split(X / 16, Y, digit, random_state=42)
    model = MLPClassifier([50], alpha=0.1, learning_rate_init=0.01, random_state=42).fit(X_train, Y_train)
    print(f"macro F1 score: {f1_score(Y_test, model.predict(X_test), average='macro'):.3f}")

    figure, axes = plt.subplots(2, 10, figsize=(13, 3), layout="constrained")
    for value, (upper, lower) in enumerate(axes.T):
        row = np.flatnonzero(digit_test == value)[:1]
        upper.imshow(X_test[row].reshape(8, 8), cmap="binary")
        upper.axis("off")
        probabilities = model.predict_proba(X_test[row])[0]
        lower.barh(LABELS, probabilities, color=np.where(probabilities > 0.5, "tab:blue", "lightgray"))
        lower.axvline(0.5, color="black", linewidth=0.5)
        lower.set(xlim=(0, 1), xticks=[0, 1], yticks=[0, 1] if value == 0 else [])
    return figure


if __name__ == "__main__":
    show(main)
