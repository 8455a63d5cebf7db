"""The public Network: parameters, predictions, gradients, training as an iterator, copies, drawings, bad input."""

import itertools
import pickle
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import minimize
from sklearn import neural_network
from sklearn.linear_model import LogisticRegression

import reference
from cases import DTYPES, flat, inputs, python, targets
from rosenblatt import Epoch, MLPClassifier, MLPRegressor, Network, _core, losses, optimizers, schedules

WIDTHS = [4, 7, 5, 3]


def make(loss="squared_error", widths=WIDTHS, activation="tanh", **options):
    return Network(widths, activation, loss=loss, **{"random_state": 0, **options})


def all_parameters(network):
    return list(network.weights), list(network.biases)


def losses_of(training):
    return [epoch.loss for epoch in training]


# Parameters.


def test_initial_parameters_are_those_of_the_estimators():
    X, y = inputs(20, 4), inputs(20, 3)
    estimator = MLPRegressor(
        hidden_layer_sizes=[7, 5],
        activation="tanh",
        learning_rate_init=1e-300,
        max_iter=1,
        random_state=3,
        tol=0,
        alpha=0,
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        estimator.fit(X, y)
    network = make(random_state=3)
    np.testing.assert_array_equal(
        flat(estimator.coefs_, estimator.intercepts_), flat(list(network.weights), list(network.biases))
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_parameters_in_and_out(dtype):
    network = make(dtype=dtype)
    assert network.n_parameters == 5 * 7 + 8 * 5 + 6 * 3 == network.parameters.size
    assert [array.shape for array in network.weights] == [(4, 7), (7, 5), (5, 3)]
    assert [array.shape for array in network.biases] == [(7,), (5,), (3,)]
    vector = np.arange(network.n_parameters, dtype=dtype)
    network.parameters = vector
    np.testing.assert_array_equal(network.parameters, vector)
    assert network.parameters.dtype == network.weights[0].dtype == dtype
    np.testing.assert_array_equal(network.weights[0], vector[:28].reshape(4, 7))
    np.testing.assert_array_equal(network.biases[0], vector[28:35])
    np.testing.assert_array_equal(network.flatten(*all_parameters(network)), vector)

    network.weights[1] = np.ones((7, 5))
    network.biases[-1] = [1, 2, 3]
    network.weights[:1] = [np.zeros((4, 7))]
    assert (network.weights[1] == 1).all()
    assert not network.weights[0].any()
    np.testing.assert_array_equal(network.parameters[-3:], [1, 2, 3])
    network.weights = [2 * array for array in network.weights]
    assert (network.weights[1] == 2).all()
    assert len(network.weights[1:]) == 2


def test_what_is_read_is_a_copy_that_cannot_be_written_to():
    network = make()
    kept = network.weights[0]
    for array in (kept, network.biases[0], network.parameters):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    network.parameters = np.zeros(network.n_parameters)
    assert kept.all()


def test_assignments_that_do_not_fit_change_nothing():
    network = make()
    before = network.parameters
    for attribute, value, message in (
        ("weights", [np.ones((4, 7))], r"weights: got 1 arrays, expected a list of 3"),
        ("weights", 3.0, r"weights: got float, expected a list of 3"),
        ("weights", [np.ones((4, 7)), np.ones((7, 5)), np.ones((3, 5))], r"weights\[2\] has shape \(3, 5\)"),
        ("biases", [np.ones(7), np.full(5, np.nan), np.ones(3)], r"biases\[1\] holds values that are not finite"),
        ("parameters", np.ones(5), r"parameters has shape \(5,\); expected \(93,\)"),
        ("parameters", np.full(93, np.inf), r"parameters holds values that are not finite"),
    ):
        with pytest.raises(ValueError, match=message):
            setattr(network, attribute, value)
    with pytest.raises(ValueError, match=r"weights\[0\] has shape"):
        network.weights[0] = np.ones((7, 4))
    with pytest.raises(IndexError):
        network.biases[3] = np.ones(3)
    with pytest.raises(IndexError):
        network.biases[3]
    with pytest.raises(TypeError, match="biases\\[0\\] is <U1"):
        network.biases[0] = list("abcdefg")
    np.testing.assert_array_equal(network.parameters, before)


def test_assigned_parameters_take_effect_at_once_and_within_training():
    X, y = inputs(30, 4), inputs(30, 3)
    network = make()
    training = network.train(X, y, "sgd", batch_size=None, epochs=3)
    next(training)
    network.parameters = np.zeros(network.n_parameters)
    assert not network.predict(X).any()
    assert next(training).loss == pytest.approx((y**2).sum() / 2 / 30)


# Predictions, losses and gradients.


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", _core.LOSSES)
def test_against_the_reference(loss, dtype):
    network = make(loss, dtype=dtype)
    X = inputs(40, 4, dtype)
    y, matrix = targets(40, 3, loss, dtype)
    weights = np.random.RandomState(3).rand(40).astype(dtype)
    parameters = [[array.astype(np.float64) for array in some] for some in all_parameters(network)]
    rtol = 1e-3 if dtype == np.float32 else 1e-10

    def close(actual, expected):
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol)

    activations, _ = reference.scores(X.astype(np.float64), *parameters, "tanh")
    predictions = reference.predict(X.astype(np.float64), *parameters, "tanh", loss)
    close(network.predict(X), predictions)
    close(network.scores(X), activations[-1])
    for actual, expected in zip(network.forward(X), [*activations[1:-1], predictions], strict=True):
        close(actual, expected)
        assert actual.dtype == dtype
    np.testing.assert_array_equal(network.forward(X)[-1], network.predict(X))
    for sample_weight in (None, weights):
        data, _, *gradients = reference.loss_and_gradients(
            X.astype(np.float64), matrix, *parameters, "tanh", loss, sample_weight=sample_weight
        )
        actual, *actual_gradients = network.loss_and_gradients(X, y, sample_weight)
        close([actual, network.loss(X, y, sample_weight)], [data, data])
        close(flat(*actual_gradients), flat(*gradients))
        assert actual_gradients[0][0].dtype == dtype


def test_activations_one_a_layer():
    network = make(activation=["relu", "sigmoid"])
    X = inputs(9, 4)
    first = np.maximum(X @ network.weights[0] + network.biases[0], 0)
    second = 1 / (1 + np.exp(-(first @ network.weights[1] + network.biases[1])))
    np.testing.assert_allclose(network.forward(X)[0], first, rtol=1e-13)
    np.testing.assert_allclose(network.forward(X)[1], second, rtol=1e-13)


def test_output_activations_and_settings_of_losses():
    X, y = inputs(30, 4), np.random.RandomState(0).poisson(2.0, (30, 3))
    network = make("poisson", output_activation="softplus")
    assert network.output_activation == "softplus"
    np.testing.assert_allclose(network.predict(X), np.logaddexp(0, network.scores(X)), rtol=1e-12)
    value, gradient = losses.Poisson()(y, network.scores(X), "softplus")
    assert network.loss(X, y) == pytest.approx(value.mean(), rel=1e-12)
    np.testing.assert_allclose(network.loss_and_gradients(X, y)[2][-1], gradient.mean(axis=0), rtol=1e-9)

    huber = losses.Huber(delta=0.1)
    network = make(huber)
    assert network.loss_and_gradients(X, y)[0] == pytest.approx(huber(y, network.scores(X))[0].mean(), rel=1e-12)
    huber.set_params(delta=5.0)  # the network has its own
    assert network.loss_function == losses.Huber(delta=0.1)

    several = Network([4, 6, 3], loss=losses.Quantile([0.1, 0.5, 0.9]), random_state=0)
    for _ in several.train(X, y[:, 0], epochs=2):
        pass
    assert (np.diff(several.predict(X), axis=1) >= 0).all()


@pytest.mark.parametrize("matrix", [sparse.csr_array, sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sparse_input(matrix, dtype):
    X = inputs(50, 4) * (np.random.RandomState(1).rand(50, 4) < 0.4)
    y = inputs(50, 3)
    one, other = make(dtype=dtype), make(dtype=dtype)
    S = matrix(X)
    rtol = 1e-4 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(one.predict(S), other.predict(X), rtol=rtol, atol=rtol)
    np.testing.assert_allclose(one.forward(S)[1], other.forward(X)[1], rtol=rtol, atol=rtol)
    assert one.loss(S, y) == pytest.approx(other.loss(X, y), rel=rtol)
    np.testing.assert_allclose(
        flat(*one.loss_and_gradients(S, y)[1:]), flat(*other.loss_and_gradients(X, y)[1:]), rtol=rtol, atol=rtol
    )
    runs = [losses_of(net.train(table, y, epochs=3, X_val=table, y_val=y)) for net, table in ((one, S), (other, X))]
    np.testing.assert_allclose(*runs, rtol=rtol)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=rtol, atol=rtol)


def test_inputs_of_other_types_are_converted():
    pandas = pytest.importorskip("pandas")
    network, X = make(), np.arange(20).reshape(5, 4)
    expected = network.predict(X.astype(np.float64))
    for table in (X, X.astype(np.int8), X.astype(np.float32), X.tolist(), np.asfortranarray(X), pandas.DataFrame(X)):
        np.testing.assert_array_equal(network.predict(table), expected)
    np.testing.assert_array_equal(network.predict(X > 3), network.predict((X > 3).astype(float)))
    assert network.predict(np.empty((0, 4))).shape == (0, 3)


def test_targets_of_each_kind():
    X, rng = inputs(20, 4), np.random.RandomState(0)
    one = make("squared_error", [4, 1])
    y = rng.randn(20)
    assert one.loss(X, y) == one.loss(X, y[:, None])
    assert one.loss_and_gradients(X, y)[0] == pytest.approx(one.loss(X, y), rel=1e-13)
    many = make("binary_log_loss", [4, 3])
    labels = rng.randint(2, size=(20, 3))
    assert many.loss(X, labels) == many.loss(X, labels.astype(bool)) == many.loss(X, labels.astype(np.float32))
    classes = rng.randint(3, size=20)
    softmax = make("log_loss")
    assert softmax.output_activation == "softmax"
    for other in (classes.tolist(), classes.astype(np.uint8), classes[:, None]):
        assert softmax.loss(X, other) == softmax.loss(X, classes)
    assert softmax.loss(X, classes) == pytest.approx(
        -np.log(softmax.predict(X)[np.arange(20), classes]).mean(), rel=1e-12
    )


# Training.


def geron():
    """Return the data of "Hands-On Machine Learning", chapter 4, and its random initial theta."""
    np.random.seed(42)  # noqa: NPY002
    X = 2 * np.random.rand(100, 1)  # noqa: NPY002
    y = 4 + 3 * X + np.random.randn(100, 1)  # noqa: NPY002
    return X, y, np.random.randn(2, 1)  # noqa: NPY002


def test_linear_regression_of_the_lecture():
    """Our loss has half the squared error, so half the gradient: the lecture's eta of 0.1 is a rate of 0.2."""
    X, y, theta = geron()
    network = Network([1, 1], loss="squared_error", init=[theta[1:]], bias_init=[theta[0]])
    sgd = optimizers.SGD(learning_rate=2 * 0.1, momentum=0.0, nesterovs_momentum=False)
    epochs = list(network.train(X, y, sgd, batch_size=None, epochs=1000, shuffle=False))
    assert len(epochs) == 1000
    np.testing.assert_allclose([network.biases[0][0], network.weights[0][0, 0]], [4.21509616, 2.77011339], atol=5e-9)

    # Step by step the same as the lecture's loop.
    other = Network([1, 1], init=[theta[1:]], bias_init=[theta[0]])
    with_ones = np.c_[np.ones((100, 1)), X]
    for _ in zip(range(10), other.train(X, y, sgd, batch_size=None, epochs=10), strict=True):
        theta = theta - 0.1 * 2 / 100 * with_ones.T @ (with_ones @ theta - y)
        np.testing.assert_allclose([other.biases[0], other.weights[0][0]], theta, rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 20])
def test_stochastic_and_mini_batch_gradient_descent(batch_size):
    X, y, theta = geron()
    network = Network([1, 1], init=[theta[1:]], bias_init=[theta[0]], random_state=0)
    sgd = optimizers.SGD(learning_rate=0.1, momentum=0.0, nesterovs_momentum=False)
    for _ in network.train(X, y, sgd, schedules.Exponential(0.98), batch_size=batch_size, epochs=200):
        pass
    np.testing.assert_allclose([network.biases[0][0], network.weights[0][0, 0]], [4.215, 2.770], atol=0.05)


def overlapping(classes):
    rng = np.random.RandomState(0)
    y = rng.randint(classes, size=300)
    return rng.randn(300, 3) + rng.randn(classes, 3)[y], y


@pytest.mark.parametrize("classes", [2, 4])
def test_logistic_and_softmax_regression_reach_the_optimum_of_scikit_learn(classes):
    X, y = overlapping(classes)
    expected = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000).fit(X, y)
    loss, outputs = ("binary_log_loss", 1) if classes == 2 else ("log_loss", classes)
    network = Network([3, outputs], loss=loss, random_state=0)
    sgd = optimizers.SGD(learning_rate=0.5, momentum=0.9)
    for _ in network.train(X, y, sgd, batch_size=None, epochs=2000, shuffle=False):
        pass
    W, b = network.weights[0], network.biases[0]
    if classes > 2:  # only differences of scores matter
        W, b = W - W.mean(axis=1, keepdims=True), b - b.mean()
    np.testing.assert_allclose(W.T, expected.coef_, atol=1e-6)
    np.testing.assert_allclose(b, expected.intercept_, atol=1e-6)
    probabilities = network.predict(X)
    np.testing.assert_allclose(
        probabilities if classes > 2 else np.c_[1 - probabilities, probabilities],
        expected.predict_proba(X),
        atol=1e-6,
    )


