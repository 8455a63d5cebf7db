"""Losses, optimizers and schedules have parameters that scikit-learn's searches reach."""

import pickle
import warnings
from dataclasses import fields

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor, losses, optimizers, schedules

RNG = np.random.RandomState(0)
X = RNG.randn(60, 3)
Y = X @ [1.0, 2.0, 3.0]

PARTS = [
    *(("loss", cls()) for cls in losses.CLASSES.values()),
    *(("solver", cls()) for cls in optimizers.CLASSES.values()),
    *(("learning_rate", cls()) for cls in schedules.SCHEDULES.values()),
    ("learning_rate", schedules.PerEpoch(abs)),
    ("learning_rate", schedules.PerStep(abs)),
    ("loss", losses.Custom(max)),
]


@pytest.fixture(autouse=True)
def few_epochs():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")
        yield


@pytest.mark.parametrize(("name", "part"), PARTS, ids=str)
def test_every_part(name, part):
    parameters = part.get_params()
    assert type(part)(**parameters) == part
    assert part.get_params(deep=False) == parameters
    assert part.set_params(**parameters) is part
    assert clone(part) == part
    assert clone(part) is not part
    cls = MLPClassifier if getattr(part, "tasks", ("regression",))[0] != "regression" else MLPRegressor
    model = cls(**{name: part})
    nested = {f"{name}__{key}": value for key, value in parameters.items()}
    assert nested.items() <= model.get_params(deep=True).items()
    assert model.set_params(**nested) is model
    copy = clone(model)
    assert getattr(copy, name) == part
    assert getattr(copy, name) is not part
    assert pickle.loads(pickle.dumps(copy)).get_params().keys() == model.get_params().keys()
    assert model._repr_html_()
    with pytest.raises((TypeError, ValueError), match="speed"):
        model.set_params(**{f"{name}__speed": 1.0})


@pytest.mark.parametrize("cls", schedules.SCHEDULES.values())
def test_parameters_of_schedules(cls):
    names = [field.name for field in fields(cls) if field.init]
    assert list(cls().get_params()) == names
    for name in names:
        schedule = cls()
        with pytest.raises((TypeError, ValueError), match=name):
            schedule.set_params(**{name: "much"})
        assert schedule == cls()


def test_a_changed_schedule_is_used():
    changed = MLPRegressor(learning_rate=schedules.Cosine(), max_iter=3, random_state=0)
    changed.set_params(learning_rate__warmup_epochs=2, learning_rate_init=0.1).fit(X, Y)
    made = clone(changed).set_params(learning_rate=schedules.Cosine(warmup_epochs=2)).fit(X, Y)
    plain = clone(changed).set_params(learning_rate=schedules.Cosine()).fit(X, Y)
    np.testing.assert_array_equal(changed.coefs_[0], made.coefs_[0])
    assert (changed.coefs_[0] != plain.coefs_[0]).any()


def test_a_schedule_keeps_its_state():
    schedule = schedules.ReduceOnPlateau(patience=1)
    schedule.rates(0.1, 0, 10, 5, 0)
    for _ in range(3):
        schedule.epoch_ends(1.0)
    state = {name: value for name, value in vars(schedule).items() if name != "factor"}
    schedule.set_params(factor=0.3)
    assert {name: value for name, value in vars(schedule).items() if name != "factor"} == state


@pytest.mark.parametrize(
    ("part", "grid"),
    [
        ({"loss": losses.Huber()}, {"loss__delta": [0.1, 10.0]}),
        (
            {"solver": optimizers.AdamW(0.1)},
            {"solver__weight_decay": [0.0, 10.0], "solver__learning_rate": [0.01, 0.1]},
        ),
        ({"learning_rate": schedules.Cosine()}, {"learning_rate__warmup_epochs": [0, 2]}),
    ],
    ids=str,
)
def test_searches(part, grid):
    model = MLPRegressor(hidden_layer_sizes=[5], max_iter=5, random_state=0, learning_rate_init=0.1, **part)
    before = repr(part)
    search = GridSearchCV(model, grid, cv=2).fit(X, Y)
    assert len(set(search.cv_results_["mean_test_score"])) == len(search.cv_results_["params"])
    assert repr(part) == before
    chosen = search.best_estimator_.get_params()
    assert all(chosen[name] == value for name, value in search.best_params_.items())
    pipe = make_pipeline(StandardScaler(), model)
    inside = {f"mlpregressor__{name}": values for name, values in grid.items()}
    assert RandomizedSearchCV(pipe, inside, n_iter=2, cv=2, random_state=0).fit(X, Y).best_params_


@pytest.mark.parametrize("key", ["loss__delta", "solver__weight_decay", "learning_rate__warmup_epochs"])
def test_names_have_no_settings(key):
    with pytest.raises(ValueError, match=f"^{key}: got a setting for .*, a name, expected an instance"):
        MLPRegressor().set_params(**{key: 1.0})


def test_an_instance_and_its_settings_at_once():
    model = MLPRegressor().set_params(loss=losses.Huber(), loss__delta=0.5)
    assert model.loss == losses.Huber(0.5)


class Linear(schedules.Schedule):
    def __init__(self, slope, *, hidden=1.0):
        self.slope = slope
        self._hidden = hidden

    def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
        return self._hidden * initial * max(0.0, 1 - self.slope * epoch)


def test_schedules_of_users():
    model = MLPRegressor(learning_rate=Linear(0.1, hidden=0.5), max_iter=2)
    assert model.get_params()["learning_rate__slope"] == 0.1
    copy = clone(model)
    assert (copy.learning_rate.slope, copy.learning_rate._hidden) == (0.1, 0.5)
    GridSearchCV(model, {"learning_rate": [Linear(0.1), Linear(0.2)]}, cv=2).fit(X, Y)
