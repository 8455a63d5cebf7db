"""The engine's builds for several instruction levels: each is correct, they agree, and the best one is used."""

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from cases import python
from rosenblatt import _core
from rosenblatt._core import cpu

USABLE = [level for level in cpu.levels() if find_spec(f"rosenblatt._core.{level}")]
FUSED = {"x86_64_v3", "x86_64_v4"}  # these have multiply-adds, and therefore the same rounding

# The features that the x86-64 psABI adds in each level, by their names in Linux.
FLAGS = {
    "x86_64_v2": {"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"},
    "x86_64_v3": {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"},
    "x86_64_v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
}

# Compares products, activations, loss and gradients of one level with NumPy's, and checks a step of Adam.
ORACLE = """
import sys
import numpy as np
sys.path.insert(0, TESTS)
import reference
from cases import DTYPES, engine, flat, inputs, network, parameters, parameters_of, targets
from rosenblatt import _core

assert LEVEL == _core.LEVEL
widths, rows = [19, 50, 16, 33, 3], 101
for dtype in DTYPES:
    tolerance = {"float32": 2e-4, "float64": 1e-11}[np.dtype(dtype).name]
    coefs, intercepts = (list(map(np.float64, group)) for group in parameters(widths, dtype))
    X = inputs(rows, widths[0], dtype)
    y, matrix = targets(rows, widths[-1], "log_loss", dtype)
    loss = reference.loss_of("log_loss")
    for name, activation in reference.ACTIVATIONS.items():
        if not _core.ACTIVATION_INFO[name]["trainable"]:
            continue
        scores, hidden = [], [np.float64(X)]
        for coef, intercept in zip(coefs, intercepts):
            scores.append(hidden[-1] @ coef + intercept)
            hidden.append(activation.f(scores[-1]))
        delta, gradients = loss.gradient(scores[-1], matrix) / rows, []
        for layer in reversed(range(len(coefs))):
            gradients += [delta.sum(axis=0), hidden[layer].T @ delta]
            if layer:
                delta = delta @ coefs[layer].T * activation.derivative(scores[layer - 1])
        gradients.reverse()

        net = network(widths, name, "log_loss", dtype)
        close = dict(rtol=tolerance, atol=tolerance, err_msg=f"{name}, {dtype}")
        np.testing.assert_allclose(net.scores(X, 2), scores[-1], **close)
        np.testing.assert_allclose(net.predict(X), loss.predict(scores[-1]), **close)
        trainer = engine("Trainer", dtype)(net, X, y, batch_size=rows, n_threads=2)
        value, _, *found = trainer.loss_and_gradients()
        np.testing.assert_allclose(value, loss.value(scores[-1], matrix).mean(), **close)
        for layer, (coef, intercept) in enumerate(zip(*found)):
            np.testing.assert_allclose(coef, gradients[2 * layer], **close)
            np.testing.assert_allclose(intercept, gradients[2 * layer + 1], **close)

        before = flat(*parameters_of(net, widths))
        trainer.epoch(engine("Optimizer", dtype)("adam", {}, net), 0.01)
        moved = flat(*parameters_of(net, widths)) - before
        expected = -0.01 * np.sign(flat(gradients[::2], gradients[1::2]))
        certain = np.abs(flat(gradients[::2], gradients[1::2])) > 1e-4  # far above epsilon and rounding
        np.testing.assert_allclose(moved[certain], expected[certain], rtol=5e-3)
"""

CODE = """
import warnings
import numpy as np
from rosenblatt import MLPClassifier, activations
warnings.simplefilter("ignore")
rng = np.random.RandomState(0)
X = rng.randn(300, 20)
y = rng.randint(3, size=300)
out = []
for dtype in (np.float64, np.float32):
    for activation in activations.TRAINABLE:
        model = MLPClassifier([33, 17], activation=activation, max_iter=5, random_state=0).fit(X.astype(dtype), y)
        for n in (1, 7, 300):
            out.append(model.predict_proba(X[:n].astype(dtype)).ravel().astype(np.float64))
        out += [coef.ravel().astype(np.float64) for coef in model.coefs_]
np.save(PATH, np.concatenate(out))
"""


def results(level, folder):
    path = str(folder / f"{level}.npy")
    python(f"PATH = {path!r}\n{CODE}", env={**os.environ, "ROSENBLATT_LEVEL": level})
    return np.load(path)


def test_the_best_level_is_the_default():
    plain = {name: value for name, value in os.environ.items() if name != "ROSENBLATT_LEVEL"}
    assert python("from rosenblatt import _core; print(_core.LEVEL)", env=plain) == USABLE[0]
    assert _core.LEVEL in USABLE


@pytest.mark.skipif(sys.platform == "win32", reason="there, the bindings contain the engine")
def test_the_engine_is_loaded_for_the_bindings_alone():
    """Other libraries that the process loads later keep their symbols to themselves, as before."""
    code = "import sys; before = sys.getdlopenflags(); import rosenblatt; print(sys.getdlopenflags() == before)"
    assert python(code) == "True"


@pytest.mark.parametrize("level", USABLE)
def test_level_agrees_with_numpy(level):
    code = f"LEVEL, TESTS = {level!r}, {str(Path(__file__).parents[1])!r}\n{ORACLE}"
    python(code, env={**os.environ, "ROSENBLATT_LEVEL": level})


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and platform.machine() == "x86_64"), reason="x86-64 Linux only"
)
def test_levels_are_those_of_the_processor():
    line = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    has, needed, expected = set(line.split()), set(), []
    for level, flags in FLAGS.items():
        needed |= flags
        if needed <= has:
            expected.insert(0, level)
    assert cpu.levels() == [*expected, "default"]


@pytest.mark.parametrize("lacking", range(1, len(USABLE) + 1))
def test_levels_that_the_processor_lacks_are_not_used(lacking, monkeypatch):
    monkeypatch.delenv("ROSENBLATT_LEVEL", raising=False)
    monkeypatch.setattr(cpu, "levels", lambda: USABLE[lacking:])
    assert _core.available_levels() == USABLE[lacking:]
    if lacking < len(USABLE):
        assert _core._choose() == USABLE[lacking]
        monkeypatch.setenv("ROSENBLATT_LEVEL", USABLE[0])
    with pytest.raises(ImportError, match=USABLE[0] if lacking < len(USABLE) else "no engine for this processor"):
        _core._choose()


@pytest.mark.slow
@pytest.mark.skipif(len(USABLE) < 2, reason=f"this build and this processor have one level only: {USABLE}")
def test_levels_agree(tmp_path):
    best = results(USABLE[0], tmp_path)
    half = len(best) // 2  # float64, then float32
    for level in USABLE[1:]:
        other = results(level, tmp_path)
        if {USABLE[0], level} <= FUSED:
            np.testing.assert_array_equal(other, best)
        else:
            np.testing.assert_allclose(other[:half], best[:half], rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(other[half:], best[half:], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("level", ["", "cpu", "x86_64_v9", "../x"])
def test_unknown_level(level):
    code = """
try:
    import rosenblatt
except ImportError as error:
    print(error)
"""
    message = python(code, env={**os.environ, "ROSENBLATT_LEVEL": level})
    assert message == f"ROSENBLATT_LEVEL={level!r}: this processor and this build offer {USABLE}"
