"""Losses with every output activation that they accept: values, gradients, extremes, errors; and their classes."""

import pickle
import re

import numpy as np
import pytest
from sklearn import metrics
from sklearn.base import clone

import reference
from cases import DTYPES, engine, inside, outside, python, targets
from rosenblatt import _core, losses

PAIRS = [(loss, output) for loss, info in _core.LOSS_INFO.items() for output in info["output_activations"]]
ILLEGAL = [
    (loss, output) for loss in _core.LOSSES for output in _core.OUTPUT_ACTIVATIONS if (loss, output) not in PAIRS
]
WIDE = np.finfo(np.longdouble).nmant >= 63
SEVERAL = {"quantiles": [0.1, 0.5, 0.9]}
# Settings other than the defaults.
SETTINGS = [
    *(
        (loss, {key: value})
        for loss, info in _core.LOSS_INFO.items()
        for key, setting in info["settings"].items()
        for value in inside(setting)
    ),
    ("quantile", {"quantiles": 0.2}),
    ("quantile", SEVERAL),
    ("binary_focal", {"gamma": 0.7}),
    ("focal", {"gamma": 0.7}),
]
CASES = [(*pair, {}) for pair in PAIRS] + [(loss, None, settings) for loss, settings in SETTINGS]


def names(case):
    return "-".join(str(part) for part in case if part)


cases = pytest.mark.parametrize("case", CASES, ids=names)


def predict(case, z):
    return engine("apply_output", z.dtype)(*case, z)


def evaluate(case, z, y):
    """Return the loss of each row and its gradient by the row's scores."""
    return engine("evaluate_loss", z.dtype)(*case, z, y)


def oracle(case, dtype=np.float64):
    """Return the reference's entry, with settings of that type."""
    loss, output, settings = case
    values = {name: np.asarray(value, dtype) for name, value in settings.items()}
    return reference.loss_of(
        loss, output, **{n: np.atleast_1d(v) if n == "quantiles" else v for n, v in values.items()}
    )


def columns(case, outputs):
    """Return the columns of the targets of so many outputs, and how many outputs a whole number of targets has."""
    group = np.size(case[2].get("quantiles", 0.5))
    return outputs, outputs * group


def close(actual, expected, rtol):
    """Compare where differences of large numbers may leave rounding errors of their size."""
    scale = max(1.0, np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@cases
def test_against_the_reference(case, dtype):
    rtol = 50 * np.finfo(dtype).eps
    for some in (2, 3, 17, 128, 129):  # rows of up to 128 outputs are taken side by side, of more one by one
        n_targets, outputs = columns(case, some)
        z = (2 * np.random.RandomState(0).randn(60, outputs)).astype(dtype)
        y, matrix = targets(60, n_targets, case[0], dtype)
        wide = z.astype(np.float64)
        value, gradient = evaluate(case, z, y)
        close(predict(case, z), oracle(case).predict(wide), rtol)
        close(value, oracle(case).value(wide, matrix), rtol)
        close(gradient, oracle(case).gradient(wide, matrix), rtol)
        assert gradient.dtype == predict(case, z).dtype == dtype


@cases
def test_gradient_is_the_derivative_of_the_value(case):
    n_targets, outputs = columns(case, 3)
    z, h = np.random.RandomState(0).randn(20, outputs), 1e-5
    y, _ = targets(20, n_targets, case[0])
    gradient = evaluate(case, z, y)[1]
    for i, unit in enumerate(np.eye(outputs)):
        numeric = (evaluate(case, z + h * unit, y)[0] - evaluate(case, z - h * unit, y)[0]) / (2 * h)
        np.testing.assert_allclose(gradient[:, i], numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.skipif(not WIDE, reason="long double is no wider than double here")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [30.0, 100.0, 1e4])
@cases
def test_large_scores_are_stable(case, size, dtype):
    """Against plain formulas in long double, which holds exp(1e4), wherever the result is representable."""
    n_targets, outputs = columns(case, 2)
    signs = np.random.RandomState(0).choice([-1.0, 1.0], size=(40, outputs))
    z = (size * signs).astype(dtype)
    y, matrix = targets(40, n_targets, case[0], dtype)
    with np.errstate(all="ignore"):
        exact = oracle(case, np.longdouble)
        expected = [
            part(z.astype(np.longdouble), matrix.astype(np.longdouble)) for part in (exact.value, exact.gradient)
        ]
    info = np.finfo(dtype)
    for actual, wanted in zip(evaluate(case, z, y), expected, strict=True):
        if case[0].endswith("log_loss") and actual.ndim == 1 and not case[2]:
            continue  # clipped; see below
        representable = np.abs(wanted) < info.max / 2
        actual, wanted = actual.astype(np.longdouble), wanted.astype(np.longdouble)
        error = np.abs(actual[representable] - wanted[representable]) / (1 + np.abs(wanted[representable]))
        assert error.max(initial=0) < 50 * info.eps
        np.testing.assert_array_equal(actual[~representable], np.sign(wanted[~representable]) * np.inf)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", ["binary_log_loss", "log_loss"])
@pytest.mark.parametrize("size", [40.0, 1e4, 1e30])
def test_large_scores_of_log_losses(loss, size, dtype):
    z = np.array([[size, -size], [-size, size]], dtype=dtype)
    y = np.array([0, 0], np.int32) if loss == "log_loss" else np.array([[1, 0], [1, 0]], dtype)
    case = (loss, None, {})
    np.testing.assert_allclose(predict(case, z), [[1, 0], [0, 1]], atol=1e-15)
    value, gradient = evaluate(case, z, y)
    eps = np.finfo(dtype).eps
    answers = 2 if loss == "binary_log_loss" else 1
    expected = [answers * eps, answers * min(size * (1 if answers == 2 else 2), -np.log(eps))]
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, 0], [-1, 1]], atol=1e-15)


