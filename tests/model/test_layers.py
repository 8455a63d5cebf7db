"""The layers beside dense products: the scaling of the inputs and the slopes of activations."""

import numpy as np
import pytest
from scipy import sparse

import reference
from cases import DTYPES, TRAINABLE, engine, inputs, parameters, targets
from rosenblatt import _core

WIDTHS = [5, 20, 3, 2]


def make(widths=WIDTHS, activation="tanh", loss="squared_error", dtype=np.float64, scaling=True, slopes=True):
    """Return the engine's network, and its parameters as the oracle takes them."""
    rng = np.random.RandomState(7)
    net = engine("Network", dtype)(widths, [activation] * (len(widths) - 2), loss, scaling=scaling, slopes=slopes)
    coefs, intercepts = parameters(widths, dtype)
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        net.set_layer(layer, coef, intercept)
    scale = (1 + rng.rand(widths[0])).astype(dtype) if scaling else None
    if scaling:
        net.set_vector("scale", scale)
    alphas = [(0.5 + rng.rand(width)).astype(dtype) for width in widths[1:-1]] if slopes else None
    for layer, alpha in enumerate(alphas or []):
        net.set_vector(f"slopes[{layer}]", alpha)
    return net, (coefs, intercepts, scale, alphas)


def forward(X, activation, coefs, intercepts, scale, alphas):
    """Return the raw scores in NumPy."""
    a = X if scale is None else X * scale
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        z = a @ coef + intercept
        if layer + 1 == len(coefs):
            return z
        f = reference.ACTIVATIONS[activation].f(z)
        a = f if alphas is None else z + (f - z) * alphas[layer]
    raise AssertionError("a network has a layer")


