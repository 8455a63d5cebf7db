"""Footprint: time of import, installed size, memory of a fit, time of first calls, and leaks.

Memory and imports are measured in fresh processes: `_fresh` runs a line of Python and reads its output.
"""

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from harness import OURS, Options, Result

# The memory that a fit on a large table may need in addition to X, its parameters and one batch: CONSTANT for stacks of
# threads and late imports; ROW, for each row, for its target as given and as encoded, and its index in the order.
CONSTANT = 16e6
ROW = 32
SIZES = (784, 300, 100, 10)
BATCH = 200


def _fresh(line: str) -> Any:
    command = [sys.executable, "-c", line]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    return json.loads(done.stdout)


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def import_time(options: Options) -> Result:
    """The time of `import rosenblatt`, compared with its dependencies and with other libraries."""
    modules = {OURS: "rosenblatt", "NumPy": "numpy", "scikit-learn": "sklearn.neural_network", "PyTorch": "torch"}
    modules = {name: module for name, module in modules.items() if _installed(module.split(".")[0])}
    samples: dict[str, list[float]] = {name: [] for name in modules}
    for _ in range(4 * options.repeats):
        for name, module in modules.items():
            line = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
            samples[name].append(_fresh(line))
    return Result("import", "fresh interpreters", samples)


def installed_size(options: Options) -> Result:
    """The size of the package's folder and of the engine's modules, which an editable install has elsewhere."""
    import rosenblatt._core

    def origin(module: str) -> Path:
        spec = importlib.util.find_spec(module)
        assert spec, module
        assert spec.origin, module
        return Path(spec.origin)

    def folder(module: str) -> float:
        files = origin(module).parent.rglob("*")
        return float(sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc"))

    levels = rosenblatt._core.available_levels()
    engines = [origin(f"rosenblatt._core.{name}") for name in (*levels, "bindings", "cpu")]
    here = Path(rosenblatt.__file__).parent
    ours = folder("rosenblatt") + sum(engine.stat().st_size for engine in engines if here not in engine.parents)
    samples = {OURS: [ours], "bound": [5e6]}
    samples |= {m: [folder(m)] for m in ("numpy", "sklearn", "torch", "onnxruntime") if _installed(m)}
    return Result(f"installed size, levels: {', '.join(levels)}", "", samples, unit="B")


def _status(key: str) -> float:
    """Return an entry of this process's memory statistics, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * float(next(line.split()[1] for line in lines if line.startswith(f"{key}:")))


def _growth_of_a_fit(package: str, gigabytes: float) -> None:
    """Print by how much a fit on a table of this size increased the peak of memory, and the loss."""
    import warnings

    import numpy as np

    estimators = importlib.import_module("rosenblatt" if package == OURS else "sklearn.neural_network")
    warnings.simplefilter("ignore")
    rows = int(gigabytes * 1e9 / 4 / SIZES[0])
    rng = np.random.default_rng(0)
    X = np.empty((rows, SIZES[0]), np.float32)
    rng.standard_normal(dtype=np.float32, out=X)
    y = rng.integers(SIZES[-1], size=rows)
    model = estimators.MLPClassifier(SIZES[1:-1], batch_size=BATCH, max_iter=1, random_state=0)
    model.fit(X[:1000], y[:1000])  # imports modules and starts threads
    before = _status("VmRSS")
    model.fit(X, y)
    print(json.dumps([_status("VmHWM") - before, float(model.loss_curve_[0])]))


def memory(options: Options) -> Result:
    """The memory of a fit in addition to a float32 table in C order, which it must not copy, compared with a bound."""
    rows = options.gigabytes * 1e9 / 4 / SIZES[0]
    weights = sum((inputs + 1) * outputs for inputs, outputs in pairwise(SIZES))
    # Parameters, the two moments of Adam, two more copies of the weights; activations and their deltas.
    bound = 4 * (5 * weights + 2 * BATCH * sum(SIZES)) + CONSTANT + ROW * rows
    growths: dict[str, float] = {}
    losses: dict[str, float] = {}
    for name in (OURS, "scikit-learn"):
        growths[name], losses[name] = _fresh(
            f"import footprint; footprint._growth_of_a_fit({name!r}, {options.gigabytes})"
        )
    if growths[OURS] > bound:
        raise AssertionError(
            f"memory of a fit: got {growths[OURS] / 1e6:.0f} MB, expected at most {bound / 1e6:.0f} MB"
        )
    loss = abs(losses[OURS] / losses["scikit-learn"] - 1)
    network = "-".join(map(str, SIZES))
    return Result(
        f"memory of a fit beyond X: {options.gigabytes:g} GB, {network}, batch {BATCH}, float32",
        f"same losses to {loss:.0e}",
        {OURS: [growths[OURS]], "bound": [bound], "scikit-learn": [growths["scikit-learn"]]},
        unit="B",
        parameters={"gigabytes": options.gigabytes, "sizes": SIZES, "batch_size": BATCH, "dtype": "float32"},
    )


def first_call(options: Options) -> Result:
    """The first prediction of one row by new networks, whose weights are not in cache, compared with later ones."""
    import numpy as np

    import rosenblatt

    X = np.zeros((1, 8), np.float32)
    times: dict[int, list[float]] = {1: [], 2: [], 1000: []}
    for seed in range(20 * options.repeats):
        network = rosenblatt.Network([8, 50, 50, 50, 1], dtype="float32", random_state=seed)
        for call in range(1, 1001):
            start = time.perf_counter()
            network.predict(X)
            if call in times:
                times[call].append(time.perf_counter() - start)
    return Result("predict one row", "", {f"call {call}": seconds for call, seconds in times.items()}, ours="call 1")


def _growth_of_calls(task: str, calls: int) -> None:
    """Print the growth of the process's memory over these calls, after a tenth of them to warm up."""
    import warnings

    import numpy as np

    import rosenblatt

    warnings.simplefilter("ignore")
    X = np.random.default_rng(0).standard_normal((50, 8))
    network = rosenblatt.Network([8, 50, 50, 50, 1], random_state=0)
    tasks: dict[str, Callable[[], object]] = {
        "predict": lambda: network.predict(X),
        "fit": lambda: rosenblatt.MLPRegressor(hidden_layer_sizes=[50, 50, 50], max_iter=2).fit(X, X[:, 0]),
    }
    for _ in range(calls // 10):
        tasks[task]()
    before = _status("VmRSS")
    for _ in range(calls):
        tasks[task]()
    print(_status("VmRSS") - before)


def leak(task: str, calls: int, options: Options) -> Result:
    """The growth of memory over many calls, compared with a bound of one megabyte."""
    growth = _fresh(f"import footprint; footprint._growth_of_calls({task!r}, {calls})")
    if growth > 1e6:
        raise AssertionError(
            f"memory gained in {calls} calls of {task}: got {growth / 1e6:.1f} MB, expected at most 1 MB"
        )
    return Result(f"memory gained in {calls} calls of {task}", "", {OURS: [growth], "bound": [1e6]}, unit="B")


BENCHMARKS = {
    "import": import_time,
    "size": installed_size,
    "memory": memory,
    "first-call": first_call,
    "leak-predict": partial(leak, "predict", 100_000),
    "leak-fit": partial(leak, "fit", 1000),
}
