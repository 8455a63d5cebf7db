"""The optimizers of the engine, one class each, made from the engine's list: formulas, settings, defaults and ranges.

An instance holds a learning rate and settings for a network's training; with :meth:`Optimizer.step` it also trains
parameters that come with gradients of one's own.
"""

import inspect
import numbers
import textwrap
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import as_array, engine

_NAMES = {_core.OPTIMIZER_INFO[name]["class_name"]: name for name in _core.OPTIMIZERS}

__all__ = ["Optimizer", "find", *_NAMES]


class Optimizer:
    """An optimizer's name, learning rate and settings, and its state where it takes steps itself.

    The base of the classes in this module; it has no instances of its own. Instances are equal if they are of one class
    with the same learning rate and the same settings.

    Parameters
    ----------
    learning_rate : float in [0, inf)
        The size of a step.
    **settings : float or bool
        The optimizer's settings, by name.

    Attributes
    ----------
    name : str
        The optimizer's name in the engine, where an estimator takes one.
    settings : dict
        All settings by name, the learning rate apart.
    steps : int
        How many steps :meth:`step` has taken.
    state : list of lists of ndarray
        What :meth:`step` keeps of each array of parameters, of its shape and dtype.

    Raises
    ------
    TypeError
        If a setting does not exist or is not a number.
    ValueError
        If a setting is out of its range.

    Examples
    --------
    >>> from rosenblatt import optimizers
    >>> optimizers.SGD(learning_rate=0.1, nesterovs_momentum=False)
    SGD(learning_rate=0.1, nesterovs_momentum=False)
    """

    name: ClassVar[str]
    settings: dict[str, float]
    steps: int
    state: list[list[npt.NDArray[Any]]]
    _defaults: ClassVar[dict[str, float]]
    _learning_rate: float

    def __init__(self, *args: float, **settings: float) -> None:
        if type(self) is Optimizer:
            raise TypeError(f"Optimizer has no instances; expected one of its classes: {', '.join(_NAMES)}")
        try:
            given = inspect.signature(type(self)).bind(*args, **settings).arguments
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}, expected {', '.join(self._defaults)}") from None
        self._set({**self._defaults, **given})
        self.reset()

    @property
    def learning_rate(self) -> float:
        """The size of a step; may be changed between steps."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        rate = self._number("learning_rate", value)
        if not 0 <= rate < np.inf:
            raise ValueError(f"optimizer '{self.name}': learning_rate: got {rate!r}, expected a number in [0, inf)")
        self._learning_rate = rate

    @classmethod
    def _number(cls, key: str, value: Any) -> float:
        if not isinstance(value, numbers.Real | np.bool_):
            raise TypeError(f"optimizer '{cls.name}': {key}: got {value!r}, expected a number")
        return float(value)

    def _set(self, parameters: dict[str, Any]) -> None:
        given = {key: self._number(key, value) for key, value in parameters.items() if key != "learning_rate"}
        checked = _core.optimizer_settings(self.name, given)
        self.learning_rate = parameters["learning_rate"]
        # The given floats themselves, as scikit-learn's clone asks for.
        self.settings = {key: value if isinstance(value, bool) else given[key] for key, value in checked.items()}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the learning rate and all settings by name, as scikit-learn's estimators do.

        Parameters
        ----------
        deep : bool, default=True
            Without a meaning here; part of scikit-learn's protocol.

        Returns
        -------
        dict
        """
        return {"learning_rate": self.learning_rate, **self.settings}

    def set_params(self, **parameters: float) -> Self:
        """Change the learning rate or settings, as scikit-learn's estimators do; ``step`` goes on from its state.

        Parameters
        ----------
        **parameters : float or bool
            Values by name.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            As on construction, with nothing changed.
        """
        self._set({**self.get_params(), **parameters})
        return self

    def reset(self) -> None:
        """Forget all steps: the next call of :meth:`step` is the first."""
        self.steps = 0
        self.state = []

    def step(self, parameters: list[npt.NDArray[Any]], gradients: list[Any]) -> None:
        """Take one step: change the parameters in place, given the gradients of a loss by them.

        Arrays of two and more dimensions are weights, to which ``weight_decay`` applies; arrays of fewer are biases,
        which do not decay. The first step decides the number of arrays, their shapes and their dtype.

        Parameters
        ----------
        parameters : list of ndarray, float32 or float64
            The parameters, all of one dtype, in C order. They are changed in place.
        gradients : list of array-like
            One of the shape of each array of parameters; converted to their dtype.

        Raises
        ------
        TypeError
            If ``parameters`` or ``gradients`` are not lists.
        ValueError
            If an array is not as described, or not of the shape and dtype of the first step. No array has changed.

        Examples
        --------
        >>> import numpy as np
        >>> from rosenblatt import optimizers
        >>> optimizer = optimizers.SGD(learning_rate=0.5, momentum=0.0)
        >>> w = np.array([[3.0, -2.0]])
        >>> for _ in range(3):
        ...     optimizer.step([w], [w])  # the gradient of |w|^2 / 2
        >>> w
        array([[ 0.375, -0.25 ]])
        """
        for argument, given in (("parameters", parameters), ("gradients", gradients)):
            if not isinstance(given, list | tuple):
                raise TypeError(f"{argument}: got {type(given).__name__}, expected a list of arrays")
        for i, array in enumerate(parameters):
            if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
                received = f"{type(array).__name__} of {getattr(array, 'dtype', 'no dtype')}"
                raise ValueError(f"parameters[{i}]: got {received}, expected an array of float32 or float64")
        if not parameters:
            raise ValueError("parameters: got an empty list, expected at least 1 array")
        state = self.state or self._new_state(parameters)
        dtype, expected = state[0][0].dtype, [slots[0].shape for slots in state]
        shapes = [array.shape for array in parameters]
        if shapes != expected or parameters[0].dtype != dtype:
            raise ValueError(
                f"parameters: got {parameters[0].dtype} of shapes {shapes}, expected {dtype} of shapes {expected} as in"
                " the first step; reset() forgets it"
            )
        slopes = [as_array(gradient, dtype) for gradient in gradients]
        engine("optimizer_step", dtype)(
            self.name, self.settings, self.learning_rate, self.steps + 1, parameters, slopes, state
        )
        self.state = state
        self.steps += 1

    def _new_state(self, parameters: list[npt.NDArray[Any]]) -> list[list[npt.NDArray[Any]]]:
        slots = range(_core.OPTIMIZER_INFO[self.name]["slots"])
        return [[np.zeros(array.shape, array.dtype) for _ in slots] for array in parameters]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.get_params() == other.get_params()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        changed = [
            f"{key}={value!r}"
            for key, value in self.get_params().items()
            if key == "learning_rate" or value != self._defaults[key]
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


def _docstring(info: Any, defaults: dict[str, float]) -> str:
    """Write a class's docstring from what the engine says of the optimizer."""
    entries = {
        "learning_rate": ("[0, inf)", "The size of a step, eta."),
        **{key: (setting["accepted"], setting["doc"]) for key, setting in info["settings"].items()},
    }
    lines = [info["summary"], "", "::", "", textwrap.indent(info["formula"], "    "), ""]
    lines += ["Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.", ""]
    lines += ["Parameters", "----------"]
    for key, (accepted, doc) in entries.items():
        kind = "bool" if isinstance(defaults[key], bool) else f"float in {accepted}"
        lines += [
            f"{key} : {kind}, default={defaults[key]!r}",
            *textwrap.wrap(doc, 110, initial_indent="    ", subsequent_indent="    "),
        ]
    lines += ["", "See Also", "--------", "Optimizer : The methods and attributes that all optimizers share.", ""]
    lines += ["References", "----------", *textwrap.wrap(info["source"], 110), "", "Examples", "--------"]
    lines += [
        ">>> import numpy as np",
        ">>> from rosenblatt import optimizers",
        f">>> optimizer = optimizers.{info['class_name']}(learning_rate=0.1)",
        ">>> W, b = np.ones((3, 2)), np.zeros(2)",
        ">>> optimizer.step([W, b], [np.full((3, 2), 0.5), np.ones(2)])",
        ">>> bool((W < 1).all())",
        "True",
        "",
    ]
    return "\n".join(lines)


def _make_class(class_name: str, name: str) -> type[Optimizer]:
    info = _core.OPTIMIZER_INFO[name]
    defaults = {
        "learning_rate": info["learning_rate"],
        **{key: setting["default"] for key, setting in info["settings"].items()},
    }
    kind = inspect.Parameter
    parameters = [
        kind(
            key,
            kind.POSITIONAL_OR_KEYWORD if key == "learning_rate" else kind.KEYWORD_ONLY,
            default=value,
            annotation=type(value),
        )
        for key, value in defaults.items()
    ]
    return type(
        class_name,
        (Optimizer,),
        {
            "__signature__": inspect.Signature(parameters),
            "__doc__": _docstring(info, defaults),
            "__module__": __name__,
            "name": name,
            "_defaults": defaults,
        },
    )


_CLASSES = {name: _make_class(class_name, name) for class_name, name in _NAMES.items()}
globals().update({kind.__name__: kind for kind in _CLASSES.values()})


def __getattr__(name: str) -> type[Optimizer]:
    # For type checkers, which cannot see the classes above; at run time only names that do not exist come here.
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find(optimizer: str | Optimizer) -> Optimizer:
    """Return the optimizer of a name, with its defaults, or a copy of an instance that has taken no steps.

    Parameters
    ----------
    optimizer : str or Optimizer
        A name of the engine's list, such as 'adamw', or an instance of a class of this module.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError
        If ``optimizer`` is neither.
    ValueError
        If there is no optimizer of that name.

    Examples
    --------
    >>> from rosenblatt import optimizers
    >>> optimizers.find("adamw")
    AdamW(learning_rate=0.001)
    """
    accepted = f"one of {', '.join(map(repr, _CLASSES))}, or an instance from rosenblatt.optimizers"
    if isinstance(optimizer, Optimizer):
        return type(optimizer)(**optimizer.get_params())
    if not isinstance(optimizer, str):
        raise TypeError(f"optimizer: got {optimizer!r}, expected {accepted}")
    if optimizer not in _CLASSES:
        raise ValueError(f"optimizer: got {optimizer!r}, expected {accepted}")
    return _CLASSES[optimizer]()
