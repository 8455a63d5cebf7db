"""What training asks of a network, so that this package imports no network."""

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from rosenblatt.training.samples import Samples

Array = npt.NDArray[Any]
Arrays = list[Array]

# The weights and the biases of all layers.
WeightsAndBiases = tuple[Arrays, Arrays]


class Trainable(Protocol):
    """A network as training sees it; `rosenblatt.Network` is one."""

    dtype: np.dtype[Any]
    _engine: Any

    def _open_trainer(self, samples: "Samples", batch_size: int, **options: Any) -> Any:
        """Return the engine's trainer of this network over the samples."""

    def _losses(self, scores: Array, y: Array) -> Array:
        """Return the loss of each row, given its raw scores."""

    def _outputs(self, scores: Array) -> Array:
        """Return the predictions of raw scores."""

    def _arrays(self) -> WeightsAndBiases:
        """Return copies of all weights and of all biases."""

    def _read(self, weights: Arrays, biases: Arrays) -> None:
        """Copy all weights and biases into arrays of the same shapes."""

    def _set(self, weights: Arrays, biases: Arrays) -> None:
        """Assign all weights and biases."""

    def _vectors(self) -> Arrays:
        """Return copies of the parameters beside weights and biases."""

    def _set_vectors(self, vectors: Arrays) -> None:
        """Assign the parameters beside weights and biases."""