def test_minimizers_of_vectors():
    X, y = overlapping(2)
    network = Network([3, 1], loss="binary_log_loss", random_state=0)

    def loss_and_gradient(vector):
        network.parameters = vector
        loss, *gradients = network.loss_and_gradients(X, y)
        return loss, network.flatten(*gradients)

    network.parameters = minimize(loss_and_gradient, network.parameters, jac=True, tol=1e-9).x
    expected = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000).fit(X, y)
    np.testing.assert_allclose(network.weights[0].T, expected.coef_, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_single_steps_are_those_of_training(name, dtype):
    X, y = inputs(30, 4, dtype), inputs(30, 3, dtype)
    stepped, trained = make(dtype=dtype), make(dtype=dtype)
    optimizer = getattr(optimizers, _core.OPTIMIZER_INFO[name]["class_name"])(learning_rate=0.01)
    training = trained.train(X, y, optimizer, batch_size=10, epochs=4, shuffle=False)
    for epoch in training:
        steps = [stepped.step(X[rows], y[rows], optimizer) for rows in np.arange(30).reshape(3, 10)]
        assert np.mean(steps) == pytest.approx(epoch.loss, rel=1e-5 if dtype == np.float32 else 1e-11)
    tolerance = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose(stepped.parameters, trained.parameters, rtol=tolerance, atol=tolerance)
    assert optimizer.steps == 12


def test_training_is_that_of_the_estimators():
    X, y = inputs(100, 4), inputs(100, 3)
    estimator = MLPRegressor(
        hidden_layer_sizes=[7, 5], activation="tanh", batch_size=16, max_iter=8, alpha=0.3, tol=0, random_state=3
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        estimator.fit(X, y)
    network = make(random_state=3)
    curve = [epoch.loss / 3 + epoch.penalty for epoch in network.train(X, y, batch_size=16, epochs=8, alpha=0.3)]
    np.testing.assert_allclose(curve, estimator.loss_curve_, rtol=1e-13)
    np.testing.assert_allclose(
        network.parameters, network.flatten(estimator.coefs_, estimator.intercepts_), rtol=1e-12, atol=1e-14
    )


def test_epochs():
    X, y = inputs(50, 4), inputs(50, 3)
    X_val, y_val, weights = inputs(20, 4, seed=5), inputs(20, 3, seed=6), np.arange(20.0)
    network = make()
    training = network.train(X, y, "sgd", "exponential", epochs=3, X_val=X_val, y_val=y_val, sample_weight_val=weights)
    assert iter(training) is training
    before = network.parameters
    np.testing.assert_array_equal(network.parameters, before)  # nothing happens before the first item
    for number, epoch in enumerate(training, start=1):
        assert isinstance(epoch, Epoch)
        assert epoch.epoch == number
        assert epoch.learning_rate == pytest.approx(0.001 * 0.98 ** (number - 1))
        assert epoch.val_loss == network.loss(X_val, y_val, weights)
        assert epoch.seconds > 0
        assert epoch.penalty == 0
        assert (network.parameters != before).all()
        before = network.parameters
    assert number == 3
    with pytest.raises(FrozenInstanceError):
        epoch.loss = 0.0
    assert next(make().train(X, y)).val_loss is None


def test_whoever_stops_taking_epochs_has_a_network_trained_so_far():
    X, y = inputs(50, 4), inputs(50, 3)
    one, other = make(), make()
    for epoch in one.train(X, y, epochs=100):
        if epoch.epoch == 3:
            break
    assert losses_of(itertools.islice(other.train(X, y, epochs=3), 3))[-1] == epoch.loss
    np.testing.assert_array_equal(one.parameters, other.parameters)


def test_instances_that_are_handed_over_do_not_change():
    X, y = inputs(50, 4), inputs(50, 3)
    optimizer, schedule = optimizers.Adam(learning_rate=0.1), schedules.ReduceOnPlateau(patience=0, tol=10.0)
    epochs = list(make().train(X, y, optimizer, schedule, epochs=4))
    assert [epoch.learning_rate for epoch in epochs] == pytest.approx([0.1, 0.1, 0.01, 0.001])
    assert optimizer.steps == 0
    assert not optimizer.state
    assert schedule == schedules.ReduceOnPlateau(patience=0, tol=10.0)


def test_schedules_monitor_the_validation_loss():
    X, y = inputs(50, 4), inputs(50, 3)
    seen = []

    class Spy(schedules.Constant):
        def epoch_ends(self, value):
            seen.append(value)

    epochs = list(make().train(X, y, "adam", Spy(), epochs=2, X_val=X, y_val=y))
    assert seen == [epoch.val_loss for epoch in epochs]
    seen.clear()
    epochs = list(make().train(X, y, "adam", Spy(), epochs=2))
    assert seen == [epoch.loss for epoch in epochs]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_same_bits_for_any_number_of_threads(dtype, dropout):
    X, y = inputs(600, 20, dtype), inputs(600, 3, dtype)

    def run(n_threads):
        network = Network([20, 90, 40, 3], dtype=dtype, random_state=1)
        epochs = network.train(
            X,
            y,
            batch_size=150,
            epochs=3,
            X_val=X,
            y_val=y,
            dropout=dropout,
            input_dropout=dropout / 2,
            alpha=0.1,
            l1=0.01,
            clip_norm=0.5,
            max_norm=2.0,
            n_threads=n_threads,
        )
        numbers = [(epoch.loss, epoch.penalty, epoch.val_loss) for epoch in epochs]
        return numbers, network.parameters, network.predict(X, n_threads), network.loss_and_gradients(X, y, None)

    first = run(1)
    for n_threads in (2, 3):
        other = run(n_threads)
        assert other[0] == first[0]
        np.testing.assert_array_equal(other[1], first[1])
        np.testing.assert_array_equal(other[2], first[2])


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    """Of zero weights the first gradient is minus what is left of the activations, here ones."""
    width, steps, target = 2000, 10, np.ones((1, 1))
    sgd = optimizers.SGD(learning_rate=1.0, momentum=0.0, nesterovs_momentum=False)
    for layer, sizes, options in (
        (0, [width, 1], {"input_dropout": rate}),
        (1, [1, width, 1], {"dropout": rate}),
        (1, [1, width, 1], {"dropout": [rate], "input_dropout": 0.0}),
    ):
        init = [np.zeros((width, 1))] if layer == 0 else [np.ones((1, width)), np.zeros((width, 1))]
        factors = []
        for seed in range(steps):
            network = Network(sizes, "identity", init=init, bias_init="zeros", random_state=seed)
            next(network.train(np.ones((1, sizes[0])), target, sgd, **options))
            factors.append(network.weights[layer].ravel())
        factors = np.array(factors)
        dropped = factors == 0
        np.testing.assert_allclose(factors[~dropped], 1 / (1 - rate), rtol=1e-12)
        n, spread = factors.size, 5 * np.sqrt(rate * (1 - rate) / factors.size)
        assert abs(dropped.mean() - rate) < spread
        assert abs(factors.mean() - 1) < spread / (1 - rate)
        # Seeds and neurons drop independently: no column or row stands out, and neighbours do not follow each other.
        assert np.abs(dropped.mean(axis=1) - rate).max() < 5 * np.sqrt(rate * (1 - rate) / width)
        assert abs((dropped[:, 1:] & dropped[:, :-1]).mean() - rate**2) < 5 * rate / np.sqrt(n)
        assert len({tuple(row) for row in dropped}) == steps


def test_dropout_is_for_training_alone():
    X, y = inputs(50, 4), inputs(50, 3)
    network = make()
    for epoch in network.train(X, y, dropout=0.5, epochs=2, X_val=X, y_val=y):
        assert epoch.val_loss == network.loss(X, y)
        assert epoch.val_loss == pytest.approx(network.loss_and_gradients(X, y)[0], rel=1e-12)


def test_random_state():
    X, y = inputs(50, 4), inputs(50, 3)

    def curve(random_state, **options):
        return losses_of(make(random_state=random_state).train(X, y, epochs=3, **options))

    assert curve(0) == curve(0) == curve(np.random.RandomState(0)) == curve(np.int64(0))
    assert curve(0) != curve(1)
    assert curve(None) != curve(None)
    assert curve(0, dropout=0.5) == curve(0, dropout=0.5) != curve(0)
    assert curve(0, shuffle=False) != curve(0)


def test_regularization_takes_effect():
    X, y = inputs(50, 4), inputs(50, 3)

    def trained(**options):
        network = make()
        epochs = list(network.train(X, y, "sgd", lambda epoch: 0.05, epochs=40, **options))
        return network, epochs[-1]

    plain, _ = trained()
    shrunk, epoch = trained(alpha=5.0)
    assert epoch.penalty > 0
    assert np.linalg.norm(flat(shrunk.weights)) < 0.8 * np.linalg.norm(flat(plain.weights))
    lasso, epoch = trained(l1=5.0)
    assert epoch.penalty > 0
    assert np.abs(flat(lasso.weights)).sum() < 0.8 * np.abs(flat(plain.weights)).sum()
    bounded, _ = trained(max_norm=0.5)
    assert max(np.linalg.norm(array, axis=0).max() for array in bounded.weights) < 0.5 + 1e-12

    def first_change(**options):
        network = make()
        before = network.parameters
        sgd = optimizers.SGD(learning_rate=1.0, momentum=0.0, nesterovs_momentum=False)
        next(network.train(X, y, sgd, batch_size=None, **options))
        return before - network.parameters

    gradient = first_change()
    np.testing.assert_allclose(np.linalg.norm(first_change(clip_norm=0.1)), 0.1, rtol=1e-12)
    np.testing.assert_allclose(first_change(clip_norm=0.1), gradient * 0.1 / np.linalg.norm(gradient), rtol=1e-9)
    np.testing.assert_allclose(first_change(clip_value=0.01), np.clip(gradient, -0.01, 0.01), atol=1e-14)


def test_sample_weights_weigh():
    X, y = inputs(50, 4), inputs(50, 3)
    weights = np.random.RandomState(0).randint(3, size=50)
    one, other = make(), make()
    repeated = np.repeat(np.arange(50), weights)
    assert one.loss(X, y, weights) == pytest.approx(one.loss(X[repeated], y[repeated]), rel=1e-12)
    sgd = optimizers.SGD(learning_rate=0.1)
    list(one.train(X, y, sgd, batch_size=None, epochs=20, sample_weight=weights))
    list(other.train(X[repeated], y[repeated], sgd, batch_size=None, epochs=20))
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-9)
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        next(one.train(X, y, sample_weight=np.zeros(50)))
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        one.loss(X, y, np.zeros(50))
    with pytest.raises(ZeroDivisionError, match="sum to zero"):
        one.loss_and_gradients(X, y, np.zeros(50))


@pytest.mark.parametrize("dtype", DTYPES)
def test_divergence_is_an_error_that_keeps_the_last_finite_parameters(dtype):
    X, y = 1e6 * inputs(50, 4), inputs(50, 3)
    network = Network([4, 3], dtype=dtype, random_state=0)
    finite = [network.parameters]
    training = network.train(X, y, optimizers.SGD(learning_rate=10.0), epochs=100)
    with pytest.raises(FloatingPointError, match=r"epoch \d+: .*Lower the learning rate \(10\), scale X"):
        finite.extend(network.parameters for _ in training)
    np.testing.assert_array_equal(network.parameters, finite[-1])
    assert np.isfinite(network.parameters).all()
    assert next(training, None) is None

    network, optimizer = Network([4, 3], dtype=dtype, random_state=0), optimizers.SGD(learning_rate=1e300)
    kept = network.parameters
    with pytest.raises(FloatingPointError, match="Lower the learning rate"):
        network.step(X, y, optimizer)
    np.testing.assert_array_equal(network.parameters, kept)


def test_two_trainings_of_one_network_take_turns():
    X, y = inputs(50, 4), inputs(50, 3)
    network = make()
    one, other = network.train(X, y, "sgd", epochs=5), network.train(X, -y, "adam", epochs=5)
    for first, second in zip(one, other, strict=True):
        assert np.isfinite([first.loss, second.loss]).all()
    expected = network.loss(X, y)
    assert next(network.train(X, y, batch_size=None)).loss == pytest.approx(expected, rel=1e-12)


# Whole runs against PyTorch.


def torch_twin(torch, network, activation):
    """Return the same network in PyTorch."""
    modules = []
    for weights, biases in zip(network.weights, network.biases, strict=True):
        linear = torch.nn.Linear(*weights.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight[:] = torch.tensor(weights.T)
            linear.bias[:] = torch.tensor(biases)
        modules += [linear, activation()]
    return torch.nn.Sequential(*modules[:-1])


def plain_sgd(**settings):
    return optimizers.SGD(**{"learning_rate": 0.05, "momentum": 0.0, "nesterovs_momentum": False, **settings})


@pytest.mark.parametrize(
    ("optimizer", "theirs", "schedule", "scheduler"),
    [
        (plain_sgd(), ("SGD", {"lr": 0.05}), None, None),
        (plain_sgd(momentum=0.9), ("SGD", {"lr": 0.05, "momentum": 0.9}), None, None),
        (
            plain_sgd(momentum=0.9, nesterovs_momentum=True),
            ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
            None,
            None,
        ),
        (optimizers.AdamW(learning_rate=0.01), ("AdamW", {"lr": 0.01}), None, None),
        (optimizers.RMSprop(learning_rate=0.01), ("RMSprop", {"lr": 0.01}), None, None),
        (optimizers.Adagrad(learning_rate=0.05), ("Adagrad", {"lr": 0.05}), None, None),
        (optimizers.Nadam(learning_rate=0.01), ("NAdam", {"lr": 0.01}), None, None),
        (
            plain_sgd(),  # with momentum, PyTorch applies a new rate to old gradients as well
            ("SGD", {"lr": 0.05}),
            schedules.Step(every=3, factor=0.5),
            (True, lambda lr, o: lr.StepLR(o, 3, 0.5)),
        ),
        (
            optimizers.AdamW(learning_rate=0.01),
            ("AdamW", {"lr": 0.01}),
            schedules.OneCycle(),
            (False, lambda lr, o: lr.OneCycleLR(o, 0.01, total_steps=100, cycle_momentum=False)),
        ),
        (
            optimizers.AdamW(learning_rate=0.01),
            ("AdamW", {"lr": 0.01}),
            schedules.Exponential(0.9),
            (True, lambda lr, o: lr.ExponentialLR(o, 0.9)),
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, optimizers.Optimizer | schedules.Schedule) else None,
)
@pytest.mark.parametrize("loss", ["squared_error", "log_loss"])
def test_100_steps_are_those_of_torch(optimizer, theirs, schedule, scheduler, loss):
    torch = pytest.importorskip("torch")
    rows, batch, n_epochs = 160, 16, 10
    X = inputs(rows, 4)
    y, _ = targets(rows, 3, loss)
    network = make(loss)
    twin = torch_twin(torch, network, torch.nn.Tanh)
    kind, options = theirs
    groups = [
        {"params": [p for p in twin.parameters() if p.ndim == 2]},
        {"params": [p for p in twin.parameters() if p.ndim == 1], "weight_decay": 0.0},  # ours leaves biases alone
    ]
    stepper = getattr(torch.optim, kind)(groups, **options)
    if scheduler:
        per_epoch, make_scheduler = scheduler
        rates = make_scheduler(torch.optim.lr_scheduler, stepper)
    X_t, y_t = torch.tensor(X), torch.tensor(y) if y.ndim == 2 else torch.tensor(y, dtype=torch.int64)
    for epoch in network.train(X, y, optimizer, schedule, batch_size=batch, epochs=n_epochs, shuffle=False):
        total = 0.0
        for first in range(0, rows, batch):
            stepper.zero_grad()
            z = twin(X_t[first : first + batch])
            wanted = y_t[first : first + batch]
            if loss == "log_loss":
                value = torch.nn.functional.cross_entropy(z, wanted)
            else:
                value = ((z - wanted) ** 2).sum(dim=1).mean() / 2
            value.backward()
            stepper.step()
            total += value.item()
            if scheduler and not per_epoch and not (epoch.epoch == n_epochs and first + batch == rows):
                rates.step()
        if scheduler and per_epoch:
            rates.step()
        assert epoch.loss == pytest.approx(total / (rows / batch), rel=1e-6)
    expected = network.flatten(
        [module.weight.detach().numpy().T for module in twin if hasattr(module, "weight")],
        [module.bias.detach().numpy() for module in twin if hasattr(module, "bias")],
    )
    np.testing.assert_allclose(network.parameters, expected, rtol=1e-6, atol=1e-9)


# Networks from estimators.


@pytest.mark.parametrize("library", ["rosenblatt", "sklearn"])
@pytest.mark.parametrize("case", ["regression", "poisson", "binary", "multiclass", "multilabel"])
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_from_estimator(case, library):
    rng = np.random.RandomState(0)
    X = rng.randn(60, 4)
    y = {
        "regression": rng.randn(60, 2),
        "poisson": rng.poisson(2.0, 60).astype(float),
        "binary": rng.choice(["a", "b"], 60),
        "multiclass": rng.choice(["a", "b", "c"], 60),
        "multilabel": rng.randint(2, size=(60, 3)),
    }[case]
    regressor, classifier = (
        (MLPRegressor, MLPClassifier)
        if library == "rosenblatt"
        else (neural_network.MLPRegressor, neural_network.MLPClassifier)
    )
    options = {"hidden_layer_sizes": [6, 5], "max_iter": 5, "random_state": 0, "activation": "logistic"}
    if case == "poisson":
        estimator = regressor(loss="poisson", **options).fit(X, y)
    else:
        estimator = (regressor if case == "regression" else classifier)(**options).fit(X, y)
    network = Network.from_estimator(estimator)
    wanted = estimator.predict(X) if case in ("regression", "poisson") else estimator.predict_proba(X)
    wanted = wanted[:, None] if wanted.ndim == 1 else wanted[:, 1:] if case == "binary" else wanted
    np.testing.assert_allclose(network.predict(X), wanted, rtol=1e-12)
    hidden, deeper, last = network.forward(X)
    np.testing.assert_allclose(
        hidden, 1 / (1 + np.exp(-(X @ estimator.coefs_[0] + estimator.intercepts_[0]))), rtol=1e-12
    )
    assert deeper.shape == (60, 5)
    np.testing.assert_array_equal(last, network.predict(X))
    encoded = np.unique(y, return_inverse=True)[1] if case in ("binary", "multiclass") else y
    if case != "poisson":
        before = network.loss(X, encoded)
        list(network.train(X, encoded, epochs=5))
        assert network.loss(X, encoded) < before


def test_from_estimator_refuses_others():
    with pytest.raises(TypeError, match=r"got MLPClassifier without coefs_, .*, expected a fitted MLPClassifier"):
        Network.from_estimator(MLPClassifier())
    with pytest.raises(TypeError, match="got LogisticRegression without"):
        Network.from_estimator(LogisticRegression())


def test_scikit_learn_is_not_imported():
    code = (
        "import sys, rosenblatt\n"
        "network = rosenblatt.Network([2, 3, 1])\n"
        "list(network.train([[0.0, 1.0]], [1.0], X_val=[[0.0, 1.0]], y_val=[1.0]))\n"
        "network.copy().predict([[0.0, 1.0]]), network.to_svg()\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    assert not {"sklearn", "scipy", "joblib", "pandas"} & set(python(code).split())


# Losses written in Python.


def halves(y_true, raw_scores):
    return ((raw_scores - y_true) ** 2 / 2).sum(axis=1), raw_scores - y_true


@pytest.mark.parametrize("dtype", DTYPES)
def test_losses_written_in_python(dtype):
    X, y = inputs(50, 4, dtype), inputs(50, 3, dtype)
    custom, named = make(halves, dtype=dtype), make(dtype=dtype)
    rtol = 1e-4 if dtype == np.float32 else 1e-11
    assert custom.loss(X, y) == pytest.approx(named.loss(X, y), rel=rtol)
    np.testing.assert_allclose(
        flat(*custom.loss_and_gradients(X, y)[1:]), flat(*named.loss_and_gradients(X, y)[1:]), rtol=rtol, atol=rtol
    )
    runs = [[(e.loss, e.val_loss) for e in net.train(X, y, epochs=5, X_val=X, y_val=y)] for net in (custom, named)]
    np.testing.assert_allclose(*runs, rtol=rtol)
    np.testing.assert_allclose(custom.forward(X)[-1], named.predict(X), rtol=rtol, atol=rtol)
    twin = pickle.loads(pickle.dumps(custom))
    np.testing.assert_array_equal(twin.predict(X), custom.predict(X))
    assert twin.loss(X, y) == custom.loss(X, y)
    assert "loss Custom(halves)" in repr(custom)


def test_losses_written_in_python_with_an_output_activation_and_targets_of_their_own_shape():
    X, y = inputs(50, 4), inputs(50, 2)

    def loss(y_true, raw_scores):
        assert y_true.shape[1] == 2
        assert raw_scores.shape[1] == 3
        return (raw_scores**2).sum(axis=1), 2 * raw_scores

    network = make(loss, output_activation="softmax")
    np.testing.assert_allclose(network.predict(X).sum(axis=1), 1)
    np.testing.assert_array_equal(network.forward(X)[-1], network.predict(X))
    before = network.loss(X, y)
    list(network.train(X, y, optimizers.Adam(learning_rate=0.01), epochs=5))
    assert network.loss(X, y) < before

    def broken(y_true, raw_scores):
        raise ArithmeticError("no loss today")

    with pytest.raises(ArithmeticError, match="no loss today"):
        next(make(broken).train(X, y))


# Copies, pickles, pictures.


def copies():
    return {"copy": Network.copy, "pickle": lambda network: pickle.loads(pickle.dumps(network))}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("how", ["copy", "pickle"])
def test_copies_are_equal_and_independent(how, dtype):
    X, y = inputs(50, 4, dtype), np.abs(inputs(50, 3, dtype))
    network = make(losses.Quantile([0.3]), activation=["relu", "gelu"], dtype=dtype, output_activation="softplus")
    next(network.train(X, y, epochs=9))
    twin = copies()[how](network)
    assert repr(twin) == repr(network)
    np.testing.assert_array_equal(twin.parameters, network.parameters)
    np.testing.assert_array_equal(twin.predict(X), network.predict(X))
    options = {"epochs": 3, "dropout": 0.3}
    assert losses_of(twin.train(X, y, **options)) == losses_of(network.train(X, y, **options))  # the same draws
    twin.parameters = np.zeros(twin.n_parameters)
    assert network.parameters.all()


def test_a_pickle_is_plain_arrays_and_scalars():
    state = make().__getstate__()
    plain = (np.ndarray, str, int, float, tuple, list, dict, losses.Loss)
    assert all(isinstance(value, plain) for value in state.values())
    assert all(type(array) is np.ndarray for array in state["weights"] + state["biases"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [np.ones((4, 7))]}, "init has 1 arrays; expected one for each of 3 layers"),
        ({"biases": [np.ones(7), np.ones(5), np.full(3, np.nan)]}, "not finite"),
        ({"layer_sizes": (4, 7, -5, 3)}, "layer_sizes"),
        ({"layer_sizes": None}, "NoneType"),
        ({"activations": ("tanh", "tan")}, "tan"),
        ({"loss": "no_loss"}, "no_loss"),
        ({"dtype": "int8"}, "dtype=int8"),
        ({"random_state": {}}, "state of a Network"),
        ({"random_state": {"bit_generator": "MT19937", "state": {"key": [1], "pos": 0}}}, "state of a Network"),
        ({"output_activation": "softmax"}, "softmax"),
        ({"more": 1}, "expected \\['activations'"),
    ],
)
def test_bad_states_are_refused(change, message):
    state = {**make().__getstate__(), **change}
    with pytest.raises(ValueError, match=message):
        Network.__new__(Network).__setstate__(state)
    with pytest.raises(ValueError, match="state of a Network: got NoneType"):
        Network.__new__(Network).__setstate__(None)


def test_repr():
    network = Network([784, 300, 10], "relu", loss="log_loss", dtype="float32", random_state=0)
    assert repr(network).splitlines() == [
        "Network: 238510 parameters, float32, loss LogLoss(label_smoothing=0.0)",
        "  layer  inputs  outputs  activation  parameters",
        "  0         784      300  relu            235500",
        "  1         300       10  softmax           3010",
    ]
    assert network.layer_sizes == (784, 300, 10)
    assert network.n_parameters == 238510


def test_drawing():
    network = Network([3, 2, 1], init=[[[1.0, -2.0], [0.0, 0.5], [1.0, 1.0]], [[1.0], [1.0]]], bias_init=0.25)
    root = ElementTree.fromstring(network.to_svg())
    tag = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{tag}svg"
    assert len(root.findall(f"{tag}circle")) == 6
    lines = root.findall(f"{tag}line")
    assert len(lines) == 3 * 2 + 2
    by_title = {line.find(f"{tag}title").text: line for line in lines}
    negative, small = by_title["weights[0][0, 1] = -2"], by_title["weights[0][1, 1] = 0.5"]
    assert negative.get("stroke") != small.get("stroke")
    assert float(negative.get("stroke-width")) > float(small.get("stroke-width"))
    assert [text.text for text in root.findall(f"{tag}text")] == ["3", "inputs", "2", "relu", "1", "identity"]
    width, height = float(root.get("width")), float(root.get("height"))
    for circle in root.findall(f"{tag}circle"):
        assert 11 <= float(circle.get("cx")) <= width - 11
        assert 11 <= float(circle.get("cy")) <= height - 11
    assert network._repr_svg_() == network.to_svg()


def test_drawing_of_large_networks_leaves_neurons_out():
    network = Network([784, 300, 10], random_state=0)
    svg = network.to_svg()
    assert svg.count("<circle") == 16 + 16 + 10
    assert svg.count("&#8942;") == 2
    assert "input 783" in svg
    assert network.to_svg(max_neurons=4).count("<circle") == 4 + 4 + 4
    assert Network([2] * 20, random_state=0)._repr_svg_() is None
    assert "NaN" not in Network([2, 2], init="zeros").to_svg()
    for bad, error in ((2, ValueError), (0, ValueError), (3.5, TypeError), (True, TypeError)):
        with pytest.raises(error, match="max_neurons: got"):
            network.to_svg(bad)


# Bad input.


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
        (([3, 1], "relu", None, "squared_error", "xavier"), ValueError, "init='xavier'"),
        (([3, 1], "relu", None, "squared_error", [np.ones((1, 3))]), ValueError, "init of layer 0 has shape"),
        (([3, 1], "relu", None, "squared_error", "zeros", "int32"), ValueError, "dtype=int32"),
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
    (np.full((5, 4), "a", object), ValueError, "got what makes no array of numbers"),
    ([[1.0], [1.0, 2.0]], ValueError, "got what makes no array of numbers"),
]


@pytest.mark.parametrize(("X", "error", "message"), BAD_X)
def test_bad_x(X, error, message):
    network, y = make(), np.ones((5, 3))
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


def test_numbers_that_do_not_fit_into_float32():
    network = make(dtype="float32")
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
    network, X = make(loss), np.ones((5, 4))
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
        ({"schedule": "never"}, ValueError, "schedule='never'"),
        ({"schedule": "adaptive"}, ValueError, r"schedule: got Adaptive.*reduce_on_plateau"),
        ({"schedule": lambda epoch: -1.0}, ValueError, "returned -1.0"),
        ({"schedule": schedules.Cosine(final=2.0)}, ValueError, "final=2.0"),
        ({"batch_size": 0}, ValueError, "batch_size: got 0, expected at least 1"),
        ({"batch_size": 2.5}, TypeError, "batch_size: got 2.5, expected an integer"),
        ({"batch_size": "auto"}, TypeError, "batch_size: got 'auto', expected an integer"),
        ({"epochs": 0}, ValueError, "epochs: got 0"),
        ({"epochs": True}, TypeError, "epochs: got True"),
        ({"shuffle": "yes"}, TypeError, "shuffle: got 'yes'"),
        ({"sample_weight": np.ones(4)}, ValueError, r"sample_weight: got shape \(4,\), expected \(5,\)"),
        ({"sample_weight": -np.ones(5)}, ValueError, "sample_weight: got -1.0, expected numbers of at least 0"),
        ({"sample_weight": np.full(5, np.nan)}, ValueError, "sample_weight: got NaN"),
        ({"X_val": np.ones((5, 4))}, ValueError, "X_val, y_val: got one without the other"),
        ({"y_val": np.ones((5, 3))}, ValueError, "X_val, y_val: got one without the other"),
        ({"sample_weight_val": np.ones(5)}, ValueError, "X_val, y_val"),
        ({"X_val": np.ones((0, 4)), "y_val": np.ones((0, 3))}, ValueError, "X_val: got no rows"),
        ({"alpha": -1.0}, ValueError, "alpha: got -1.0"),
        ({"alpha": "a"}, TypeError, "alpha: got 'a', expected a number"),
        ({"l1": np.nan}, ValueError, "l1: got nan"),
        ({"dropout": 1.0}, ValueError, "dropout: got 1.0"),
        ({"dropout": "half"}, TypeError, "dropout: got 'half'"),
        ({"dropout": [0.5]}, ValueError, "dropout: got 1 rates, expected 2"),
        ({"input_dropout": -0.1}, ValueError, "dropout: got -0.1"),
        ({"clip_norm": 0.0}, ValueError, "clip_norm: got 0.0"),
        ({"clip_value": "a"}, TypeError, "clip_value: got 'a'"),
        ({"max_norm": -1}, ValueError, "max_norm: got -1.0"),
        ({"n_threads": 0}, ValueError, "n_threads: got 0"),
        ({"n_threads": 1.5}, TypeError, "n_threads: got 1.5"),
    ],
)
def test_bad_arguments_are_reported_before_the_first_epoch(options, error, message):
    network = make()
    with pytest.raises(error, match=message):
        network.train(np.ones((5, 4)), np.ones((5, 3)), **options)


