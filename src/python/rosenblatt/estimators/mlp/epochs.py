"""Training an estimator by epochs: it consumes the training loop with a stopping rule and callbacks."""

import warnings
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from rosenblatt import _core, optimizers, schedules
from rosenblatt.callbacks import Checkpoint, EpochEnd, ProgressBar
from rosenblatt.network import Network
from rosenblatt.training.epoch import Epoch
from rosenblatt.training.loop import TrainingLoop
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.options import TrainingOptions
from rosenblatt.training.problem import describe_problem
from rosenblatt.training.samples import InMemory, Samples
from rosenblatt.training.sklearn_callbacks import EpochTasks
from rosenblatt.training.state import State
from rosenblatt.training.stopping import (
    Progress,
    StoppingRule,
    TrainingLossPatience,
    ValidationLossPatience,
    ValidationScorePatience,
)
from rosenblatt.training.validation import Validation

# The schedules that scikit-learn has, for solver="sgd" only.
_OF_SGD = ("constant", "invscaling", "adaptive")


# From an estimator's parameters to the objects of the training loop.


def reset_progress(model: Any) -> None:
    """Assign the attributes of an estimator that has not trained yet."""
    progress = Progress()
    _stopping_rule(model).begin(progress)
    model.loss_curve_ = []
    _publish_progress(model, progress)


def _progress(model: Any) -> Progress:
    """Return the progress of earlier calls, from the estimator's attributes."""
    return Progress(
        model._no_improvement_count,
        model.best_loss_,
        model.validation_scores_,
        model.best_validation_score_,
        model._best_validation_loss,
    )


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


