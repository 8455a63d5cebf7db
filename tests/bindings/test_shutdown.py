"""A program ends normally while daemon threads are in the engine."""

import subprocess
import sys

import pytest

SETUP = """
import sys, threading, time
import numpy as np
from rosenblatt import MLPRegressor, Network, Perceptron, ThresholdLogicUnit, _core, losses
rng = np.random.RandomState(0)
X = rng.randn(2000, 20)
y = X[:, 0] + rng.randn(2000)
letters = np.array(["a", "b", "c"], dtype=object)[np.arange(2000) % 3]  # NumPy's unique of numbers is not safe at exit
binary = np.array(["a", "b"], dtype=object)[np.arange(2000) % 2]
endless = {"max_iter": 10**6, "tol": 0.0, "n_iter_no_change": 10**6}
entered = threading.Event()

def forever(call):
    while True:
        call()

def python_loss(y_true, z):
    entered.set()
    sum(range(3000))
    return ((z - y_true) ** 2).sum(axis=1), 2 * (z - y_true)

def network_training():
    for _ in Network([20, 50, 1]).train(X, y, epochs=10**6):
        pass

def wide_predictions():
    model = MLPRegressor(hidden_layer_sizes=[200, 200], max_iter=1).fit(X, y)
    forever(lambda: model.predict(X))
"""

CALLS = {
    "fit": "MLPRegressor(hidden_layer_sizes=[100, 100], **endless).fit(X, y)",
    "small fit": "MLPRegressor(hidden_layer_sizes=[5], batch_size=20, **endless).fit(X, y)",
    "lbfgs": "MLPRegressor(hidden_layer_sizes=[50], solver='lbfgs', max_iter=10**6, tol=0.0, max_fun=10**9).fit(X, y)",
    "Python loss": "MLPRegressor(hidden_layer_sizes=[50], loss=python_loss, **endless).fit(X, y)",
    "predict": "wide_predictions()",
    "Network.train": "network_training()",
    "Perceptron": "forever(lambda: Perceptron(max_iter=10**6, tol=None, n_jobs=2).fit(X, letters))",
    "Perceptron with a score": "Perceptron(early_stopping=True, n_jobs=2, **endless).fit(X, letters)",
    "ThresholdLogicUnit": "forever(lambda: ThresholdLogicUnit(max_iter=10**6).fit(X, binary))",
    "all_finite": "forever(lambda: _core.all_finite64(X))",
    "losses": "forever(lambda: losses.SquaredError()(y, y))",
    "activations": "forever(lambda: _core.activate64('tanh', X))",
}


def run(script):
    """Return the result of a program whose threads are daemons."""
    command = [sys.executable, "-W", "ignore", "-c", SETUP + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def ends_normally(calls):
    """Whether a program ends normally while two threads are in each of these calls."""
    threads = "".join(
        f"threading.Thread(target=lambda: {call}, daemon=True).start()\n" for call in calls for _ in range(2)
    )
    done = run(f"{threads}time.sleep(0.2)\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_all_kinds_of_calls_at_exit():
    ends_normally(CALLS.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_daemon_threads_at_exit(name):
    ends_normally([CALLS[name]])


def test_the_finalizing_thread_may_use_the_engine():
    done = run("""
import os

class AtExit:
    def __del__(self, finite=_core.all_finite64, X=X, write=os.write):
        write(1, str(finite(X)).encode())

sys.modules["kept"] = AtExit()
""")
    assert (done.returncode, done.stdout) == (0, "True"), done.stderr
