"""Training an estimator by epochs: it consumes the training loop with a stopping rule and callbacks."""

from contextlib import ExitStack
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._warnings import warn
from rosenblatt.callbacks import AverageWeights, Callback, Checkpoint, EpochEnd, ProgressBar
from rosenblatt.estimators.mlp.attributes import publish
from rosenblatt.estimators.mlp.live import LiveAttributes, history
from rosenblatt.estimators.mlp.loop_setup import begin_run, check_validation, loop_settings
from rosenblatt.estimators.mlp.scorer import epoch_scorer
from rosenblatt.network import Network
from rosenblatt.training.epoch import Epoch
from rosenblatt.training.loop import TrainingLoop
from rosenblatt.training.problem import describe_problem
from rosenblatt.training.samples import InMemory, Samples
from rosenblatt.training.sklearn_callbacks import EpochTasks
from rosenblatt.training.state import State
from rosenblatt.training.stopping import StoppingRule
from rosenblatt.training.validation import Validation


def check_callbacks(callbacks: Any) -> None:
    """Raise TypeError unless each callback can be called."""
    for i, callback in enumerate(callbacks or ()):
        check_no_class(f"callbacks[{i}]", callback)
        if not (callable(callback) or isinstance(callback, Checkpoint)):
            raise TypeError(f"callbacks[{i}]: got {shown(callback)}, expected a callable that takes an EpochEnd")


def _callbacks(model: Any) -> tuple[list[Callback], list[Checkpoint]]:
    """Return the estimator's callbacks that are called, and its checkpoints, which are written after the others."""
    callbacks = [*(model.callbacks or ()), *([ProgressBar()] if model.progress else ())]
    checkpoints = [callback for callback in callbacks if isinstance(callback, Checkpoint)]
    # A class that derives from Checkpoint may be called, too.
    return [callback for callback in callbacks if callable(callback)], checkpoints


def _close(callbacks: list[Any]) -> None:
    """Tell callbacks that the fit ends: all of them, also if one raises an error."""
    with ExitStack() as stack:
        for callback in reversed(callbacks):
            close = getattr(callback, "close", None)
            if callable(close):
                stack.callback(close)


def _print(model: Any, epoch: Epoch, stopping: StoppingRule) -> None:
    """Print an epoch in scikit-learn's words."""
    print(f"Iteration {epoch.epoch}, loss = {epoch.loss:.8f}")
    if model.early_stopping == "loss":
        print(f"Validation loss: {epoch.val_loss:.8f}")
    elif model.early_stopping:
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
) -> bool:
    """Train an estimator's network by epochs, and assign the fitted attributes; return whether all were finite."""
    hold_back = bool(model.early_stopping) and validation is None
    state = begin_run(model, network, samples.y, hold_back=hold_back, first_pass=first_pass, incremental=incremental)
    state.open_history(EpochEnd.names(hold_back or validation is not None))
    callbacks, checkpoints = _callbacks(model)
    averages: list[Any] = [callback for callback in callbacks if isinstance(callback, AverageWeights)]
    if averages and incremental:
        raise ValueError("callbacks: got an AverageWeights with partial_fit, expected fit, which has epochs to average")
    for average in averages:
        average._begin(bool(model.early_stopping), bool(checkpoints))
    problem: dict[str, Any] = {}
    if checkpoints:
        if incremental:
            raise ValueError("callbacks: got a Checkpoint with partial_fit, expected fit, which has epochs to resume")
        start = () if first_pass else (*model.coefs_, *model.intercepts_)
        problem = describe_problem(model, samples, validation, start)
        for checkpoint in checkpoints:
            checkpoint._begin(state, network, problem)
    if hold_back:
        validation = samples.rows(state.held_back)
    scorer = epoch_scorer(model)
    evaluation = None
    if validation is not None:
        check_validation(model, validation, held_back=hold_back)
        evaluation = Validation(validation, model.n_threads or 0, model._score_outputs, scorer)
    source = InMemory(samples, state.order, state.random_state if model.shuffle else None)
    loop = TrainingLoop(network, source, state, validation=evaluation, **loop_settings(model, network, state))

    epochs = loop.epochs()
    live = model._live = LiveAttributes(model, loop)
    try:
        while loop.goes_on:
            tasks.begin_epoch(state)
            live.epoch_begins()
            epoch = next(epochs)
            live.epoch_ends()
            state.record(epoch)
            publish(model, state)
            if model.verbose:
                _print(model, epoch, loop.stopping)
            for average in averages:
                if not state.diverged:
                    average._epoch_ends(epoch.epoch, network)
            # All callbacks are called, whichever of them asks to stop.
            stops = [incremental]
            if callbacks:
                end = EpochEnd.of(epoch, model.max_iter, model)
                stops += [bool(callback(end)) for callback in callbacks]
            stops.append(tasks.end_epoch(state, network))
            state.ended = state.ended or any(stops)
            if checkpoints and not state.diverged:
                loop.close()
                for checkpoint in checkpoints:
                    checkpoint._epoch_ends(state, network, problem, model.max_iter)
        live.take_assigned()
        if not state.ended:
            warn(
                f"Stochastic Optimizer: Maximum iterations ({model.max_iter}) reached and the optimization"
                " hasn't converged yet.",
                ConvergenceWarning,
            )
    except KeyboardInterrupt:
        warn("Training interrupted by user.")
    finally:
        try:
            _close([*callbacks, *(checkpoint for checkpoint in checkpoints if not callable(checkpoint))])
        finally:
            loop.close()
            publish(model, state)
            model.history_ = history(state)
            # Not finite: an interrupted epoch. The loop itself undoes an epoch that diverged.
            finite = network._engine.finite()
            model.coefs_, model.intercepts_ = state.best or (network._arrays() if finite else state.parameters)
            for average in averages:
                if (result := average._result()) is not None:
                    model.coefs_, model.intercepts_ = result
            vars(model).pop("_live", None)  # last, so that another thread finds the attributes at any time
    if state.diverged or not finite:
        _report_divergence(model, kept_best=state.best is not None)
    elif model.early_stopping:
        _report_unscored(model, state)
    return not state.diverged and bool(finite)


def _report_unscored(model: Any, state: State) -> None:
    """Warn if no epoch had a validation score that early stopping could compare."""
    name = "val_loss" if model.early_stopping == "loss" else "val_score"
    if state.best is None and state.history[name] and not np.isfinite(state.history[name]).any():
        warn(
            f"early_stopping: {name} was not a finite number in any epoch, so that the weights of the last epoch are"
            " kept. Scale X and X_val (StandardScaler) and y, or lower learning_rate_init.",
            ConvergenceWarning,
        )


def _report_divergence(model: Any, kept_best: bool) -> None:
    if kept_best or model.early_stopping:
        which = "that scored best" if kept_best else "of the last finite epoch, none of which had a score,"
        warn(
            f"Epoch {model.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init. The weights"
            f" {which} are kept.",
            ConvergenceWarning,
        )
        return
    raise ValueError(
        "Solver produced non-finite parameter weights. The input data may contain large values and need to be"
        f" preprocessed. Epoch {model.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init;"
        " coefs_ and intercepts_ hold the last finite weights."
    )
