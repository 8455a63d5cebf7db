"""The machine's own limit: multiply-adds a second, measured."""

import ctypes
import functools
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np


@functools.cache
def _library() -> ctypes.CDLL | None:
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    folder = Path(tempfile.mkdtemp())
    command = [compiler, "-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", "-o", folder / "peak.so"]
    try:
        subprocess.run([*command, Path(__file__).with_suffix(".cpp")], check=True)
        return ctypes.CDLL(str(folder / "peak.so"))
    finally:
        shutil.rmtree(folder)


def flops(dtype: str, threads: int) -> float | None:
    """Return the operations a second of so many threads together, 2 a multiply-add; None without a C++ compiler."""
    library = _library()
    if library is None:
        return None
    function = library.peak_float if dtype == "float32" else library.peak_double
    function.restype = ctypes.c_double
    number = ctypes.c_float if dtype == "float32" else ctypes.c_double
    rates = np.zeros(threads)

    def measure(thread: int) -> None:
        given = number(1.0)
        for _ in range(10):  # the best of 10 times some 30 ms: what the machine can do
            start = time.perf_counter()
            done = function(ctypes.c_long(10_000_000), ctypes.byref(given))
            rates[thread] = max(rates[thread], done / (time.perf_counter() - start))

    workers = [threading.Thread(target=measure, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return float(rates.sum())
