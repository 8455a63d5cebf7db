"""Members: networks that are trained independently, each by one thread from start to end."""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._display import Lines, bar
from rosenblatt._warnings import warn
from rosenblatt.embeddings import Embedding
from rosenblatt.network import Network
from rosenblatt.tables.recipe import Encoding, Recipe

Array = npt.NDArray[Any]

# Epochs of a cycle of the learning rate from which its errors tell of the next cycle.
_LONG_CYCLE = 10

# The error of outputs, which training keeps low: error(y, outputs, weights).
Error = Callable[[Array, Array, Array | None], float]


@dataclass
class Member:
    """A network with what is known of its training.

    Attributes
    ----------
    network : Network
        The network with the parameters of its best epoch.
    encoding : {'cumulative', 'local', 'periodic'}
        The embeddings of its numbers.
    best_epoch : int
        That epoch, counted from 1.
    losses : list of float
        The training loss of each epoch.
    errors : list of float
        The error on the validation samples after each epoch.
    seconds : float
        The time that training took.
    """

    network: Network
    encoding: Encoding
    best_epoch: int = 0
    losses: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def error(self) -> float:
        """The error of the best epoch."""
        return self.errors[self.best_epoch - 1]


@dataclass(frozen=True)
class Samples:
    """Samples: columns of the preprocessor, and targets and weights, or None, as `Network` takes them."""

    X: npt.NDArray[np.float32]
    y: Array
    weights: Array | None


@dataclass(frozen=True)
class Part:
    """Some rows of samples, of which there is no copy until they are needed: a table may be large, and members many."""

    samples: Samples
    rows: Array | slice

    def taken(self) -> Samples:
        """Return the rows; weights of which no mean can be taken are None, since all samples then weigh the same."""
        X, y, weights = self.samples.X[self.rows], self.samples.y[self.rows], self.samples.weights
        if weights is not None:
            weights = weights[self.rows] if weights[self.rows].any() else None
        return Samples(X, y, weights)


@dataclass(frozen=True)
class Task:
    """What one member is trained on and selected by, and what makes it differ from others."""

    kept: Part
    held_out: Part
    embeddings: dict[int, Embedding]  # of columns
    encoding: Encoding
    error: Error
    seed: int  # of all of its random numbers


@dataclass(frozen=True)
class Trained:
    """A member with its task, and its outputs for the samples that it held back, of shape (n_samples, n_outputs)."""

    member: Member
    task: Task
    outputs: Array


@dataclass(frozen=True)
class Limits:
    """When training ends: after so many epochs, at a time, or when somebody sets the event.

    ``report`` is told how much of the training is done, from 0 to 1.
    """

    epochs: int
    deadline: float
    stop: Event
    report: Callable[[float], None]


def train(task: Task, recipe: Recipe, loss: Any, n_outputs: int, limits: Limits, n_threads: int) -> Trained:
    """Return a trained member, with the parameters of the last of its best epochs.

    Training ends early after more than three times as many epochs as the best one had, and 40, and before the last
    cycle of the learning rate, which is half of it, if the cycle before has no new best epoch: the errors of cycles
    first decrease, then increase. (In none of 30 trainings on five data sets was the last one better then.)
    """
    began = time.monotonic()
    kept, held_out = task.kept.taken(), task.held_out.taken()
    begin, end = recipe.last_cycle_but_one(limits.epochs)
    network = recipe.network(kept.X, n_outputs, task.embeddings, loss, np.random.RandomState(task.seed))
    member = Member(network, task.encoding)
    best, state = np.inf, None
    training = network.train(
        kept.X,
        kept.y,
        sample_weight=kept.weights,
        epochs=limits.epochs,
        n_threads=n_threads,
        **recipe.training_options(network),
    )
    try:
        for epoch in training:
            outputs = network.predict(held_out.X, n_threads=n_threads)
            error = task.error(held_out.y, outputs, held_out.weights)
            member.losses.append(epoch.loss)
            member.errors.append(error)
            if error <= best:
                best, state, best_outputs = error, network.parameters, outputs
                member.best_epoch = epoch.epoch
            limits.report(epoch.epoch / limits.epochs)
            useless = epoch.epoch > 3 * member.best_epoch + 40
            useless = useless or (epoch.epoch == end and member.best_epoch <= begin and end - begin >= _LONG_CYCLE)
            if useless or limits.stop.is_set() or time.monotonic() > limits.deadline:
                break
    except FloatingPointError:
        if state is None:
            raise
    if state is None:
        raise FloatingPointError(
            "fit: got validation errors that are not finite, expected finite ones; the targets may be too large"
        )
    network.parameters = state
    limits.report(1.0)
    member.seconds = time.monotonic() - began
    return Trained(member, task, best_outputs)


