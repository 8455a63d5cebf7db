"""Errors of the public Network, and their messages."""

import re

import numpy as np
import pytest
from scipy import sparse

from cases import inputs, make_network, targets
from rosenblatt import Network, optimizers, schedules


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([3],), ValueError, "layer_sizes"),
        (([3, 0, 1],), ValueError, "layer_sizes"),
        (([3, 2.5, 1],), ValueError, "layer_sizes"),
        (
            ([3, 4, 1], ["relu", "relu"]),
            ValueError,
            r"activation: got \['relu', 'relu'\], expected a name or a list of 1",
        ),
        (([3, 4, 1], "rely"), ValueError, "rely"),
        (([3, 4, 1], [None]), ValueError, "activation: got"),
        (([3, 1], "relu", "softmax", "squared_error"), ValueError, "softmax"),
        (([3, 1], "relu", "no", "squared_error"), ValueError, "no"),
        (([3, 1], "relu", None, "squared"), ValueError, "squared"),
        (([3, 1], "relu", None, 3), TypeError, "loss: got 3"),
        (([3, 1], "relu", None, "squared_error", "xavier"), ValueError, "init: got 'xavier'"),
        (([3, 1], "relu", None, "squared_error", [np.ones((1, 3))]), ValueError, "init of layer 0: got shape"),
        (([3, 1], "relu", None, "squared_error", "zeros", "int32"), ValueError, "dtype: got 'int32'"),
        (([3, 1], "relu", None, "squared_error", "zeros", "float64", "no"), TypeError, "random_state: got 'no'"),
        (([3, 1], "relu", None, "squared_error", "zeros", "float64", -1), ValueError, "random_state: got -1"),
    ],
)
def test_bad_networks(arguments, error, message):
    with pytest.raises(error, match=message):
        Network(*arguments)


BAD_X = [
    (np.ones(4), ValueError, r"got shape \(4,\), expected \(n_samples, 4\)"),
    (np.ones((5, 3)), ValueError, r"got shape \(5, 3\), expected \(n_samples, 4\)"),
    (sparse.csr_array(np.ones((5, 3))), ValueError, r"got shape \(5, 3\), expected \(n_samples, 4\)"),
    (np.full((5, 4), np.nan), ValueError, "got NaN"),
    (np.full((5, 4), np.inf), ValueError, "got infinity"),
    (sparse.csr_array(np.full((5, 4), np.nan)), ValueError, "got NaN"),
    (np.ones((5, 4), complex), TypeError, "got an array of complex128, expected numbers"),
    (sparse.csr_array(np.ones((5, 4), complex)), TypeError, "got a matrix of complex128, expected numbers"),
    (np.full((5, 4), "a"), TypeError, "got an array of <U1, expected numbers"),
    (np.full((5, 4), "a", object), ValueError, "got values that make no array of numbers"),
    ([[1.0], [1.0, 2.0]], ValueError, "got values that make no array of numbers"),
]


@pytest.mark.parametrize(("X", "error", "message"), BAD_X)
def test_bad_x(X, error, message):
    network, y = make_network(), np.ones((5, 3))
    for call in (
        lambda: network.predict(X),
        lambda: network.scores(X),
        lambda: network.forward(X),
        lambda: network.loss(X, y),
        lambda: network.loss_and_gradients(X, y),
        lambda: network.step(X, y, optimizers.Adam()),
        lambda: network.train(X, y),
    ):
        with pytest.raises(error, match="X: " + message):
            call()
    with pytest.raises(error, match="X_val: " + message):
        network.train(np.ones((5, 4)), y, X_val=X, y_val=y)


@pytest.mark.parametrize("rows", [1, 5, 1000])
@pytest.mark.parametrize("n_threads", [None, 2])
def test_one_bad_number_among_many(rows, n_threads):
    network, X = make_network(), inputs(rows, 4)
    X[-1, -1] = np.nan
    for call in (network.predict, network.scores, network.forward):
        with pytest.raises(ValueError, match="X: got NaN, expected numbers that are finite in float64"):
            call(X, n_threads)
        with pytest.raises(ValueError, match="n_threads: got 0, expected at least 1"):
            call(X, 0)


