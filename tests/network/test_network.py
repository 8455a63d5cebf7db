"""The public Network: parameters, predictions, gradients, losses written in Python, copies, drawings."""

import pickle
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from scipy import sparse
from sklearn import neural_network
from sklearn.linear_model import LogisticRegression

import reference
from cases import DTYPES, flat, inputs, make_network, python, targets
from rosenblatt import MLPClassifier, MLPRegressor, Network, _core, losses, optimizers


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
    network = make_network(random_state=3)
    np.testing.assert_array_equal(
        flat(estimator.coefs_, estimator.intercepts_), flat(list(network.weights), list(network.biases))
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_parameters_in_and_out(dtype):
    network = make_network(dtype=dtype)
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


def test_parameters_are_read_as_read_only_copies():
    network = make_network()
    kept = network.weights[0]
    for array in (kept, network.biases[0], network.parameters):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    network.parameters = np.zeros(network.n_parameters)
    assert kept.all()


def test_assignments_that_do_not_fit_change_nothing():
    network = make_network()
    before = network.parameters
    for attribute, value, message in (
        ("weights", [np.ones((4, 7))], r"weights: got 1 arrays, expected a list of 3"),
        ("weights", 3.0, r"weights: got float, expected a list of 3"),
        ("weights", [np.ones((4, 7)), np.ones((7, 5)), np.ones((3, 5))], r"weights\[2\]: got shape \(3, 5\)"),
        ("biases", [np.ones(7), np.full(5, np.nan), np.ones(3)], r"biases\[1\]: got numbers that are not finite"),
        ("parameters", np.ones(5), r"parameters: got shape \(5,\), expected \(93,\)"),
        ("parameters", np.full(93, np.inf), r"parameters: got numbers that are not finite"),
    ):
        with pytest.raises(ValueError, match=message):
            setattr(network, attribute, value)
    with pytest.raises(ValueError, match=r"weights\[0\]: got shape"):
        network.weights[0] = np.ones((7, 4))
    with pytest.raises(IndexError):
        network.biases[3] = np.ones(3)
    with pytest.raises(IndexError):
        network.biases[3]
    with pytest.raises(TypeError, match="biases\\[0\\]: got list of dtype <U1"):
        network.biases[0] = list("abcdefg")
    np.testing.assert_array_equal(network.parameters, before)


def test_assigned_parameters_take_effect_at_once_and_within_training():
    X, y = inputs(30, 4), inputs(30, 3)
    network = make_network()
    training = network.train(X, y, "sgd", batch_size=None, epochs=3)
    next(training)
    network.parameters = np.zeros(network.n_parameters)
    assert not network.predict(X).any()
    assert next(training).loss == pytest.approx((y**2).sum() / 2 / 30)


# Predictions, losses and gradients.


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", _core.LOSSES)
def test_against_the_reference(loss, dtype):
    network = make_network(loss, dtype=dtype)
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


def test_one_activation_for_each_layer():
    network = make_network(activation=["relu", "sigmoid"])
    X = inputs(9, 4)
    first = np.maximum(X @ network.weights[0] + network.biases[0], 0)
    second = 1 / (1 + np.exp(-(first @ network.weights[1] + network.biases[1])))
    np.testing.assert_allclose(network.forward(X)[0], first, rtol=1e-13)
    np.testing.assert_allclose(network.forward(X)[1], second, rtol=1e-13)


def test_output_activations_and_settings_of_losses():
    X, y = inputs(30, 4), np.random.RandomState(0).poisson(2.0, (30, 3))
    network = make_network("poisson", output_activation="softplus")
    assert network.output_activation == "softplus"
    np.testing.assert_allclose(network.predict(X), np.logaddexp(0, network.scores(X)), rtol=1e-12)
    value, gradient = losses.Poisson()(y, network.scores(X), "softplus")
    assert network.loss(X, y) == pytest.approx(value.mean(), rel=1e-12)
    np.testing.assert_allclose(network.loss_and_gradients(X, y)[2][-1], gradient.mean(axis=0), rtol=1e-9)

    huber = losses.Huber(delta=0.1)
    network = make_network(huber)
    assert network.loss_and_gradients(X, y)[0] == pytest.approx(huber(y, network.scores(X))[0].mean(), rel=1e-12)
    huber.set_params(delta=5.0)  # the network has a copy
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
    one, other = make_network(dtype=dtype), make_network(dtype=dtype)
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
    network, X = make_network(), np.arange(20).reshape(5, 4)
    expected = network.predict(X.astype(np.float64))
    for table in (X, X.astype(np.int8), X.astype(np.float32), X.tolist(), np.asfortranarray(X), pandas.DataFrame(X)):
        np.testing.assert_array_equal(network.predict(table), expected)
    np.testing.assert_array_equal(network.predict(X > 3), network.predict((X > 3).astype(float)))
    assert network.predict(np.empty((0, 4))).shape == (0, 3)


def test_targets_of_each_kind():
    X, rng = inputs(20, 4), np.random.RandomState(0)
    one = make_network("squared_error", [4, 1])
    y = rng.randn(20)
    assert one.loss(X, y) == one.loss(X, y[:, None])
    assert one.loss_and_gradients(X, y)[0] == pytest.approx(one.loss(X, y), rel=1e-13)
    many = make_network("binary_log_loss", [4, 3])
    labels = rng.randint(2, size=(20, 3))
    assert many.loss(X, labels) == many.loss(X, labels.astype(bool)) == many.loss(X, labels.astype(np.float32))
    classes = rng.randint(3, size=20)
    softmax = make_network("log_loss")
    assert softmax.output_activation == "softmax"
    for other in (classes.tolist(), classes.astype(np.uint8), classes[:, None]):
        assert softmax.loss(X, other) == softmax.loss(X, classes)
    assert softmax.loss(X, classes) == pytest.approx(
        -np.log(softmax.predict(X)[np.arange(20), classes]).mean(), rel=1e-12
    )


# Losses written in Python.


def halves(y_true, raw_scores):
    return ((raw_scores - y_true) ** 2 / 2).sum(axis=1), raw_scores - y_true


@pytest.mark.parametrize("dtype", DTYPES)
def test_losses_written_in_python(dtype):
    X, y = inputs(50, 4, dtype), inputs(50, 3, dtype)
    custom, named = make_network(halves, dtype=dtype), make_network(dtype=dtype)
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


def test_losses_written_in_python_with_an_output_activation_and_other_shapes_of_targets():
    X, y = inputs(50, 4), inputs(50, 2)

    def loss(y_true, raw_scores):
        assert y_true.shape[1] == 2
        assert raw_scores.shape[1] == 3
        return (raw_scores**2).sum(axis=1), 2 * raw_scores

    network = make_network(loss, output_activation="softmax")
    np.testing.assert_allclose(network.predict(X).sum(axis=1), 1)
    np.testing.assert_array_equal(network.forward(X)[-1], network.predict(X))
    before = network.loss(X, y)
    list(network.train(X, y, optimizers.Adam(learning_rate=0.01), epochs=5))
    assert network.loss(X, y) < before

    def broken(y_true, raw_scores):
        raise ArithmeticError("no loss today")

    with pytest.raises(ArithmeticError, match="no loss today"):
        next(make_network(broken).train(X, y))


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


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"loss": losses.Huber(delta=0.3), "activation": ["relu", "gelu"]}, losses.Huber(delta=0.3)),
        ({"loss": losses.Quantile([0.2, 0.8])}, losses.Quantile([0.2, 0.8])),
        ({"loss": "gamma", "output_activation": "softplus"}, losses.find("gamma")),
        ({"loss": halves, "output_activation": "exp"}, losses.Custom(halves)),
    ],
)
def test_from_regressors_with_other_losses_and_output_activations(options, wanted):
    X, y = inputs(60, 4), np.random.RandomState(0).gamma(2.0, size=60)
    estimator = MLPRegressor(hidden_layer_sizes=[6, 5], max_iter=3, random_state=0, **options).fit(X, y)
    network = Network.from_estimator(estimator)
    assert network.loss_function == wanted
    assert network.output_activation == estimator.out_activation_
    np.testing.assert_allclose(network.predict(X), estimator.predict(X).reshape(60, -1), rtol=1e-12)
    assert np.isfinite(network.loss(X, y))


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("loss", ["focal", "hinge", losses.LogLoss(label_smoothing=0.1)])
def test_from_classifiers_with_other_losses(loss, classes):
    X, y = inputs(60, 4), np.random.RandomState(0).randint(classes, size=60)
    estimator = MLPClassifier([6, 5], max_iter=3, random_state=0, loss=loss, dtype="float32").fit(X, y)
    network = Network.from_estimator(estimator)
    assert network.dtype == np.float32
    wanted = estimator.decision_function(X) if loss == "hinge" else estimator.predict_proba(X)
    wanted = wanted[:, -1:] if classes == 2 and loss != "hinge" else wanted.reshape(60, -1)
    np.testing.assert_allclose(network.predict(X), wanted, rtol=1e-5)
    encoded = np.eye(classes)[y] if loss == "hinge" and classes > 2 else y
    assert np.isfinite(network.loss(X, encoded))


