"""L-BFGS: scipy's minimizer over the engine's loss and gradient of all samples."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.optimize
from sklearn.utils.optimize import _check_optimize_result

from rosenblatt._warnings import warn
from rosenblatt.training.samples import Samples
from rosenblatt.training.trainable import Arrays, Trainable, WeightsAndBiases


def _split(vector: npt.NDArray[Any], like: Arrays) -> Arrays:
    ends = np.cumsum([array.size for array in like])
    return [part.reshape(array.shape) for part, array in zip(np.split(vector, ends[:-1]), like, strict=True)]


def minimize(
    network: Trainable,
    samples: Samples,
    options: dict[str, Any],
    *,
    max_iter: int,
    max_fun: int,
    tol: float,
    verbose: bool,
) -> tuple[float, int]:
    """Train a network by L-BFGS (Liu & Nocedal, 1989), from its parameters on.

    The loss includes the penalty. Unlike scikit-learn 1.9, the squared error of several outputs is summed over them in
    the loss as it is in the gradient: with a loss that does not match its gradient, the line search fails early.

    Returns
    -------
    loss : float
        The loss at the minimum, penalty included.
    n_iter : int
        The number of iterations.
    """
    trainer = network._open_trainer(samples, samples.n_rows, **options)
    coefs, intercepts = network._arrays()
    parameters = [*coefs, *intercepts]

    def unpack(vector: npt.NDArray[Any]) -> WeightsAndBiases:
        arrays = _split(vector.astype(network.dtype), parameters)
        return arrays[: len(coefs)], arrays[len(coefs) :]

    def loss_and_gradient(vector: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        network._set(*unpack(vector))
        loss, penalty, coef_gradients, intercept_gradients = trainer.loss_and_gradients()
        gradient = np.concatenate([array.ravel() for array in (*coef_gradients, *intercept_gradients)])
        return loss + penalty, gradient.astype(np.float64, copy=False)

    result = scipy.optimize.minimize(
        loss_and_gradient,
        np.concatenate([array.ravel() for array in parameters]),
        method="L-BFGS-B",
        jac=True,
        options={"maxfun": max_fun, "maxiter": max_iter, "gtol": tol},
        callback=_printer() if verbose else None,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        n_iter = _check_optimize_result("lbfgs", result, max_iter)
    for warning in caught:  # at the line of the caller
        warn(warning.message, warning.category)
    network._set(*unpack(result.x))
    return result.fun, n_iter


def _printer() -> Callable[[Any], None]:
    iteration = 0

    def show(intermediate_result: Any) -> None:
        nonlocal iteration
        iteration += 1
        print(f"Iteration {iteration}, loss = {intermediate_result.fun:.8f}")

    return show
