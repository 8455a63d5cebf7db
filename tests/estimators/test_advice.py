"""Warnings about fits that fail silently, and none about ordinary data."""

import warnings

import numpy as np
import pytest
import sklearn
from scipy import sparse
from sklearn.datasets import load_diabetes, load_digits, load_iris, load_wine, make_friedman1, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor, losses

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(200, 3)
Y = 2 + X[:, 0] + np.tanh(X[:, 1])
RAW = X * [1.0, 300.0, 2000.0] + [0.0, 10.0, 3000.0]


def regressor(**options):
    return MLPRegressor(**{"hidden_layer_sizes": 8, "max_iter": 10, "random_state": 0, **options})


def classifier(**options):
    return MLPClassifier(**{"hidden_layer_sizes": 8, "max_iter": 10, "random_state": 0, **options})


def advice(fit):
    """Return the messages of the warnings of a fit, beside those that the number of epochs was reached."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit()
    assert all(issubclass(warning.category, UserWarning) for warning in caught)
    return [str(warning.message) for warning in caught if "Maximum iterations" not in str(warning.message)]


def assert_advice(fit, *beginnings):
    messages = advice(fit)
    assert len(messages) == len(beginnings), messages
    for message, beginning in zip(messages, beginnings, strict=True):
        assert message.startswith(beginning), message


@pytest.mark.parametrize("table", [RAW, RAW.astype(np.float32), sparse.csr_array(RAW)])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_inputs_of_large_scale(table, solver):
    messages = advice(lambda: classifier(solver=solver).fit(table, Y > 2))
    assert messages[0].startswith("X: got a feature (column 2) with numbers of about 3.")
    assert "StandardScaler" in messages[0]


def test_validation_data_of_another_scale():
    scaler = StandardScaler().fit(RAW)
    scaled = scaler.transform(RAW)
    pipeline = make_pipeline(scaler, regressor())
    arguments = {"mlpregressor__X_val": RAW[:50], "mlpregressor__y_val": Y[:50]}
    assert_advice(lambda: pipeline.fit(RAW, Y, **arguments), "X_val: got numbers that are ")
    assert_advice(
        lambda: classifier().fit(RAW / 10, Y > 2, X_val=scaled, y_val=Y > 2), "X_val: got numbers that are 0.0"
    )
    message = advice(lambda: regressor().fit(scaled, Y, X_val=RAW, y_val=Y))[0]
    assert "transform_input=['X_val']" in message
    for table, validation in ((scaled, scaled[:20]), (scaled, scaled[:1]), (scaled * 0, scaled * 0)):
        assert_advice(
            lambda table=table, rows=validation: classifier().fit(table, Y > 2, X_val=rows, y_val=(Y > 2)[: len(rows)])
        )
    rare = sparse.random(200, 500, 0.01, format="csr", random_state=0)
    few = sparse.random(20, 500, 0.01, format="csr", random_state=1)
    assert_advice(lambda: regressor().fit(rare, Y, X_val=few, y_val=Y[:20]))


def test_a_pipeline_that_transforms_validation_data():
    with sklearn.config_context(enable_metadata_routing=True):
        model = regressor(early_stopping=True).set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline([("scale", StandardScaler()), ("mlp", model)], transform_input=["X_val"])
        assert_advice(lambda: pipeline.fit(RAW, Y, X_val=RAW[:50], y_val=Y[:50]))
    scaler = StandardScaler().fit(RAW)
    expected = regressor(early_stopping=True)
    expected.fit(scaler.transform(RAW), Y, X_val=scaler.transform(RAW[:50]), y_val=Y[:50])
    np.testing.assert_array_equal(pipeline[-1].history_["val_loss"], expected.history_["val_loss"])


@pytest.mark.parametrize(
    ("activation", "y", "range_"),
    [
        ("logistic", Y, "[0, 1]"),
        ("tanh", Y, "[-1, 1]"),
        ("relu", Y - 3, "[0, inf]"),
        ("softplus", Y - 3, "[0, inf]"),
        ("exp", Y - 3, "[0, inf]"),
    ],
)
def test_targets_outside_the_range_of_the_output_activation(activation, y, range_):
    (message,) = advice(lambda: regressor(output_activation=activation).fit(X, y))
    assert f"outside the range {range_} of output_activation='{activation}'" in message
    assert ("scale_targets=True" in message) == (activation in ("logistic", "tanh"))


@pytest.mark.parametrize("options", [{}, {"loss": "absolute_error"}, {"loss": "huber"}])
def test_targets_of_large_scale(options):
    for y in (Y * 1e6, np.column_stack([Y, Y]) * 1e6):
        (message,) = advice(lambda y=y: regressor(**options).fit(X, y))
        assert message.startswith("y: got targets of about ")
        assert "scale_targets" in message
    assert_advice(lambda: regressor(output_activation="tanh", scale_targets=True).fit(X, Y * 1e6))


@pytest.mark.parametrize(("share", "learned"), [(0.2, False), (0.4, True)])
def test_targets_of_large_scale_are_learned_from_half_of_their_spread_on(share, learned):
    """Ridge regression, whose alpha brings the predictions to a share of the targets."""
    table = (X[:, :1] - X[:, 0].mean()) / X[:, 0].std()
    model = regressor(hidden_layer_sizes=[], solver="lbfgs", max_iter=500, tol=1e-8, alpha=200 * (1 / share - 1))
    messages = advice(lambda: model.fit(table, 1e4 * table.ravel()))
    np.testing.assert_allclose(model.coefs_[0], 1e4 * share, rtol=1e-3)
    assert [message[:26] for message in messages] == ([] if learned else ["y: got targets of about 1e"])


def test_a_single_sample_has_no_spread():
    assert_advice(lambda: regressor().fit(X[:1], 1e7 * Y[:1]))


def test_divergence_to_large_numbers():
    fit = regressor(solver="sgd", max_iter=20, activation="tanh", learning_rate_init=0.1).fit
    model = regressor(solver="sgd", hidden_layer_sizes=[], momentum=0.0, learning_rate_init=3.0, n_iter_no_change=99)
    messages = advice(lambda: model.fit(X, Y))
    assert messages[-1].startswith("Training ended with a mean squared error of "), messages
    assert "Lower learning_rate_init" in messages[-1]
    assert_advice(lambda: fit(X, Y))
    labels = classifier(solver="sgd", learning_rate_init=10.0, activation="identity")
    assert advice(lambda: labels.fit(RAW, Y > 2))[-1].startswith("Training ended with a loss of ")


def test_a_relu_output_that_died():
    (message,) = advice(lambda: regressor(output_activation="relu", bias_init=-10.0).fit(X, np.abs(Y)))
    assert message.startswith("output_activation: 'relu' predicts 0 for 100% of the samples")
    assert_advice(lambda: regressor(output_activation="relu").fit(X, np.abs(Y)))
    assert_advice(lambda: regressor(output_activation="relu", bias_init=-10.0).fit(X, np.zeros(200)))


def test_ordinary_data():
    for load in (load_digits, load_iris, load_wine):
        table, labels = load(return_X_y=True)
        for options in ({}, {"early_stopping": True}):
            assert_advice(lambda t=table, y=labels, o=options: classifier(**o).fit(t, y))
    for table, y in (
        load_diabetes(return_X_y=True),
        make_friedman1(300, random_state=0),
        make_regression(300, 10, noise=5, random_state=0),
        (X, Y),
        (X.astype(np.float32), Y),
        (X, Y * 1e-6),
    ):
        for options in ({}, {"max_iter": 1}, {"solver": "sgd", "learning_rate_init": 1e-4}, {"loss": "huber"}):
            assert_advice(lambda t=table, y=y, o=options: regressor(**o).fit(t, y))
    assert_advice(lambda: regressor(loss=losses.Quantile([0.1, 0.9])).fit(X, Y))


def test_advice_changes_no_number():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        first = regressor(max_iter=2).fit(RAW, Y * 1e6)
        second = regressor(max_iter=1, warm_start=True)
        second.partial_fit(RAW, Y * 1e6)  # no advice
    np.testing.assert_array_equal(first.loss_curve_[0], second.loss_curve_[0])
