"""MLPClassifier and MLPRegressor give scikit-learn's numbers."""

import warnings

import numpy as np
import pytest
import sklearn.neural_network
from scipy import sparse
from sklearn.datasets import fetch_california_housing, load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import rosenblatt
from cases import flat

ROWS = 333
rng = np.random.RandomState(0)
X = rng.randn(ROWS, 7)
SPARSE = sparse.random(ROWS, 50, 0.1, format="csr", random_state=0)
SIGNAL = np.sin(X).sum(axis=1) + 0.1 * rng.randn(ROWS)
WEIGHT = rng.rand(ROWS)

# Kind of task -> (estimator, its inputs, its targets, further parameters).
TASKS = {
    "binary": ("MLPClassifier", X, SIGNAL > 0, {}),
    "multiclass": ("MLPClassifier", X, np.array(["low", "mid", "top"])[np.digitize(SIGNAL, [-1, 1])], {}),
    "multilabel": ("MLPClassifier", X, np.c_[SIGNAL > 0, X[:, 1] > 0].astype(int), {}),
    "one output": ("MLPRegressor", X, SIGNAL, {}),
    "two outputs": ("MLPRegressor", X, np.c_[SIGNAL, X[:, 0]], {}),
    "poisson": ("MLPRegressor", X, np.abs(SIGNAL).round(), {"loss": "poisson"}),
    "csr": ("MLPClassifier", SPARSE, np.digitize(SIGNAL, [-1, 1]), {}),
    "csc": ("MLPRegressor", SPARSE.tocsc(), SIGNAL, {}),
}

SETTINGS = {
    "adam": {},
    "tanh": {"activation": "tanh"},
    "logistic": {"activation": "logistic"},
    "identity": {"activation": "identity"},
    "adam's settings": {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4, "learning_rate_init": 0.01},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.05},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.5, "power_t": 0.3},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1, "tol": 1e-2, "max_iter": 40},
    "plain momentum": {"solver": "sgd", "nesterovs_momentum": False},
    "no momentum": {"solver": "sgd", "momentum": 0},
    "early stopping": {"early_stopping": True, "n_iter_no_change": 3, "max_iter": 40},
    "in order": {"shuffle": False},
    "penalty": {"batch_size": 32, "alpha": 0.1},
    "no penalty": {"alpha": 0.0},
    "linear": {"hidden_layer_sizes": []},
    "odd widths": {"hidden_layer_sizes": [17, 16, 15, 49]},
    "one width": {"hidden_layer_sizes": 9},
    "single samples": {"batch_size": 1, "max_iter": 3},
    "last batch of one": {"batch_size": 83},
    "too large a batch": {"batch_size": 5000},
}

NUMBERS = (
    "loss_curve_",
    "validation_scores_",
    "loss_",
    "best_loss_",
    "best_validation_score_",
    "n_iter_",
    "t_",
    "n_layers_",
    "n_outputs_",
    "n_features_in_",
    "_no_improvement_count",
)


def both(estimator, **parameters):
    parameters = {"random_state": 3, "max_iter": 12, **parameters}
    return getattr(rosenblatt, estimator)(**parameters), getattr(sklearn.neural_network, estimator)(**parameters)


