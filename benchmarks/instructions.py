"""Instructions of a training epoch on one thread, counted by valgrind, which other programs do not disturb.

Two fits of different length run under callgrind in fresh processes. The difference is due to the epochs alone, since
imports, checks and compilation cancel out. Valgrind does not support AVX-512, so all libraries use AVX2 or less. The
count does not include the effects of caches and latency; it shows the overhead in addition to the multiply-adds.
"""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

import peers
from agreement import same_loss
from harness import OURS, Options, Result
from training import WORK, contenders
from workloads import Fitted, Problem, Work

EPOCHS = 1, 4
BATCHES, ROWS = 10, 320  # at most so many of an epoch, the larger of both: valgrind takes fifty times as long
NAMES = "lecture", "lecture-float64", "classes", "images-32", "wide-256", "online", "small-10000"
LIBRARIES = "NumPy", "scikit-learn"  # PyTorch and JAX take minutes to start
REGISTER = 32  # bytes, of AVX2


def _work(name: str) -> Work:
    work = WORK[name]
    return dataclasses.replace(work, rows=min(work.rows, max(BATCHES * work.batch_size, ROWS)), epochs=max(EPOCHS))


def _child(name: str, library: str, epochs: int) -> None:
    """Fit for so many epochs on one processor, and print the losses."""
    # Other libraries are not imported, which would take minutes under valgrind.
    peers.LIBRARIES = {peer: names for peer, names in peers.LIBRARIES.items() if names[0] == library}
    problem = Problem.draw(_work(name))
    work = dataclasses.replace(problem.work, epochs=epochs)
    problem = dataclasses.replace(problem, work=work, orders=problem.orders[:epochs])
    fitted = contenders(problem, Options(threads=1))[library]()
    print(json.dumps([float(loss) for loss in fitted.loss_curve_]))


def _count(name: str, library: str, epochs: int, processor: int) -> tuple[int, list[float]]:
    """Return the instructions of a whole process on one processor, and the losses of its epochs."""
    code = (
        f"import os; os.sched_setaffinity(0, [{processor}])\n"  # before any library counts its threads
        f"import instructions; instructions._child({name!r}, {library!r}, {epochs})"
    )
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    counted = re.search(r"Collected : (\d+)", done.stderr)
    assert counted, done.stderr
    return int(counted.group(1)), json.loads(done.stdout)


def count(name: str, options: Options) -> Result:
    """Count the instructions of an epoch of ours and of the libraries that start quickly, in parallel processes."""
    if not shutil.which("valgrind"):
        raise OSError("valgrind is not installed")
    work = _work(name)
    libraries = [OURS, *(library for library in LIBRARIES if library not in peers.missing())]
    runs = [(library, epochs) for library in libraries for epochs in EPOCHS]
    processors = sorted(os.sched_getaffinity(0))
    with ThreadPoolExecutor(len(processors)) as pool:
        counting = {run: pool.submit(_count, name, *run, processors[i % len(processors)]) for i, run in enumerate(runs)}
        counted = {run: future.result() for run, future in counting.items()}
    few, many = EPOCHS
    return Result(
        work.name,
        same_loss(5e-2)({library: Fitted(counted[library, many][1]) for library in libraries}),
        {library: [(counted[library, many][0] - counted[library, few][0]) / (many - few)] for library in libraries},
        unit="instructions",
        parameters=work.parameters,
        limit="instructions",
        limit_amount=work.operations / 2 / (REGISTER / np.dtype(work.dtype).itemsize),
        limit_rates=[1.0],
    )


BENCHMARKS = {name: partial(count, name) for name in NAMES}