def gradients(net, X, y, n_threads=1, weights=None):
    trainer = engine("Trainer", net.dtype)(net, X, y, weights, batch_size=len(X), n_threads=n_threads)
    loss, _, coefs, intercepts = trainer.loss_and_gradients()
    return loss, [*coefs, *intercepts, *trainer.vector_gradients()]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("scaling", "slopes"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("activation", TRAINABLE)
def test_predictions_are_those_of_the_formula(activation, scaling, slopes, dtype):
    net, parts = make(activation=activation, dtype=dtype, scaling=scaling, slopes=slopes)
    X = inputs(150, 5, dtype)
    together = net.scores(X)
    expected = forward(X, activation, *parts)
    np.testing.assert_allclose(together, expected, rtol=2e-4 if dtype == np.float32 else 1e-9, atol=1e-5)
    for rows in (1, 2, 8, 9, 100):  # the same bits for any number of rows
        np.testing.assert_array_equal(net.scores(X[:rows]), together[:rows])
    np.testing.assert_array_equal(net.scores(X, 3), together)


@pytest.mark.parametrize("dtype", DTYPES)
def test_slopes_and_scales_of_one_change_nothing(dtype):
    plain, _ = make(dtype=dtype, scaling=False, slopes=False)
    net, _ = make(dtype=dtype)
    net.set_vector("scale", np.ones(5, dtype))
    for layer, width in enumerate(WIDTHS[1:-1]):
        net.set_vector(f"slopes[{layer}]", np.ones(width, dtype))
    X = inputs(60, 5, dtype)
    np.testing.assert_allclose(net.scores(X), plain.scores(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu", "silu", "mish", "selu"])
@pytest.mark.parametrize(("scaling", "slopes"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("widths", [WIDTHS, [3, 1], [4, 17, 33, 2]], ids=str)
def test_gradients_are_finite_differences(widths, activation, scaling, slopes):
    net, (coefs, intercepts, scale, alphas) = make(widths, activation, scaling=scaling, slopes=slopes)
    X, (y, _) = inputs(30, widths[0]), targets(30, widths[-1], "squared_error")
    weights = np.random.RandomState(3).rand(30)
    arrays = [*coefs, *intercepts, *([] if scale is None else [scale]), *(alphas or [])]
    loss, found = gradients(net, X, y, weights=weights)

    def value():
        error = forward(X, activation, coefs, intercepts, scale, alphas) - y
        return np.average((error**2).sum(axis=1) / 2, weights=weights)

    assert loss == pytest.approx(value(), rel=1e-10)
    assert len(found) == len(arrays)
    step = 1e-6
    for array, gradient in zip(arrays, found, strict=True):
        assert gradient.shape == array.shape
        for place in range(0, array.size, max(1, array.size // 7)):
            old = array.flat[place]
            array.flat[place] = old + step
            above = value()
            array.flat[place] = old - step
            below = value()
            array.flat[place] = old
            assert gradient.flat[place] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("activation", ["silu", "selu", "mish"])
def test_gradients_are_those_of_torch(activation):
    torch = pytest.importorskip("torch", reason="gradients of PyTorch need it")
    net, (coefs, intercepts, scale, alphas) = make(activation=activation)
    X, (y, _) = inputs(40, 5), targets(40, 2, "squared_error")
    _, found = gradients(net, X, y)
    tensors = [torch.tensor(array, requires_grad=True) for array in (*coefs, *intercepts, scale, *alphas)]
    n = len(coefs)
    a = torch.tensor(X) * tensors[2 * n]
    for layer in range(n):
        a = z = a @ tensors[layer] + tensors[n + layer]
        if layer + 1 < n:
            a = z + (getattr(torch.nn.functional, activation)(z) - z) * tensors[2 * n + 1 + layer]
    ((a - torch.tensor(y)) ** 2).sum(dim=1).div(2).mean().backward()
    for tensor, gradient in zip(tensors, found, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("rows", "batch", "widths"),
    [(300, 32, [17, 33, 16, 3]), (300, 300, [40, 20, 3]), (200, 1, [5, 20, 3]), (9001, 5000, [9, 17, 3])],
    ids=str,
)
def test_same_bits_for_any_number_of_threads(rows, batch, widths, dtype):
    X, (y, _) = inputs(rows, widths[0], dtype), targets(rows, 3, "squared_error", dtype)
    results = []
    for n_threads in (1, 2, 3, 8):
        net, _ = make(widths, "silu", dtype=dtype)
        dropout = [0.1, *[0.2] * (len(widths) - 2)]
        trainer = engine("Trainer", dtype)(
            net, X, y, None, batch_size=batch, n_threads=n_threads, alpha=0.1, dropout=dropout, clip_norm=1.0
        )
        optimizer = engine("Optimizer", dtype)("adam", {}, net)
        for _ in range(2 if batch == 1 else 3):
            trainer.epoch(optimizer, 0.01)
        results.append(
            [
                net.scores(X[:50]),
                net.get_vector("scale"),
                *(net.get_vector(f"slopes[{layer}]") for layer in range(len(widths) - 2)),
            ]
        )
    for result in results[1:]:
        for array, first in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(array, first)


def test_a_step_of_gradient_descent_moves_along_the_gradient():
    net, (_, _, scale, alphas) = make()
    X, (y, _) = inputs(40, 5), targets(40, 2, "squared_error")
    _, found = gradients(net, X, y)
    n = len(WIDTHS) - 1
    trainer = _core.Trainer64(net, X, y, None, batch_size=40)
    trainer.epoch(_core.Optimizer64("sgd", {"momentum": 0.0}, net), 0.5)
    np.testing.assert_allclose(net.get_vector("scale"), scale - 0.5 * found[2 * n], rtol=1e-12)
    for layer, alpha in enumerate(alphas):
        np.testing.assert_allclose(
            net.get_vector(f"slopes[{layer}]"), alpha - 0.5 * found[2 * n + 1 + layer], rtol=1e-12
        )


def test_penalties_are_of_weights_alone():
    """Scales and slopes are not penalised, like biases."""
    X, (y, _) = inputs(40, 5), targets(40, 2, "squared_error")
    results = []
    for alpha in (0.0, 10.0):
        net, _ = make()
        trainer = _core.Trainer64(net, X, y, None, batch_size=40, alpha=alpha)
        results.append(trainer.vector_gradients())
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_scaling_layer_takes_no_sparse_inputs():
    net, _ = make(slopes=False)
    X, (y, _) = sparse.csr_array(inputs(10, 5)), targets(10, 2, "squared_error")
    with pytest.raises(ValueError, match="X: got a sparse matrix, expected a dense array"):
        net.predict(X)
    with pytest.raises(ValueError, match="X: got a sparse matrix, expected a dense array"):
        _core.Trainer64(net, X, y, None, batch_size=10)


def test_slopes_take_sparse_inputs():
    net, _ = make(scaling=False)
    X = inputs(30, 5)
    np.testing.assert_allclose(net.scores(sparse.csr_array(X)), net.scores(X), rtol=1e-12)


def test_parameters_that_a_network_does_not_have():
    net, _ = make(scaling=False, slopes=False)
    with pytest.raises(ValueError, match="group: got 'scale', expected a network with such parameters"):
        net.get_vector("scale")
    net, _ = make()
    for group in ("slopes[2]", "weights[0]", "periodic", ""):  # slopes[2] would be the output layer's
        with pytest.raises(ValueError, match=r"group: got '.*', expected one of scale, slopes\[0\], slopes\[1\]"):
            net.get_vector(group)
    with pytest.raises(ValueError, match=r"scale: got shape \(4\), expected shape \(5\)"):
        net.set_vector("scale", np.ones(4))
