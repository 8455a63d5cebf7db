"""Bad input from Python raises a Python error that names it, and does nothing else."""

import pickle
import re
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from cases import engine, inputs, network, outside, parameters, unaligned
from rosenblatt import MLPClassifier, MLPRegressor, _core
from rosenblatt._engine import as_table

WIDTHS = [4, 5, 3]
X = inputs(20, 4)
Y = inputs(20, 3)

OBJECTS = [None, 3, 2.5, "text", b"bytes", object(), [[1.0] * 4], {}, np.float64(1)]


def odd_layouts(array):
    """Return arrays of the right shape that the engine must not read as they are."""
    wide = np.repeat(array, 2, axis=-1)
    return {
        "strided": wide[..., ::2],
        "reversed": array[::-1].copy()[::-1],
        "swapped bytes": array.astype(array.dtype.newbyteorder()),
        "half": array.astype(np.float16),
        "integer": array.astype(np.int64) if array.dtype.kind == "f" else array.astype(np.float64),
        "object": array.astype(object),
        "complex": array.astype(complex),
    }


def predict(table, coefs=None, intercepts=None, activation="tanh", loss="squared_error", n_threads=1):
    own = parameters(WIDTHS)
    coefs = coefs or own[0]
    return _core.predict64(table, coefs, intercepts or own[1], [activation] * (len(coefs) - 1), loss, n_threads)


def trainer(table=X, y=Y, weight=None, net=None, **options):
    return _core.Trainer64(net or network(WIDTHS), table, y, weight, **{"batch_size": 10, "n_threads": 1, **options})


# Tables


@pytest.mark.parametrize("rows", [2, 20], ids=["direct", "panels"])
@pytest.mark.parametrize("layout", odd_layouts(X))
def test_layouts_of_x(layout, rows):
    table = odd_layouts(X)[layout][:rows]
    with pytest.raises(ValueError, match=r"X: got ndarray of .*, expected a C-ordered array of float64"):
        predict(table)
    with pytest.raises(ValueError, match="X: got ndarray"):
        network(WIDTHS).predict(table)
    with pytest.raises(ValueError, match="X: got ndarray"):
        trainer(table, Y[:rows])


def test_unaligned_arrays():
    coefs, intercepts = parameters(WIDTHS)
    unit = "got an array that is not aligned in memory"
    calls = {
        "X": lambda: predict(unaligned(X)),
        "coefs[0]": lambda: predict(X, [unaligned(coefs[0]), coefs[1]]),
        "intercepts[1]": lambda: predict(X, coefs, [intercepts[0], unaligned(intercepts[1])]),
        "coefs": lambda: network(WIDTHS).set_layer(0, unaligned(coefs[0]), intercepts[0]),
        "intercepts": lambda: network(WIDTHS).get_layer(0, coefs[0].copy(), unaligned(intercepts[0])),
        "y": lambda: trainer(y=unaligned(Y)),
        "sample_weight": lambda: trainer(weight=unaligned(np.ones(20))),
        "order": lambda: trainer().epoch(_core.Optimizer64("sgd", {}, network(WIDTHS)), 0.1, unaligned(np.arange(20))),
        "z": lambda: _core.activate64("tanh", unaligned(Y)),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=re.escape(f"{name}: {unit}")):
            call()
    np.testing.assert_array_equal(as_table(unaligned(X), X.dtype), X)
    assert as_table(unaligned(X), X.dtype).flags.aligned


@pytest.mark.parametrize("table", OBJECTS, ids=repr)
def test_objects_as_x(table):
    for call in (predict, network(WIDTHS).predict, trainer):
        with pytest.raises(ValueError, match="X: got"):
            call(table)


@pytest.mark.parametrize("shape", [(), (4,), (20, 3), (20, 5), (20, 0), (2, 4, 1), (3, 5)], ids=str)
def test_shapes_of_x(shape):
    table = np.zeros(shape)
    for call in (predict, network(WIDTHS).predict, trainer):
        with pytest.raises(ValueError, match=r"X: got|coefs\[0\]: got shape"):
            call(table)


def test_training_without_rows():
    with pytest.raises(ValueError, match="X: got no rows, expected at least 1"):
        trainer(X[:0], Y[:0])


def csr(**changes):
    """Return the parts of a valid CSR matrix of 3 rows with some parts changed."""
    parts = {
        "format": "csr",
        "shape": (3, 4),
        "data": np.array([1.0, 2.0, 3.0]),
        "indices": np.array([0, 3, 1], np.int32),
        "indptr": np.array([0, 1, 1, 3], np.int32),
    }
    return SimpleNamespace(**{**parts, **changes})


