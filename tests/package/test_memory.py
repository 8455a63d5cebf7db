"""Memory: a table is not copied, and many calls do not leak."""

import sys

import numpy as np
import pytest

from cases import python

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

ROWS, COLUMNS = 40_000, 400  # 64 MB in float32

# The limit does not include the pages of a file that is mapped read-only. The work is first done on a few rows, with
# the same number of threads, since their stacks count.
WITHOUT_A_COPY = """
import resource, warnings
import numpy as np
from rosenblatt import MLPRegressor, Network, _core

warnings.simplefilter("ignore")
X = np.memmap(PATH, np.float32, "r", shape=(ROWS, COLUMNS))
y = np.linspace(-1, 1, ROWS, dtype=np.float32)

def estimator(X, y):
    model = MLPRegressor(hidden_layer_sizes=[16, 16], batch_size=200, max_iter=2, random_state=0, n_threads=2)
    model.fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    assert not any(np.shares_memory(X, value) for value in vars(model).values() if isinstance(value, np.ndarray))

def network(X, y):
    net = Network([COLUMNS, 16, 1], dtype=np.float32, random_state=0)
    for _ in net.train(X, y, batch_size=200, epochs=2, n_threads=2):
        pass
    assert np.isfinite(net.predict(X, n_threads=2)).all()

def engine(X, y):
    net = _core.Network32([COLUMNS, 16, 1], ["relu"], "squared_error")
    trainer = _core.Trainer32(net, X, y[:, np.newaxis], batch_size=200, n_threads=2)
    optimizer = _core.Optimizer32("adam", {}, net)
    trainer.epoch(optimizer, 1e-3)
    net.predict(X, 2)

WORK(np.array(X[:400]), y[:400])
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmData"))
limit = 1024 * used + BUDGET
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
WORK(X, y)
"""


SLOW = [pytest.param(work, marks=pytest.mark.slow) for work in ("estimator", "engine")]


@pytest.mark.parametrize("work", ["network", *SLOW])
def test_a_memory_mapped_table_is_not_copied(work, tmp_path):
    path = tmp_path / "X.f32"
    table = np.memmap(path, np.float32, "w+", shape=(ROWS, COLUMNS))
    table[:, :8] = np.random.RandomState(0).randn(ROWS, 8)
    table.flush()
    path.chmod(0o400)
    # Memory for the target, the prediction, the index in a shuffle and the checks of each row, and 4 MB for the rest.
    budget = 100 * ROWS + 4_000_000
    assert budget < table.nbytes / 4
    code = WITHOUT_A_COPY.replace("WORK", work)
    python(f"PATH, ROWS, COLUMNS, BUDGET = {str(path)!r}, {ROWS}, {COLUMNS}, {budget}\n{code}")


GROWTH = """
import warnings
import numpy as np
from rosenblatt import MLPRegressor, Network

warnings.simplefilter("ignore")
X = np.random.RandomState(0).randn(300, 8)
model = MLPRegressor(hidden_layer_sizes=[20], max_iter=2, n_threads=2).fit(X, X[:, 0])
network = Network([8, 20, 1], random_state=0)
few = X[:1]

def predict():
    model.predict(few)
    network.predict(few)

def predict_in_bulk():
    network.predict(X, n_threads=2)

def fit():
    MLPRegressor(hidden_layer_sizes=[20], max_iter=2, n_threads=2).fit(X, X[:, 0])

def memory():
    return 1024 * next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))

for _ in range(CALLS // 5):
    WORK()
before = memory()
for _ in range(CALLS):
    WORK()
growth = memory() - before
assert growth < 2e6, growth
"""


@pytest.mark.slow
@pytest.mark.parametrize(("work", "calls"), [("predict", 100_000), ("predict_in_bulk", 20_000), ("fit", 1000)])
def test_calls_do_not_leak(work, calls):
    python(GROWTH.replace("WORK", work).replace("CALLS", str(calls)), timeout=600)
