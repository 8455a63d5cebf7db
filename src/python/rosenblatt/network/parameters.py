"""A network's parameters: reading and assigning the weights and biases of its layers, also as one vector."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import as_array
from rosenblatt.initializers import checked_array
from rosenblatt.training.trainable import Array, Arrays


class LayerArrays(Sequence[Array]):
    """The weights, the biases or the slopes of a network's layers, as a list of fixed length.

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

    def __init__(self, network: "Parameters", kind: str) -> None:
        self._network = network
        self._kind = kind

    def __len__(self) -> int:
        return len(self._network._shapes(self._kind))

    @overload
    def __getitem__(self, index: int) -> Array: ...
    @overload
    def __getitem__(self, index: slice) -> Arrays: ...
    def __getitem__(self, index: int | slice) -> Array | Arrays:
        """Return a read-only copy of the array of a layer, or a list of copies for a slice."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        layer = range(len(self))[index]
        array = self._network._array(self._kind, layer)
        array.flags.writeable = False
        return array

    def __setitem__(self, index: Any, value: Any) -> None:
        arrays: list[Any] = list(self)
        arrays[index] = value
        self._network._assign(self._kind, arrays)

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
    input_scaling, slopes : bool, default=False
        Whether the inputs are scaled by trained factors, and whether the neurons of hidden layers have trained slopes.
    """

    def __init__(
        self, network: Any, layer_sizes: Sequence[int], input_scaling: bool = False, slopes: bool = False
    ) -> None:
        self.layer_sizes = tuple(layer_sizes)
        self.dtype: np.dtype[Any] = np.dtype(network.dtype)
        self._engine = network
        self.input_scaling = input_scaling
        self.has_slopes = slopes

    @property
    def n_layers(self) -> int:
        """The number of layers with parameters."""
        return len(self.layer_sizes) - 1

    @property
    def n_parameters(self) -> int:
        """The number of all parameters."""
        return sum(prod(self._shapes(kind)[layer]) for kind, layer in self._groups())

    @property
    def groups(self) -> list[str]:
        """The names of the parameter groups in the order of ``parameters``, such as 'weights[0]' and 'scale'."""
        return cast("list[str]", self._engine.group_names())

    def _groups(self) -> list[tuple[str, int]]:
        """Return the kind and the layer of each parameter group; the layer of the scale is 0."""
        parts = [name.rstrip("]").split("[") for name in self.groups]
        return [(kind, int(layer[0]) if layer else 0) for kind, *layer in parts]

    def _shapes(self, kind: str) -> list[tuple[int, ...]]:
        """Return the shapes of the arrays of one kind."""
        if kind == "weights":
            return list(pairwise(self.layer_sizes))
        if kind == "biases":
            return [(outputs,) for outputs in self.layer_sizes[1:]]
        if kind == "scale":
            return [(self.layer_sizes[0],)] if self.input_scaling else []
        return [(outputs,) for outputs in self.layer_sizes[1:-1]] if self.has_slopes else []

    def _array(self, kind: str, layer: int) -> Array:
        """Return a copy of the array of one kind in a layer."""
        if kind == "scale":
            return cast(Array, self._engine.get_scale())
        if kind == "slopes":
            return cast(Array, self._engine.get_slopes(layer))
        return self._layer(layer)[("weights", "biases").index(kind)]

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

    def _vectors(self) -> Arrays:
        """Return copies of the parameters beside weights and biases: the scale, then the slopes of each layer."""
        vectors = [self._engine.get_scale()] if self.input_scaling else []
        return vectors + [self._engine.get_slopes(layer) for layer in range(len(self._shapes("slopes")))]

    def _set_vectors(self, vectors: Arrays) -> None:
        """Assign the parameters beside weights and biases."""
        arrays = [as_array(array, self.dtype) for array in vectors]
        if self.input_scaling:
            self._engine.set_scale(arrays.pop(0))
        for layer, array in enumerate(arrays):
            self._engine.set_slopes(layer, array)

    def _assign(self, kind: str, given: Any) -> None:
        """Check arrays of one kind, one for each layer, and assign all of them, or none."""
        shapes = self._shapes(kind)
        if not isinstance(given, Sequence) or len(given) != len(shapes):
            received = f"{len(given)} arrays" if isinstance(given, Sequence) else type(given).__name__
            raise ValueError(f"{kind}: got {received}, expected a list of {len(shapes)}, one for each layer")
        arrays = [
            checked_array(f"{kind}[{layer}]", array, shape, self.dtype)
            for layer, (array, shape) in enumerate(zip(given, shapes, strict=True))
        ]
        if kind == "slopes":
            self._set_vectors([*self._vectors()[: int(self.input_scaling)], *arrays])
            return
        weights, biases = self._arrays()
        self._set(arrays if kind == "weights" else weights, arrays if kind == "biases" else biases)

    @property
    def weights(self) -> LayerArrays:
        """The weights of each layer, of shape (inputs, outputs). The list and its entries can be assigned."""
        return LayerArrays(self, "weights")

    @weights.setter
    def weights(self, arrays: Sequence[npt.ArrayLike]) -> None:
        self._assign("weights", arrays)

    @property
    def biases(self) -> LayerArrays:
        """The biases of each layer, of shape (outputs,). The list and its entries can be assigned."""
        return LayerArrays(self, "biases")

    @biases.setter
    def biases(self, arrays: Sequence[npt.ArrayLike]) -> None:
        self._assign("biases", arrays)

    @property
    def scale(self) -> Array | None:
        """The factor of each input, of shape (layer_sizes[0],); None without ``input_scaling``. It can be assigned;
        reading it returns a read-only copy.
        """
        if not self.input_scaling:
            return None
        scale: Array = self._engine.get_scale()
        scale.flags.writeable = False
        return scale

    @scale.setter
    def scale(self, array: npt.ArrayLike) -> None:
        if not self.input_scaling:
            raise ValueError("scale: got an array for a network without it, expected one made with input_scaling=True")
        self._engine.set_scale(checked_array("scale", array, self._shapes("scale")[0], self.dtype))

    @property
    def slopes(self) -> LayerArrays:
        """The slopes of each hidden layer, of shape (outputs,); empty without ``slopes=True``. The list and its entries
        can be assigned.
        """
        return LayerArrays(self, "slopes")

    @slopes.setter
    def slopes(self, arrays: Sequence[npt.ArrayLike]) -> None:
        self._assign("slopes", arrays)

    @property
    def parameters(self) -> Array:
        """All parameters as one vector: the scale of the inputs, if any; for each layer the weights, row by row, then
        the biases, then the slopes, if any. It can be assigned; reading it returns a read-only copy.
        """
        vector = np.concatenate([self._array(kind, layer).ravel() for kind, layer in self._groups()])
        vector.flags.writeable = False
        return vector

    @parameters.setter
    def parameters(self, vector: npt.ArrayLike) -> None:
        rest = checked_array("parameters", vector, (self.n_parameters,), self.dtype)
        arrays: dict[str, Arrays] = {kind: [] for kind in ("scale", "weights", "biases", "slopes")}
        for kind, layer in self._groups():
            shape = self._shapes(kind)[layer]
            size = prod(shape)
            arrays[kind].append(rest[:size].reshape(shape))
            rest = rest[size:]
        self._set(arrays["weights"], arrays["biases"])
        self._set_vectors([*arrays["scale"], *arrays["slopes"]])

    def flatten(
        self,
        weights: Sequence[Array],
        biases: Sequence[Array],
        scale: Array | None = None,
        slopes: Sequence[Array] = (),
    ) -> Array:
        """Return arrays of the network's shapes, such as gradients, as one vector in the order of ``parameters``.

        Parameters
        ----------
        weights : list of ndarray of shape (inputs, outputs)
            One for each layer.
        biases : list of ndarray of shape (outputs,)
            One for each layer.
        scale : ndarray of shape (layer_sizes[0],), default=None
            For a network with ``input_scaling``.
        slopes : list of ndarray of shape (outputs,), default=()
            One for each hidden layer, for a network with ``slopes``.

        Returns
        -------
        vector : ndarray of shape (n_parameters,)

        Raises
        ------
        ValueError
            If the number of arrays is not that of the network.

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
        arrays = {"weights": weights, "biases": biases, "scale": [] if scale is None else [scale], "slopes": slopes}
        for kind, given in arrays.items():
            if len(given) != len(self._shapes(kind)):
                raise ValueError(f"{kind}: got {len(given)} arrays, expected {len(self._shapes(kind))}")
        return np.concatenate([np.ravel(arrays[kind][layer]) for kind, layer in self._groups()])
