"""Networks with scaled inputs and slopes of activations, and groups of parameters in training."""

import copy
import pickle

import numpy as np
import pytest

import reference
from rosenblatt import Network, optimizers, schedules

rng = np.random.RandomState(0)
X, Y = rng.randn(60, 3), rng.randn(60, 2)


def make(**options):
    return Network([3, 8, 5, 2], "silu", **{"random_state": 0, "input_scaling": True, "slopes": True, **options})


def test_they_are_one_at_first():
    network, plain = make(), make(input_scaling=False, slopes=False)
    np.testing.assert_array_equal(network.scale, np.ones(3))
    assert [slopes.tolist() for slopes in network.slopes] == [[1.0] * 8, [1.0] * 5]
    np.testing.assert_allclose(network.predict(X), plain.predict(X), rtol=1e-12)
    assert plain.scale is None
    assert len(plain.slopes) == 0


def test_predictions_are_those_of_the_formula():
    network = make()
    network.scale = [1.0, -2.0, 0.5]
    network.slopes = [rng.rand(8), rng.rand(5)]
    a = X * network.scale
    for weights, biases, slopes in zip(network.weights[:2], network.biases[:2], network.slopes, strict=True):
        z = a @ weights + biases
        a = z + (reference.ACTIVATIONS["silu"].f(z) - z) * slopes
    np.testing.assert_allclose(network.predict(X), a @ network.weights[2] + network.biases[2], rtol=1e-10)
    hidden = network.forward(X)
    assert [array.shape for array in hidden] == [(60, 8), (60, 5), (60, 2)]
    np.testing.assert_allclose(hidden[1], a, rtol=1e-10)


@pytest.mark.parametrize("input_scaling", [False, True])
def test_slopes_are_assigned_all_at_once(input_scaling):
    network = make(input_scaling=input_scaling)
    before, slopes = network.parameters, [rng.rand(8), rng.rand(5)]
    network.slopes = slopes
    for assigned, given in zip(network.slopes, slopes, strict=True):
        np.testing.assert_array_equal(assigned, given)
    network.slopes = [np.ones(8), np.ones(5)]
    np.testing.assert_array_equal(network.parameters, before)


def test_parameters_as_one_vector():
    network = make()
    names = ["scale", "weights[0]", "biases[0]", "slopes[0]", "weights[1]", "biases[1]", "slopes[1]"]
    assert network.groups == [*names, "weights[2]", "biases[2]"]
    assert network.n_parameters == 3 + (24 + 8 + 8) + (40 + 5 + 5) + (10 + 2) == len(network.parameters)
    vector = rng.randn(network.n_parameters)
    network.parameters = vector
    np.testing.assert_array_equal(network.parameters, vector)
    np.testing.assert_array_equal(network.scale, vector[:3])
    np.testing.assert_array_equal(network.slopes[0], vector[35:43])
    flat = network.flatten(network.weights, network.biases, network.scale, network.slopes)
    np.testing.assert_array_equal(flat, vector)
    with pytest.raises(ValueError, match="scale: got 0 arrays, expected 1"):
        network.flatten(network.weights, network.biases)


def test_gradients_of_all_groups_are_finite_differences():
    network = make()
    network.parameters = network.parameters + 0.3 * rng.randn(network.n_parameters)
    gradients = network.gradients(X, Y)
    assert list(gradients) == network.groups
    gradient = np.concatenate([array.ravel() for array in gradients.values()])
    start, step = network.parameters, 1e-6
    for place in range(0, len(start), 5):
        values = []
        for sign in (1, -1):
            moved = start.copy()
            moved[place] += sign * step
            network.parameters = moved
            values.append(network.loss(X, Y))
        assert gradient[place] == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-5, abs=1e-8)


def test_a_network_without_them_has_the_same_gradients_by_either_method():
    network = make(input_scaling=False, slopes=False)
    _, weights, biases = network.loss_and_gradients(X, Y)
    gradients = network.gradients(X, Y)
    for layer in range(3):
        np.testing.assert_array_equal(gradients[f"weights[{layer}]"], weights[layer])
        np.testing.assert_array_equal(gradients[f"biases[{layer}]"], biases[layer])


def test_training_changes_all_of_them():
    network = make()
    before = network.parameters
    losses = [epoch.loss for epoch in network.train(X, Y, "adam", epochs=30, batch_size=20)]
    assert losses[-1] < losses[0]
    assert (network.scale != 1).all()
    assert all((slopes != 1).all() for slopes in network.slopes)
    assert not np.array_equal(before, network.parameters)


def test_step_moves_all_of_them_along_their_gradients():
    network = make()
    before = {
        name: network._array(*group).copy() for name, group in zip(network.groups, network._groups(), strict=True)
    }
    gradients = network.gradients(X, Y)
    network.step(X, Y, optimizers.SGD(learning_rate=0.1, momentum=0.0))
    for name, group in zip(network.groups, network._groups(), strict=True):
        np.testing.assert_allclose(network._array(*group), before[name] - 0.1 * gradients[name], rtol=1e-12)