def called(call, *args, **kwargs):
    """Call and return the warnings, as (category, text)."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, **kwargs)
    return [(warning.category, str(warning.message)) for warning in caught]


def assert_same(ours, theirs, rtol=1e-9):
    """Compare all fitted numbers."""
    for name in ("coefs_", "intercepts_"):
        one, two = getattr(ours, name), getattr(theirs, name)
        assert [array.shape for array in one] == [array.shape for array in two]
        np.testing.assert_allclose(flat(one), flat(two), rtol=rtol, atol=rtol / 1000, err_msg=name)
    assert ours.out_activation_ == theirs.out_activation_
    for name in NUMBERS:
        assert hasattr(ours, name) == hasattr(theirs, name), name
        one, two = getattr(ours, name, None), getattr(theirs, name, None)
        assert (one is None) == (two is None), name
        if one is not None:
            assert np.shape(one) == np.shape(two), name
            np.testing.assert_allclose(one, two, rtol=rtol, atol=1e-13, err_msg=name)


def assert_same_answers(ours, theirs, table, rtol=1e-9):
    assert ours.predict(table).dtype == theirs.predict(table).dtype
    if hasattr(theirs, "classes_"):
        np.testing.assert_array_equal(ours.classes_, theirs.classes_)
        np.testing.assert_array_equal(ours.predict(table), theirs.predict(table))
        for method in ("predict_proba", "predict_log_proba"):
            np.testing.assert_allclose(
                getattr(ours, method)(table), getattr(theirs, method)(table), rtol=rtol, atol=1e-12
            )
    else:
        np.testing.assert_allclose(ours.predict(table), theirs.predict(table), rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("task", TASKS)
def test_fit(task, setting):
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, **SETTINGS[setting], **extra)
    assert called(ours.fit, table, y) == called(theirs.fit, table, y)
    assert_same(ours, theirs)
    assert_same_answers(ours, theirs, table)


@pytest.mark.parametrize("setting", ["adam", "adaptive", "early stopping", "penalty"])
@pytest.mark.parametrize("task", TASKS)
def test_sample_weight(task, setting):
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, **SETTINGS[setting], **extra)
    assert called(ours.fit, table, y, sample_weight=WEIGHT) == called(theirs.fit, table, y, sample_weight=WEIGHT)
    assert_same(ours, theirs)


@pytest.mark.parametrize("setting", ["adam", "adaptive", "invscaling", "early stopping"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "two outputs", "csr"])
def test_warm_start(task, setting):
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, **{**SETTINGS[setting], **extra, "warm_start": True, "max_iter": 5})
    for _ in range(4):
        assert called(ours.fit, table, y) == called(theirs.fit, table, y)
        assert_same(ours, theirs)


def test_warm_start_with_other_parameters():
    ours, theirs = both("MLPRegressor", warm_start=True, max_iter=4)
    for change in ({}, {"solver": "sgd"}, {"alpha": 1.0}, {"batch_size": 10}, {"shuffle": False}, {"solver": "adam"}):
        assert called(ours.set_params(**change).fit, X, SIGNAL) == called(theirs.set_params(**change).fit, X, SIGNAL)
        assert_same(ours, theirs)


def test_early_stopping_may_be_switched_between_warm_starts():
    """scikit-learn fails with an error about its own attributes."""
    model, _ = both("MLPRegressor", warm_start=True, max_iter=4)
    for early_stopping in (False, True, False, True):
        called(model.set_params(early_stopping=early_stopping).fit, X, SIGNAL)
    assert len(model.validation_scores_) == 8
    assert len(model.loss_curve_) == 16


@pytest.mark.parametrize("setting", ["adam", "sgd", "invscaling", "adaptive", "penalty", "too large a batch"])
@pytest.mark.parametrize("task", TASKS)
def test_partial_fit(task, setting):
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, **SETTINGS[setting], **extra)
    classes = {"classes": np.unique(y)} if estimator == "MLPClassifier" else {}
    for first in range(0, 300, 50):
        part = slice(first, first + 33)
        weight = {"sample_weight": WEIGHT[part]} if first == 100 else {}
        arguments = (table[part], y[part])
        assert called(ours.partial_fit, *arguments, **classes, **weight) == called(
            theirs.partial_fit, *arguments, **classes, **weight
        )
    assert_same(ours, theirs)
    assert_same_answers(ours, theirs, table)


@pytest.mark.parametrize("first", ["fit", "partial_fit"])
def test_partial_fit_and_fit_in_turn(first):
    ours, theirs = both("MLPRegressor", max_iter=5)
    for call in (first, "partial_fit", "fit", "partial_fit"):
        called(getattr(ours, call), X, SIGNAL)
        called(getattr(theirs, call), X, SIGNAL)
        assert_same(ours, theirs)


def test_global_random_state():
    saved = np.random.get_state()  # noqa: NPY002
    try:
        ours, theirs = both("MLPRegressor", random_state=None, max_iter=5)
        for model in (ours, theirs):
            np.random.seed(11)  # noqa: NPY002
            called(model.fit, X, SIGNAL)
        assert_same(ours, theirs)
    finally:
        np.random.set_state(saved)  # noqa: NPY002


def test_random_state_instance_is_drawn_from():
    ours, theirs = both("MLPClassifier", max_iter=5, early_stopping=True)
    states = [np.random.RandomState(8), np.random.RandomState(8)]
    for model, state in zip((ours, theirs), states, strict=True):
        called(model.set_params(random_state=state).fit, X, SIGNAL > 0)
    assert_same(ours, theirs)
    assert states[0].rand() == states[1].rand()


@pytest.mark.parametrize("task", ["binary", "multiclass", "one output"])
def test_a_whole_default_fit(task):
    """Hundreds of epochs, until convergence."""
    estimator, table, y, _ = TASKS[task]
    ours, theirs = both(estimator, max_iter=600)
    assert called(ours.fit, table, y) == called(theirs.fit, table, y)
    assert ours.n_iter_ > 150
    assert_same(ours, theirs)


@pytest.mark.parametrize("verbose_setting", ["adam", "adaptive", "early stopping"])
def test_verbose_prints_the_same(verbose_setting, capsys):
    ours, theirs = both("MLPRegressor", verbose=True, **SETTINGS[verbose_setting])
    called(ours.fit, X, SIGNAL)
    printed = capsys.readouterr().out
    called(theirs.fit, X, SIGNAL)
    assert printed == capsys.readouterr().out


# The path of L-BFGS depends on rounding: compare the minimum.


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "one output", "poisson", "csr", "csc"])
def test_lbfgs_without_hidden_layers(task):
    """The optimum is unique."""
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, solver="lbfgs", hidden_layer_sizes=[], alpha=1.0, tol=1e-10, max_iter=2000, **extra)
    assert called(ours.fit, table, y) == called(theirs.fit, table, y)
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=1e-8)
    np.testing.assert_allclose(flat(ours.coefs_), flat(theirs.coefs_), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "logistic", "identity", "relu"])
def test_lbfgs_first_iterations(activation):
    ours, theirs = both("MLPClassifier", solver="lbfgs", activation=activation, max_iter=5)
    called(ours.fit, X, SIGNAL > 0)
    called(theirs.fit, X, SIGNAL > 0)
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=1e-6)
    np.testing.assert_allclose(flat(ours.coefs_), flat(theirs.coefs_), rtol=1e-4, atol=1e-6)
    assert ours.n_iter_ == theirs.n_iter_
    assert not hasattr(ours, "loss_curve_")


def test_lbfgs_of_several_outputs_finds_a_lower_loss():
    """Unlike scikit-learn's, the loss matches the gradient."""
    table, y = TASKS["two outputs"][1:3]
    ours, theirs = both("MLPRegressor", solver="lbfgs", hidden_layer_sizes=[], alpha=1.0, tol=1e-10, max_iter=2000)
    called(ours.fit, table, y)
    called(theirs.fit, table, y)

    def objective(model):
        return ((model.predict(table) - y) ** 2).sum() / 2 / ROWS + 0.5 * (model.coefs_[0] ** 2).sum() / ROWS

    np.testing.assert_allclose(ours.loss_, objective(ours), rtol=1e-10)
    assert objective(ours) <= objective(theirs) * (1 + 1e-9)


