"""TabularRegressor and TabularClassifier: tables as they come, members, selection, limits, scikit-learn's checks."""

import dataclasses
import io
import itertools
import pickle
import re
import signal
import sys
import threading
import time

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import get_scorer, log_loss, roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from cases import SLOWDOWN
from rosenblatt import TabularClassifier, TabularRegressor
from rosenblatt.embeddings import Categories, Periodic, PiecewiseLinear
from rosenblatt.tables import base, members, metrics
from rosenblatt.tables.recipe import data_driven, embeddings_of

QUICK = {"n_members": 2, "max_epochs": 20, "n_bins": 8, "random_state": 0}


@pytest.fixture(autouse=True)
def small_networks(monkeypatch):
    """Let networks be small: training those of the recipe would take most of the time of these tests."""
    for estimator in (TabularRegressor, TabularClassifier):
        recipe = dataclasses.replace(estimator._recipe, hidden_layer_sizes=(48, 48))
        monkeypatch.setattr(estimator, "_recipe", recipe)


@pytest.mark.slow
@parametrize_with_checks(
    [
        TabularRegressor(n_members=1, max_epochs=60, n_bins=4, n_threads=1),
        TabularClassifier(n_members=1, max_epochs=60, n_bins=4, n_threads=1),
    ],
    expected_failed_checks=lambda _: dict.fromkeys(
        ["check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data"],
        "which samples are held back depends on their number, not on their weights",
    ),
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def table(n=600, seed=0):
    """Return a frame of all kinds of columns, and numbers that depend on them."""
    rng = np.random.RandomState(seed)
    x, city = rng.randn(n), rng.choice(["Bern", "Oslo", "Rome"], n)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.randint(700, size=n), unit="D")
    price = np.where(rng.rand(n) < 0.1, np.nan, np.exp(2 * rng.randn(n)))
    frame = pd.DataFrame({"x": x, "city": city, "day": day, "price": price, "flag": rng.rand(n) < 0.5})
    y = np.sin(2 * x) + 2 * (city == "Rome") + frame["flag"] * x + 0.1 * np.nan_to_num(np.log(price))
    return frame, 1000 * np.asarray(y)


def test_numbers_from_a_frame():
    frame, y = table()
    model = TabularRegressor(max_epochs=100, n_members=2, random_state=0).fit(frame, y)
    new, expected = table(300, seed=1)
    assert model.score(new, expected) > 0.93
    shuffled = new[new.columns[::-1]]
    np.testing.assert_array_equal(model.predict(shuffled), model.predict(new))
    np.testing.assert_array_equal(model.predict(pl.from_pandas(new)), model.predict(new))
    assert y.min() <= model.predict(new).min() <= model.predict(new).max() <= y.max()
    unknown = new.assign(city="Paris", price=np.nan, x=1e30)
    assert np.isfinite(model.predict(unknown)).all()


def test_classes_from_a_frame():
    frame, y = table()
    labels = np.array(["low", "middle", "high"])[np.digitize(y, [0, 1500])]
    model = TabularClassifier(max_epochs=100, n_members=2, random_state=0).fit(frame, labels)
    new, expected = table(300, seed=1)
    assert model.classes_.tolist() == ["high", "low", "middle"]
    assert model.score(new, np.array(["low", "middle", "high"])[np.digitize(expected, [0, 1500])]) > 0.85
    probabilities = model.predict_proba(new)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(model.classes_[probabilities.argmax(axis=1)], model.predict(new))


def outputs_of(model, member, frame):
    return member.network.predict(model._inputs(frame))


def test_predictions_are_the_weighted_mean_of_the_members():
    frame, y = table(200)
    model = TabularRegressor(**QUICK).fit(frame, y)
    outputs = [outputs_of(model, member, frame)[:, 0] * y.std() + y.mean() for member in model.members_]
    mean = np.average(outputs, axis=0, weights=model.weights_)
    np.testing.assert_allclose(model.predict(frame), np.clip(mean, y.min(), y.max()), rtol=1e-5)
    assert not np.allclose(*outputs)


def test_weights_of_members():
    """By hand: errors of 1 and 2 weigh 16 to 1; a perfect member leaves nothing to others."""
    made = [members.Member(None, "local", 2, errors=[9.0, error]) for error in (2.0, 1.0, 1.0)]
    np.testing.assert_allclose(members.weights_of(made), np.array([1, 16, 16]) / 33)
    made = [members.Member(None, "local", 1, errors=[error]) for error in (0.0, 0.5, 0.0)]
    np.testing.assert_allclose(members.weights_of(made), [0.5, 0, 0.5])


