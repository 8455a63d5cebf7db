"""The types of the compiled engine. Each name is bound in the file of src/cpp/bindings/ that the comment names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, Self, TypedDict, TypeVar, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import disjoint_base

_T = TypeVar("_T", np.float32, np.float64)

LEVEL: str

def available_levels() -> list[str]: ...

# activations.cpp
class _ActivationInfo(TypedDict):
    alias: str  # the name, if there is no other
    doc: str
    trainable: bool

ACTIVATIONS: tuple[str, ...]
ACTIVATION_INFO: dict[str, _ActivationInfo]

@disjoint_base
class ArrayFunction:
    def __new__(cls, name: str) -> Self: ...
    def __call__(self, z: Any, /) -> NDArray[Any]: ...

def activate32(name: str, z: NDArray[np.float32]) -> NDArray[np.float32]: ...
def activate64(name: str, z: NDArray[np.float64]) -> NDArray[np.float64]: ...
def activation_derivative32(name: str, z: NDArray[np.float32]) -> NDArray[np.float32]: ...
def activation_derivative64(name: str, z: NDArray[np.float64]) -> NDArray[np.float64]: ...

# finite.cpp
def all_finite32(numbers: NDArray[np.float32]) -> bool: ...
def all_finite64(numbers: NDArray[np.float64]) -> bool: ...

# info.cpp
VERSION: str
COMPILER: str
EIGEN: str

def thread_limit() -> int: ...

# settings.hpp
_Settings = Mapping[str, float | Sequence[float]]

class _SettingInfo(TypedDict):
    kind: Literal["number", "integer", "boolean", "list"]
    default: Any
    low: float
    high: float
    closed: Literal["neither", "left", "right", "both"]
    interval: str
    optional: bool  # whether None is accepted, for the default
    accepted: str
    doc: str

# losses.cpp
class _LossInfo(TypedDict):
    summary: str
    formula: str
    source: str
    targets: str
    tasks: tuple[Literal["regression", "binary", "multiclass"], ...]
    counterpart: str | None
    margins: bool
    categorical: bool
    output_activations: tuple[str, ...]
    why: str
    settings: dict[str, _SettingInfo]

LOSSES: tuple[str, ...]
LOSS_INFO: dict[str, _LossInfo]
OUTPUT_ACTIVATIONS: tuple[str, ...]

def check_loss(loss: str, output_activation: str | None, settings: _Settings) -> str: ...

class LossFunction:
    def __init__(self, loss: str, output_activation: str | None, settings: _Settings) -> None: ...
    def evaluate(self, y: Any, z: Any) -> tuple[NDArray[Any], NDArray[Any]] | None: ...

def evaluate_loss32(
    loss: str, output_activation: str | None, settings: _Settings, z: NDArray[np.float32], y: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]: ...
def evaluate_loss64(
    loss: str, output_activation: str | None, settings: _Settings, z: NDArray[np.float64], y: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def apply_output32(
    loss: str, output_activation: str | None, settings: _Settings, z: NDArray[np.float32]
) -> NDArray[np.float32]: ...
def apply_output64(
    loss: str, output_activation: str | None, settings: _Settings, z: NDArray[np.float64]
) -> NDArray[np.float64]: ...
def check_targets32(loss: str, settings: _Settings, y: NDArray[np.float32]) -> None: ...
def check_targets64(loss: str, settings: _Settings, y: NDArray[np.float64]) -> None: ...

# network.cpp

class _Network(Generic[_T]):
    dtype: np.dtype[_T]
    def __init__(
        self,
        widths: Sequence[int],
        activations: Sequence[str],
        loss: str,
        output_activation: str | None = None,
        loss_settings: _Settings = {},
        *,
        scaling: bool = False,
        slopes: bool = False,
        embeddings: list[tuple[Any, ...] | None] = [],
    ) -> None: ...
    def first_inputs(self) -> int: ...
    def set_layer(self, layer: int, coefs: NDArray[_T], intercepts: NDArray[_T]) -> None: ...
    def get_layer(self, layer: int, coefs: NDArray[_T], intercepts: NDArray[_T]) -> None: ...
    def group_names(self) -> list[str]: ...
    def set_vector(self, group: str, values: NDArray[_T]) -> None: ...
    def get_vector(self, group: str) -> NDArray[_T]: ...
    def finite(self) -> bool: ...
    @overload
    def predict(self, X: Any, n_threads: int = 0) -> NDArray[_T]: ...
    @overload
    def predict(self, X: Any, n_threads: int, only_ready: bool) -> NDArray[_T] | None: ...
    @overload
    def scores(self, X: Any, n_threads: int = 0) -> NDArray[_T]: ...
    @overload
    def scores(self, X: Any, n_threads: int, only_ready: bool) -> NDArray[_T] | None: ...
    @overload
    def forward(self, X: Any, n_threads: int = 0) -> list[NDArray[_T]]: ...
    @overload
    def forward(self, X: Any, n_threads: int, only_ready: bool) -> list[NDArray[_T]] | None: ...

class Network32(_Network[np.float32]):
    dtype: np.dtype[np.float32]

class Network64(_Network[np.float64]):
    dtype: np.dtype[np.float64]

# optimizers.cpp
class _OptimizerInfo(TypedDict):
    class_name: str
    summary: str
    formula: str
    source: str
    learning_rate: float
    slots: int
    settings: dict[str, _SettingInfo]

OPTIMIZERS: tuple[str, ...]
OPTIMIZER_SETTINGS: dict[str, dict[str, float]]
OPTIMIZER_INFO: dict[str, _OptimizerInfo]

def optimizer_settings(name: str, settings: _Settings) -> dict[str, float]: ...
def optimizer_step32(
    name: str,
    settings: _Settings,
    learning_rate: float,
    t: int,
    parameters: Sequence[NDArray[np.float32]],
    gradients: Sequence[NDArray[np.float32]],
    state: Sequence[Sequence[NDArray[np.float32]]],
) -> None: ...
def optimizer_step64(
    name: str,
    settings: _Settings,
    learning_rate: float,
    t: int,
    parameters: Sequence[NDArray[np.float64]],
    gradients: Sequence[NDArray[np.float64]],
    state: Sequence[Sequence[NDArray[np.float64]]],
) -> None: ...

class _Optimizer(Generic[_T]):
    state: Sequence[NDArray[_T]]
    steps: int
    def __init__(self, name: str, settings: _Settings, network: _Network[_T]) -> None: ...

class Optimizer32(_Optimizer[np.float32]): ...
class Optimizer64(_Optimizer[np.float64]): ...

# predict.cpp
def predict32(
    X: Any,
    coefs: Sequence[NDArray[np.float32]],
    intercepts: Sequence[NDArray[np.float32]],
    activations: Sequence[str],
    loss: str,
    n_threads: int = 0,
    output_activation: str | None = None,
    loss_settings: _Settings = {},
    only_ready: bool = False,
) -> NDArray[np.float32] | None: ...
def predict64(
    X: Any,
    coefs: Sequence[NDArray[np.float64]],
    intercepts: Sequence[NDArray[np.float64]],
    activations: Sequence[str],
    loss: str,
    n_threads: int = 0,
    output_activation: str | None = None,
    loss_settings: _Settings = {},
    only_ready: bool = False,
) -> NDArray[np.float64] | None: ...

# trainer.cpp
TRAINING_OPTIONS: dict[str, _SettingInfo]

class _Trainer(Generic[_T]):
    def __init__(
        self,
        network: _Network[_T],
        X: Any,
        y: NDArray[_T] | NDArray[np.int32],
        sample_weight: NDArray[_T] | None = None,
        *,
        loss: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        **kwargs: float | Sequence[float] | None,  # the names of TRAINING_OPTIONS
    ) -> None: ...
    def epoch(
        self,
        optimizer: _Optimizer[_T],
        learning_rate: float | NDArray[np.float64],
        order: NDArray[np.int64] | None = None,
        *,
        weight_decay: NDArray[np.float64] | None = None,
        dropout: NDArray[np.float64] | None = None,
    ) -> tuple[float, float]: ...
    def loss_and_gradients(self) -> tuple[float, float, list[NDArray[_T]], list[NDArray[_T]]]: ...
    def vector_gradients(self) -> list[NDArray[_T]]: ...

class Trainer32(_Trainer[np.float32]): ...
class Trainer64(_Trainer[np.float64]): ...
class ZeroWeightSumError(ZeroDivisionError): ...

# tlu.cpp
TLU_STEPS: tuple[str, ...]

def tlu_fit(
    X: Any,
    active: NDArray[np.bool_],
    W: NDArray[_T],
    b: NDArray[_T],
    *,
    step: str,
    eta0: float,
    fit_intercept: bool,
    max_iter: int,
    next_order: Callable[[], NDArray[np.int64]] | None,
) -> tuple[NDArray[np.int64], bool]: ...
def tlu_separation(
    X: Any,
    active: NDArray[np.bool_],
    W: NDArray[_T],
    b: NDArray[_T],
    *,
    step: str,
    fit_intercept: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def tlu_decision_function(X: Any, W: NDArray[_T], b: NDArray[_T]) -> NDArray[_T]: ...
def tlu_active(z: NDArray[_T], *, step: str) -> NDArray[np.bool_]: ...

# perceptron.cpp
def fit_perceptron(
    X: Any,
    *,
    labels: NDArray[np.int32],
    sample_weight: NDArray[Any],
    validation_mask: NDArray[np.bool_],
    coef: NDArray[Any],
    intercept: NDArray[np.float64],
    positive_labels: NDArray[np.int32],
    class_weight: NDArray[np.float64],
    norms: NDArray[np.float64],
    seeds: NDArray[np.uint32],
    penalty: str | None,
    alpha: float,
    l1_ratio: float,
    eta0: float,
    intercept_decay: float,
    tol: float | None,
    max_iter: int,
    n_iter_no_change: int,
    fit_intercept: bool,
    shuffle: bool,
    early_stopping: bool,
    verbose: bool,
    validation_score: Callable[[int, float], float] | None,
    n_threads: int,
) -> list[int]: ...
