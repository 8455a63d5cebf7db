"""Training: whole fits of many networks, as the time of an epoch and as a share of the peak."""

from functools import partial

import peak
import peers
import rosenblatt
from agreement import same_loss
from harness import Limit, Options, Result, measure
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


def compare(work: Work, options: Options) -> Result:
    """Time whole fits, checks of the input included. The answers that must agree are the losses of all epochs."""
    problem = Problem.draw(work)
    estimator = rosenblatt.MLPClassifier if work.classes else rosenblatt.MLPRegressor
    ours = estimator(**work.settings, loss=work.loss)
    contenders = {"rosenblatt": lambda: ours.fit(problem.X, problem.targets)}
    for peer in peers.having("training"):
        contenders |= peer.training(problem, options)
    return measure(
        work.name,
        contenders,
        same_loss(1e-6 if work.dtype == "float64" else 1e-2),
        options.repeats,
        units=work.epochs,
        limit=Limit("peak", work.operations, partial(peak.flops, work.dtype, options.threads)),
        parameters=work.parameters,
    )


BENCHMARKS = {name: partial(compare, work) for name, work in WORK.items()}
