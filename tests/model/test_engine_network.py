"""Predictions and gradients of networks of every shape, against the reference and against each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import reference
from cases import DTYPES, TRAINABLE, engine, flat, inputs, network, parameters, targets, unaligned
from rosenblatt import _core

ODD_WIDTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 49]


def predict(X, widths, activation="tanh", loss="squared_error", n_threads=1):
    return engine("predict", X.dtype)(
        X, *parameters(widths, X.dtype), [activation] * (len(widths) - 2), loss, n_threads
    )


def trainer_of(net, X, y, sample_weight=None, alpha=0.0, n_threads=1, batch_size=None):
    return engine("Trainer", net.dtype)(
        net, X, y, sample_weight, batch_size=batch_size, alpha=alpha, n_threads=n_threads
    )


def stacks():
    """Widths of networks from none to ten hidden layers."""
    return st.lists(st.sampled_from(ODD_WIDTHS), min_size=2, max_size=12)


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    widths=stacks(),
    rows=st.sampled_from([1, 2, 3, 5, 8, 9, 47, 48, 49, 97]),
    activation=st.sampled_from(_core.ACTIVATIONS),
    loss=st.sampled_from(_core.LOSSES),
)
def test_predictions(dtype, widths, rows, activation, loss):
    X = inputs(rows, widths[0], dtype)
    expected = reference.predict(X, *parameters(widths, dtype), activation, loss)
    rtol = 1e-3 if dtype == np.float32 else 1e-11
    for outputs in (predict(X, widths, activation, loss), network(widths, activation, loss, dtype).predict(X)):
        assert outputs.dtype == dtype
        np.testing.assert_allclose(outputs, expected, rtol=rtol, atol=rtol)


@given(
    widths=stacks(),
    rows=st.integers(1, 70),
    activation=st.sampled_from(TRAINABLE),
    loss=st.sampled_from(_core.LOSSES),
    alpha=st.sampled_from([0.0, 0.7]),
    weighted=st.booleans(),
    n_threads=st.sampled_from([1, 2, 3]),
)
def test_gradients(widths, rows, activation, loss, alpha, weighted, n_threads):
    X = inputs(rows, widths[0])
    y, matrix = targets(rows, widths[-1], loss)
    weights = np.random.RandomState(3).rand(rows) if weighted else None
    trainer = trainer_of(network(widths, activation, loss), X, y, weights, alpha, n_threads)
    data, penalty, *gradients = trainer.loss_and_gradients()
    expected = reference.loss_and_gradients(
        X, matrix, *parameters(widths), activation, loss, alpha, sample_weight=weights
    )
    np.testing.assert_allclose([data, penalty], expected[:2], rtol=1e-11)
    scale = np.abs(flat(*expected[2:])).max()
    np.testing.assert_allclose(flat(*gradients), flat(*expected[2:]), rtol=1e-9, atol=1e-12 * max(scale, 1))


@pytest.mark.parametrize("loss", _core.LOSSES)
@pytest.mark.parametrize("activation", TRAINABLE)
def test_gradients_are_finite_differences(activation, loss):
    widths, alpha, h = [3, 9, 5, 2], 0.3, 1e-5
    X, (y, _) = inputs(30, 3), targets(30, 2, loss)
    weights = np.random.RandomState(3).rand(30)
    net = network(widths, activation, loss)
    trainer = trainer_of(net, X, y, weights, alpha)
    _, _, *gradients = trainer.loss_and_gradients()
    arrays = parameters(widths)

    def total(group, layer, place, change):
        """Return the loss with one parameter changed."""
        moved = [[a.copy() for a in some] for some in arrays]
        moved[group][layer].flat[place] += change
        net.set_layer(layer, moved[0][layer], moved[1][layer])
        loss, penalty, _, _ = trainer.loss_and_gradients()
        net.set_layer(layer, arrays[0][layer], arrays[1][layer])
        return loss + penalty

    for group in (0, 1):
        for layer, array in enumerate(arrays[group]):
            numeric = [(total(group, layer, i, h) - total(group, layer, i, -h)) / (2 * h) for i in range(array.size)]
            np.testing.assert_allclose(gradients[group][layer].ravel(), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_batch_of_several_passes(table, dtype):
    """More rows than go through the network at once (4096), with weights and a penalty."""
    rows, widths = 9001, [5, 17, 3]
    X = inputs(rows, 5, dtype)
    y, matrix = targets(rows, 3, "log_loss")
    weights = np.random.RandomState(3).rand(rows).astype(dtype)
    trainer = trainer_of(network(widths, "tanh", "log_loss", dtype), table(X), y, weights, 2.0)
    data, penalty, *gradients = trainer.loss_and_gradients()
    start = [[a.astype(np.float64) for a in group] for group in parameters(widths, dtype)]
    expected = reference.loss_and_gradients(X, matrix, *start, "tanh", "log_loss", 2.0, sample_weight=weights)
    rtol = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose([data, penalty], expected[:2], rtol=rtol)
    np.testing.assert_allclose(flat(*gradients), flat(*expected[2:]), rtol=rtol, atol=1e-2 * rtol)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", _core.ACTIVATIONS)
@pytest.mark.parametrize(
    "widths", [[3, 1], [9, 16, 1], [40, 100, 17, 5], [300, 65, 64, 130, 15], [600, 3], [3, 1100, 2]], ids=str
)
def test_a_rows_prediction_does_not_depend_on_the_batch(widths, activation, dtype):
    X = inputs(200, widths[0], dtype)
    net = network(widths, activation, dtype=dtype)
    together = predict(X, widths, activation)
    np.testing.assert_array_equal(net.predict(X), together)
    for rows in (1, 2, 7, 8, 9, 11, 48, 49, 100):  # up to 8 rows take the direct path
        for first in (0, 5, 96):
            part = X[first : first + rows]
            np.testing.assert_array_equal(predict(part, widths, activation), together[first : first + rows])
            np.testing.assert_array_equal(net.predict(part), together[first : first + rows])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rows", [1, 2, 8, 9, 100, 1000])
def test_only_ready_arrays(dtype, rows):
    """With `only_ready`, None takes the place of an error and of numbers that are not finite."""
    widths = [7, 20, 3]
    X, net = inputs(rows, 7, dtype), network(widths, dtype=dtype)
    X.flat[0], X.flat[-1] = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    call, (coefs, intercepts) = engine("predict", dtype), parameters(widths, dtype)

    def checked(table):
        by_lists = call(table, coefs, intercepts, ["tanh"], "squared_error", only_ready=True)
        results = [net.predict(table, 2, True), net.scores(table, 2, True), net.forward(table, 2, True), by_lists]
        assert len({result is None for result in results}) == 1
        return results[0]

    np.testing.assert_array_equal(checked(X), net.predict(X))
    for value in (np.nan, -np.nan, np.inf, -np.inf):
        for place in {0, X.size // 2, X.size - 1}:
            bad = X.copy()
            bad.flat[place] = value
            assert checked(bad) is None
    fine = inputs(9, 7, dtype)
    for other in (fine[0], fine[:, :6].copy(), np.asfortranarray(fine), fine.tolist(), fine.astype(">f4"), None):
        assert net.predict(other, 0, True) is None
    assert net.predict(unaligned(X), 0, True) is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", _core.LOSSES)
def test_subnormal_numbers_are_the_same_in_every_path(loss, dtype):
    X = np.linspace(-1, 1, 20, dtype=dtype).reshape(10, 2) * 4 * np.finfo(dtype).tiny
    X[::2] *= dtype(0.1)
    X[9] = [-800, 700]  # a probability that underflows
    coefs, intercepts = [np.eye(2, dtype=dtype)], [np.zeros(2, dtype)]
    call = engine("predict", dtype)
    together = call(X, coefs, intercepts, [], loss)
    for r in range(10):
        np.testing.assert_array_equal(call(X[r : r + 1], coefs, intercepts, [], loss), together[r : r + 1])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_threads", [2, 3, 8, 0, -1, 10**6])
def test_predictions_do_not_depend_on_threads(n_threads, dtype):
    widths = [20, 50, 50, 3]
    X = inputs(2000, 20, dtype)
    np.testing.assert_array_equal(predict(X, widths, n_threads=n_threads), predict(X, widths))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("index", [np.int32, np.int64])
@given(columns=st.sampled_from([1, 7, 16, 17, 49]), rows=st.sampled_from([1, 5, 9, 100]), density=st.floats(0, 1))
def test_sparse_is_dense(dtype, index, columns, rows, density):
    widths = [columns, 17, 3]
    X = sparse.random_array((rows, columns), density=density, format="csr", rng=0).astype(dtype)
    X.indptr = X.indptr.astype(index)
    y, _ = targets(rows, 3, "squared_error", dtype)
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(predict(X, widths), predict(X.toarray(), widths), rtol=tolerance, atol=tolerance)
    results = [
        trainer_of(network(widths, dtype=dtype), table, y, alpha=0.5).loss_and_gradients() for table in (X, X.toarray())
    ]
    np.testing.assert_allclose(results[0][:2], results[1][:2], rtol=tolerance)
    np.testing.assert_allclose(flat(*results[0][2:]), flat(*results[1][2:]), rtol=tolerance, atol=tolerance)


def test_sparse_duplicates_and_unsorted_columns_count():
    columns, indptr = np.array([4, 0, 4], np.int32), np.array([0, 3, 3], np.int32)
    X = sparse.csr_array((np.array([1.0, 2.0, 3.0]), columns, indptr), shape=(2, 5))
    widths = [5, 3]
    np.testing.assert_allclose(predict(X, widths), predict(X.toarray(), widths), rtol=1e-14)


def test_no_rows_no_predictions():
    assert predict(np.empty((0, 4)), [4, 3, 2]).shape == (0, 2)
    assert network([4, 3, 2]).predict(np.empty((0, 4))).shape == (0, 2)
    assert network([4, 3, 2]).predict(sparse.csr_array((0, 4))).shape == (0, 2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_layers_come_back_as_they_were_set(dtype):
    for width in ODD_WIDTHS:
        coefs, intercepts = parameters([width, 18], dtype)
        net = network([width, 18], dtype=dtype)
        coef, intercept = np.empty_like(coefs[0]), np.empty_like(intercepts[0])
        net.get_layer(0, coef, intercept)
        np.testing.assert_array_equal(coef, coefs[0])
        np.testing.assert_array_equal(intercept, intercepts[0])


@pytest.mark.parametrize("name", ["heaviside", "sign"])
def test_steps_predict_but_do_not_train(name):
    widths, X = [4, 6, 2], inputs(20, 4)
    np.testing.assert_allclose(
        predict(X, widths, name), reference.predict(X, *parameters(widths), name, "squared_error"), rtol=1e-12
    )
    with pytest.raises(ValueError, match=f"activation: got '{name}', expected one that has a derivative"):
        trainer_of(network(widths, name), X, targets(20, 2, "squared_error")[0])


def test_each_layer_has_its_own_activation():
    widths, X = [4, 6, 5, 2], inputs(20, 4)
    coefs, intercepts = parameters(widths)
    net = _core.Network64(widths, ["mish", "softsign"], "squared_error")
    for layer in range(3):
        net.set_layer(layer, coefs[layer], intercepts[layer])
    one = reference.ACTIVATIONS["mish"].f(X @ coefs[0] + intercepts[0])
    two = reference.ACTIVATIONS["softsign"].f(one @ coefs[1] + intercepts[1])
    for got, expected in zip(net.forward(X), [one, two, two @ coefs[2] + intercepts[2]], strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-13)
    for rows in (2, 20):
        direct = _core.predict64(X[:rows], coefs, intercepts, ["mish", "softsign"], "squared_error")
        np.testing.assert_array_equal(direct, net.predict(X)[:rows])
    with pytest.raises(ValueError, match="activations: got 1 names, expected 2, one for each hidden layer"):
        _core.Network64(widths, ["mish"], "squared_error")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", [1, 8, 9, 16, 17, 24, 25, 33, 300])
@pytest.mark.parametrize("rows", [1, 2, 7, 8, 13, 24, 25])
def test_relu_of_scores_that_are_not_finite(rows, width, dtype):
    """Rows and widths of every shape of block; the scores of a row are all finite, all infinite, or all NaN."""
    net = engine("Network", dtype)([2, width, 1], ["relu"], "squared_error")
    signs = np.where(np.arange(width) % 3 == 0, -1, 1).astype(dtype)
    huge = np.finfo(dtype).max
    net.set_layer(0, np.array([huge * signs, signs]), np.zeros(width, dtype))
    net.set_layer(1, np.zeros((width, 1), dtype), np.zeros(1, dtype))
    X = np.array([[0, 3], [2, 0], [-2, 0], [0, -0.5], [0, 0], [np.nan, 1]], dtype)[np.arange(rows) % 6]
    with np.errstate(invalid="ignore"):
        scores = np.where(X[:, :1] == 0, X[:, 1:], X[:, :1] * np.inf) * signs
    hidden, _ = net.forward(X)
    np.testing.assert_array_equal(hidden, np.maximum(scores, 0).astype(dtype))
