"""The learning-rate finder finds rates at which training works."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor as TheirMLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor, Perceptron, find_learning_rate, optimizers
from rosenblatt.training.rate_finder import LearningRateCurve

RNG = np.random.RandomState(0)
X = RNG.randn(500, 5)
SIGNAL = X @ RNG.randn(5)


@pytest.mark.parametrize("solver", ["sgd", "adam", optimizers.AdamW(0.5)], ids=str)
def test_the_curve_falls_and_rises(solver):
    model = MLPRegressor(solver=solver, batch_size=50, random_state=0)
    curve = find_learning_rate(model, X, SIGNAL)
    lowest = np.argmin(curve.losses)
    assert curve.losses[lowest] < 0.5 * curve.losses[0]
    assert curve.losses[-1] > 1.2 * curve.losses[lowest]
    assert np.all(np.diff(np.log(curve.rates)) > 0)
    assert curve.suggestion < curve.rates[lowest]
    loss = curve.losses[curve.rates == curve.suggestion][0]
    fall = curve.losses[:5].mean() - curve.losses[lowest]
    assert 2 / 3 * fall <= curve.losses[:5].mean() - loss < 0.8 * fall
    assert not hasattr(model, "coefs_")


def test_the_suggestion_trains_better_than_far_from_it():
    model = MLPRegressor(solver="sgd", batch_size=50, max_iter=10, n_iter_no_change=100, random_state=0)
    rate = find_learning_rate(model, X, SIGNAL).suggestion
    with pytest.warns(match="Maximum iterations"):
        scores = [model.set_params(learning_rate_init=r).fit(X, SIGNAL).score(X, SIGNAL) for r in (rate, rate / 100)]
    assert scores[0] > max(0.9, scores[1])


@pytest.mark.parametrize(
    ("losses", "at"),
    [
        ([1.0, 2.0, 3.0], 0),
        ([6.0, 1.8, 1.0, 9.0], 2),  # the first rates end with the minimum: from 2.93 by two thirds is 1.64
        ([9.0, 9.0, 9.0, 9.0, 9.0, 3.1, 3.0, 2.9, 0.0], 6),
        ([9.0, 9.0, 9.0, 9.0, 9.0, 0.0], 5),
    ],
)
def test_suggestion(losses, at):
    curve = LearningRateCurve(np.geomspace(1e-3, 1e-1, len(losses)), np.array(losses))
    assert curve.suggestion == curve.rates[at]


def test_first_loss_and_first_rate():
    """With no smoothing, the first loss is that of the first batch at the initial weights."""
    y = (SIGNAL > 0).astype(int)
    model = MLPClassifier(batch_size=500, random_state=0, shuffle=False)
    curve = find_learning_rate(model, X, y, smoothing=0.0, n_runs=1, n_steps=5, lowest=1e-9, highest=1e-8)
    with pytest.warns(match="Maximum iterations"):
        fitted = model.set_params(max_iter=1).fit(X, y)
    np.testing.assert_allclose(curve.losses[0], fitted.loss_curve_[0], rtol=1e-12)
    np.testing.assert_allclose(curve.rates, np.geomspace(1e-9, 1e-8, 5))


@pytest.mark.parametrize(
    "arguments",
    [
        {"n_runs": 0},
        {"n_runs": 1.5},
        {"lowest": 0},
        {"lowest": 2, "highest": 1},
        {"n_steps": 1},
        {"smoothing": 1.0},
        {"highest": np.inf},
    ],
)
def test_bad_arguments(arguments):
    with pytest.raises((TypeError, ValueError), match=next(iter(arguments))):
        find_learning_rate(MLPRegressor(), X, SIGNAL, **arguments)


def test_solvers_without_batches_and_data_of_huge_numbers():
    with pytest.raises(ValueError, match="solver: got 'lbfgs'"):
        find_learning_rate(MLPRegressor(solver="lbfgs"), X, SIGNAL)
    with pytest.raises(ValueError, match="the loss of the first mini-batch is not finite"), np.errstate(all="ignore"):
        find_learning_rate(MLPRegressor(), X, SIGNAL * 1e200)


def test_plot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    curve = find_learning_rate(MLPRegressor(random_state=0), X, SIGNAL).plot()
    assert curve.ax_.get_xscale() == "log"
    assert curve.figure_ is curve.ax_.figure
    np.testing.assert_array_equal(curve.ax_.lines[0].get_ydata(), curve.losses)


def test_a_pipeline():
    """The steps before the network transform X."""
    model = MLPRegressor(batch_size=50, random_state=0)
    pipe = make_pipeline(StandardScaler(), model)
    curve = find_learning_rate(pipe, 1e3 * X + 5, SIGNAL)
    expected = find_learning_rate(model, StandardScaler().fit_transform(1e3 * X + 5), SIGNAL)
    np.testing.assert_array_equal(curve.losses, expected.losses)
    assert find_learning_rate(make_pipeline(model), X, SIGNAL).suggestion > 0
    assert not hasattr(pipe[0], "mean_")


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (TheirMLPRegressor(), "sklearn.neural_network._multilayer_perceptron.MLPRegressor"),
        (Perceptron(), "rosenblatt.estimators.perceptron.Perceptron"),
        (make_pipeline(StandardScaler(), LinearRegression()), "sklearn.linear_model._base.LinearRegression"),
        (MLPRegressor, "rosenblatt.estimators.mlp.regressor.MLPRegressor, a class"),
        (None, "NoneType"),
        ("mlp", "str"),
    ],
    ids=str,
)
def test_other_estimators(estimator, name):
    with pytest.raises(TypeError, match=rf"^estimator: got [\w.]*{name}, expected an MLPClassifier or MLPRegressor of"):
        find_learning_rate(estimator, X, SIGNAL)


def test_runs():
    model = MLPRegressor(batch_size=50, random_state=0)
    one, many = (find_learning_rate(model, X, SIGNAL, n_runs=n, smoothing=0.0) for n in (1, 8))
    again = find_learning_rate(model, X, SIGNAL, n_runs=8, smoothing=0.0)
    np.testing.assert_array_equal(many.losses, again.losses)
    assert np.abs(np.diff(many.losses[:50])).mean() < np.abs(np.diff(one.losses[:50])).mean()


def test_repr():
    curve = find_learning_rate(MLPRegressor(random_state=0), X, SIGNAL)
    assert len(repr(curve)) < 100
    assert f"suggestion {curve.suggestion:.2g}" in repr(curve)
