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
    trainer = engine("Trainer", dtype)(net, X, y, weights, batch_size=batch, alpha=alpha, n_threads=n_threads)
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


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("activation", ["tanh", "silu"])
@pytest.mark.parametrize("widths", [[5, 21, 3, 40, 2], [3, 70, 16, 1]], ids=str)
def test_batches_of_few_rows(widths, activation, batch):
    """A single row's deltas go back through the weights as they are; what fills these up to panels stays 0."""
    rows, alpha = 15, 0.1
    X, (y, matrix) = inputs(rows, widths[0]), targets(rows, widths[-1], "squared_error")
    net = network(widths, activation)
    trainer = _core.Trainer64(net, X, y, batch_size=batch, alpha=alpha)
    optimizer = _core.Optimizer64("adam", {}, net)
    trainer.epoch(optimizer, 0.01)
    batches = [np.arange(first, min(rows, first + batch)) for first in range(0, rows, batch)]
    weights, biases = reference.train(
        X, matrix, *parameters(widths), activation, "squared_error", "adam", 0.01, batches, alpha
    )
    np.testing.assert_allclose(flat(*parameters_of(net, widths)), flat(weights, biases), rtol=1e-9, atol=1e-12)
    penalty = alpha / 2 * sum((w**2).sum() for w in weights) / rows * len(batches)
    np.testing.assert_allclose(trainer.epoch(optimizer, 0.0)[1], penalty, rtol=1e-9)


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
        _core.Trainer64(net, *sample, alpha=0.3).loss_and_gradients()
        for sample in ((X, y, counts.astype(float)), (X.repeat(counts, 0), y.repeat(counts, 0), None))
    ]
    np.testing.assert_allclose(results[0][:2], results[1][:2], rtol=1e-12)
    np.testing.assert_allclose(flat(*results[0][2:]), flat(*results[1][2:]), rtol=1e-10, atol=1e-14)


def test_weights_of_a_batch_that_sum_to_zero():
    X, (y, _) = inputs(20, 4), targets(20, 2, "squared_error")
    weights = np.r_[np.ones(10), np.zeros(10)]
    with pytest.raises(_core.ZeroWeightSumError, match="sample_weight: got weights of a batch that sum to zero"):
        train([4, 2], X, y, batch=10, weights=weights)
    train([4, 2], X, y, batch=20, weights=weights)


@pytest.mark.parametrize("dtype", DTYPES)
def test_parameters_that_training_sees_are_those_that_were_set(dtype):
    """The second copy of the weights, which serves the way back, follows `set_layer` as it follows the optimizer."""
    widths = [5, 20, 18, 3]
    X, (y, _) = inputs(10, 5, dtype), targets(10, 3, "squared_error", dtype)
    net = network(widths, dtype=dtype, seed=7)
    trainer = engine("Trainer", dtype)(net, X, y, batch_size=10)
    optimizer = engine("Optimizer", dtype)("sgd", {}, net)
    for _ in range(3):
        trainer.epoch(optimizer, 0.01)
    after = parameters_of(net, widths)
    other = network(widths, dtype=dtype, seed=8)
    for layer in range(3):
        other.set_layer(layer, after[0][layer], after[1][layer])
    fresh = engine("Trainer", dtype)(other, X, y, batch_size=10)
    one, two = trainer.loss_and_gradients(), fresh.loss_and_gradients()
    assert one[:2] == two[:2]
    np.testing.assert_array_equal(flat(*one[2:]), flat(*two[2:]))


def test_sparse_rows_written_after_the_trainer_was_made_are_checked_again():
    X, (y, _) = sparse.csr_array(inputs(20, 4)), targets(20, 2, "squared_error")
    net = network([4, 2])
    trainer = _core.Trainer64(net, X, y, batch_size=20)
    trainer.loss_and_gradients()
    X.indices[3] = 10**6
    with pytest.raises(ValueError, match=r"X\.indices: got 1000000"):
        trainer.loss_and_gradients()
    with pytest.raises(ValueError, match=r"X\.indices: got 1000000"):
        trainer.epoch(_core.Optimizer64("sgd", {}, net), 0.1)


