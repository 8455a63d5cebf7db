"""A table as it comes: rents of invented flats, with numbers, categories, dates and missing values.

On the left, predictions for flats that the networks have not seen, with intervals that are to hold 90 % of the rents:
they are wider where rents are higher. On the right, how much worse the predictions become if one column is shuffled;
the letter says nothing. Needs pandas.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split

from rosenblatt import TabularRegressor
from show import show


def flats(n: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return columns of every kind, and rents that depend on most of them."""
    random = np.random.default_rng(0)
    district = random.choice(["centre", "north", "river", "station"], n, p=[0.2, 0.4, 0.1, 0.3])
    area = random.gamma(8, 9, n) + 20
    built = pd.Timestamp("1900-01-01") + pd.to_timedelta(random.integers(0, 45_000, n), unit="D")
    floor = random.integers(0, 7, n).astype(float)
    lift = random.random(n) < 0.4
    price = pd.Series(district).map({"centre": 16.0, "north": 9.0, "river": 14.0, "station": 11.0}).to_numpy()
    price = price + 3 * (built.year > 1990) + np.where(lift, 0.2, -0.6) * floor
    rent = area**0.9 * price * random.normal(1, 0.08, n)
    floor[random.random(n) < 0.1] = np.nan
    columns = {"area": area, "district": district, "built": built, "floor": floor, "lift": lift}
    return pd.DataFrame({**columns, "letter": random.choice(list("ABCDEFGH"), n)}), rent


def main() -> Figure:
    X, y = flats(3000)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    model = TabularRegressor(n_members=2, max_epochs=20, random_state=0).fit(X_train, y_train)
    print(model.summary())
    print(f"R2 {model.score(X_test, y_test):.3f}")
    low, middle, high = model.predict_quantiles(X_test, [0.05, 0.5, 0.95]).T
    print(f"rents within their intervals {np.mean((low <= y_test) & (y_test <= high)):.3f}")
    importances = permutation_importance(model, X_test, y_test, n_repeats=3, random_state=0).importances_mean

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    shown = slice(150)
    bars = np.maximum([middle - low, high - middle], 0)[:, shown]
    left.errorbar(y_test[shown], middle[shown], bars, fmt=".", elinewidth=0.7, markersize=4)
    left.axline((500, 500), slope=1, color="black", linewidth=0.7)
    left.set(title="rents with intervals of 90 %", xlabel="rent", ylabel="prediction")
    order = np.argsort(importances)
    right.barh(X.columns[order], importances[order])
    right.set(title="what the predictions depend on", xlabel="decrease of R2 if the column is shuffled")
    return figure


if __name__ == "__main__":
    show(main)