@pytest.mark.parametrize("target", ["numbers", "two classes", "three classes"])
def test_categories_of_which_there_are_many(target, monkeypatch):
    """Each becomes its mean target; a row's own target does not tell of itself."""
    rng = np.random.RandomState(0)
    names = np.array([f"c{i}" for i in range(300)])
    effect = dict(zip(names, rng.randn(300), strict=True))

    def draw(n):
        frame = pd.DataFrame({"many": rng.choice(names, n), "noise": rng.choice(1000, n).astype(str), "x": rng.rand(n)})
        y = frame["many"].map(effect).to_numpy() + 0.3 * rng.randn(n)
        return frame, y if target == "numbers" else np.digitize(y, [0] if target == "two classes" else [-0.5, 0.5])

    (frame, y), (new, expected) = draw(4000), draw(1000)
    estimator = TabularRegressor if target == "numbers" else TabularClassifier
    fitted = []
    fit = base.TargetStatistics.fit_transform
    monkeypatch.setattr(base.TargetStatistics, "fit_transform", lambda *args: fitted.append(fit(*args)) or fitted[-1])
    model = estimator(n_members=1, max_epochs=10, random_state=0).fit(frame, y)
    assert model._inputs(frame).shape[1] == fitted[0].shape[1] == (8 if target == "three classes" else 4)
    assert model.score(new, expected) > {"numbers": 0.85, "two classes": 0.85, "three classes": 0.75}[target]
    assert abs(np.corrcoef(fitted[0][:, -2], y)[0, 1]) < 0.1
    assert abs(np.corrcoef(model._inputs(frame)[:, -2], y)[0, 1]) > 0.3  # with the targets of the rows themselves
    summary = model.summary().split("\n")
    assert "  many: 300 categories, the mean target of each, and a trained vector" in summary
    assert any(re.fullmatch(r"  noise: \d+ categories, the mean target of each", line) for line in summary)
    vectors = model.category_vectors("many")
    assert vectors.keys() == set(names)
    (network,) = [member.network for member in model.members_]
    for (_, row), index in zip(frame[:50].iterrows(), model._inputs(frame[:50])[:, -1], strict=True):
        learned = network.embedding_parameters[fitted[0].shape[1] - 1][int(index)]
        np.testing.assert_array_equal(vectors[row["many"]], [learned])
        assert learned.any()
    with pytest.raises(ValueError, match=r"column: got 'noise', expected one of \['many'\], the columns with vectors"):
        model.category_vectors("noise")
    unknown = new.assign(many="unseen", noise=None)
    assert np.isfinite(model.predict(unknown)).all()
    again = clone(model).fit(frame, y)
    np.testing.assert_array_equal(again.predict(new), model.predict(new))


@pytest.mark.parametrize("estimator", [TabularRegressor, TabularClassifier])
def test_the_same_bits_for_any_number_of_threads(estimator):
    frame, y = table(300)
    y = y if estimator is TabularRegressor else y > 0
    fitted = [estimator(**QUICK, n_threads=n).fit(frame, y) for n in (1, 2, 3)]
    for model in fitted[1:]:
        for member, other in zip(model.members_, fitted[0].members_, strict=True):
            np.testing.assert_array_equal(member.network.parameters, other.network.parameters)
            assert member.errors == other.errors
    again = clone(fitted[0]).fit(frame, y)
    np.testing.assert_array_equal(again.predict(frame), fitted[0].predict(frame))


def test_a_network_has_the_parameters_of_its_best_epoch():
    frame, y = table(400)
    X_val, y_val = table(200, seed=1)
    model = TabularRegressor(**QUICK).fit(frame, y, X_val=X_val, y_val=y_val)
    for member in model.members_:
        assert member.best_epoch == 20 - int(np.argmin(member.errors[::-1]))
        outputs = outputs_of(model, member, X_val)[:, 0]
        rmse = np.sqrt(np.mean((outputs - (y_val - y.mean()) / y.std()) ** 2))
        assert rmse == pytest.approx(min(member.errors), rel=1e-6)


def test_training_ends_early(monkeypatch):
    epoch = itertools.count(1)
    monkeypatch.setattr(TabularRegressor, "_error", lambda self, *_: abs(next(epoch) - 3.0))
    X = np.random.RandomState(0).randn(60, 3)
    (member,) = TabularRegressor(n_members=1, random_state=0).fit(X, X[:, 0]).members_
    assert member.best_epoch == 3
    assert len(member.errors) == 30  # the end of the third of four cycles of 64 epochs
    epoch = itertools.count(1)
    (member,) = TabularRegressor(n_members=1, max_epochs=1000, random_state=0).fit(X, X[:, 0]).members_
    assert member.best_epoch == 3
    assert len(member.errors) == 3 * 3 + 41  # before the end of the first one


