"""Optimizers against the reference, over many steps."""

import numpy as np
import pytest

import reference
from cases import DTYPES, engine, flat, inputs, network, parameters, parameters_of, targets
from rosenblatt import _core

WIDTHS = [5, 17, 3]

SETTINGS = {
    "sgd": [
        {},
        {"momentum": 0.0, "nesterovs_momentum": 0.0},
        {"momentum": 0.5, "nesterovs_momentum": 0.0},
        {"momentum": 1.0, "nesterovs_momentum": 1.0},
    ],
    "adam": [{}, {"beta_1": 0.0}, {"beta_2": 0.5}, {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}],
}

CASES = [(name, settings) for name in _core.OPTIMIZERS for settings in SETTINGS[name]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", [0.0, 0.3])
@pytest.mark.parametrize(("name", "settings"), CASES)
def test_against_the_reference(name, settings, alpha, dtype):
    rows, batch, epochs = 50, 16, 15
    X = inputs(rows, WIDTHS[0], dtype)
    y, matrix = targets(rows, WIDTHS[-1], "squared_error", dtype)
    net = network(WIDTHS, dtype=dtype)
    trainer = engine("Trainer", dtype)(net, X, y, None, batch, alpha, 1)
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
            engine("Trainer", dtype)(net, X, y, None, 8, 0.1, 1),
            engine("Optimizer", dtype)(name, {}, net),
        )

    net, trainer, optimizer = setup()
    assert len(optimizer.state) == reference.OPTIMIZERS[name].slots
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
    with pytest.raises(ValueError, match="optimizer: unknown name 'newton'"):
        _core.Optimizer64("newton", {}, net)
    with pytest.raises(ValueError, match="'sgd' has no setting 'beta_1'"):
        _core.Optimizer64("sgd", {"beta_1": 0.5}, net)
