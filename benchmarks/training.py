"""Training of networks of many sizes, beside scikit-learn and PyTorch, and as a share of the machine's peak."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

import peak
from agreement import same_loss
from harness import Result, measure
from peers import MLP_CLASSIFIERS, MLP_REGRESSORS, fits, installed, torch_fit
from rosenblatt import _core


@dataclass
class Work:
    """Some epochs on a table of random numbers."""

    rows: int
    inputs: int
    hidden: list[int]
    n_classes: int | None  # None: regression
    batch_size: int
    epochs: int
    dtype: str = "float32"
    further: dict[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        return [self.inputs, *self.hidden, self.n_classes or 1]

    @property
    def name(self) -> str:
        network = "-".join(map(str, self.sizes))
        return ", ".join([f"{self.rows} x {network}", f"batch {self.batch_size}", self.dtype, *self.further.values()])

    @property
    def operations(self) -> float:
        """Floating-point operations: three products a layer, but no deltas of the inputs."""
        weights = [inputs * outputs for inputs, outputs in pairwise(self.sizes)]
        return 2.0 * self.rows * self.epochs * (3 * sum(weights) - weights[0])


LECTURE = (11610, 8, [50, 50, 50], None, 200, 10)
WORK = [
    Work(*LECTURE),
    Work(*LECTURE, further={"activation": "tanh"}),
    Work(*LECTURE, further={"solver": "sgd"}),
    Work(*LECTURE, dtype="float64"),
    Work(20000, 20, [100, 100], 5, 64, 4),
    Work(60000, 784, [300, 100], 10, 32, 1),
    Work(60000, 784, [300, 100], 10, 200, 1),
    Work(20000, 100, [256, 256, 256], None, 256, 2),
    Work(20000, 784, [1024, 1024], 10, 256, 1),
    Work(4000, 8, [50, 50, 50], None, 1, 2),
    Work(100000, 10, [16, 16], None, 10000, 4),
    Work(100000, 10, [16, 16], None, 100000, 4),
]


def compare(work: Work, repeats: int) -> Result:
    """Time whole fits. The answers that must agree are the losses of all epochs."""
    threads = _core.thread_limit()
    rng = np.random.default_rng(0)
    X = rng.normal(size=(work.rows, work.inputs)).astype(work.dtype)
    scores = X @ rng.normal(size=(work.inputs, work.n_classes or 1)).astype(work.dtype)
    y = scores.argmax(axis=1) if work.n_classes else np.tanh(scores[:, 0])
    settings = {
        "hidden_layer_sizes": work.hidden,
        "batch_size": work.batch_size,
        "max_iter": work.epochs,
        "random_state": 0,
        "alpha": 0.0,
        "epsilon": 1e-15,  # next to nothing: PyTorch adds it elsewhere
        **work.further,
    }
    contenders = fits(*(MLP_CLASSIFIERS if work.n_classes else MLP_REGRESSORS), X, y, **settings)
    if installed("torch"):
        for n in sorted({1, threads}):
            contenders[f"PyTorch, threads: {n}"] = torch_fit(X, y, settings, work.n_classes, n)
    result = measure(work.name, contenders, same_loss(1e-2), repeats)
    limit = peak.flops(work.dtype, threads)
    if limit:
        result.share_of_peak = work.operations / result.median("rosenblatt") / limit
    return result


def training(repeats: int) -> Iterator[Result]:
    """Networks of many sizes on random numbers."""
    for work in WORK:
        yield compare(work, repeats)
