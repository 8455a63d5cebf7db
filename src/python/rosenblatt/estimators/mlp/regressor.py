"""A multilayer perceptron for numbers: one or several targets."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.metrics import d2_pinball_score, r2_score
from sklearn.utils import column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _check_sample_weight, validate_data

from rosenblatt import _core, activations, losses
from rosenblatt._engine import LossChoice
from rosenblatt._numbers import check_kind, to_numbers
from rosenblatt._warnings import warn
from rosenblatt.activations.output import RANGES, output_name
from rosenblatt.estimators.bases import RegressorMixin, available_if, checks_parameters
from rosenblatt.estimators.input_checks import check_input
from rosenblatt.estimators.mlp.base import BaseMLP, has_partial_fit
from rosenblatt.estimators.mlp.docs import documented
from rosenblatt.estimators.mlp.types import (
    ActivationLike,
    BatchSize,
    Callbacks,
    EarlyStopping,
    FloatType,
    InitLike,
    LossLike,
    OutputActivationLike,
    RandomStateLike,
    ScaleTargets,
    ScheduleLike,
    Sizes,
    SolverLike,
)


@documented
class MLPRegressor(RegressorMixin, BaseMLP):
    """Multilayer perceptron for regression with one or several outputs.

    The parameters, attributes and warnings are those of ``sklearn.neural_network.MLPRegressor``, and with the same
    ``random_state`` and float64 input, so are the weights, up to rounding. Weights are drawn as in [1]_, gradients
    computed by backpropagation [3]_.

    Parameters
    ----------
    loss : str, Loss or callable, default='squared_error'
        'squared_error' (half of it), 'absolute_error', 'huber', 'log_cosh', 'quantile', 'poisson', 'gamma' or
        'tweedie' (half deviances, for targets of at least or above 0); an instance from `rosenblatt.losses`, such as
        ``Huber(delta=0.5)`` or ``Quantile([0.1, 0.5, 0.9])``, which predicts a column for each quantile; or a function
        ``(y_true, raw_scores) -> (loss of each row, gradient)`` over the rows of a mini-batch, arrays of 2 dimensions.
    output_activation : str, activation function or None, default=None
        The function that turns raw scores into predictions: 'identity', 'relu', 'softplus', 'logistic', 'tanh' or
        'exp', or such a function of `rosenblatt.activations`. None means 'exp' for the losses 'poisson', 'gamma'
        and 'tweedie', otherwise 'identity'.
    scale_targets : bool or 'standard', default=False
        Whether to scale the targets for training, and predictions back. True maps the range of each target in the
        training data to the range of the output activation, 'logistic' or 'tanh'. 'standard', for other output
        activations, makes the standard deviation of each target 1, and its mean 0 unless predictions are never below 0.
        Reported losses are those of scaled targets.
    {PARAMETERS}

    Attributes
    ----------
    target_range_ : tuple or None
        With ``scale_targets``, the number of each target that is mapped to the third entry, how far above it that is
        which is mapped to the fourth entry, and these two: the bounds of the output activation, or 0 and 1.
    {ATTRIBUTES}

    See Also
    --------
    MLPClassifier : The same for classes.

    Notes
    -----
    With several outputs, ``solver='lbfgs'`` minimizes the squared error summed over the outputs, and reports it as
    ``loss_``. scikit-learn 1.9 averages the loss over the outputs, but not its gradient, which misleads the line
    search. The other solvers also follow the gradient of the sum. They report the average, as scikit-learn does.

    References
    ----------
    {REFERENCES}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from rosenblatt import MLPRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> regressor = MLPRegressor(hidden_layer_sizes=[50, 50], max_iter=500, random_state=0)
    >>> model = make_pipeline(StandardScaler(), regressor).fit(X, y / y.max())
    >>> round(model.score(X, y / y.max()), 1)
    0.8
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions(set(losses.names("regression"))), losses.Loss, losses.Custom, callable],
        "output_activation": [
            StrOptions({*_core.OUTPUT_ACTIVATIONS, "sigmoid"} - {"softmax"}),
            activations.ActivationFunction,
            None,
        ],
        "scale_targets": ["boolean", StrOptions({"standard"})],
    }

    loss: LossLike
    output_activation: OutputActivationLike
    scale_targets: ScaleTargets

    def __init__(
        self,
        loss: LossLike = "squared_error",
        hidden_layer_sizes: Sizes = (100,),
        activation: ActivationLike = "relu",
        *,
        solver: SolverLike = "adam",
        alpha: float = 0.0001,
        batch_size: BatchSize = "auto",
        learning_rate: ScheduleLike = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomStateLike = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: EarlyStopping = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        output_activation: OutputActivationLike = None,
        scale_targets: ScaleTargets = False,
        dropout: float | Sequence[float] = 0.0,
        input_dropout: float = 0.0,
        l1: float = 0.0,
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        max_norm: float | None = None,
        init: InitLike = "glorot_uniform",
        bias_init: InitLike | float | None = None,
        dtype: FloatType | None = None,
        callbacks: Callbacks | None = None,
        progress: bool = False,
        keep_optimizer: bool = False,
        n_threads: int | None = None,
    ) -> None:
        self._store(locals())

    def _loss_choice(self) -> LossChoice:
        return losses.resolve(self.loss, "regression", self.output_activation)

    def _outputs_per_target(self) -> int:
        return len(np.ravel(self._loss_choice().settings.get("quantiles", 0.5)))

    def _encode(
        self, X: Any, y: Any, sample_weight: Any, *, reset: bool, incremental: bool = False, validation: bool = False
    ) -> tuple[Any, Any, Any]:
        check_input(X, y, sample_weight)
        check_kind("y", y)
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            y_numeric=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.dtype.kind not in "fiub":  # such as strings; scikit-learn fails later
            raise TypeError(f"y: got an array of {y.dtype}, expected numbers")
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        y = y.reshape(len(y), -1)
        n_outputs = y.shape[1] * self._outputs_per_target()
        if validation and n_outputs != self.n_outputs_:
            expected = self.n_outputs_ // self._outputs_per_target()
            raise ValueError(f"y_val: got {y.shape[1]} columns, expected {expected} as in y")
        if not reset and not validation and n_outputs != self.n_outputs_:
            raise ValueError(
                f"y: got {y.shape[1]} columns, with {self._outputs_per_target()} outputs for each, expected"
                f" {self.n_outputs_} outputs in all as in the first call"
            )
        self.n_outputs_ = n_outputs
        if reset:
            self.target_range_ = self._range_of(y) if self.scale_targets else None
        elif self.target_range_ is not None and not validation:
            self._check_range(y)
        return X, self._as_targets(y), None if sample_weight is None else _check_sample_weight(sample_weight, X)

    def _range_of(self, y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], float, float]:
        """Return ``target_range_``."""
        if self.scale_targets == "standard":
            return self._standard(y)
        bounds = {name: ends for name, ends in RANGES.items() if np.isfinite(ends).all()}
        name = output_name(self.output_activation)
        if name not in bounds:
            raise ValueError(
                f"scale_targets: got True with output_activation={self.output_activation!r}, expected one that is"
                f" bounded: {sorted(bounds)}"
            )
        low, high = y.min(axis=0), y.max(axis=0)
        return low, np.where(high > low, high - low, 1), *bounds[name]

    def _standard(self, y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], float, float]:
        """Return the mean, or 0 where predictions are never below it, and the standard deviation of each target."""
        choice = self._loss_choice()
        output = _core.check_loss(choice.name, choice.output_activation, choice.settings)
        least, most = RANGES.get(output, (-np.inf, np.inf))
        if np.isfinite(most):
            raise ValueError(
                f"scale_targets: got 'standard' with output_activation={self.output_activation!r}, expected True, which"
                " maps targets to its range"
            )
        mean, spread = y.mean(axis=0), y.std(axis=0)
        return np.zeros_like(mean) if least == 0 else mean, np.where(spread > 0, spread, 1), 0.0, 1.0

    def _check_range(self, y: npt.NDArray[Any]) -> None:
        """Warn if targets of a later call are not of the range of the first call's."""
        assert self.target_range_ is not None
        low, width, _, _ = self.target_range_
        if self.scale_targets == "standard":
            spread = y.std(axis=0) / width
            other = (len(y) > 10) & ((spread < 0.05) | (spread > 20))
            if low.any():  # the means
                other |= np.abs(y.mean(axis=0) - low) > 10 * width
        else:
            other = np.maximum(low - y.min(axis=0), y.max(axis=0) - (low + width)) > 0.5 * width
            other |= (len(y) > 10) & (y.max(axis=0) - y.min(axis=0) < 0.05 * width)
        if other.any():
            warn(
                f"y: got targets from {y.min():.4g} to {y.max():.4g}, expected about those of the first call, from"
                f" {low.min():.4g} to {(low + width).max():.4g}: scale_targets keeps their scale. Fit a new estimator,"
                " or scale y before."
            )

    def _as_targets(self, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return checked targets as the loss takes them."""
        if self.target_range_ is not None:
            low, width, least, most = self.target_range_
            y = least + (y - low) / width * (most - least)
        losses.find(self.loss).check_targets(y)
        return y

    @available_if(has_partial_fit)
    @checks_parameters
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on the given samples, from the parameters of the last call.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the loss.

        Returns
        -------
        self : object
            The estimator.
        """
        return self._fit(X, y, sample_weight, None, incremental=True)

    def _decode(self, y_pred: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if self.target_range_ is not None:
            low, width, least, most = self.target_range_
            low, width = (np.repeat(part, y_pred.shape[1] // len(part)) for part in (low, width))  # for each quantile
            y_pred = (low + (y_pred - least) / (most - least) * width).astype(y_pred.dtype)
        return y_pred.ravel() if y_pred.shape[1] == 1 else y_pred

    def _decode_targets(self, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return self._decode(y)

    def _score_outputs(self, y: npt.NDArray[Any], y_pred: npt.NDArray[Any], sample_weight: Any) -> float:
        quantiles = np.ravel(self._loss_choice().settings.get("quantiles", 0.5))
        if len(quantiles) == 1:
            return float(r2_score(y, y_pred, sample_weight=sample_weight))
        # For several quantiles, the mean of their D^2 scores: the explained fraction of the pinball loss.
        return float(
            np.mean(
                [
                    d2_pinball_score(y, y_pred[:, k :: len(quantiles)], alpha=quantile, sample_weight=sample_weight)
                    for k, quantile in enumerate(quantiles)
                ]
            )
        )

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R^2 of the predictions, or with several quantiles the mean of their D^2 pinball scores.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The targets.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample.

        Returns
        -------
        score : float
            At most 1, for perfect predictions; 0 for those of a constant.
        """
        check_input(X, y, sample_weight)
        check_kind("y", y)
        if self._outputs_per_target() == 1:
            return float(super().score(X, y, sample_weight))
        y = to_numbers("y", y)
        return self._score_outputs(y.reshape(len(y), -1), np.atleast_2d(self.predict(X)), sample_weight)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Predict the target of each sample.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The predictions.
        """
        return self._decode(self._outputs(X))
