"""The base of the multilayer perceptrons: the fit, from input to fitted attributes, and the prediction."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import numpy as np
import numpy.typing as npt
from sklearn.metrics import get_scorer_names
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import Interval, InvalidParameterError, Options, StrOptions

from rosenblatt import _core, activations, initializers, optimizers, schedules
from rosenblatt._engine import LossChoice, assigned_parameters, checked_dtype, predict
from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._settings import constraint
from rosenblatt._suggestions import closest, explains_arguments
from rosenblatt.activations.functions import of_layers
from rosenblatt.estimators.bases import BaseEstimator, CallbackSupportMixin, checks_parameters
from rosenblatt.estimators.input_checks import (
    check_predict_input,
    frame_values,
    naming_validation_data,
    needs_no_checks_but_finite,
)
from rosenblatt.estimators.mlp import advice
from rosenblatt.estimators.mlp.attributes import forget_training, reset_progress
from rosenblatt.estimators.mlp.continuation import check_unchanged, remember
from rosenblatt.estimators.mlp.epochs import check_callbacks, fit_epochs
from rosenblatt.estimators.mlp.live import NAMES, LiveAttributes
from rosenblatt.estimators.mlp.loop_setup import begin_run, loop_settings, stopping_rule
from rosenblatt.estimators.mlp.to_sklearn import to_sklearn
from rosenblatt.estimators.mlp.types import (
    ActivationLike,
    Array,
    BatchSize,
    Callbacks,
    EarlyStopping,
    FloatType,
    InitLike,
    RandomStateLike,
    ScheduleLike,
    Sizes,
    SolverLike,
)
from rosenblatt.estimators.versioned import VersionedPickle
from rosenblatt.network import Network
from rosenblatt.training.checks import thread_limit
from rosenblatt.training.lbfgs import minimize
from rosenblatt.training.loop import TrainingLoop
from rosenblatt.training.options import TrainingOptions
from rosenblatt.training.samples import InMemory, Samples
from rosenblatt.training.sklearn_callbacks import EpochTasks


def has_partial_fit(estimator: "BaseMLP") -> bool:
    """Return True, or raise an AttributeError for a solver that has no epochs."""
    if isinstance(estimator.solver, str) and estimator.solver == "lbfgs":
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        )
    return True


class BaseMLP(ABC, VersionedPickle, CallbackSupportMixin, BaseEstimator):
    """The base of the classifier and the regressor.

    A fit encodes X and y as the samples of a `Network`, which it makes for this call and trains by L-BFGS or by the
    training loop. ``coefs_`` and ``intercepts_`` are plain arrays, which the user may assign: the next call begins with
    them.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(activations.TRAINABLE)), activations.ActivationFunction, list, tuple],
        "solver": [StrOptions({"lbfgs", *_core.OPTIMIZERS}), optimizers.Optimizer],
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
        "early_stopping": ["boolean", StrOptions({"loss", "score", *get_scorer_names()}), callable],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
        "input_dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left"), None],
        "init": [StrOptions(set(initializers.INITIALIZERS)), callable, list, tuple],
        "bias_init": [StrOptions(set(initializers.INITIALIZERS)), Real, callable, list, tuple, None],
        "dtype": [StrOptions({"float32", "float64"}), type, None],
        "callbacks": [list, tuple, None],
        "progress": ["boolean"],
        "keep_optimizer": ["boolean"],
        "n_threads": [Interval(Integral, 1, 2**31 - 1, closed="both"), None],
        # Those of the engine's options that are one number each, such as alpha.
        **{name: constraint(info) for name, info in _core.TRAINING_OPTIONS.items() if info["kind"] == "number"},
    }

    hidden_layer_sizes: Sizes
    activation: ActivationLike
    solver: SolverLike
    alpha: float
    batch_size: BatchSize
    learning_rate: ScheduleLike
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    random_state: RandomStateLike
    tol: float
    verbose: bool
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: EarlyStopping
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    dropout: float | Sequence[float]
    input_dropout: float
    l1: float
    weight_decay: float | None
    clip_norm: float | None
    clip_value: float | None
    max_norm: float | None
    init: InitLike
    bias_init: InitLike | float | None
    dtype: FloatType | None
    callbacks: Callbacks | None
    progress: bool
    keep_optimizer: bool
    n_threads: int | None

    coefs_: list[Array]
    intercepts_: list[Array]
    n_features_in_: int
    feature_names_in_: Array
    n_iter_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    loss_: float
    best_loss_: float | None
    loss_curve_: list[float]
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    best_epoch_: int | None
    history_: dict[str, Array]
    t_: int

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those of a loss, an optimizer or a schedule: ``loss__delta=0.5``.

        Parameters
        ----------
        **params : dict
            Values by name.

        Returns
        -------
        self : object
            The estimator.

        Raises
        ------
        ValueError
            If there is no such parameter, or ``loss``, ``solver`` or ``learning_rate`` is a name, which has none.
        """
        for key in params:
            name, _, setting = key.partition("__")
            value = params.get(name, getattr(self, name, None))
            if setting and isinstance(value, str):
                raise ValueError(
                    f"{key}: got a setting for {name}={value!r}, a name, expected an instance, which has settings"
                )
        return super().set_params(**params)

    def _validate_params(self) -> None:
        """Check the parameters as scikit-learn does, with a suggestion for what was probably meant."""
        try:
            for name, value in self.get_params(deep=False).items():
                if name != "dtype":
                    check_no_class(name, value)
            super()._validate_params()
        except InvalidParameterError as error:
            raise InvalidParameterError(f"{error}{self._hint(str(error))}") from None
        except TypeError as error:
            raise InvalidParameterError(str(error)) from None

    def _hint(self, message: str) -> str:
        """Return a suggestion for the parameter that an error of scikit-learn's check is about."""
        match = re.match(r"The '(\w+)' parameter", message)
        if match is None:
            return ""
        name, value = match[1], getattr(self, match[1])
        if name == "learning_rate" and isinstance(value, Real):
            return f" It is the schedule; the rate is learning_rate_init={value!r}."
        if name == "loss" and isinstance(value, int | list | tuple):  # the first parameter, as in scikit-learn
            return f" Did you mean hidden_layer_sizes={value!r}?"
        accepted = [option for part in self._parameter_constraints[name] for option in getattr(part, "options", ())]
        close = closest(value, accepted)
        return "" if close is None else f" Did you mean {close!r}?"

    # In training, weights and history are in the loop: they become attributes when somebody looks.

    _live: LiveAttributes

    if not TYPE_CHECKING:  # type checkers would find any name

        def __getattr__(self, name: str) -> Any:
            """Return what the estimator in training lacks; called where an attribute was not found."""
            live = self.__dict__.get("_live")
            if live is None or name not in NAMES:
                return object.__getattribute__(self, name)  # raises its error again
            return live.get(name)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes for copies and pickles, also in training."""
        live = self.__dict__.get("_live")
        if live is not None:
            live.complete()
        state: dict[str, Any] = super().__getstate__()
        return state if live is None else live.apart(state)

    # What differs between classes and numbers.

    @abstractmethod
    def _encode(
        self, X: Any, y: Any, sample_weight: Any, *, reset: bool, incremental: bool = False, validation: bool = False
    ) -> tuple[Any, Any, Any]:
        """Return checked inputs, targets as the loss takes them (1-d for indices of classes), and weights of rows."""

    @abstractmethod
    def _loss_choice(self) -> LossChoice:
        """Return the loss and the output activation for the engine."""

    @abstractmethod
    def _score_outputs(self, y: npt.NDArray[Any], y_pred: npt.NDArray[Any], sample_weight: Any) -> float:
        """Return the score of the network's outputs on encoded targets."""

    @abstractmethod
    def _decode_targets(self, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return encoded targets as the user passed them."""

    # Fit.

    @explains_arguments
    @checks_parameters
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit the network to X and y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs, float64 or float32; anything else is converted to float64. The network is trained in the dtype
            of X unless ``dtype`` says otherwise. A C-ordered array is not copied, and a sparse matrix is not made
            dense.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets: class labels or an indicator matrix for the classifier, numbers for the regressor.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the loss. None means that all weigh 1.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Inputs of validation samples, whose loss and score are computed after each epoch. Early stopping and
            learning-rate schedules use them instead of a part of X that is held back. Not for 'lbfgs'. A pipeline
            transforms them like X if it has ``transform_input=["X_val"]``: see Notes.
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
            If the input is not valid, the learning-rate schedule returns rates that are not, or training diverged to
            weights that are not finite; ``coefs_`` and ``intercepts_`` are then those of the last finite epoch.

        Warns
        -----
        sklearn.exceptions.ConvergenceWarning
            If training did not converge or diverged; if no epoch had a score for early stopping; if X or y are so large
            that networks train badly on them, X_val is of another scale than X, or targets are outside the range of the
            output activation; if a ReLU output died.

        Notes
        -----
        A pipeline passes ``X_val`` on as it is, unless it is told to transform it (scikit-learn's metadata routing)::

            sklearn.set_config(enable_metadata_routing=True)
            model = MLPRegressor(early_stopping=True).set_fit_request(X_val=True, y_val=True)
            pipeline = Pipeline([("scale", StandardScaler()), ("mlp", model)], transform_input=["X_val"])
            pipeline.fit(X, y, X_val=X_val, y_val=y_val)
        """
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val, y_val: got only one of the two, expected both or none")
        if X_val is None and sample_weight_val is not None:
            raise ValueError("sample_weight_val: got weights without the X_val and y_val that they belong to")
        validation = None if X_val is None else (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, validation, incremental=False)

    def _fit(self, X: Any, y: Any, sample_weight: Any, validation: Any, incremental: bool) -> Self:
        check_callbacks(self.callbacks)
        if "_live" in vars(self):
            raise RuntimeError(
                f"{type(self).__name__}: got a call of fit or partial_fit by a callback or another thread during a fit,"
                " expected one fit at a time; train a copy (sklearn.base.clone, copy.deepcopy)"
            )
        # scikit-learn's callbacks get the data as they were passed.
        tasks = EpochTasks(self, X, y, sample_weight)
        self._hidden_layer_sizes()  # the first error, as in scikit-learn
        first_pass = self._is_first_pass(incremental)
        X, y, sample_weight = self._encode(X, y, sample_weight, reset=first_pass, incremental=incremental)
        network = self._open_network(X.shape[1], X.dtype, first_pass, incremental)
        samples = Samples.of(X, y, sample_weight, network.dtype)
        if not incremental:
            tasks.begin(0 if self._is_lbfgs() else self.max_iter)
        held_out = None
        if validation is not None:
            if self._is_lbfgs():
                raise ValueError("X_val: got validation data with solver='lbfgs', expected None: it has no epochs")
            with naming_validation_data():
                held_out = Samples.of(*self._encode(*validation, reset=False, validation=True), network.dtype)
        if not incremental:
            advice.before_training(self, samples, held_out)
        finite = True
        if self._is_lbfgs():
            self._fit_lbfgs(network, samples)
        else:
            finite = fit_epochs(self, network, samples, held_out, tasks, first_pass=first_pass, incremental=incremental)
        tasks.end()
        if finite and not incremental:
            advice.after_training(self, samples)
        return self

    def _open_loop(self, X: Any, y: Any, sample_weight: Any) -> TrainingLoop:
        """Return the loop that a first ``fit`` would consume, without early stopping."""
        X, y, sample_weight = self._encode(X, y, sample_weight, reset=True)
        network = self._open_network(X.shape[1], X.dtype, first_pass=True)
        samples = Samples.of(X, y, sample_weight, network.dtype)
        state = begin_run(self, network, samples.y, first_pass=True)
        source = InMemory(samples, state.order, state.random_state if self.shuffle else None)
        return TrainingLoop(network, source, state, **loop_settings(self, network, state))

    def _is_first_pass(self, incremental: bool) -> bool:
        """Return whether a call of ``fit`` or ``partial_fit`` draws new parameters."""
        return not hasattr(self, "coefs_") or (not self.warm_start and not incremental)

    def _open_network(
        self, n_features: int, dtype: np.dtype[Any], first_pass: bool, incremental: bool = False
    ) -> Network:
        """Return the network with the estimator's parameters, which are drawn for a first pass."""
        self._random_state = check_random_state(self.random_state)
        if first_pass:
            dtype = dtype if self.dtype is None else checked_dtype(self.dtype)
            self._initialize([n_features, *self._hidden_layer_sizes(), self.n_outputs_], dtype)
            remember(self)
        else:
            check_unchanged(self)
        choice = self._loss_choice()
        self.out_activation_ = _core.check_loss(choice.name, choice.output_activation, choice.settings)
        names = self._activations(len(self.coefs_) - 1)
        keeps = not first_pass and (incremental or self.keep_optimizer)
        state = getattr(self, "_optimizer", None) if keeps else None
        coefs, intercepts = assigned_parameters(self, state and state.dtype)
        return Network._of(coefs, intercepts, names, choice, self._random_state)

    def _is_lbfgs(self) -> bool:
        return isinstance(self.solver, str) and self.solver == "lbfgs"

    def _activations(self, n_hidden: int) -> list[str]:
        """Return the name of each hidden layer's activation."""
        return of_layers(self.activation, n_hidden)

    def _hidden_layer_sizes(self) -> list[int]:
        sizes = self.hidden_layer_sizes
        is_list = getattr(sizes, "ndim", 1) == 1
        sizes = list(sizes) if isinstance(sizes, Iterable) and is_list else [cast(int, sizes)]
        if not all(isinstance(size, Integral) and not isinstance(size, bool) and size < 2**31 for size in sizes):
            raise InvalidParameterError(
                f"hidden_layer_sizes: got {shown(self.hidden_layer_sizes)}, expected integers from 1 to 2147483647"
            )
        if any(size <= 0 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
        return [int(size) for size in sizes]

    def _initialize(self, layer_units: list[int], dtype: npt.DTypeLike) -> None:
        """Draw initial parameters and reset all counters."""
        forget_training(self)
        self._activations(len(layer_units) - 2)  # raises for what is not one
        self.n_iter_ = 0
        self.t_ = 0
        self.n_layers_ = len(layer_units)
        self.coefs_, self.intercepts_ = initializers.initialize(
            self.init,
            self.bias_init,
            layer_units,
            self.activation,
            self._random_state,
            dtype,
        )
        if not self._is_lbfgs():
            reset_progress(self, stopping_rule(self))

    def _fit_lbfgs(self, network: Network, samples: Samples) -> None:
        self.__dict__.pop("history_", None)  # of an earlier call
        for name in ("clip_norm", "clip_value", "max_norm", "weight_decay"):
            if getattr(self, name) is not None:
                raise ValueError(f"{name}: got {shown(getattr(self, name))}, expected None with solver='lbfgs'")
        arguments = TrainingOptions.of(self).for_engine(len(network.activations))
        if "dropout" in arguments:
            raise ValueError("dropout: got a rate above 0, expected 0 with solver='lbfgs'")
        for name in ("callbacks", "progress"):
            if getattr(self, name):
                raise ValueError(
                    f"{name}: got {shown(getattr(self, name))}, expected none with solver='lbfgs', which has no epochs"
                )
        self.loss_, self.n_iter_ = minimize(
            network,
            samples,
            arguments,
            max_iter=self.max_iter,
            max_fun=self.max_fun,
            tol=self.tol,
            verbose=self.verbose,
        )
        self.coefs_, self.intercepts_ = network._arrays()
        if not network._engine.finite():
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be"
                " preprocessed."
            )

    # Predict.

    def _outputs(self, X: Any, choice: LossChoice | None = None) -> npt.NDArray[Any]:
        """Check X and return the network's outputs, of shape (n_samples, n_outputs), by its own loss or another."""
        outputs = None
        values = X if needs_no_checks_but_finite(self, X, "coefs_") else frame_values(self, X, "coefs_")
        if values is not None:
            outputs = self._predict(values, choice, only_ready=True)
        if outputs is None:
            outputs = self._predict(check_predict_input(self, X), choice)
        return cast(npt.NDArray[Any], outputs)

    def _predict(self, X: Any, choice: LossChoice | None = None, only_ready: bool = False) -> npt.NDArray[Any] | None:
        names = self._activations(len(self.coefs_) - 1)
        choice = choice or self._loss_choice()
        threads = thread_limit(self.n_threads)
        return predict(X, self.coefs_, self.intercepts_, names, choice, threads, only_ready)

    def to_sklearn(self) -> Any:
        """Return scikit-learn's estimator of the same name, which predicts the same numbers up to rounding.

        Parameters that scikit-learn does not have, such as ``dropout``, are left out. Parameters whose value it does
        not know, such as other solvers, have scikit-learn's default. A further fit of the result may therefore differ.

        Returns
        -------
        estimator : sklearn.neural_network.MLPClassifier or MLPRegressor
            A fitted estimator, whose weights are copies.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If scikit-learn has no such predictions: other activations, different ones for each layer, losses with
            margins, scaled targets, several quantiles.

        Examples
        --------
        >>> from rosenblatt import MLPRegressor
        >>> model = MLPRegressor(hidden_layer_sizes=[3], solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
        >>> type(model.to_sklearn()).__module__
        'sklearn.neural_network._multilayer_perceptron'
        """
        return to_sklearn(self)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
