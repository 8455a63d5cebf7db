"""The engine's builds for several instruction levels give the same results."""

import os
from importlib.util import find_spec

import numpy as np
import pytest

from cases import python
from rosenblatt import _core
from rosenblatt._core import cpu

USABLE = [level for level in cpu.levels() if find_spec(f"rosenblatt._core.{level}")]
FUSED = {"x86_64_v3", "x86_64_v4"}  # the levels with multiply-adds round alike

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
