"""Threads: how many, several callers at once, forks, Ctrl-C, and other OpenMP runtimes in the process."""

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
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_", "ROSENBLATT_PROC"))}
    return {**plain, **changes}


def test_limit_is_at_most_the_processors():
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


FORK = """
import os, sys, warnings
import numpy as np
from rosenblatt import MLPRegressor, _core
X = np.random.RandomState(0).randn(2000, 10)
def fit():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPRegressor(hidden_layer_sizes=[50, 50], max_iter=3, random_state=0, n_threads=2).fit(X, X[:, 0])
before = fit()
before.predict(X)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 on says that forks and threads do not mix
    child = os.fork()
if child == 0:
    same = all((a == b).all() for a, b in zip(before.coefs_, fit().coefs_))
    same = same and (before.predict(X) == fit().predict(X)).all() and _core.thread_limit() == 1
    os._exit(0 if same else 7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0, status
fit()
"""


@linux
def test_fork_after_training_on_threads():
    python(FORK, timeout=60, env=environment())


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
    trainer = _core.Trainer64(net, X, y, None, 100, 0.0, 1)
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
    trainer = _core.Trainer64(network(widths), X.copy(), y.copy(), None, 10, 0.0)
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
        (2000, [20], "early_stopping=True, tol=0", 2, False),
        (20000, [300, 300, 300], "batch_size=20000", 1, False),  # one step takes seconds
        (20000, [300, 300, 300], "batch_size=20000", 2, False),
        (20000, [300, 300, 300], "solver='lbfgs'", 2, True),
    ],
    ids=["short epochs", "early stopping", "one long step", "one long step on two threads", "lbfgs"],
)
def test_ctrl_c(rows, sizes, extra, n_threads, raises):
    python(INTERRUPT.format(rows=rows, sizes=sizes, extra=extra, raises=raises, n_threads=n_threads), env=environment())


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
    python(code, env=environment())
