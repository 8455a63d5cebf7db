"""Threads: their number, late arrival, several callers at once, forks, Ctrl-C, and other OpenMP runtimes."""

import os
import sys
import threading
import warnings
from importlib.util import find_spec

import numpy as np
import pytest

from cases import flat, inputs, network, parameters_of, python, targets
from rosenblatt import MLPRegressor, _core

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
LIMIT = "from rosenblatt import _core; print(_core.thread_limit())"


def environment(**changes):
    ours = ("OMP_", "GOMP_", "KMP_", "ROSENBLATT_PROCESSORS")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**plain, **changes}


def test_limit_is_at_most_the_number_of_processors():
    assert 1 <= int(python(LIMIT, env=environment())) <= os.cpu_count()


def test_limit_honours_omp_num_threads():
    assert python(LIMIT, env=environment(OMP_NUM_THREADS="1")) == "1"


@linux
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_limit_honours_affinity():
    code = f"import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); {LIMIT}"
    assert python(code, env=environment(OMP_NUM_THREADS="8")) == "1"
    assert python(LIMIT, env=environment(OMP_NUM_THREADS="8")) == python(LIMIT, env=environment())


def test_limit_honours_threadpoolctl():
    code = """
from threadpoolctl import threadpool_limits
from rosenblatt import _core
before = _core.thread_limit()
with threadpool_limits(1):
    assert _core.thread_limit() == 1
assert _core.thread_limit() == before
"""
    python(code, env=environment())


@linux
def test_limit_honours_the_quota_of_a_cgroup():
    if os.path.exists("/sys/fs/cgroup/cgroup.controllers"):
        folder, name, quota = f"/sys/fs/cgroup/rosenblatt-{os.getpid()}", "cpu.max", "100000 100000"
    else:
        folder, name, quota = f"/sys/fs/cgroup/cpu/rosenblatt-{os.getpid()}", "cpu.cfs_quota_us", "100000"
    try:
        os.mkdir(folder)
    except OSError as error:
        pytest.skip(f"no cgroup can be made here: {error}")
    try:
        if not os.path.exists(f"{folder}/{name}"):
            pytest.skip("cgroups here have no quota of processors")
        with open(f"{folder}/{name}", "w") as file:
            file.write(quota)
        code = f"import os; open('{folder}/cgroup.procs', 'w').write(str(os.getpid())); {LIMIT}"
        assert python(code, env=environment(OMP_NUM_THREADS="8")) == "1"
    finally:
        os.rmdir(folder)


def test_limit_honours_the_environment_variable():
    assert python(LIMIT, env=environment(OMP_NUM_THREADS="8", ROSENBLATT_PROCESSORS="3")) == "3"
    assert python(LIMIT, env=environment(OMP_NUM_THREADS="2", ROSENBLATT_PROCESSORS="3")) == "2"
    assert python(LIMIT, env=environment(ROSENBLATT_PROCESSORS="many")) == python(LIMIT, env=environment())


THREADS = """
import os, time
import numpy as np
from rosenblatt import _core

def threads():
    return len(os.listdir("/proc/self/task"))

net = _core.Network64([100, 200, 200, 1], ["relu", "relu"], "squared_error")
X = np.zeros((2000, 100))
before = threads()
net.predict(X, 1)
assert threads() == before, (threads(), before)
for n_threads in (2, 8):
    for _ in range(200):  # while other programs keep the processors busy, a team may have no thread but the caller
        net.predict(X, n_threads)
        time.sleep(0.002 if threads() < before + min(n_threads, 3) - 1 else 0)
    assert threads() == before + min(n_threads, 3) - 1, (threads(), before)
time.sleep(0.1)
used = time.process_time()
time.sleep(0.3)
assert time.process_time() - used < 0.1  # of the 0.9 seconds that three threads could have used
"""