BAD_CSR = {
    "column too large": {"indices": np.array([0, 4, 1], np.int32)},
    "column negative": {"indices": np.array([0, -1, 1], np.int32)},
    "columns of 64 bits": {"indices": np.array([0, 3, 1])},
    "columns as floats": {"indices": np.array([0.0, 3.0, 1.0])},
    "columns as a list": {"indices": [0, 3, 1]},
    "columns strided": {"indices": np.zeros(6, np.int32)[::2]},
    "too few columns": {"indices": np.array([0, 3], np.int32)},
    "too many columns": {"indices": np.array([0, 3, 1, 1], np.int32)},
    "columns 2-d": {"indices": np.array([[0, 3, 1]], np.int32)},
    "rows end late": {"indptr": np.array([0, 1, 1, 4])},
    "rows end far away": {"indptr": np.array([0, 1, 1, 2**62])},
    "rows begin late": {"indptr": np.array([1, 1, 1, 3])},
    "rows begin early": {"indptr": np.array([-1, 1, 1, 3])},
    "rows go back": {"indptr": np.array([0, 3, 1, 3])},
    "rows leap": {"indptr": np.array([0, 2**40, 1, 3])},
    "rows go negative": {"indptr": np.array([0, -5, 1, 3])},
    "too few row ends": {"indptr": np.array([0, 1, 3])},
    "too many row ends": {"indptr": np.array([0, 1, 1, 3, 3])},
    "no row ends": {"indptr": np.array([], np.int32)},
    "row ends 2-d": {"indptr": np.array([[0, 1, 1, 3]])},
    "row ends as text": {"indptr": "0113"},
    "row ends None": {"indptr": None},
    "data of another dtype": {"data": np.array([1, 2, 3])},
    "data of float32": {"data": np.ones(3, np.float32)},
    "data as a list": {"data": [1.0, 2.0, 3.0]},
    "data 2-d": {"data": np.ones((3, 1))},
    "data 0-d": {"data": np.float64(1.0)},
    "data None": {"data": None},
    "shape negative": {"shape": (-1, 4)},
    "columns of shape negative": {"shape": (3, -4)},
    "shape huge": {"shape": (2**63 - 1, 4)},
    "shape beyond 64 bits": {"shape": (2**70, 4)},
    "shape of one": {"shape": (3,)},
    "shape of floats": {"shape": (3.5, 4)},
    "shape None": {"shape": None},
    "other columns": {"shape": (3, 5)},
    "other format": {"format": "csc"},
    "no format": {"format": None},
}


def test_valid_csr_parts():
    expected = predict(sparse.csr_array((csr().data, csr().indices, csr().indptr), shape=(3, 4)).toarray())
    np.testing.assert_allclose(predict(csr()), expected, rtol=1e-14)
    trainer(csr(), Y[:3]).loss_and_gradients()


@pytest.mark.parametrize("case", BAD_CSR)
def test_malformed_csr(case):
    table = csr(**BAD_CSR[case])
    for call in (predict, network(WIDTHS).predict, lambda table: trainer(table, Y[:3])):
        with pytest.raises((ValueError, TypeError, RuntimeError), match=r"X|coefs|cast|indptr|int|invalid literal"):
            call(table)


def test_csr_parts_missing():
    for part in ("data", "indices", "shape", "format"):
        table = csr()
        delattr(table, part)
        with pytest.raises((AttributeError, ValueError), match=f"{part}|X: got"):
            predict(table)


# Parameters of networks


