"""If memory runs out in a call of the engine, it raises MemoryError, whichever allocation fails; nothing is damaged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = """
import ctypes, sys
import numpy as np
import scipy.sparse
from rosenblatt import _core, losses

until_failure = ctypes.c_long.in_dll(ctypes.CDLL(None), "allocations_until_failure")
rng = np.random.RandomState(0)
X = rng.randn(12, 5)
csr = scipy.sparse.csr_matrix(X * (X > 0))
labels = (np.arange(12) % 3).astype(np.int32)
active = np.eye(3, dtype=bool)[labels]
values = rng.randn(12, 3)
weights = np.ones(12)
order = rng.permutation(12).astype(np.int64)
z = rng.randn(12, 3)

def make_network(loss="squared_error", **options):
    return _core.Network64([5, 7, 3], ["tanh"], loss, None, {}, **options)

def first_square(y_true, z):
    return (z - y_true)[:, 0] ** 2, 2 * (z - y_true)

network = make_network()
classes = make_network("log_loss")
vectors = make_network(scaling=True, slopes=True)
coefs = [np.ones((5, 7)), np.ones((7, 3))]
intercepts = [np.ones(7), np.ones(3)]
options = dict(batch_size=4, dropout=[0.1, 0.2], max_norm=2.0, alpha=1e-3)
trainers = {
    "values": _core.Trainer64(network, X, values, weights, **options),
    "classes": _core.Trainer64(classes, csr, labels, n_threads=2),
    "whole": _core.Trainer64(network, X, values, batch_size=12),
    "python": _core.Trainer64(network, X, values, loss=first_square, batch_size=12),
    "vectors": _core.Trainer64(vectors, X, values, batch_size=12),
}
optimizers = {name: _core.Optimizer64("adam", {"beta_1": 0.8}, network) for name in trainers}
optimizers["classes"] = _core.Optimizer64("adam", {}, classes)
optimizers["vectors"] = _core.Optimizer64("adam", {}, vectors)
rates = np.full(3, 1e-3)
dropout = np.full((3, 2), 0.1)

def perceptron(**changes):
    given = dict(
        labels=labels, sample_weight=weights, validation_mask=np.zeros(12, bool), coef=np.zeros((3, 5)),
        intercept=np.zeros(3), positive_labels=np.arange(3, dtype=np.int32), class_weight=np.ones((3, 2)),
        norms=np.zeros((3, 2)), seeds=np.arange(3, dtype=np.uint32), penalty=None, alpha=1e-4, l1_ratio=0.15, eta0=1.0,
        intercept_decay=1.0, tol=1e-3, max_iter=3, n_iter_no_change=5, fit_intercept=True, shuffle=True,
        early_stopping=False, verbose=False, validation_score=None, n_threads=2)
    given.update(changes)
    return _core.fit_perceptron(given.pop("X", X), **given)

def tlu(**options):
    W, b = np.zeros((3, 5)), np.zeros(3)
    return _core.tlu_fit(X, active, W, b, step="heaviside", eta0=1.0, fit_intercept=True,
                         max_iter=3, next_order=lambda: order)

def step():
    W = np.ones((5, 7))
    _core.optimizer_step64("adam", {"beta_1": 0.8}, 1e-3, 1, [W], [W.copy()], [[np.zeros((5, 7)), np.zeros((5, 7))]])

