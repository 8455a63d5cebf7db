"""Initial weights and biases: named distributions, one's own functions, or given arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import RandomState

__all__ = [
    "BIAS_INITIALIZERS",
    "INITIALIZERS",
    "Constant",
    "Normal",
    "Uniform",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "initialize",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
    "zeros",
]

Initializer = Callable[[RandomState, int, int], npt.NDArray[Any]]
Shape = tuple[int, ...] | None


def _uniform(
    random_state: RandomState, bound: float, fan_in: int, fan_out: int, shape: Shape
) -> npt.NDArray[np.float64]:
    return random_state.uniform(-bound, bound, (fan_in, fan_out) if shape is None else shape)


def _normal(random_state: RandomState, std: float, fan_in: int, fan_out: int, shape: Shape) -> npt.NDArray[np.float64]:
    return random_state.normal(0.0, std, (fan_in, fan_out) if shape is None else shape)


# Spreads that keep the variance of the signal from layer to layer.


def glorot_uniform(
    random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None
) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{6 / (n_{in} + n_{out})}`.

    The variance, :math:`2 / (n_{in} + n_{out})`, is Glorot and Bengio's compromise [1]_ between signals that keep
    their variance forward and gradients that keep it backward, for activations like tanh.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
       AISTATS 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import glorot_uniform
    >>> glorot_uniform(np.random.RandomState(0), fan_in=2, fan_out=3)
    array([[ 0.10694503,  0.47145628,  0.22514328],
           [ 0.09833413, -0.16726395,  0.31963799]])
    """
    return _uniform(random_state, sqrt(6.0 / (fan_in + fan_out)), fan_in, fan_out, shape)


def glorot_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 2 / (n_{in} + n_{out})`.

    The variance of Glorot and Bengio [1]_, with a normal distribution.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
       AISTATS 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import glorot_normal
    >>> glorot_normal(np.random.RandomState(0), fan_in=200, fan_out=600).std().round(2)  # sqrt(2 / 800)
    np.float64(0.05)
    """
    return _normal(random_state, sqrt(2.0 / (fan_in + fan_out)), fan_in, fan_out, shape)


def he_uniform(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{6 / n_{in}}`, of variance :math:`2 / n_{in}`.

    The variance of He et al. [1]_, for relu and its relatives, with a uniform distribution.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level performance on
       ImageNet classification", ICCV 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import he_uniform
    >>> he_uniform(np.random.RandomState(0), fan_in=6, fan_out=2).shape  # in [-1, 1)
    (6, 2)
    """
    return _uniform(random_state, sqrt(6.0 / fan_in), fan_in, fan_out, shape)


def he_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 2 / n_{in}`.

    With relu, which halves the signal, this variance carries it through any number of layers [1]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level performance on
       ImageNet classification", ICCV 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import he_normal
    >>> he_normal(np.random.RandomState(0), fan_in=200, fan_out=600).std().round(2)  # sqrt(2 / 200)
    np.float64(0.1)
    """
    return _normal(random_state, sqrt(2.0 / fan_in), fan_in, fan_out, shape)


def lecun_uniform(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{3 / n_{in}}`, of variance :math:`1 / n_{in}`.

    The variance of LeCun et al. [1]_, with which sums of standardised inputs have variance 1.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in: Neural Networks: Tricks of the
       Trade, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import lecun_uniform
    >>> lecun_uniform(np.random.RandomState(0), fan_in=3, fan_out=2).shape  # in [-1, 1)
    (3, 2)
    """
    return _uniform(random_state, sqrt(3.0 / fan_in), fan_in, fan_out, shape)


def lecun_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 1 / n_{in}`.

    The variance of LeCun et al. [1]_; what selu needs to keep its activations normalised [2]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the draw. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in: Neural Networks: Tricks of the
       Trade, 1998.
    .. [2] G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks", NeurIPS 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import lecun_normal
    >>> lecun_normal(np.random.RandomState(0), fan_in=400, fan_out=600).std().round(2)  # sqrt(1 / 400)
    np.float64(0.05)
    """
    return _normal(random_state, sqrt(1.0 / fan_in), fan_in, fan_out, shape)


def orthogonal(random_state: RandomState, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
    r"""Draw a matrix with orthonormal rows or columns, whichever are fewer.

    Saxe et al. [1]_: a linear network of such layers neither shrinks nor stretches its signal, however deep it is. The
    matrix is the Q of the QR decomposition of a matrix of standard normal numbers, with the signs that make R's
    diagonal positive, so that all such matrices are equally likely [2]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Where the numbers come from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out), float64
        W with :math:`W^T W = 1` where fan_in >= fan_out, and :math:`W W^T = 1` where fan_in <= fan_out.

    References
    ----------
    .. [1] A. M. Saxe, J. L. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
       linear neural networks", ICLR 2014.
    .. [2] F. Mezzadri, "How to generate random matrices from the classical compact groups", Notices of the AMS 54,
       592-604, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import orthogonal
    >>> weights = orthogonal(np.random.RandomState(0), fan_in=5, fan_out=3)
    >>> np.allclose(weights.T @ weights, np.eye(3))
    True
    """
    q, r = np.linalg.qr(random_state.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out))))
    q = np.copysign(1.0, np.diag(r)) * q
    return np.ascontiguousarray(q if fan_in >= fan_out else q.T)


def zeros(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    """Zeros: right for biases, and for weights only if there is no hidden layer.

    All neurons of a hidden layer that begins with equal weights get equal gradients, and stay equal for ever: see
    [1]_, chapter 10.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        Nothing is drawn from it.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.
    shape : tuple of int, default=None
        Shape of the result. None means (fan_in, fan_out), the weights.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out) or ``shape``, float64

    References
    ----------
    .. [1] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and TensorFlow".

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import zeros
    >>> zeros(np.random.RandomState(0), fan_in=2, fan_out=3)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return np.zeros((fan_in, fan_out) if shape is None else shape)