# float32


@pytest.mark.parametrize("setting", ["adam", "sgd", "logistic", "penalty", "early stopping"])
@pytest.mark.parametrize("task", ["multiclass", "one output", "csr"])
def test_float32_first_epochs(task, setting):
    estimator, table, y, extra = TASKS[task]
    ours, theirs = both(estimator, **{**SETTINGS[setting], **extra, "max_iter": 2})
    table = table.astype(np.float32)
    called(ours.fit, table, y)
    called(theirs.fit, table, y)
    assert {array.dtype for array in (*ours.coefs_, *ours.intercepts_)} == {np.dtype(np.float32)}
    np.testing.assert_allclose(flat(ours.coefs_), flat(theirs.coefs_), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-4)
    if estimator == "MLPRegressor":
        assert ours.predict(table).dtype == theirs.predict(table).dtype == np.float32


def test_float32_reaches_the_same_score():
    digits, y = load_digits(return_X_y=True)
    parts = train_test_split((digits / 16).astype(np.float32), y, random_state=0)
    ours, theirs = both("MLPClassifier", max_iter=15)
    scores = []
    for model in (ours, theirs):
        called(model.fit, parts[0], parts[2])
        scores.append(model.score(parts[1], parts[3]))
    assert scores[0] == pytest.approx(scores[1], abs=0.01)
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=0.02)


