"""Training: whole fits of many networks; the time of an epoch and the share of the peak."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse

import peak
import peers
import rosenblatt
from agreement import same_loss, same_weights
from harness import OURS, Limit, Options, Result, measure
from workloads import Problem, Work

LECTURE = (11610, (8, 50, 50, 50, 1), 200, 10)
WORK = {
    "lecture": Work(*LECTURE),
    "lecture-tanh": Work(*LECTURE, activation="tanh"),
    "lecture-nesterov": Work(*LECTURE, solver="sgd"),
    "lecture-huber": Work(*LECTURE, loss="huber"),
    "lecture-float64": Work(*LECTURE, dtype="float64"),
    "classes": Work(20000, (20, 100, 100, 5), 64, 4, loss="log_loss"),
    "images-32": Work(60000, (784, 300, 100, 10), 32, 1, loss="log_loss"),
    "images-200": Work(60000, (784, 300, 100, 10), 200, 1, loss="log_loss"),
    "wide-256": Work(20000, (100, 256, 256, 256, 1), 256, 2),
    "wide-1024": Work(20000, (784, 1024, 1024, 10), 256, 1, loss="log_loss"),
    "online": Work(4000, (8, 50, 50, 50, 1), 1, 2),
    "small-10000": Work(100000, (10, 16, 16, 1), 10000, 5),
    "small-full": Work(100000, (10, 16, 16, 1), 100000, 5),
    "sparse": Work(10000, (50000, 100, 2), 200, 1, density=0.002),
}


def contenders(problem: Problem, options: Options) -> dict[str, Callable[[], Any]]:
    work = problem.work
    estimator = rosenblatt.MLPClassifier if work.classes else rosenblatt.MLPRegressor
    ours = estimator(**work.settings, loss=work.loss)
    result: dict[str, Callable[[], object]] = {OURS: lambda: ours.fit(problem.X, problem.targets)}
    for peer in peers.having("training"):
        result |= peer.training(problem, options)
    return result


def proof(work: Work, options: Options) -> str:
    """Compare some steps in float64, where only the same algorithm agrees so closely."""
    rows = min(work.rows, max(10 * work.batch_size, 500))
    problem = Problem.draw(dataclasses.replace(work, rows=rows, epochs=1, dtype="float64"))
    answers = {name: fit() for name, fit in contenders(problem, options).items()}
    return f"{same_loss(1e-9)(answers)} in float64"


def compare(work: Work, options: Options) -> Result:
    """Time whole fits, including checks of the input. The losses of all epochs must agree."""
    proved = proof(work, options)
    problem = Problem.draw(work)
    result = measure(
        work.name,
        contenders(problem, options),
        # In float32, weights differ more and more by rounding, most in 8000 steps of one row.
        same_loss(1e-9 if work.dtype == "float64" else 5e-2),
        options.repeats,
        units=work.epochs,
        limit=Limit("peak", work.operations, partial(peak.flops, work.dtype, options.threads)),
        parameters=work.parameters,
    )
    result.agreement = f"{proved}; {result.agreement}"
    return result


def perceptron(density: float, options: Options) -> Result:
    """Fits of `Perceptron`, compared with scikit-learn's: the same bits."""
    from sklearn.linear_model import Perceptron

    rng = np.random.default_rng(0)
    if density < 1:
        X = scipy.sparse.random(10000, 50000, density=density, format="csr", random_state=rng)
    else:
        X = rng.standard_normal((100_000, 100))
    y = X @ rng.standard_normal(X.shape[1]) + 0.3 * rng.standard_normal(X.shape[0]) > 0
    sparse = f", {density:.1%} dense" if density < 1 else ""
    return measure(
        f"Perceptron, {X.shape[0]} x {X.shape[1]}{sparse}, float64",
        {OURS: lambda: rosenblatt.Perceptron().fit(X, y), "scikit-learn": lambda: Perceptron().fit(X, y)},
        same_weights(0.0),
        options.repeats,
        parameters={"rows": X.shape[0], "columns": X.shape[1], "density": density, "dtype": "float64"},
    )


def of_width(width: int) -> Work:
    """Return the training of a network whose inputs and hidden layers have one width, in batches of 256."""
    sizes = (width, width, width, 1)
    rows = int(1e9 / Work(1, sizes, 1, 1).operations)
    return Work(min(max(rows // 256 * 256, 1024), 100 * 1024), sizes, 256, 3)


BENCHMARKS = {
    **{name: partial(compare, work) for name, work in WORK.items()},
    **{f"width-{width}": partial(compare, of_width(width)) for width in (16, 32, 64, 128, 256, 512, 1024, 2048)},
    "perceptron-dense": partial(perceptron, 1.0),
    "perceptron-sparse": partial(perceptron, 0.002),
}
