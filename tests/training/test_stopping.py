"""Stopping rules count as scikit-learn does, also NaN and infinity."""

import itertools
from math import inf, nan

import numpy as np
import pytest
from sklearn.neural_network import MLPRegressor

from rosenblatt import schedules
from rosenblatt.training.stopping import (
    Progress,
    StoppingRule,
    TrainingLossPatience,
    ValidationLossPatience,
    ValidationScorePatience,
)

VALUES = [0.5, 0.45, 0.4, 0.4, nan, 0.7, inf, -inf]


def scikit_learns(values, tol, early_stopping):
    """Return scikit-learn's counts and best values after each epoch."""
    theirs = MLPRegressor(tol=tol)
    theirs._no_improvement_count, theirs.loss_curve_, theirs.validation_scores_ = 0, [], []
    theirs.best_loss_, theirs.best_validation_score_ = inf, -inf
    theirs.coefs_ = theirs.intercepts_ = []
    scores = iter(values)
    theirs._score = lambda *args, **kwargs: next(scores)
    for value in values:
        theirs.loss_curve_.append(value)
        theirs._update_no_improvement_count(early_stopping, None, None, None)
        yield theirs._no_improvement_count, theirs.best_validation_score_ if early_stopping else theirs.best_loss_


@pytest.mark.parametrize("tol", [0.0, 0.07])
@pytest.mark.parametrize("name", ["best_loss", "best_validation_score"])
def test_counts_are_scikit_learns(name, tol):
    rule = TrainingLossPatience(tol, 10) if name == "best_loss" else ValidationScorePatience(tol, 10)
    for values in itertools.permutations(VALUES, 4):
        progress = Progress()
        rule.begin(progress)
        ours = []
        for value in values:
            rule.note(progress, value, nan, value)
            ours.append((progress.no_improvement_count, getattr(progress, name)))
        np.testing.assert_equal(ours, list(scikit_learns(values, tol, name == "best_validation_score")))


def test_the_validation_loss_is_compared_as_a_training_loss():
    for values in itertools.permutations(VALUES, 4):
        rule, other = ValidationLossPatience(0.07, 10), TrainingLossPatience(0.07, 10)
        progress, expected = Progress(), Progress()
        rule.begin(progress)
        other.begin(expected)
        best = inf
        for value in values:
            assert rule.note(progress, nan, value, 1.0) == (value < best)
            best = min(best, value) if value == value else best
            other.note(expected, value, nan, nan)
            assert progress.no_improvement_count == expected.no_improvement_count
            assert progress.best_validation_loss == expected.best_loss
        assert progress.validation_scores == [1.0] * 4
        assert progress.best_validation_score == 1.0


def test_the_best_epoch_is_the_first_with_the_best_score():
    rule, progress = ValidationScorePatience(0.0, 10), Progress()
    rule.begin(progress)
    assert [rule.note(progress, 0.0, 0.0, score) for score in (nan, 0.1, 0.1, 0.3, 0.2)] == [
        *(False, True, False, True, False)
    ]


def test_patience_ends_after_more_than_so_many_epochs_or_lowers_the_rate():
    rule, progress, schedule = TrainingLossPatience(0.5, 2), Progress(), schedules.Adaptive(smallest=0.05)
    rule.begin(progress)
    schedule.rates(0.2, 0, 1, 99, 0)
    stops, messages = [], []
    for _ in range(8):
        rule.note(progress, 1.0, nan, nan)
        stops.append(rule.stops(progress, schedule))
        messages.append(rule.message)
    words = "Training loss did not improve more than tol=0.500000 for 2 consecutive epochs. "
    lowered = words + "Setting learning rate to 0.040000"
    assert stops == [False] * 6 + [True, True]
    stopped = words + "Learning rate too small. Stopping."
    assert messages == ["", "", "", lowered, "", "", stopped, stopped]


def test_rules_take_over_from_each_other():
    """Between warm starts, early stopping may be switched on and off."""
    progress = Progress()
    TrainingLossPatience(0.0, 1).begin(progress)
    assert (progress.best_loss, progress.validation_scores) == (inf, None)
    ValidationScorePatience(0.0, 1).begin(progress)
    assert (progress.validation_scores, progress.best_validation_score) == ([], -inf)
    progress.validation_scores.append(0.5)
    ValidationLossPatience(0.0, 1).begin(progress)
    assert progress.validation_scores == [0.5]


def test_the_base_never_stops():
    rule, progress = StoppingRule(), Progress()
    rule.begin(progress)
    for _ in range(50):
        assert rule.note(progress, nan, nan, nan) is False
        assert rule.stops(progress, schedules.Constant()) is False
    assert progress == Progress()
