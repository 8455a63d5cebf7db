"""A changed parameter is honoured by warm starts and partial_fit, or rejected, but never ignored."""

import numpy as np
import pytest

from rosenblatt import MLPClassifier, MLPRegressor, initializers, losses, optimizers, schedules

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.RandomState(0)
X = rng.randn(60, 4)
TARGETS = {MLPRegressor: 0.5 + 0.2 * np.tanh(X[:, 0] - X[:, 1]), MLPClassifier: (X[:, 0] > 0).astype(int)}
UNCHANGED = {"callbacks", "n_threads", "progress", "verbose"}  # these change no number

# For each parameter a value other than the default, and parameters without which it has no effect.
CHANGES = {
    "hidden_layer_sizes": ((5, 5), {}),
    "activation": ("tanh", {}),
    "solver": ("sgd", {}),
    "alpha": (10.0, {}),
    "batch_size": (30, {}),
    "learning_rate": (schedules.Exponential(0.5), {}),
    "learning_rate_init": (0.1, {}),
    "power_t": (2.0, {"solver": "sgd", "learning_rate": "invscaling"}),
    "max_iter": (7, {}),
    "shuffle": (False, {}),
    "random_state": (1, {}),
    "tol": (1.0, {"n_iter_no_change": 1}),
    "warm_start": (False, {}),
    "keep_optimizer": (True, {}),
    "momentum": (0.1, {"solver": "sgd"}),
    "nesterovs_momentum": (False, {"solver": "sgd"}),
    "early_stopping": (True, {}),
    "validation_fraction": (0.5, {"early_stopping": True}),
    "beta_1": (0.1, {}),
    "beta_2": (0.1, {}),
    "epsilon": (1.0, {}),
    "n_iter_no_change": (1, {"tol": 1.0, "max_iter": 5}),
    "max_fun": (1, {"solver": "lbfgs", "max_iter": 3}),
    "loss": ({MLPRegressor: losses.Huber(0.01), MLPClassifier: "focal"}, {}),
    "output_activation": ("logistic", {}),
    "scale_targets": (True, {"output_activation": "logistic"}),
    "class_weight": ({0: 1, 1: 9}, {}),
    "dropout": (0.5, {}),
    "input_dropout": (0.5, {}),
    "l1": (1.0, {}),
    "weight_decay": (0.5, {"learning_rate_init": 0.5}),
    "clip_norm": (1e-3, {"solver": "sgd"}),
    "clip_value": (1e-4, {"solver": "sgd"}),
    "max_norm": (0.1, {}),
    "init": ("he_normal", {}),
    "bias_init": (1.0, {}),
    "dtype": ("float32", {}),
}
# partial_fit makes one epoch, without early stopping.
WITHOUT_EPOCHS = {
    "keep_optimizer",
    "max_iter",
    "tol",
    "warm_start",
    "early_stopping",
    "validation_fraction",
    "n_iter_no_change",
    "max_fun",
}


def state(model):
    return np.concatenate([part.ravel() for part in (*model.coefs_, *model.intercepts_)])


def base(cls, **parameters):
    return cls(**{"hidden_layer_sizes": (6,), "max_iter": 12, "batch_size": 16, "random_state": 0, **parameters})


def test_all_parameters_are_here():
    names = {*MLPRegressor().get_params(), *MLPClassifier().get_params()}
    assert names == {*CHANGES, *UNCHANGED}


def changed(cls, name):
    if name not in cls().get_params():
        pytest.skip(f"no parameter of {cls.__name__}")
    value, needed = CHANGES[name]
    return {name: value[cls] if name == "loss" else value}, needed


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("cls", TARGETS)
def test_warm_start(cls, name):
    change, needed = changed(cls, name)
    y = TARGETS[cls]
    needed = {"warm_start": True, **needed}
    results = []
    for now in ({}, change):
        model = base(cls, **needed).fit(X, y)
        try:
            results.append(state(model.set_params(**now).fit(X, y)))
        except ValueError as error:
            assert str(error).startswith(f"{name}: got"), error  # noqa: PT017
            return
    assert results[0].shape != results[1].shape or not np.array_equal(*results)


