"""A network's parameters: reading and assigning the weights and biases of its layers, also as one vector."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import as_array
from rosenblatt.initializers import checked_array
from rosenblatt.training.trainable import Array, Arrays


class LayerArrays(Sequence[Array]):
    """The weights or the biases of a network's layers, as a list of fixed length.

    Reading an entry returns a read-only copy, so that no change is lost by accident; assigning an entry changes the
    network.

    Examples
    --------
    >>> from rosenblatt import Network
    >>> network = Network([2, 3, 1], init="zeros")
    >>> network.biases[0] = [1.0, 2.0, 3.0]
    >>> network.biases[0] = 2 * network.biases[0]
    >>> network.biases
    [array([2., 4., 6.]), array([0.])]
    >>> network.biases[0][1] = 5.0
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """

    def __init__(self, network: "Parameters", kind: int) -> None:
        self._network = network
        self._kind = kind

    def __len__(self) -> int:
        return self._network.n_layers

    @overload
    def __getitem__(self, index: int) -> Array: ...
    @overload
    def __getitem__(self, index: slice) -> Arrays: ...
    def __getitem__(self, index: int | slice) -> Array | Arrays:
        """Return a read-only copy of the array of a layer, or a list of copies for a slice."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        layer = range(len(self))[index]
        array = self._network._layer(layer)[self._kind]
        array.flags.writeable = False
        return array

    def __setitem__(self, index: Any, value: Any) -> None:
        arrays: list[Any] = list(self)
        arrays[index] = value
        self._network._assign(**{("weights", "biases")[self._kind]: arrays})

    def __repr__(self) -> str:
        return repr(list(self))


class Parameters:
    """The parameters of a network of the engine, to read and to assign.

    Parameters
    ----------
    network : Network32 or Network64
        The engine's network, which holds the parameters.
    layer_sizes : sequence of int
        The number of inputs, the widths of the hidden layers, and the number of outputs.
    """

    def __init__(self, network: Any, layer_sizes: Sequence[int]) -> None:
        self.layer_sizes = tuple(layer_sizes)
        self.dtype: np.dtype[Any] = np.dtype(network.dtype)
        self._engine = network

    @property
    def n_layers(self) -> int:
        """The number of layers with parameters."""
        return len(self.layer_sizes) - 1

    @property
    def n_parameters(self) -> int:
        """The number of all weights and biases."""
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise(self.layer_sizes))

    def _layer(self, layer: int) -> tuple[Array, Array]:
        """Return copies of a layer's weights and biases."""
        inputs, outputs = self.layer_sizes[layer : layer + 2]
        weights, biases = np.empty((inputs, outputs), self.dtype), np.empty(outputs, self.dtype)
        self._engine.get_layer(layer, weights, biases)
        return weights, biases

    def _read(self, weights: Arrays, biases: Arrays) -> None:
        """Copy all weights and biases into arrays of the same shapes."""
        get_layer = self._engine.get_layer
        for layer, array in enumerate(weights):
            get_layer(layer, array, biases[layer])

    def _arrays(self) -> tuple[Arrays, Arrays]:
        """Return copies of all weights and of all biases."""
        layers = [self._layer(layer) for layer in range(self.n_layers)]
        return [weights for weights, _ in layers], [biases for _, biases in layers]

    def _set(self, weights: Arrays, biases: Arrays) -> None:
        """Assign all weights and biases; the engine checks shapes, and nothing checks for NaN."""
        for layer, (coef, intercept) in enumerate(zip(weights, biases, strict=True)):
            self._engine.set_layer(layer, as_array(coef, self.dtype), as_array(intercept, self.dtype))

    def _assign(self, weights: Any = None, biases: Any = None) -> None:
        """Check the given arrays and assign all of them, or none."""
        arrays = dict(zip(("weights", "biases"), self._arrays(), strict=True))
        shapes = list(pairwise(self.layer_sizes))
        for name, given, expected in (
            ("weights", weights, shapes),
            ("biases", biases, [(outputs,) for _, outputs in shapes]),
        ):
            if given is None:
                continue
            if not isinstance(given, Sequence) or len(given) != self.n_layers:
                received = f"{len(given)} arrays" if isinstance(given, Sequence) else type(given).__name__
                raise ValueError(f"{name}: got {received}, expected a list of {self.n_layers}, one for each layer")
            arrays[name] = [
                checked_array(f"{name}[{layer}]", array, shape, self.dtype)
                for layer, (array, shape) in enumerate(zip(given, expected, strict=True))
            ]
        self._set(arrays["weights"], arrays["biases"])

    @property
    def weights(self) -> LayerArrays:
        """The weights of each layer, of shape (inputs, outputs). The list and its entries can be assigned."""
        return LayerArrays(self, 0)

    @weights.setter
    def weights(self, arrays: Sequence[npt.ArrayLike]) -> None:
        self._assign(weights=arrays)

    @property
    def biases(self) -> LayerArrays:
        """The biases of each layer, of shape (outputs,). The list and its entries can be assigned."""
        return LayerArrays(self, 1)

    @biases.setter
    def biases(self, arrays: Sequence[npt.ArrayLike]) -> None:
        self._assign(biases=arrays)

    @property
    def parameters(self) -> Array:
        """All parameters as one vector: for each layer the weights, row by row, and then the biases. It can be
        assigned; reading it returns a read-only copy.
        """
        vector = self.flatten(*self._arrays())
        vector.flags.writeable = False
        return vector

    @parameters.setter
    def parameters(self, vector: npt.ArrayLike) -> None:
        vector = checked_array("parameters", vector, (self.n_parameters,), self.dtype)
        weights, biases, start = [], [], 0
        for inputs, outputs in pairwise(self.layer_sizes):
            end = start + inputs * outputs
            weights.append(vector[start:end].reshape(inputs, outputs))
            start = end + outputs
            biases.append(vector[end:start])
        self._set(weights, biases)

    def flatten(self, weights: Sequence[Array], biases: Sequence[Array]) -> Array:
        """Return arrays of the network's shapes, such as gradients, as one vector in the order of ``parameters``.

        Parameters
        ----------
        weights : list of ndarray of shape (inputs, outputs)
            One for each layer.
        biases : list of ndarray of shape (outputs,)
            One for each layer.

        Returns
        -------
        vector : ndarray of shape (n_parameters,)

        Examples
        --------
        Training by a minimizer of functions of a vector:

        >>> import numpy as np
        >>> from scipy.optimize import minimize
        >>> from rosenblatt import Network
        >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])
        >>> network = Network([1, 1], random_state=0)
        >>> def loss_and_gradient(vector):
        ...     network.parameters = vector
        ...     loss, *gradients = network.loss_and_gradients(X, y)
        ...     return loss, network.flatten(*gradients)
        >>> minimize(loss_and_gradient, network.parameters, jac=True).x.round(4)
        array([2., 1.])
        """
        return np.concatenate([np.ravel(array) for layer in zip(weights, biases, strict=True) for array in layer])