def test_from_estimator_raises_for_other_objects():
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


# Copies, pickles, pictures.


def copies():
    return {"copy": Network.copy, "pickle": lambda network: pickle.loads(pickle.dumps(network))}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("how", ["copy", "pickle"])
def test_copies_are_equal_and_independent(how, dtype):
    X, y = inputs(50, 4, dtype), np.abs(inputs(50, 3, dtype))
    network = make_network(
        losses.Quantile([0.3]), activation=["relu", "gelu"], dtype=dtype, output_activation="softplus"
    )
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
    state = make_network().__getstate__()
    plain = (np.ndarray, str, int, float, tuple, list, dict, losses.Loss)
    assert all(isinstance(value, plain) for value in state.values())
    assert all(type(array) is np.ndarray for array in state["weights"] + state["biases"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [np.ones((4, 7))]}, "init: got 1 arrays, expected one for each of 3 layers"),
        ({"biases": [np.ones(7), np.ones(5), np.full(3, np.nan)]}, "not finite"),
        ({"layer_sizes": (4, 7, -5, 3)}, "layer_sizes"),
        ({"layer_sizes": None}, "NoneType"),
        ({"activations": ("tanh", "tan")}, "tan"),
        ({"loss": "no_loss"}, "no_loss"),
        ({"dtype": "int8"}, "dtype: got 'int8'"),
        ({"random_state": {}}, "state of a Network"),
        ({"random_state": {"bit_generator": "MT19937", "state": {"key": [1], "pos": 0}}}, "state of a Network"),
        ({"output_activation": "softmax"}, "softmax"),
        ({"more": 1}, "expected \\['activations'"),
    ],
)
def test_bad_states_raise(change, message):
    state = {**make_network().__getstate__(), **change}
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