# Spreads of one's own.


def _check(owner: object, name: str, at_least_zero: bool) -> None:
    value = getattr(owner, name)
    accepted = "a finite number >= 0" if at_least_zero else "a finite number"
    message = f"{type(owner).__name__}: {name}={value!r}; expected {accepted}"
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(message)
    if not isfinite(value) or (at_least_zero and value < 0):
        raise ValueError(message)


@dataclass(frozen=True)
class Constant:
    """The same value everywhere.

    Parameters
    ----------
    value : float
        A finite number.

    Raises
    ------
    TypeError
        If ``value`` is not a number.
    ValueError
        If it is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import Constant
    >>> Constant(0.1)(np.random.RandomState(0), fan_in=2, fan_out=3)
    array([[0.1, 0.1, 0.1],
           [0.1, 0.1, 0.1]])
    """

    value: float

    def __post_init__(self) -> None:
        _check(self, "value", at_least_zero=False)

    def __call__(
        self, random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None
    ) -> npt.NDArray[np.float64]:
        """Return the value everywhere in the array; the parameters are those of ``glorot_uniform``."""
        return np.full((fan_in, fan_out) if shape is None else shape, self.value, dtype=np.float64)


@dataclass(frozen=True)
class Normal:
    r"""Draw from :math:`N(0, \sigma^2)`, whatever the layer's size.

    Parameters
    ----------
    std : float
        The standard deviation, a finite number of at least 0.

    Raises
    ------
    TypeError
        If ``std`` is not a number.
    ValueError
        If it is not in its range.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import Normal
    >>> Normal(0.1)(np.random.RandomState(0), fan_in=2, fan_out=3)
    array([[ 0.17640523,  0.04001572,  0.0978738 ],
           [ 0.22408932,  0.1867558 , -0.09772779]])
    """

    std: float

    def __post_init__(self) -> None:
        _check(self, "std", at_least_zero=True)

    def __call__(
        self, random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None
    ) -> npt.NDArray[np.float64]:
        """Return the draw; the parameters are those of ``glorot_uniform``."""
        return _normal(random_state, float(self.std), fan_in, fan_out, shape)


@dataclass(frozen=True)
class Uniform:
    r"""Draw from :math:`U(-b, b)`, whatever the layer's size.

    Parameters
    ----------
    bound : float
        b, a finite number of at least 0.

    Raises
    ------
    TypeError
        If ``bound`` is not a number.
    ValueError
        If it is not in its range.

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt.initializers import Uniform
    >>> Uniform(0.1)(np.random.RandomState(0), fan_in=2, fan_out=3)
    array([[ 0.0097627 ,  0.04303787,  0.02055268],
           [ 0.00897664, -0.01526904,  0.02917882]])
    """

    bound: float

    def __post_init__(self) -> None:
        _check(self, "bound", at_least_zero=True)

    def __call__(
        self, random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None
    ) -> npt.NDArray[np.float64]:
        """Return the draw; the parameters are those of ``glorot_uniform``."""
        return _uniform(random_state, float(self.bound), fan_in, fan_out, shape)


# Name -> initializer of weights.
INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "orthogonal": orthogonal,
    "zeros": zeros,
}

# Those that can draw biases as well, as they draw each number on its own.
BIAS_INITIALIZERS = {name: function for name, function in INITIALIZERS.items() if function is not orthogonal}


