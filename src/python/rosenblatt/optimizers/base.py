"""The base of the optimizers of the engine."""

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from rosenblatt import _core
from rosenblatt._engine import as_array, engine
from rosenblatt._messages import shown
from rosenblatt._numbers import to_numbers
from rosenblatt._settings import Info, as_engine


class Optimizer:
    """The base of the optimizers: a learning rate, settings, and the state between the steps that it takes itself.

    It has no instances of its own. Instances are equal if they have the same class, learning rate and settings.

    Parameters
    ----------
    learning_rate : float in [0, inf)
        The size of a step.
    **settings : float or bool
        The optimizer's settings, by name.

    Attributes
    ----------
    name : str
        The name that estimators and networks take.
    settings : dict
        All settings by name, without the learning rate.
    steps : int
        The number of steps that :meth:`step` has taken.
    state : list of lists of ndarray
        The state that :meth:`step` keeps for each array of parameters, in arrays of its shape and dtype.

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

    __module__ = "rosenblatt.optimizers"

    name: ClassVar[str]
    settings: dict[str, float]
    steps: int
    state: list[list[npt.NDArray[Any]]]
    _infos: ClassVar[Mapping[str, Info]]
    _defaults: ClassVar[dict[str, float]]
    _learning_rate: float

    def __init__(self, *args: float, **settings: float) -> None:
        if type(self) is Optimizer:
            classes = ", ".join(info["class_name"] for info in _core.OPTIMIZER_INFO.values())
            raise TypeError(f"Optimizer has no instances, expected one of its classes: {classes}")
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
        rate = as_engine({}, {"learning_rate": value})["learning_rate"]
        if not 0 <= rate < np.inf:
            raise ValueError(f"learning_rate: got {shown(rate)}, expected a number in [0, inf)")
        self._learning_rate = rate

    def _set(self, parameters: dict[str, Any]) -> None:
        given = as_engine(self._infos, {key: value for key, value in parameters.items() if key != "learning_rate"})
        checked = _core.optimizer_settings(self.name, given)
        self.learning_rate = parameters["learning_rate"]
        # The same float objects as given: scikit-learn's clone checks for identity.
        self.settings = {key: value if isinstance(value, bool) else given[key] for key, value in checked.items()}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the learning rate and all settings by name, as scikit-learn's estimators do.

        Parameters
        ----------
        deep : bool, default=True
            Has no effect; part of scikit-learn's protocol.

        Returns
        -------
        dict
        """
        return {"learning_rate": self.learning_rate, **self.settings}

    def set_params(self, **parameters: float) -> Self:
        """Change the learning rate or settings, as scikit-learn's estimators do; ``step`` continues from its state.

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
            As by the constructor; nothing has changed then.
        """
        self._set({**self.get_params(), **parameters})
        return self

    def reset(self) -> None:
        """Forget all steps: the next call of :meth:`step` is the first."""
        self.steps = 0
        self.state = []

    def step(self, parameters: list[npt.NDArray[Any]], gradients: list[Any]) -> None:
        """Take one step: change the parameters in place, given the gradients of a loss with respect to them.

        Arrays of two and more dimensions are weights, to which ``weight_decay`` applies; arrays of fewer are biases,
        which do not decay. All steps must have the number of arrays, the shapes and the dtype of the first one.

        Parameters
        ----------
        parameters : list of ndarray, float32 or float64
            The parameters, all of one dtype, in C order. They are changed in place.
        gradients : list of array-like
            One for each array of parameters, of the same shape; converted to their dtype.

        Raises
        ------
        TypeError
            If ``parameters`` or ``gradients`` are not lists.
        ValueError
            If an array is not as described, or does not have the shape and dtype of the first step. No array has
            changed then.

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
                " the first step; call reset() to begin anew"
            )
        slopes = []
        for i, array in enumerate(gradients):
            ready = type(array) is np.ndarray and array.dtype == dtype
            slopes.append(as_array(array if ready else to_numbers(f"gradients[{i}]", array), dtype))
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
