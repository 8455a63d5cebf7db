"""Which loss of the engine a name, an instance or a function stands for, for each task."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import MLPClassifier, MLPRegressor, _core, losses

TASKS = ("regression", "binary", "multiclass")


def halves(y_true, raw_scores):
    return ((raw_scores - y_true) ** 2 / 2).sum(axis=1), raw_scores - y_true


def test_every_loss_has_a_task_and_counterparts_are_mutual():
    for name, info in _core.LOSS_INFO.items():
        assert info["tasks"]
        assert set(info["tasks"]) <= set(TASKS)
        assert not ("regression" in info["tasks"] and len(info["tasks"]) > 1)
        if info["counterpart"]:
            other = _core.LOSS_INFO[info["counterpart"]]
            assert other["counterpart"] == name
            assert not set(other["tasks"]) & set(info["tasks"])
            assert other["settings"] == info["settings"]
        assert info["categorical"] <= ("regression" not in info["tasks"])
    assert {name for task in TASKS for name in losses.names(task)} == set(_core.LOSSES)


def test_names():
    numbers, classes = (
        tuple(name for name, info in _core.LOSS_INFO.items() if ("regression" in info["tasks"]) == regression)
        for regression in (True, False)
    )
    assert losses.names("regression") == numbers
    assert losses.names("binary") == losses.names("multiclass") == classes
    assert {"squared_error", "quantile", "gamma"} < set(numbers)
    assert {"log_loss", "binary_focal", "hinge"} < set(classes)


@pytest.mark.parametrize("output_activation", [None, "identity"])
@pytest.mark.parametrize("name", losses.names("regression"))
def test_regression(name, output_activation):
    for loss in (name, losses.find(name)):
        choice = losses.resolve(loss, "regression", output_activation)
        assert (choice.name, choice.output_activation, choice.custom) == (name, output_activation, None)
        assert losses.find(choice.name).set_params(**choice.settings) == losses.find(name)


@pytest.mark.parametrize(
    ("name", "binary", "multiclass"),
    [
        ("log_loss", "binary_log_loss", "log_loss"),
        ("binary_log_loss", "binary_log_loss", "log_loss"),
        ("focal", "binary_focal", "focal"),
        ("binary_focal", "binary_focal", "focal"),
        ("hinge", "hinge", "hinge"),
        ("squared_hinge", "squared_hinge", "squared_hinge"),
    ],
)
def test_classification(name, binary, multiclass):
    for task, expected in (("binary", binary), ("multiclass", multiclass)):
        assert losses.resolve(name, task) == losses.resolve(name, task, None)
        assert losses.resolve(name, task)[:2] == (expected, None)
        assert losses.resolve(losses.find(name), task).name == expected


def test_settings_go_to_the_counterpart():
    choice = losses.resolve(losses.LogLoss(label_smoothing=0.1), "binary")
    assert choice == ("binary_log_loss", None, {"label_smoothing": 0.1}, None)
    choice = losses.resolve(losses.BinaryFocal(gamma=0.5), "multiclass")
    assert choice == ("focal", None, {"gamma": 0.5}, None)
    assert losses.resolve(losses.Quantile([0.1, 0.9]), "regression").settings == {"quantiles": [0.1, 0.9]}


@pytest.mark.parametrize(
    ("task", "name"), [("regression", "squared_error"), ("binary", "binary_log_loss"), ("multiclass", "log_loss")]
)
def test_losses_written_in_python(task, name):
    for loss in (halves, losses.Custom(halves)):
        assert losses.resolve(loss, task) == (name, None, {}, losses.Custom(halves))
    assert losses.resolve(halves, "regression", "exp") == ("squared_error", "exp", {}, losses.Custom(halves))


@pytest.mark.parametrize("task", TASKS)
def test_losses_for_another_task(task):
    accepted = losses.names(task)
    purpose = "regression" if task == "regression" else "classification"
    message = f"expected one of {', '.join(map(repr, accepted))} for {purpose}"
    for name in set(_core.LOSSES) - set(accepted):
        for loss in (name, losses.find(name)):
            with pytest.raises(ValueError, match=f"loss: got .*, {message}") as error:
                losses.resolve(loss, task)
            assert repr(loss) in str(error.value)
    with pytest.raises(ValueError, match=r"loss: got 'nothing', expected one of .*'squared_error'"):
        losses.resolve("nothing", task)
    for bad in (3, None, losses.Huber):
        with pytest.raises(TypeError, match="loss: got"):
            losses.resolve(bad, task)


def test_unknown_tasks():
    with pytest.raises(KeyError):
        losses.resolve("log_loss", "ranking")


def test_margins():
    for name, info in _core.LOSS_INFO.items():
        assert losses.has_margins(name) == losses.has_margins(losses.find(name)) == info["margins"]
    assert {name for name in _core.LOSSES if losses.has_margins(name)} == {"hinge", "squared_hinge"}
    assert not losses.has_margins(halves)


def test_estimators_choose_the_same_losses():
    """The estimators' own choice, on targets of each task."""
    X = np.random.RandomState(0).randn(30, 3)
    for name in losses.names("binary"):
        for task, y in (("binary", X[:, 0] > 0), ("binary", X > 0), ("multiclass", np.arange(30) % 3)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model = MLPClassifier([3], loss=name, max_iter=1).fit(X, y.astype(int))
            assert model._loss_choice() == losses.resolve(name, task)
    for name in losses.names("regression"):
        model = MLPRegressor(loss=name, output_activation=None)
        assert model._loss_choice() == losses.resolve(name, "regression")
