"""What estimators accept: validation data, weights, dtypes, read-only models, and parameters assigned by the user."""

import copy
import warnings
from datetime import date

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.neural_network
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from rosenblatt import MLPClassifier, MLPRegressor, Network, Perceptron, ThresholdLogicUnit, optimizers

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")

X = np.random.RandomState(0).rand(60, 4)
Y = X.sum(axis=1)
LABELS = np.arange(60) % 3


def named(validation):
    """Return validation data as arguments of fit."""
    return dict(zip(("X_val", "y_val", "sample_weight_val"), validation, strict=False))


def regressor(**options):
    return MLPRegressor(**{"hidden_layer_sizes": 4, "max_iter": 3, "random_state": 0, **options})


def classifier(**options):
    return MLPClassifier(**{"hidden_layer_sizes": 4, "max_iter": 3, "random_state": 0, **options})


# Early stopping without scores.


@pytest.mark.parametrize(
    ("options", "validation", "message"),
    [
        ({}, (X[:1], Y[:1]), "X_val: got 1 validation sample, expected at least 2"),
        ({"early_stopping": "score"}, (X[:1], Y[:1]), "X_val: got 1 validation sample"),
        ({"dtype": "float32"}, (X * 1e39, Y), "X_val: got infinity, expected numbers that are finite in float32"),
        ({"dtype": "float32"}, (sparse.csr_array(X * 1e39), Y), "X_val: got infinity"),
        ({"dtype": "float32"}, (X, Y * 1e39), "y_val: got infinity, expected numbers that are finite in float32"),
        ({}, (X, Y * 1e200), "y_val: got numbers whose squares exceed float64"),
        ({}, (X, Y, np.tile([1.0, -1.0], 30)), "sample_weight_val: got validation samples whose weights sum to zero"),
    ],
)
def test_what_cannot_be_scored(options, validation, message):
    model = regressor(**{"early_stopping": True, **options})
    with pytest.raises(ValueError, match=message):
        model.fit(X, Y, **named(validation))
    assert not hasattr(model, "history_")


def test_one_validation_sample_that_can_be_scored():
    assert classifier(early_stopping=True).fit(X, LABELS, X_val=X[:1], y_val=LABELS[:1]).best_validation_score_ in (
        0,
        1,
    )
    with pytest.warns(sklearn.exceptions.UndefinedMetricWarning):
        model = regressor(early_stopping="loss").fit(X, Y, X_val=X[:1], y_val=Y[:1])
    assert np.isfinite(model.history_["val_loss"]).all()


def test_samples_held_back_that_weigh_nothing():
    weights = (np.arange(60) < 2).astype(float)
    with pytest.raises(ValueError, match="validation_fraction: got validation samples whose weights sum to zero"):
        regressor(early_stopping=True).fit(X, Y, weights)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_beyond_the_dtype_are_reported_before_training(dtype):
    scale = {"float32": 1e39, "float64": 1.0}[dtype]
    for model, data in ((regressor(dtype=dtype), (X * scale, Y)), (regressor(dtype=dtype), (X, Y * scale))):
        if dtype == "float32":
            with pytest.raises(ValueError, match=r"^[Xy]: got infinity, expected numbers that are finite in float32"):
                model.fit(*data)
        else:
            model.fit(*data)


