"""Objects are accepted where names are, and errors say what was probably meant."""

import gc
import warnings

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

from rosenblatt import (
    MLPClassifier,
    MLPRegressor,
    Network,
    activations,
    initializers,
    losses,
    optimizers,
    schedules,
)

RNG = np.random.RandomState(0)
X = RNG.randn(60, 3)
Y = X @ [1.0, 2.0, 3.0]
LABELS = (Y > 0).astype(int)
FUNCTIONS = [*activations.TRAINABLE]


def fitted(cls=MLPRegressor, y=Y, **params):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(max_iter=3, random_state=0, **params).fit(X, y)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activation_objects(name):
    function = getattr(activations, name)
    for cls, y in ((MLPRegressor, Y), (MLPClassifier, LABELS)):
        named = fitted(cls, y, activation=function.name, hidden_layer_sizes=[4, 3])
        given = fitted(cls, y, activation=function, hidden_layer_sizes=[4, 3])
        mixed = fitted(cls, y, activation=[function, function.name], hidden_layer_sizes=[4, 3])
        np.testing.assert_array_equal(named.coefs_[1], given.coefs_[1])
        np.testing.assert_array_equal(named.coefs_[1], mixed.coefs_[1])
        np.testing.assert_array_equal(
            Network.from_estimator(given).predict(X), Network.from_estimator(named).predict(X)
        )
    network = Network([3, 4, 1], function, random_state=0)
    assert network.activations == (function.name,)
    expected = Network([3, 4, 1], [function.name], random_state=0)
    np.testing.assert_array_equal(network.predict(X), expected.predict(X))


@pytest.mark.parametrize("name", ["identity", "relu", "softplus", "logistic", "sigmoid", "tanh"])
def test_output_activation_objects(name):
    function = getattr(activations, name)
    y = np.abs(Y) / np.abs(Y).max()
    np.testing.assert_array_equal(
        fitted(y=y, output_activation=name).predict(X), fitted(y=y, output_activation=function).predict(X)
    )
    assert Network([3, 1], output_activation=function).output_activation == function.name
    z = Y.reshape(-1, 1)
    np.testing.assert_array_equal(
        losses.squared_error(z, z, output_activation=function)[1], losses.squared_error(z, z, output_activation=name)[1]
    )
    custom = losses.Custom(lambda y, z: (((z - y) ** 2).sum(axis=1), 2 * (z - y)))
    np.testing.assert_array_equal(custom.predict(z, function), losses.SquaredError().predict(z, name))


def test_softmax_as_output_activation():
    assert Network([3, 3], loss="log_loss", output_activation=activations.softmax).output_activation == "softmax"
    with pytest.raises(ValueError, match="output_activation: got 'relu' for loss 'log_loss'"):
        Network([3, 3], loss="log_loss", output_activation=activations.relu)
    with pytest.raises(ValueError, match="output_activation: got <activation log_softmax>"):
        Network([3, 3], loss="log_loss", output_activation=activations.log_softmax)


def test_scaled_targets_with_an_output_activation_object():
    named = fitted(scale_targets=True, output_activation="tanh")
    given = fitted(scale_targets=True, output_activation=activations.tanh)
    np.testing.assert_array_equal(named.predict(X), given.predict(X))