CALLS = {
    "Network": lambda: make_network(scaling=True, slopes=True),
    "Network.set_layer": lambda: network.set_layer(0, coefs[0], intercepts[0]),
    "Network.get_layer": lambda: network.get_layer(0, coefs[0].copy(), intercepts[0].copy()),
    "Network.scale": lambda: vectors.set_scale(vectors.get_scale()),
    "Network.slopes": lambda: vectors.set_slopes(0, vectors.get_slopes(0)),
    "Network.group_names": lambda: vectors.group_names(),
    "Network.predict": lambda: network.predict(X, 2),
    "Network.predict of CSR": lambda: network.predict(csr, 2),
    "Network.predict of one row": lambda: network.predict(X[:1]),
    "Network.forward": lambda: network.forward(X, 1, True),
    "predict": lambda: _core.predict64(X, coefs, intercepts, ["tanh"], "squared_error", 2, None, {}, True),
    "Trainer": lambda: _core.Trainer64(network, X, values, weights, **options),
    "Trainer of classes": lambda: _core.Trainer64(classes, csr, labels, n_threads=2, clip_norm=1.0),
    "Trainer of a Python loss": lambda: _core.Trainer64(network, X, values, loss=first_square),
    "Trainer.epoch": lambda: trainers["values"].epoch(
        optimizers["values"], rates, order, weight_decay=rates, dropout=dropout),
    "Trainer.epoch of CSR": lambda: trainers["classes"].epoch(optimizers["classes"], 1e-3),
    "Trainer.epoch of a Python loss": lambda: trainers["python"].epoch(optimizers["python"], 1e-3, order),
    "Trainer.epoch of vectors": lambda: trainers["vectors"].epoch(optimizers["vectors"], 1e-3, order),
    "Trainer.loss_and_gradients": lambda: trainers["whole"].loss_and_gradients(),
    "Trainer.vector_gradients": lambda: trainers["vectors"].vector_gradients(),
    "Optimizer": lambda: _core.Optimizer64("adam", {"beta_1": 0.8}, network),
    "Optimizer.state": lambda: setattr(optimizers["whole"], "state", optimizers["whole"].state),
    "optimizer_settings": lambda: _core.optimizer_settings("adam", {"beta_1": 0.8}),
    "optimizer_step": step,
    "check_loss": lambda: _core.check_loss("huber", None, {"delta": 2.0}),
    "evaluate_loss": lambda: _core.evaluate_loss64("huber", None, {"delta": 2.0}, z, values),
    "evaluate_loss of classes": lambda: _core.evaluate_loss64("log_loss", None, {}, z, labels),
    "apply_output": lambda: _core.apply_output64("log_loss", None, {}, z),
    "check_targets": lambda: _core.check_targets64("huber", {}, values),
    "activate": lambda: _core.activate64("tanh", z),
    "activation_derivative": lambda: _core.activation_derivative64("tanh", z),
    "all_finite": lambda: _core.all_finite64(X),
    "fit_perceptron": perceptron,
    "fit_perceptron of CSR": lambda: perceptron(X=csr, n_threads=1),
    "fit_perceptron with a score": lambda: perceptron(
        early_stopping=True, validation_mask=np.arange(12) % 4 == 0, validation_score=lambda i, loss: 0.5),
    "tlu_fit": tlu,
    "tlu_separation": lambda: _core.tlu_separation(
        X, active, np.zeros((3, 5)), np.zeros(3), step="heaviside", fit_intercept=True),
    "tlu_decision_function": lambda: _core.tlu_decision_function(X, np.zeros((3, 5)), np.zeros(3)),
    "tlu_active": lambda: _core.tlu_active(z, step="heaviside"),
}
"""

EACH = """
bad = []
for name in sys.argv[1:] or CALLS:
    call = CALLS[name]
    call()
    n_failures = 0
    for n in range(10_000):
        found = None
        until_failure.value = n
        try:
            call()
        except BaseException as error:
            found = error
        failed = until_failure.value < 0
        until_failure.value = -1
        if isinstance(found, MemoryError):
            n_failures += 1
        elif found is not None:
            bad.append(f"{name}: allocation {n}: {type(found).__name__}: {found}")
        found = None
        if not failed:
            break  # the call makes n allocations
    call()
    print(f"{name}: {n} allocations, {n_failures} errors", flush=True)
    if n and not n_failures:
        bad.append(f"{name}: none of {n} failed allocations raised an error")
if bad:
    raise SystemExit("\\n".join(bad))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Build the library that lets allocations fail."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler and glibc")
    if "san.so" in os.environ.get("LD_PRELOAD", ""):
        pytest.skip("a sanitizer has an allocator of its own")
    path = tmp_path_factory.mktemp("library") / "failing_malloc.so"
    source = Path(__file__).with_name("failing_malloc.c")
    subprocess.run([compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", source, "-o", path], check=True)
    return path


def test_every_allocation_may_fail(library):
    environment = os.environ | {"LD_PRELOAD": str(library), "PYTHONMALLOC": "malloc"}
    command = [sys.executable, "-c", SETUP + EACH]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


LARGE = """
import resource, sys
import numpy as np
from rosenblatt import MLPRegressor, Network, Perceptron, ThresholdLogicUnit, activations, losses

z = np.zeros((1_000_000, 10))  # 80 MB
labels = np.arange(len(z)) % 3
network = Network([10, 5, 10], random_state=0, dtype="float64")
CALLS = {
    "loss": lambda: losses.SquaredError()(z, z),
    "loss of other types": lambda: losses.SquaredError()(z.astype("f4"), z),
    "predict of a loss": lambda: losses.SquaredError().predict(z),
    "activation": lambda: activations.tanh(z),
    "Network.predict": lambda: network.predict(z),
    "Network.forward": lambda: network.forward(z),
    "Network.train": lambda: list(network.train(z, z, epochs=1, batch_size=len(z))),
    "MLPRegressor": lambda: MLPRegressor(hidden_layer_sizes=[5], max_iter=1).fit(z, z),
    "MLPRegressor of lbfgs": lambda: MLPRegressor(hidden_layer_sizes=[5], max_iter=1, solver="lbfgs").fit(z, z),
    "Perceptron": lambda: Perceptron(max_iter=1, tol=None).fit(z, labels),
    "ThresholdLogicUnit": lambda: ThresholdLogicUnit(max_iter=1).fit(z, labels),
}
few = z[:100]
Network([10, 5, 10]).predict(few, n_threads=2)
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize"))
limit = 1024 * used + 6_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name, call in CALLS.items():
    try:
        call()
        raise SystemExit(f"{name}: expected a MemoryError")
    except MemoryError:
        print(name)
assert network.predict(few).shape == (100, 10)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
def test_a_limit_of_memory():
    if "san.so" in os.environ.get("LD_PRELOAD", ""):
        pytest.skip("a sanitizer takes terabytes of addresses")
    command = [sys.executable, "-W", "ignore", "-c", LARGE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