def test_time_limit():
    frame, y = table(2000)
    model = TabularRegressor(n_members=2, time_limit=1.0, max_epochs=10_000, random_state=0)
    began = time.monotonic()
    model.fit(frame, y)
    assert time.monotonic() - began < 1 + SLOWDOWN
    assert model.fit_seconds_ < 1 + SLOWDOWN
    for member in model.members_:
        assert 1 <= member.best_epoch <= len(member.errors) <= 3 * member.best_epoch + 40  # no early end


def test_ctrl_c_keeps_the_best_so_far(monkeypatch):
    frame, y = table(300)
    main = threading.get_ident()
    errors = TabularRegressor._error
    calls = itertools.count(1)  # of both threads, each with a number of its own

    def error(self, *args):
        if next(calls) == 6:
            signal.pthread_kill(main, signal.SIGINT)
        return errors(self, *args)

    monkeypatch.setattr(TabularRegressor, "_error", error)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model = TabularRegressor(n_members=2, max_epochs=100_000, n_threads=2, random_state=0).fit(frame, y)
    assert 1 <= len(model.members_) <= 2
    assert np.isfinite(model.predict(frame)).all()


def test_ctrl_c_before_any_network_has_begun(monkeypatch):
    class Pool(members.ThreadPoolExecutor):
        def submit(self, *_):
            raise KeyboardInterrupt

    monkeypatch.setattr(members, "ThreadPoolExecutor", Pool)
    with pytest.raises(KeyboardInterrupt):
        TabularRegressor(**QUICK).fit(*table(100))


def test_an_error_of_a_network_is_raised(monkeypatch):
    def error(self, *_):
        raise RuntimeError("the metric failed")

    monkeypatch.setattr(TabularRegressor, "_error", error)
    with pytest.raises(RuntimeError, match="the metric failed"):
        TabularRegressor(n_members=3, n_threads=2, max_epochs=100_000, random_state=0).fit(*table(100))


def test_sample_weight():
    rng = np.random.RandomState(0)
    X = rng.randn(400, 2)
    y = np.where(np.arange(400) % 2, X[:, 0], -X[:, 0])
    weight = np.where(np.arange(400) % 2, 1.0, 0.0)
    model = TabularRegressor(n_members=1, max_epochs=60, random_state=0).fit(X, y, sample_weight=weight)
    assert np.corrcoef(model.predict(X), X[:, 0])[0, 1] > 0.95
    with pytest.raises(ValueError, match="Sample weights must contain at least one non-zero number"):
        model.fit(X, y, sample_weight=np.zeros(400))


def test_class_weights_are_weights_of_samples():
    frame, y = table(300)
    labels = np.where(y > 1500, "high", "low")
    weight = np.where(labels == "high", 5.0, 1.0)
    by_class = TabularClassifier(class_weight={"high": 5.0}, **QUICK).fit(frame, labels)
    by_sample = TabularClassifier(**QUICK).fit(frame, labels, sample_weight=weight)
    np.testing.assert_array_equal(by_class.predict_proba(frame), by_sample.predict_proba(frame))
    balanced = TabularClassifier(class_weight="balanced", **QUICK).fit(frame, labels)
    plain = TabularClassifier(**QUICK).fit(frame, labels)
    assert balanced.predict_proba(frame)[:, 0].mean() > plain.predict_proba(frame)[:, 0].mean() + 0.05
    X_val, y_val = table(100, seed=1)
    y_val = np.where(y_val > 1500, "high", "low")
    model = TabularClassifier(class_weight={"high": 5.0}, **QUICK).fit(frame, labels, X_val=X_val, y_val=y_val)
    outputs = outputs_of(model, model.members_[0], X_val)
    weight = np.where(y_val == "high", 5.0, 1.0)
    assert min(model.members_[0].errors) == pytest.approx(log_loss(y_val, outputs, sample_weight=weight), rel=1e-5)
    with pytest.raises(ValueError, match="class_weight: got -1"):
        TabularClassifier(class_weight={"high": -1}, **QUICK).fit(frame, labels)


