"""A multilayer perceptron for classes: labels in, labels and probabilities out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, cast

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit, log_softmax
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import Tags, column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target, unique_labels
from sklearn.utils.validation import _check_sample_weight, validate_data

from rosenblatt import _core, losses
from rosenblatt._engine import LossChoice
from rosenblatt._messages import shown
from rosenblatt._sparse import check_sparse
from rosenblatt.estimators.bases import ClassifierMixin, available_if, checks_parameters
from rosenblatt.estimators.class_weights import weights_of_classes, weights_of_samples
from rosenblatt.estimators.input_checks import check_input
from rosenblatt.estimators.mlp.base import BaseMLP, has_partial_fit
from rosenblatt.estimators.mlp.docs import documented
from rosenblatt.estimators.mlp.types import (
    ActivationLike,
    Array,
    BatchSize,
    Callbacks,
    EarlyStopping,
    FloatType,
    InitLike,
    LossLike,
    RandomStateLike,
    ScheduleLike,
    Sizes,
    SolverLike,
)

ClassWeight = Mapping[Any, float] | list[Mapping[Any, float]] | Literal["balanced"]

# A loss whose predictions are the raw scores.
_RAW_SCORES = LossChoice("squared_error", "identity")


def _has_margins(estimator: "MLPClassifier") -> bool:
    return losses.has_margins(estimator.loss)


def _has_probabilities(estimator: "MLPClassifier") -> bool:
    if _has_margins(estimator):
        raise AttributeError(
            f"loss: got {shown(estimator.loss)}, which has no probabilities, but a decision_function, expected"
            " another loss"
        )
    return True


@documented
class MLPClassifier(ClassifierMixin, BaseMLP):
    """Multilayer perceptron for classification, trained on the log loss.

    The parameters, attributes and warnings are those of ``sklearn.neural_network.MLPClassifier``, and with the same
    ``random_state`` and float64 input, so are the weights, up to rounding. The output layer is a softmax over the
    classes, or a logistic function for two classes and for each label of a multilabel target. Weights are drawn as in
    [1]_, gradients computed by backpropagation [3]_.

    Parameters
    ----------
    loss : str, Loss or callable, default='log_loss'
        'log_loss', the cross-entropy; 'focal', which gives less weight to samples that are already classified well;
        'hinge' or 'squared_hinge', one class against the rest, with a ``decision_function`` instead of probabilities;
        an instance of these from `rosenblatt.losses`, such as ``LogLoss(label_smoothing=0.1)``; or a function
        ``(y_true, raw_scores) -> (loss of each row, gradient)`` of the rows of a mini-batch, where ``y_true`` has a
        column of 0 and 1 for each class (one column for two classes).
    class_weight : dict, list of dict or 'balanced', default=None
        A factor for the weights of the samples of each class, also of validation data; 'balanced' is
        ``n_samples / (n_classes * count of the class)``. For multilabel targets a list of one dict for each label.
    {PARAMETERS}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels, sorted.
    {ATTRIBUTES}

    See Also
    --------
    MLPRegressor : The same for numeric targets.
    Perceptron : A single layer, trained by the perceptron rule.

    References
    ----------
    {REFERENCES}

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from rosenblatt import MLPClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)
    >>> classifier = MLPClassifier([50], learning_rate_init=0.01, random_state=0).fit(X_train, y_train)
    >>> round(classifier.score(X_test, y_test), 2)
    0.97
    """

    loss: LossLike
    class_weight: ClassWeight | None

    classes_: Array

    def __init__(
        self,
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
        loss: LossLike = "log_loss",
        class_weight: ClassWeight | None = None,
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

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions(set(losses.names("multiclass"))), losses.Loss, losses.Custom, callable],
        "class_weight": [StrOptions({"balanced"}), dict, list, None],
    }

    def _loss_choice(self) -> LossChoice:
        return losses.resolve(self.loss, "multiclass" if self._label_binarizer.y_type_ == "multiclass" else "binary")

    def _as_targets(self, y: Any) -> npt.NDArray[Any]:
        """Return checked labels as the loss takes them."""
        targets: npt.NDArray[Any]
        if y.ndim == 2 or self._label_binarizer.y_type_ != "multiclass":
            targets = self._label_binarizer.transform(y)
            return targets
        indices: npt.NDArray[Any] = np.searchsorted(self.classes_, y).astype(np.int32)
        choice = self._loss_choice()
        if _core.LOSS_INFO[choice.name]["categorical"] and not choice.custom:
            return indices
        targets = np.eye(len(self.classes_))[indices]
        return targets

    def _encode(
        self, X: Any, y: Any, sample_weight: Any, *, reset: bool, incremental: bool = False, validation: bool = False
    ) -> tuple[Any, Any, Any]:
        check_input(X, y, sample_weight)
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if validation:
            unknown = np.setdiff1d(unique_labels(y), self.classes_)
            if len(unknown):
                raise ValueError(f"y_val: got classes {unknown} that y has not, expected classes of {self.classes_}")
            multilabel = self._label_binarizer.y_type_.startswith("multilabel")
            if (y.ndim == 2) != multilabel or (multilabel and y.shape[1] != len(self.classes_)):
                expected = f"one column for each of {len(self.classes_)} labels" if multilabel else "one column"
                raise ValueError(f"y_val: got shape {y.shape}, expected {expected} as in y")
        else:
            self._set_classes(y, incremental)
        targets = self._as_targets(y)
        if not validation:
            self.n_outputs_ = targets.shape[1] if targets.ndim == 2 else len(self.classes_)

        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        if self.class_weight is not None:
            indices = targets.astype(np.int64) if y.ndim == 2 else np.searchsorted(self.classes_, y)
            if not validation:  # its classes have the weights of the training data
                self._set_class_weight(indices, incremental)
            weights = weights_of_samples(self._class_weight, indices)
            sample_weight = weights if sample_weight is None else weights * sample_weight
        return X, targets, sample_weight

    def _set_classes(self, y: Any, incremental: bool) -> None:
        """Learn the classes of a first fit, and compare those of later calls with them."""
        if not hasattr(self, "classes_") or (not self.warm_start and not incremental):
            self._label_binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._label_binarizer.classes_
            return
        classes = unique_labels(y)
        if self.warm_start:
            if set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit."
                    f" Previously got {self.classes_}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {classes}."
            )

    def _set_class_weight(self, indices: npt.NDArray[Any], incremental: bool) -> None:
        if incremental and isinstance(self.class_weight, str):
            raise ValueError(
                "class_weight: got 'balanced' in partial_fit, which sees only some of the samples, expected a dict,"
                " such as sklearn.utils.class_weight.compute_class_weight makes from all of them"
            )
        self._class_weight = weights_of_classes(self.class_weight, self.classes_, indices)

    @available_if(has_partial_fit)
    @checks_parameters
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one epoch on the given samples, from the parameters of the last call.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The class labels, or an indicator matrix.
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the loss.
        classes : array-like of shape (n_classes,), default=None
            All classes that any call will pass. Required in the first call.

        Returns
        -------
        self : object
            The estimator.
        """
        check_sparse("y", y)
        if _check_partial_fit_first_call(self, classes):
            multilabel = type_of_target(y).startswith("multilabel")
            self._label_binarizer = LabelBinarizer().fit(y if multilabel else classes)
        return self._fit(X, y, sample_weight, None, incremental=True)

    def _decode(self, y_pred: npt.NDArray[Any]) -> npt.NDArray[Any]:
        y_type = self._label_binarizer.y_type_
        labels: npt.NDArray[Any]
        if y_type == "multiclass":
            return cast("npt.NDArray[Any]", self.classes_[y_pred.argmax(axis=1)])
        if self.out_activation_ == "identity":  # raw scores: above 0 is the second class, or the label
            y_pred = (y_pred > 0).astype(y_pred.dtype)
        if y_type == "binary" and len(self.classes_) == 2:
            labels = self.classes_[(y_pred.ravel() > 0.5).astype(np.intp)]
        else:
            labels = self._label_binarizer.inverse_transform(y_pred.ravel() if y_pred.shape[1] == 1 else y_pred)
        return labels

    def _decode_targets(self, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
        labels: npt.NDArray[Any] = self.classes_[y] if y.ndim == 1 else self._decode(y)  # 0, 1 decode to themselves
        return labels

    def _score_outputs(self, y: npt.NDArray[Any], y_pred: npt.NDArray[Any], sample_weight: Any) -> float:
        return float(accuracy_score(self._decode_targets(y), self._decode(y_pred), sample_weight=sample_weight))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Predict the class of each sample.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The class labels, or an indicator matrix.
        """
        return self._decode(self._outputs(X))

    @available_if(_has_probabilities)
    def predict_proba(self, X: Any) -> npt.NDArray[Any]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            The probabilities, in the order of ``classes_``.
        """
        outputs = self._outputs(X)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    @available_if(_has_probabilities)
    def predict_log_proba(self, X: Any) -> npt.NDArray[Any]:
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            The logarithms, in the order of ``classes_``.
        """
        # From the raw scores, since a probability may be rounded to 0 or 1.
        logarithms: npt.NDArray[Any]
        if getattr(self, "out_activation_", None) == "softmax":
            logarithms = log_softmax(self._outputs(X, _RAW_SCORES), axis=1)
        elif getattr(self, "out_activation_", None) == "logistic":
            scores = self._outputs(X, _RAW_SCORES)
            if scores.shape[1] == 1:
                logarithms = log_expit(np.hstack([-scores, scores]))
            else:  # labels with the same probability, rounded near 1, have the same logarithm, so that argmax agrees
                logarithms = np.where(scores > 0, np.log(expit(scores)), log_expit(scores))
        else:
            logarithms = np.log(self.predict_proba(X))
        return logarithms

    @available_if(_has_margins)
    def decision_function(self, X: Any) -> npt.NDArray[Any]:
        """Return the raw scores, for the losses with margins ('hinge' and 'squared_hinge').

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The inputs.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            For two classes or several labels, a score above 0 predicts the second class or the label; for several
            classes, the largest score wins.
        """
        outputs = self._outputs(X)
        return outputs.ravel() if outputs.shape[1] == 1 else outputs

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