def test_divergence_restores_them():
    network = make()
    before = network.parameters
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError):
        list(network.train(X * 1e3, Y * 1e200, optimizers.SGD(learning_rate=1e100), epochs=3))
    assert np.isfinite(network.parameters).all()
    np.testing.assert_array_equal(network.parameters, before)


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n)), lambda n: n.copy()])
def test_copies(twin):
    network = make()
    list(network.train(X, Y, epochs=2))
    other = twin(network)
    np.testing.assert_array_equal(other.parameters, network.parameters)
    np.testing.assert_array_equal(other.predict(X), network.predict(X))
    other.scale = np.zeros(3)
    assert network.scale.all()


def test_repr_counts_them():
    text = repr(make())
    assert "105 parameters" in text
    assert "scale" in text


@pytest.mark.parametrize("name", ["input_scaling", "slopes"])
def test_flags_are_flags(name):
    with pytest.raises(TypeError, match=f"{name}: got 1, expected True or False"):
        make(**{name: 1})


def test_a_scale_that_there_is_not():
    network = make(input_scaling=False)
    with pytest.raises(ValueError, match="scale: got an array for a network without it"):
        network.scale = np.ones(3)
    with pytest.raises(ValueError, match=r"slopes: got 1 arrays, expected a list of 2"):
        network.slopes = [np.ones(8)]


class TestGroups:
    """Factors of learning rate and weight decay."""

    def step(self, **options):
        """Return the changes of one step of gradient descent, and the gradients."""
        network = make()
        arrays = {name: network._array(*group) for name, group in zip(network.groups, network._groups(), strict=True)}
        gradients = network.gradients(X, Y)
        settings = {"learning_rate": 0.1, "momentum": 0.0, "weight_decay": options.pop("decay", 0.0)}
        list(network.train(X, Y, optimizers.SGD(**settings), batch_size=None, shuffle=False, **options))
        pairs = zip(network.groups, network._groups(), strict=True)
        return arrays, gradients, {name: network._array(*group) for name, group in pairs}

    def test_learning_rates(self):
        factors = {"biases": 0.1, "scale": 6.0, "weights[1]": 2.0, "slopes": 0.0}
        before, gradients, after = self.step(learning_rate_factors=factors)
        for name in before:
            factor = factors.get(name, factors.get(name.partition("[")[0], 1.0))
            np.testing.assert_allclose(after[name], before[name] - 0.1 * factor * gradients[name], rtol=1e-12)

    @pytest.mark.parametrize("factors", [None, {}, {"biases": 0.5, "slopes[1]": 2.0, "weights[0]": 0.0}])
    def test_weight_decay(self, factors):
        before, gradients, after = self.step(decay=0.3, weight_decay_factors=factors)
        for name in before:
            kind = name.partition("[")[0]
            factor = (factors or {}).get(name, (factors or {}).get(kind, 1.0 if kind == "weights" else 0.0))
            kept = before[name] * (1 - 0.1 * 0.3 * factor)
            np.testing.assert_allclose(after[name], kept - 0.1 * gradients[name], rtol=1e-12)

    def test_both_together(self):
        rates, decays = {"scale": 3.0, "biases": 0.2}, {"scale": 2.0, "biases": 1.0}
        before, gradients, after = self.step(decay=0.3, learning_rate_factors=rates, weight_decay_factors=decays)
        for name, rate, decay in (("scale", 3.0, 2.0), ("biases[1]", 0.2, 1.0), ("slopes[0]", 1.0, 0.0)):
            kept = before[name] * (1 - 0.1 * rate * 0.3 * decay)
            np.testing.assert_allclose(after[name], kept - 0.1 * rate * gradients[name], rtol=1e-12)

    def test_factors_of_one_change_no_bit(self):
        results = []
        for factors in (None, {"weights": 1.0, "scale": 1}):
            network = make()
            list(network.train(X, Y, "adamw", epochs=2, learning_rate_factors=factors))
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    @pytest.mark.parametrize("name", ["learning_rate_factors", "weight_decay_factors"])
    @pytest.mark.parametrize(
        ("factors", "error", "message"),
        [
            ([1.0], TypeError, r"got \[1.0\], expected a dict"),
            ({"weight": 1.0}, ValueError, "got 'weight', expected some of"),
            ({"weights[3]": 1.0}, ValueError, r"got 'weights\[3\]', expected some of"),
            ({"biases": -1.0}, ValueError, "got -1.0, expected a finite number >= 0"),
            ({"biases": float("nan")}, ValueError, "got nan, expected a finite number >= 0"),
            ({"biases": "1"}, TypeError, "got '1', expected a number"),
        ],
    )
    def test_bad_factors(self, name, factors, error, message):
        with pytest.raises(error, match=message):
            make().train(X, Y, **{name: factors})


