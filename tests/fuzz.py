"""Random calls of the engine: whatever the arguments are, a call returns or raises an error, and the process goes on.

    python tests/fuzz.py --calls 20000 --seed 7

Each call is a valid one (engine_calls.py) with one to three arguments replaced. Without --seed, every run makes other
calls; the seed is printed first, and the call that ends the process is the last line of the file that --log names. The
gate runs it under AddressSanitizer.
"""

import argparse
import collections
import contextlib
import copy
import os
import random
import resource
import signal
import sys
import warnings
from typing import Any, TextIO

import numpy as np
import scipy.sparse

from engine_calls import Call, engine_calls

SECONDS = 2.0  # after which a call is interrupted, as by Ctrl-C
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    10**9,
    2**31 - 1,
    2**31,
    2**63 - 1,
    2**63,
    10**30,
    -(2**63),
    0.0,
    0.5,
    -0.1,
    1e-300,
    1e308,
]
SPECIAL = [None, True, False, np.nan, np.inf, -np.inf, "", "tanh", "log_loss", "huber", "x" * 10_000, b"tanh", object()]
DTYPES = ["f4", "f8", "f2", ">f8", "i1", "i4", "i8", "u4", "?", "c16", "O", "U3", "M8[s]", "V5"]
SHAPES = [
    (),
    (0,),
    (1,),
    (3,),
    (5,),
    (12,),
    (0, 5),
    (5, 0),
    (1, 5),
    (5, 7),
    (12, 5),
    (12, 3),
    (3, 5),
    (3, 2),
    (2, 3, 4),
]


class TimeUp(BaseException):
    """The signal handler's exception."""


class Hostile:
    """An object whose methods fail or lie."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        raise KeyError(index)

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no text")

    def __call__(self, *args):
        return self


def any_array(rng: random.Random) -> Any:
    shape = rng.choice(SHAPES)
    bits = np.frombuffer(rng.randbytes(64 * 40), np.uint8)
    dtype = np.dtype(rng.choice(DTYPES))
    if dtype.kind in "OUMV?":
        array = np.zeros(shape, dtype)
    else:  # any bits: subnormal numbers, NaN and infinity among them
        array = np.resize(bits, (*shape, dtype.itemsize)).view(dtype)[..., 0] if shape else np.zeros(shape, dtype)
    return array if rng.random() < 0.5 else np.nan_to_num(array) if dtype.kind in "fc" else array


def changed_array(rng: random.Random, array: np.ndarray) -> Any:
    """Return an array like the given one, with something changed."""
    kind = rng.randrange(9)
    if kind == 0:
        return array.astype(rng.choice(DTYPES[:11]))
    if kind == 1:
        return np.asfortranarray(array)
    if kind == 2:
        memory = np.zeros(array.nbytes + 1, np.uint8)
        return np.ndarray(array.shape, array.dtype, memory, offset=1)
    if kind == 3:
        return array[..., : array.shape[-1] // 2] if array.ndim else array
    if kind == 4:
        return array[array.shape[0] // 2 :] if array.ndim else array
    if kind == 5:
        frozen = array.copy()
        frozen.flags.writeable = False
        return frozen
    if kind == 6:
        return np.concatenate([array, array]) if array.ndim else array
    if kind == 7:
        return array[::-1] if array.ndim else array
    other = array.copy()
    if other.size and other.dtype.kind in "fiu":
        extreme = [0, 1, -1, 2, 10**6] + ([np.nan, np.inf, 1e300] if other.dtype.kind == "f" else [2**31 - 1])
        with np.errstate(all="ignore"):
            other.flat[rng.randrange(other.size)] = np.array(rng.choice(extreme)).astype(other.dtype)
    return other


def changed_sparse(rng: random.Random, matrix: Any) -> Any:
    """Return a CSR matrix with something changed in the arrays that it consists of."""
    other = copy.deepcopy(matrix)
    name = rng.choice(["data", "indices", "indptr", "shape"])
    if name == "shape":
        other._shape = rng.choice([(12, 4), (11, 5), (13, 5), (0, 5), (12, 0)])
    else:
        setattr(other, name, changed_array(rng, getattr(other, name)))
    return other


def changed(rng: random.Random, value: Any) -> Any:
    if rng.random() < 0.3:
        pools = [NUMBERS, SPECIAL, [Hostile(), [], {}, (1, 2), {"delta": 1.0}, ["relu"], [1.0, [2.0]], range(3)]]
        return rng.choice(rng.choice(pools)) if rng.random() < 0.7 else any_array(rng)
    if isinstance(value, np.ndarray):
        return changed_array(rng, value)
    if scipy.sparse.issparse(value):
        return changed_sparse(rng, value)
    if isinstance(value, list | tuple) and value:
        i = rng.randrange(len(value))
        return [*value[:i], *rng.choice([[changed(rng, value[i])], [], [value[i]] * 2]), *value[i + 1 :]]
    return rng.choice(NUMBERS + SPECIAL)


def mutated(rng: random.Random, call: Call) -> Call:
    args, kwargs = list(call.args), dict(call.kwargs)
    for _ in range(rng.choice([1, 1, 2, 3])):
        place = rng.choice([*range(len(args)), *kwargs] or [None])
        with contextlib.suppress(Exception):  # not every change is possible after another
            if place is None or rng.random() < 0.02:
                kwargs[rng.choice(["X", "n_threads", "unknown"])] = changed(rng, 1)
            elif isinstance(place, int):
                args[place] = changed(rng, args[place])
            else:
                kwargs[place] = changed(rng, kwargs[place])
    return Call(call.function, tuple(args), kwargs)


def time_up(*_: Any) -> None:
    raise TimeUp


def fuzz(n_calls: int, seed: int, log: TextIO) -> collections.Counter[str]:
    """Make so many calls; return how many ended in which way."""
    rng = random.Random(seed)
    ends: collections.Counter[str] = collections.Counter()
    signal.signal(signal.SIGALRM, time_up)
    warnings.simplefilter("ignore")
    calls: dict[str, Call] = {}
    for number in range(n_calls):
        if number % 500 == 0:
            calls = engine_calls()  # new objects, since calls change them
        name = rng.choice(list(calls))
        call = mutated(rng, calls[name])
        log.write(f"{number} {name} {[type(value).__name__ for value in (*call.args, *call.kwargs.values())]}\n")
        log.flush()
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            call()
            end = "returned"
        except TimeUp:
            end = "interrupted"
        except Exception as error:
            end = type(error).__name__
        signal.setitimer(signal.ITIMER_REAL, 0)
        ends[end] += 1
    return ends


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--log")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    if "san.so" not in os.environ.get("LD_PRELOAD", ""):  # a sanitizer needs terabytes of addresses
        resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))
    output = os.dup(1)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, open(arguments.log or os.devnull, "w") as log:
        os.dup2(nowhere.fileno(), 1)  # what verbose calls of the engine print
        ends = fuzz(arguments.calls, seed, log)
    os.dup2(output, 1)
    print(dict(ends.most_common()))
    # Neither may be rare, or the calls would not reach far, or would not be wrong.
    few = arguments.calls / 20
    return 0 if ends["returned"] > few and ends["ValueError"] > few and ends["TypeError"] > few else 1


if __name__ == "__main__":
    sys.exit(main())
