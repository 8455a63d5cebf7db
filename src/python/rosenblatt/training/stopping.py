"""Stopping rules: when training ends before its last epoch, with scikit-learn's comparisons.

A rule is told the numbers of each epoch, and keeps what it has seen in a `Progress`, which outlives the rule: it stays
with an estimator from one call to the next, and is part of a checkpoint.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf

from rosenblatt.schedules import Schedule


@dataclass
class Progress:
    """What training has achieved so far. Attributes of estimators have the same names and an underscore at the end.

    Attributes
    ----------
    no_improvement_count : int
        The number of epochs in a row without an improvement.
    best_loss : float or None
        The lowest training loss; None if the rule looks at validation samples.
    validation_scores : list of float or None
        The score of each epoch on the validation samples; None if the rule looks at the training loss.
    best_validation_score : float or None
        The highest of these.
    best_validation_loss : float
        The lowest loss on the validation samples, if the rule looks at it.
    """

    no_improvement_count: int = 0
    best_loss: float | None = None
    validation_scores: list[float] | None = None
    best_validation_score: float | None = None
    best_validation_loss: float = inf


class StoppingRule:
    """Never stop: training takes all of its epochs. The base of the other rules."""

    message = ""

    def begin(self, progress: Progress) -> None:
        """Prepare the progress for this rule, which may not be the rule of the last call."""

    def note(self, progress: Progress, loss: float, val_loss: float, val_score: float) -> bool:
        """Record the numbers of an epoch; return whether its parameters are the best so far and are to be kept."""
        return False

    def stops(self, progress: Progress, schedule: Schedule) -> bool:
        """Return whether training stops here; ``message`` then says why, or what happens instead."""
        return False


class Patience(StoppingRule, ABC):
    """Stop after more than ``n_epochs`` epochs in a row without an improvement of more than ``tol``.

    Where the schedule can lower the learning rate, training continues with the lower rate instead.
    """

    quantity: str

    def __init__(self, tol: float, n_epochs: float) -> None:
        self.tol = tol
        self.n_epochs = n_epochs

    @abstractmethod
    def note(self, progress: Progress, loss: float, val_loss: float, val_score: float) -> bool:
        """Record the numbers of an epoch; return whether its parameters are the best so far and are to be kept."""

    @staticmethod
    def count(progress: Progress, improved: bool) -> None:
        """Count the epochs in a row without an improvement."""
        progress.no_improvement_count = 0 if improved else progress.no_improvement_count + 1

    def stops(self, progress: Progress, schedule: Schedule) -> bool:
        """Return whether training stops here; ``message`` then says why, or what happens instead."""
        self.message = ""
        if progress.no_improvement_count <= self.n_epochs:
            return False
        goes_on, consequence = schedule.lower()
        self.message = (
            f"{self.quantity} did not improve more than tol={self.tol:f} for {self.n_epochs:d} consecutive epochs."
            f" {consequence}"
        )
        if goes_on:
            progress.no_improvement_count = 0
        return not goes_on


# The comparisons are strict, and those of NaN come out, as in scikit-learn: a NaN counts as an improvement, but never
# becomes the best value.


class TrainingLossPatience(Patience):
    """Look at the training loss, penalty included."""

    quantity = "Training loss"

    def begin(self, progress: Progress) -> None:
        """Prepare the progress for this rule."""
        if progress.best_loss is None:
            progress.best_loss = inf

    def note(self, progress: Progress, loss: float, val_loss: float, val_score: float) -> bool:
        """Compare the training loss with the lowest so far; no parameters are kept."""
        assert progress.best_loss is not None
        self.count(progress, not loss > progress.best_loss - self.tol)
        if loss < progress.best_loss:
            progress.best_loss = loss
        return False


class ValidationScorePatience(Patience):
    """Look at the score on the validation samples, and keep the parameters of the best epoch."""

    quantity = "Validation score"

    def begin(self, progress: Progress) -> None:
        """Prepare the progress for this rule."""
        if progress.validation_scores is None:
            progress.validation_scores, progress.best_validation_score = [], -inf

    def note(self, progress: Progress, loss: float, val_loss: float, val_score: float) -> bool:
        """Compare the score with the best so far."""
        assert progress.validation_scores is not None
        assert progress.best_validation_score is not None
        progress.validation_scores.append(val_score)
        better = self.compare(progress, val_loss, val_score)
        if val_score > progress.best_validation_score:
            progress.best_validation_score = val_score
        return better

    def compare(self, progress: Progress, val_loss: float, val_score: float) -> bool:
        """Count epochs without an improvement; return whether this epoch is the best so far."""
        assert progress.best_validation_score is not None
        self.count(progress, not val_score < progress.best_validation_score + self.tol)
        return bool(val_score > progress.best_validation_score)


class ValidationLossPatience(ValidationScorePatience):
    """Look at the loss on the validation samples instead; scores are recorded nevertheless."""

    quantity = "Validation loss"

    def compare(self, progress: Progress, val_loss: float, val_score: float) -> bool:
        """Count epochs without an improvement; return whether this epoch is the best so far."""
        self.count(progress, not val_loss > progress.best_validation_loss - self.tol)
        better = bool(val_loss < progress.best_validation_loss)
        if better:
            progress.best_validation_loss = val_loss
        return better
