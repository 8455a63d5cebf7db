"""If memory runs out in a call of the engine, it raises MemoryError, whichever allocation fails; nothing is damaged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

EACH = """
import ctypes
from engine_calls import engine_calls

until_failure = ctypes.c_long.in_dll(ctypes.CDLL(None), "allocations_until_failure")
bad = []
calls = engine_calls()
# CPython crashes where it has no memory for the state of a thread that first calls Python: PyThreadState_New of 3.11
# uses a null pointer. The call on one thread takes its place.
del calls["fit_perceptron with a score"]
for name, call in calls.items():
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
    path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"LD_PRELOAD": str(library), "PYTHONMALLOC": "malloc", "PYTHONPATH": path}
    command = [sys.executable, "-c", EACH]
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
