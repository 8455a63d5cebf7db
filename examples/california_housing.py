"""Regression: the prices of houses in California, by a network with three hidden layers of 50 neurons.

The loss falls fast at first, then ever more slowly, until it no longer improves and training stops. On the right,
predictions lie around the diagonal. The vertical line of points at the right end comes from the data, which record
prices above 500,000 dollars as 500,001. If the data set is not available, the small diabetes data set is used.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import fetch_california_housing, load_diabetes
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import LossCurveDisplay, MLPRegressor
from show import show


def load() -> tuple[str, np.ndarray, np.ndarray]:
    """Return the name, the features and the targets of California housing, or of diabetes if it is not available."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Retry downloading")
            return "California housing", *fetch_california_housing(return_X_y=True, n_retries=1, delay=0.1)
    except OSError:
        X, y = load_diabetes(return_X_y=True)
        return "diabetes", X, y / 100


def main() -> Figure:
    name, X, y = load()
    X_rest, _, y_rest, _ = train_test_split(X, y, random_state=42)  # the second part is left for a final test
    X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, random_state=42)
    network = MLPRegressor(hidden_layer_sizes=[50, 50, 50], max_iter=500, random_state=42)
    model = make_pipeline(StandardScaler(), network).fit(X_train, y_train)
    y_pred = model.predict(X_valid)
    print(f"{name}: RMSE {root_mean_squared_error(y_valid, y_pred):.6f} after {network.n_iter_} epochs")

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    LossCurveDisplay.from_estimator(model, ax=left)
    left.set(title=name, yscale="log")
    right.plot(y_valid, y_pred, ".", markersize=2)
    right.axline((0, 0), slope=1, color="black")
    right.set(title="validation set", xlabel="target", ylabel="prediction")
    return figure


if __name__ == "__main__":
    show(main)
