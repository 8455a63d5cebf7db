"""The displays: curves, axes and rejected arguments; decision boundaries of our classifiers."""

import numpy as np
import pytest
import sklearn.neural_network
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import rosenblatt
from cases import python
from rosenblatt import (
    ActivationDisplay,
    LossCurveDisplay,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    TabularRegressor,
    ThresholdLogicUnit,
    activations,
)

matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

X = np.random.RandomState(0).randn(60, 2)
Y = (X[:, 0] > X[:, 1]).astype(int)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def fitted():
    return MLPClassifier([5], learning_rate_init=0.02, early_stopping=True, random_state=0).fit(X, Y)


def draw(display):
    """Render the figure, so that errors of matplotlib are raised."""
    display.figure_.canvas.draw()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# Loss curves


@pytest.mark.parametrize("package", [rosenblatt, sklearn.neural_network], ids=lambda package: package.__name__)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_loss_curve_of_fitted_networks(package, early_stopping):
    model = package.MLPRegressor(
        hidden_layer_sizes=[5], learning_rate_init=0.02, early_stopping=early_stopping, max_iter=1000, random_state=0
    ).fit(X, X[:, 0])
    display = LossCurveDisplay.from_estimator(model)
    draw(display)
    assert display.figure_ is display.ax_.figure
    assert_array_equal(display.lines_["loss"].get_xdata(), np.arange(1, model.n_iter_ + 1))
    assert_array_equal(display.lines_["loss"].get_ydata(), model.loss_curve_)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("epoch", "loss")
    if early_stopping:
        assert_array_equal(display.lines_["val_score"].get_ydata(), model.validation_scores_)
        assert display.lines_["val_score"].axes is display.score_ax_ is not display.ax_
        assert display.score_ax_.get_ylabel() == "validation score"
        curves = {"loss": "training loss", "val_loss": "validation loss", "val_score": "validation score"}
        if package is not rosenblatt:
            del curves["val_loss"]  # scikit-learn does not record it
        assert list(display.lines_) == list(curves)
        assert legend(display.score_ax_) == list(curves.values())
    else:
        assert display.score_ax_ is None
        assert set(display.lines_) == {"loss"}
        assert legend(display.ax_) == ["training loss"]


def test_loss_curve_prefers_the_history():
    class Recorder(BaseEstimator):
        def fit(self):
            self.history_ = {"loss": np.array([3.0, 2.0]), "val_loss": [4.0, 3.0], "learning_rate": [0.1, 0.01]}
            self.loss_curve_ = [9.0, 9.0]
            return self

    recorder = Recorder().fit()
    display = LossCurveDisplay.from_estimator(recorder, learning_rate=True, name="run")
    draw(display)
    assert {key: list(line.get_ydata()) for key, line in display.lines_.items()} == {
        "loss": [3, 2],
        "val_loss": [4, 3],
        "learning_rate": [0.1, 0.01],
    }
    assert display.lines_["val_loss"].axes is display.ax_
    assert display.lines_["learning_rate"].axes is display.rate_ax_
    assert display.rate_ax_.get_yscale() == "log"
    assert legend(display.rate_ax_) == ["run: training loss", "run: validation loss", "run: learning rate"]
    assert "learning_rate" not in LossCurveDisplay.from_estimator(recorder).lines_


def test_loss_curve_of_own_validation_data_and_rates():
    model = MLPRegressor(hidden_layer_sizes=[3], solver="sgd", learning_rate="invscaling", max_iter=5, random_state=0)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, X[:, 0], X_val=X[:9], y_val=X[:9, 0])
    display = LossCurveDisplay.from_estimator(model, learning_rate=True)
    draw(display)
    for key, line in display.lines_.items():
        assert_array_equal(line.get_ydata(), model.history_[key])
    assert list(display.lines_) == ["loss", "val_loss", "val_score", "learning_rate"]


def test_loss_curve_of_partial_fits_has_all_epochs():
    model = MLPClassifier([3], random_state=0)
    for _ in range(3):
        model.partial_fit(X, Y, classes=[0, 1])
    display = LossCurveDisplay.from_estimator(model)
    assert_array_equal(display.lines_["loss"].get_ydata(), model.loss_curve_)
    assert len(model.loss_curve_) == 3


