"""Loss functions: what training minimizes, each from raw scores, with its gradient.

A network's last layer yields raw scores ``z``; the output activation turns them into predictions ``p``; the loss
compares these with the targets ``y``. There is a class for every loss of the engine, such as `SquaredError`,
`Huber(delta=1.0)` or `Quantile([0.1, 0.5, 0.9])`, and a function that computes it at once, such as `huber`.

Examples
--------
>>> import numpy as np
>>> from rosenblatt import losses
>>> z = np.array([[0.0], [0.5], [4.0]])
>>> value, gradient = losses.Huber(delta=1.0)(np.zeros((3, 1)), z)
>>> value
array([0.   , 0.125, 3.5  ])
>>> gradient.ravel()
array([0. , 0.5, 1. ])
>>> losses.poisson(np.array([[2.0]]), np.array([[0.0]]), output_activation="softplus")[1].round(4)
array([[-0.9427]])
>>> losses.Quantile([0.1, 0.9]).predict(np.array([[1.0, -3.0]])).round(4)
array([[1.    , 1.0486]])
"""

import inspect
from collections.abc import Callable
from textwrap import dedent, fill, indent
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import as_array, engine

FloatArray = npt.NDArray[np.float32] | npt.NDArray[np.float64]

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Return a class or function that is made from the engine's list at the end of this file."""


def _as_scores(raw_scores: Any) -> FloatArray:
    """Return raw scores as the engine takes them: float32 if they are so already, else float64."""
    scores = np.asarray(raw_scores)
    if scores.ndim not in (1, 2):
        raise ValueError(
            f"raw_scores: got shape {scores.shape}, expected (n_samples, n_outputs), or (n_samples,) for one output"
        )
    dtype = np.float32 if scores.dtype == np.float32 else np.float64
    table: FloatArray = as_array(scores if scores.ndim == 2 else scores[:, np.newaxis], dtype)
    return table


class Loss:
    """What the losses of the engine have in common.

    Attributes
    ----------
    name : str
        The name that estimators and networks take as ``loss``.
    output_activations : tuple of str
        The output activations that the loss goes with, its default first.
    categorical : bool
        Whether the targets are one class of many for each row.
    targets : str
        Which targets the loss is defined for.
    """

    name: str
    output_activations: tuple[str, ...]
    categorical: bool
    targets: str
    _defaults: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = inspect.signature(type(self)).bind(*args, **kwargs)
        settings.apply_defaults()
        self.set_params(**settings.arguments)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the engine takes them: a number or a list of numbers for each name."""
        return {
            name: np.asarray(getattr(self, name), dtype=np.float64).ravel().tolist()
            if isinstance(default, list)
            else float(getattr(self, name))
            for name, default in self._defaults.items()
        }

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings as they were given, by name.

        Parameters
        ----------
        deep : bool, default=True
            Of no effect; scikit-learn's convention.

        Returns
        -------
        params : dict
            The arguments that make an equal loss.
        """
        return {name: getattr(self, name) for name in self._defaults}

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
            If there is no such setting, or its value is not one that the loss takes.
        """
        unknown = params.keys() - self._defaults.keys()
        if unknown:
            raise ValueError(f"{type(self).__name__} has no setting {sorted(unknown)}, it has {list(self._defaults)}")
        before = vars(self).copy()
        vars(self).update(params)
        try:
            _core.check_loss(self.name, None, self.settings)
        except (TypeError, ValueError) as error:
            vars(self).clear()
            vars(self).update(before)
            raise type(error)(f"{type(self).__name__}: {error}") from None
        return self

    def _for_engine(self, output_activation: str | None) -> tuple[str, str | None, dict[str, Any]]:
        return self.name, output_activation, self.settings

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
            _core.check_targets64(self.name, self.settings, as_array(y, np.float64))

    def predict(self, raw_scores: npt.ArrayLike, output_activation: str | None = None) -> FloatArray:
        """Turn raw scores into predictions.

        Parameters
        ----------
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            What the last layer of a network yields. float32 is computed as such, everything else as float64.
        output_activation : str, default=None
            One of ``output_activations``; None means the first.

        Returns
        -------
        predictions : ndarray of the shape of raw_scores
            The predictions.

        Raises
        ------
        ValueError
            If the output activation does not go with the loss, or shapes are not as above.
        """
        z = _as_scores(raw_scores)
        p: FloatArray = engine("apply_output", z.dtype)(*self._for_engine(output_activation), z)
        return p.reshape(np.shape(raw_scores))

    def __call__(
        self, y_true: npt.ArrayLike, raw_scores: npt.ArrayLike, output_activation: str | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Compute the loss of each row and its gradient.

        Parameters
        ----------
        y_true : array-like of shape (n_samples, n_targets) or (n_samples,)
            The targets; for a categorical loss the index of each row's class, of shape (n_samples,).
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            What the last layer of a network yields. float32 is computed as such, everything else as float64.
        output_activation : str, default=None
            One of ``output_activations``; None means the first.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            The loss of each row, summed over its outputs.
        gradient : ndarray of the shape of raw_scores
            The derivative of the row's loss by each raw score.

        Raises
        ------
        ValueError
            If the output activation does not go with the loss, the loss is not defined for a target, or shapes are not
            as above.
        """
        z = _as_scores(raw_scores)
        y = np.asarray(y_true)
        if self.categorical:
            if y.dtype.kind not in "iub":
                raise ValueError(f"y_true: got {y.dtype}, expected integers, the index of each row's class")
            # Out of range of a class stays out of range of an int32.
            y = as_array(np.clip(y.astype(np.int64), -1, np.iinfo(np.int32).max), np.int32)
        else:
            y = as_array(y[:, np.newaxis] if y.ndim == 1 else y, z.dtype)
        value, gradient = engine("evaluate_loss", z.dtype)(*self._for_engine(output_activation), z, y)
        return value.astype(z.dtype, copy=False), gradient.reshape(np.shape(raw_scores))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loss) and self._for_engine(None) == other._for_engine(None)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in self.settings.items())})"


