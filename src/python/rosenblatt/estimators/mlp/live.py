"""The weights and the history of an estimator in training, which are copied only if somebody looks at them."""

from copy import deepcopy
from typing import Any

import numpy as np

from rosenblatt.training.loop import TrainingLoop
from rosenblatt.training.state import State

NAMES = frozenset({"coefs_", "intercepts_", "history_"})
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

    def epoch_begins(self) -> None:
        """Take weights that a callback has assigned to the estimator."""
        attributes = vars(self._model)
        shown = self._shown
        if any(name in attributes and attributes[name] is not shown.get(name) for name in ("coefs_", "intercepts_")):
            network = self._loop.network
            network._set(self._model.coefs_, self._model.intercepts_)
        self._in_epoch = True

    def epoch_ends(self) -> None:
        """Remove the values of the epoch before."""
        self._in_epoch = False
        self._shown = {}
        for name in NAMES:
            vars(self._model).pop(name, None)

    def get(self, name: str) -> Any:
        """Return the value of an attribute after the last epoch, which stays with the estimator until the next one."""
        state = self._loop.state
        values: dict[str, Any]
        if name == "history_":
            values = {name: history(state)}
        else:
            # Another thread may look during an epoch.
            arrays = state.parameters if self._in_epoch else self._loop.network._arrays()
            values = {
                name: [array.copy() for array in group] if self._in_epoch else list(group)
                for name, group in zip(("coefs_", "intercepts_"), arrays, strict=True)
            }
        for found, value in values.items():
            self._shown.setdefault(found, vars(self._model).setdefault(found, value))
        return vars(self._model)[name]

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