class TestSchedules:
    """Weight decay and dropout by step."""

    def test_weight_decay_of_each_step(self):
        """Without a gradient, weights shrink by the product of what each step leaves."""
        network = make()
        before = network.weights[1]
        decays = schedules.PerStep(lambda step: 0.1 * (step + 1))
        rule = optimizers.SGD(learning_rate=0.5, momentum=0.0, weight_decay=0.0)
        list(network.train(X, Y, rule, batch_size=20, epochs=2, weight_decay_schedule=decays, clip_value=1e-300))
        left = np.prod([1 - 0.5 * 0.1 * (step + 1) for step in range(6)])
        np.testing.assert_allclose(network.weights[1], before * left, rtol=1e-10)

    @pytest.mark.parametrize("name", ["weight_decay", "dropout"])
    def test_a_plateau_lowers_them(self, name):
        """No epoch but the first improves the loss by ``tol``, so that the third epoch has the first lower value."""
        results = []
        values = [0.2, 0.2, 0.1, 0.05]
        for schedule in (schedules.ReduceOnPlateau(factor=0.5, patience=0, tol=1e9), values.__getitem__):
            network = make()
            rule = optimizers.AdamW(learning_rate=0.01, weight_decay=0.2)
            dropout = {"dropout": 0.2, "input_dropout": 0.2}
            list(network.train(X, Y, rule, epochs=4, **dropout, **{f"{name}_schedule": schedule}))
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    def test_the_initial_weight_decay_is_the_optimizers(self):
        results = []
        for schedule in (None, "constant"):
            network = make()
            rule = optimizers.AdamW(learning_rate=0.01, weight_decay=0.2)
            list(network.train(X, Y, rule, epochs=3, weight_decay_schedule=schedule))
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    def test_a_constant_dropout_schedule_changes_no_bit(self):
        results = []
        for schedule in (None, "constant"):
            network = make()
            list(network.train(X, Y, epochs=3, dropout=[0.5, 0.2], input_dropout=0.1, dropout_schedule=schedule))
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    def test_dropout_of_zero_is_none(self):
        results = []
        for options in ({}, {"dropout": 0.5, "dropout_schedule": lambda epoch: 0.0}):
            network = make()
            list(network.train(X, Y, epochs=3, shuffle=False, **options))
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    def test_dropout_follows_its_schedule_by_step(self):
        """The first step of each epoch drops, the second does not."""
        first = {}
        for name, rate in (("dropped", 0.5), ("kept", 0.0)):
            network = make()
            schedule = schedules.PerStep(lambda step, rate=rate: rate if step == 0 else 0.0)
            list(network.train(X, Y, batch_size=30, dropout=0.5, shuffle=False, dropout_schedule=schedule))
            first[name] = network.parameters
        assert not np.array_equal(first["dropped"], first["kept"])

    def test_each_rate_has_its_own_schedule(self):
        """A schedule may keep its first rate, and a rate of 0 stays 0."""

        def parameters(**options):
            network = make()
            list(network.train(X, Y, epochs=3, **options))
            return network.parameters

        rates = {"dropout": [0.5, 0.2], "input_dropout": 0.3}
        same = parameters(**rates, dropout_schedule=schedules.ReduceOnPlateau(patience=9))
        np.testing.assert_array_equal(same, parameters(**rates))
        same = parameters(dropout=0.5, dropout_schedule=lambda epoch: 0.5)
        np.testing.assert_array_equal(same, parameters(dropout=0.5))
        lower = parameters(dropout=0.5, dropout_schedule=schedules.Cosine(final=0.1))
        assert not np.array_equal(lower, parameters(dropout=0.5))

    @pytest.mark.parametrize("n_threads", [2, 3])
    def test_same_bits_for_any_number_of_threads(self, n_threads):
        results = []
        for threads in (1, n_threads):
            network = make()
            list(
                network.train(
                    X,
                    Y,
                    "adamw",
                    epochs=3,
                    dropout=0.4,
                    dropout_schedule="cosine",
                    weight_decay_schedule="one_cycle",
                    n_threads=threads,
                    learning_rate_factors={"scale": 6.0},
                )
            )
            results.append(network.parameters)
        np.testing.assert_array_equal(*results)

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"weight_decay_schedule": "slow"}, ValueError, "weight_decay_schedule: "),
            ({"dropout_schedule": 3, "dropout": 0.5}, TypeError, "dropout_schedule: "),
            ({"dropout_schedule": "cosine"}, ValueError, "dropout_schedule: got a schedule without dropout"),
            ({"weight_decay_schedule": lambda epoch: -1.0}, ValueError, "-1.0"),
            ({"dropout_schedule": lambda epoch: 1.0, "dropout": 0.5}, ValueError, r"expected numbers in \[0, 1\)"),
        ],
    )
    def test_bad_schedules(self, options, error, message):
        with pytest.raises(error, match=message):
            make().train(X, Y, **options)