@pytest.mark.filterwarnings("ignore:X_val. got numbers that are:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("early_stopping", [True, "loss"])
def test_no_score_is_a_number_in_any_epoch(early_stopping):
    """The weights of the last epoch are kept, not the initial ones."""
    options = {"activation": "identity", "max_iter": 5}
    with pytest.warns(
        ConvergenceWarning, match=r"early_stopping: val_(score|loss) was not a finite number in any epoch"
    ):
        model = regressor(early_stopping=early_stopping, **options).fit(X, Y, X_val=X * 1e300, y_val=Y)
    expected = regressor(**options).fit(X, Y)
    for array, other in zip(model.coefs_, expected.coefs_, strict=True):
        np.testing.assert_array_equal(array, other)
    assert not np.isfinite(model.history_["val_loss" if early_stopping == "loss" else "val_score"]).any()


def test_divergence_before_the_first_score():
    model = regressor(early_stopping=True, solver="sgd", learning_rate_init=1e300, activation="identity")
    with pytest.warns(ConvergenceWarning, match=r"Epoch \d diverged: scale X .* last finite epoch"):
        model.fit(X, Y)
    assert all(np.isfinite(array).all() for array in model.coefs_)


# Validation data.


@pytest.mark.parametrize(
    ("validation", "name"),
    [
        ((np.where(X > 0.9, np.nan, X), Y), "X_val"),
        ((X[:, :2], Y), "X_val"),
        ((X, Y[:3]), "y_val"),
        ((X, np.full(60, np.nan)), "y_val"),
        ((X, Y, np.ones(3)), "sample_weight_val"),
        ((X, Y, np.ones((60, 2))), "sample_weight_val"),
        ((X, Y, np.zeros(60)), "sample_weight_val"),
        ((X, Y, np.full(60, np.nan)), "sample_weight_val"),
        ((X[0], Y), "X_val"),
        ((X[:0], Y[:0]), "X_val"),
        ((X.astype(str).tolist(), Y.astype(str)), "y_val"),
        ((np.zeros((60, 4), "datetime64[s]"), Y), "X_val"),
    ],
)
def test_errors_about_validation_data_name_it(validation, name):
    for model in (regressor(), classifier()):
        y, labels = validation[1], LABELS[: len(validation[1])]
        if isinstance(model, MLPClassifier):
            if y.dtype.kind == "U" or np.isnan(y).any():
                continue
            y = labels
        targets = Y if isinstance(model, MLPRegressor) else LABELS
        with pytest.raises((TypeError, ValueError), match=rf"\b{name}\b") as caught:
            model.fit(X, targets, **named((validation[0], y, *validation[2:])))
        assert "Input X " not in str(caught.value)


# Weights.


@pytest.mark.parametrize("weight", [1e39, 1e-46, 1e300, 1e-300])
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_extreme_weights_in_float32(weight, solver):
    """A common factor of all weights matters for the penalty only."""
    rows, weights = X.astype(np.float32), 1.0 + LABELS
    options = {"solver": solver, "alpha": 0.0, "max_iter": 5}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        expected = regressor(**options).fit(rows, Y, weights)
        model = regressor(**options).fit(rows, Y, weights * weight)
    assert model.coefs_[0].dtype == np.float32
    np.testing.assert_allclose(model.coefs_[0], expected.coefs_[0], rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(model.loss_, expected.loss_, rtol=1e-3)


def test_the_penalty_beside_extreme_weights():
    rows, weights = X.astype(np.float32), np.full(60, 2.0**120)
    expected = regressor(alpha=0.5, l1=0.25).fit(rows, Y)
    model = regressor(alpha=0.5 * 2.0**120, l1=0.25 * 2.0**120).fit(rows, Y, weights)
    np.testing.assert_allclose(model.coefs_[0], expected.coefs_[0], rtol=1e-5)
    assert np.isfinite(regressor().fit(rows, Y, np.full(60, 1e-46)).coefs_[0]).all()  # the penalty dominates


def test_extreme_weights_of_a_network_and_of_validation_data():
    rows, weights = X.astype(np.float32), 1.0 + LABELS
    network, other = (Network([4, 3, 1], dtype="float32", random_state=0) for _ in range(2))
    assert network.loss(rows, Y, weights * 1e39) == pytest.approx(network.loss(rows, Y, weights))
    list(network.train(rows, Y, sample_weight=weights * 1e39, epochs=2))
    list(other.train(rows, Y, sample_weight=weights, epochs=2))
    np.testing.assert_allclose(network.parameters, other.parameters, rtol=1e-4)
    scores = [
        regressor().fit(rows, Y, X_val=rows, y_val=Y, sample_weight_val=weights * factor).history_["val_score"]
        for factor in (1.0, 1e39)
    ]
    np.testing.assert_allclose(*scores, rtol=1e-5)


def test_negative_weights_as_in_scikit_learn():
    weights = np.where(np.arange(60) < 5, -0.3, 1.0)
    for ours, theirs in ((regressor(), "MLPRegressor"), (classifier(), "MLPClassifier")):
        y = Y if theirs == "MLPRegressor" else LABELS
        reference = getattr(sklearn.neural_network, theirs)(hidden_layer_sizes=4, max_iter=3, random_state=0)
        np.testing.assert_allclose(ours.fit(X, y, weights).coefs_[0], reference.fit(X, y, weights).coefs_[0])
    network = Network([4, 1], random_state=0)
    assert np.isfinite(network.loss(X, Y, weights))
    assert np.isfinite(next(network.train(X, Y, sample_weight=weights)).loss)
    assert np.isfinite(network.step(X, Y, optimizers.SGD(), weights))


# Weights of classes.

DATES = np.array(["2020-01-01", "2021-01-01", "2022-01-01"], "datetime64[D]")


def test_class_weight_that_names_classes_of_other_batches():
    model = classifier(class_weight={0: 1.0, 1: 2.0, 2: 3.0})
    few = LABELS < 2
    model.partial_fit(X[few], LABELS[few], classes=[0, 1, 2])
    expected = classifier().partial_fit(X[few], LABELS[few], 1.0 + LABELS[few], classes=[0, 1, 2])
    np.testing.assert_array_equal(model.coefs_[0], expected.coefs_[0])
    model.fit(X, LABELS, X_val=X[few], y_val=LABELS[few])
    validation = {"X_val": X[few], "y_val": LABELS[few], "sample_weight_val": 1.0 + LABELS[few]}
    expected.fit(X, LABELS, 1.0 + LABELS, **validation)
    np.testing.assert_array_equal(model.history_["val_loss"], expected.history_["val_loss"])


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_class_weight_of_dates(unit):
    y = DATES[LABELS].astype(f"datetime64[{unit}]")
    skewed = np.concatenate([y, y[:1], y[:1]])
    rows = np.vstack([X, X[:1], X[:1]])
    numbers = np.concatenate([LABELS, [0, 0]])
    balanced = classifier(class_weight="balanced")
    np.testing.assert_array_equal(
        balanced.fit(rows, skewed).coefs_[0], classifier(class_weight="balanced").fit(rows, numbers).coefs_[0]
    )
    expected = classifier(class_weight={0: 5.0}).fit(X, LABELS)
    for key in (date(2020, 1, 1), np.datetime64("2020-01-01"), pd.Timestamp("2020-01-01"), "2020-01-01"):
        np.testing.assert_array_equal(classifier(class_weight={key: 5.0}).fit(X, y).coefs_[0], expected.coefs_[0])


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1.0, "2", None])
def test_bad_weights_of_classes(weight):
    with pytest.raises(ValueError, match=r"class_weight: got .* for the class 1, expected finite numbers >= 0"):
        classifier(class_weight={0: 1.0, 1: weight}).fit(X, LABELS)