def train_all(
    tasks: list[Task],
    recipe: Recipe,
    loss: Any,
    n_outputs: int,
    *,
    epochs: int,
    time_limit: float | None,
    n_threads: int,
    lines: Lines | None,
) -> list[Trained]:
    """Train all members, as many at a time as there are threads, and show on lines how far they are.

    Ctrl-C ends the training of the members that have begun, and leaves out the others.
    """
    workers = min(len(tasks), n_threads)
    rounds = -(-len(tasks) // workers)
    began = time.monotonic()
    begin, stop = Event(), Event()
    shares = [0.0] * len(tasks)

    def deadline(index: int) -> float:
        if time_limit is None:
            return np.inf
        return began + time_limit * (index // workers + 1) / rounds  # an equal share for each round

    found: list[Trained | None] = [None] * len(tasks)

    def run(index: int) -> None:
        begin.wait()
        if not stop.is_set():
            limits = Limits(epochs, deadline(index), stop, partial(shares.__setitem__, index))
            found[index] = train(tasks[index], recipe, loss, n_outputs, limits, max(1, n_threads // workers))

    with ThreadPoolExecutor(workers) as pool:
        try:
            futures = [pool.submit(run, index) for index in range(len(tasks))]
            begin.set()  # not before: Ctrl-C in submit leaves threads behind that the pool does not know
            # A wait without an end may miss a signal that comes as it begins.
            while wait(futures, timeout=0.1, return_when=FIRST_EXCEPTION).not_done:
                if any(future.done() and future.exception() for future in futures):
                    break
                if lines:
                    lines.add(_progress(shares, time.monotonic() - began, time_limit))
            for future in futures:
                future.result()
        except KeyboardInterrupt:
            stop.set()  # those that have begun end with their epoch
        except BaseException:
            stop.set()
            raise
        finally:
            begin.set()
    trained = [one for one in found if one is not None]
    if stop.is_set():
        if not trained:
            raise KeyboardInterrupt
        warn("Training interrupted by user.")
    return trained


def _progress(shares: list[float], seconds: float, time_limit: float | None) -> str:
    """Return a line about how much of each training is done."""
    done = sum(shares) / len(shares)
    ended = sum(share == 1.0 for share in shares)
    left = seconds * (1 - done) / done if done else np.inf
    if time_limit is not None:
        left = min(left, max(0.0, time_limit - seconds))
    rest = f"  at most about {left:.0f} s left" if np.isfinite(left) else ""
    return f"{bar(done)} {ended}/{len(shares)} networks  {seconds:.0f} s{rest}"


def weights_of(members: list[Member]) -> Array:
    """Return the weights of the members' outputs in their mean; the sum is 1.

    They fall with the fourth power of the error on the samples held back. Members with nearly the same error count
    nearly the same, whatever samples they held back; one with twice the error hardly counts. Where a scorer has scores
    above 1, and so errors below 0, all count the same.
    """
    errors = np.array([member.error for member in members])
    least = errors.min()
    if least < 0:
        return np.full(len(errors), 1 / len(errors))
    relative = np.divide(least, errors, out=np.ones_like(errors), where=errors > least)
    weights: Array = relative**4 / (relative**4).sum()
    return weights