@pytest.mark.parametrize("estimator", [TabularRegressor, TabularClassifier])
def test_members_hold_back_whole_groups(estimator, monkeypatch):
    frame, y = table(300)
    groups = np.repeat(np.array(list("abcdefghij")), 30)
    tasks = []
    train_all = base.train_all
    monkeypatch.setattr(
        base, "train_all", lambda given, *args, **kw: tasks.extend(given) or train_all(given, *args, **kw)
    )
    model = estimator(**QUICK).fit(frame, y if estimator is TabularRegressor else y > 0, groups=groups)
    inputs = model.preprocessor_.transform(frame)
    for task in tasks:
        rows = [
            {groups[(inputs == x).all(axis=1).argmax()] for x in part.taken().X} for part in (task.kept, task.held_out)
        ]
        assert [len(part) for part in rows] == [8, 2]
        assert not rows[0] & rows[1]
    with pytest.raises(ValueError, match="groups: got 3 groups, expected 300"):
        model.fit(frame, y > 0, groups=[1, 2, 3])
    with pytest.raises(ValueError, match="groups: got one group"):
        model.fit(frame, y > 0, groups=np.ones(300))
    with pytest.raises(ValueError, match="groups: got groups beside X_val"):
        model.fit(frame, y > 0, X_val=frame, y_val=y > 0, groups=groups)


def test_presets():
    frame, y = table(200)
    model = TabularRegressor(preset="fast", random_state=0).fit(frame, y)
    assert len(model.members_) == 1
    assert len(model.members_[0].errors) <= 64
    assert max(e.n_outputs for e in model.members_[0].network.embeddings.values()) == 25
    model = TabularRegressor(preset="fast", n_members=3, max_epochs=2, random_state=0).fit(frame, y)
    assert [member.encoding for member in model.members_] == ["cumulative", "local", "periodic"]
    with pytest.raises(ValueError, match="preset"):
        TabularRegressor(preset="slow").fit(frame, y)


@pytest.mark.parametrize("metric", list(metrics.OF_CLASSES))
@pytest.mark.parametrize("n_classes", [2, 3])
def test_metrics_of_classes(metric, n_classes):
    rng = np.random.RandomState(0)
    y, outputs = rng.randint(n_classes, size=50), rng.dirichlet(np.ones(n_classes), size=50)
    expected = {
        "accuracy": np.mean(outputs.argmax(axis=1) != y),
        "log_loss": log_loss(y, outputs),
        "roc_auc": 1 - roc_auc_score(y, outputs[:, 1] if n_classes == 2 else outputs, multi_class="ovo"),
    }
    assert metrics.OF_CLASSES[metric](y, outputs, None) == pytest.approx(expected[metric])
    frame, numbers = table(200)
    labels = np.digitize(numbers, [0, 1500][: n_classes - 1])
    model = TabularClassifier(metric, **QUICK).fit(frame, labels)
    smoothing = model.members_[0].network.loss_function.label_smoothing
    assert smoothing == (0.1 if metric == "accuracy" else 0.0)


@pytest.mark.parametrize("by_name", [True, False])
@pytest.mark.parametrize(
    ("estimator", "scoring"),
    [
        (TabularRegressor, "neg_median_absolute_error"),
        (TabularRegressor, "explained_variance"),
        (TabularClassifier, "f1_macro"),
        (TabularClassifier, "neg_log_loss"),
    ],
)
def test_scorers_choose_the_epoch(estimator, scoring, by_name):
    frame, y = table(300)
    X_val, y_val = table(100, seed=1)
    labels = [np.where(numbers > 1500, "high", "low") for numbers in (y, y_val)]
    y, y_val = (y, y_val) if estimator is TabularRegressor else labels
    scorer = get_scorer(scoring)
    model = estimator(scoring if by_name else scorer, **QUICK).fit(frame, y, X_val=X_val, y_val=y_val)
    member = model.members_[0]
    model.members_, model.weights_ = [member], np.ones(1)
    if estimator is TabularClassifier:
        model.temperature_ = 1.0
    error = -scorer(model, X_val, y_val) if scoring.startswith("neg") else 1 - scorer(model, X_val, y_val)
    # The estimator's probabilities have a floor.
    assert member.error == pytest.approx(error, rel=1e-6, abs=0.01 if scoring == "neg_log_loss" else 1e-9)
    assert member.error == min(member.errors)


