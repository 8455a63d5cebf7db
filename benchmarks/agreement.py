"""What it means that two libraries arrive at the same answer.

Each function returns one that takes the answers by contender, raises if they differ, and says how close they are.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Agree = Callable[[dict[str, Any]], str]


def _within(what: str, worst: float, rtol: float) -> str:
    if not worst <= rtol:
        raise AssertionError(f"{what} differ by {worst:.1e}, relative; at most {rtol:.0e} is allowed")
    return f"same {what} to {worst:.0e}" if worst else f"same {what}, bit for bit"


def _difference(a: ArrayLike, b: ArrayLike) -> float:
    """The largest difference, relative to the largest number."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise AssertionError(f"got answers of the shapes {a.shape} and {b.shape}")
    return float(np.abs(a - b).max() / np.abs(a).max())


def parameters(estimator: Any) -> list[np.ndarray]:
    if hasattr(estimator, "coefs_"):
        return [*estimator.coefs_, *estimator.intercepts_]
    return [estimator.coef_, estimator.intercept_]


def same_weights(rtol: float) -> Agree:
    """Compare fitted estimators: iterations exactly, each array of weights to ``rtol`` of its largest."""

    def agree(answers: dict[str, Any]) -> str:
        first, *rest = answers.values()
        worst = 0.0
        for other in rest:
            if first.n_iter_ != other.n_iter_:
                raise AssertionError(f"got {first.n_iter_} and {other.n_iter_} iterations")
            pairs = zip(parameters(first), parameters(other), strict=True)
            worst = max(worst, *(_difference(a, b) for a, b in pairs))
        return _within("weights", worst, rtol)

    return agree


def same_loss(rtol: float) -> Agree:
    """Compare the losses of all epochs, of fits in float32 whose weights drift apart by rounding."""

    def agree(answers: dict[str, Any]) -> str:
        first, *rest = (np.asarray(answer.loss_curve_) for answer in answers.values())
        return _within("losses", max((float(np.abs(other / first - 1).max()) for other in rest), default=0.0), rtol)

    return agree


def same_output(rtol: float) -> Agree:
    """Compare arrays, or lists of arrays, each to ``rtol`` of its largest number."""

    def agree(answers: dict[str, Any]) -> str:
        first, *rest = ([*answer] if isinstance(answer, list | tuple) else [answer] for answer in answers.values())
        pairs = [pair for other in rest for pair in zip(first, other, strict=True)]
        return _within("output", max((_difference(a, b) for a, b in pairs), default=0.0), rtol)

    return agree