def test_bad_parameters_of_a_prediction():
    coefs, intercepts = parameters(WIDTHS)
    cases = [
        ([coefs[0]], intercepts, ValueError, "coefs, intercepts: got 1 and 2 arrays"),
        (coefs, intercepts[:1], ValueError, "coefs, intercepts: got 2 and 1 arrays"),
        (coefs[::-1], intercepts, ValueError, r"coefs\[0\]: got shape \(5, 3\), expected shape \(4, 3\)"),
        ([coefs[0], coefs[0]], intercepts, ValueError, r"coefs\[1\]: got shape \(4, 5\), expected shape \(5, 5\)"),
        (coefs, intercepts[::-1], ValueError, r"intercepts\[0\]: got shape \(3\), expected shape \(5\)"),
        ([coefs[0].ravel(), coefs[1]], intercepts, ValueError, r"coefs\[0\]: got shape \(20\), expected 2 dimensions"),
        (coefs, [intercepts[0][None], intercepts[1]], ValueError, r"intercepts\[0\]: got shape \(1, 5\)"),
        ([coefs[0], np.empty((5, 0))], [intercepts[0], np.empty(0)], ValueError, r"coefs\[1\]: got shape \(5, 0\)"),
        ([None, coefs[1]], intercepts, ValueError, r"coefs\[0\]: got shape \(\), expected 2 dimensions"),
        ([object(), coefs[1]], intercepts, TypeError, "incompatible"),
        (["text", coefs[1]], intercepts, TypeError, "incompatible"),
        ([coefs[0].astype(complex), coefs[1]], intercepts, TypeError, "incompatible"),
        (coefs, 3, TypeError, "incompatible"),
    ]
    for rows in (1, 20):
        for some_coefs, some_intercepts, error, message in cases:
            with pytest.raises(error, match=message):
                predict(X[:rows], some_coefs, some_intercepts)
    for rows in (1, 20):
        with pytest.raises(ValueError, match="coefs, intercepts: got 0 and 0 arrays"):
            _core.predict64(X[:rows], [], [], [], "squared_error")
        with pytest.raises(ValueError, match=r"activation: got 'gauss', expected one of .*'identity'"):
            predict(X[:rows], activation="gauss")
        with pytest.raises(ValueError, match=r"loss: got '', expected one of .*'squared_error'"):
            predict(X[:rows], loss="")


@pytest.mark.parametrize(
    ("widths", "error"),
    [
        ([], ValueError),
        ([4], ValueError),
        ([4, 0], ValueError),
        ([0, 4], ValueError),
        ([4, -1, 3], ValueError),
        ([4, 2**31], ValueError),
        ([4, 2**62, 3], ValueError),
        ([10**7, 10**7], MemoryError),
        ([2**31 - 1] * 3, MemoryError),
        ([2**31 - 1] * 100, MemoryError),
        ([4, 2**70], TypeError),
        ([4, 2.5], TypeError),
        ("45", TypeError),
        (None, TypeError),
    ],
    ids=str,
)
def test_widths(widths, error):
    with pytest.raises(error, match=r"widths|incompatible|bad_alloc"):
        _core.Network64(widths, ["tanh"] * (len(widths or ()) - 2), "squared_error")


def test_layers():
    net = network(WIDTHS)
    coefs, intercepts = parameters(WIDTHS)
    for call in (net.set_layer, net.get_layer):
        for layer in (-1, 2, 2**40):
            with pytest.raises(ValueError, match=r"layer: got .*, expected from 0 to 1"):
                call(layer, coefs[0], intercepts[0])
        with pytest.raises(ValueError, match=r"coefs: got shape \(5, 3\), expected shape \(4, 5\)"):
            call(0, coefs[1], intercepts[0])
        with pytest.raises(ValueError, match=r"intercepts: got shape \(3\), expected shape \(5\)"):
            call(0, coefs[0], intercepts[1])
        for layout in odd_layouts(coefs[0]).values():
            with pytest.raises(TypeError, match="incompatible"):
                call(0, layout, intercepts[0])
    coefs[0].flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        net.get_layer(0, coefs[0], intercepts[0])


def test_objects_that_were_never_initialised():
    unmade = {
        name: getattr(_core, name).__new__(getattr(_core, name)) for name in ("Network64", "Optimizer64", "Trainer64")
    }
    for call in (
        lambda: unmade["Network64"].predict(X),
        lambda: trainer(net=unmade["Network64"]),
        lambda: _core.Optimizer64("sgd", {}, unmade["Network64"]),
        lambda: unmade["Optimizer64"].state,
        lambda: trainer().epoch(unmade["Optimizer64"], 0.1),
        lambda: unmade["Trainer64"].loss_and_gradients(),
    ):
        with pytest.raises(TypeError, match="__init__"):
            call()


# Training