def test_labels_written_after_the_trainer_was_made_do_not_matter():
    X, (y, _) = inputs(20, 4), targets(20, 3, "log_loss")
    trainer = _core.Trainer64(network([4, 3], loss="log_loss"), X, y, batch_size=20)
    before = trainer.loss_and_gradients()[0]
    y[:] = 10**6
    assert trainer.loss_and_gradients()[0] == before


# What a step may do beside it.

OPTIONS = [
    {"l1": 0.7},
    {"clip_value": 0.02},
    {"clip_norm": 0.1},
    {"clip_value": 0.05, "clip_norm": 0.1},
    {"max_norm": 0.5},
    {"l1": 0.1, "clip_norm": 0.5, "max_norm": 0.9},
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("widths", [[5, 17, 3], [20, 70, 40, 3]], ids=str)
def test_bounds_and_penalties(widths, options, dtype):
    rows, batch, epochs = 50, 16, 4
    X, (y, matrix) = inputs(rows, widths[0], dtype), targets(rows, 3, "squared_error", dtype)
    net = network(widths, dtype=dtype)
    trainer = engine("Trainer", dtype)(net, X, y, batch_size=batch, alpha=0.3, n_threads=2, **options)
    optimizer = engine("Optimizer", dtype)("sgd", {}, net)
    for _ in range(epochs):
        trainer.epoch(optimizer, 0.03)
    batches = [np.arange(first, min(first + batch, rows)) for first in range(0, rows, batch)] * epochs
    wide = [[array.astype(np.float64) for array in arrays] for arrays in parameters(widths, dtype)]
    expected = reference.train(
        X.astype(np.float64), matrix, *wide, "tanh", "squared_error", "sgd", 0.03, batches, 0.3, **options
    )
    plain = reference.train(X.astype(np.float64), matrix, *wide, "tanh", "squared_error", "sgd", 0.03, batches, 0.3)
    got, rtol = flat(*parameters_of(net, widths)), 1e-3 if dtype == np.float32 else 1e-9
    np.testing.assert_allclose(got, flat(*expected), rtol=rtol, atol=rtol * 1e-2)
    assert np.abs(flat(*plain) - flat(*expected)).max() > 1e-3


@pytest.mark.parametrize("options", [*OPTIONS, {"dropout": [0.2, 0.5, 0.0], "dropout_seed": 7}], ids=str)
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_options_give_the_same_bits_for_any_number_of_threads(options, table):
    widths = [30, 33, 17, 3]
    X, (y, _) = table(inputs(300, 30)), targets(300, 3, "log_loss")
    runs = []
    for n_threads in (1, 2, 3):
        net = network(widths, loss="log_loss")
        trainer = _core.Trainer64(net, X, y, batch_size=64, alpha=0.1, n_threads=n_threads, **options)
        optimizer = _core.Optimizer64("adam", {}, net)
        losses = [trainer.epoch(optimizer, 0.01) for _ in range(3)]
        runs.append((losses, flat(*parameters_of(net, widths))))
    for losses, after in runs[1:]:
        assert losses == runs[0][0]
        np.testing.assert_array_equal(after, runs[0][1])


def test_penalty_of_l1_is_reported():
    widths = [4, 6, 2]
    X, (y, matrix) = inputs(25, 4), targets(25, 2, "squared_error")
    _, penalty, *gradients = _core.Trainer64(
        network(widths), X, y, batch_size=25, alpha=0.3, l1=0.2
    ).loss_and_gradients()
    expected = reference.loss_and_gradients(X, matrix, *parameters(widths), "tanh", "squared_error", 0.3, l1=0.2)
    np.testing.assert_allclose(penalty, expected[1], rtol=1e-12)
    np.testing.assert_allclose(flat(*gradients), flat(*expected[2:]), rtol=1e-10, atol=1e-14)


def test_each_step_has_its_rate():
    widths, rates = [4, 6, 2], np.array([0.1, 0.0, 0.5])
    X, (y, matrix) = inputs(25, 4), targets(25, 2, "squared_error")
    net = network(widths)
    trainer, optimizer = _core.Trainer64(net, X, y, batch_size=10), _core.Optimizer64("adam", {}, net)
    trainer.epoch(optimizer, rates)
    batches = [np.arange(10), np.arange(10, 20), np.arange(20, 25)]
    expected = reference.train(X, matrix, *parameters(widths), "tanh", "squared_error", "adam", rates, batches)
    np.testing.assert_allclose(flat(*parameters_of(net, widths)), flat(*expected), rtol=1e-9, atol=1e-12)
    for bad in (rates[:2], rates.reshape(3, 1), np.zeros(0)):
        with pytest.raises(ValueError, match=r"learning_rate: got shape .*, expected shape \(3\)"):
            trainer.epoch(optimizer, bad)
    with pytest.raises(ValueError, match="learning_rate"):
        trainer.epoch(optimizer, rates.astype(np.float32))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_dropout_leaves_out_its_share(table, dtype):
    """A linear network of ones with a weight for each sample: the gradient counts what was kept."""
    rows, columns, rate = 400, 60, 0.3
    X, y = np.ones((rows, columns), dtype), np.zeros((rows, 1), dtype)
    kept = []
    for step in range(5):
        net = engine("Network", dtype)([columns, 1], [], "absolute_error")
        net.set_layer(0, np.zeros((columns, 1), dtype), np.ones(1, dtype))  # an error of 1 for each row
        trainer = engine("Trainer", dtype)(net, table(X), y, batch_size=rows, dropout=[rate], dropout_seed=3)
        optimizer = engine("Optimizer", dtype)("sgd", {"momentum": 0.0, "nesterovs_momentum": 0.0}, net)
        optimizer.steps = step
        trainer.epoch(optimizer, 1.0)
        coef, intercept = np.empty((columns, 1), dtype), np.empty(1, dtype)
        net.get_layer(0, coef, intercept)
        kept.append(-coef[:, 0] * (1 - rate))  # the share of rows in which each column was kept
        assert intercept[0] == 0  # the bias is never left out
    kept = np.array(kept, np.float64)
    spread = np.sqrt(rate * (1 - rate) / rows)
    assert abs(kept.mean() - (1 - rate)) < 5 * spread / np.sqrt(kept.size)
    assert np.abs(kept - (1 - rate)).max() < 5 * spread
    assert np.abs(kept.std() - spread) < 0.2 * spread
    assert np.abs(kept[0] - kept[1]).max() > 0  # each step draws anew
    assert np.abs(np.corrcoef(kept)[np.triu_indices(5, 1)]).max() < 0.6


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_dropped_may_be_infinite(dtype):
    """The loss of a single hidden neuron is finite in the steps that drop it, and in no other."""
    one, huge = np.ones((1, 1), dtype), np.full((1, 1), np.finfo(dtype).max)
    losses = []
    for seed in range(20):
        net = engine("Network", dtype)([1, 1, 1], ["relu"], "squared_error")
        net.set_layer(0, huge, np.zeros(1, dtype))
        net.set_layer(1, one, np.zeros(1, dtype))
        trainer = engine("Trainer", dtype)(net, 2 * one, one, batch_size=1, dropout=[0.0, 0.5], dropout_seed=seed)
        losses.append(trainer.epoch(engine("Optimizer", dtype)("sgd", {}, net), 0.0)[0])
    assert {loss for loss in losses if np.isfinite(loss)} == {0.5}
    assert 2 < np.isfinite(losses).sum() < 18


def test_dropout_is_off_without_steps():
    X, (y, _) = inputs(30, 4), targets(30, 2, "squared_error")
    net = network([4, 6, 2])
    plain = _core.Trainer64(net, X, y, batch_size=30).loss_and_gradients()
    dropped = _core.Trainer64(net, X, y, batch_size=30, dropout=[0.5, 0.5]).loss_and_gradients()
    assert plain[:2] == dropped[:2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"l1": -1.0}, "l1: got -1"),
        ({"clip_value": 0.0}, "clip_value: got 0"),
        ({"clip_norm": np.nan}, "clip_norm: got nan"),
        ({"max_norm": -1.0}, "max_norm: got -1"),
        ({"dropout": [0.5]}, "dropout: got 1 rates, expected 2"),
        ({"dropout": [0.5, 1.0]}, r"dropout: got \[0.5, 1\], expected numbers in \[0, 1\)"),
        ({"dropout": [0.5, np.nan]}, r"dropout: got \[0.5, nan\], expected numbers in"),
    ],
)
def test_bad_options(options, message):
    X, (y, _) = inputs(30, 4), targets(30, 2, "squared_error")
    with pytest.raises(ValueError, match=message):
        _core.Trainer64(network([4, 6, 2]), X, y, batch_size=30, **options)