def test_loss_curve_of_a_pipeline_on_given_axes_in_a_given_style(fitted):
    _, ax = plt.subplots()
    display = LossCurveDisplay.from_estimator(make_pipeline(StandardScaler(), fitted), ax=ax, color="red", label="fit")
    assert display.ax_ is ax
    assert display.lines_["loss"].get_color() == "red"
    assert display.lines_["loss"].get_label() == "fit"


def test_several_loss_curves_share_axes_and_legend():
    curves = {"loss": [2.0, 1.0], "val_score": [0.5, 0.6], "learning_rate": [0.1, 0.1]}
    figure, (ax, other) = plt.subplots(1, 2, sharex=True)
    first = LossCurveDisplay(**curves, name="a").plot(ax, learning_rate=True)
    second = LossCurveDisplay(**curves, name="b").plot(ax, learning_rate=True)
    elsewhere = LossCurveDisplay(**curves, name="c").plot(other)
    draw(second)
    assert first.score_ax_ is second.score_ax_ is not elsewhere.score_ax_
    assert first.rate_ax_ is second.rate_ax_
    assert len(figure.axes) == 5
    assert [a.get_legend() is not None for a in (ax, second.score_ax_, second.rate_ax_)] == [False, False, True]
    labels = ["training loss", "validation score", "learning rate"]
    assert sorted(legend(second.rate_ax_)) == sorted(f"{name}: {label}" for name in "ab" for label in labels)
    assert legend(elsewhere.score_ax_) == ["c: training loss", "c: validation score"]


def test_a_display_can_be_drawn_again(fitted):
    display = LossCurveDisplay.from_estimator(fitted)
    first = display.ax_
    assert display.plot() is display
    assert display.ax_ is not first
    assert display.score_ax_.figure is display.figure_ is not first.figure


def test_loss_curve_rejects_bad_arguments():
    with pytest.raises(NotFittedError, match="MLPClassifier"):
        LossCurveDisplay.from_estimator(MLPClassifier())
    lbfgs = MLPRegressor(hidden_layer_sizes=[2], solver="lbfgs", max_iter=1000, random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match="estimator: got MLPRegressor without recorded losses, expected"):
        LossCurveDisplay.from_estimator(lbfgs)
    with pytest.raises(
        ValueError, match="learning_rate: got True, expected False, since no learning rates were recorded"
    ):
        LossCurveDisplay([1.0]).plot(learning_rate=True)
    with pytest.raises(ValueError, match=r"loss: got an array of shape \(0,\), expected \(n_epochs,\)"):
        LossCurveDisplay([])
    with pytest.raises(ValueError, match=r"val_loss: got an array of shape \(1, 1\)"):
        LossCurveDisplay([1.0], val_loss=np.ones((1, 1)))
    with pytest.raises(ValueError, match=r"loss: got an array of shape \(0,\), expected \(n_epochs,\)"):
        LossCurveDisplay([[1.0], []])


def test_loss_curves_of_a_tabular_estimator():
    model = TabularRegressor(n_members=3, max_epochs=4, random_state=0).fit(X, Y)
    display = LossCurveDisplay.from_estimator(model, name="table", color="C3")
    assert sorted(display.lines_) == ["loss", "val_error"]
    for kind, ax in (("loss", display.ax_), ("val_error", display.error_ax_)):
        lines = display.lines_[kind]
        curves = [member.losses if kind == "loss" else member.errors for member in model.members_]
        assert [line.get_ydata().tolist() for line in lines] == curves
        assert {line.axes for line in lines} == {ax}
        assert {line.get_color() for line in lines} == {"C3"}
    labels = [text.get_text() for text in display.error_ax_.get_legend().get_texts()]
    assert labels == ["table: training loss", "table: validation error"]
    assert display.error_ax_.get_ylabel() == "validation error"


def test_curves_of_several_networks_may_differ_in_length():
    display = LossCurveDisplay([[3.0, 2.0, 1.0], [2.0, 1.0]], val_error=[[0.5, 0.4, 0.3], [0.6, 0.2]]).plot()
    assert [len(line.get_xdata()) for line in display.lines_["loss"]] == [3, 2]
    assert len({line.get_color() for lines in display.lines_.values() for line in lines}) == 1


