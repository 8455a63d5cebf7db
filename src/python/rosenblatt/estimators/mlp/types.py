"""The types of the parameters that the multilayer perceptrons share."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rosenblatt.activations.functions import ActivationFunction
from rosenblatt.activations.last_axis import LastAxisFunction
from rosenblatt.callbacks import Callback, Checkpoint
from rosenblatt.losses.base import Loss
from rosenblatt.losses.custom import Custom
from rosenblatt.optimizers.base import Optimizer
from rosenblatt.schedules.base import Schedule

__all__ = [
    "ActivationLike",
    "Array",
    "BatchSize",
    "Callbacks",
    "EarlyStopping",
    "FloatType",
    "InitLike",
    "LossLike",
    "OutputActivationLike",
    "RandomStateLike",
    "ScaleTargets",
    "ScheduleLike",
    "Sizes",
    "SolverLike",
]

Array = npt.NDArray[Any]

Sizes = int | Sequence[int] | Array
ActivationLike = str | ActivationFunction | Sequence[str | ActivationFunction]
OutputActivationLike = str | ActivationFunction | LastAxisFunction | None
ScaleTargets = bool | Literal["standard"]
SolverLike = str | Optimizer
BatchSize = int | Literal["auto"]
ScheduleLike = str | Schedule | Callable[[int], float]
LossLike = str | Loss | Custom | Callable[[Any, Any], tuple[Any, Any]]
InitLike = str | Callable[[np.random.RandomState, int, int], Any] | Sequence[npt.ArrayLike]
EarlyStopping = bool | str | Callable[..., Any]
FloatType = Literal["float32", "float64"] | type[np.float32] | type[np.float64] | type[float]
RandomStateLike = int | np.random.RandomState | None
Callbacks = Sequence[Callback | Checkpoint]