class Custom:
    """A loss written in Python.

    Parameters
    ----------
    function : callable
        ``function(y_true, raw_scores)`` of the rows of one mini-batch, arrays of shape (n_samples, n_targets) and
        (n_samples, n_outputs), returns the loss of each row, of shape (n_samples,), and its gradient by the raw scores,
        of shape (n_samples, n_outputs).

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

    def __init__(self, function: Callable[[Any, Any], Any]) -> None:
        if not callable(function):
            raise TypeError(f"function: got {function!r}, expected a callable")
        self.function = function

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the arguments that make an equal loss, by name.

        Parameters
        ----------
        deep : bool, default=True
            Of no effect; scikit-learn's convention.

        Returns
        -------
        params : dict
            The function.
        """
        return {"function": self.function}

    def check_targets(self, y: npt.ArrayLike) -> None:
        """Accept all targets: what they may be, the function knows.

        Parameters
        ----------
        y : array-like of any shape
            The targets.
        """

    def predict(self, raw_scores: npt.ArrayLike, output_activation: str | None = None) -> FloatArray:
        """Turn raw scores into predictions.

        Parameters
        ----------
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            What the last layer of a network yields.
        output_activation : str, default=None
            The name of an output activation; None means the identity.

        Returns
        -------
        predictions : ndarray of the shape of raw_scores
            The predictions.

        Raises
        ------
        ValueError
            If there is no such output activation.
        """
        loss, name, _ = self._for_engine(output_activation)
        predictions: FloatArray = find(loss).predict(raw_scores, name)
        return predictions

    def _for_engine(self, output_activation: str | None) -> tuple[str, str, dict[str, Any]]:
        """Return a loss of the engine that goes with the output activation, which is all that predictions need."""
        name = output_activation or "identity"
        return "log_loss" if name == "softmax" else "squared_error", name, {}

    def __call__(self, y_true: npt.ArrayLike, raw_scores: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Call the function and check what it returns.

        Parameters
        ----------
        y_true : array-like of shape (n_samples, ...)
            The targets, which the function gets as an array.
        raw_scores : array-like of shape (n_samples, n_outputs) or (n_samples,)
            What the last layer of a network yields. float32 stays as such, everything else is made float64.

        Returns
        -------
        value : ndarray of shape (n_samples,)
            The loss of each row.
        gradient : ndarray of the shape of raw_scores
            Its derivative by each raw score. Both are of the dtype of the scores.

        Raises
        ------
        TypeError
            If the function does not return two arrays of real numbers.
        ValueError
            If their shapes are not as above.
        """
        scores = np.asarray(raw_scores)
        scores = scores if scores.dtype == np.float32 else scores.astype(np.float64)
        returned = self.function(np.asarray(y_true), scores)
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise TypeError(
                f"{self!r}: returned {type(returned).__name__}, expected a tuple (loss of each row, gradient)"
            )
        value = self._checked("the loss of each row", returned[0], (len(scores),), scores.dtype)
        gradient = self._checked("the gradient", returned[1], scores.shape, scores.dtype)
        return value, gradient

    def _checked(self, what: str, returned: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
        """Return the array as the engine takes it. NaN and infinity pass: training has its own answer to them."""
        try:
            array = np.asarray(returned)
        except ValueError as error:
            raise TypeError(f"{self!r}: returned {what} that is no array: {error}") from None
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


def find(loss: Any) -> Any:
    """Return the loss that a name, an instance or a callable stands for.

    Parameters
    ----------
    loss : str, Loss, Custom or callable
        A name in the engine's list, with its default settings; an instance; or a function as `Custom` takes it.

    Returns
    -------
    loss : Loss or Custom
        The loss.

    Raises
    ------
    ValueError
        If there is no loss of that name.
    TypeError
        If ``loss`` is nothing of the above.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> losses.find("huber")
    Huber(delta=1.0)
    """
    if isinstance(loss, str):
        if loss not in _core.LOSSES:
            raise ValueError(f"loss: got {loss!r}, expected one of {list(_core.LOSSES)}, a loss or a callable")
        return globals()[_class_name(loss)]()
    if isinstance(loss, Loss | Custom):
        return loss
    if isinstance(loss, type) and issubclass(loss, Loss):
        raise TypeError(f"loss: got the class {loss.__name__}, expected an instance of it, {loss.__name__}()")
    if callable(loss):
        return Custom(loss)
    raise TypeError(f"loss: got {loss!r}, expected one of {list(_core.LOSSES)}, a loss or a callable")


# From here on: the classes and functions of the engine's list.


def _class_name(name: str) -> str:
    return name.title().replace("_", "")


def _setting_docs(info: dict[str, Any]) -> str:
    return "".join(
        f"{name} : {'list of float' if isinstance(setting['default'], list) else 'float'}, "
        f"default={setting['default']}\n"
        + indent(fill(f"{setting['meaning']} Accepted: {setting['accepted']}.", 100), "    ")
        + "\n"
        for name, setting in info["settings"].items()
    )


def _notes(info: dict[str, Any]) -> str:
    references = "\n".join(
        indent(fill(f".. [{i}] {source}", 100), "   ").strip()
        for i, source in enumerate(info["source"].splitlines(), start=1)
    )
    example = f">>> from rosenblatt import losses\n>>> losses.{_class_name(info['name'])}()\n"
    return (
        f"Notes\n-----\nFor a prediction ``p`` and its target ``y`` [1]_: ``{info['formula']}``.\n"
        f"Output activations: {', '.join(info['output_activations'])}. Targets: {info['targets']}.\n\n"
        f"References\n----------\n{references}\n\n"
        f"Examples\n--------\n{example}"
    )


def _signature(info: dict[str, Any], *before: str, after: tuple[str, ...] = ()) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in before]
    parameters += [inspect.Parameter(name, kind, default=s["default"]) for name, s in info["settings"].items()]
    parameters += [inspect.Parameter(name, kind, default=None) for name in after]
    return inspect.Signature(parameters)


def _make_class(info: dict[str, Any]) -> type[Loss]:
    parameters = f"Parameters\n----------\n{_setting_docs(info)}\n" if info["settings"] else ""
    name = _class_name(info["name"])
    return type(
        name,
        (Loss,),
        {
            "__module__": __name__,
            "__qualname__": name,
            "__doc__": f"{info['summary']}\n\n{parameters}{_notes(info)}{name}({_defaults_text(info)})\n",
            "__signature__": _signature(info),
            "name": info["name"],
            "output_activations": info["output_activations"],
            "categorical": info["categorical"],
            "targets": info["targets"],
            "_defaults": {key: setting["default"] for key, setting in info["settings"].items()},
        },
    )


def _defaults_text(info: dict[str, Any]) -> str:
    return ", ".join(f"{name}={setting['default']}" for name, setting in info["settings"].items())


def _make_function(info: dict[str, Any], cls: type[Loss]) -> Callable[..., tuple[FloatArray, FloatArray]]:
    signature = _signature(info, "y_true", "raw_scores", after=("output_activation",))

    def function(*args: Any, **kwargs: Any) -> tuple[FloatArray, FloatArray]:
        given = signature.bind(*args, **kwargs).arguments
        y_true, raw_scores = given.pop("y_true"), given.pop("raw_scores")
        output_activation = given.pop("output_activation", None)
        return cls(**given)(y_true, raw_scores, output_activation)

    function.__name__ = function.__qualname__ = info["name"]
    function.__signature__ = signature  # type: ignore[attr-defined]
    parameters, returns = dedent(" " * 8 + (inspect.getdoc(Loss.__call__) or "")).split("Returns\n", 1)
    _, _, parameters = parameters.partition("Parameters\n----------\n")
    y_and_z, _, output = parameters.partition("output_activation :")
    function.__doc__ = (
        f"{info['summary']}\n\nParameters\n----------\n{y_and_z}{_setting_docs(info)}output_activation :{output}"
        f"Returns\n{returns.rstrip()}\n\n{_notes(info)}{cls.__name__}({_defaults_text(info)})\n"
    )
    return function


for _name, _info in _core.LOSS_INFO.items():
    _class = _make_class({"name": _name, **_info})
    globals()[_class.__name__] = _class
    globals()[_name] = _make_function({"name": _name, **_info}, _class)

__all__ = [
    "Custom",
    "Loss",
    "find",
    *(name for loss in _core.LOSSES for name in (loss, _class_name(loss))),
]
