"""The base of the losses of the engine."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import FloatArray, as_array, as_floats, engine
from rosenblatt._numbers import to_numbers
from rosenblatt._searchable import Searchable
from rosenblatt._settings import Info, as_engine
from rosenblatt.activations.output import OutputActivation, output_name


def as_scores(raw_scores: Any) -> FloatArray:
    """Return raw scores as the engine takes them."""
    scores = to_numbers("raw_scores", raw_scores)
    if scores.ndim not in (1, 2):
        raise ValueError(
            f"raw_scores: got shape {scores.shape}, expected (n_samples, n_outputs), or (n_samples,) for one output"
        )
    return as_floats(scores if scores.ndim == 2 else scores[:, np.newaxis])


class Loss(Searchable):
    """The base of the losses of the engine.

    Attributes
    ----------
    name : str
        The name that estimators and networks take as ``loss``.
    output_activations : tuple of str
        The output activations that the loss accepts, its default first.
    tasks : tuple of str
        What the loss is for: 'regression', 'binary' (two classes, or independent labels), 'multiclass'.
    counterpart : str or None
        The loss of the same kind for the other number of classes.
    margins : bool
        Whether raw scores are margins rather than logarithms of probabilities.
    categorical : bool
        Whether a target is the index of a class.
    targets : str
        The targets that the loss is defined for.
    """

    __module__ = "rosenblatt.losses"

    name: str
    output_activations: tuple[str, ...]
    tasks: tuple[str, ...]
    counterpart: str | None
    margins: bool
    categorical: bool
    targets: str
    _infos: Mapping[str, Info]
    # The engine's function of (y, z) for arrays that need no conversion; None for losses with settings.
    _evaluate: Callable[[Any, Any], tuple[FloatArray, FloatArray] | None] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = inspect.signature(type(self)).bind(*args, **kwargs)
        settings.apply_defaults()
        self.set_params(**settings.arguments)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the engine takes them: a number or a list of numbers for each name."""
        return as_engine(self._infos, self.get_params()) if self._infos else {}

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return list(cls._infos)

    def set_params(self, **params: Any) -> Self:
        """Change settings.

        Parameters
        ----------
        **params : dict
            Settings by name.

        Returns
        -------
        self : Loss
            The loss.

        Raises
        ------
        ValueError
            If there is no such setting, or the loss does not accept the value.
        TypeError
            If a value is neither a number nor a list of numbers.
        """
        _core.check_loss(self.name, None, as_engine(self._infos, {**self.get_params(), **params}))
        vars(self).update(params)
        return self

    def _for_engine(self, output_activation: OutputActivation) -> tuple[str, str | None, dict[str, Any]]:
        return self.name, output_name(output_activation), self.settings

    def check_targets(self, y: npt.ArrayLike) -> None:
        """Raise if the loss is not defined for a target.

        Parameters
        ----------
        y : array-like of any shape
            The targets, as numbers.

        Raises
        ------
        ValueError
            For the first target that is not among ``targets``.
        """
        if not self.categorical:
            targets = as_floats(to_numbers("y", y))
            engine("check_targets", targets.dtype)(self.name, self.settings, targets)

    def predict(self, raw_scores: npt.ArrayLike, output_activation: OutputActivation = None) -> FloatArray:
        """Return the predictions of raw scores.

        Parameters
        ----------
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            The sums of the last layer of a network. float32 is computed in float32, everything else in float64.
        output_activation : str or activation function, default=None
            One of ``output_activations``, by name or as a function of `rosenblatt.activations`; None means the first.

        Returns
        -------
        predictions : ndarray of the shape of raw_scores
            The predictions.

        Raises
        ------
        ValueError
            If the loss does not accept the output activation, or a shape is not as above.
        """
        z = as_scores(raw_scores)
        p: FloatArray = engine("apply_output", z.dtype)(*self._for_engine(output_activation), z)
        return p.reshape(np.shape(raw_scores))

    def __call__(
        self, y_true: npt.ArrayLike, raw_scores: npt.ArrayLike, output_activation: OutputActivation = None
    ) -> tuple[FloatArray, FloatArray]:
        """Return the loss of each row and its gradient.

        Parameters
        ----------
        y_true : array-like of shape (n_samples, n_targets) or (n_samples,)
            The targets; for a categorical loss the index of the class of each row, of shape (n_samples,).
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            The sums of the last layer of a network. float32 is computed in float32, everything else in float64.
        output_activation : str or activation function, default=None
            One of ``output_activations``, by name or as a function of `rosenblatt.activations`; None means the first.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            The loss of each row, summed over its outputs.
        gradient : ndarray of the shape of raw_scores
            The derivative of the loss of the row with respect to each raw score.

        Raises
        ------
        ValueError
            If the loss does not accept the output activation, the loss is not defined for a target, or a shape is not
            as above.
        """
        if output_activation is None and self._evaluate is not None:
            evaluated = self._evaluate(y_true, raw_scores)
            if evaluated is not None:
                return evaluated
        z = as_scores(raw_scores)
        if self.categorical:
            y = np.asarray(y_true)
            if y.dtype.kind not in "iub":
                raise ValueError(f"y_true: got {y.dtype}, expected integers, the index of the class of each row")
            # The engine reports the indices that are out of range, also those that an int32 does not hold.
            y = as_array(np.clip(y.astype(np.int64), -1, np.iinfo(np.int32).max), np.int32)
        else:
            y = to_numbers("y_true", y_true)
            y = as_array(y[:, np.newaxis] if y.ndim == 1 else y, z.dtype)
        value, gradient = engine("evaluate_loss", z.dtype)(*self._for_engine(output_activation), z, y)
        return value.astype(z.dtype, copy=False), gradient.reshape(np.shape(raw_scores))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loss) and self._for_engine(None) == other._for_engine(None)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in self.settings.items())})"