def test_class_weight_of_unknown_classes():
    with pytest.raises(
        ValueError, match=r"class_weight: got weights of \[0, 7\], expected those of all classes \[0 1 2\]"
    ):
        classifier(class_weight={0: 1.0, 7: 2.0}).fit(X, LABELS)
    labels = np.stack([LABELS == 0, LABELS == 1], axis=1).astype(int)
    for class_weight in ({0: 1.0}, [{0: 1.0}]):
        with pytest.raises(ValueError, match=r"class_weight: got .*, expected a list of 2 dicts"):
            classifier(class_weight=class_weight).fit(X, labels)


# The dtype of predictions.


@pytest.mark.parametrize("dtype", [">f4", "f2", "i1", "u1", "i2", "u2", "i4", "i8", "?", "f4", "f8", ">f8"])
def test_dtype_of_predictions(dtype):
    rows = X.astype(np.float32)
    table = (X * 9).astype(dtype)
    model = regressor().fit(rows, Y)
    reference = sklearn.neural_network.MLPRegressor(hidden_layer_sizes=4, max_iter=3, random_state=0).fit(rows, Y)
    expected = reference.predict(table)
    assert model.predict(table).dtype == expected.dtype
    np.testing.assert_allclose(model.predict(table), expected, rtol=1e-4, atol=1e-4)
    labels = classifier().fit(rows, LABELS)
    assert labels.predict_proba(table).dtype == expected.dtype
    if dtype not in (">f4", "f2", ">f8"):  # which SciPy's matrices do not have
        assert model.predict(sparse.csr_array(table)).dtype == reference.predict(sparse.csr_array(table)).dtype
    assert regressor().fit(X, Y).predict(table).dtype == np.float64


# Read-only models, as joblib loads them with mmap_mode="r", and sends them to other processes.


