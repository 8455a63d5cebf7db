"""Fitting a multilayer perceptron by stochastic gradient descent: the epochs, and when to stop."""

import warnings
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from rosenblatt._engine import engine
from rosenblatt._optimizer import OptimizerState, Schedule

STOCHASTIC_SOLVERS = ("sgd", "adam")

Parameters = tuple[list[Any], list[Any]]


class StochasticFit(ABC):
    """The part of a multilayer perceptron that runs epochs, stops them, and keeps the best weights."""

    # The estimator's parameters that are read here.
    alpha: float
    batch_size: int | str
    beta_1: float
    beta_2: float
    early_stopping: bool
    epsilon: float
    learning_rate: str
    learning_rate_init: float
    max_iter: int
    momentum: float
    n_iter_no_change: float
    n_threads: int | None
    nesterovs_momentum: bool
    power_t: float
    shuffle: bool
    solver: str
    tol: float
    validation_fraction: float
    verbose: bool

    n_outputs_: int
    t_: int
    _random_state: np.random.RandomState

    @property
    @abstractmethod
    def _engine_loss(self) -> str:
        """The engine's name of the loss."""

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

    def _open_optimizer(self, incremental: bool) -> OptimizerState:
        """Return the optimizer to go on with: that of the last call for partial_fit, else a new one."""
        if not incremental or not hasattr(self, "_optimizer"):
            if self.solver == "sgd":
                schedule = Schedule(self.learning_rate, self.learning_rate_init, self.power_t)
                settings = {"momentum": self.momentum, "nesterovs_momentum": float(self.nesterovs_momentum)}
            else:
                schedule = Schedule("constant", self.learning_rate_init, self.power_t)
                settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
            self._optimizer = OptimizerState(self.solver, settings, schedule)
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

    def _fit_stochastic(
        self, X: Any, y: npt.NDArray[Any], sample_weight: Any, first_pass: bool, incremental: bool
    ) -> None:
        state = self._open_optimizer(incremental)
        if self.early_stopping and incremental:
            raise ValueError("partial_fit does not support early_stopping=True")
        if self.early_stopping:
            order, held_back = self._split(y)
            X_val, y_val = X[held_back], y[held_back]
            sample_weight_val = None if sample_weight is None else sample_weight[held_back]
        else:
            order = np.arange(X.shape[0], dtype=np.int64)

        network = self._open_network()
        trainer = engine("Trainer", network.dtype)(
            network, X, y, sample_weight, self._batch_size(len(order)), self.alpha, self.n_threads or 0
        )
        optimizer = state.open(network)
        # scikit-learn reports the squared error averaged over the outputs, though its gradient is that of their sum.
        loss_scale = 1.0 / self.n_outputs_ if self._engine_loss == "squared_error" else 1.0
        # After a warm start the best weights so far are those at hand, until a better score is seen.
        best = self._get_parameters(network) if first_pass and self.early_stopping else None
        self.n_iter_ = 0
        try:
            for _ in range(self.max_iter):
                if self.shuffle:
                    # The same draws, and the same orders, as scikit-learn's shuffle of the last order.
                    self._random_state.shuffle(order)
                loss, penalty = trainer.epoch(optimizer, state.schedule.rate, order)
                self.n_iter_ += 1
                self.loss_ = loss * loss_scale + penalty
                self.t_ += len(order)
                self.loss_curve_.append(self.loss_)
                if self.verbose:
                    print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")

                if self.early_stopping:
                    score = self._validation_score(network, X_val, y_val, sample_weight_val)
                    if self._note_score(score):
                        best = self._get_parameters(network)
                else:
                    self._note_loss(self.loss_)
                state.schedule.epoch_ends(self.t_)

                if self._no_improvement_count > self.n_iter_no_change:
                    if not self._go_on(state.schedule):
                        break
                    self._no_improvement_count = 0
                if incremental:
                    break
                if self.n_iter_ == self.max_iter:
                    warnings.warn(
                        f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization"
                        " hasn't converged yet.",
                        ConvergenceWarning,
                        stacklevel=2,
                    )
                elif not np.isfinite(self.loss_) and not self._finite(network):
                    break
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=2)
        finally:
            state.close(optimizer)
            self.coefs_, self.intercepts_ = best or self._get_parameters(network)

    def _finite(self, network: Any) -> bool:
        return all(np.isfinite(array).all() for arrays in self._get_parameters(network) for array in arrays)

    def _validation_score(self, network: Any, X: Any, y: npt.NDArray[Any], sample_weight: Any) -> float:
        y_pred = network.predict(X, self.n_threads or 0)
        if not np.isfinite(y_pred).all():
            return np.nan
        score = self._score_outputs(y, y_pred, sample_weight)
        if self.verbose:
            print(f"Validation score: {score:f}")
        return score

    def _note_score(self, score: float) -> bool:
        """Count epochs without a better validation score; return whether this one is the best so far."""
        if self.validation_scores_ is None:  # early stopping was switched on between warm starts
            self.validation_scores_, self.best_validation_score_ = [], -np.inf
        self.validation_scores_.append(score)
        better = bool(score > self.best_validation_score_)
        # The strict comparisons, also of NaN, are scikit-learn's.
        improved = not score < self.best_validation_score_ + self.tol
        self._no_improvement_count = 0 if improved else self._no_improvement_count + 1
        if better:
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

    def _go_on(self, schedule: Schedule) -> bool:
        """Say that there was no improvement, and whether a lower learning rate may help."""
        goes_on, consequence = schedule.lower()
        if self.verbose:
            quantity = "Validation score" if self.early_stopping else "Training loss"
            print(
                f"{quantity} did not improve more than tol={self.tol:f} for {self.n_iter_no_change:d} consecutive"
                f" epochs. {consequence}"
            )
        return goes_on
