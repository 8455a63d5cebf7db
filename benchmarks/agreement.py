"""What it means that two libraries arrive at the same answer."""

from collections.abc import Callable

import numpy as np


def parameters(estimator):
    if hasattr(estimator, "coefs_"):
        return [*estimator.coefs_, *estimator.intercepts_]
    return [estimator.coef_, estimator.intercept_]


def same_weights(rtol: float) -> Callable[[dict], str]:
    """Compare fitted estimators: iterations exactly, weights to ``rtol`` of the largest."""

    def agree(answers: dict) -> str:
        first, *rest = answers.values()
        worst = 0.0
        for other in rest:
            assert first.n_iter_ == other.n_iter_
            for a, b in zip(parameters(first), parameters(other), strict=True):
                worst = max(worst, float(np.abs(a - b).max() / np.abs(a).max()))
        assert worst <= rtol, f"weights differ by {worst:.1e}, relative; at most {rtol:.0e} is allowed"
        return f"same weights to {worst:.0e}" if worst else "same weights, bit for bit"

    return agree


def same_loss(rtol: float) -> Callable[[dict], str]:
    """Compare the loss curves of estimators fitted in float32, whose weights drift apart by rounding."""

    def agree(answers: dict) -> str:
        first, *rest = answers.values()
        worst = max(float(np.max(np.abs(np.divide(first.loss_curve_, other.loss_curve_) - 1))) for other in rest)
        assert worst <= rtol, f"losses differ by {worst:.1e}, relative; at most {rtol:.0e} is allowed"
        return f"same losses to {worst:.0e}"

    return agree


def same_output(rtol: float) -> Callable[[dict], str]:
    def agree(answers: dict) -> str:
        first, *rest = answers.values()
        for other in rest:
            np.testing.assert_allclose(first, other, rtol=rtol)
        return f"same output to {rtol:.0e}"

    return agree
