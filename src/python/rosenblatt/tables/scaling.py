"""Robust scaling with a smooth clip: of numbers whose spread and outliers are unknown, inputs in (-3, 3).

Holzmueller, Grinsztajn & Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
NeurIPS 2024, appendix A.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class RobustScaler:
    """``s (x - median)``, then ``x / sqrt(1 + (x / 3)^2)``, where 1 / s is the range of the middle half of the values.

    Where more than half of the values are the same, s is 2 / (max - min). NaN becomes 0, as the median does.
    """

    def __init__(self, X: Floats) -> None:
        low, self.median, high = np.nanquantile(X, [0.25, 0.5, 0.75], axis=0)
        spread = high - low
        self.spread = np.where(spread > 0, spread, (np.nanmax(X, axis=0) - np.nanmin(X, axis=0)) / 2)
        self.spread[self.spread == 0] = 1.0  # of one value beside missing ones

    def scale(self, X: Floats) -> Floats:
        """Return the scaled numbers, of the shape of X."""
        with np.errstate(over="ignore"):
            scaled = np.clip((X - self.median) / self.spread, -1e100, 1e100)
        clipped = scaled / np.sqrt(1 + (scaled / 3) ** 2)
        result: Floats = np.nan_to_num(clipped, copy=False, nan=0.0)
        return result
