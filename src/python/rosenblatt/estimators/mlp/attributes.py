"""The attributes of an estimator that describe how far its training has come."""

from typing import Any

from rosenblatt.training.state import State
from rosenblatt.training.stopping import Progress, StoppingRule

# What 'lbfgs' does not assign, beside the history.
_OF_EPOCHS = (
    "_best_validation_loss",
    "_no_improvement_count",
    "_optimizer",
    "best_epoch_",
    "best_loss_",
    "best_validation_score_",
    "loss_curve_",
    "validation_scores_",
)


def forget_training(model: Any) -> None:
    """Remove what earlier calls have left, before a call that begins with new weights."""
    for name in _OF_EPOCHS:
        vars(model).pop(name, None)


def reset_progress(model: Any, rule: StoppingRule) -> None:
    """Assign the attributes of an estimator that has not trained yet, and will stop by this rule."""
    progress = Progress()
    rule.begin(progress)
    model.loss_curve_ = []
    model.best_epoch_ = None
    _publish_progress(model, progress)


def read_progress(model: Any) -> Progress:
    """Return the progress of earlier calls."""
    return Progress(
        model._no_improvement_count,
        model.best_loss_,
        model.validation_scores_,
        model.best_validation_score_,
        model._best_validation_loss,
    )


def publish(model: Any, state: State) -> None:
    """Assign the estimator's attributes that describe how far training has come."""
    model.n_iter_ = state.n_iter
    model.t_ = state.t
    model.loss_curve_ = state.loss_curve
    model.best_epoch_ = state.best_epoch
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
