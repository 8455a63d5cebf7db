"""What multilayer perceptrons share: the fit, from validated input to fitted attributes."""

import operator
from abc import abstractmethod
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import _check_sample_weight

from rosenblatt import _core, activations, initializers, optimizers, schedules
from rosenblatt._engine import as_array, as_table, engine, predict
from rosenblatt.training.lbfgs import minimize
from rosenblatt.training.loop import Parameters
from rosenblatt.training.sklearn_callbacks import EpochTasks
from rosenblatt.training.stochastic import StochasticFit, Validation
from rosenblatt.estimators.input_checks import check_predict_input, frame_values, needs_no_checks_but_finite


def has_partial_fit(estimator: "BaseMLP") -> bool:
    if isinstance(estimator.solver, str) and estimator.solver == "lbfgs":
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class BaseMLP(StochasticFit, CallbackSupportMixin, BaseEstimator):  # type: ignore[misc]
    """What the classifier and the regressor share: the fit, from validated input to fitted attributes."""

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(activations.TRAINABLE)), list, tuple],
        "solver": [StrOptions({"lbfgs", *_core.OPTIMIZERS}), optimizers.Optimizer],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions(set(schedules.SCHEDULES)), schedules.Schedule, callable],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean", StrOptions({"loss", "score"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
        "input_dropout": [Interval(Real, 0, 1, closed="left")],
        "l1": [Interval(Real, 0, None, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left"), None],
        "clip_norm": [Interval(Real, 0, None, closed="neither"), None],
        "clip_value": [Interval(Real, 0, None, closed="neither"), None],
        "max_norm": [Interval(Real, 0, None, closed="neither"), None],
        "init": [StrOptions(set(initializers.INITIALIZERS)), callable, list, tuple],
        "bias_init": [StrOptions(set(initializers.INITIALIZERS)), Real, callable, list, tuple, None],
        "dtype": [StrOptions({"float32", "float64"}), type, None],
        "callbacks": [list, tuple, None],
        "progress": ["boolean"],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    @abstractmethod
    def __init__(self, **parameters: Any) -> None:
        for name, value in parameters.items():
            setattr(self, name, value)

    # What differs between the two.

    @abstractmethod
    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, npt.NDArray[Any]]:
        """Check and convert X and y; return the targets 2-d, or 1-d where they are indices of classes."""

    @abstractmethod
    def _validate_validation(self, X: Any, y: Any) -> tuple[Any, npt.NDArray[Any]]:
        """Check and convert validation data as those of the fit."""

    @abstractmethod
    def _decode(self, y_pred: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Turn the network's outputs into what ``predict`` returns."""

    def _weigh(self, y: Any, sample_weight: Any, incremental: bool) -> Any:
        """Return the weights of samples with those of their classes, or None where all weigh 1."""
        return sample_weight

    def _weigh_validation(self, y: Any, sample_weight: Any) -> Any:
        """Return the same for validation data; classes weigh what they weigh in the training data."""
        return sample_weight

    # Fit.

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit the network to X and y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs: float64 or float32, which is also the dtype that the network is trained in unless ``dtype``
            says otherwise; anything else is converted to float64. A C-ordered array is not copied, a sparse matrix is
            not made dense.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets: class labels or an indicator matrix for the classifier, numbers for the regressor.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the loss. None means that all weigh 1.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Inputs that training is judged by after each epoch; with early stopping they take the place of the part
            of X that would be held back. Not for 'lbfgs'.
        y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
            Their targets.
        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the input is not valid, or training diverged to weights that are not finite; ``coefs_`` and
            ``intercepts_`` are then those of the last finite epoch.
        """
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val, y_val: got only one of the two, expected both or none")
        if X_val is None and sample_weight_val is not None:
            raise ValueError("sample_weight_val: got weights without the X_val and y_val that they belong to")
        validation = None if X_val is None else (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, incremental=False)

    def _prepare(self, X: Any, y: Any, sample_weight: Any, incremental: bool) -> tuple[bool, Any, Any, Any]:
        """Check the input and set up the parameters; return whether they are new, and the samples for the engine."""
        hidden_layer_sizes = self._hidden_layer_sizes()
        first_pass = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        labels = y
        X, y = self._validate_input(X, y, incremental, reset=first_pass)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        sample_weight = self._weigh(labels, sample_weight, incremental)

        self._random_state = check_random_state(self.random_state)
        if first_pass:
            dtype = X.dtype if self.dtype is None else np.dtype(self.dtype)
            if dtype not in (np.float32, np.float64):
                raise ValueError(f"dtype: got {self.dtype!r}, expected None, 'float32' or 'float64'")
            self._initialize([X.shape[1], *hidden_layer_sizes, self.n_outputs_], dtype)
        return first_pass, *self._as_samples(X, y, sample_weight)

    def _fit(self, X: Any, y: Any, sample_weight: Any, validation: Any, incremental: bool) -> Self:
        # scikit-learn's callbacks get the data as they were given.
        tasks = EpochTasks(self, X, y, sample_weight)
        first_pass, X, y, sample_weight = self._prepare(X, y, sample_weight, incremental)
        if not incremental:
            tasks.begin(0 if self._is_lbfgs() else self.max_iter)
        held_out = None
        if validation is not None:
            if self._is_lbfgs():
                raise ValueError("X_val: got validation data with solver='lbfgs', which has no epochs to judge")
            X_val, y_val, sample_weight_val = validation
            labels_val = y_val
            X_val, y_val = self._validate_validation(X_val, y_val)
            if sample_weight_val is not None:
                sample_weight_val = _check_sample_weight(sample_weight_val, X_val)
            sample_weight_val = self._weigh_validation(labels_val, sample_weight_val)
            held_out = Validation(*self._as_samples(X_val, y_val, sample_weight_val))

        if self._is_lbfgs():
            self._fit_lbfgs(X, y, sample_weight)
            if not all(np.isfinite(array).all() for array in (*self.coefs_, *self.intercepts_)):
                raise ValueError(
                    "Solver produced non-finite parameter weights. The input data may contain large values and need to"
                    " be preprocessed."
                )
        else:
            self._fit_stochastic(X, y, sample_weight, held_out, first_pass, incremental, tasks)
        tasks.end()
        return self

    def _is_lbfgs(self) -> bool:
        return isinstance(self.solver, str) and self.solver == "lbfgs"

    def _as_samples(self, X: Any, y: npt.NDArray[Any], sample_weight: Any) -> tuple[Any, Any, Any]:
        dtype = self.coefs_[0].dtype
        return (
            as_table(X, dtype),
            as_array(y, dtype) if y.ndim == 2 else y,
            None if sample_weight is None else as_array(sample_weight, dtype),
        )

    def _activations(self, n_hidden: int) -> list[str]:
        """Return the name of each hidden layer's activation."""
        names = [self.activation] * n_hidden if isinstance(self.activation, str) else list(self.activation)
        if len(names) != n_hidden:
            raise ValueError(
                f"activation: got {len(names)} names, expected one, or {n_hidden}, one for each hidden layer"
            )
        for name in names:
            if name not in activations.TRAINABLE:
                raise ValueError(f"activation: got {name!r}, expected one of {sorted(activations.TRAINABLE)}")
        return names

    def _hidden_layer_sizes(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        sizes = list(sizes) if isinstance(sizes, Iterable) else [sizes]
        if any(size <= 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
        return [operator.index(size) for size in sizes]

    def _initialize(self, layer_units: list[int], dtype: npt.DTypeLike) -> None:
        """Draw initial parameters and reset all counters."""
        names = self._activations(len(layer_units) - 2)
        self.n_iter_ = 0
        self.t_ = 0
        self.n_layers_ = len(layer_units)
        choice = self._loss_choice()
        _core.check_loss(choice.name, choice.output_activation, choice.settings)
        self.out_activation_ = choice.output_activation or _core.LOSS_INFO[choice.name]["output_activations"][0]
        self.coefs_, self.intercepts_ = initializers.initialize(
            self.init,
            self.bias_init,
            layer_units,
            self.activation if isinstance(self.activation, str) else names,
            self._random_state,
            dtype,
        )
        if not self._is_lbfgs():
            self._reset_progress()

    def _open_network(self) -> Any:
        widths = [self.coefs_[0].shape[0], *(coef.shape[1] for coef in self.coefs_)]
        choice = self._loss_choice()
        network = engine("Network", self.coefs_[0].dtype)(
            widths, self._activations(len(widths) - 2), choice.name, choice.output_activation, choice.settings
        )
        self._set_parameters(network, self.coefs_, self.intercepts_)
        return network

    @staticmethod
    def _set_parameters(network: Any, coefs: list[Any], intercepts: list[Any]) -> None:
        for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
            network.set_layer(layer, as_array(coef, network.dtype), as_array(intercept, network.dtype))

    def _get_parameters(self, network: Any) -> Parameters:
        coefs = [np.empty_like(coef, order="C") for coef in self.coefs_]
        intercepts = [np.empty_like(intercept, order="C") for intercept in self.intercepts_]
        for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
            network.get_layer(layer, coef, intercept)
        return coefs, intercepts

    def _fit_lbfgs(self, X: Any, y: npt.NDArray[Any], sample_weight: Any) -> None:
        self.__dict__.pop("history_", None)  # of an earlier fit
        network = self._open_network()
        for name in ("clip_norm", "clip_value", "max_norm", "weight_decay"):
            if getattr(self, name) is not None:
                raise ValueError(f"{name}: got {getattr(self, name)!r}, expected None with solver='lbfgs'")
        if self._dropout():
            raise ValueError("dropout: got a rate above 0, expected 0 with solver='lbfgs'")
        for name in ("callbacks", "progress"):
            if getattr(self, name):
                raise ValueError(
                    f"{name}: got {getattr(self, name)!r} with solver='lbfgs', which has no epochs to tell of"
                )
        trainer = self._open_trainer(network, X, y, sample_weight, X.shape[0])
        self.coefs_, self.intercepts_, self.loss_, self.n_iter_ = minimize(
            trainer,
            lambda coefs, intercepts: self._set_parameters(network, coefs, intercepts),
            self.coefs_,
            self.intercepts_,
            max_iter=self.max_iter,
            max_fun=self.max_fun,
            tol=self.tol,
            verbose=self.verbose,
        )

    # Predict.

    def _outputs(self, X: Any) -> npt.NDArray[Any]:
        """Check X and return the network's outputs, of shape (n_samples, n_outputs)."""
        outputs = None
        values = X if needs_no_checks_but_finite(self, X, "coefs_") else frame_values(self, X, "coefs_")
        if values is not None:
            outputs = self._predict(values, only_ready=True)
        if outputs is None:
            outputs = self._predict(check_predict_input(self, X))
        return cast(npt.NDArray[Any], outputs)

    def _predict(self, X: Any, only_ready: bool = False) -> npt.NDArray[Any] | None:
        names = self._activations(len(self.coefs_) - 1)
        return predict(X, self.coefs_, self.intercepts_, names, self._loss_choice(), self.n_threads, only_ready)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