@linux
@pytest.mark.slow
def test_at_most_as_many_threads_as_processors_and_idle_ones_sleep():
    python(THREADS, env=environment(ROSENBLATT_PROCESSORS="3"))


LEAVE_AND_JOIN = """
import os
import numpy as np
from rosenblatt import _core

os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
rng = np.random.RandomState(0)
X, y = rng.randn(4096, 40), rng.randn(4096, 1)

def train(n_threads, batch_size):
    net = _core.Network64([40, 64, 64, 1], ["relu", "relu"], "squared_error")
    for layer, shape in enumerate([(40, 64), (64, 64), (64, 1)]):
        net.set_layer(layer, np.random.RandomState(layer).randn(*shape) / 8, np.zeros(shape[1]))
    trainer = _core.Trainer64(
        net, X, y, batch_size=batch_size, alpha=0.01, n_threads=n_threads, clip_norm=1.0
    )
    optimizer = _core.Optimizer64("adam", {}, net)
    losses = [trainer.epoch(optimizer, 1e-3) for _ in range(4)]
    return losses, net.predict(X, n_threads).tobytes()

for batch_size in (64, 4096):
    expected = train(1, batch_size)
    for n_threads in (2, 8):
        assert train(n_threads, batch_size) == expected
"""


@linux
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_same_bits_from_threads_that_leave_and_join():
    """Eight threads on one processor are often preempted, leave their team, and join it again."""
    python(LEAVE_AND_JOIN, env=environment(ROSENBLATT_PROCESSORS="8"))


FORK = """
import os, sys, warnings
import numpy as np
from rosenblatt import MLPRegressor, _core
X = np.random.RandomState(0).randn(2000, 10)
limit = _core.thread_limit()
def fit():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPRegressor(hidden_layer_sizes=[50, 50], max_iter=3, random_state=0, n_threads=2).fit(X, X[:, 0])
before = fit()
before.predict(X)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # since Python 3.12 a fork of a process with threads warns
    child = os.fork()
if child == 0:
    threads = len(os.listdir("/proc/self/task"))
    same = all((a == b).all() for a, b in zip(before.coefs_, fit().coefs_))
    same = same and (before.predict(X) == fit().predict(X)).all() and _core.thread_limit() == limit
    os._exit(0 if same and threads == 1 and len(os.listdir("/proc/self/task")) == 2 else 7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0, status
fit()
"""


@linux
def test_fork_after_training_on_threads():
    python(FORK, timeout=60, env=environment(ROSENBLATT_PROCESSORS="2"))


FORK_DURING_TRAINING = """
import os, signal, threading, time, warnings
import numpy as np
from rosenblatt import MLPRegressor

warnings.simplefilter("ignore")
X = np.random.RandomState(0).randn(2000, 10)

def fit(**options):
    model = MLPRegressor(hidden_layer_sizes=[50, 50], max_iter=3, random_state=0, n_threads=2).set_params(**options)
    return model.fit(X, X[:, 0])

expected = fit()
over = threading.Event()
trains = threading.Thread(target=fit, kwargs={
    "max_iter": 10**6, "n_iter_no_change": 10**6, "callbacks": [lambda end: over.is_set()]})
trains.start()
for _ in range(20):
    time.sleep(0.01)
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # ends a child that hangs
        same = all((a == b).all() for a, b in zip(expected.coefs_, fit().coefs_))
        os._exit(0 if same and (fit().predict(X) == expected.predict(X)).all() else 7)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, status
over.set()
trains.join()
"""


@linux
@pytest.mark.slow
def test_forks_while_another_thread_trains():
    python(FORK_DURING_TRAINING, timeout=120, env=environment(ROSENBLATT_PROCESSORS="2"))


