"""The weights and the history of an estimator in training, which are copied only if somebody looks at them."""

from copy import deepcopy
from threading import RLock
from typing import Any

import numpy as np

from rosenblatt.training.loop import TrainingLoop
from rosenblatt.training.state import State

_WEIGHTS = ("coefs_", "intercepts_")
NAMES = frozenset({*_WEIGHTS, "history_"})
_CHANGING = ("_optimizer", "_random_state", "loss_curve_", "validation_scores_")


def history(state: State) -> dict[str, Any]:
    """Return the numbers of each epoch so far as arrays."""
    return {name: np.array(values) for name, values in state.history.items()}


class LiveAttributes:
    """Attributes of an estimator whose values the training loop has, and which the estimator lacks until it is asked.

    ``BaseMLP.__getattr__`` asks for them. Each epoch makes the values of the last one invalid.
    """

    def __init__(self, model: Any, loop: TrainingLoop) -> None:
        self._model = model
        self._loop = loop
        self._in_epoch = False
        self._shown = {name: value for name, value in vars(model).items() if name in NAMES}
        self._given: set[str] = set()  # the weights that somebody has looked at since the last epoch
        self._lock = RLock()  # other threads may look at any time

    def take_assigned(self) -> None:
        """Assign weights that a callback has assigned to the estimator to the network."""
        attributes, shown = vars(self._model), self._shown
        assigned = any(name in attributes and attributes[name] is not shown.get(name) for name in _WEIGHTS)
        if assigned or (self._given and self._changed_in_place()):
            self._loop.network._set(self._model.coefs_, self._model.intercepts_)

    def _changed_in_place(self) -> bool:
        """Return whether the lists and arrays that were given to a callback hold other weights now."""
        attributes = vars(self._model)
        now = dict(zip(_WEIGHTS, self._loop.network._arrays(), strict=True))
        return any(
            len(attributes[name]) != len(now[name])
            or not all(np.array_equal(*pair, equal_nan=True) for pair in zip(attributes[name], now[name], strict=True))
            for name in self._given & attributes.keys()
        )

    def epoch_begins(self) -> None:
        """Begin an epoch, from weights that a callback has assigned."""
        with self._lock:
            self.take_assigned()
            self._in_epoch = True

    def epoch_ends(self) -> None:
        """Remove the values of the epoch before."""
        with self._lock:
            self._in_epoch = False
            self._shown.clear()
            self._given.clear()
            for name in NAMES:
                vars(self._model).pop(name, None)

    def get(self, name: str) -> Any:
        """Return the value of an attribute after the last epoch, which stays with the estimator until the next one."""
        attributes = vars(self._model)
        with self._lock:
            values = self._weights() if name in _WEIGHTS else {name: history(self._loop.state)}
            for found in values.keys() - attributes.keys():  # not what a callback has assigned
                attributes[found] = self._shown[found] = values[found]
                if found in _WEIGHTS and not self._in_epoch:
                    self._given.add(found)
            return attributes[name]

    def _weights(self) -> dict[str, Any]:
        if not self._in_epoch:
            return dict(zip(_WEIGHTS, self._loop.network._arrays(), strict=True))
        before = self._loop.state.parameters  # the engine's are changing
        return {name: [array.copy() for array in arrays] for name, arrays in zip(_WEIGHTS, before, strict=True)}

    def complete(self) -> None:
        """Give the estimator all that it needs outside of this training, as a copy of it does."""
        for name in NAMES - vars(self._model).keys():
            self.get(name)
        if not self._in_epoch:
            self._loop.close()

    @staticmethod
    def apart(attributes: dict[str, Any]) -> dict[str, Any]:
        """Return the estimator's attributes with copies of those that later epochs change."""
        changing = {name: deepcopy(attributes[name]) for name in _CHANGING if name in attributes}
        return {name: value for name, value in {**attributes, **changing}.items() if name != "_live"}