# Activations


def test_default_activations_are_those_of_the_lecture():
    display = activations.plot()
    draw(display)
    names = ["heaviside", "sigmoid", "tanh", "relu"]
    for ax in display.ax_:
        assert legend(ax) == names
    for function, derivative in zip(*(ax.lines for ax in display.ax_), strict=True):
        z, name = function.get_xdata(), function.get_label()
        assert_array_equal(function.get_ydata(), getattr(activations, name)(z))
        assert_array_equal(derivative.get_xdata(), z)
        if name == "heaviside":
            assert_array_equal(derivative.get_ydata(), np.where(z == 0, np.nan, 0))
            assert np.isnan(derivative.get_ydata()).sum() == 1
        else:
            assert_array_equal(derivative.get_ydata(), getattr(activations, name).derivative(z))
    assert display.figure_ is display.ax_[0].figure


def test_all_activations_can_be_drawn():
    names = [*activations.FUNCTIONS, *activations.ALIASES]
    display = ActivationDisplay.from_names(names, z_range=(-2, 3), linewidth=1)
    draw(display)
    assert legend(display.ax_[0]) == names
    assert (display.z[0], display.z[-1]) == (-2, 3)
    assert {line.get_linewidth() for line in display.ax_[1].lines} == {1}


def test_activations_on_given_axes():
    _, axes = plt.subplots(2, 1)
    assert_array_equal(activations.plot("relu", ax=axes).ax_, axes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ["relu", "rellu"]}, r"names: got \['rellu'\], expected some of .*softsign"),
        ({"names": "softmax"}, r"names: got \['softmax'\]"),
        ({"names": []}, r"names: got \(\), expected some of"),
        ({"z_range": (1, 1)}, r"z_range: got \(1, 1\), expected a smaller and a larger number"),
        ({"z_range": (0, np.nan)}, "z_range: got"),
    ],
)
def test_activations_reject_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        activations.plot(**arguments)


def test_activations_need_two_axes():
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="ax: got 3 axes, expected two"):
        activations.plot(ax=axes)
    with pytest.raises(ValueError, match="ax: got 1 axes, expected two"):
        activations.plot(ax=axes[0])


# matplotlib is optional


def test_without_matplotlib_only_drawing_fails_and_the_error_names_the_extra():
    python("""
import sys
sys.modules["matplotlib"] = None  # as if it were not installed
from rosenblatt import ActivationDisplay, LossCurveDisplay, activations
for draw in (LossCurveDisplay([1.0]).plot, ActivationDisplay.from_names, activations.plot):
    try:
        draw()
    except ImportError as error:
        assert str(error).endswith("needs matplotlib, an optional dependency: pip install 'rosenblatt[plot]'"), error
    else:
        raise AssertionError("drawn without matplotlib")
""")


# Decision boundaries, scikit-learn's


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    ("model", "methods"),
    [
        (MLPClassifier([8], solver="lbfgs", max_iter=2000, random_state=0), ["auto", "predict_proba", "predict"]),
        (Perceptron(random_state=0), ["auto", "decision_function", "predict"]),
        (ThresholdLogicUnit(), ["auto", "decision_function", "predict"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_decision_boundary(model, methods, n_classes):
    centres = np.array([[-6.0, 0.0], [6.0, 0.0], [0.0, 8.0]])[:n_classes]
    y = np.arange(len(X)) % n_classes
    points = X + centres[y]
    model.fit(points, np.array(["setosa", "versicolor", "virginica"])[y])
    assert model.score(points, model.classes_[y]) == 1
    for method in methods:
        display = DecisionBoundaryDisplay.from_estimator(model, points, response_method=method, grid_resolution=20)
        draw(display)
        assert display.response.shape[:2] == (20, 20)
        if method == "predict":
            # Each centre lies in the region of its class.
            for label, centre in enumerate(centres):
                nearest = np.hypot(display.xx0 - centre[0], display.xx1 - centre[1]).argmin()
                assert display.response.ravel()[nearest] == label
