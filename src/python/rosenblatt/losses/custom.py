"""Losses written in Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt._engine import FloatArray, as_array, as_floats, engine
from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._numbers import to_numbers
from rosenblatt._searchable import Searchable
from rosenblatt.activations.output import OutputActivation, output_name
from rosenblatt.losses.base import as_scores


class Custom(Searchable):
    """A loss written in Python.

    Parameters
    ----------
    function : callable
        ``function(y_true, raw_scores)``, called with the rows of one mini-batch, arrays of shape (n_samples, n_targets)
        and (n_samples, n_outputs). It returns the loss of each row, of shape (n_samples,), and its gradient with
        respect to the raw scores, of shape (n_samples, n_outputs).

    Examples
    --------
    >>> import numpy as np
    >>> from rosenblatt import losses
    >>> def fourth_power(y_true, raw_scores):
    ...     error = raw_scores - y_true
    ...     return (error**4).sum(axis=1), 4 * error**3
    >>> loss = losses.Custom(fourth_power)
    >>> loss(np.zeros((2, 1)), np.array([[1.0], [2.0]]))
    (array([ 1., 16.]), array([[ 4.],
           [32.]]))
    """

    __module__ = "rosenblatt.losses"

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        check_no_class("function", function)
        if not callable(function):
            raise TypeError(f"function: got {shown(function)}, expected a callable")
        self.function = function

    def check_targets(self, y: npt.ArrayLike) -> None:
        """Accept all targets, because only the function knows which ones it is defined for.

        Parameters
        ----------
        y : array-like of any shape
            The targets.
        """

    def predict(self, raw_scores: npt.ArrayLike, output_activation: OutputActivation = None) -> FloatArray:
        """Return the predictions of raw scores.

        Parameters
        ----------
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            The sums of the last layer of a network.
        output_activation : str or activation function, default=None
            An output activation, by name or as a function of `rosenblatt.activations`; None means the identity.

        Returns
        -------
        predictions : ndarray of the shape of raw_scores
            The predictions.

        Raises
        ------
        ValueError
            If there is no such output activation.
        """
        z = as_scores(raw_scores)
        p: FloatArray = engine("apply_output", z.dtype)(*self._for_engine(output_activation), z)
        return p.reshape(np.shape(raw_scores))

    def _for_engine(self, output_activation: OutputActivation) -> tuple[str, str, dict[str, Any]]:
        """Return a loss of the engine that accepts the output activation: predictions depend on nothing else."""
        name = output_name(output_activation) or "identity"
        return "log_loss" if name == "softmax" else "squared_error", name, {}

    def __call__(self, y_true: npt.ArrayLike, raw_scores: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Call the function and check what it returns.

        Parameters
        ----------
        y_true : array-like of shape (n_samples, ...)
            The targets, passed to the function as an array.
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            The sums of the last layer of a network; converted to float64 unless they are float32.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            The loss of each row.
        gradient : ndarray of the shape of raw_scores
            The derivative with respect to each raw score. Both arrays have the dtype of the scores.

        Raises
        ------
        TypeError
            If the function does not return two arrays of real numbers.
        ValueError
            If their shapes are not as above.
        """
        scores = as_floats(to_numbers("raw_scores", raw_scores))
        returned = self.function(np.asarray(y_true), scores)
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise TypeError(
                f"{self!r}: returned {type(returned).__name__}, expected a tuple (loss of each row, gradient)"
            )
        value = self._checked("the loss of each row", returned[0], (len(scores),), scores.dtype)
        gradient = self._checked("the gradient", returned[1], scores.shape, scores.dtype)
        return value, gradient

    def _checked(self, what: str, returned: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
        """Return the array as the engine takes it. NaN and infinity are accepted: training handles them."""
        try:
            array = np.asarray(returned)
        except ValueError as error:
            raise TypeError(f"{self!r}: returned {what} that is not an array: {error}") from None
        if array.dtype.kind not in "fiu":
            raise TypeError(f"{self!r}: returned {what} of dtype {array.dtype}, expected real numbers")
        if array.shape != shape:
            raise ValueError(f"{self!r}: returned {what} of shape {array.shape}, expected {shape}")
        checked: FloatArray = as_array(array, dtype)
        return checked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Custom) and self.function == other.function

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Custom({getattr(self.function, '__qualname__', repr(self.function))})"
