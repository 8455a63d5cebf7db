"""A Python loss that names its trainer is collected; one that forks does not hang the child."""

import gc
import os
import signal
import weakref

import numpy as np
import pytest

from rosenblatt import Network, _core, losses

X = np.random.RandomState(0).randn(64, 4)
Y = X[:, :1].copy()


def squares(y, z):
    return ((z - y) ** 2).sum(axis=1), 2 * (z - y)


def test_a_loss_that_refers_to_its_trainer_is_collected():
    def start():
        def loss(y, z):
            return squares(y, z) if kept else None

        network = _core.Network64([4, 3, 1], ["tanh"], "squared_error")
        kept = [_core.Trainer64(network, X, Y, None, batch_size=8, n_threads=1, loss=loss)]
        return weakref.ref(loss)

    loss = start()
    gc.collect()
    assert loss() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_forked_inside_a_loss_trains_to_the_end():
    children = []

    def loss(y, z):
        if not children:
            children.append(os.fork())
        return squares(y, z)

    rng = np.random.RandomState(0)
    inputs, targets = rng.randn(512, 64), rng.randn(512, 1)
    network = Network([64, 128, 128, 1], loss=losses.Custom(loss), random_state=0)
    for _ in network.train(inputs, targets, epochs=2, batch_size=128, n_threads=4):
        pass
    total = sum(float(np.abs(weights).sum()) for weights in network.weights)
    if children[0] == 0:
        os._exit(7 if np.isfinite(total) else 1)
    for _ in range(600):
        child, status = os.waitpid(children[0], os.WNOHANG)
        if child:
            break
        signal.sigtimedwait([], 0.05)
    else:
        os.kill(children[0], signal.SIGKILL)
        os.waitpid(children[0], 0)
        pytest.fail("the child hangs")
    assert os.waitstatus_to_exitcode(status) == 7
