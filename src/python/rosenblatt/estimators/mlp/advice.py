"""Warnings about data and fits from which no good network comes, with what to do about it. They change no number."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning

from rosenblatt._warnings import warn
from rosenblatt.activations.output import RANGES
from rosenblatt.training.samples import Samples

# Inputs and targets of this size are far from the 1 that initial weights and learning rates are made for.
_LARGE = 1000.0
# The least ratio of the scales of X_val and X that is no chance.
_ORDERS_OF_MAGNITUDE = 30.0
# The share of zeros among the predictions, beyond that of the targets, of a ReLU output that died.
_DEAD = 0.5
# Fits are judged by at most this number of samples.
_N_JUDGED = 1000

# The root of the mean square and the largest absolute value of each column.
_Scales = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def _warn(message: str) -> None:
    warn(message, ConvergenceWarning)


def _scales(X: Any) -> _Scales:
    """Return the root of the mean square, and the largest absolute value, of each column."""
    with np.errstate(over="ignore"):
        if isinstance(X, np.ndarray):
            squares = np.einsum("ij,ij->j", X, X)
            largest = np.maximum(X.max(axis=0), -X.min(axis=0))
        else:
            columns = X.shape[1]
            squares = np.bincount(X.indices, X.data.astype(np.float64) ** 2, columns)
            largest = np.zeros(columns)
            np.maximum.at(largest, X.indices, np.abs(X.data))
    return np.sqrt(squares / X.shape[0]), largest


def before_training(model: Any, samples: Samples, validation: Samples | None) -> None:
    """Warn about inputs of large scale, validation data of another scale, and targets that no output reaches."""
    size, largest = _scales(samples.X)
    worst = int(size.argmax())
    if size[worst] > _LARGE:
        _warn(
            f"X: got a feature (column {worst}) with numbers of about {size[worst]:.2g}, on which networks train badly."
            " Scale X, for example with sklearn.preprocessing.StandardScaler."
        )
    if validation is not None:
        _compare_scales(_scales(validation.X), (size, largest))
    if not is_classifier(model):
        _check_range(model, samples.y)


def _compare_scales(validation: _Scales, training: _Scales) -> None:
    """Warn if X_val is by orders of magnitude larger than X in a column, or smaller as a whole."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Both measures must agree, since each of them may depend on a few outliers. A column of zeros has no scale.
        columns = np.minimum(*(after / before for after, before in zip(validation, training, strict=True)))
        ratio = float(columns[np.isfinite(columns)].max(initial=0.0))
        if ratio <= _ORDERS_OF_MAGNITUDE:
            ratio = float(max(after.max() / before.max() for after, before in zip(validation, training, strict=True)))
            if not 0 < ratio < 1 / _ORDERS_OF_MAGNITUDE:
                return
    _warn(
        f"X_val: got numbers that are {ratio:.2g} times as large as those in X. A pipeline does not transform X_val"
        " unless it has transform_input=['X_val'], with metadata routing enabled; otherwise transform X_val as X."
    )


def _check_range(model: Any, y: npt.NDArray[Any]) -> None:
    name = model.out_activation_
    if name not in RANGES or model.target_range_ is not None:
        return
    low, high = RANGES[name]
    if y.min() < low or y.max() > high:
        advice = "set scale_targets=True, or " if np.isfinite(high) else ""
        _warn(
            f"y: got targets from {y.min():.3g} to {y.max():.3g}, outside the range [{low:g}, {high:g}] of"
            f" output_activation={name!r}, which predictions never leave: {advice}choose output_activation='identity'."
        )


def after_training(model: Any, samples: Samples) -> None:
    """Warn about a fit that diverged to large numbers, targets that were too large to learn, and a dead output."""
    if is_classifier(model):
        if model.loss_ > _LARGE and not model._is_lbfgs():
            _warn_of_divergence(f"a loss of {model.loss_:.2g}")
        return
    rows = np.arange(0, samples.n_rows, -(-samples.n_rows // _N_JUDGED))
    X, y, _ = samples.rows(rows)
    outputs = model._predict(X)
    y = y.astype(np.float64)
    if outputs.shape[1] == y.shape[1]:
        with np.errstate(over="ignore"):
            error = float(np.square(outputs - y).mean())
            magnitude, spread = float(np.square(y).mean()), float(np.square(y - y.mean(axis=0)).mean())
        if error > _LARGE * max(magnitude, 1):
            _warn_of_divergence(f"a mean squared error of {error:.2g}, where the prediction 0 has {magnitude:.2g}")
        elif magnitude > _LARGE**2 and error > spread / 2 and len(rows) > 1:
            _warn(
                f"y: got targets of about {np.sqrt(magnitude):.2g}, which training did not reach. Scale them: with"
                " scale_targets='standard', or with scale_targets=True and output_activation='tanh' or 'logistic'."
            )
        if model.out_activation_ == "relu":
            zeros = (outputs == 0).mean(axis=0)
            if (zeros - (y <= 0).mean(axis=0)).max() > _DEAD:
                _warn(
                    f"output_activation: 'relu' predicts 0 for {zeros.max():.0%} of the samples: the output died, since"
                    " there its gradient is 0. Choose 'softplus' or 'identity', or another random_state, and scale X."
                )


def _warn_of_divergence(what: str) -> None:
    _warn(
        f"Training ended with {what}: it diverged. Lower learning_rate_init, scale X and y (StandardScaler), or set"
        " clip_norm=1."
    )