def test_numbers_that_do_not_fit_into_float32():
    network = make_network(dtype="float32")
    with pytest.raises(ValueError, match="X: got infinity, expected numbers that are finite in float32"):
        network.predict(np.full((5, 4), 1e300))
    with pytest.raises(ValueError, match="y: got infinity, expected numbers that are finite in float32"):
        network.loss(np.ones((5, 4)), np.full((5, 3), 1e300))


@pytest.mark.parametrize(
    ("loss", "y", "error", "message"),
    [
        ("squared_error", np.ones(5), ValueError, r"shape \(5, 1\).*shape \(5, 3\)"),
        ("squared_error", np.ones((5, 2)), ValueError, r"shape \(5, 2\).*shape \(5, 3\)"),
        ("squared_error", np.ones((4, 3)), ValueError, r"got shape \(4, 3\), expected 5 rows"),
        ("squared_error", 1.0, ValueError, r"got shape \(\), expected 5 rows"),
        ("squared_error", np.ones((5, 3, 1)), ValueError, r"got shape \(5, 3, 1\)"),
        ("squared_error", np.full((5, 3), np.nan), ValueError, "got NaN"),
        ("squared_error", np.full((5, 3), "a"), TypeError, "expected numbers"),
        ("poisson", np.full((5, 3), -1.0), ValueError, "got -1.0, expected at least 0"),
        ("hinge", np.full((5, 3), -1.0), ValueError, "got -1.0, expected 0 or 1"),
        ("binary_log_loss", np.full((5, 3), 2), ValueError, "got 2.0, expected from 0 to 1"),
        ("log_loss", np.ones(5), ValueError, r"got an array of float64 and shape \(5,\), expected integers"),
        ("log_loss", np.ones((5, 3), int), ValueError, r"expected integers of shape \(5,\)"),
        ("log_loss", [0, 1, 2, 3, 0], ValueError, "got 3, expected from 0 to 2"),
        ("log_loss", [0, 1, 2, -1, 0], ValueError, "got -1, expected from 0 to 2"),
        ("log_loss", [0, 1, 2, 2**40, 0], ValueError, "expected from 0 to 2"),
        ("log_loss", list("abcab"), TypeError, "expected numbers"),
    ],
)
def test_bad_y(loss, y, error, message):
    network, X = make_network(loss), np.ones((5, 4))
    good, _ = targets(5, 3, loss)
    for call in (
        lambda: network.loss(X, y),
        lambda: network.loss_and_gradients(X, y),
        lambda: network.step(X, y, optimizers.Adam()),
        lambda: network.train(X, y),
    ):
        with pytest.raises(error, match="y: .*" + message):
            call()
    with pytest.raises(error, match="y_val: .*" + message):
        network.train(X, good, X_val=X, y_val=y)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"optimizer": "newton"}, ValueError, "optimizer: got 'newton'"),
        ({"optimizer": 3}, TypeError, "optimizer: got 3"),
        ({"schedule": "never"}, ValueError, "schedule: got 'never'"),
        ({"schedule": "adaptive"}, ValueError, r"schedule: got Adaptive.*reduce_on_plateau"),
        ({"schedule": lambda epoch: -1.0}, ValueError, "PerEpoch: function: got -1.0 for epoch 0"),
        ({"schedule": schedules.Cosine(final=2.0)}, ValueError, "Cosine: final: got 2.0"),
        ({"batch_size": 0}, ValueError, "batch_size: got 0, expected at least 1"),
        ({"batch_size": 2.5}, TypeError, "batch_size: got 2.5, expected an integer"),
        ({"batch_size": "auto"}, TypeError, "batch_size: got 'auto', expected an integer"),
        ({"epochs": 0}, ValueError, "epochs: got 0"),
        ({"epochs": True}, TypeError, "epochs: got True"),
        ({"shuffle": "yes"}, TypeError, "shuffle: got 'yes'"),
        ({"sample_weight": np.ones(4)}, ValueError, r"sample_weight: got shape \(4,\), expected \(5,\)"),
        ({"sample_weight": np.full(5, np.nan)}, ValueError, "sample_weight: got NaN"),
        ({"X_val": np.ones((5, 4))}, ValueError, "X_val, y_val: got one without the other"),
        ({"y_val": np.ones((5, 3))}, ValueError, "X_val, y_val: got one without the other"),
        ({"sample_weight_val": np.ones(5)}, ValueError, "X_val, y_val"),
        ({"X_val": np.ones((0, 4)), "y_val": np.ones((0, 3))}, ValueError, "X_val: got no rows"),
        ({"alpha": -1.0}, ValueError, r"alpha: got -1, expected a number in \[0, inf\)"),
        ({"alpha": "a"}, TypeError, "alpha: got 'a', expected a number"),
        ({"l1": np.nan}, ValueError, "l1: got nan"),
        ({"dropout": 1.0}, ValueError, "dropout: got 1.0"),
        ({"dropout": "half"}, TypeError, "dropout: got 'half'"),
        ({"dropout": [0.5, np.nan]}, ValueError, "dropout: got nan"),
        ({"dropout": [0.5]}, ValueError, "dropout: got 1 rates, expected 2"),
        ({"input_dropout": -0.1}, ValueError, r"input_dropout: got -0.1, expected a number in \[0, 1\)"),
        ({"clip_norm": 0.0}, ValueError, r"clip_norm: got 0, expected a number in \(0, inf\]"),
        ({"clip_value": "a"}, TypeError, "clip_value: got 'a'"),
        ({"max_norm": -1}, ValueError, r"max_norm: got -1, expected a number in \(0, inf\]"),
        ({"n_threads": 0}, ValueError, "n_threads: got 0"),
        ({"n_threads": 1.5}, TypeError, "n_threads: got 1.5"),
    ],
)
def test_bad_arguments_are_reported_before_the_first_epoch(options, error, message):
    network = make_network()
    with pytest.raises(error, match=message):
        network.train(np.ones((5, 4)), np.ones((5, 3)), **options)


