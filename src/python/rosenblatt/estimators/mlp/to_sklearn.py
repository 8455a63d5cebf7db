"""From an estimator to scikit-learn's with the same weights and predictions."""

import inspect
from copy import deepcopy
from typing import Any

from sklearn.base import is_classifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted

from rosenblatt import activations
from rosenblatt._engine import assigned_parameters
from rosenblatt._messages import shown

# The activations that scikit-learn has.
_HIDDEN = ("identity", "logistic", "tanh", "relu")
_OUTPUT = (*_HIDDEN, "exp", "softmax")

# What a fit learns, under the same names in both libraries.
_LEARNED = (
    *("coefs_", "intercepts_", "n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "loss_", "loss_curve_"),
    *("best_loss_", "validation_scores_", "best_validation_score_", "n_features_in_", "feature_names_in_", "classes_"),
    *("_label_binarizer", "_random_state", "_no_improvement_count"),
)


def _hidden(model: Any) -> str:
    """Return the activation of the hidden layers, of which scikit-learn has one for all."""
    names = {activations.find(name).name for name in model._activations(len(model.coefs_) - 1)}
    if len(names) > 1 or not names <= set(_HIDDEN):
        raise ValueError(
            f"activation: got {shown(model.activation)}, expected one of {', '.join(map(repr, _HIDDEN))} for all"
            " layers: scikit-learn has no others"
        )
    return names.pop() if names else "identity"


def to_sklearn(model: Any) -> Any:
    """Return a fitted estimator of scikit-learn that predicts as ``model`` does."""
    check_is_fitted(model)
    cls: Any = MLPClassifier if is_classifier(model) else MLPRegressor
    if model.out_activation_ not in _OUTPUT:
        accepted = ", ".join(map(repr, _OUTPUT))
        raise ValueError(
            f"output_activation: got {shown(model.out_activation_)}, expected one of {accepted}: scikit-learn has no"
            " others"
        )
    if getattr(model, "target_range_", None) is not None:
        received = shown(model.scale_targets)
        raise ValueError(
            f"scale_targets: got {received}, expected False: scikit-learn's estimator does not scale predictions"
        )
    quantiles = model._loss_choice().settings.get("quantiles", ())
    if len(quantiles) > 1:
        raise ValueError(
            f"loss: got {shown(model.loss)}, expected a single quantile, since scikit-learn has one output for each"
            " target"
        )
    if cls is MLPClassifier and not hasattr(model, "predict_proba"):
        raise ValueError(f"loss: got {shown(model.loss)}, expected one with probabilities: scikit-learn has no others")
    given = model.get_params(deep=False)
    shared = {name: given[name] for name in inspect.signature(cls).parameters if name in given}
    shared["activation"] = _hidden(model)
    for name, known in (
        ("solver", ("lbfgs", "sgd", "adam")),
        ("learning_rate", ("constant", "invscaling", "adaptive")),
        ("loss", ("log_loss",) if cls is MLPClassifier else ("squared_error", "poisson")),
    ):
        if not isinstance(given[name], str) or given[name] not in known:
            shared.pop(name, None)
    shared["early_stopping"] = bool(given["early_stopping"])
    theirs = cls(**shared)
    for name in _LEARNED:
        if hasattr(model, name):
            setattr(theirs, name, deepcopy(getattr(model, name)))
    theirs.coefs_, theirs.intercepts_ = map(deepcopy, assigned_parameters(model))
    return theirs
