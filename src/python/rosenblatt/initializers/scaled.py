"""Initializers that keep the scale of signals from layer to layer: Glorot, He, LeCun, orthogonal."""

from math import sqrt

import numpy as np
import numpy.typing as npt
from numpy.random import RandomState

from rosenblatt.initializers.draws import Shape, check_arguments, draw_normal, draw_uniform


def glorot_uniform(
    random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None
) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{6 / (n_{in} + n_{out})}`.

    The variance is :math:`2 / (n_{in} + n_{out})`, Glorot and Bengio's compromise [1]_ for activations like tanh:
    :math:`1 / n_{in}` would preserve the variance of signals in the forward pass, and :math:`1 / n_{out}` that of
    gradients in the backward pass.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_uniform(random_state, sqrt(6.0 / (fan_in + fan_out)), fan_in, fan_out, shape)


def glorot_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 2 / (n_{in} + n_{out})`.

    The variance is that of Glorot and Bengio [1]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_normal(random_state, sqrt(2.0 / (fan_in + fan_out)), fan_in, fan_out, shape)


def he_uniform(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{6 / n_{in}}`.

    The variance is :math:`2 / n_{in}`, that of He et al. [1]_ for relu and similar activations.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_uniform(random_state, sqrt(6.0 / fan_in), fan_in, fan_out, shape)


def he_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 2 / n_{in}`.

    relu halves the mean square of its input; with this variance, signals keep their scale through any number of
    relu layers [1]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_normal(random_state, sqrt(2.0 / fan_in), fan_in, fan_out, shape)


def lecun_uniform(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`U(-b, b)` with :math:`b = \sqrt{3 / n_{in}}`.

    The variance is :math:`1 / n_{in}`, that of LeCun et al. [1]_: weighted sums of standardised inputs have variance 1.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_uniform(random_state, sqrt(3.0 / fan_in), fan_in, fan_out, shape)


def lecun_normal(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    r"""Draw from :math:`N(0, \sigma^2)` with :math:`\sigma^2 = 1 / n_{in}`.

    The variance is that of LeCun et al. [1]_. Networks of selu need it to keep their activations normalised [2]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
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
    check_arguments(random_state, fan_in, fan_out)
    return draw_normal(random_state, sqrt(1.0 / fan_in), fan_in, fan_out, shape)


def orthogonal(random_state: RandomState, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
    r"""Draw a matrix with orthonormal rows or columns, whichever are fewer.

    A linear network of such layers preserves the norm of its signals at any depth [1]_. The matrix is the Q of the QR
    decomposition of a matrix of standard normal numbers, with its signs chosen so that the diagonal of R is positive.
    All orthogonal matrices are then equally likely [2]_.

    Parameters
    ----------
    random_state : numpy.random.RandomState
        The generator to draw from.
    fan_in, fan_out : int
        Number of inputs and outputs of the layer.

    Returns
    -------
    weights : ndarray of shape (fan_in, fan_out), float64
        W with :math:`W^T W = 1` if fan_in >= fan_out, and :math:`W W^T = 1` if fan_in <= fan_out.

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
    check_arguments(random_state, fan_in, fan_out)
    q, r = np.linalg.qr(random_state.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out))))
    q = np.copysign(1.0, np.diag(r)) * q
    return np.ascontiguousarray(q if fan_in >= fan_out else q.T)