# Losses of Python.


def half_squares(y, z):
    return 0.5 * ((z - y) ** 2).sum(axis=1), z - y


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_threads", [1, 2, 3])
@pytest.mark.parametrize(("rows", "batch"), [(50, 16), (5000, 4500)])
def test_a_loss_of_python_is_the_engines(rows, batch, n_threads, dtype):
    widths = [5, 20, 3]
    X, (y, _) = inputs(rows, 5, dtype), targets(rows, 3, "squared_error", dtype)
    weights, results = np.random.RandomState(4).rand(rows).astype(dtype), []
    for loss in (None, half_squares):
        net = network(widths, dtype=dtype)
        trainer = engine("Trainer", dtype)(
            net, X, y, weights, batch_size=batch, alpha=0.1, n_threads=n_threads, loss=loss
        )
        optimizer = engine("Optimizer", dtype)("adam", {}, net)
        losses = [trainer.epoch(optimizer, 0.01) for _ in range(3)]
        results.append((np.array(losses), flat(*parameters_of(net, widths))))
    rtol = 1e-4 if dtype == np.float32 else 1e-10
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=rtol)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=rtol, atol=rtol * 1e-2)


@pytest.mark.parametrize(
    ("loss", "error", "message"),
    [
        (lambda y, z: 1 / 0, ZeroDivisionError, "division"),
        (lambda y, z: z, ValueError, "loss: got ndarray, expected a tuple"),
        (lambda y, z: (z, z, z), ValueError, "loss: got tuple, expected a tuple"),
        (lambda y, z: (z[:, 0].copy(), z[:3]), ValueError, r"the gradient: got shape \(3, 2\)"),
        (lambda y, z: (z, z), ValueError, r"the loss of each row: got shape \(10, 2\)"),
        (lambda y, z: (z[:, 0].copy(), z.astype(np.float32)), ValueError, "the gradient: got ndarray, expected a C-or"),
    ],
)
@pytest.mark.parametrize("n_threads", [1, 2])
def test_errors_of_a_loss_of_python_come_through(loss, error, message, n_threads):
    X, (y, _) = inputs(30, 4), targets(30, 2, "squared_error")
    net = network([4, 20, 2])
    before = flat(*parameters_of(net, [4, 20, 2]))
    trainer = _core.Trainer64(net, X, y, batch_size=10, n_threads=n_threads, loss=loss)
    for _ in range(2):
        with pytest.raises(error, match=message):
            trainer.epoch(_core.Optimizer64("adam", {}, net), 0.1)
    np.testing.assert_array_equal(flat(*parameters_of(net, [4, 20, 2])), before)