def test_several_python_threads_train_at_once():
    X = inputs(1000, 10)

    def fit(n_threads=2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return MLPRegressor(hidden_layer_sizes=[30, 30], max_iter=4, random_state=0, n_threads=n_threads).fit(
                X, X[:, 0]
            )

    expected = flat(fit().coefs_)
    results = [None] * 6

    def work(place):
        results[place] = flat(fit([None, 1, 2][place % 3]).coefs_)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # catch_warnings in threads may undo each other
        threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_one_trainer_serves_one_thread_at_a_time():
    widths = [100, 300, 300, 3]
    X, (y, _) = inputs(4000, 100), targets(4000, 3, "squared_error")
    net = network(widths)
    trainer = _core.Trainer64(net, X, y, batch_size=100, n_threads=1)
    optimizer = _core.Optimizer64("sgd", {}, net)
    refused = []

    def work():
        for _ in range(3):
            try:
                trainer.epoch(optimizer, 1e-6)
            except RuntimeError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) == {"this trainer is in use by another thread"}
    assert np.isfinite(flat(*parameters_of(net, widths))).all()


def test_network_outlives_its_trainer_and_its_names():
    widths = [4, 2]
    X, (y, _) = inputs(20, 4), targets(20, 2, "squared_error")
    trainer = _core.Trainer64(network(widths), X.copy(), y.copy(), batch_size=10)
    optimizer = _core.Optimizer64("sgd", {}, network(widths))
    assert np.isfinite(trainer.epoch(optimizer, 0.01)).all()


INTERRUPT = """
import os, signal, threading, time, warnings
import numpy as np
from rosenblatt import MLPRegressor

X = np.random.RandomState(0).randn({rows}, 30)
model = MLPRegressor(
    hidden_layer_sizes={sizes}, max_iter=10**6, n_iter_no_change=10**6, random_state=0, n_threads={n_threads}, {extra}
)
sent = []

def interrupt():
    sent.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)

timer = threading.Timer(0.7, interrupt)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    timer.start()
    try:
        model.fit(X, X[:, 0])
        raised = False
    except KeyboardInterrupt:
        raised = True
    late = time.perf_counter() - sent[0]
assert late < 1, late
assert raised == {raises}
if not raised:
    assert [str(w.message) for w in caught] == ["Training interrupted by user."], [str(w.message) for w in caught]
    assert np.isfinite(model.predict(X[:20])).all()
"""


@linux
@pytest.mark.parametrize(
    ("rows", "sizes", "extra", "n_threads", "raises"),
    [
        (2000, [20], "", 1, False),
        pytest.param(2000, [20], "early_stopping=True, tol=0", 2, False, marks=pytest.mark.slow),
        # One step takes seconds.
        pytest.param(20000, [300, 300, 300], "batch_size=20000", 1, False, marks=pytest.mark.slow),
        pytest.param(20000, [300, 300, 300], "batch_size=20000", 2, False, marks=pytest.mark.slow),
        pytest.param(20000, [300, 300, 300], "solver='lbfgs'", 2, True, marks=pytest.mark.slow),
    ],
    ids=["short epochs", "early stopping", "one long step", "one long step on two threads", "lbfgs"],
)
def test_ctrl_c(rows, sizes, extra, n_threads, raises):
    python(
        INTERRUPT.format(rows=rows, sizes=sizes, extra=extra, raises=raises, n_threads=n_threads),
        env=environment(ROSENBLATT_PROCESSORS="2"),
    )


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.parametrize("first", ["torch", "rosenblatt"])
def test_two_openmp_runtimes(first):
    second = "rosenblatt" if first == "torch" else "torch"
    code = f"""
import warnings
import {first}, {second}
import numpy as np
warnings.simplefilter("ignore")
X = np.random.RandomState(0).randn(2000, 10)
for _ in range(3):
    rosenblatt.MLPRegressor(hidden_layer_sizes=[50], max_iter=3, n_threads=2).fit(X, X[:, 0])
    (torch.randn(500, 500) @ torch.randn(500, 500)).sum().item()
"""
    python(code, env=environment(ROSENBLATT_PROCESSORS="2"))
