"""Fitting a multilayer perceptron by stochastic gradient descent: the epochs, and when to stop."""

import time
import warnings
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from rosenblatt import _core, optimizers, schedules
from rosenblatt._engine import LossChoice, engine
from rosenblatt.network.samples import dropout_rates
from rosenblatt.training.loop import Parameters
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.state import Run, describe_problem
from rosenblatt.training.sklearn_callbacks import EpochTasks
from rosenblatt.callbacks import Callback, Checkpoint, EpochEnd, ProgressBar

# The schedules that scikit-learn has, for solver="sgd" alone.
_OF_SGD = ("constant", "invscaling", "adaptive")


class Validation(NamedTuple):
    """Data that training is judged by, as the engine takes them."""

    X: Any
    y: npt.NDArray[Any]
    sample_weight: npt.NDArray[Any] | None


class StochasticFit(ABC):
    """The part of a multilayer perceptron that runs epochs, stops them, and keeps the best weights."""

    # The estimator's parameters that are read here.
    alpha: float
    batch_size: int | str
    beta_1: float
    beta_2: float
    callbacks: list[Callback | Checkpoint] | None
    clip_norm: float | None
    clip_value: float | None
    dropout: Any
    early_stopping: bool | str
    epsilon: float
    input_dropout: float
    l1: float
    learning_rate: Any
    learning_rate_init: float
    max_iter: int
    max_norm: float | None
    momentum: float
    n_iter_no_change: float
    n_threads: int | None
    nesterovs_momentum: bool
    power_t: float
    progress: bool
    shuffle: bool
    solver: Any
    tol: float
    validation_fraction: float
    verbose: bool
    weight_decay: float | None

    coefs_: list[npt.NDArray[Any]]
    intercepts_: list[npt.NDArray[Any]]
    n_outputs_: int
    t_: int
    _random_state: np.random.RandomState

    @abstractmethod
    def _loss_choice(self) -> LossChoice:
        """Return the loss and the output activation for the engine."""

    @abstractmethod
    def _score_outputs(self, y: npt.NDArray[Any], y_pred: npt.NDArray[Any], sample_weight: Any) -> float:
        """Score the network's outputs on targets as ``_validate_input`` returned them."""

    @abstractmethod
    def _open_network(self) -> Any:
        """Return the engine's network with this estimator's parameters."""

    @abstractmethod
    def _get_parameters(self, network: Any) -> Parameters:
        """Return copies of the network's parameters."""

    def _reset_progress(self) -> None:
        """Forget what earlier epochs achieved."""
        self.loss_curve_: list[float] = []
        self._no_improvement_count = 0
        self.best_loss_: Any = None if self.early_stopping else np.inf
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.best_validation_score_: Any = -np.inf if self.early_stopping else None
        self._best_validation_loss = np.inf

    def _open_optimizer(self, incremental: bool) -> OptimizerState:
        """Return the optimizer to go on with: that of the last call for partial_fit, else a new one."""
        if not incremental or not hasattr(self, "_optimizer"):
            rate, given, chosen = self.learning_rate_init, {}, self.learning_rate
            if isinstance(self.solver, optimizers.Optimizer):
                optimizer = optimizers.find(self.solver)
                name, rate, given = optimizer.name, optimizer.learning_rate, optimizer.settings
            else:
                name = self.solver
                if name == "sgd":
                    given = {"momentum": self.momentum, "nesterovs_momentum": float(self.nesterovs_momentum)}
                elif name == "adam":
                    given = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
                    if isinstance(chosen, str) and chosen in _OF_SGD:
                        chosen = "constant"
            if self.weight_decay is not None:
                given = {**given, "weight_decay": self.weight_decay}
            schedule = schedules.find(chosen, power_t=self.power_t)
            self._optimizer = OptimizerState(name, _core.optimizer_settings(name, given), rate, schedule)
        return self._optimizer

    def _split(self, y: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the rows to train on and those that early stopping holds back."""
        train, held_back = train_test_split(
            np.arange(len(y)),
            random_state=self._random_state,
            test_size=self.validation_fraction,
            stratify=y if is_classifier(self) and self.n_outputs_ == 1 else None,
        )
        if len(held_back) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            )
        return train, held_back

    def _batch_size(self, n_samples: int) -> int:
        if self.batch_size == "auto":
            return min(200, n_samples)
        if self.batch_size > n_samples:  # type: ignore[operator]
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped", stacklevel=2
            )
        return min(int(self.batch_size), n_samples)

    def _dropout(self) -> list[float]:
        """Return the rates of the inputs and of each hidden layer, or nothing."""
        n_hidden = len(self.coefs_) - 1
        return dropout_rates(self.dropout, self.input_dropout, n_hidden)

    def _draw_dropout_seed(self) -> int:
        """Draw the seed of dropout only where it is needed, so that all other draws stay scikit-learn's."""
        return int(self._random_state.randint(2**31)) if self._dropout() else 0

    def _open_trainer(
        self,
        network: Any,
        X: Any,
        y: npt.NDArray[Any],
        sample_weight: Any,
        batch_size: int,
        dropout_seed: int = 0,
    ) -> Any:
        bounds = {name: getattr(self, name) for name in ("clip_norm", "clip_value", "max_norm")}
        return engine("Trainer", network.dtype)(
            network,
            X,
            y,
            sample_weight,
            batch_size=batch_size,
            alpha=self.alpha,
            n_threads=self.n_threads,
            l1=self.l1,
            dropout=self._dropout(),
            dropout_seed=dropout_seed,
            loss=self._loss_choice().custom,
            **{name: bound for name, bound in bounds.items() if bound is not None},
        )

    def _fit_stochastic(
        self,
        X: Any,
        y: npt.NDArray[Any],
        sample_weight: Any,
        validation: Validation | None,
        first_pass: bool,
        incremental: bool,
        tasks: EpochTasks,
    ) -> None:
        state = self._open_optimizer(incremental)
        if self.early_stopping and incremental:
            raise ValueError("partial_fit does not support early_stopping=True")
        run = self._begin_run(y, validation, first_pass)
        callbacks = [*(self.callbacks or ()), *([ProgressBar()] if self.progress else ())]
        checkpoints = [callback for callback in callbacks if isinstance(callback, Checkpoint)]
        callbacks = [callback for callback in callbacks if not isinstance(callback, Checkpoint)]
        if checkpoints:
            if incremental:
                raise ValueError(
                    "callbacks: got a Checkpoint with partial_fit, expected fit, which has epochs to resume"
                )
            start = () if first_pass else (*self.coefs_, *self.intercepts_)
            problem = describe_problem(self, X, y, sample_weight, validation, start)
            judged = validation is not None or bool(self.early_stopping)
            for checkpoint in checkpoints:
                checkpoint.begin(self, run, problem, EpochEnd.names(judged))
        if len(run.held_back):
            held_back = run.held_back
            validation = Validation(
                X[held_back], y[held_back], None if sample_weight is None else sample_weight[held_back]
            )

        network = self._open_network()
        batch_size = self._batch_size(len(run.order))
        trainer = self._open_trainer(network, X, y, sample_weight, batch_size, run.dropout_seed)
        optimizer = state.open(network)
        # scikit-learn reports the squared error averaged over the outputs, though its gradient is that of their sum.
        choice = self._loss_choice()
        averaged = choice.name == "squared_error" and choice.custom is None
        loss_scale = 1.0 / self.n_outputs_ if averaged else 1.0
        began = time.perf_counter() - run.seconds
        try:
            while not run.ended and self.n_iter_ < self.max_iter:
                tasks.begin_epoch(run)
                if self.shuffle:
                    # The same draws, and the same orders, as scikit-learn's shuffle of the last order.
                    self._random_state.shuffle(run.order)
                rates = state.rates(-(-len(run.order) // batch_size), self.max_iter, self.t_)
                loss, penalty = trainer.epoch(optimizer, rates, run.order)
                self.n_iter_ += 1
                self.loss_ = loss * loss_scale + penalty
                self.t_ += len(run.order)
                self.loss_curve_.append(self.loss_)
                if self.verbose:
                    print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")

                val_loss: Any = None
                val_score: Any = None
                better = False
                if validation is not None:
                    val_loss, val_score = self._validate(network, validation)
                    val_loss *= loss_scale
                if self.early_stopping:
                    better = self._note_validation(val_loss, val_score)
                else:
                    self._note_loss(self.loss_)
                state.epoch_ends(val_loss if self.early_stopping == "loss" else self.loss_)
                parameters = self._get_parameters(network)
                diverged = not network.finite()
                if not diverged:
                    run.parameters = parameters
                if better:
                    run.best = parameters

                run.ended = diverged or incremental
                if self._no_improvement_count > self.n_iter_no_change:
                    if self._go_on(state.schedule):
                        self._no_improvement_count = 0
                    else:
                        run.ended = True
                rate = float(np.ravel(rates)[-1])
                seconds = time.perf_counter() - began
                end = EpochEnd(self.n_iter_, self.max_iter, self.loss_, rate, val_loss, val_score, seconds, self)
                run.note(end.numbers())
                # All of them are called, whichever of them asks to stop.
                stops = [bool(callback(end)) for callback in callbacks]
                run.ended = any([run.ended, tasks.end_epoch(run), *stops])
                if checkpoints and not diverged:
                    state.close(optimizer)
                    for checkpoint in checkpoints:
                        checkpoint.epoch_ends(self, run, problem)
            if not run.ended:
                warnings.warn(
                    f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization"
                    " hasn't converged yet.",
                    ConvergenceWarning,
                    stacklevel=2,
                )
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=2)
        finally:
            state.close(optimizer)
            self.history_ = {name: np.array(values) for name, values in run.history.items()}
            parameters = self._get_parameters(network)
            diverged = not network.finite()
            self.coefs_, self.intercepts_ = run.best or (run.parameters if diverged else parameters)
        if diverged and run.best:
            warnings.warn(
                f"Epoch {self.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init. The weights"
                " that scored best are kept.",
                ConvergenceWarning,
                stacklevel=2,
            )
        elif diverged:
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be"
                f" preprocessed. Epoch {self.n_iter_} diverged: scale X (StandardScaler), or lower learning_rate_init;"
                " coefs_ and intercepts_ hold the last finite weights."
            )

    def _begin_run(self, y: npt.NDArray[Any], validation: Validation | None, first_pass: bool) -> Run:
        """Reset the count of epochs, and draw what stays the same for all of them."""
        self.n_iter_ = 0
        order, held_back = np.arange(len(y), dtype=np.int64), np.empty(0, np.int64)
        if self.early_stopping and validation is None:
            order, held_back = self._split(y)
        parameters = self.coefs_, self.intercepts_
        # After a warm start the best weights so far are those at hand, until a better score is seen.
        best = parameters if first_pass and self.early_stopping else None
        return Run(order, held_back, self._draw_dropout_seed(), parameters, best)

    def _validate(self, network: Any, data: Validation) -> tuple[float, float]:
        """Return the mean loss on the validation data, without a penalty, and the score."""
        scores = network.scores(data.X, self.n_threads or 0)
        if not np.isfinite(scores).all():
            return np.nan, np.nan
        choice = self._loss_choice()
        spec = choice.name, choice.output_activation, choice.settings
        if choice.custom:
            losses = choice.custom(data.y, scores)[0]
        else:
            losses = engine("evaluate_loss", scores.dtype)(*spec, scores, data.y)[0]
        y_pred = engine("apply_output", scores.dtype)(*spec, scores)
        if not np.isfinite(y_pred).all():
            return np.nan, np.nan
        with np.errstate(over="ignore"):  # of squares, where training diverges: the score is then -inf or NaN
            score = self._score_outputs(data.y, y_pred, data.sample_weight)
        if self.verbose and self.early_stopping:
            print(f"Validation score: {score:f}")
        return float(np.average(losses, weights=data.sample_weight)), score

    def _note_validation(self, loss: Any, score: Any) -> bool:
        """Count epochs without improvement on the validation data; return whether this one is the best so far."""
        if self.validation_scores_ is None:  # early stopping was switched on between warm starts
            self.validation_scores_, self.best_validation_score_ = [], -np.inf
        self.validation_scores_.append(score)
        if self.early_stopping == "loss":
            better = bool(loss < self._best_validation_loss)
            improved = not loss > self._best_validation_loss - self.tol
            if better:
                self._best_validation_loss = loss
        else:
            better = bool(score > self.best_validation_score_)
            # The strict comparisons, also of NaN, are scikit-learn's.
            improved = not score < self.best_validation_score_ + self.tol
        self._no_improvement_count = 0 if improved else self._no_improvement_count + 1
        if score > self.best_validation_score_:
            self.best_validation_score_ = score
        return better

    def _note_loss(self, loss: float) -> None:
        """Count epochs without a lower training loss."""
        if self.best_loss_ is None:  # early stopping was switched off between warm starts
            self.best_loss_ = np.inf
        improved = not loss > self.best_loss_ - self.tol
        self._no_improvement_count = 0 if improved else self._no_improvement_count + 1
        if loss < self.best_loss_:
            self.best_loss_ = loss

    def _go_on(self, schedule: schedules.Schedule) -> bool:
        """Say that there was no improvement, and whether a lower learning rate may help."""
        goes_on, consequence = schedule.lower()
        if self.verbose:
            quantity = "Validation score" if self.early_stopping else "Training loss"
            print(
                f"{quantity} did not improve more than tol={self.tol:f} for {self.n_iter_no_change:d} consecutive"
                f" epochs. {consequence}"
            )
        return goes_on
