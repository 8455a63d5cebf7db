"""The machine's limits, measured: multiply-adds a second, and bytes a second from and to memory."""

import ctypes
import functools
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

# Each measurement is the best of so many, which makes our share of the limit smaller.
REPEATS = 3
# Multiply-adds of each chain: about 20 ms, so that the start of a thread does not matter.
STEPS = 5_000_000
# Numbers in each of the triad's three arrays: 64 MB, more than the caches hold.
NUMBERS = 2**24


@functools.cache
def _library() -> ctypes.CDLL | None:
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [
            compiler,
            "-O3",
            "-march=native",
            "-ffp-contract=fast",
            "-shared",
            "-fPIC",
            "-o",
            f"{folder}/peak.so",
        ]
        subprocess.run([*command, Path(__file__).with_suffix(".cpp")], check=True)
        library = ctypes.CDLL(f"{folder}/peak.so")
    for function in (library.peak_float, library.peak_double, library.triad):
        function.restype = ctypes.c_double
    return library


def _rate(threads: int, work: Callable[[int], float]) -> float:
    """Return the sum of the best rates of all threads; ``work(thread)`` returns the amount that it did."""
    rates = np.zeros(threads)

    def measure(thread: int) -> None:
        for _ in range(REPEATS):
            start = time.perf_counter()
            done = work(thread)
            rates[thread] = max(rates[thread], done / (time.perf_counter() - start))

    workers = [threading.Thread(target=measure, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return float(rates.sum())


def flops(dtype: str, threads: int) -> float | None:
    """Return the operations a second of all threads, 2 for a multiply-add; None without a C++ compiler."""
    library = _library()
    if library is None:
        return None
    float32 = dtype == "float32"
    function, number = (library.peak_float, ctypes.c_float) if float32 else (library.peak_double, ctypes.c_double)
    return _rate(threads, lambda thread: function(ctypes.c_long(STEPS), ctypes.byref(number(1.0))))


@functools.cache
def _arrays(threads: int) -> list[list[np.ndarray]]:
    return [[np.ones(NUMBERS // threads, np.float32) for _ in range(3)] for _ in range(threads)]


def bandwidth(threads: int) -> float | None:
    """Return the bytes a second of STREAM's triad; None without a C++ compiler."""
    library = _library()
    if library is None:
        return None
    arrays = _arrays(threads)

    def triad(thread: int) -> float:
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays[thread]]
        return float(library.triad(ctypes.c_long(NUMBERS // threads), *pointers))

    return _rate(threads, triad)
