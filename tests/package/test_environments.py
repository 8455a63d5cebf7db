"""The package in unusual environments."""

import subprocess
import sys

import pytest

TRAIN = """
import numpy as np
import rosenblatt
from rosenblatt import *
from rosenblatt import activations, callbacks, initializers, losses, optimizers, schedules

X = np.random.RandomState(0).rand(50, 3)
y = (X[:, 0] > 0.5).astype(int)
MLPRegressor(max_iter=2, progress=True, verbose=True, tol=10.0, n_iter_no_change=1).fit(X, X[:, 0]).predict(X)
MLPClassifier(solver="lbfgs").fit(X, y).predict_proba(X)
Perceptron(verbose=True).fit(X, y).predict(X)
ThresholdLogicUnit(max_iter=3).fit(X, y).predict(X)
for name in losses.names("regression"):
    losses.find(name)(np.ones((2, 1)), np.ones((2, 1)))
for _ in Network([3, 4, 1]).train(X, X[:, 0], epochs=2):
    pass
activations.relu(X)
optimizers.AdamW(0.1), schedules.Cosine(), initializers.Normal(0.1)
"""


def run(code, *options, **keywords):
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, **keywords)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-OO"], marks=pytest.mark.slow),
        *(
            pytest.param(options, marks=pytest.mark.slow)
            for options in (["-O"], ["-X", "dev"], ["-I"], ["-W", "error"])
        ),
    ],
    ids=" ".join,
)
def test_interpreter_options(options):
    if options == ["-I"]:  # isolated: without the variables of the environment
        path = f"import sys; sys.path[:0] = {sys.path!r}\n"
        run(path + TRAIN, *options)
    else:
        run("import warnings; warnings.simplefilter('ignore')\n" + TRAIN, *options)


@pytest.mark.parametrize(
    "closed", ["stderr", *(pytest.param(name, marks=pytest.mark.slow) for name in ("stdout", "stdin"))]
)
def test_closed_streams(closed):
    run(f"import sys; sys.{closed} = None; import warnings; warnings.simplefilter('ignore')\n{TRAIN}")
