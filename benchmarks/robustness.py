"""Robustness: the cost of a disturbance, compared with the undisturbed time on the remaining processors.

Each run is a fresh process that repeats its work for a second. A ratio of 1 means that a disturbance costs only the
share of the processors that it uses: too many threads should take as long as one for each processor; a neighbour that
keeps one processor busy leaves the others; and each of four processes has a quarter.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from harness import OURS, Options, Result

LEAD = 4.0  # seconds until all processes of a run have imported what they need
SECONDS = 1.0
LECTURE, WIDE = (8, 50, 50, 50, 1), (256, 256, 256, 1)


def _epochs(rows: int, sizes: tuple[int, ...], batch_size: int, n_threads: int | None) -> Callable[[], float]:
    import numpy as np

    import rosenblatt

    rng = np.random.default_rng(0)
    X = rng.standard_normal((rows, sizes[0]), dtype=np.float32)
    network = rosenblatt.Network(sizes, dtype=np.float32, random_state=0)
    epochs = network.train(X, X[:, :1], batch_size=batch_size, epochs=10**9, n_threads=n_threads)
    return lambda: next(epochs).loss


def _predictions(rows: int, sizes: tuple[int, ...], n_threads: int | None) -> Callable[[], float]:
    import numpy as np

    import rosenblatt

    X = np.random.default_rng(0).standard_normal((rows, sizes[0]), dtype=np.float32)
    network = rosenblatt.Network(sizes, dtype=np.float32, random_state=0)
    return lambda: float(network.predict(X, n_threads)[-1, 0])


WORK = {
    "train-lecture": partial(_epochs, 11610, LECTURE, 200),
    "train-wide": partial(_epochs, 4096, WIDE, 256),
    "predict": partial(_predictions, 20_000, LECTURE),
}
CALLS = 5  # whose results are compared


def _child(name: str, n_threads: int | None, begin: float) -> None:
    """Print the results of the first calls, and the seconds of a call, measured from the time ``begin`` on."""
    call = WORK[name](n_threads)
    answers = [call() for _ in range(CALLS)]
    if time.time() > begin:
        raise RuntimeError(f"the process was not ready after {LEAD} seconds")
    time.sleep(begin - time.time())
    calls, start = 0, time.perf_counter()
    while time.perf_counter() < start + SECONDS:
        call()
        calls += 1
    print(json.dumps([answers, (time.perf_counter() - start) / calls]))


def _run(name: str, n_threads: int | None, processes: int = 1) -> tuple[list[float], float]:
    """Return the results, and the seconds of a call in the slowest of these concurrent processes."""
    code = f"import robustness; robustness._child({name!r}, {n_threads}, {time.time() + LEAD})"
    command = [sys.executable, "-c", code]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
        for _ in range(processes)
    ]
    outputs = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError(f"{name}: a process failed")
    answers, seconds = zip(*map(json.loads, outputs), strict=True)
    if any(other != answers[0] for other in answers):
        raise AssertionError(f"{name}: concurrent processes had different results")
    return answers[0], max(seconds)


@contextlib.contextmanager
def neighbour() -> Iterator[None]:
    """Keep the last of our processors busy."""
    last = max(os.sched_getaffinity(0))
    code = f"import os; os.sched_setaffinity(0, [{last}])\nwhile True: pass"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def quota() -> Iterator[None]:
    """Limit this process and its children to the time of one processor; OSError if it cannot create a cgroup."""
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    root = Path("/sys/fs/cgroup" if unified else "/sys/fs/cgroup/cpu")
    name, text = ("cpu.max", "100000 100000") if unified else ("cpu.cfs_quota_us", "100000")
    lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
    ours = next(path for _, controllers, path in lines if controllers == ("" if unified else "cpu"))
    group = root / f"rosenblatt-{os.getpid()}"
    group.mkdir()
    try:
        (group / name).write_text(text)
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield
    finally:
        (root / ours.lstrip("/") / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def compare(
    name: str,
    title: str,
    disturbed: Callable[[], tuple[list[float], float]],
    calm: Callable[[], tuple[list[float], float]],
    share: float,
    options: Options,
) -> Result:
    """Time the disturbed run and the calm run in turns; the bound is the calm time divided by the remaining share."""
    samples: dict[str, list[float]] = {OURS: [], "bound": []}
    for _ in range(options.repeats):
        answers, seconds = disturbed()
        expected, bound = calm()
        if answers != expected:
            raise AssertionError(f"{name}, {title}: got {answers}, expected {expected}, as without the disturbance")
        samples[OURS].append(seconds)
        samples["bound"].append(bound / share)
    return Result(f"{name}, {title}", "same numbers, bit for bit", samples, parameters={"share": share})


def many_threads(name: str, options: Options) -> Result:
    """Four times as many threads as processors, compared with one for each processor."""
    n = options.threads
    run = partial(_run, name)
    return compare(name, f"{4 * n} threads on {n} processors", partial(run, 4 * n), partial(run, n), 1.0, options)


def busy_neighbour(name: str, options: Options) -> Result:
    """A thread for each processor while a program keeps one busy, compared with threads for the others alone."""

    def disturbed() -> tuple[list[float], float]:
        with neighbour():
            return _run(name, options.threads)

    others = max(options.threads - 1, 1)
    return compare(name, "a busy neighbour", disturbed, partial(_run, name, others), 1.0, options)


def four_processes(name: str, options: Options) -> Result:
    """Four concurrent processes, each with a thread for each processor, compared with one process."""
    run = partial(_run, name, options.threads)
    return compare(name, "four processes at once", partial(run, 4), run, 0.25, options)


def quota_of_one(name: str, options: Options) -> Result:
    """A quota of one processor and the default number of threads, compared with one thread."""

    def disturbed() -> tuple[list[float], float]:
        with quota():
            return _run(name, None)

    return compare(name, "a quota of one processor", disturbed, partial(_run, name, 1), 1.0, options)


def _loss(model: Any, X: np.ndarray) -> float:
    return float(clone(model).fit(X, X[:, 0]).loss_)


def joblib_workers(backend: str, options: Options) -> Result:
    """Fits by four workers of joblib, compared with the same fits one after the other on all processors."""
    import joblib

    from rosenblatt import MLPRegressor

    X = np.random.default_rng(0).standard_normal((11610, 8), dtype=np.float32)
    model = MLPRegressor(hidden_layer_sizes=LECTURE[1:-1], batch_size=200, max_iter=30, random_state=0)
    fits = [joblib.delayed(_loss)(model, X) for _ in range(8)]

    def timed(n_jobs: int) -> tuple[list[float], float]:
        with joblib.parallel_config(backend, n_jobs=n_jobs):
            parallel = joblib.Parallel()
            parallel(fits[:n_jobs])  # starts the workers
            start = time.perf_counter()
            losses = parallel(fits)
            return losses, time.perf_counter() - start

    title = f"joblib, four workers ({backend})"
    return compare("8 fits", title, partial(timed, 4), partial(timed, 1), 1.0, options)


SCENARIOS = {"threads": many_threads, "neighbour": busy_neighbour, "processes": four_processes, "quota": quota_of_one}
BENCHMARKS = {
    **{f"{title}-{name}": partial(scenario, name) for title, scenario in SCENARIOS.items() for name in WORK},
    **{f"joblib-{backend}": partial(joblib_workers, backend) for backend in ("loky", "threading")},
}
