"""Random networks, data and settings for the tests of the engine."""

import os
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rosenblatt import Network, _core

TRAINABLE = [name for name, info in _core.ACTIVATION_INFO.items() if info["trainable"]]

DTYPES = [np.float32, np.float64]


def engine(name, dtype):
    return getattr(_core, name + {"float32": "32", "float64": "64"}[np.dtype(dtype).name])


def parameters(widths, dtype=np.float64, seed=0):
    """Random coefs and intercepts, scaled so that sums stay near 1 in deep networks too."""
    rng = np.random.RandomState(seed)
    coefs = [(rng.randn(i, o) / np.sqrt(i)).astype(dtype) for i, o in pairwise(widths)]
    intercepts = [(rng.randn(o) / 2).astype(dtype) for o in widths[1:]]
    return coefs, intercepts


def network(widths, activation="tanh", loss="squared_error", dtype=np.float64, seed=0):
    """Return the engine's network with `parameters`."""
    net = engine("Network", dtype)(widths, [activation] * (len(widths) - 2), loss)
    for layer, (coef, intercept) in enumerate(zip(*parameters(widths, dtype, seed), strict=True)):
        net.set_layer(layer, coef, intercept)
    return net


def make_network(loss="squared_error", widths=(4, 7, 5, 3), activation="tanh", **options):
    """Return a public network, the same each time."""
    return Network(widths, activation, loss=loss, **{"random_state": 0, **options})


def parameters_of(net, widths):
    """Return the parameters of the engine's network."""
    coefs, intercepts = parameters(widths, net.dtype)
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        net.get_layer(layer, coef, intercept)
    return coefs, intercepts


def inputs(rows, columns, dtype=np.float64, seed=1):
    return np.random.RandomState(seed).randn(rows, columns).astype(dtype)


def inside(setting):
    """Return values that a setting accepts, other than its default; its bounds first."""
    low, high = setting["low"], setting["high"]
    if setting["kind"] == "boolean":
        return [value for value in (False, True) if value != setting["default"]]
    if setting["kind"] == "integer":
        return [int(low), int(low) + 3]
    values = [low] * (setting["closed"] in ("left", "both")) + [high] * (setting["closed"] in ("right", "both"))
    values.append(low + 0.3 * (high - low) if np.isfinite(high) else low + 0.1)
    values = [value for value in values if value != setting["default"]]
    return [[value] for value in values] if setting["kind"] == "list" else values


def outside(setting):
    """Return numbers that a setting does not accept: next to its bounds, and NaN."""
    low, high = setting["low"], setting["high"]
    if setting["kind"] == "boolean":
        return [0.5, 2, -1, np.nan]
    if setting["kind"] == "integer":
        return [int(low) - 1, int(low) + 0.5, 2 * high, np.nan, np.inf]
    below = np.nextafter(low, -np.inf) if setting["closed"] in ("left", "both") else low
    values = [below, low - 1, np.nan]
    if setting["closed"] not in ("right", "both"):
        values.append(high)
    elif np.isfinite(high):
        values.append(np.nextafter(high, np.inf))
    return values


def targets(rows, outputs, loss, dtype=np.float64, seed=2):
    """Return targets as the trainer takes them, and as a matrix for the reference."""
    rng = np.random.RandomState(seed)
    if _core.LOSS_INFO[loss]["categorical"]:
        classes = rng.randint(outputs, size=rows).astype(np.int32)
        return classes, np.eye(outputs)[classes]
    shape = (rows, outputs)
    for y in (rng.randn(*shape), rng.poisson(1.0, shape), rng.gamma(2.0, size=shape), rng.randint(2, size=shape)):
        y = y.astype(dtype)
        try:
            _core.check_targets64(loss, {}, y.astype(np.float64))
        except ValueError:
            continue
        return y, y.astype(np.float64)
    raise AssertionError(f"no targets for {loss}")


def unaligned(array):
    """Return an equal array that begins one byte off."""
    memory = np.zeros(array.nbytes + 1, np.uint8)
    view = memory[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    assert not view.flags.aligned
    return view


def flat(*groups):
    """Return all numbers of nested lists of arrays as one vector."""
    return np.concatenate([np.ravel(array) for group in groups for array in group])


SLOWDOWN = int(os.environ.get("ROSENBLATT_SLOWDOWN", "1"))


def python(code, *, timeout=60, env=None):
    """Run code in a fresh interpreter and return its output; fail if it fails or hangs.

    Where sanitizers slow the engine down, ROSENBLATT_SLOWDOWN says how many times as long it may take.
    """
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=SLOWDOWN * timeout,
        env=env,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def compiled(source, folder):
    """Compile a C++ program of the tests against the engine's sources; return its path. Skip without a compiler."""
    compiler = shlex.split(os.environ.get("CXX", "c++"))
    sources = Path(__file__).parents[1] / "src" / "cpp"
    if not shutil.which(compiler[0]):
        pytest.skip(f"no C++ compiler: {compiler[0]}")
    if not sources.is_dir():
        pytest.skip(f"no C++ sources: {sources}")
    program = folder / source.stem
    warnings = ["-Wall", "-Wextra", "-Werror"]
    subprocess.run([*compiler, "-std=c++17", "-O1", *warnings, "-I", sources, source, "-o", program], check=True)
    return program