def test_searching_over_objects():
    grid = {"activation": [activations.tanh, "relu"], "solver": [optimizers.AdamW()]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(MLPRegressor(hidden_layer_sizes=[3], max_iter=2), grid, cv=2).fit(X, Y)
    assert search.best_params_["activation"] in grid["activation"]


def test_functions_without_a_derivative():
    with pytest.raises(ValueError, match="activation: got <activation heaviside>, expected one of"):
        MLPRegressor(activation=activations.heaviside).fit(X, Y)


@pytest.mark.parametrize(
    ("cls", "params", "meant"),
    [
        (MLPRegressor, {"loss": "mse"}, "'squared_error'"),
        (MLPRegressor, {"loss": "MAE"}, "'absolute_error'"),
        (MLPRegressor, {"loss": "mean_squared_error"}, "'squared_error'"),
        (MLPRegressor, {"loss": "Huber"}, "'huber'"),
        (MLPClassifier, {"loss": "cross_entropy"}, "'log_loss'"),
        (MLPClassifier, {"loss": "CrossEntropyLoss"}, "'log_loss'"),
        (MLPClassifier, {"loss": "bce"}, "'binary_log_loss'"),
        (MLPRegressor, {"activation": "linear"}, "'identity'"),
        (MLPRegressor, {"activation": "ReLU"}, "'relu'"),
        (MLPRegressor, {"activation": "LeakyReLU"}, "'leaky_relu'"),
        (MLPRegressor, {"output_activation": "linear"}, "'identity'"),
        (MLPRegressor, {"output_activation": "Sigmoid"}, "'sigmoid'"),
        (MLPRegressor, {"solver": "Adam"}, "'adam'"),
        (MLPRegressor, {"solver": "L-BFGS"}, "'lbfgs'"),
        (MLPRegressor, {"activation": "tanhh"}, "'tanh'"),
        (MLPRegressor, {"learning_rate": "Cosine"}, "'cosine'"),
        (MLPRegressor, {"learning_rate": 0.01}, "learning_rate_init=0.01"),
        (MLPClassifier, {"learning_rate": 1}, "learning_rate_init=1"),
        (MLPRegressor, {"loss": [50, 50]}, r"hidden_layer_sizes=\[50, 50\]"),
        (MLPRegressor, {"init": "xavier"}, "'glorot_uniform'"),
        (MLPRegressor, {"init": "kaiming_normal"}, "'he_normal'"),
    ],
)
def test_parameters(cls, params, meant):
    (name,) = params
    with pytest.raises(ValueError, match=rf"^The '{name}' parameter of {cls.__name__} must be .*{meant}"):
        cls(**params).fit(X, LABELS)


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: losses.find("mse"), "loss: .*'squared_error'"),
        (lambda: losses.find("Cross-Entropy"), "loss: .*'log_loss'"),
        (lambda: optimizers.find("Adam"), "optimizer: .*'adam'"),
        (lambda: schedules.find("OneCycleLR"), "schedule: .*'one_cycle'"),
        (lambda: schedules.find("cosine_annealing"), "schedule: .*'cosine'"),
        (lambda: activations.find("linear"), "activation: .*'identity'"),
        (lambda: activations.plot(["rellu"]), "names: .*'relu'"),
        (lambda: Network([2, 3, 1], "Linear"), "activation: .*'identity'"),
        (lambda: Network([2, 1], loss="mae"), "loss: .*'absolute_error'"),
        (lambda: Network([2, 1], output_activation="linear"), "output_activation: .*'identity'"),
        (lambda: Network([2, 1], init="Xavier"), "init: .*'glorot_uniform'"),
        (lambda: Network([2, 1], bias_init="zero"), "bias_init: .*'zeros'"),
        (lambda: losses.huber(Y, Y, output_activation="linear"), "output_activation: .*'identity'"),
        (lambda: losses.Huber().predict(Y, "linear"), "output_activation: .*'identity'"),
    ],
)
def test_names_elsewhere(call, meant):
    with pytest.raises(ValueError, match=f"{meant}" + r"\?$"):
        call()


@pytest.mark.parametrize(
    ("module", "name", "meant"),
    [
        (activations, "rellu", "relu"),
        (losses, "Hubber", "Huber"),
        (losses, "MSE", "SquaredError|squared_error"),
        (optimizers, "Adammm", "Adam"),
        (optimizers, "adam", "Adam"),
    ],
)
def test_names_of_modules(module, name, meant):
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'; did you mean '({meant})'\?"):
        getattr(module, name)


@pytest.mark.parametrize("activation", [3, None, 0.5])
def test_activations_of_another_type(activation):
    with pytest.raises(TypeError, match="activation: got"):
        Network([2, 3, 1], activation)
    with pytest.raises(ValueError, match="'activation' parameter"):
        MLPRegressor(activation=activation).fit(X, Y)