def _read_only(value):
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            _read_only(part)
    elif hasattr(value, "__dict__"):
        _read_only(vars(value))


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize(
    "model",
    [
        regressor(),
        regressor(solver="sgd"),
        regressor(solver=optimizers.RAdam()),
        regressor(output_activation="tanh", scale_targets=True),
        classifier(class_weight={0: 2.0}),
        Perceptron(max_iter=3, tol=None),
        Perceptron(max_iter=3, tol=None, penalty="elasticnet"),
        ThresholdLogicUnit(max_iter=3),
    ],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore:ThresholdLogicUnit made")
def test_read_only_models(model, mapped, tmp_path):
    y = Y if isinstance(model, MLPRegressor) else LABELS
    model.fit(X, y)

    def loaded():
        if mapped:
            joblib.dump(model, tmp_path / "model")
            return joblib.load(tmp_path / "model", mmap_mode="r")
        copied = copy.deepcopy(model)
        _read_only(copied)
        return copied

    expected = copy.deepcopy(model).partial_fit(X, y).partial_fit(X, y)
    found = loaded().partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_array_equal(found.predict(X), expected.predict(X))
    loaded().fit(X, y)
    if "warm_start" in model.get_params():
        expected = copy.deepcopy(model).set_params(warm_start=True).fit(X, y)
        np.testing.assert_array_equal(loaded().set_params(warm_start=True).fit(X, y).predict(X), expected.predict(X))
    if isinstance(model, MLPRegressor):
        list(Network.from_estimator(loaded()).train(X, Y))


# Parameters assigned by the user.


@pytest.mark.filterwarnings("ignore:Training ended with:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", ["f2", "f4", ">f8", "i8", "g", "O", "list"])
def test_parameters_assigned_in_another_dtype(kind):
    model = regressor().fit(X, Y).partial_fit(X, Y)
    expected = copy.deepcopy(model)
    for name in ("coefs_", "intercepts_"):
        arrays = [np.round(8 * array) for array in getattr(model, name)]
        setattr(expected, name, arrays)
        setattr(model, name, [a.tolist() if kind == "list" else a.astype(kind) for a in arrays])
    np.testing.assert_allclose(model.predict(X), expected.predict(X), rtol=1e-5)
    assert model.predict(X.astype(np.float32)).dtype == (np.float32 if kind in ("f2", "f4") else np.float64)
    np.testing.assert_allclose(Network.from_estimator(model).predict(X).ravel(), expected.predict(X), rtol=1e-5)
    model.partial_fit(X, Y)
    expected.partial_fit(X, Y)
    np.testing.assert_allclose(model.coefs_[0], expected.coefs_[0], rtol=1e-5)
    assert model.coefs_[0].dtype == np.float64  # that of the optimizer's state
    assert model.set_params(warm_start=True).fit(X, Y).coefs_[0].dtype == np.float64


@pytest.mark.parametrize("kind", ["c16", "U9", "M8[s]"])
def test_parameters_assigned_that_are_no_numbers(kind):
    model = regressor().fit(X, Y)
    model.coefs_ = [np.zeros(array.shape, "i8").astype(kind) for array in model.coefs_]
    for call in (lambda: model.predict(X), lambda: model.partial_fit(X, Y), lambda: Network.from_estimator(model)):
        with pytest.raises(TypeError, match=r"coefs_\[0\]: got an array of .*, expected numbers"):
            call()


# Sizes and counts.


@pytest.mark.parametrize("sizes", [True, (True, 3), np.array([True]), ("a",), (2.5,), (2**31,), [[3]]])
def test_bad_sizes(sizes):
    with pytest.raises((TypeError, ValueError), match=r"hidden_layer_sizes: got .*, expected integers from 1"):
        regressor(hidden_layer_sizes=sizes).fit(X, Y)


def test_enormous_counts():
    for count in (2**31, 10**18, 10**30):
        for model in (regressor(n_threads=count), Perceptron(n_threads=count)):
            with pytest.raises(ValueError, match=r"n_threads.*2147483647"):
                model.fit(X, LABELS)
        network = Network([4, 1])
        for call in (network.predict, network.forward):
            with pytest.raises(ValueError, match=r"n_threads: got .*, expected"):
                call(X, n_threads=count)
        Perceptron(max_iter=count, n_iter_no_change=3).fit(X, Y > 2)
    stop = [lambda end: True]
    for schedule in ("constant", "cosine", "one_cycle", "step"):
        regressor(max_iter=10**30, n_iter_no_change=10**30, learning_rate=schedule, callbacks=stop).fit(X, Y)
