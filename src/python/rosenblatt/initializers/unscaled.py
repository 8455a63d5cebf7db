"""Initializers that do not depend on the size of a layer."""

from dataclasses import dataclass
from math import isfinite
from numbers import Real

import numpy as np
import numpy.typing as npt
from numpy.random import RandomState

from rosenblatt._messages import shown
from rosenblatt.initializers.draws import Shape, check_arguments, draw_normal, draw_uniform


def zeros(random_state: RandomState, fan_in: int, fan_out: int, shape: Shape = None) -> npt.NDArray[np.float64]:
    """Return zeros, for biases or for the weights of a network without hidden layers.

    The neurons of a hidden layer that starts with equal weights get equal gradients and therefore never become
    different; see [1]_, chapter 10.

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
    check_arguments(random_state, fan_in, fan_out)
    return np.zeros((fan_in, fan_out) if shape is None else shape)


def _check(owner: object, name: str, at_least_zero: bool) -> None:
    value = getattr(owner, name)
    accepted = "a finite number >= 0" if at_least_zero else "a finite number"
    message = f"{name}: got {shown(value)}, expected {accepted}"
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(message)
    if not isfinite(value) or (at_least_zero and value < 0):
        raise ValueError(message)


@dataclass(frozen=True)
class Constant:
    """Initialize every weight or bias with the same value.

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
        """Return an array filled with the value; the parameters are those of ``glorot_uniform``."""
        check_arguments(random_state, fan_in, fan_out)
        return np.full((fan_in, fan_out) if shape is None else shape, self.value, dtype=np.float64)


@dataclass(frozen=True)
class Normal:
    r"""Draw from :math:`N(0, \sigma^2)`, with the same :math:`\sigma` for every layer.

    Parameters
    ----------
    std : float
        The standard deviation :math:`\sigma`, a finite number >= 0.

    Raises
    ------
    TypeError
        If ``std`` is not a number.
    ValueError
        If it is negative or not finite.

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
        """Return the drawn array; the parameters are those of ``glorot_uniform``."""
        check_arguments(random_state, fan_in, fan_out)
        return draw_normal(random_state, float(self.std), fan_in, fan_out, shape)


@dataclass(frozen=True)
class Uniform:
    r"""Draw from :math:`U(-b, b)`, with the same b for every layer.

    Parameters
    ----------
    bound : float
        The bound b, a finite number >= 0.

    Raises
    ------
    TypeError
        If ``bound`` is not a number.
    ValueError
        If it is negative or not finite.

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
        """Return the drawn array; the parameters are those of ``glorot_uniform``."""
        check_arguments(random_state, fan_in, fan_out)
        return draw_uniform(random_state, float(self.bound), fan_in, fan_out, shape)
