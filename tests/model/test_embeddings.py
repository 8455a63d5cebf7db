"""The layer of embeddings beside NumPy, finite differences and PyTorch."""

from math import pi

import numpy as np
import pytest
from scipy import sparse

from cases import DTYPES, engine, inputs, parameters, targets
from rosenblatt import _core, embeddings

# A column each of all kinds; the last one has no embedding.
COLUMNS = [
    embeddings.Periodic(5, 4),
    embeddings.PiecewiseLinear([-1.0, 0.0, 0.25, 2.0]),
    embeddings.Categories(7, 3),
    embeddings.PiecewiseLinear([-0.5, 0.5, 1.0], "local"),
    embeddings.Periodic(16, 2),
    embeddings.Categories(300, 5),  # blocks of parameters begin within a category
    None,
]
WIDTHS = [len(COLUMNS), 20, 3, 2]
EMBEDDED = sum(1 if column is None else column.n_outputs for column in COLUMNS)


def table(rows, dtype=np.float64, seed=0):
    """Return inputs, some of whose categories are unknown."""
    rng = np.random.RandomState(seed)
    X = rng.randn(rows, len(COLUMNS))
    X[:, 2], X[:, 5] = rng.randint(-1, 8, rows), rng.randint(0, 310, rows) + rng.choice([0, 0, 0, 0.5], rows)
    return X.astype(dtype)


def make(dtype=np.float64, widths=WIDTHS, columns=COLUMNS, **options):
    """Return the engine's network and its parameters: weights, biases, and those of each column."""
    rng = np.random.RandomState(7)
    specs = [None if column is None else column._for_engine() for column in columns]
    net = engine("Network", dtype)(
        widths, ["tanh"] * (len(widths) - 2), "squared_error", embeddings=specs, **{"scaling": True, **options}
    )
    coefs, intercepts = parameters([net.first_inputs(), *widths[1:]], dtype)
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        net.set_layer(layer, coef, intercept)
    of_columns = [np.zeros(0) if column is None else column.draw(rng).astype(dtype) for column in columns]
    for kind in ("periodic", "categories"):
        found = [p.ravel() for c, p in zip(columns, of_columns, strict=True) if c is not None and c.kind == kind]
        if found:
            net.set_vector(kind, np.concatenate(found))
    return net, coefs, intercepts, of_columns


def forward(X, coefs, intercepts, of_columns, columns=COLUMNS):
    """Return the raw scores in NumPy."""
    a = np.column_stack(
        [x if column is None else column.values(x, p) for x, column, p in zip(X.T, columns, of_columns, strict=True)]
    )
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        a = a @ coef + intercept
        if layer + 1 < len(coefs):
            a = np.tanh(a)
    return a