def test_bad_targets_and_weights():
    for y in (*OBJECTS, Y.astype(np.float32), Y[:, ::-1], Y.astype(object), Y.astype(">f8")):
        with pytest.raises(ValueError, match=r"y: got .*, expected a C-ordered array of float64"):
            trainer(y=y)
    for y in (Y[:19], Y[:, :2].copy(), Y[:, 0].copy(), np.zeros((20, 3, 1)), np.zeros((0, 3))):
        with pytest.raises(ValueError, match=r"y: got shape .*, expected shape \(20, 3\)"):
            trainer(y=y)
    for weight in (3, "text", [1.0] * 20, np.ones(20, np.float32), np.ones(40)[::2]):
        with pytest.raises(ValueError, match=r"sample_weight: got .*, expected a C-ordered array of float64"):
            trainer(weight=weight)
    for weight in (np.ones(19), np.ones((20, 1)), np.ones(0)):
        with pytest.raises(ValueError, match=r"sample_weight: got shape .*, expected shape \(20\)"):
            trainer(weight=weight)


@pytest.mark.parametrize("label", [-1, 3, 2**31 - 1, -(2**31)])
def test_labels_out_of_range(label):
    y = np.zeros(20, np.int32)
    y[7] = label
    with pytest.raises(ValueError, match=f"y: got {label}, expected from 0 to 2"):
        trainer(y=y, net=network(WIDTHS, loss="log_loss"))
    with pytest.raises(ValueError, match="y: got ndarray, expected a C-ordered array of int32"):
        trainer(y=y.astype(np.int64), net=network(WIDTHS, loss="log_loss"))


def test_bad_settings_of_a_trainer():
    for name, setting in _core.TRAINING_OPTIONS.items():
        accepted = re.escape(setting["accepted"])
        for value in outside(setting):
            with pytest.raises(ValueError, match=f"{name}: got .*, expected {accepted}"):
                trainer(**{name: value})
        for value in ("1", object(), 1j, [[1.0]], {}, [1.0, None]) + (None,) * (not setting["optional"]):
            with pytest.raises(TypeError, match=f"{name}: got .*, expected {accepted}"):
                trainer(**{name: value})
        if setting["kind"] != "list":
            with pytest.raises(ValueError, match=rf"{name}: got \[1\], expected {accepted}"):
                trainer(**{name: [1.0]})
    with pytest.raises(TypeError, match="options: got 'momentum', expected one of 'batch_size', 'alpha', "):
        trainer(momentum=0.9)
    with pytest.raises(TypeError, match="incompatible"):
        _core.Trainer64(network(WIDTHS), X, Y, None, 10)
    with pytest.raises(TypeError, match="network: got Network32, expected Network64"):
        trainer(net=_core.Network32(WIDTHS, ["tanh"] * (len(WIDTHS) - 2), "squared_error"))
    for net in (3, "text", object()):
        with pytest.raises(TypeError, match="network: got"):
            trainer(net=net)
    with pytest.raises(TypeError, match="network: got NoneType"):
        _core.Trainer64(None, X, Y)
    with pytest.raises(ValueError, match="batch_size: got 10, expected all rows"):
        trainer().loss_and_gradients()


@pytest.mark.parametrize("n_threads", [None, 0, 1000, 2**31 - 1])
def test_any_number_of_threads(n_threads):
    table, y = inputs(3000, 4), inputs(3000, 3)
    one = trainer(table, y, batch_size=3000, n_threads=n_threads)
    assert one.loss_and_gradients()[0] == trainer(table, y, batch_size=None).loss_and_gradients()[0]


def test_bad_orders():
    net = network(WIDTHS)
    one, optimizer = trainer(net=net), _core.Optimizer64("sgd", {}, net)
    for order in (3, "text", [1, 2], np.arange(5.0), np.arange(5, dtype=np.int32), np.arange(10)[::2]):
        with pytest.raises(ValueError, match=r"order: got .*, expected a C-ordered array of int64"):
            one.epoch(optimizer, 0.1, order)
    for order in (np.zeros((2, 3), np.int64), np.zeros(0, np.int64), np.int64(3) * np.ones((), np.int64)):
        with pytest.raises(ValueError, match="order: got"):
            one.epoch(optimizer, 0.1, order)
    for row in (-1, 20, 2**62, -(2**63)):
        with pytest.raises(ValueError, match=f"order: got {row}, expected from 0 to 19"):
            one.epoch(optimizer, 0.1, np.array([0, row]))


