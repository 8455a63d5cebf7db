"""Comparisons of the results of several libraries.

Each public function returns a function of the results by contender. It raises an error if they differ, and otherwise
returns a text that says how closely they agree.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Agree = Callable[[dict[str, Any]], str]


def _within(what: str, worst: float, rtol: float) -> str:
    if not worst <= rtol:
        raise AssertionError(f"{what} differ: got a relative difference of {worst:.1e}, expected at most {rtol:.0e}")
    return f"same {what} to {worst:.0e}" if worst else f"same {what}, bit for bit"


def _difference(a: ArrayLike, b: ArrayLike) -> float:
    """Return the largest difference, relative to the largest number."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise AssertionError(f"results: got the shapes {a.shape} and {b.shape}, expected equal shapes")
    return float(np.abs(a - b).max() / np.abs(a).max())


def parameters(estimator: Any) -> list[np.ndarray]:
    if hasattr(estimator, "coefs_"):
        return [*estimator.coefs_, *estimator.intercepts_]
    return [estimator.coef_, estimator.intercept_]


def same_weights(rtol: float) -> Agree:
    """Compare fitted estimators: iterations exactly, and each array of weights to ``rtol`` of its largest number."""

    def agree(answers: dict[str, Any]) -> str:
        first, *rest = answers.values()
        worst = 0.0
        for other in rest:
            if first.n_iter_ != other.n_iter_:
                raise AssertionError(f"n_iter_: got {first.n_iter_} and {other.n_iter_}, expected equal numbers")
            pairs = zip(parameters(first), parameters(other), strict=True)
            worst = max(worst, *(_difference(a, b) for a, b in pairs))
        return _within("weights", worst, rtol)

    return agree


def same_loss(rtol: float) -> Agree:
    """Compare the losses of all epochs: in float32, weights differ more and more by rounding."""

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