def set_ones(net):
    net.set_vector("scale", np.ones(net.first_inputs(), net.dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_predictions_are_those_of_the_formula(dtype):
    net, *parts = make(dtype)
    set_ones(net)
    assert net.first_inputs() == EMBEDDED
    X = table(150, dtype)
    together = net.scores(X)
    np.testing.assert_allclose(together, forward(X, *parts), rtol=1e-4 if dtype == np.float32 else 1e-10, atol=1e-5)
    for rows in (1, 2, 15, 16, 17, 100):  # the same bits for any number of rows
        np.testing.assert_array_equal(net.scores(X[:rows]), together[:rows])
    np.testing.assert_array_equal(net.scores(X, 3), together)


@pytest.mark.parametrize("rows", [1, 30])
def test_gradients_are_finite_differences(rows):
    net, coefs, intercepts, of_columns = make()
    set_ones(net)
    X, (y, _) = table(rows), targets(rows, 2, "squared_error")
    trainer = _core.Trainer64(net, X, y, None, batch_size=rows)
    assert net.group_names()[:3] == ["periodic", "categories", "scale"]
    periodic, categories, scale = trainer.vector_gradients()
    found = {"periodic": [], "categories": []}
    for column, gradient in zip(COLUMNS, of_columns, strict=True):
        if column is not None and column.kind:
            found[column.kind].append(gradient)

    def value():
        return ((forward(X, coefs, intercepts, of_columns) - y) ** 2).sum(axis=1).mean() / 2

    for arrays, gradients in ((found["periodic"], periodic), (found["categories"], categories)):
        place = 0
        for array in arrays:
            for i in range(0, array.size, max(1, array.size // 40)):
                old = array.flat[i]
                array.flat[i] = old + 1e-6
                above = value()
                array.flat[i] = old - 1e-6
                below = value()
                array.flat[i] = old
                assert gradients[place + i] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-8)
            place += array.size
        assert place == len(gradients)
    assert scale.shape == (EMBEDDED,)


def test_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch", reason="gradients of PyTorch need it")
    columns = [embeddings.Periodic(6, 4), embeddings.Categories(9, 3)]
    net, coefs, intercepts, (periodic, categories) = make(widths=[2, 11, 2], columns=columns)
    factors = 1 + np.random.RandomState(0).rand(net.first_inputs())
    net.set_vector("scale", factors)
    rng = np.random.RandomState(3)
    X = np.column_stack([rng.randn(50), rng.randint(0, 9, 50)])
    y = rng.randn(50, 2)
    trainer = _core.Trainer64(net, X, y, None, batch_size=50)
    found = [*trainer.vector_gradients(), *(array for group in trainer.loss_and_gradients()[2:] for array in group)]

    tensors = [torch.tensor(a, requires_grad=True) for a in (periodic, categories, factors, *coefs, *intercepts)]
    p, table_of, scale = tensors[:3]
    w0, w1, b0, b1 = tensors[3:]
    x = torch.tensor(X[:, :1])
    cosines = torch.cos(2 * pi * x * p[:6] + p[6:12])
    embedded = torch.cat([cosines @ p[12:30].reshape(6, 3) + p[30:], x], dim=1)
    indices = torch.tensor(X[:, 1].astype(np.int64))
    a = torch.cat([embedded, torch.nn.functional.embedding(indices, table_of)], dim=1) * scale
    scores = torch.tanh(a @ w0 + b0) @ w1 + b1
    ((scores - torch.tensor(y)) ** 2).sum(dim=1).div(2).mean().backward()
    for tensor, gradient in zip(tensors, found, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy().reshape(gradient.shape), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS[1:2] * len(COLUMNS)], ids=["trained", "fixed"])
@pytest.mark.parametrize(("rows", "batch", "width"), [(300, 32, 20), (300, 300, 40), (200, 1, 20), (9001, 5000, 9)])
def test_same_bits_for_any_number_of_threads(rows, batch, width, columns, dtype):
    X, (y, _) = table(rows, dtype), targets(rows, 2, "squared_error", dtype)
    widths, results = [len(COLUMNS), width, 17, 2], []
    for n_threads in (1, 2, 3, 8):
        net, *_ = make(dtype, widths, columns)
        trainer = engine("Trainer", dtype)(
            net, X, y, None, batch_size=batch, n_threads=n_threads, dropout=[0.1, 0.2, 0.2], clip_norm=1.0
        )
        optimizer = engine("Optimizer", dtype)("adam", {}, net)
        for _ in range(2 if batch == 1 else 3):
            trainer.epoch(optimizer, 0.01)
        vectors = [net.get_vector(group) for group in net.group_names() if "[" not in group]
        results.append([net.scores(X[:50]), *vectors])
        assert net.finite()
    for result in results[1:]:
        for array, first in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(array, first)


@pytest.mark.parametrize("scaling", [False, True])
def test_a_step_of_gradient_descent_moves_along_the_gradient(scaling):
    net, *_ = make(scaling=scaling)
    if scaling:
        set_ones(net)
    X, (y, _) = table(40), targets(40, 2, "squared_error")
    trainer = _core.Trainer64(net, X, y, None, batch_size=40)
    groups = [group for group in net.group_names() if "[" not in group]
    before = [net.get_vector(group) for group in groups]
    gradients = trainer.vector_gradients()
    trainer.epoch(_core.Optimizer64("sgd", {"momentum": 0.0}, net), 0.5)
    for group, old, gradient in zip(groups, before, gradients, strict=True):
        assert np.any(gradient)
        np.testing.assert_allclose(net.get_vector(group), old - 0.5 * gradient, rtol=1e-12, atol=1e-14)


def test_unknown_categories_have_no_gradient():
    net, *_ = make(widths=[1, 2], columns=[embeddings.Categories(4, 2)], scaling=False)
    X = np.array([[1.0], [-1.0], [4.0], [2.5], [1e30], [-0.0]])
    y = np.ones((6, 2))
    (gradient,) = _core.Trainer64(net, X, y, None, batch_size=6).vector_gradients()
    assert np.any(gradient.reshape(4, 2), axis=1).tolist() == [True, True, False, False]


def test_dropout_of_inputs_drops_their_embeddings():
    """An index stays what it is: of a dropped column of an embedding, a step moves no weight."""
    columns = [embeddings.Categories(4, 6)]
    net, *_ = make(widths=[1, 1], columns=columns, scaling=False)
    before, X = np.zeros((6, 1)), np.full((1, 1), 2.0)
    net.get_layer(0, before, np.zeros(1))
    trainer = _core.Trainer64(net, X, np.full((1, 1), 9.0), None, batch_size=1, dropout=[0.5], dropout_seed=1)
    trainer.epoch(_core.Optimizer64("sgd", {"momentum": 0.0}, net), 0.1)
    after = np.zeros((6, 1))
    net.get_layer(0, after, np.zeros(1))
    moved = (after != before).ravel()
    assert 0 < moved.sum() < 6
    row = net.get_vector("categories").reshape(4, 6)
    first = make(widths=[1, 1], columns=columns, scaling=False)[0].get_vector("categories").reshape(4, 6)
    np.testing.assert_array_equal(row != first, (np.arange(4) == 2)[:, np.newaxis] & moved)


def test_large_numbers_are_bounded():
    net, *_ = make(np.float32, widths=[1, 1], columns=[embeddings.Periodic()], scaling=False)
    for x in (1e5, 4e6, 1e7, 3e38):
        assert np.isfinite(net.scores(np.full((1, 1), x, np.float32))).all()


def test_embeddings_take_no_sparse_inputs():
    net, *_ = make()
    X = sparse.csr_array(inputs(10, len(COLUMNS)))
    with pytest.raises(ValueError, match="X: got a sparse matrix, expected a dense array"):
        net.predict(X)
    with pytest.raises(ValueError, match="X: got a sparse matrix, expected a dense array"):
        _core.Trainer64(net, X, np.zeros((10, 2)), None, batch_size=10)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([None], "got 1, expected 2, one for each column"),
        ([None, ("periodic", 0, 4)], "got 0 frequencies, expected from 1 to 512"),
        ([None, ("periodic", 600, 4)], "got 600 frequencies, expected from 1 to 512"),
        ([None, ("periodic", 16, 1)], "got 1 dimensions, expected from 2 to 512"),
        ([None, ("periodic", 300, 4)], "got a periodic embedding of 1503 parameters, expected at most 512"),
        ([None, ("categories", 0, 4)], "got 0 categories, expected from 1 to 16777216"),
        ([None, ("categories", 3, 513)], "got 513 dimensions, expected from 1 to 512"),
        ([None, ("local", [1.0])], "got 1 borders, expected from 2 to"),
        ([None, ("local", [1.0, 1.0])], "got borders that do not increase, expected finite numbers, each larger"),
        ([None, ("cumulative", [1.0, np.inf])], "got borders that do not increase"),
    ],
)
def test_what_is_no_embedding(given, message):
    with pytest.raises(ValueError, match=f"embeddings: {message}"):
        _core.Network64([2, 1], [], "squared_error", embeddings=given)


@pytest.mark.parametrize(
    "given", [3, "abc", (), ("periodic",), ("nothing", 1, 2), ("local", "ab"), ("periodic", 1.5, 2)]
)
def test_what_is_no_tuple_of_an_embedding(given):
    with pytest.raises(TypeError, match=r"embeddings: got .*, expected None or a tuple of a kind and its numbers"):
        _core.Network64([1, 1], [], "squared_error", embeddings=[given])
