"""From an estimator's parameters to the state and the settings of its training loop."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.model_selection import train_test_split

from rosenblatt import _core, optimizers, schedules
from rosenblatt._warnings import warn
from rosenblatt.estimators.mlp.attributes import read_progress, reset_progress
from rosenblatt.network import Network
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.options import TrainingOptions
from rosenblatt.training.samples import Samples
from rosenblatt.training.state import State
from rosenblatt.training.stopping import (
    StoppingRule,
    TrainingLossPatience,
    ValidationLossPatience,
    ValidationScorePatience,
)

# The schedules that scikit-learn has, for solver="sgd" only.
_OF_SGD = ("constant", "invscaling", "adaptive")


def _new_optimizer(model: Any) -> OptimizerState:
    rate, given, chosen = model.learning_rate_init, {}, model.learning_rate
    if isinstance(model.solver, optimizers.Optimizer):
        optimizer = optimizers.find(model.solver)
        name, rate, given = optimizer.name, optimizer.learning_rate, optimizer.settings
    else:
        name = model.solver
        if name == "sgd":
            given = {"momentum": model.momentum, "nesterovs_momentum": float(model.nesterovs_momentum)}
        elif name == "adam":
            given = {"beta_1": model.beta_1, "beta_2": model.beta_2, "epsilon": model.epsilon}
            if isinstance(chosen, str) and chosen in _OF_SGD:
                chosen = "constant"
    if model.weight_decay is not None:
        given = {**given, "weight_decay": model.weight_decay}
    schedule = schedules.find(chosen, power_t=model.power_t)
    return OptimizerState(name, _core.optimizer_settings(name, given), rate, schedule)


def _optimizer(model: Any, first_pass: bool, incremental: bool) -> OptimizerState:
    """Return the optimizer of this call: a new one, or that of the last call with its state."""
    optimizer, last = _new_optimizer(model), getattr(model, "_optimizer", None)
    keeps = incremental or (model.keep_optimizer and not first_pass)
    return last.adopt(optimizer) if keeps and last is not None else optimizer


def _split(model: Any, y: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows to train on and the rows that early stopping holds back."""
    train, held_back = train_test_split(
        np.arange(len(y)),
        random_state=model._random_state,
        test_size=model.validation_fraction,
        # As booleans, which a message about too small a class names as scikit-learn's does.
        stratify=y > 0 if is_classifier(model) and model.n_outputs_ == 1 else None,
    )
    if len(held_back) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return train, held_back


def check_validation(model: Any, validation: Samples, *, held_back: bool) -> None:
    """Raise a ValueError if the score or the loss on the validation samples is no number, whatever is predicted."""
    X, y, sample_weight = ("validation_fraction",) * 3 if held_back else ("X_val", "y_val", "sample_weight_val")
    weights = validation.sample_weight
    if weights is not None and weights.sum() == 0:
        raise ValueError(f"{sample_weight}: got validation samples whose weights sum to zero, expected another sum")
    own_score = isinstance(model.early_stopping, bool | np.bool_) or model.early_stopping == "score"
    if not (model.early_stopping and own_score) or is_classifier(model):
        return
    if validation.n_rows < 2:
        raise ValueError(f"{X}: got 1 validation sample, expected at least 2, or early_stopping='loss': R^2 needs 2")
    with np.errstate(over="ignore"):
        spread = np.square(validation.y - validation.y.mean(axis=0)).sum()
    if not np.isfinite(spread):
        raise ValueError(f"{y}: got numbers whose squares exceed {validation.y.dtype}, expected smaller ones; scale y")


def _batch_size(model: Any, n_samples: int) -> int:
    if model.batch_size == "auto":
        return min(200, n_samples)
    if model.batch_size > n_samples:
        warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
    return min(int(model.batch_size), n_samples)


def _loss_scale(model: Any) -> float:
    """Return the factor of reported losses: scikit-learn averages the squared error over the outputs."""
    choice = model._loss_choice()
    return 1.0 / model.n_outputs_ if choice.name == "squared_error" and choice.custom is None else 1.0


def stopping_rule(model: Any) -> StoppingRule:
    """Return the rule by which an estimator stops."""
    if not model.early_stopping:
        return TrainingLossPatience(model.tol, model.n_iter_no_change)
    rule = ValidationLossPatience if model.early_stopping == "loss" else ValidationScorePatience
    return rule(model.tol, model.n_iter_no_change)


def begin_run(
    model: Any,
    network: Network,
    y: npt.NDArray[Any],
    *,
    first_pass: bool,
    hold_back: bool = False,
    incremental: bool = False,
) -> State:
    """Return the state in which a call of ``fit`` or ``partial_fit`` begins; draw what all of its epochs share."""
    model._optimizer = optimizer = _optimizer(model, first_pass, incremental)
    if model.early_stopping and incremental:
        raise ValueError("partial_fit does not support early_stopping=True")
    if not hasattr(model, "loss_curve_"):  # a warm start after 'lbfgs'
        reset_progress(model, stopping_rule(model))
    order, held_back = np.arange(len(y), dtype=np.int64), np.empty(0, np.int64)
    if hold_back:
        order, held_back = _split(model, y)
    return State(
        optimizer,
        model._random_state,
        order,
        network._arrays(),
        held_back,
        TrainingOptions.of(model).draw_dropout_seed(len(network.activations), model._random_state),
        progress=read_progress(model),
        t=model.t_,
        loss_curve=model.loss_curve_,
    )


def loop_settings(model: Any, network: Network, state: State) -> dict[str, Any]:
    """Return the keyword arguments of an estimator's `TrainingLoop`, without the validation samples."""
    return {
        "batch_size": _batch_size(model, len(state.order)),
        "n_epochs": model.max_iter,
        "options": TrainingOptions.of(model).for_engine(len(network.activations), state.dropout_seed),
        "stopping": stopping_rule(model),
        "loss_scale": _loss_scale(model),
    }