def _split(model: Any, y: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the rows to train on and the rows that early stopping holds back."""
    train, held_back = train_test_split(
        np.arange(len(y)),
        random_state=model._random_state,
        test_size=model.validation_fraction,
        stratify=y if is_classifier(model) and model.n_outputs_ == 1 else None,
    )
    if len(held_back) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    return train, held_back


def _batch_size(model: Any, n_samples: int) -> int:
    if model.batch_size == "auto":
        return min(200, n_samples)
    if model.batch_size > n_samples:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=2
        )
    return min(int(model.batch_size), n_samples)


def _loss_scale(model: Any) -> float:
    """Return the factor of reported losses: scikit-learn averages the squared error over the outputs."""
    choice = model._loss_choice()
    return 1.0 / model.n_outputs_ if choice.name == "squared_error" and choice.custom is None else 1.0


def _stopping_rule(model: Any) -> StoppingRule:
    if not model.early_stopping:
        return TrainingLossPatience(model.tol, model.n_iter_no_change)
    rule = ValidationLossPatience if model.early_stopping == "loss" else ValidationScorePatience
    return rule(model.tol, model.n_iter_no_change)


def begin_run(
    model: Any, network: Network, y: npt.NDArray[Any], *, hold_back: bool, first_pass: bool, incremental: bool
) -> State:
    """Return the state in which a call of ``fit`` or ``partial_fit`` begins; draw what all of its epochs share."""
    optimizer = model._optimizer if incremental and hasattr(model, "_optimizer") else _new_optimizer(model)
    model._optimizer = optimizer
    if model.early_stopping and incremental:
        raise ValueError("partial_fit does not support early_stopping=True")
    if not hasattr(model, "loss_curve_"):  # a warm start after 'lbfgs'
        reset_progress(model)
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
        # A first fit ends with the initial weights unless an epoch has a score; a warm start with those of its end.
        best=(model.coefs_, model.intercepts_) if first_pass and model.early_stopping else None,
        progress=_progress(model),
        t=model.t_,
        loss_curve=model.loss_curve_,
    )


def open_loop(
    model: Any, network: Network, samples: Samples, state: State, validation: Validation | None = None
) -> TrainingLoop:
    """Return the training loop of an estimator."""
    return TrainingLoop(
        network,
        InMemory(samples, state.order, state.random_state if model.shuffle else None),
        state,
        batch_size=_batch_size(model, len(state.order)),
        n_epochs=model.max_iter,
        options=TrainingOptions.of(model).for_engine(len(network.activations), state.dropout_seed),
        validation=validation,
        stopping=_stopping_rule(model),
        loss_scale=_loss_scale(model),
    )


# The epochs of one call.


def publish(model: Any, state: State) -> None:
    """Assign the estimator's attributes that describe how far training has come."""
    model.n_iter_ = state.n_iter
    model.t_ = state.t
    model.loss_curve_ = state.loss_curve
    if state.loss_curve:
        model.loss_ = state.loss_curve[-1]
    model._random_state = state.random_state
    _publish_progress(model, state.progress)


def _publish_progress(model: Any, progress: Progress) -> None:
    model.best_loss_ = progress.best_loss
    model.validation_scores_ = progress.validation_scores
    model.best_validation_score_ = progress.best_validation_score
    model._best_validation_loss = progress.best_validation_loss
    model._no_improvement_count = progress.no_improvement_count


def _print(model: Any, epoch: Epoch, stopping: StoppingRule) -> None:
    """Print an epoch in scikit-learn's words."""
    print(f"Iteration {epoch.epoch}, loss = {epoch.loss:.8f}")
    if model.early_stopping:
        print(f"Validation score: {epoch.val_score:f}")
    if stopping.message:
        print(stopping.message)


def fit_epochs(
    model: Any,
    network: Network,
    samples: Samples,
    validation: Samples | None,
    tasks: EpochTasks,
    *,
    first_pass: bool,
    incremental: bool,
) -> None:
    """Train an estimator's network by epochs, and assign the fitted attributes."""
    hold_back = bool(model.early_stopping) and validation is None
    state = begin_run(model, network, samples.y, hold_back=hold_back, first_pass=first_pass, incremental=incremental)
    state.open_history(EpochEnd.names(hold_back or validation is not None))
    callbacks = [*(model.callbacks or ()), *([ProgressBar()] if model.progress else ())]
    checkpoints = [callback for callback in callbacks if isinstance(callback, Checkpoint)]
    callbacks = [callback for callback in callbacks if not isinstance(callback, Checkpoint)]
    problem: dict[str, str] = {}
    if checkpoints:
        if incremental:
            raise ValueError("callbacks: got a Checkpoint with partial_fit, expected fit, which has epochs to resume")
        start = () if first_pass else (*model.coefs_, *model.intercepts_)
        problem = describe_problem(model, samples, validation, start)
        for checkpoint in checkpoints:
            checkpoint._begin(state, network, problem)
    if hold_back:
        validation = samples.rows(state.held_back)
    evaluation = None
    if validation is not None:
        evaluation = Validation(validation, model.n_threads or 0, model._score_outputs)
    loop = open_loop(model, network, samples, state, evaluation)

    epochs = loop.epochs()
    began = perf_counter() - state.seconds
    try:
        while loop.goes_on:
            tasks.begin_epoch(state)
            epoch = next(epochs)
            seconds = perf_counter() - began
            state.record(epoch, seconds)
            publish(model, state)
            if model.verbose:
                _print(model, epoch, loop.stopping)
            # All callbacks are called, whichever of them asks to stop.
            stops = [incremental]
            if callbacks:
                end = EpochEnd.of(epoch, model.max_iter, seconds, model)
                stops += [bool(callback(end)) for callback in callbacks]
            stops.append(tasks.end_epoch(state, network))
            state.ended = state.ended or any(stops)
            if checkpoints and not state.diverged:
                loop.close()
                for checkpoint in checkpoints:
                    checkpoint._epoch_ends(state, network, problem, model.max_iter)
        if not state.ended:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({model.max_iter}) reached and the optimization"
                " hasn't converged yet.",
                ConvergenceWarning,
                stacklevel=2,
            )
    except KeyboardInterrupt:
        warnings.warn("Training interrupted by user.", stacklevel=2)
    finally:
        loop.close()
        publish(model, state)
        model.history_ = {name: np.array(values) for name, values in state.history.items()}
        # Not finite: an interrupted epoch. The loop itself undoes an epoch that diverged.
        finite = network._engine.finite()
        model.coefs_, model.intercepts_ = state.best or (network._arrays() if finite else state.parameters)
    if state.diverged or not finite:
        _report_divergence(model, kept_best=state.best is not None)


def _report_divergence(model: Any, kept_best: bool) -> None:
    if kept_best:
        warnings.warn(
            f"Epoch {model.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init. The weights"
            " that scored best are kept.",
            ConvergenceWarning,
            stacklevel=3,
        )
        return
    raise ValueError(
        "Solver produced non-finite parameter weights. The input data may contain large values and need to be"
        f" preprocessed. Epoch {model.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init;"
        " coefs_ and intercepts_ hold the last finite weights."
    )
