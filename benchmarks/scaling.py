"""Scaling of training by threads, width, batch, depth and rows, compared with one thread and with the peak."""

from collections.abc import Callable
from functools import partial

import peak
import rosenblatt
from agreement import same_loss
from harness import OURS, Limit, Options, Result, measure
from workloads import Fitted, Problem, Work

OPERATIONS = 2e9  # of an epoch: about 10 to 40 ms


def _work(width: int, batch_size: int, layers: int = 3, rows: int | None = None) -> Work:
    """Return the training of a network whose layers have one width, with rows for epochs of about ``OPERATIONS``."""
    sizes = (width,) * (layers + 1)
    rows = rows or int(OPERATIONS / Work(1, sizes, 1, 1).operations)
    return Work(min(max(rows, batch_size), 200_000), sizes, batch_size, 1)


def _epochs(problem: Problem, n_threads: int | None) -> Callable[[], Fitted]:
    """Return a function that trains for one epoch in each call."""
    work = problem.work
    network = rosenblatt.Network(work.sizes, work.activation, dtype=work.dtype, random_state=0)
    epochs = network.train(problem.X, problem.y, batch_size=work.batch_size, epochs=10**9, n_threads=n_threads)
    return lambda: Fitted([next(epochs).loss])


def scale(work: Work, counts: Callable[[int], list[int]], options: Options) -> Result:
    """Time epochs with the default and with given numbers of threads, which must all have the same bits."""
    problem = Problem.draw(work)
    contenders = {OURS: _epochs(problem, None)}
    contenders |= {f"{n} thread{'s'[: n - 1]}": _epochs(problem, n) for n in counts(options.threads)}
    return measure(
        work.name,
        contenders,
        same_loss(0.0),
        options.repeats,
        calls=max(1, int(OPERATIONS / 4 / work.operations)),
        limit=Limit("peak", work.operations, partial(peak.flops, work.dtype, options.threads)),
        parameters=work.parameters,
    )


def one(threads: int) -> list[int]:
    return [1]


def each(threads: int) -> list[int]:
    return list(range(1, threads + 1))


LECTURE = (8, 50, 50, 50, 1)
BENCHMARKS = {
    **{f"threads-{width}": partial(scale, _work(width, 256), each) for width in (5, 50, 256, 1024)},
    "threads-lecture": partial(scale, Work(11610, LECTURE, 200, 1), each),
    **{f"depth-{layers}": partial(scale, _work(50, 200, layers), one) for layers in (1, 2, 4, 8, 16)},
    **{f"rows-{n}": partial(scale, Work(n, LECTURE, 200, 1), one) for n in (100, 1000, 10_000, 100_000)},
    **{
        f"grid-{width}x{batch}": partial(scale, _work(width, batch), one)
        for width in (16, 50, 100, 256, 512, 1024, 2048)
        for batch in (1, 8, 32, 128, 512, 2048, 4096)
    },
}
