"""What all embeddings have in common."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Embedding(ABC):
    """An embedding of one column. It is a description: a network holds the parameters.

    Attributes
    ----------
    kind : str or None
        The kind of its parameters, a group of the network; None if it has none.
    """

    kind: ClassVar[str | None] = None

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """The number of columns that the column becomes."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of its parameters."""
        return (0,)

    def draw(self, random_state: np.random.RandomState) -> Array:
        """Return initial parameters, in float64."""
        return np.zeros(self.shape)

    @abstractmethod
    def values(self, x: Array, parameters: Array) -> Array:
        """Return the embedding of numbers, computed by NumPy.

        Parameters
        ----------
        x : ndarray of shape (n_samples,)
            The column.
        parameters : ndarray
            Parameters as in `Network.embedding_parameters`.

        Returns
        -------
        values : ndarray of shape (n_samples, n_outputs)
        """

    @abstractmethod
    def derivatives(self, x: Array, parameters: Array) -> Array:
        """Return the derivatives of the embedding with respect to the numbers, arguments and shape as in `values`."""

    @abstractmethod
    def _for_engine(self) -> tuple[Any, ...]:
        """Return the embedding as the engine takes it."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(repr(self))
