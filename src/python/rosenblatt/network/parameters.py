"""A network's parameters: reading and assigning the weights and biases of its layers, also as one vector."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import as_array
from rosenblatt.embeddings import Embedding
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
    embeddings : dict of int to Embedding, default=None
        The embeddings of columns of the inputs.
    """

    def __init__(
        self,
        network: Any,
        layer_sizes: Sequence[int],
        input_scaling: bool = False,
        slopes: bool = False,
        embeddings: Mapping[int, Embedding] | None = None,
    ) -> None:
        self.layer_sizes = tuple(layer_sizes)
        self.dtype: np.dtype[Any] = np.dtype(network.dtype)
        self._engine = network
        self._embeddings = dict(embeddings or {})
        self.input_scaling = input_scaling
        self.has_slopes = slopes

    @property
    def embeddings(self) -> dict[int, Embedding]:
        """The embeddings of columns, by their indices."""
        return dict(self._embeddings)

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
            return list(pairwise([self._engine.first_inputs(), *self.layer_sizes[1:]]))
        if kind == "biases":
            return [(outputs,) for outputs in self.layer_sizes[1:]]
        if kind == "scale":
            return [(self._engine.first_inputs(),)] if self.input_scaling else []
        if kind in ("periodic", "categories"):
            size = sum(prod(embedding.shape) for embedding in self.embeddings.values() if embedding.kind == kind)
            return [(size,)] if size else []
        return [(outputs,) for outputs in self.layer_sizes[1:-1]] if self.has_slopes else []

    def _array(self, kind: str, layer: int) -> Array:
        """Return a copy of the array of one kind in a layer."""
        if kind not in ("weights", "biases"):
            return cast(Array, self._engine.get_vector(f"slopes[{layer}]" if kind == "slopes" else kind))
        return self._layer(layer)[("weights", "biases").index(kind)]

    def _layer(self, layer: int) -> tuple[Array, Array]:
        """Return copies of a layer's weights and biases."""
        inputs = self.layer_sizes[layer] if layer else self._engine.first_inputs()
        outputs = self.layer_sizes[layer + 1]
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

    def _vector_groups(self) -> list[str]:
        """Return the groups beside weights and biases, in the order of the network's groups."""
        return [group for group in self.groups if not group.startswith(("weights", "biases"))]

    def _vectors(self) -> Arrays:
        """Return copies of the parameters beside weights and biases."""
        return [self._engine.get_vector(group) for group in self._vector_groups()]

    def _set_vectors(self, vectors: Arrays) -> None:
        """Assign the parameters beside weights and biases."""
        for group, array in zip(self._vector_groups(), vectors, strict=True):
            self._engine.set_vector(group, as_array(array, self.dtype))

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
            for layer, array in enumerate(arrays):
                self._engine.set_vector(f"slopes[{layer}]", as_array(array, self.dtype))
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
        """The factor of each input of the first layer, embeddings included; None without ``input_scaling``. It can be
        assigned; reading it returns a read-only copy.
        """
        if not self.input_scaling:
            return None
        scale: Array = self._engine.get_vector("scale")
        scale.flags.writeable = False
        return scale

    @scale.setter
    def scale(self, array: npt.ArrayLike) -> None:
        if not self.input_scaling:
            raise ValueError("scale: got an array for a network without it, expected one made with input_scaling=True")
        self._engine.set_vector("scale", checked_array("scale", array, self._shapes("scale")[0], self.dtype))

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
    def embedding_parameters(self) -> dict[int, Array]:
        """The parameters of the embedding of each column that has some, as `rosenblatt.embeddings` describes them. They
        can be assigned; reading them returns read-only copies.
        """
        rest = {kind: self._array(kind, 0) for kind in ("periodic", "categories") if self._shapes(kind)}
        found = {}
        for column, embedding in sorted(self.embeddings.items()):
            if embedding.kind is None:
                continue
            size = prod(embedding.shape)
            found[column] = rest[embedding.kind][:size].reshape(embedding.shape)
            found[column].flags.writeable = False
            rest[embedding.kind] = rest[embedding.kind][size:]
        return found

    @embedding_parameters.setter
    def embedding_parameters(self, arrays: Mapping[int, npt.ArrayLike]) -> None:
        trained = {column: e for column, e in sorted(self.embeddings.items()) if e.kind is not None}
        if not isinstance(arrays, Mapping) or arrays.keys() != trained.keys():
            received = list(arrays) if isinstance(arrays, Mapping) else type(arrays).__name__
            raise ValueError(f"embedding_parameters: got {received}, expected a dict with the keys {list(trained)}")
        parts: dict[str, Arrays] = {"periodic": [], "categories": []}
        for column, embedding in trained.items():
            name = f"embedding_parameters[{column}]"
            array = checked_array(name, arrays[column], embedding.shape, self.dtype)
            parts[cast(str, embedding.kind)].append(array.ravel())
        for kind, found in parts.items():
            if found:
                self._engine.set_vector(kind, np.concatenate(found))

    @property
    def parameters(self) -> Array:
        """All parameters as one vector: those of embeddings and the scale of the inputs, if there are such; for each
        layer the weights, row by row, then the biases, then the slopes, if any. It can be assigned; reading it returns
        a read-only copy.
        """
        vector = np.concatenate([self._array(kind, layer).ravel() for kind, layer in self._groups()])
        vector.flags.writeable = False
        return vector

    @parameters.setter
    def parameters(self, vector: npt.ArrayLike) -> None:
        rest = checked_array("parameters", vector, (self.n_parameters,), self.dtype)
        arrays: dict[str, Arrays] = {"weights": [], "biases": []}
        vectors: Arrays = []
        for kind, layer in self._groups():
            shape = self._shapes(kind)[layer]
            size = prod(shape)
            arrays.get(kind, vectors).append(rest[:size].reshape(shape))
            rest = rest[size:]
        self._set(arrays["weights"], arrays["biases"])
        self._set_vectors(vectors)

    def flatten(
        self,
        weights: Sequence[Array],
        biases: Sequence[Array],
        scale: Array | None = None,
        slopes: Sequence[Array] = (),
        *,
        periodic: Array | None = None,
        categories: Array | None = None,
    ) -> Array:
        """Return arrays of the network's shapes, such as gradients, as one vector in the order of ``parameters``.

        Parameters
        ----------
        weights : list of ndarray of shape (inputs, outputs)
            One for each layer.
        biases : list of ndarray of shape (outputs,)
            One for each layer.
        scale : ndarray, default=None
            For a network with ``input_scaling``.
        slopes : list of ndarray of shape (outputs,), default=()
            One for each hidden layer, for a network with ``slopes``.
        periodic, categories : ndarray, default=None
            For a network with such embeddings, those of all columns in a vector, as `Network.gradients` returns them.

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
        single = {"periodic": periodic, "categories": categories, "scale": scale}
        arrays: dict[str, Sequence[Array]] = {kind: [] if a is None else [a] for kind, a in single.items()}
        arrays |= {"weights": weights, "biases": biases, "slopes": slopes}
        for kind, given in arrays.items():
            if len(given) != len(self._shapes(kind)):
                raise ValueError(f"{kind}: got {len(given)} arrays, expected {len(self._shapes(kind))}")
        return np.concatenate([np.ravel(arrays[kind][layer]) for kind, layer in self._groups()])
