"""Epochs of training: batches, orders, and the same bits for any number of threads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import reference
from cases import DTYPES, engine, flat, inputs, network, parameters, parameters_of, targets
from rosenblatt import _core


def train(
    widths, X, y, *, batch, n_threads=1, loss="squared_error", weights=None, alpha=0.0, epochs=3, order=None, rate=0.01
):
    """Return the losses of some epochs of Adam, and the parameters after them."""
    dtype = X.dtype
    net = network(widths, loss=loss, dtype=dtype)
    trainer = engine("Trainer", dtype)(net, X, y, weights, batch, alpha, n_threads)
    optimizer = engine("Optimizer", dtype)("adam", {}, net)
    losses = [trainer.epoch(optimizer, rate, order) for _ in range(epochs)]
    return np.array(losses), flat(*parameters_of(net, widths))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
@pytest.mark.parametrize(
    ("rows", "batch", "widths"),
    [(500, 32, [17, 33, 16, 3]), (300, 300, [40, 20, 3]), (9001, 5000, [9, 17, 3]), (33, 32, [5, 3])],
    ids=str,
)
def test_same_bits_for_any_number_of_threads(rows, batch, widths, table, weighted, dtype):
    X = inputs(rows, widths[0], dtype)
    X[np.random.RandomState(5).rand(*X.shape) < 0.5] = 0
    y, _ = targets(rows, 3, "log_loss")
    weights = np.random.RandomState(4).rand(rows).astype(dtype) if weighted else None
    order = np.random.RandomState(6).permutation(rows)
    runs = [
        train(widths, table(X), y, batch=batch, n_threads=n, loss="log_loss", weights=weights, alpha=0.1, order=order)
        for n in (1, 2, 3, 8, 0)
    ]
    for losses, weights_after in runs[1:]:
        np.testing.assert_array_equal(losses, runs[0][0])
        np.testing.assert_array_equal(weights_after, runs[0][1])


@given(
    rows=st.integers(1, 40),
    batch=st.integers(1, 60),
    columns=st.sampled_from([1, 15, 17]),
    alpha=st.sampled_from([0, 1]),
)
def test_batches_are_cut_as_said(rows, batch, columns, alpha):
    """The last batch is shorter, down to one row; a batch larger than the data is all of it."""
    widths = [columns, 4, 2]
    X, (y, matrix) = inputs(rows, columns), targets(rows, 2, "squared_error")
    order = np.random.RandomState(0).permutation(rows)
    _, after = train(widths, X, y, batch=batch, alpha=alpha, epochs=1, order=order)
    batches = [order[first : first + batch] for first in range(0, rows, batch)]
    expected = reference.train(X, matrix, *parameters(widths), "tanh", "squared_error", "adam", 0.01, batches, alpha)
    np.testing.assert_allclose(after, flat(*expected), rtol=1e-9, atol=1e-12)


def test_loss_is_the_mean_over_batches_before_their_steps():
    widths, rows = [4, 6, 2], 25
    X, (y, matrix) = inputs(rows, 4), targets(rows, 2, "squared_error")
    losses, _ = train(widths, X, y, batch=10, alpha=0.5, epochs=1, rate=0.0)
    parts = [
        reference.loss_and_gradients(X[rows], matrix[rows], *parameters(widths), "tanh", "squared_error", 0.5)[:2]
        for rows in (slice(0, 10), slice(10, 20), slice(20, 25))
    ]
    np.testing.assert_allclose(losses[0], np.average(parts, axis=0, weights=[10, 10, 5]), rtol=1e-12)


def test_no_order_means_as_they_stand():
    X, (y, _) = inputs(30, 4), targets(30, 2, "squared_error")
    one = train([4, 6, 2], X, y, batch=7)
    two = train([4, 6, 2], X, y, batch=7, order=np.arange(30))
    np.testing.assert_array_equal(one[1], two[1])


@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_an_order_may_pick_some_rows_or_repeat_them(table):
    X, (y, _) = inputs(30, 40), targets(30, 2, "squared_error")
    X[1:] *= np.random.RandomState(0).rand(29, 40) < 0.05  # row 0 has far more entries than any other
    for order in (np.zeros(100, np.int64), np.array([3]), np.arange(30).repeat(5)):
        picked = train([40, 6, 2], table(X), y, batch=16, order=order)
        copied = train([40, 6, 2], table(X[order]), y[order], batch=16)
        np.testing.assert_array_equal(picked[1], copied[1])


def test_weights_repeat_samples():
    X, (y, _) = inputs(20, 4), targets(20, 2, "squared_error")
    counts = np.random.RandomState(0).randint(0, 4, 20)
    net = network([4, 6, 2])
    results = [
        _core.Trainer64(net, *sample, len(sample[0]), 0.3).loss_and_gradients()
        for sample in ((X, y, counts.astype(float)), (X.repeat(counts, 0), y.repeat(counts, 0), None))
    ]
    np.testing.assert_allclose(results[0][:2], results[1][:2], rtol=1e-12)
    np.testing.assert_allclose(flat(*results[0][2:]), flat(*results[1][2:]), rtol=1e-10, atol=1e-14)


def test_weights_of_a_batch_that_sum_to_zero():
    X, (y, _) = inputs(20, 4), targets(20, 2, "squared_error")
    weights = np.r_[np.ones(10), np.zeros(10)]
    with pytest.raises(_core.ZeroWeightSumError, match="sample_weight: the weights of a batch sum to zero"):
        train([4, 2], X, y, batch=10, weights=weights)
    train([4, 2], X, y, batch=20, weights=weights)


@pytest.mark.parametrize("dtype", DTYPES)
def test_parameters_that_training_sees_are_those_that_were_set(dtype):
    """The second copy of the weights, which serves the way back, follows `set_layer` as it follows the optimizer."""
    widths = [5, 20, 18, 3]
    X, (y, _) = inputs(10, 5, dtype), targets(10, 3, "squared_error", dtype)
    net = network(widths, dtype=dtype, seed=7)
    trainer = engine("Trainer", dtype)(net, X, y, None, 10, 0.0)
    optimizer = engine("Optimizer", dtype)("sgd", {}, net)
    for _ in range(3):
        trainer.epoch(optimizer, 0.01)
    after = parameters_of(net, widths)
    other = network(widths, dtype=dtype, seed=8)
    for layer in range(3):
        other.set_layer(layer, after[0][layer], after[1][layer])
    fresh = engine("Trainer", dtype)(other, X, y, None, 10, 0.0)
    one, two = trainer.loss_and_gradients(), fresh.loss_and_gradients()
    assert one[:2] == two[:2]
    np.testing.assert_array_equal(flat(*one[2:]), flat(*two[2:]))


def test_sparse_rows_written_after_the_trainer_was_made_are_checked_again():
    X, (y, _) = sparse.csr_array(inputs(20, 4)), targets(20, 2, "squared_error")
    net = network([4, 2])
    trainer = _core.Trainer64(net, X, y, None, 20, 0.0)
    trainer.loss_and_gradients()
    X.indices[3] = 10**6
    with pytest.raises(ValueError, match=r"X\.indices: got 1000000"):
        trainer.loss_and_gradients()
    with pytest.raises(ValueError, match=r"X\.indices: got 1000000"):
        trainer.epoch(_core.Optimizer64("sgd", {}, net), 0.1)


def test_labels_written_after_the_trainer_was_made_do_not_matter():
    X, (y, _) = inputs(20, 4), targets(20, 3, "log_loss")
    trainer = _core.Trainer64(network([4, 3], loss="log_loss"), X, y, None, 20, 0.0)
    before = trainer.loss_and_gradients()[0]
    y[:] = 10**6
    assert trainer.loss_and_gradients()[0] == before
