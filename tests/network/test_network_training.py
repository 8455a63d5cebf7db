"""The public Network's training: epochs, steps, the lecture's runs, dropout, threads, whole runs against PyTorch."""

import itertools
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from cases import DTYPES, flat, inputs, make_network, targets
from rosenblatt import Epoch, MLPRegressor, Network, _core, optimizers, schedules


def losses_of(training):
    return [epoch.loss for epoch in training]


def geron():
    """Return the data of "Hands-On Machine Learning", chapter 4, and its random initial theta."""
    np.random.seed(42)  # noqa: NPY002
    X = 2 * np.random.rand(100, 1)  # noqa: NPY002
    y = 4 + 3 * X + np.random.randn(100, 1)  # noqa: NPY002
    return X, y, np.random.randn(2, 1)  # noqa: NPY002


def test_linear_regression_of_the_lecture():
    """Our loss, and so its gradient, is half of the lecture's: our rate of 0.2 is the lecture's eta of 0.1."""
    X, y, theta = geron()
    network = Network([1, 1], loss="squared_error", init=[theta[1:]], bias_init=[theta[0]])
    sgd = optimizers.SGD(learning_rate=2 * 0.1, momentum=0.0, nesterovs_momentum=False)
    epochs = list(network.train(X, y, sgd, batch_size=None, epochs=1000, shuffle=False))
    assert len(epochs) == 1000
    np.testing.assert_allclose([network.biases[0][0], network.weights[0][0, 0]], [4.21509616, 2.77011339], atol=5e-9)

    # The same as the lecture's loop, step by step.
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
    stepped, trained = make_network(dtype=dtype), make_network(dtype=dtype)
    optimizer = getattr(optimizers, _core.OPTIMIZER_INFO[name]["class_name"])(learning_rate=0.01)
    training = trained.train(X, y, optimizer, batch_size=10, epochs=4, shuffle=False)
    for epoch in training:
        steps = [stepped.step(X[rows], y[rows], optimizer) for rows in np.arange(30).reshape(3, 10)]
        assert np.mean(steps) == pytest.approx(epoch.loss, rel=1e-5 if dtype == np.float32 else 1e-11)
    tolerance = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose(stepped.parameters, trained.parameters, rtol=tolerance, atol=tolerance)
    assert optimizer.steps == 12


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_training_is_that_of_the_estimators(dropout):
    X, y = inputs(100, 4), inputs(100, 3)
    options = {"batch_size": 16, "alpha": 0.3, "dropout": dropout, "l1": 0.01}
    estimator = MLPRegressor(hidden_layer_sizes=[7, 5], activation="tanh", max_iter=8, tol=0, random_state=3, **options)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        estimator.fit(X, y)
    network = make_network(random_state=3)
    curve = [epoch.data_loss / 3 + epoch.penalty for epoch in network.train(X, y, epochs=8, **options)]
    np.testing.assert_allclose(curve, estimator.loss_curve_, rtol=1e-13)
    np.testing.assert_allclose(
        network.parameters, network.flatten(estimator.coefs_, estimator.intercepts_), rtol=1e-12, atol=1e-14
    )


def test_epochs():
    X, y = inputs(50, 4), inputs(50, 3)
    X_val, y_val, weights = inputs(20, 4, seed=5), inputs(20, 3, seed=6), np.arange(20.0)
    network = make_network()
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
    assert next(make_network().train(X, y)).val_loss is None


def test_predictions_of_validation_samples_that_are_not_finite():
    network = make_network(activation="identity")
    network.weights = [np.ones_like(array) for array in network.weights]
    epoch = next(network.train(inputs(50, 4), inputs(50, 3), X_val=np.full((2, 4), 1e308), y_val=inputs(2, 3)))
    assert np.isfinite(epoch.loss)
    assert np.isnan(epoch.val_loss)
    assert epoch.val_score is None


def test_the_network_keeps_its_training_when_the_iterator_is_abandoned():
    X, y = inputs(50, 4), inputs(50, 3)
    one, other = make_network(), make_network()
    for epoch in one.train(X, y, epochs=100):
        if epoch.epoch == 3:
            break
    assert losses_of(itertools.islice(other.train(X, y, epochs=3), 3))[-1] == epoch.loss
    np.testing.assert_array_equal(one.parameters, other.parameters)


def test_optimizer_and_schedule_instances_do_not_change():
    X, y = inputs(50, 4), inputs(50, 3)
    optimizer, schedule = optimizers.Adam(learning_rate=0.1), schedules.ReduceOnPlateau(patience=0, tol=10.0)
    epochs = list(make_network().train(X, y, optimizer, schedule, epochs=4))
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

    epochs = list(make_network().train(X, y, "adam", Spy(), epochs=2, X_val=X, y_val=y))
    assert seen == [epoch.val_loss for epoch in epochs]
    seen.clear()
    epochs = list(make_network().train(X, y, "adam", Spy(), epochs=2))
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
        _, *gradients = network.loss_and_gradients(X, y, n_threads=n_threads)
        return numbers, network.parameters, network.predict(X, n_threads), network.flatten(*gradients)

    first = run(1)
    for n_threads in (2, 3):
        other = run(n_threads)
        for one, two in zip(first, other, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    """With zero weights, the first gradient is minus the activations after dropout; here the activations are 1."""
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
        # Seeds and neurons drop independently: no column or row is unusual, and neighbours are not correlated.
        assert np.abs(dropped.mean(axis=1) - rate).max() < 5 * np.sqrt(rate * (1 - rate) / width)
        assert abs((dropped[:, 1:] & dropped[:, :-1]).mean() - rate**2) < 5 * rate / np.sqrt(n)
        assert len({tuple(row) for row in dropped}) == steps


def test_dropout_is_used_in_training_only():
    X, y = inputs(50, 4), inputs(50, 3)
    network = make_network()
    for epoch in network.train(X, y, dropout=0.5, epochs=2, X_val=X, y_val=y):
        assert epoch.val_loss == network.loss(X, y)
        assert epoch.val_loss == pytest.approx(network.loss_and_gradients(X, y)[0], rel=1e-12)


def test_random_state():
    X, y = inputs(50, 4), inputs(50, 3)

    def curve(random_state, **options):
        return losses_of(make_network(random_state=random_state).train(X, y, epochs=3, **options))

    assert curve(0) == curve(0) == curve(np.random.RandomState(0)) == curve(np.int64(0))
    assert curve(0) != curve(1)
    assert curve(None) != curve(None)
    assert curve(0, dropout=0.5) == curve(0, dropout=0.5) != curve(0)
    assert curve(0, shuffle=False) != curve(0)


def test_regularization_takes_effect():
    X, y = inputs(50, 4), inputs(50, 3)

    def trained(**options):
        network = make_network()
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
        network = make_network()
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
    one, other = make_network(), make_network()
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
    network = make_network()
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
    network = make_network(loss)
    twin = torch_twin(torch, network, torch.nn.Tanh)
    kind, options = theirs
    groups = [
        {"params": [p for p in twin.parameters() if p.ndim == 2]},
        {
            "params": [p for p in twin.parameters() if p.ndim == 1],
            "weight_decay": 0.0,
        },  # weight decay does not apply to biases
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
