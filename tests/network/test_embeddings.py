"""Networks whose columns are embedded, and the embeddings by themselves."""

import copy
import pickle

import numpy as np
import pytest

from rosenblatt import Network, embeddings, optimizers

rng = np.random.RandomState(0)
X = np.column_stack([rng.randn(60), rng.randint(0, 4, 60), rng.randn(60), rng.randn(60)])
Y = rng.randn(60, 2)
EMBEDDINGS = {
    3: embeddings.PiecewiseLinear([-1.0, 0.0, 2.0], "local"),
    0: embeddings.Periodic(4, 3, sigma=0.5),
    1: embeddings.Categories(4, 2),
}


def make(**options):
    return Network([4, 8, 2], "tanh", **{"random_state": 0, "embeddings": EMBEDDINGS, **options})


@pytest.mark.parametrize("input_scaling", [False, True])
def test_predictions_are_those_of_the_formula(input_scaling):
    network = make(input_scaling=input_scaling)
    parameters = network.embedding_parameters
    assert {column: array.shape for column, array in parameters.items()} == {0: (18,), 1: (4, 2)}
    frequencies, phases, weights, biases = np.split(parameters[0], [4, 8, 16])
    a = np.column_stack(
        [
            np.cos(2 * np.pi * X[:, :1] * frequencies + phases) @ weights.reshape(4, 2) + biases,
            X[:, 0],
            parameters[1][X[:, 1].astype(int)],
            X[:, 2],
            np.interp(X[:, 3], [-1, 0, 2], [0, 1, 0]),
            np.interp(X[:, 3], [-1, 0, 2], [0, 0, 1]),
            X[:, 3],
        ]
    )
    if input_scaling:
        network.scale = 1 + rng.rand(a.shape[1])
        a = a * network.scale
    expected = np.tanh(a @ network.weights[0] + network.biases[0]) @ network.weights[1] + network.biases[1]
    np.testing.assert_allclose(network.predict(X), expected, rtol=1e-10)
    np.testing.assert_allclose(network.sums(X)[-1], expected, rtol=1e-10)


def test_initial_parameters():
    network = Network(
        [2, 3, 1],
        embeddings={0: embeddings.Periodic(100, 4, sigma=2.0), 1: embeddings.Categories(500, 4)},
        random_state=0,
    )
    frequencies, phases, rest = np.split(network.embedding_parameters[0], [100, 200])
    assert np.std(frequencies) == pytest.approx(2.0, rel=0.2)
    assert np.abs(phases).max() == pytest.approx(np.pi, rel=0.05)
    assert np.abs(rest).max() == pytest.approx(0.1, rel=0.05)
    assert np.std(network.embedding_parameters[1]) == pytest.approx(1.0, rel=0.05)
    again = Network([2, 3, 1], embeddings=network.embeddings, random_state=0)
    np.testing.assert_array_equal(network.parameters, again.parameters)


def test_parameters_as_one_vector():
    network = make(input_scaling=True, slopes=True)
    assert network.groups[:4] == ["periodic", "categories", "scale", "weights[0]"]
    assert network.n_parameters == 18 + 8 + 9 + 9 * 8 + 8 + 8 + 16 + 2 == len(network.parameters)
    vector = rng.randn(network.n_parameters)
    network.parameters = vector
    np.testing.assert_array_equal(network.parameters, vector)
    np.testing.assert_array_equal(network.embedding_parameters[0], vector[:18])
    np.testing.assert_array_equal(network.embedding_parameters[1].ravel(), vector[18:26])
    gradients = network.gradients(X, Y)
    assert list(gradients) == network.groups
    flat = network.flatten(
        [gradients["weights[0]"], gradients["weights[1]"]],
        [gradients["biases[0]"], gradients["biases[1]"]],
        gradients["scale"],
        [gradients["slopes[0]"]],
        periodic=gradients["periodic"],
        categories=gradients["categories"],
    )
    np.testing.assert_array_equal(flat, np.concatenate([array.ravel() for array in gradients.values()]))
    for i in range(0, len(vector), 9):
        change = 1e-6 * (np.arange(len(vector)) == i)
        losses = []
        for sign in (1, -1):
            network.parameters = vector + sign * change
            losses.append(network.loss(X, Y))
        assert flat[i] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-5, abs=1e-7)


def test_embedding_parameters_are_assigned():
    network = make()
    given = {0: rng.randn(18), 1: rng.randn(4, 2)}
    network.embedding_parameters = given
    for column, array in network.embedding_parameters.items():
        np.testing.assert_array_equal(array, given[column])
        assert not array.flags.writeable
    before = network.parameters
    for wrong, message in (
        ({0: given[0]}, r"embedding_parameters: got \[0\], expected a dict with the keys \[0, 1\]"),
        ([1, 2], "embedding_parameters: got list, expected a dict"),
        ({0: given[0], 1: np.zeros((4, 3))}, r"embedding_parameters\[1\]: got shape \(4, 3\), expected \(4, 2\)"),
        ({0: np.full(18, np.nan), 1: given[1]}, r"embedding_parameters\[0\]"),
    ):
        with pytest.raises(ValueError, match=message):
            network.embedding_parameters = wrong
    np.testing.assert_array_equal(network.parameters, before)