def test_scorers_weigh_and_may_be_functions():
    frame, y = table(300)
    weight = np.random.RandomState(0).rand(300)
    by_name = TabularRegressor("neg_mean_absolute_error", **QUICK).fit(frame, y, sample_weight=weight)
    ours = TabularRegressor("mae", **QUICK).fit(frame, y, sample_weight=weight)
    assert [one.best_epoch for one in by_name.members_] == [one.best_epoch for one in ours.members_]
    np.testing.assert_allclose(by_name.weights_, ours.weights_, rtol=0.05)  # scorers see predictions in range
    counted = TabularRegressor(lambda model, X, y: 1e4 - np.abs(model.predict(X) - y).mean(), **QUICK).fit(frame, y)
    np.testing.assert_allclose(counted.weights_, [0.5, 0.5])
    with pytest.raises(ValueError, match="The 'metric' parameter of TabularRegressor must be"):
        TabularRegressor("rsme").fit(frame, y)


def test_embeddings_of_columns():
    """Only numbers are embedded, by bins of their own quantiles, unless two values are all that they have."""
    x = np.arange(9, dtype=np.float32)
    X = np.column_stack([x % 2, x, x])
    for encoding in ("cumulative", "local"):
        found = embeddings_of(X, [0, 1], 4, encoding)
        assert found == {1: PiecewiseLinear([0, 2, 4, 6, 8], encoding)}
    assert embeddings_of(X, [0, 1], 4, "periodic", [9]) == {1: Periodic(sigma=0.3), 2: Categories(9, sigma=0.0)}


def test_initial_sums_vary_by_one_around_points_of_the_data():
    rng = np.random.RandomState(0)
    X = (3 + 5 * rng.randn(2000, 7)).astype(np.float32)
    weights, biases = data_driven([7, 32, 32, 1], "selu", X, rng)
    sums = X @ weights[0]
    np.testing.assert_allclose(sums.std(axis=0), 1, rtol=1e-4)
    assert (sums.min(axis=0) < -biases[0]).all()
    assert (sums.max(axis=0) > -biases[0]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X_val": np.ones((2, 1))}, "X_val, y_val: got one without the other"),
        ({"X_val": np.ones((2, 1)), "y_val": [1.0]}, "y_val: got 1 targets, expected 2"),
        ({"X_val": np.ones((2, 2)), "y_val": [1.0, 2.0]}, "X has 2 features"),
    ],
)
def test_bad_arguments_of_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        TabularRegressor(**QUICK).fit(np.arange(10.0)[:, np.newaxis], np.arange(10.0), **arguments)


def test_bad_classes():
    X = np.arange(10.0)[:, np.newaxis]
    with pytest.raises(ValueError, match="y: got one class, "):
        TabularClassifier(**QUICK).fit(X, np.ones(10))
    with pytest.raises(ValueError, match=r"y_val: got classes \[3\] that y has not"):
        TabularClassifier(**QUICK).fit(X, np.arange(10) % 2, X_val=X, y_val=np.full(10, 3))


def test_tools_of_scikit_learn():
    frame, y = table(200)
    model = TabularRegressor(**QUICK)
    assert cross_val_score(model, frame, y, cv=2).shape == (2,)
    model.fit(frame, y)
    importances = permutation_importance(model, frame, y, n_repeats=2, random_state=0).importances_mean
    assert importances.argmax() in (0, 1)
    of_cities = partial_dependence(model, frame, ["city"], categorical_features=["city"])
    assert of_cities["grid_values"][0][of_cities["average"].argmax()] == "Rome"
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.predict(frame), model.predict(frame))


def test_a_line_shows_how_far_training_is(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    frame, y = table(2000)
    TabularRegressor(n_members=2, max_epochs=100_000, time_limit=0.5, verbose=True, random_state=0).fit(frame, y)
    lines = shown.getvalue().strip("\r\n").split("\r")
    assert len(lines) >= 2
    assert re.fullmatch(r"\[#*\.*\] [012]/2 networks  \d+ s(  at most about \d+ s left)? *", lines[-1])
    assert shown.getvalue().endswith("\n")
    shown.truncate(0)
    TabularRegressor(**QUICK).fit(frame, y)
    assert not shown.getvalue().strip("\0")


def test_progress():
    line = members._progress([1.0, 0.5, 0.0, 0.5], 30.0, None)
    assert line == "[###############...............] 1/4 networks  30 s  at most about 30 s left"
    assert members._progress([0.0], 0.2, None).endswith("networks  0 s")
    assert members._progress([0.25], 10.0, 15.0).endswith("at most about 5 s left")


def test_summary():
    frame, y = table(200)
    lines = TabularRegressor(**QUICK).fit(frame, y).summary().split("\n")
    assert lines[0].startswith("TabularRegressor: 2 networks ")
    assert "  city: 3 categories, one-hot" in lines
    assert "members, by rmse:" in lines
    assert sum("validation error" in line for line in lines) == 2