def test_dropout_needs_a_layer():
    with pytest.raises(ValueError, match=r"dropout: got 0\.5 without a hidden layer, expected 0"):
        make_network(widths=[4, 3]).train(np.ones((5, 4)), np.ones((5, 3)), dropout=0.5)


def test_rates_of_schedules_written_by_users_are_checked():
    class Bad(schedules.Schedule):
        def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
            return np.ones(n_steps + 1) if epoch else 0.1

    training = make_network().train(np.ones((5, 4)), np.ones((5, 3)), schedule=Bad(), epochs=2)
    next(training)
    with pytest.raises(ValueError, match=r"Bad object.*: rates: got an array of shape \(2,\), expected a finite"):
        next(training)


def test_functions_without_a_derivative_predict_but_do_not_train():
    network = make_network(activation="heaviside")
    X, y = inputs(5, 4), inputs(5, 3)
    assert set(np.unique(network.forward(X)[0])) <= {0.0, 1.0}
    assert network.loss(X, y) > 0
    for call in (network.loss_and_gradients, network.train):
        with pytest.raises(ValueError, match="activation: got 'heaviside', expected one that has a derivative"):
            call(X, y)


def test_steps_need_an_instance_that_fits():
    network, X, y = make_network(), inputs(5, 4), inputs(5, 3)
    with pytest.raises(TypeError, match="optimizer: got 'adam', expected an instance"):
        network.step(X, y, "adam")
    optimizer = optimizers.Adam()
    network.step(X, y, optimizer)
    with pytest.raises(ValueError, match=re.escape("of shapes [(4, 3), (3,)], expected")):
        make_network(widths=[4, 3]).step(X, y, optimizer)
    assert optimizer.steps == 1


@pytest.mark.parametrize("call", ["loss", "loss_and_gradients"])
def test_inputs_without_rows_raise(call):
    with pytest.raises(ValueError, match="X: got no rows, expected at least 1"):
        getattr(make_network(), call)(np.ones((0, 4)), np.ones((0, 3)))
