"""The initial weights and biases of a network."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from numbers import Real
from typing import Any

import numpy.typing as npt
from numpy.random import RandomState

from rosenblatt._engine import checked_dtype
from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.activations.functions import Activation, ActivationFunction
from rosenblatt.initializers.checks import checked_array, checked_sizes
from rosenblatt.initializers.draws import Initializer, draw_uniform
from rosenblatt.initializers.names import BIAS_INITIALIZERS, INITIALIZERS
from rosenblatt.initializers.scaled import glorot_uniform, orthogonal
from rosenblatt.initializers.unscaled import Constant, Normal, Uniform, zeros


def initialize(
    init: str | Initializer | Sequence[npt.ArrayLike],
    bias_init: str | float | Initializer | Sequence[npt.ArrayLike] | None,
    layer_sizes: Sequence[int],
    activations: Activation | Sequence[Activation],
    random_state: RandomState,
    dtype: npt.DTypeLike,
) -> tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]]:
    r"""Return the initial weights and biases of a network.

    For each layer in turn, the weights are drawn first, then the biases, in float64 for either dtype.

    With ``init="glorot_uniform"`` and ``bias_init=None`` the draws are scikit-learn's for the same random state: biases
    have the distribution of the weights, and in a layer with the logistic activation both have the bound
    :math:`\sqrt{2 / (n_{in} + n_{out})}` instead of :math:`\sqrt{6 / (n_{in} + n_{out})}`. The bound of the output
    layer depends on the activation of the last hidden layer.

    Parameters
    ----------
    init : str, callable, or list of array-like
        The weights: a name in ``INITIALIZERS``; a callable ``(random_state, fan_in, fan_out)`` that returns an array
        of shape (fan_in, fan_out), such as ``Normal(0.01)``; or such an array for each layer, which is copied.
    bias_init : None, str, float, callable, or list of array-like
        The biases: a name in ``BIAS_INITIALIZERS``; a number; a callable that returns an array of shape (fan_out,); an
        instance of ``Constant``, ``Normal`` or ``Uniform``; or an array for each layer. None means the distribution of
        the weights if ``init`` is "glorot_uniform", and zeros otherwise.
    layer_sizes : sequence of int
        The number of inputs, the widths of the hidden layers, and the number of outputs.
    activations : str, ActivationFunction, or sequence of these
        The activation of each hidden layer, or one for all. Without hidden layers the name still determines the
        bound of "glorot_uniform", as in scikit-learn.
    random_state : numpy.random.RandomState
        The generator to draw from. The same state gives the same arrays.
    dtype : dtype
        float64 or float32.

    Returns
    -------
    coefs : list of ndarray of shape (layer_sizes[i], layer_sizes[i + 1])
        The weights of each layer, C-ordered, in ``dtype``.
    intercepts : list of ndarray of shape (layer_sizes[i + 1],)
        The biases of each layer, in ``dtype``.

    Raises
    ------
    TypeError
        If ``init`` or ``bias_init`` is of another type than described above, or an array does not hold numbers.
    ValueError
        If there is no initializer of that name, an array has another shape or is not finite in ``dtype``, or the number
        of activations does not fit the number of layers.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import initialize
    >>> coefs, intercepts = initialize("he_normal", 0.1, [4, 3, 1], ["relu"], np.random.RandomState(0), "float32")
    >>> [coef.shape for coef in coefs], intercepts
    ([(4, 3), (3, 1)], [array([0.1, 0.1, 0.1], dtype=float32), array([0.1], dtype=float32)])
    """
    widths, dtype = checked_sizes(layer_sizes), checked_dtype(dtype)
    n_layers = len(widths) - 1
    if isinstance(activations, str | ActivationFunction):
        # At least one: without hidden layers, scikit-learn's bound still depends on the name.
        activations = [activations] * max(n_layers - 1, 1)
    elif len(activations) != n_layers - 1:
        raise ValueError(
            f"activations: got {shown(activations)}, expected a name or a list of {n_layers - 1}, one for each"
            " hidden layer"
        )
    names = [entry.name if isinstance(entry, ActivationFunction) else entry for entry in activations]
    weights_of = _resolved("init", init, INITIALIZERS, n_layers)
    if bias_init is None:
        bias_init = glorot_uniform if weights_of is glorot_uniform else zeros
    biases_of = _resolved("bias_init", bias_init, BIAS_INITIALIZERS, n_layers)

    coefs, intercepts = [], []
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        activation = names[min(layer, len(names) - 1)] if names else None
        coef = _draw(weights_of, layer, (fan_in, fan_out), random_state, fan_in, fan_out, activation)
        coefs.append(checked_array(f"init of layer {layer}", coef, (fan_in, fan_out), dtype))
        intercept = _draw(biases_of, layer, (fan_out,), random_state, fan_in, fan_out, activation)
        intercepts.append(checked_array(f"bias_init of layer {layer}", intercept, (fan_out,), dtype))
    return coefs, intercepts


def _draw(
    source: Any,
    layer: int,
    shape: tuple[int, ...],
    random_state: RandomState,
    fan_in: int,
    fan_out: int,
    activation: str | None,
) -> Any:
    """Return the array of a layer: draw it, or take it from the list of given arrays."""
    if isinstance(source, list):
        return source[layer]
    if source is glorot_uniform and activation in ("logistic", "sigmoid"):
        return draw_uniform(random_state, sqrt(2.0 / (fan_in + fan_out)), fan_in, fan_out, shape)
    if source in BIAS_INITIALIZERS.values() or isinstance(source, Constant | Normal | Uniform):
        return source(random_state, fan_in, fan_out, shape)
    return source(random_state, fan_in, fan_out)  # orthogonal, or a function of the user's


def _resolved(name: str, init: Any, names: dict[str, Initializer], n_layers: int) -> Any:
    """Return the callable or the list of arrays that the argument stands for."""
    number = name == "bias_init"
    accepted = f"one of {', '.join(map(repr, names))}, {'a number, ' if number else ''}a callable or a list of arrays"
    if isinstance(init, str):
        if init not in names:
            raise ValueError(f"{name}: got {shown(init)}, expected {accepted}{suggestion(init, names)}")
        return names[init]
    if number and init is orthogonal:
        raise ValueError(f"{name}: got orthogonal, which draws matrices, expected {accepted}")
    if number and isinstance(init, Real) and not isinstance(init, bool):
        return Constant(float(init))
    if isinstance(init, list | tuple):
        if len(init) != n_layers:
            raise ValueError(f"{name}: got {len(init)} arrays, expected one for each of {n_layers} layers")
        return list(init)
    # A class is callable too, but Normal(random_state, ...) would not be an array.
    if callable(init) and not isinstance(init, type):
        return init
    raise TypeError(f"{name}: got {shown(init)}, expected {accepted}")
