"""Optimizers against the reference, over many steps."""

import copy
import inspect
import pickle
import re

import numpy as np
import pytest
from sklearn.base import clone

import reference
from cases import (
    DTYPES,
    engine,
    flat,
    inputs,
    inside,
    network,
    outside,
    parameters,
    parameters_of,
    targets,
    unaligned,
)
from rosenblatt import MLPRegressor, _core, optimizers

WIDTHS = [5, 17, 3]

# Settings to test together, besides each alone.
TOGETHER = {
    "sgd": [
        {"momentum": 0.0, "nesterovs_momentum": 0.0},
        {"momentum": 0.5, "nesterovs_momentum": 0.0},
        {"momentum": 1.0, "nesterovs_momentum": 1.0},
    ],
    "adam": [{"beta_1": 0.0}, {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}],
    "rmsprop": [{"momentum": 1.0}, {"momentum": 0.9, "centered": True, "rho": 0.8}],
}

CASES = [
    (name, settings)
    for name, info in _core.OPTIMIZER_INFO.items()
    for settings in [
        {},
        *({key: inside(setting)[-1]} for key, setting in info["settings"].items()),
        *TOGETHER.get(name, []),
    ]
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", [0.0, 0.3])
@pytest.mark.parametrize(("name", "settings"), CASES)
def test_against_the_reference(name, settings, alpha, dtype):
    rows, batch, epochs = 50, 16, 15
    X = inputs(rows, WIDTHS[0], dtype)
    y, matrix = targets(rows, WIDTHS[-1], "squared_error", dtype)
    net = network(WIDTHS, dtype=dtype)
    trainer = engine("Trainer", dtype)(net, X, y, batch_size=batch, alpha=alpha, n_threads=1)
    optimizer = engine("Optimizer", dtype)(name, settings, net)
    rng = np.random.RandomState(0)
    batches = []
    for _ in range(epochs):
        order = rng.permutation(rows)
        trainer.epoch(optimizer, 0.01, order)
        batches += [order[first : first + batch] for first in range(0, rows, batch)]
    assert optimizer.steps == len(batches)
    start = [[a.astype(np.float64) for a in group] for group in parameters(WIDTHS, dtype)]
    expected = reference.train(
        X.astype(np.float64), matrix, *start, "tanh", "squared_error", name, 0.01, batches, alpha, **settings
    )
    tolerance = 2e-4 if dtype == np.float32 else 1e-11
    np.testing.assert_allclose(flat(*parameters_of(net, WIDTHS)), flat(*expected), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_state_can_be_taken_out_and_put_back(name, dtype):
    X, (y, _) = inputs(40, 5, dtype), targets(40, 3, "squared_error", dtype)

    def setup():
        net = network(WIDTHS, dtype=dtype)
        return (
            net,
            engine("Trainer", dtype)(net, X, y, batch_size=8, alpha=0.1, n_threads=1),
            engine("Optimizer", dtype)(name, {}, net),
        )

    net, trainer, optimizer = setup()
    assert len(optimizer.state) == _core.OPTIMIZER_INFO[name]["slots"]
    assert all(not slot.any() and slot.dtype == dtype for slot in optimizer.state)
    for _ in range(6):
        trainer.epoch(optimizer, 0.01)

    other, second_trainer, second = setup()
    for _ in range(3):
        second_trainer.epoch(second, 0.01)
    third = engine("Optimizer", dtype)(name, {}, other)
    third.state, third.steps = [slot.copy() for slot in second.state], second.steps
    for _ in range(3):
        second_trainer.epoch(third, 0.01)
    np.testing.assert_array_equal(flat(*parameters_of(net, WIDTHS)), flat(*parameters_of(other, WIDTHS)))


def test_unknown_names():
    net = network(WIDTHS)
    with pytest.raises(ValueError, match=r"optimizer: got 'newton', expected one of .*'sgd', 'adam', .*'lion'"):
        _core.Optimizer64("newton", {}, net)
    with pytest.raises(
        ValueError,
        match=r"settings of optimizer 'sgd': got 'beta_1', expected one of 'momentum', .*'weight_decay'",
    ):
        _core.Optimizer64("sgd", {"beta_1": 0.5}, net)


@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_settings_out_of_their_range(name):
    net = network(WIDTHS)
    for key, setting in _core.OPTIMIZER_INFO[name]["settings"].items():
        for value in outside(setting):
            message = rf"{key}: got .*, expected {re.escape(setting['accepted'])}"
            for call in (
                lambda settings: _core.Optimizer64(name, settings, net),
                lambda settings: _core.optimizer_settings(name, settings),
                lambda settings: _core.optimizer_step64(name, settings, 0.1, 1, [], [], []),
                lambda settings: optimizers.find(name).set_params(**settings),
            ):
                with pytest.raises(ValueError, match=message):
                    call({key: value})


# A step for arrays of one's own.


def arrays(dtype, seed=0):
    rng = np.random.RandomState(seed)
    return [np.asarray(rng.randn(*shape), dtype) for shape in [(3, 17), (17,), (2, 3, 5), ()]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "settings"), CASES)
def test_step_against_the_reference(name, settings, dtype):
    optimizer = optimizers.find(name).set_params(learning_rate=0.01, **settings)
    ours = arrays(dtype)
    expected = [array.astype(np.float64) for array in ours]
    states = [[np.zeros_like(array)] * _core.OPTIMIZER_INFO[name]["slots"] for array in expected]
    for t in range(1, 31):
        gradients = arrays(dtype, seed=t)
        optimizer.step(ours, gradients)
        for i, gradient in enumerate(gradients):
            expected[i], states[i] = reference.optimizer_step(
                name, expected[i], gradient.astype(np.float64), states[i], t, 0.01, **settings
            )
    assert optimizer.steps == 30
    tolerance = 1e-4 if dtype == np.float32 else 1e-11
    for mine, other in zip(ours, expected, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_step_and_trainer_have_the_same_bits(name, dtype):
    X, (y, _) = inputs(40, 5, dtype), targets(40, 3, "squared_error", dtype)
    net, other = network(WIDTHS, dtype=dtype), network(WIDTHS, dtype=dtype)
    trainer = engine("Trainer", dtype)(net, X, y, alpha=0.1, n_threads=1)
    inner = engine("Optimizer", dtype)(name, {"weight_decay": 0.1}, net)
    outer = optimizers.find(name).set_params(learning_rate=0.01, weight_decay=0.1)
    ours, gradients_of = parameters(WIDTHS, dtype), engine("Trainer", dtype)(other, X, y, alpha=0.1, n_threads=1)
    for _ in range(5):
        _, _, *gradients = gradients_of.loss_and_gradients()
        outer.step([*ours[0], *ours[1]], [*gradients[0], *gradients[1]])
        for layer, layer_parameters in enumerate(zip(*ours, strict=True)):
            other.set_layer(layer, *layer_parameters)
        trainer.epoch(inner, 0.01)
    np.testing.assert_array_equal(flat(*ours), flat(*parameters_of(net, WIDTHS)))


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # NAdam's product of momenta is of the default dtype
    yield torch
    torch.set_default_dtype(before)


@pytest.mark.parametrize("changed", [False, True], ids=["defaults", "changed"])
@pytest.mark.parametrize("name", [name for name, entry in reference.OPTIMIZERS.items() if entry.torch])
def test_against_pytorch(torch, name, changed):
    """A hundred steps, with the defaults of PyTorch (also of the learning rate), or with other settings."""
    optimizer = optimizers.find(name)
    decoupled = reference.torch_optimizer(name, optimizer.settings)[2]
    if changed:
        settings = _core.OPTIMIZER_INFO[name]["settings"]
        others = {key: inside(setting)[-1] for key, setting in settings.items() if key != "weight_decay" or decoupled}
        optimizer.set_params(**others)
    class_name, arguments, _ = reference.torch_optimizer(name, optimizer.settings)
    ours = arrays(np.float64)[::2]  # weights only: PyTorch's decay makes no difference between them and biases
    tensors = [torch.tensor(array.copy()) for array in ours]
    other = getattr(torch.optim, class_name)(tensors, **arguments)
    assert changed or other.param_groups[0]["lr"] == optimizer.learning_rate
    for t in range(1, 101):
        gradients = arrays(np.float64, seed=t)[::2]
        optimizer.step(ours, gradients)
        for tensor, gradient in zip(tensors, gradients, strict=True):
            tensor.grad = torch.tensor(gradient)
        if name == "adam":
            # Ours is the form of the paper's section 2, as in scikit-learn, whose epsilon has no bias correction.
            settings = optimizer.settings
            other.param_groups[0]["eps"] = settings["epsilon"] / np.sqrt(1 - settings["beta_2"] ** t)
        other.step()
    for array, tensor in zip(ours, tensors, strict=True):
        np.testing.assert_allclose(array, tensor.numpy(), rtol=1e-10)


@pytest.mark.parametrize("momentum_decay", [0.0, 1e-12, 4e-3, 10.0, 1e300])
@pytest.mark.parametrize("beta_1", [0.0, 0.5, 0.9, 0.999])
def test_nadams_momentum_of_far_steps(beta_1, momentum_decay):
    """The product of all momenta so far comes from the number of steps alone, however many they are."""
    settings = {"beta_1": beta_1, "momentum_decay": momentum_decay}
    for t in (1, 2, 500, 20000):
        ours, state = [np.ones((1, 1))], [[np.zeros((1, 1))] * 2]
        expected, _ = reference.OPTIMIZERS["nadam"].step(ours[0].copy(), 0.5, state[0], t, 0.1, **settings)
        _core.optimizer_step64("nadam", settings, 0.1, t, ours, [np.full((1, 1), 0.5)], [[s.copy() for s in state[0]]])
        np.testing.assert_allclose(1 - ours[0], 1 - expected, rtol=1e-11)
    _core.optimizer_step64("nadam", settings, 0.1, 2**60, ours, [ours[0] * 0.5], [[np.zeros((1, 1)), np.ones((1, 1))]])
    assert np.isfinite(ours[0]).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_parameters_without_gradients_stay(name, dtype):
    """Neither the smallest epsilon nor weight decay spoils what is zero, as the padding of weights is."""
    tiny = {"epsilon": 5e-324} if "epsilon" in _core.OPTIMIZER_SETTINGS[name] else {}
    optimizer = optimizers.find(name).set_params(**tiny, weight_decay=0.5)
    zeros, bias = np.zeros((4, 5), dtype), np.ones(3, dtype)
    for _ in range(10):
        optimizer.step([zeros, bias], [np.zeros((4, 5)), np.zeros(3)])
    assert not zeros.any()
    np.testing.assert_array_equal(bias, 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_variance_that_is_rounded_below_zero(dtype):
    """Centred RMSprop with constant gradients, whose variance tends to 0."""
    weights, gradients = np.zeros((20, 50), dtype), np.random.RandomState(0).randn(20, 50).astype(dtype)
    optimizer = optimizers.RMSprop(centered=True, rho=0.7)
    for _ in range(200):
        optimizer.step([weights], [gradients])
    assert np.isfinite(weights).all()


@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_nan_gradients_show(name):
    weights = np.ones((2, 2))
    optimizers.find(name).step([weights], [np.array([[np.nan, 1], [1, 1]])])
    np.testing.assert_array_equal(np.isnan(weights), [[True, False], [False, False]])


def call_step(parameters, gradients, state, t=1, name="sgd", settings=None):
    _core.optimizer_step64(name, settings or {}, 0.1, t, parameters, gradients, state)


def test_bad_arguments_of_a_step():
    def good():
        return np.ones((2, 3))

    frozen, base = good(), np.ones(20)
    frozen.flags.writeable = False
    for at in range(3):
        for bad in (None, 3, [1.0], np.ones((2, 3), np.float32), np.ones((3, 2)).T, np.ones((2, 6))[:, ::2]):
            three = [good(), good(), good()]
            three[at] = bad
            with pytest.raises(
                ValueError, match=r"(parameters|gradients|state)\[0\].*: got .*, expected a C-ordered arr"
            ):
                call_step([three[0]], [three[1]], [[three[2]]])
        for bad in (np.ones((3, 2)), np.ones(6), np.ones((2, 3, 1)), np.ones((0, 3)), np.ones(())):
            three = [good(), good(), good()]
            three[at] = bad
            with pytest.raises(ValueError, match=r"(gradients|state)\[0\].*: got shape .*, expected shape"):
                call_step([three[0]], [three[1]], [[three[2]]])
    for three in ((frozen, good(), good()), (good(), good(), frozen)):
        with pytest.raises(ValueError, match="got a read-only array"):
            call_step([three[0]], [three[1]], [[three[2]]])
    call_step([good()], [frozen], [[good()]])
    for state in ([[]], [[good(), good()]]):
        with pytest.raises(ValueError, match=r"state\[0\]: got . arrays, expected 1"):
            call_step([good()], [good()], state)
    for lists in (([good()], [], [[good()]]), ([good()], [good()], [])):
        with pytest.raises(ValueError, match=r"(gradients|state): got 0 entries, expected 1 as of parameters"):
            call_step(*lists)
    for lists in ((good(), [good()], [[good()]]), ([good()], 3, [[good()]]), ([good()], [good()], None)):
        with pytest.raises(TypeError, match=r"(parameters|gradients|state): got .*, expected a list"):
            call_step(*lists)
    with pytest.raises(TypeError, match=r"state\[0\]: got ndarray, expected a list"):
        call_step([good()], [good()], [good()])
    for t in (0, -1, 2**62):
        with pytest.raises(ValueError, match=f"t: got {t}, expected from 1"):
            call_step([good()], [good()], [[good()]], t=t)
    same = good()
    call_step([same], [same], [[good()]])  # the gradient of |w|^2 / 2
    for three in (
        (same, good(), same),
        (good(), same, same),
        (base[:10], base[9:19], np.ones(10)),
        (base[9:19], np.ones(10), base[:10]),
    ):
        with pytest.raises(ValueError, match="share memory"):
            call_step([three[0]], [three[1]], [[three[2]]])
    with pytest.raises(ValueError, match="share memory"):
        call_step([good()], [good()], [[same, same]], name="adam")
    with pytest.raises(ValueError, match=r"parameters\[0\]: got an array that is not aligned"):
        call_step([unaligned(good())], [good()], [[good()]])


def test_a_refused_step_changes_nothing():
    first, second = np.ones((2, 3)), np.ones(4)
    with pytest.raises(ValueError, match=r"gradients\[1\]"):
        call_step([first, second], [first + 1, np.ones(5)], [[np.zeros((2, 3))], [np.zeros(4)]])
    np.testing.assert_array_equal(first, 1)
    optimizer = optimizers.SGD()
    with pytest.raises(ValueError, match=r"gradients\[1\]"):
        optimizer.step([first, second], [first + 1, np.ones(5)])
    assert optimizer.steps == 0
    optimizer.step([first], [first + 1])  # the refused arrays decided nothing


# The classes.


@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_classes(name):
    info = _core.OPTIMIZER_INFO[name]
    kind = getattr(optimizers, info["class_name"])
    assert info["class_name"] in optimizers.__all__
    assert kind.name == name
    parameters = inspect.signature(kind).parameters
    assert {key: p.default for key, p in parameters.items()} == {
        "learning_rate": info["learning_rate"],
        **_core.OPTIMIZER_SETTINGS[name],
    }
    one = kind(learning_rate=0.5, weight_decay=0.25)
    assert kind(0.5, weight_decay=0.25) == one != kind(0.5)
    assert one.settings == {**_core.OPTIMIZER_SETTINGS[name], "weight_decay": 0.25}
    assert repr(one) == f"{info['class_name']}(learning_rate=0.5, weight_decay=0.25)"
    for copied in (clone(one), optimizers.find(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert copied == one
        assert copied is not one
    assert optimizers.find(name) == kind()
    for key in parameters:
        assert f"\n{key} : " in kind.__doc__
    for text in (info["summary"].split(".")[0], info["formula"].split("\n")[-1]):
        assert text in kind.__doc__


@pytest.mark.parametrize("name", _core.OPTIMIZERS)
def test_a_pickled_optimizer_goes_on_with_the_same_bits(name):
    one, ours = optimizers.find(name), arrays(np.float64)
    for t in range(3):
        one.step(ours, arrays(np.float64, seed=t))
    other, others = pickle.loads(pickle.dumps((one, ours)))
    for t in range(3, 6):
        one.step(ours, arrays(np.float64, seed=t))
        other.step(others, arrays(np.float64, seed=t))
    np.testing.assert_array_equal(flat(ours), flat(others))
    other.reset()
    assert other.steps == 0
    other.step([np.ones(2, np.float32)], [[1, 2]])  # other shapes, another dtype, and a list for a gradient


def test_nested_parameters_reach_the_optimizer():
    estimator = MLPRegressor(solver=optimizers.SGD(learning_rate=0.5))
    assert estimator.get_params()["solver__learning_rate"] == 0.5
    assert clone(estimator).set_params(solver__momentum=0.5).solver == optimizers.SGD(0.5, momentum=0.5)


def test_wrong_use_of_the_classes():
    with pytest.raises(TypeError, match=r"SGD: .*'beta_1', expected learning_rate, momentum"):
        optimizers.SGD(beta_1=0.5)
    with pytest.raises(TypeError, match="SGD: too many positional arguments"):
        optimizers.SGD(0.1, 0.9)
    for value in ("much", None, [0.5], 1j):
        with pytest.raises(TypeError, match=r"^momentum: got .*, expected a number in \[0, 1\]"):
            optimizers.SGD(momentum=value)
        with pytest.raises(TypeError, match=r"^learning_rate: got .*, expected a number"):
            optimizers.SGD(learning_rate=value)
    for rate in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match=rf"learning_rate: got {rate}, expected a number in \[0, inf\)"):
            optimizers.SGD(rate)
    one = optimizers.SGD(0.5)
    with pytest.raises(ValueError, match="learning_rate: got -1"):
        one.set_params(momentum=0.1, learning_rate=-1)
    with pytest.raises(ValueError, match="settings of optimizer 'sgd': got 'beta_1'"):
        one.set_params(beta_1=0.1)
    with pytest.raises(ValueError, match="learning_rate: got -1"):
        one.learning_rate = -1
    assert one == optimizers.SGD(0.5)
    with pytest.raises(TypeError, match=r"Optimizer has no instances, expected one of its classes: .*SGD, Adam"):
        optimizers.Optimizer()
    with pytest.raises(ValueError, match=r"optimizer: got 'newton', expected one of .*'sgd', .*or an instance"):
        optimizers.find("newton")
    for bad in (None, 3):
        with pytest.raises(TypeError, match=r"optimizer: got .*, expected one of .*'sgd'"):
            optimizers.find(bad)
    with pytest.raises(TypeError, match="optimizer: got the class SGD, expected an instance"):
        optimizers.find(optimizers.SGD)
    with pytest.raises(AttributeError, match=r"module 'rosenblatt\.optimizers' has no attribute 'Newton'"):
        optimizers.Newton  # noqa: B018


def test_wrong_arrays_for_the_classes():
    one = optimizers.Adam()
    for values, gradients in ((np.ones(3), [np.ones(3)]), ([np.ones(3)], np.ones((1, 3))), (None, [])):
        with pytest.raises(TypeError, match=r"(parameters|gradients): got .*, expected a list of arrays"):
            one.step(values, gradients)
    for bad in (np.ones(3, np.int64), np.ones(3, np.float16), [1.0, 2.0], None, 3.0):
        with pytest.raises(ValueError, match=r"parameters\[0\]: got .*, expected an array of float32 or float64"):
            one.step([bad], [np.ones(3)])
    with pytest.raises(ValueError, match="parameters: got an empty list"):
        one.step([], [])
    one.step([np.ones(3)], [np.ones(3)])
    for values in ([np.ones(4)], [np.ones(3)] * 2, [np.ones(3, np.float32)]):
        with pytest.raises(ValueError, match=r"expected float64 of shapes \[\(3,\)\] as in the first step"):
            one.step(values, values)
    one.state[0].pop()
    with pytest.raises(ValueError, match=r"state\[0\]: got 1 arrays, expected 2"):
        one.step([np.ones(3)], [np.ones(3)])