def test_gradients_with_respect_to_inputs():
    network = make(input_scaling=True)
    found = network.input_gradients(X, of="scores")
    for column in (0, 2, 3):
        change = 1e-6 * (np.arange(4) == column)
        expected = (network.scores(X + change) - network.scores(X - change)) / 2e-6
        np.testing.assert_allclose(found[:, :, column], expected, rtol=1e-5, atol=1e-7)
    assert not found[:, :, 1].any()  # nothing changes between two categories


def test_training_lowers_the_loss_and_moves_all_parameters():
    wave = np.sin(6 * X[:, 0]) + (X[:, 1] == 2)
    network = make(loss="squared_error", init="glorot_uniform")
    before = network.parameters
    losses = [e.loss for e in network.train(X, np.column_stack([wave, -wave]), "adam", epochs=300, batch_size=20)]
    assert losses[-1] < 0.2 * losses[0]
    assert np.all(network.parameters != before)


def test_factors_of_learning_rates_reach_embeddings():
    network = make()
    before = network.parameters
    factors = {"periodic": 0.0, "categories": 0.0}
    list(network.train(X, Y, epochs=2, learning_rate_factors=factors))
    moved = network.parameters != before
    assert not moved[:26].any()
    assert moved[26:].all()


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_copies(twin):
    network = make(input_scaling=True, dtype="float32")
    other = twin(network)
    np.testing.assert_array_equal(other.predict(X), network.predict(X))
    assert other.embeddings == network.embeddings
    assert repr(other.embeddings) == repr(network.embeddings)
    np.testing.assert_array_equal(other.random_state.rand(3), network.random_state.rand(3))


def test_a_step_by_an_optimizer_object():
    network, twin = make(input_scaling=True), make(input_scaling=True)
    network.step(X, Y, optimizers.SGD(learning_rate=0.1, momentum=0.0))
    list(twin.train(X, Y, optimizers.SGD(learning_rate=0.1, momentum=0.0), batch_size=None))
    np.testing.assert_allclose(network.parameters, twin.parameters, rtol=1e-12)


def test_the_network_shows_its_embeddings():
    assert repr(make()).splitlines()[2].split() == ["embeddings", "4", "9", "identity", "26"]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            [embeddings.Periodic()],
            TypeError,
            r"embeddings: got \[Periodic\(.*expected a dict of columns and embeddings",
        ),
        ({4: embeddings.Periodic()}, ValueError, "embeddings: got 4, expected the index of one of 4 columns"),
        ({True: embeddings.Periodic()}, ValueError, "embeddings: got True, expected the index"),
        ({"a": embeddings.Periodic()}, ValueError, "embeddings: got 'a', expected the index"),
        (
            {0: "periodic"},
            TypeError,
            r"embeddings\[0\]: got 'periodic', expected an instance from rosenblatt.embeddings",
        ),
    ],
)
def test_what_are_no_embeddings(given, error, message):
    with pytest.raises(error, match=message):
        make(embeddings=given)


@pytest.mark.parametrize(
    ("make_one", "message"),
    [
        (lambda: embeddings.Periodic(0), "n_frequencies: got 0"),
        (lambda: embeddings.Periodic(dim=1), "dim: got 1, expected at least 2"),
        (lambda: embeddings.Periodic(200, 4), "n_frequencies, dim: got 1003 parameters, expected at most 512"),
        (lambda: embeddings.Periodic(sigma=0.0), "sigma: got 0.0, expected a finite number > 0"),
        (lambda: embeddings.Categories(0), "n_categories: got 0"),
        (lambda: embeddings.Categories(2**24 + 1), "n_categories: got 16777217, expected at most 16777216"),
        (lambda: embeddings.Categories(3, dim=600), "dim: got 600, expected at most 512"),
        (lambda: embeddings.PiecewiseLinear([1.0]), "borders: got .*, expected at least two increasing numbers"),
        (lambda: embeddings.PiecewiseLinear([1.0, 1.0 + 1e-9]), "borders"),  # the same in float32
        (lambda: embeddings.PiecewiseLinear(["a", "b"]), "borders"),
        (lambda: embeddings.PiecewiseLinear([0.0, 1.0], "global"), "encoding: got 'global', expected one of"),
    ],
)
def test_settings_out_of_range(make_one, message):
    with pytest.raises(ValueError, match=message):
        make_one()


def test_bins_of_quantiles():
    x = np.concatenate([np.zeros(50), np.arange(1, 51)])
    embedding = embeddings.PiecewiseLinear.of_quantiles(x, 4)
    assert embedding.borders == tuple(np.unique(np.quantile(x, [0, 0.25, 0.5, 0.75, 1], method="nearest")))
    assert (len(embedding.borders), embedding.borders[0], embedding.borders[-1]) == (4, 0.0, 50.0)
    assert embeddings.PiecewiseLinear.of_quantiles([1.0, 1.0, 2.0], 8) is None


def test_both_encodings_span_piecewise_linear_functions():
    borders = np.array([-2.0, -1.0, 0.5, 3.0])
    values = rng.randn(4)
    x = rng.uniform(-3, 4, 50)
    for encoding, weights in (("cumulative", np.diff(values)), ("local", values[1:] - values[0])):
        encoded = embeddings.PiecewiseLinear(borders, encoding).values(x, np.zeros(0))
        np.testing.assert_allclose(encoded[:, :-1] @ weights + values[0], np.interp(x, borders, values), rtol=1e-12)
        np.testing.assert_array_equal(encoded[:, -1], x)