def test_schedules_of_ones_own_are_checked():
    class Bad(schedules.Schedule):
        def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
            return np.ones(n_steps + 1) if epoch else 0.1

    training = make().train(np.ones((5, 4)), np.ones((5, 3)), schedule=Bad(), epochs=2)
    next(training)
    with pytest.raises(ValueError, match="expected a finite number of at least 0"):
        next(training)


def test_functions_without_a_derivative_predict_but_do_not_train():
    network = make(activation="heaviside")
    X, y = inputs(5, 4), inputs(5, 3)
    assert set(np.unique(network.forward(X)[0])) <= {0.0, 1.0}
    assert network.loss(X, y) > 0
    for call in (network.loss_and_gradients, network.train):
        with pytest.raises(ValueError, match="'heaviside' has no derivative"):
            call(X, y)


def test_steps_need_an_instance_that_fits():
    network, X, y = make(), inputs(5, 4), inputs(5, 3)
    with pytest.raises(TypeError, match="optimizer: got 'adam', expected an instance"):
        network.step(X, y, "adam")
    optimizer = optimizers.Adam()
    network.step(X, y, optimizer)
    with pytest.raises(ValueError, match=re.escape("of shapes [(4, 3), (3,)], expected")):
        make(widths=[4, 3]).step(X, y, optimizer)
    assert optimizer.steps == 1


@pytest.mark.parametrize("call", ["loss", "loss_and_gradients"])
def test_no_rows_make_no_loss(call):
    with pytest.raises(ValueError, match="X: got no rows, expected at least 1"):
        getattr(make(), call)(np.ones((0, 4)), np.ones((0, 3)))