def test_output_activation_of_another_type():
    with pytest.raises(TypeError, match="output_activation: got 3, expected one of 'identity'"):
        Network([2, 1], output_activation=3)


@pytest.mark.parametrize("name", ["validation_data", "eval_set"])
@pytest.mark.parametrize(
    "train", [lambda **k: MLPRegressor().fit(X, Y, **k), lambda **k: Network([3, 1]).train(X, Y, **k)]
)
def test_other_libraries_validation_data(name, train):
    with pytest.raises(TypeError, match=f"^{name}: got an argument that (fit|train) does not have, expected X_val"):
        train(**{name: (X, Y)})


def test_unknown_arguments():
    with pytest.raises(TypeError, match=r"sample_weigth: .*did you mean sample_weight\?"):
        MLPRegressor().fit(X, Y, sample_weigth=Y)
    with pytest.raises(TypeError, match=r"epoch: .*did you mean epochs\?"):
        Network([3, 1]).train(X, Y, epoch=3)
    with pytest.raises(TypeError, match=r"lr: .*optimizer with its learning_rate"):
        Network([3, 1]).train(X, Y, lr=0.1)
    with pytest.raises(TypeError, match=r"schedule: got 0\.1, .*learning_rate of the optimizer"):
        Network([3, 1]).train(X, Y, schedule=0.1)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("epochs", "max_iter"),
        ("batch_size", "batch_size"),
        ("callbacks", "callbacks"),
        ("class_weight", "class_weight"),
    ],
)
def test_arguments_of_fit_that_are_parameters(name, parameter):
    with pytest.raises(TypeError, match=f"^{name}: .*expected the parameter {parameter} of the estimator"):
        MLPClassifier().fit(X, LABELS, **{name: 3})


def test_validation_data_without_names():
    for more in ((X, Y), (None, X, Y), (None, X, Y, None)):
        with pytest.raises(TypeError, match=r"^fit: got \d arguments without a name, .*X_val=\.\.\., y_val=\.\.\."):
            MLPRegressor().fit(X, Y, *more)
    assert MLPRegressor(max_iter=1, tol=1e9, n_iter_no_change=1).get_metadata_routing() is not None


def test_a_training_that_nobody_iterates_warns():
    network = Network([3, 1], random_state=0)
    before = network.parameters
    with pytest.warns(UserWarning, match="nothing was trained") as caught:
        network.train(X, Y, epochs=3)
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(network.parameters, before)


def test_a_training_that_is_iterated_does_not_warn():
    network = Network([3, 1], random_state=0)
    next(network.train(X, Y, epochs=3))
    list(network.train(X, Y))
    network.train(X, Y).close()
    gc.collect()


ALL = [function for name, function in initializers.INITIALIZERS.items()]
ALL += [initializers.Constant(0.1), initializers.Normal(0.1), initializers.Uniform(0.1)]


@pytest.mark.parametrize("initializer", ALL, ids=str)
def test_arguments_of_initializers(initializer):
    for wrong in (5, None, "0", np.random):
        with pytest.raises(TypeError, match=r"random_state: got .*, expected a numpy\.random\.RandomState"):
            initializer(random_state=wrong, fan_in=3, fan_out=2)
    for name in ("fan_in", "fan_out"):
        fans = {"fan_in": 3, "fan_out": 2}
        for wrong in (1.5, None, "3", True):
            with pytest.raises(TypeError, match=f"{name}: got {wrong!r}, expected an integer >= 1"):
                initializer(np.random.RandomState(0), **{**fans, name: wrong})
        for wrong in (0, -1):
            with pytest.raises(ValueError, match=f"{name}: got {wrong}, expected an integer >= 1"):
                initializer(np.random.RandomState(0), **{**fans, name: wrong})
    assert initializer(np.random.default_rng(0), 3, 2).shape == (3, 2)
