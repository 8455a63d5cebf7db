"""What multilayer perceptrons share: the fit, from validated input to fitted attributes."""

import operator
from abc import abstractmethod
from collections.abc import Iterable
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import _check_sample_weight

from rosenblatt import _core, activations
from rosenblatt._engine import as_array, as_table, engine, predict
from rosenblatt._lbfgs import minimize
from rosenblatt._stochastic import STOCHASTIC_SOLVERS, Parameters, StochasticFit
from rosenblatt._validation import check_predict_input


def has_partial_fit(estimator: "BaseMLP") -> bool:
    if estimator.solver not in STOCHASTIC_SOLVERS:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class BaseMLP(StochasticFit, BaseEstimator):  # type: ignore[misc]
    """What the classifier and the regressor share: the fit, from validated input to fitted attributes."""

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(activations.TRAINABLE))],
        "solver": [StrOptions({"lbfgs", *STOCHASTIC_SOLVERS})],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
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
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    @abstractmethod
    def __init__(
        self,
        hidden_layer_sizes: Any,
        activation: str,
        solver: str,
        alpha: float,
        batch_size: int | str,
        learning_rate: str,
        learning_rate_init: float,
        power_t: float,
        max_iter: int,
        loss: str,
        shuffle: bool,
        random_state: Any,
        tol: float,
        verbose: bool,
        warm_start: bool,
        momentum: float,
        nesterovs_momentum: bool,
        early_stopping: bool,
        validation_fraction: float,
        beta_1: float,
        beta_2: float,
        epsilon: float,
        n_iter_no_change: float,
        max_fun: int,
        n_threads: int | None,
    ) -> None:
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.n_threads = n_threads

    # What differs between the two.

    @abstractmethod
    def _validate_input(self, X: Any, y: Any, incremental: bool, reset: bool) -> tuple[Any, npt.NDArray[Any]]:
        """Check and convert X and y; return the targets 2-d, or 1-d where they are indices of classes."""

    @abstractmethod
    def _decode(self, y_pred: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Turn the network's outputs into what ``predict`` returns."""

    # Fit.

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the network to X and y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs: float64 or float32, which is also the dtype that the network is trained in; anything else is
            converted to float64. A C-ordered array is not copied, a sparse matrix is not made dense.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets: class labels or an indicator matrix for the classifier, numbers for the regressor.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the loss. None means that all weigh 1.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the input is not valid, or training diverged to weights that are not finite.
        """
        return self._fit(X, y, sample_weight, incremental=False)

    def _fit(self, X: Any, y: Any, sample_weight: Any, incremental: bool) -> Self:
        hidden_layer_sizes = self._hidden_layer_sizes()
        first_pass = not hasattr(self, "coefs_") or (not self.warm_start and not incremental)
        X, y = self._validate_input(X, y, incremental, reset=first_pass)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)

        self._random_state = check_random_state(self.random_state)
        if first_pass:
            self._initialize([X.shape[1], *hidden_layer_sizes, self.n_outputs_], X.dtype)

        dtype = self.coefs_[0].dtype
        X = as_table(X, dtype)
        if y.ndim == 2:
            y = as_array(y, dtype)
        if sample_weight is not None:
            sample_weight = as_array(sample_weight, dtype)

        if self.solver in STOCHASTIC_SOLVERS:
            self._fit_stochastic(X, y, sample_weight, first_pass, incremental)
        else:
            self._fit_lbfgs(X, y, sample_weight)

        if not all(np.isfinite(array).all() for array in (*self.coefs_, *self.intercepts_)):
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be"
                " preprocessed."
            )
        return self

    def _hidden_layer_sizes(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        sizes = list(sizes) if isinstance(sizes, Iterable) else [sizes]
        if any(size <= 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
        return [operator.index(size) for size in sizes]

    def _initialize(self, layer_units: list[int], dtype: npt.DTypeLike) -> None:
        """Draw initial parameters (Glorot & Bengio, 2010: uniform, weights and biases alike) and reset all counters."""
        self.n_iter_ = 0
        self.t_ = 0
        self.n_layers_ = len(layer_units)
        self.out_activation_ = _core.LOSS_INFO[self._engine_loss]["output_activations"][0]
        self.coefs_ = []
        self.intercepts_ = []
        factor = 2.0 if self.activation == "logistic" else 6.0
        for fan_in, fan_out in pairwise(layer_units):
            bound = np.sqrt(factor / (fan_in + fan_out))
            coef = self._random_state.uniform(-bound, bound, (fan_in, fan_out))
            intercept = self._random_state.uniform(-bound, bound, fan_out)
            self.coefs_.append(coef.astype(dtype, copy=False))
            self.intercepts_.append(intercept.astype(dtype, copy=False))

        if self.solver in STOCHASTIC_SOLVERS:
            self._reset_progress()

    def _open_network(self) -> Any:
        widths = [self.coefs_[0].shape[0], *(coef.shape[1] for coef in self.coefs_)]
        network = engine("Network", self.coefs_[0].dtype)(
            widths, [self.activation] * (len(widths) - 2), self._engine_loss
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
        network = self._open_network()
        trainer = engine("Trainer", network.dtype)(
            network, X, y, sample_weight, X.shape[0], self.alpha, self.n_threads or 0
        )
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
        X = check_predict_input(self, X, "coefs_")
        outputs: npt.NDArray[Any] = predict(
            X,
            self.coefs_,
            self.intercepts_,
            [self.activation] * (len(self.coefs_) - 1),
            self._engine_loss,
            self.n_threads,
        )
        return outputs

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