def test_float32_lbfgs():
    table, y = TASKS["one output"][1:3]
    ours, theirs = both("MLPRegressor", solver="lbfgs", max_iter=30)
    called(ours.fit, table.astype(np.float32), y)
    called(theirs.fit, table.astype(np.float32), y)
    assert ours.coefs_[0].dtype == np.float32
    assert ours.score(table, y) == pytest.approx(theirs.score(table, y), abs=0.02)


# Threads, divergence, and the lecture's example.


@pytest.mark.parametrize("setting", ["adam", "early stopping"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_same_bits_for_any_number_of_threads(setting, dtype):
    table, y = TASKS["multiclass"][1:3]
    table = table.astype(dtype)
    models = []
    for n_threads in (1, 2, 3, 8, None):
        model, _ = both("MLPClassifier", **{**SETTINGS[setting], "max_iter": 5})
        called(model.set_params(n_threads=n_threads).fit, table, y)
        models.append((flat(model.coefs_, model.intercepts_), model.loss_curve_, model.predict_proba(table)))
    for model in models[1:]:
        for one, two in zip(models[0], model, strict=True):
            np.testing.assert_array_equal(one, two)


def test_divergence_is_an_error():
    ours, theirs = both("MLPRegressor", solver="sgd", learning_rate_init=1e8, max_iter=50)
    messages = []
    for model in (ours, theirs):
        with pytest.raises(ValueError, match="non-finite") as error, np.errstate(all="ignore"):
            called(model.fit, X, SIGNAL * 1e8)
        messages.append(str(error.value))
    assert messages[0].startswith(messages[1])


def test_fitted_models_do_not_hold_the_training_set():
    model, _ = both("MLPRegressor", max_iter=2)
    called(model.fit, X, SIGNAL)

    def arrays(thing):
        if isinstance(thing, np.ndarray):
            yield thing
        elif isinstance(thing, (list, tuple)):
            for item in thing:
                yield from arrays(item)
        elif isinstance(thing, dict):
            yield from arrays(list(thing.values()))
        elif hasattr(thing, "__dict__"):
            yield from arrays(vars(thing))

    found = list(arrays(model))
    assert found
    assert not any(np.shares_memory(array, X) or ROWS in array.shape for array in found)


def test_inputs_do_not_change():
    table, y, weight = X.copy(), SIGNAL.copy(), WEIGHT.copy()
    for array in (table, y, weight):
        array.flags.writeable = False
    model, _ = both("MLPRegressor", max_iter=3)
    called(model.fit, table, y, weight)
    np.testing.assert_array_equal(table, X)
    model.predict(table)


def test_diabetes():
    """Constants from scikit-learn 1.9.1."""
    table, y = load_diabetes(return_X_y=True)
    model = rosenblatt.MLPRegressor(hidden_layer_sizes=[50, 50], max_iter=50, random_state=0)
    with pytest.warns(ConvergenceWarning):
        model.fit(StandardScaler().fit_transform(table), y / y.max())
    np.testing.assert_allclose(
        [model.loss_curve_[i] for i in (0, 9, 49)],
        [0.07978825854927132, 0.015237812094498924, 0.007870735867527448],
        rtol=1e-9,
    )


@pytest.mark.slow
def test_california_housing():
    """The example of a lecture; the constants are scikit-learn 1.9.1's."""
    try:
        housing = fetch_california_housing(download_if_missing=False)
    except OSError as error:
        pytest.skip(f"the data set is not here (set SCIKIT_LEARN_DATA): {error}")
    rest, _, y_rest, _ = train_test_split(housing.data, housing.target, random_state=42)
    train, valid, y_train, y_valid = train_test_split(rest, y_rest, random_state=42)
    scaler = StandardScaler().fit(train)
    model = rosenblatt.MLPRegressor(hidden_layer_sizes=[50, 50, 50], random_state=42)
    model.fit(scaler.transform(train), y_train)
    rmse = np.sqrt(np.mean((model.predict(scaler.transform(valid)) - y_valid) ** 2))
    assert model.n_iter_ == 169
    assert rmse == pytest.approx(0.505332665, abs=1e-9)
