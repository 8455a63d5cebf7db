"""The options of training, in one place: a new option that is a number costs one line of `TrainingOptions`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from rosenblatt._messages import shown
from rosenblatt.training.checks import fraction, number, thread_limit


@dataclass(frozen=True)
class TrainingOptions:
    """What `rosenblatt.Network.train` and the estimators accept beyond loss, optimizer and schedule, by the same names.

    The engine checks the ranges. None means the engine's default: no bound, or as many threads as are useful.
    """

    alpha: float = 0.0
    l1: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    max_norm: float | None = None
    dropout: float | Sequence[float] = 0.0
    input_dropout: float = 0.0
    n_threads: int | None = None

    @classmethod
    def of(cls, owner: Any) -> Self:
        """Return the options that an object has as attributes."""
        return cls(**{option.name: getattr(owner, option.name) for option in fields(cls)})

    @property
    def threads(self) -> int:
        """The largest number of threads, as the engine takes it."""
        return thread_limit(self.n_threads)

    def dropout_rates(self, hidden_layers: int) -> list[float]:
        """Return the dropout rates of the inputs and of each hidden layer, or an empty list if all are 0."""
        dropout = self.dropout
        if isinstance(dropout, Sequence | np.ndarray) and not isinstance(dropout, str):
            hidden = [fraction("dropout", rate) for rate in dropout]
            if len(hidden) != hidden_layers:
                raise ValueError(
                    f"dropout: got {len(hidden)} rates, expected {hidden_layers}, one for each hidden layer"
                )
        else:
            hidden = [fraction("dropout", dropout)] * hidden_layers
            if dropout and not hidden_layers:
                raise ValueError(
                    f"dropout: got {shown(dropout)} without a hidden layer, expected 0; use input_dropout for the"
                    " inputs"
                )
        rates = [fraction("input_dropout", self.input_dropout), *hidden]
        return rates if any(rates) else []

    def draw_dropout_seed(self, hidden_layers: int, random_state: np.random.RandomState) -> int:
        """Draw the seed of dropout, only where dropout is used, so that all other draws stay scikit-learn's."""
        return int(random_state.randint(2**31)) if self.dropout_rates(hidden_layers) else 0

    def for_engine(self, hidden_layers: int, dropout_seed: int = 0) -> dict[str, Any]:
        """Return the keyword arguments of the engine's trainer."""
        numbers = {
            option.name: number(option.name, getattr(self, option.name))
            for option in fields(self)
            if option.name not in ("dropout", "input_dropout", "n_threads") and getattr(self, option.name) is not None
        }
        rates = self.dropout_rates(hidden_layers)
        dropout = {"dropout": rates, "dropout_seed": dropout_seed} if rates else {}
        return {**numbers, **dropout, "n_threads": self.threads}