def initialize(
    init: str | Initializer | Sequence[npt.ArrayLike],
    bias_init: str | float | Initializer | Sequence[npt.ArrayLike] | None,
    layer_sizes: Sequence[int],
    activations: str | Sequence[str],
    random_state: RandomState,
    dtype: npt.DTypeLike,
) -> tuple[list[npt.NDArray[Any]], list[npt.NDArray[Any]]]:
    r"""Return the initial weights and biases of a network.

    Layer by layer, first the weights are drawn and then the biases, in float64 whatever the dtype. So with
    ``init="glorot_uniform"`` and ``bias_init=None`` they are those of scikit-learn for the same random state: biases
    uniform like the weights, and where the layer's activation is the logistic function, both with the bound
    :math:`\sqrt{2 / (n_{in} + n_{out})}` instead of :math:`\sqrt{6 / (n_{in} + n_{out})}`. The output layer follows
    the activation of the last hidden layer in this.

    Parameters
    ----------
    init : str, callable, or list of array-like
        The weights: a name in ``INITIALIZERS``; a callable ``(random_state, fan_in, fan_out)`` that returns an array
        of shape (fan_in, fan_out), such as ``Normal(0.01)``; or such an array for each layer, which is copied.
    bias_init : None, str, float, callable, or list of array-like
        The biases: a name in ``BIAS_INITIALIZERS``; a number; a callable that returns an array of shape (fan_out,); an
        instance of ``Normal`` and the like; or an array for each layer. None means zeros, but the distribution of the
        weights where ``init`` is "glorot_uniform".
    layer_sizes : sequence of int
        The number of inputs, the widths of the hidden layers, and the number of outputs.
    activations : str or sequence of str
        The activation of each hidden layer, or one for all. A network without hidden layers has none, but one that is
        named nevertheless decides about the bound, as in scikit-learn.
    random_state : numpy.random.RandomState
        Where the numbers come from. The same state gives the same arrays.
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
        If an argument is none of what is described here.
    ValueError
        If there is no initializer of that name, if arrays have other shapes or are not finite in ``dtype``, or if the
        number of activations does not fit the number of layers.

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
    if isinstance(activations, str):
        # At least one: without hidden layers scikit-learn's bound still follows the parameter.
        activations = [activations] * max(n_layers - 1, 1)
    elif len(activations) != n_layers - 1:
        raise ValueError(
            f"activations={activations!r}; expected a name, or a list of {n_layers - 1}, one for each hidden layer"
        )
    weights_of = _found("init", init, INITIALIZERS, n_layers)
    if bias_init is None:
        bias_init = glorot_uniform if weights_of is glorot_uniform else zeros
    biases_of = _found("bias_init", bias_init, BIAS_INITIALIZERS, n_layers)

    coefs, intercepts = [], []
    for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
        activation = activations[min(layer, len(activations) - 1)] if activations else None
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
    """Return the array of a layer, drawn or given."""
    if isinstance(source, list):
        return source[layer]
    if source is glorot_uniform and activation in ("logistic", "sigmoid"):
        return _uniform(random_state, sqrt(2.0 / (fan_in + fan_out)), fan_in, fan_out, shape)
    if source in BIAS_INITIALIZERS.values() or isinstance(source, Constant | Normal | Uniform):
        return source(random_state, fan_in, fan_out, shape)
    return source(random_state, fan_in, fan_out)  # of someone else, or orthogonal


def _found(name: str, init: Any, names: dict[str, Initializer], n_layers: int) -> Any:
    """Return the callable or the list of arrays that is meant."""
    number = name == "bias_init"
    accepted = f"one of {', '.join(map(repr, names))}, {'a number, ' if number else ''}a callable or a list of arrays"
    if isinstance(init, str):
        if init not in names:
            raise ValueError(f"{name}={init!r}; expected {accepted}")
        return names[init]
    if number and init is orthogonal:
        raise ValueError(f"{name}=orthogonal, which is for matrices; expected {accepted}")
    if number and isinstance(init, Real) and not isinstance(init, bool):
        return Constant(float(init))
    if isinstance(init, list | tuple):
        if len(init) != n_layers:
            raise ValueError(f"{name} has {len(init)} arrays; expected one for each of {n_layers} layers")
        return list(init)
    # A class is callable as well, but to call Normal with a random state is never meant.
    if callable(init) and not isinstance(init, type):
        return init
    raise TypeError(f"{name}={init!r}; expected {accepted}")


def checked_sizes(layer_sizes: Sequence[int]) -> list[int]:
    sizes = list(layer_sizes)
    if len(sizes) < 2 or not all(isinstance(size, Integral) and size >= 1 for size in sizes):
        raise ValueError(f"layer_sizes={sizes}; expected at least two integers >= 1")
    return [int(size) for size in sizes]


def checked_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    dtype = np.dtype(dtype)
    if dtype not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise ValueError(f"dtype={dtype}; expected float64 or float32")
    return dtype


def checked_array(what: str, value: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return a copy of ``value`` in ``dtype``."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{what}: {error}; expected an array of shape {shape}") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{what} is {array.dtype}, {type(value).__name__}; expected an array of numbers")
    if array.shape != shape:
        raise ValueError(f"{what} has shape {array.shape}; expected {shape}")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=dtype, order="C")
    if not np.isfinite(array).all():
        raise ValueError(f"{what} holds values that are not finite in {dtype}; expected finite numbers")
    return array
