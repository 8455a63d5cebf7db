"""Sums, deltas and derivatives with respect to inputs agree with finite differences, backpropagation and PyTorch."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from rosenblatt import Network, _core, activations, losses

RNG = np.random.RandomState(0)
N = 7
X = RNG.randn(N, 3)
LOSSES = list(_core.LOSSES)


def make(loss="squared_error", hidden="tanh", outputs=2, output_activation=None, **kwargs):
    network = Network(
        [3, 5, 4, outputs], hidden, output_activation, loss, random_state=1, bias_init="he_normal", **kwargs
    )
    if network.has_slopes:
        network.slopes = [RNG.rand(5) + 0.5, RNG.rand(4) + 0.5]
    if network.input_scaling:
        network.scale = [0.5, 2.0, 1.5]
    return network


def targets(network):
    loss = network.loss_function
    if getattr(loss, "categorical", False):
        return RNG.randint(network.layer_sizes[-1], size=N)
    if "binary" in getattr(loss, "tasks", ()):
        return RNG.randint(2, size=(N, network.layer_sizes[-1]))
    columns = network.layer_sizes[-1] // max(1, len(np.ravel(getattr(loss, "quantiles", 0.5))))
    return RNG.rand(N, columns) + 0.1


def numeric(function, x, step=1e-6):
    """Return central differences of a function of rows, the axis of the input last."""
    columns = []
    for i in range(x.shape[1]):
        change = np.zeros_like(x)
        change[:, i] = step
        columns.append((function(x + change) - function(x - change)) / (2 * step))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(
    "extra", [{}, {"slopes": True}, {"input_scaling": True}, {"slopes": True, "input_scaling": True}]
)
@pytest.mark.parametrize("loss", [*LOSSES, losses.Quantile([0.1, 0.5]), losses.Custom(losses.SquaredError())], ids=str)
def test_every_loss(loss, extra):
    network = make(loss, **extra)
    y = targets(network)

    def rows(x):
        return network._losses(network.scores(x), network._samples(x, y, None).y)

    np.testing.assert_allclose(network.input_gradients(X, y), numeric(rows, X), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(network.input_gradients(X), numeric(network.predict, X), rtol=1e-5, atol=1e-7)
    expected = numeric(network.scores, X)
    np.testing.assert_allclose(network.input_gradients(X, of="scores"), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("hidden", [*activations.TRAINABLE])
def test_every_activation(hidden):
    network = make(hidden=[hidden, "softplus"])
    np.testing.assert_allclose(network.input_gradients(X), numeric(network.predict, X), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in _core.OUTPUT_ACTIVATIONS if name != "softmax"])
def test_every_output_activation(name):
    network = make(output_activation=name)
    np.testing.assert_allclose(network.input_gradients(X), numeric(network.predict, X), rtol=1e-5, atol=1e-7)


def test_several_targets_of_several_quantiles():
    network = make(losses.Quantile([0.1, 0.5, 0.9]), outputs=6)
    np.testing.assert_allclose(network.input_gradients(X), numeric(network.predict, X), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("weights", [None, RNG.rand(N)], ids=["equal", "weights"])
@pytest.mark.parametrize("extra", [{}, {"slopes": True, "input_scaling": True}])
@pytest.mark.parametrize("loss", ["squared_error", "log_loss", losses.Custom(losses.SquaredError())], ids=str)
def test_gradients_follow_from_deltas(loss, extra, weights):
    network = make(loss, **extra)
    y = targets(network)
    sums, deltas = network.sums(X), network.deltas(X, y, weights)
    inputs = [X if network.scale is None else X * network.scale, *network.forward(X)[:-1]]
    _, weight_gradients, bias_gradients = network.loss_and_gradients(X, y, weights)
    np.testing.assert_allclose(sums[-1], network.scores(X), rtol=1e-12)
    for layer, delta in enumerate(deltas):
        assert delta.shape == sums[layer].shape
        np.testing.assert_allclose(inputs[layer].T @ delta, weight_gradients[layer], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(delta.sum(axis=0), bias_gradients[layer], rtol=1e-9, atol=1e-12)


def test_sums_pass_through_the_activations():
    network = make(hidden=["relu", "gelu"])
    for name, z, a in zip(("relu", "gelu"), network.sums(X), network.forward(X)[:-1], strict=False):
        np.testing.assert_allclose(activations.find(name)(z), a, rtol=1e-12)


def test_sparse_rows_and_float32():
    network = make(dtype="float32")
    assert network.input_gradients(X).dtype == np.float32
    np.testing.assert_allclose(network.input_gradients(csr_matrix(X)), network.input_gradients(X), rtol=1e-5)
    np.testing.assert_allclose(network.sums(csr_matrix(X))[0], network.sums(X)[0], rtol=1e-5)
    assert network.input_gradients(X, RNG.rand(N, 2)).shape == (N, 3)


def test_without_hidden_layers():
    network = Network([3, 2], random_state=0)
    np.testing.assert_allclose(network.input_gradients(X), np.broadcast_to(network.weights[0].T, (N, 2, 3)))


def test_bad_arguments():
    network = make()
    y = targets(network)
    with pytest.raises(ValueError, match="of: got 'outputs', expected 'predictions', 'scores' or 'loss'"):
        network.input_gradients(X, of="outputs")
    for arguments in ({"of": "loss"}, {"y": y, "of": "scores"}, {"y": y, "of": "predictions"}):
        with pytest.raises(ValueError, match=r"y: got .* expected targets for 'loss' only"):
            network.input_gradients(X, **arguments)
    with pytest.raises(ValueError, match="X: got shape"):
        network.sums(X[:, :2])
    with pytest.raises(ValueError, match="derivative"):
        Network([3, 2, 1], "heaviside").input_gradients(X)
    with pytest.raises(ZeroDivisionError, match="sample_weight"):
        network.deltas(X, y, np.zeros(N))


def test_pytorch():
    torch = pytest.importorskip("torch")
    network = make(hidden="tanh")
    inputs = torch.tensor(X, requires_grad=True)
    a = inputs
    for weights, biases in zip(network.weights[:2], network.biases[:2], strict=True):
        a = torch.tanh(a @ torch.tensor(weights.copy()) + torch.tensor(biases.copy()))
    outputs = a @ torch.tensor(network.weights[2].copy()) + torch.tensor(network.biases[2].copy())
    for k in range(2):
        (gradient,) = torch.autograd.grad(outputs[:, k].sum(), inputs, retain_graph=True)
        np.testing.assert_allclose(network.input_gradients(X)[:, k], gradient.numpy(), rtol=1e-9)