def test_bad_optimizers():
    net = network(WIDTHS)
    one = trainer(net=net)
    for optimizer in (None, 3, _core.Optimizer32("sgd", {}, network(WIDTHS, dtype=np.float32))):
        with pytest.raises(TypeError, match=r"optimizer: got .*, expected Optimizer64"):
            one.epoch(optimizer, 0.1)
    with pytest.raises(ValueError, match="optimizer: got one of another network"):
        one.epoch(_core.Optimizer64("sgd", {}, network([40, 50])), 0.1)
    for settings in (None, {"momentum": "much"}, {3: 0.5}, [0.5]):
        with pytest.raises(TypeError, match="incompatible"):
            _core.Optimizer64("sgd", settings, net)


def test_bad_optimizer_states():
    net = network(WIDTHS)
    one, optimizer = trainer(net=net), _core.Optimizer64("adam", {}, net)
    good = [slot.copy() for slot in optimizer.state]
    for state, message in [
        ([], "state: got 0 arrays, expected 2"),
        (good[:1], "state: got 1 arrays, expected 2"),
        ([*good, good[0]], "state: got 3 arrays, expected 2"),
        ([good[0], good[1][:-1]], "state: got shape"),
        ([good[0], np.empty(0)], "state: got shape"),
        ([good[0], good[1][None]], "state: got shape"),
        ([good[0], unaligned(good[1])], "state: got an array that is not aligned in memory"),
    ]:
        with pytest.raises(ValueError, match=message):
            optimizer.state = state
    for state in (None, 3, [object(), object()], [good[0].astype(complex)] * 2):
        with pytest.raises(TypeError):
            optimizer.state = state
    for steps in (-1, 2**63 - 1):
        with pytest.raises(ValueError, match="steps: got"):
            optimizer.steps = steps
    for steps in (1.5, 2**64, None, "many"):
        with pytest.raises(TypeError):
            optimizer.steps = steps
    good[0].flags.writeable = False
    optimizer.state = good
    with pytest.raises(ValueError, match="not writeable"):
        one.epoch(optimizer, 0.1)