@pytest.mark.parametrize("name", sorted(set(CHANGES) - WITHOUT_EPOCHS))
@pytest.mark.parametrize("cls", TARGETS)
def test_partial_fit(cls, name):
    change, needed = changed(cls, name)
    y = TARGETS[cls]
    results = []
    for now in ({}, change):
        model = base(cls, **needed)
        for _ in range(3):
            model.partial_fit(X, y, **({"classes": [0, 1]} if cls is MLPClassifier else {}))
        try:
            results.append(state(model.set_params(**now).partial_fit(X, y)))
        except ValueError as error:
            assert str(error).startswith(f"{name}: got"), error  # noqa: PT017
            return
    assert not np.array_equal(*results)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_layer_sizes": (7,)}, r"hidden_layer_sizes: got \[7\], expected \[6\] as in the first call"),
        ({"hidden_layer_sizes": (6, 6)}, r"hidden_layer_sizes: got \[6, 6\], expected \[6\]"),
        ({"dtype": "float32"}, "dtype: got 'float32', expected 'float64'"),
        ({"init": "he_normal"}, "init: got 'he_normal', expected 'glorot_uniform'"),
        ({"bias_init": initializers.Normal(0.1)}, "bias_init: got .*, expected None"),
        ({"output_activation": "logistic", "scale_targets": True}, "scale_targets: got True, expected False"),
        ({"loss": losses.Quantile([0.1, 0.9])}, "y: got 1 columns, with 2 outputs for each, expected 1 outputs"),
    ],
)
def test_rejected(change, message):
    model = base(MLPRegressor, warm_start=True).fit(X, TARGETS[MLPRegressor])
    before = state(model)
    model.set_params(**change)
    for call in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match=message):
            call(X, TARGETS[MLPRegressor])
    np.testing.assert_array_equal(state(model), before)


def test_equal_parameters_in_other_words_are_accepted():
    y = TARGETS[MLPRegressor]
    weights = [np.full((4, 6), 0.1), np.full((6, 1), 0.1)]
    model = base(MLPRegressor, warm_start=True, init=weights, solver=optimizers.Adam(0.01)).fit(X, y)
    words = {"hidden_layer_sizes": np.array([6]), "init": tuple(w.copy() for w in weights), "dtype": np.float64}
    assert np.isfinite(state(model.set_params(**words, solver=optimizers.Adam(0.01)).fit(X, y))).all()


def test_another_number_of_targets():
    model = base(MLPRegressor, warm_start=True).fit(X, X[:, :2])
    for call in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match="y: got 3 columns, with 1 outputs for each, expected 2 outputs in all"):
            call(X, X[:, :3])
    assert model.predict(X).shape == (60, 2)


def test_a_warm_start_predicts_with_the_new_output_activation():
    y = TARGETS[MLPRegressor]
    model = base(MLPRegressor, warm_start=True).fit(X, y)
    assert model.out_activation_ == "identity"
    model.set_params(output_activation="logistic").fit(X, y)
    assert model.out_activation_ == "logistic"


def test_changed_settings_keep_the_state_of_the_optimizer():
    y = TARGETS[MLPRegressor]
    model = base(MLPRegressor, solver="sgd", momentum=0.9)
    for _ in range(3):
        model.partial_fit(X, y)
    momenta = [array.copy() for array in model._optimizer.state]
    model.set_params(momentum=0.5, learning_rate_init=1e-300).partial_fit(X, y)
    assert model._optimizer.steps == 16
    assert any(array.any() for array in momenta)
    # Steps of almost nothing: each momentum has become half of itself four times.
    for before, after in zip(momenta, model._optimizer.state, strict=True):
        np.testing.assert_allclose(after, before / 16, rtol=1e-12, atol=1e-290)


def test_schedules_keep_their_state_and_new_ones_start():
    y = TARGETS[MLPRegressor]
    model = base(MLPRegressor, learning_rate=schedules.ReduceOnPlateau(patience=0, factor=0.5))
    for _ in range(3):
        model.partial_fit(X, y)
    schedule = model._optimizer.schedule
    model.partial_fit(X, y)
    assert model._optimizer.schedule is schedule
    model.set_params(learning_rate=schedules.ReduceOnPlateau(patience=5, factor=0.5)).partial_fit(X, y)
    assert model._optimizer.schedule.patience == 5
