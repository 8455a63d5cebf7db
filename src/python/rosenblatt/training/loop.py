"""The training loop: a generator of epochs, each of which is one call of the engine."""

import warnings
from collections.abc import Generator, Iterator
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from rosenblatt.schedules.base import Rates
from rosenblatt.training.epoch import Epoch
from rosenblatt.training.samples import InMemory
from rosenblatt.training.state import State
from rosenblatt.training.step_schedules import StepSchedules
from rosenblatt.training.stopping import StoppingRule
from rosenblatt.training.trainable import Trainable
from rosenblatt.training.validation import Validation


class TrainingLoop:
    """One training of a network. `rosenblatt.Network.train` and the estimators take their epochs from it.

    What schedules monitor is the loss on the validation samples, or, without such samples, the training loss, penalty
    included.

    Parameters
    ----------
    network : Trainable
        The network to train.
    source : InMemory
        Where the samples of each epoch come from.
    state : State
        Where training begins, and what it updates after each epoch.
    batch_size : int
        The number of samples of a step.
    n_epochs : int
        The number of epochs after which training ends, those of ``state`` included.
    options : dict
        Keyword arguments of the engine's trainer: see `TrainingOptions`.
    validation : Validation, default=None
        The samples to evaluate after each epoch.
    stopping : StoppingRule, default=None
        What ends training earlier. None: nothing does.
    step_schedules : StepSchedules, default=None
        Weight decay and dropout by step. None: both stay as they are.
    loss_scale : float, default=1.0
        A factor for the losses that are reported, monitored and compared; gradients do not depend on it.

    Raises
    ------
    ValueError
        If an option, or the learning rates of the first epoch, are not valid.
    """

    def __init__(
        self,
        network: Trainable,
        source: InMemory,
        state: State,
        *,
        batch_size: int,
        n_epochs: int,
        options: dict[str, Any],
        validation: Validation | None = None,
        stopping: StoppingRule | None = None,
        step_schedules: StepSchedules | None = None,
        loss_scale: float = 1.0,
    ) -> None:
        self.network = network
        self.source = source
        self.state = state
        self.n_epochs = n_epochs
        self.validation = validation
        self.stopping = stopping or StoppingRule()
        self.loss_scale = loss_scale
        self.rates: Rates = 0.0
        self.step_schedules = step_schedules or StepSchedules()
        self.by_step: dict[str, Any] = {}  # arguments of the epoch, beside the learning rates
        self.batch_size = batch_size
        self.trainer = network._open_trainer(source.samples, batch_size, **options)
        self.optimizer = state.optimizer.open(network._engine)
        self.stopping.begin(state.progress)
        if self.goes_on:  # so that bad rates are reported before the first step
            self.rates = self._next_rates()

    @property
    def goes_on(self) -> bool:
        """Whether another epoch follows."""
        return not self.state.ended and self.state.n_iter < self.n_epochs

    def _next_rates(self) -> Rates:
        n_steps = -(-self.source.n_rows // self.batch_size)
        if self.step_schedules.active:
            epoch = self.state.optimizer.epoch
            self.by_step = self.step_schedules.arguments(epoch, n_steps, self.n_epochs, self.state.t)
        return self.state.optimizer.rates(n_steps, self.n_epochs, self.state.t)

    def epochs(self) -> Generator[Epoch, None, None]:
        """Train, and yield the numbers of each epoch.

        An epoch that leaves the finite numbers is the last one: the network then has the parameters from before it,
        and ``state.diverged`` is true.
        """
        state, network, validation, stopping = self.state, self.network, self.validation, self.stopping
        progress, scale, finite = state.progress, self.loss_scale, network._engine.finite
        fresh = True
        began = perf_counter() - state.seconds
        while not state.ended and state.n_iter < self.n_epochs:
            if not fresh:
                self.rates = self._next_rates()
            fresh = False
            rates = self.rates
            order = self.source.next_epoch()
            network._read(*state.parameters)
            if state.vectors:
                state.vectors = network._vectors()
            loss, penalty = self.trainer.epoch(self.optimizer, rates, order, **self.by_step)
            state.n_iter += 1
            state.t += len(order)
            state.diverged = not finite()

            data_loss = loss * scale
            monitored = training_loss = data_loss + penalty
            val_loss: Any = None
            val_score: Any = None
            if validation is not None:
                val_loss, val_score = validation.not_a_number if state.diverged else validation.evaluate(network)
                monitored = val_loss = val_loss * scale
            better = stopping.note(progress, training_loss, val_loss, val_score)
            state.optimizer.epoch_ends(monitored)
            self.step_schedules.epoch_ends(monitored)
            if state.diverged:
                self.restore()
            elif better:
                state.best, state.best_epoch = network._arrays(), state.n_iter
            if stopping.stops(progress, state.optimizer.schedule) or state.diverged:
                state.ended = True
            rate = rates if type(rates) is float else float(np.ravel(rates)[-1])
            state.seconds = perf_counter() - began
            yield Epoch(state.n_iter, training_loss, data_loss, penalty, rate, val_loss, val_score, state.seconds)

    def restore(self) -> None:
        """Assign the finite parameters from before the current epoch to the network."""
        self.network._set(*self.state.parameters)
        self.network._set_vectors(self.state.vectors)

    def close(self) -> None:
        """Update the optimizer in ``state`` from the engine's."""
        self.state.optimizer.close(self.optimizer)


class Epochs(Iterator[Epoch]):
    """The epochs of a loop; a warning if nobody asks for one, because training then never begins.

    An epoch whose loss or parameters are not finite raises a FloatingPointError. The network then has the parameters
    from before that epoch.
    """

    def __init__(self, loop: TrainingLoop) -> None:
        self._loop = loop
        self._epochs = loop.epochs()
        self._begun = False

    def __next__(self) -> Epoch:
        self._begun = True
        epoch = next(self._epochs)
        state = self._loop.state
        if state.diverged or not isfinite(epoch.loss):
            self.close()
            self._loop.restore()
            raise FloatingPointError(
                diverged(f"epoch {epoch.epoch}: the loss became {epoch.data_loss}", self._loop.rates)
            )
        return epoch

    def close(self) -> None:
        """End training: no epoch follows."""
        self._begun = True
        self._epochs.close()

    def __del__(self) -> None:
        if not getattr(self, "_begun", True):
            warnings.warn(
                "Network.train: nothing was trained, because no epoch was taken from the iterator; write"
                " `for epoch in network.train(...): ...`, or list(network.train(...))",
                stacklevel=2,
            )


def diverged(what: str, rates: Rates) -> str:
    """Return the message for training that left the finite numbers, and what helps against it."""
    return (
        f"{what}, or parameters did not stay finite; the network has the parameters from before. Lower the learning"
        f" rate ({np.max(rates):g}), scale X and y to about 1, or set clip_norm"
    )