@pytest.mark.parametrize("rate", [np.nan, np.inf, -np.inf, 1e308, -1.0, 0.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_absurd_numbers_are_computed_with(rate, dtype):
    """NaN and infinities spread as they do in NumPy; nothing hangs or crashes."""
    for value in (0.0, np.nan, np.inf, -np.inf, np.finfo(dtype).max):
        table = inputs(20, 4, dtype)
        table[3] = value
        net = network(WIDTHS, "relu", "log_loss", dtype)
        y = np.zeros(20, np.int32)
        one = engine("Trainer", dtype)(net, table, y, np.full(20, -1.0, dtype), batch_size=7, alpha=0.1, n_threads=2)
        for name in _core.OPTIMIZERS:
            one.epoch(engine("Optimizer", dtype)(name, {}, net), rate)
        assert net.predict(table).shape == (20, 3)


# Estimators


def fitted(cls=MLPRegressor, y=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(hidden_layer_sizes=[5], max_iter=2, random_state=0).fit(X, X[:, 0] if y is None else y)


def classifier():
    return fitted(MLPClassifier, np.arange(20) % 3)


@pytest.mark.parametrize(
    ("table", "y"),
    [
        (X[:, 0], X[:, 0]),
        (X[:0], X[:0, 0]),
        (X[:, :0], X[:, 0]),
        (X, X[:5, 0]),
        (X, None),
        (None, X[:, 0]),
        ("text", X[:, 0]),
        (X.astype(str)[:, :1] + "x", X[:, 0]),
        (X.astype(complex), X[:, 0]),
        (X[None], X[:, 0]),
        (np.where(X > 1, np.nan, X), X[:, 0]),
        (np.where(X > 1, np.inf, X), X[:, 0]),
        (X, np.full(20, np.nan)),
        (X, np.full(20, np.inf)),
        (sparse.coo_array(X).tocsr() * np.inf, X[:, 0]),
        (X, [object()] * 20),
    ],
    ids=range(16),
)
@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
def test_bad_data(cls, table, y):
    with np.errstate(invalid="ignore"), pytest.raises((ValueError, TypeError)):
        cls(max_iter=2).fit(table, y)


@pytest.mark.parametrize(
    "weight", [np.ones(5), np.full(20, np.nan), "text", np.ones((20, 2)), np.zeros(20)], ids=range(5)
)
def test_bad_sample_weight(weight):
    with pytest.raises((ValueError, TypeError, ZeroDivisionError)):
        MLPRegressor(max_iter=2).fit(X, X[:, 0], sample_weight=weight)


@pytest.mark.parametrize("rows", [1, 20], ids=["direct", "panels"])
@pytest.mark.parametrize(
    "change",
    [
        {"coefs_": None},
        {"coefs_": []},
        {"coefs_": [np.ones((4, 5))]},
        {"coefs_": [np.ones((4, 5)), np.ones((6, 1))]},
        {"coefs_": [np.ones((3, 5)), np.ones((5, 1))]},
        {"coefs_": [np.ones(20), np.ones((5, 1))]},
        {"coefs_": [np.ones((4, 5)), None]},
        {"coefs_": [np.ones((4, 5), object) * "x", np.ones((5, 1))]},
        {"coefs_": ["text", object()]},
        {"intercepts_": None},
        {"intercepts_": [np.ones(5)]},
        {"intercepts_": [np.ones(5), np.ones(0)]},
        {"intercepts_": [np.ones(4), np.ones(1)]},
        {"intercepts_": [None, np.ones(1)]},
        {"activation": "gauss"},
        {"activation": None},
        {"loss": "absolute"},
        {"n_threads": "many"},
        {"n_threads": 2**40},
    ],
    ids=str,
)
def test_changed_attributes(change, rows):
    model = fitted()
    vars(model).update(change)
    with pytest.raises((ValueError, TypeError, AttributeError)):
        model.predict(X[:rows])


@pytest.mark.parametrize("missing", ["coefs_", "intercepts_", "n_features_in_", "n_threads", "activation"])
def test_missing_attributes(missing):
    """As in a model that another version has pickled."""
    model = fitted()
    delattr(model, missing)
    model = pickle.loads(pickle.dumps(model))
    if missing == "n_features_in_":
        assert model.predict(X).shape == (20,)
    else:
        with pytest.raises((AttributeError, ValueError), match=missing.removesuffix("_")):
            model.predict(X)


@pytest.mark.parametrize("rows", [1, 8, 9, 500])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("value", "what"), [(np.nan, "NaN"), (-np.inf, "infinity")])
def test_one_bad_number_among_many(rows, dtype, value, what):
    table = inputs(rows, 4, dtype)
    table[-1, -1] = value
    for order in "CF":
        with pytest.raises(ValueError, match=f"Input X contains {what}"):
            fitted().predict(np.asarray(table, order=order))


def test_changed_classes():
    model = classifier()
    model.classes_ = model.classes_[:1]
    with pytest.raises(IndexError):
        model.predict(X)
    model = classifier()
    del model._label_binarizer
    with pytest.raises(AttributeError):
        model.predict(X)


def test_warm_start_from_changed_parameters():
    model = fitted().set_params(warm_start=True)
    model.coefs_ = [np.ones((4, 5)), np.ones((6, 1))]
    with pytest.raises(ValueError, match=r"hidden_layer_sizes: got \[5\], expected \[6\]"):
        model.fit(X, X[:, 0])
    model = fitted()
    model._optimizer.state = [np.zeros(3), np.zeros(3)]
    with pytest.raises(ValueError, match="state: got shape"):
        model.partial_fit(X, X[:, 0])


def test_prediction_takes_any_layout():
    model = fitted()
    expected = model.predict(X)
    layouts = odd_layouts(X)
    for name in ("strided", "reversed", "swapped bytes", "object"):
        np.testing.assert_array_equal(model.predict(layouts[name]), expected)
    np.testing.assert_array_equal(model.predict(unaligned(X)), expected)
    np.testing.assert_array_equal(model.predict(np.asfortranarray(X)), expected)
    table = sparse.csr_matrix(X)
    table.indices, table.indptr = table.indices.astype(np.int64), table.indptr.astype(np.int64)
    for some in (table, table.tocsc(), sparse.csr_array(X)):
        np.testing.assert_allclose(model.predict(some), expected, rtol=1e-13)


def test_fit_takes_any_layout():
    expected = fitted().coefs_[0]
    for table in (unaligned(X), np.asfortranarray(X), X.astype(">f8"), X.astype(object), X.tolist()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = MLPRegressor(hidden_layer_sizes=[5], max_iter=2, random_state=0)
            model.fit(table, unaligned(X[:, 0].copy()), sample_weight=unaligned(np.ones(20)))
        np.testing.assert_array_equal(model.coefs_[0], expected)


def test_changed_sparse_matrix():
    """A matrix whose arrays are wrong is refused by scipy, scikit-learn or the engine."""
    table = sparse.csr_array(X)
    table.indices[5] = 77
    with pytest.raises((ValueError, IndexError)):
        fitted().predict(table)
