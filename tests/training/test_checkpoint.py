"""A checkpoint stores one state of a run, and restores it in full."""

from dataclasses import fields

import numpy as np
import pytest

from cases import make_network
from rosenblatt import schedules
from rosenblatt.training import checkpoint
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.state import State
from rosenblatt.training.stopping import Progress

PROBLEM = {"estimator": "none"}


def new_state(network, fill=False):
    """Return a state before the first epoch, or one in which every field has another value."""
    optimizer = OptimizerState("sgd", {"momentum": 0.5}, 0.1, schedules.ReduceOnPlateau(patience=0, tol=0.5))
    order, held_back = np.arange(6), np.arange(6, 8)
    if not fill:
        state = State(optimizer, np.random.RandomState(0), order, network._arrays(), held_back)
        state.open_history(["epoch", "loss", "learning_rate", "seconds"])
        return state
    for value in (1.0, 1.0, 1.0):
        optimizer.schedule.rates(0.1, 0, 1, 9, 0)
        optimizer.epoch_ends(value)
    engine = optimizer.open(network._engine)
    optimizer.close(engine)
    optimizer.state = [np.full(array.shape, 0.25) for array in optimizer.state]
    optimizer.steps = 6
    random_state = np.random.RandomState(7)
    random_state.randn(3)
    weights, biases = network._arrays()
    return State(
        optimizer,
        random_state,
        order[::-1].copy(),
        network._arrays(),
        held_back[::-1].copy(),
        dropout_seed=5,
        best=([array + 1 for array in weights], [array - 1 for array in biases]),
        best_epoch=1,
        progress=Progress(2, 0.5, [0.1, 0.2, 0.3], 0.3, 0.75),
        n_iter=3,
        t=18,
        loss_curve=[3.0, 2.0, 1.0],
        history={
            "epoch": [1, 2, 3],
            "loss": [3.0, 2.0, 1.0],
            "learning_rate": [0.1, 0.1, 0.01],
            "seconds": [0.1, 0.2, 0.3],
        },
        seconds=0.3,
        ended=True,
    )


def plain(value):
    """Return a value that can be compared."""
    if isinstance(value, np.random.RandomState):
        return plain(value.get_state(legacy=True))
    if isinstance(value, OptimizerState | Progress):
        return plain(vars(value))
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def test_every_field_of_the_state_is_restored(tmp_path):
    path = str(tmp_path / "run.npz")
    network = make_network(random_state=0)
    saved = new_state(network, fill=True)
    checkpoint.save(path, saved, network._arrays(), PROBLEM)
    other = make_network(random_state=1)
    state = new_state(other)
    # Not stored: the buffer of the last finite parameters, divergence, which no checkpoint has, and parameters beside
    # weights and biases, which estimators do not have.
    stored = {field.name for field in fields(State)} - {"parameters", "diverged", "vectors"}
    for name in stored:
        assert plain(getattr(state, name)) != plain(getattr(saved, name)), name
    for name in vars(saved.progress):
        assert getattr(state.progress, name) != getattr(saved.progress, name), name
    checkpoint.load(path, state, other, PROBLEM)
    for name in stored:
        assert plain(getattr(state, name)) == plain(getattr(saved, name)), name
    np.testing.assert_array_equal(other.parameters, network.parameters)


def test_a_file_that_does_not_fit_changes_nothing(tmp_path):
    path = str(tmp_path / "run.npz")
    network = make_network(random_state=0)
    saved = new_state(network, fill=True)
    weights, biases = network._arrays()
    weights[-1][0, 0] = np.nan  # which is checked after most other fields
    checkpoint.save(path, saved, (weights, biases), PROBLEM)
    other = make_network(random_state=1)
    state, before = new_state(other), other.parameters
    unchanged = plain(vars(state))
    with pytest.raises(ValueError, match=r"Checkpoint: .*run\.npz .*last: got parameters that are not finite"):
        checkpoint.load(path, state, other, PROBLEM)
    assert plain(vars(state)) == unchanged
    np.testing.assert_array_equal(other.parameters, before)