def test_logarithms_keep_what_predictions_lose():
    """Poisson and gamma losses where the prediction underflows, and small errors of log_cosh."""
    for output in ("exp", "softplus", "logistic"):
        value, gradient = evaluate(("poisson", output, {}), np.array([[-1e4]]), np.array([[2.0]]))
        np.testing.assert_allclose([value[0], gradient[0, 0]], [2 * (np.log(2) + 1e4) - 2, -2], rtol=1e-14)
        value, gradient = evaluate(("gamma", output, {}), np.array([[-700.0]]), np.array([[2.0]]))
        np.testing.assert_allclose(gradient[0, 0] / np.exp(700.0), -2, rtol=1e-12)
    value, _ = evaluate(("log_cosh", "identity", {}), np.array([[1e-8]], np.float32), np.zeros((1, 1), np.float32))
    np.testing.assert_allclose(value, 5e-17, rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_log_loss_is_clipped_as_in_scikit_learn(dtype):
    z = np.concatenate([np.linspace(-60, 60, 41), [-1e4, 1e4]]).astype(dtype)
    scores = np.stack([z, np.zeros_like(z)], axis=1)
    y = np.zeros(len(z), np.int32)
    value, _ = evaluate(("log_loss", None, {}), scores, y)
    probabilities = predict(("log_loss", None, {}), scores)
    for r in range(len(z)):
        expected = metrics.log_loss([0], probabilities[r : r + 1], labels=[0, 1])
        # 1 - p loses digits that the loss of the scores keeps.
        np.testing.assert_allclose(value[r], expected, rtol=1e-6, atol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@cases
def test_nan_scores_do_not_vanish(case, dtype):
    n_targets, outputs = columns(case, 3)
    z = np.full((1, outputs), np.nan, dtype)
    y, _ = targets(1, n_targets, case[0], dtype)
    value, gradient = evaluate(case, z, y)
    assert np.isnan(predict(case, z)).all()
    assert np.isnan(value).all()
    assert np.isnan(gradient).all()
    for place in range(outputs):
        z = np.ones((1, outputs), dtype)
        z[0, place] = np.nan
        value, gradient = evaluate(case, z, y)
        assert np.isnan(value[0])
        assert np.isnan(gradient[0, place])


@pytest.mark.parametrize("dtype", DTYPES)
@cases
def test_rows_do_not_depend_on_each_other(case, dtype):
    n_targets, outputs = columns(case, 5)
    z = np.random.RandomState(0).randn(131, outputs).astype(dtype)
    y, _ = targets(131, n_targets, case[0], dtype)
    value, gradient = evaluate(case, z, y)
    p = predict(case, z)
    for r in range(0, 131, 13):
        one, slope = evaluate(case, z[r : r + 1], y[r : r + 1])
        assert one[0] == value[r]
        np.testing.assert_array_equal(slope[0], gradient[r])
        np.testing.assert_array_equal(predict(case, z[r : r + 1])[0], p[r])


@pytest.mark.parametrize("dtype", DTYPES)
@cases
def test_networks_use_the_choice(case, dtype):
    """A network without hidden layers whose inputs are the raw scores."""
    loss, output, settings = case
    n_targets, outputs = columns(case, 3)
    z = np.random.RandomState(0).randn(20, outputs).astype(dtype)
    y, _ = targets(20, n_targets, loss, dtype)
    eye, zeros = np.eye(outputs, dtype=dtype), np.zeros(outputs, dtype)
    net = engine("Network", dtype)([outputs, outputs], [], loss, output, settings)
    net.set_layer(0, eye, zeros)
    value, gradient = evaluate(case, z, y)
    trained = engine("Trainer", dtype)(net, z, y, n_threads=1).loss_and_gradients()
    np.testing.assert_allclose(trained[0], value.mean(), rtol=1e-6)
    np.testing.assert_allclose(trained[3][0], gradient.mean(axis=0), rtol=1e-4, atol=1e-5)
    one_call = engine("predict", dtype)(z, [eye], [zeros], [], loss, 1, output, settings)
    for p in (
        net.predict(z),
        one_call,
        engine("predict", dtype)(z[:4], [eye], [zeros], [], loss, 1, output, settings),
    ):
        np.testing.assert_array_equal(p, predict(case, z)[: len(p)])


def test_subgradients_at_kinks_are_zero():
    at = np.array([[1.0]])
    for case, z in (
        (("absolute_error", None, {}), at),
        (("quantile", None, {"quantiles": 0.2}), at),
        (("hinge", None, {}), at),
        (("squared_error", "relu", {}), 0 * at),
    ):
        value, gradient = evaluate(case, z, at)
        assert gradient[0, 0] == 0
        assert value[0] == (0.5 if case[1] == "relu" else 0)
    # The first of two quantiles is the target, so that only the second one has a slope, which both scores raise.
    value, gradient = evaluate(("quantile", None, {"quantiles": [0.2, 0.9]}), np.array([[1.0, 0.5]]), at)
    np.testing.assert_allclose(value, [0.1 * np.log1p(np.exp(0.5))])
    np.testing.assert_allclose(gradient, [[0.1, 0.1 / (1 + np.exp(-0.5))]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_several_quantiles_never_cross(dtype):
    z = (10 * np.random.RandomState(0).randn(500, 6)).astype(dtype)
    p = predict(("quantile", None, SEVERAL), z).reshape(500, 2, 3)
    assert (np.diff(p, axis=2) >= 0).all()
    np.testing.assert_array_equal(p[..., 0], z[:, ::3])


# Other libraries


def test_against_the_metrics_of_scikit_learn():
    rng = np.random.RandomState(0)
    z, counts, amounts, yes = (
        rng.randn(50, 1),
        rng.poisson(2.0, (50, 1)),
        rng.gamma(2.0, size=(50, 1)),
        rng.rand(50) < 0.5,
    )
    p = np.exp(z)
    np.testing.assert_allclose(
        [
            2 * losses.poisson(counts, z)[0].mean(),
            2 * losses.gamma(amounts, z)[0].mean(),
            2 * losses.tweedie(counts, z)[0].mean(),
            2 * losses.tweedie(amounts, z, 1.9)[0].mean(),
            losses.quantile(amounts, z, 0.3)[0].mean(),
            losses.absolute_error(amounts, z)[0].mean(),
            2 * losses.squared_error(amounts, z)[0].mean(),
            losses.hinge(yes, z)[0].mean(),
            losses.binary_log_loss(yes, z)[0].mean(),
        ],
        [
            metrics.mean_poisson_deviance(counts, p),
            metrics.mean_gamma_deviance(amounts, p),
            metrics.mean_tweedie_deviance(counts, p, power=1.5),
            metrics.mean_tweedie_deviance(amounts, p, power=1.9),
            metrics.mean_pinball_loss(amounts, z, alpha=0.3),
            metrics.mean_absolute_error(amounts, z),
            metrics.mean_squared_error(amounts, z),
            metrics.hinge_loss(yes, z.ravel()),
            metrics.log_loss(yes, losses.BinaryLogLoss().predict(z)),
        ],
        rtol=1e-12,
    )
    scores, classes = rng.randn(50, 4), rng.randint(4, size=50)
    np.testing.assert_allclose(
        losses.log_loss(classes, scores)[0].mean(),
        metrics.log_loss(classes, losses.LogLoss().predict(scores), labels=range(4)),
        rtol=1e-12,
    )
    p = losses.Quantile(**SEVERAL).predict(scores[:, :3])
    np.testing.assert_allclose(
        losses.quantile(amounts, scores[:, :3], **SEVERAL)[0].mean(),
        sum(metrics.mean_pinball_loss(amounts, p[:, k], alpha=q) for k, q in enumerate(SEVERAL["quantiles"])),
        rtol=1e-12,
    )


@cases
def test_against_torch(case):
    torch = pytest.importorskip("torch")
    loss, output, settings = case
    entry, info = reference.LOSSES[loss], _core.LOSS_INFO[loss]
    if entry.torch is None or np.size(settings.get("quantiles", 0.5)) > 1:
        pytest.skip("PyTorch has no counterpart")
    settings = {key: np.atleast_1d(value) if key == "quantiles" else value for key, value in settings.items()}
    z = torch.from_numpy(np.random.RandomState(0).randn(30, 3)).requires_grad_()
    y, _ = targets(30, 3, loss)
    t = torch.from_numpy(y.astype(np.int64) if info["categorical"] else y)
    link = reference.OUTPUT_ACTIVATIONS[output or info["output_activations"][0]]
    value = entry.torch(torch, z if hasattr(entry, "gradient") else link.torch(torch, z), t, **settings)
    value = value.sum(dim=1) if value.ndim == 2 else value
    value.sum().backward()
    ours, gradient = evaluate(case, z.detach().numpy(), y)
    np.testing.assert_allclose(ours, value.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(gradient, z.grad.numpy(), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(predict(case, z.detach().numpy()), link.torch(torch, z).detach().numpy(), rtol=1e-12)


# Errors


@pytest.mark.parametrize(("loss", "output"), ILLEGAL)
def test_illegal_pairs_are_refused_with_the_reason(loss, output):
    accepted = ", ".join(f"'{name}'" for name in _core.LOSS_INFO[loss]["output_activations"])
    y, _ = targets(2, 3, loss)
    reason = re.escape(_core.LOSS_INFO[loss]["why"])
    message = f"output_activation: got '{output}' for loss '{loss}', expected .*{accepted}, because {reason}"
    for call in (
        lambda: _core.check_loss(loss, output, {}),
        lambda: _core.Network64([2, 3], [], loss, output),
        lambda: _core.predict64(np.ones((1, 2)), [np.ones((2, 3))], [np.ones(3)], [], loss, 1, output),
        lambda: evaluate((loss, output, {}), np.ones((2, 3)), y),
        lambda: getattr(losses, loss)(y, np.ones((2, 3)), output_activation=output),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_several_quantiles_have_no_other_output_activation():
    with pytest.raises(ValueError, match="got 'exp' for loss 'quantile', expected 'identity', because several"):
        _core.check_loss("quantile", "exp", SEVERAL)


@pytest.mark.parametrize(
    ("loss", "settings", "message"),
    [
        ("nothing", {}, "loss: got 'nothing', expected one of .*'squared_error', "),
        ("huber", {"delta": [1.0, 2.0]}, r"delta: got \[1, 2\], expected a number in \(0, inf\)"),
        ("huber", {"delta": []}, r"delta: got \[\], expected a number"),
        ("huber", {"gamma": 1.0}, "settings of loss 'huber': got 'gamma', expected 'delta'"),
        ("poisson", {"delta": 1.0}, "settings of loss 'poisson': got 'delta', expected none"),
        (
            "quantile",
            {"quantiles": []},
            r"quantiles: got \[\], expected numbers in \(0, 1\), at least one, in increasing",
        ),
        ("quantile", {"quantiles": [0.5, 0.5]}, r"quantiles: got \[0.5, 0.5\], expected numbers in"),
        ("quantile", {"quantiles": [0.5, 0.3]}, r"quantiles: got \[0.5, 0.3\], expected numbers in"),
        ("quantile", {"quantiles": [0.5, np.nan]}, r"quantiles: got \[0.5, nan\], expected numbers in"),
        *(
            (loss, {key: value}, f"{key}: got .*, expected {re.escape(setting['accepted'])}")
            for loss, info in _core.LOSS_INFO.items()
            for key, setting in info["settings"].items()
            for value in outside(setting)
        ),
    ],
)
def test_bad_settings(loss, settings, message):
    for call in (
        lambda: _core.check_loss(loss, None, settings),
        lambda: _core.Network32([2, 3], [], loss, loss_settings=settings),
        lambda: evaluate((loss, None, settings), np.ones((2, 3)), np.ones((2, 3))),
        lambda: predict((loss, None, settings), np.ones((2, 3))),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_outputs_that_are_no_whole_number_of_targets():
    message = "outputs: got 4 for loss 'quantile', expected a multiple of 3, its outputs for each target"
    for call in (
        lambda: _core.Network64([2, 4], [], "quantile", None, SEVERAL),
        lambda: _core.predict64(
            np.ones((1, 2)), [np.ones((2, 4))], [np.ones(4)], [], "quantile", loss_settings=SEVERAL
        ),
        lambda: evaluate(("quantile", None, SEVERAL), np.ones((2, 4)), np.ones((2, 1))),
        lambda: predict(("quantile", None, SEVERAL), np.ones((2, 4))),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_bad_arrays():
    case, z, y = ("squared_error", None, {}), np.ones((4, 3)), np.ones((4, 3))
    for bad in (np.ones(3), np.ones((2, 2, 2)), np.ones((2, 0))):
        with pytest.raises(ValueError, match="z: got shape"):
            _core.evaluate_loss64(*case, bad, y)
        with pytest.raises(ValueError, match="z: got shape"):
            _core.apply_output64(*case, bad)
    for bad in (z.astype(np.float32), z[:, ::2], z[::-1], z.astype(">f8"), None, [[1.0]]):
        with pytest.raises(TypeError, match="incompatible"):
            _core.evaluate_loss64(*case, bad, y)
    for bad in (np.ones((3, 3)), np.ones((4, 2)), np.ones(4)):
        with pytest.raises(ValueError, match=r"y: got shape .*, expected shape \(4, 3\)"):
            _core.evaluate_loss64(*case, z, bad)
    for bad in (y.astype(np.float32), y[:, ::-1], None, 3):
        with pytest.raises(ValueError, match=r"y: got .*, expected a C-ordered array of float64"):
            _core.evaluate_loss64(*case, z, bad)
    for label in (-1, 3, 2**31 - 1):
        with pytest.raises(ValueError, match=f"y: got {label}, expected from 0 to 2"):
            _core.evaluate_loss64("log_loss", None, {}, z, np.array([0, 1, 2, label], np.int32))
    with pytest.raises(ValueError, match="y: got ndarray, expected a C-ordered array of int32"):
        _core.evaluate_loss64("log_loss", None, {}, z, np.zeros(4))
    unaligned = np.frombuffer(bytearray(8 * 12 + 1), np.uint8)[1:].view(np.float64).reshape(4, 3)
    with pytest.raises(ValueError, match="not aligned"):
        _core.apply_output64(*case, unaligned)
    assert _core.evaluate_loss64(*case, np.ones((0, 3)), np.ones((0, 3)))[1].shape == (0, 3)


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        ("poisson", -1.0, "y: got -1.0, expected at least 0 for loss='poisson'"),
        ("poisson", np.nan, "y: got nan, expected at least 0"),
        ("gamma", 0.0, "y: got 0.0, expected above 0 for loss='gamma'"),
        ("tweedie", -0.5, "y: got -0.5, expected at least 0 for loss='tweedie'"),
        ("binary_log_loss", 1.5, "y: got 1.5, expected from 0 to 1"),
        ("hinge", -1.0, "y: got -1.0, expected 0 or 1"),
        ("binary_focal", 0.5, "y: got 0.5, expected 0 or 1"),
    ],
)
def test_targets_that_a_loss_is_not_defined_for(loss, y, message):
    for rows in (2, 5000):  # the engine evaluates 5000 in several parts
        all_y = np.ones((rows, 1))
        all_y[-1] = y
        for call, *scores in ((losses.find(loss).check_targets,), (getattr(losses, loss), np.ones((rows, 1)))):
            with pytest.raises(ValueError, match=message):
                call(all_y, *scores)
        losses.find(loss).check_targets(all_y[:-1])


# The public module


@pytest.mark.parametrize("name", _core.LOSSES)
def test_classes(name):
    loss = losses.find(name)
    cls = type(loss)
    assert (loss.name, cls.__name__.lower()) == (name, name.replace("_", ""))
    assert loss == cls() == eval(repr(loss), vars(losses)) == pickle.loads(pickle.dumps(loss)) == clone(loss)
    assert losses.find(loss) is loss
    assert {*loss.get_params()} == {*_core.LOSS_INFO[name]["settings"]}
    for words in (cls.__doc__, getattr(losses, name).__doc__):
        for part in (*_core.LOSS_INFO[name]["settings"], "References", _core.LOSS_INFO[name]["formula"]):
            assert part in words
    for one in (cls.__name__, name):
        assert one in losses.__all__


@pytest.mark.parametrize(("name", "settings"), SETTINGS)
def test_settings_of_classes(name, settings):
    cls = type(losses.find(name))
    (value,) = settings.values()
    loss = cls(value)
    assert loss == cls(**settings) == eval(repr(loss), vars(losses)) == pickle.loads(pickle.dumps(loss)) == clone(loss)
    assert loss != cls()
    assert cls().set_params(**settings) == loss
    n_targets, outputs = columns((name, None, settings), 2)
    z = np.random.RandomState(0).randn(10, outputs)
    y, _ = targets(10, n_targets, name)
    for ours, theirs in zip(loss(y, z), evaluate((name, None, settings), z, y), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(getattr(losses, name)(y, z, **settings), loss(y, z), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(loss.predict(z), predict((name, None, settings), z))


def test_arrays_of_other_kinds():
    for z in ([1, 2, 4], np.array([1, 2, 4]), np.array([1.0, 2.0, 4.0])[::-1][::-1]):
        value, gradient = losses.squared_error([1, 1, 1], z)
        np.testing.assert_array_equal(value, [0, 0.5, 4.5])
        np.testing.assert_array_equal(gradient, [0, 1, 3])
        assert value.dtype == gradient.dtype == np.float64
    value, gradient = losses.squared_error([1.0], np.array([[2.0]], np.float32))
    assert value.dtype == gradient.dtype == np.float32
    for y in ([2, 0], np.array([2, 0], np.uint8), np.array([2, 0], np.int64)):
        np.testing.assert_allclose(losses.log_loss(y, np.zeros((2, 3)))[0], np.log(3))
    assert losses.Huber().predict(np.empty((0, 3))).shape == (0, 3)
    for y in (np.array([0.0, 1.0]), ["a", "b"]):
        with pytest.raises(ValueError, match=r"y_true: got .*, expected integers"):
            losses.log_loss(y, np.zeros((2, 3)))
    for y in ([0, 3], [0, -1], [0, 2**32], [0, -(2**32)]):
        with pytest.raises(ValueError, match=r"y: got .*, expected from 0 to 2"):
            losses.log_loss(y, np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"raw_scores: got shape \(\), expected \(n_samples, n_outputs\)"):
        losses.squared_error(1.0, 2.0)


def test_bad_settings_of_classes():
    with pytest.raises(ValueError, match=r"delta: got -1, expected a number in \(0, inf\)"):
        losses.Huber(-1)
    with pytest.raises(TypeError, match="dleta"):
        losses.Huber(dleta=1.0)
    for value in (None, "1.0", [[1.0]], [1.0], 1j, np.ones(2)):
        with pytest.raises(TypeError, match=r"delta: got .*, expected a number in \(0, inf\)"):
            losses.Huber(value)
    for value in (None, "0.5", [[0.5]], ["a"], [0.1, [0.2, 0.3]], {0.5: 1}):
        with pytest.raises(TypeError, match=r"quantiles: got .*, expected numbers in \(0, 1\), at least one"):
            losses.Quantile(value)
    loss = losses.Huber(2.0)
    with pytest.raises(ValueError, match="settings of loss 'huber': got 'gamma', expected 'delta'"):
        loss.set_params(gamma=1.0)
    with pytest.raises(ValueError, match="delta: got 0"):
        loss.set_params(delta=0.0)
    assert loss == losses.Huber(2.0)
    with pytest.raises(TypeError, match="unhashable"):
        hash(loss)


def test_find():
    with pytest.raises(ValueError, match="loss: got 'absolute', expected one of"):
        losses.find("absolute")
    with pytest.raises(TypeError, match="loss: got 3, expected one of"):
        losses.find(3)
    with pytest.raises(TypeError, match=r"loss: got the class Huber, expected an instance, such as Huber\(\)"):
        losses.find(losses.Huber)
    custom = losses.find(halves)
    assert custom == losses.Custom(halves) == pickle.loads(pickle.dumps(custom)) == clone(custom)
    assert losses.find(custom) is custom
    assert repr(custom) == "Custom(halves)"


def halves(y_true, raw_scores):
    return ((raw_scores - y_true) ** 2 / 2).sum(axis=1), raw_scores - y_true


@pytest.mark.parametrize("dtype", DTYPES)
def test_custom_is_as_the_engines(dtype):
    z, y = np.random.RandomState(0).randn(2, 20, 3).astype(dtype)
    for ours, theirs in zip(losses.Custom(halves)(y, z), losses.squared_error(y, z), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
        assert ours.dtype == dtype
    for output in _core.OUTPUT_ACTIVATIONS:
        loss = "log_loss" if output == "softmax" else "squared_error"
        np.testing.assert_array_equal(losses.Custom(halves).predict(z, output), predict((loss, output, {}), z))


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (None, TypeError, "returned NoneType, expected a tuple"),
        (np.ones((2, 4)), TypeError, "returned ndarray, expected a tuple"),
        ((np.ones(4),), TypeError, "returned tuple, expected a tuple"),
        ((np.ones((4, 1)), np.ones((4, 3))), ValueError, r"the loss of each row of shape \(4, 1\), expected \(4,\)"),
        ((1.0, np.ones((4, 3))), ValueError, r"the loss of each row of shape \(\), expected \(4,\)"),
        ((np.ones(4), np.ones((3, 4))), ValueError, r"the gradient of shape \(3, 4\), expected \(4, 3\)"),
        ((np.ones(4), np.ones((4, 3), complex)), TypeError, "the gradient of dtype complex128, expected real numbers"),
        ((np.ones(4, object), np.ones((4, 3))), TypeError, "the loss of each row of dtype object, expected real"),
        ((np.ones(4), [[1.0], [1.0, 2.0]]), TypeError, "the gradient that is not an array"),
    ],
)
def test_what_custom_functions_may_not_return(returned, error, message):
    with pytest.raises(error, match=message):
        losses.Custom(lambda y_true, raw_scores: returned)(np.ones((4, 3)), np.ones((4, 3)))


def test_custom_passes_nan_on_and_takes_functions_only():
    value, gradient = losses.Custom(lambda y, z: (np.full(2, np.nan), z.astype(int) * 0))(np.ones(2), np.ones((2, 1)))
    assert np.isnan(value).all()
    assert gradient.dtype == np.float64
    with pytest.raises(TypeError, match="function: got 3, expected a callable"):
        losses.Custom(3)


def test_the_module_does_not_load_scikit_learn():
    assert python("import sys; import rosenblatt.losses; print('sklearn' in sys.modules)") == "False"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.LOSSES)
@pytest.mark.parametrize("shape", [(3000,), (3000, 1), (700, 4), (0, 1)])
def test_arrays_that_need_no_conversion_have_the_same_loss(name, shape, dtype):
    loss = losses.find(name)
    if loss.categorical and len(shape) == 1:
        pytest.skip("needs several outputs")
    rng = np.random.RandomState(0)
    z = rng.randn(*shape).astype(dtype)
    y = rng.randint(2, size=shape).astype(dtype) + dtype(name == "gamma")
    if loss.categorical:
        y = rng.randint(shape[1], size=shape[0])
    direct = loss(y, z)
    converted = loss(np.repeat(y, 2, axis=0)[::2], np.repeat(z, 2, axis=0)[::2])
    called = getattr(losses, name)(y, z)
    for part, other, by_function in zip(direct, converted, called, strict=True):
        assert part.dtype == dtype
        np.testing.assert_array_equal(part, other)
        np.testing.assert_array_equal(part, by_function)
    assert direct[1].shape == shape


@pytest.mark.parametrize(
    ("y", "z"),
    [
        (np.ones(3), np.ones(4)),
        (np.ones((3, 2)), np.ones(3)),
        (np.ones(()), np.ones(())),
        (np.ones((2, 2, 2)), np.ones((2, 2, 2))),
        (np.ones((3, 0)), np.ones((3, 0))),
    ],
    ids=lambda array: str(array.shape),
)
def test_shapes_that_do_not_fit(y, z):
    with pytest.raises(ValueError, match=r"y: got shape|raw_scores: got shape|z: got shape"):
        losses.squared_error(y, z)
