"""The compiled engine's types. Every name here is bound in src/cpp/bindings/, in the file of its topic."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

_T = TypeVar("_T", np.float32, np.float64)

LEVEL: str

# activations.cpp
ACTIVATIONS: tuple[str, ...]

def activate32(name: str, z: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]: ...
def activate64(name: str, z: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...

# info.cpp
VERSION: str
COMPILER: str
EIGEN: str

# network.cpp
LOSSES: tuple[str, ...]
OUTPUT_ACTIVATIONS: dict[str, str]

class _Network(Generic[_T]):
    dtype: np.dtype[_T]
    def __init__(self, widths: Sequence[int], activation: str, loss: str) -> None: ...
    def set_layer(self, layer: int, coefs: npt.NDArray[_T], intercepts: npt.NDArray[_T]) -> None: ...
    def get_layer(self, layer: int, coefs: npt.NDArray[_T], intercepts: npt.NDArray[_T]) -> None: ...
    def predict(self, X: Any, n_threads: int = 0) -> npt.NDArray[_T]: ...

class Network32(_Network[np.float32]): ...
class Network64(_Network[np.float64]): ...

# predict.cpp
def predict32(
    X: Any,
    coefs: Sequence[npt.NDArray[np.float32]],
    intercepts: Sequence[npt.NDArray[np.float32]],
    activation: str,
    loss: str,
    n_threads: int = 0,
) -> npt.NDArray[np.float32]: ...
def predict64(
    X: Any,
    coefs: Sequence[npt.NDArray[np.float64]],
    intercepts: Sequence[npt.NDArray[np.float64]],
    activation: str,
    loss: str,
    n_threads: int = 0,
) -> npt.NDArray[np.float64]: ...

# random.cpp
def reshuffle(order: npt.NDArray[np.int64], generator: np.random.BitGenerator) -> None: ...

# team.cpp
def thread_limit() -> int: ...

# trainer.cpp
OPTIMIZERS: tuple[str, ...]
OPTIMIZER_SETTINGS: dict[str, dict[str, float]]

class _Optimizer(Generic[_T]):
    state: Sequence[npt.NDArray[_T]]
    steps: int
    def __init__(self, name: str, settings: Mapping[str, float], network: _Network[_T]) -> None: ...

class _Trainer(Generic[_T]):
    def __init__(
        self,
        network: _Network[_T],
        X: Any,
        y: npt.NDArray[_T] | npt.NDArray[np.int32],
        sample_weight: npt.NDArray[_T] | None,
        batch_size: int,
        alpha: float,
        n_threads: int = 0,
    ) -> None: ...
    def epoch(
        self, optimizer: _Optimizer[_T], learning_rate: float, order: npt.NDArray[np.int64] | None = None
    ) -> tuple[float, float]: ...
    def loss_and_gradients(self) -> tuple[float, float, list[npt.NDArray[_T]], list[npt.NDArray[_T]]]: ...

class Optimizer32(_Optimizer[np.float32]): ...
class Optimizer64(_Optimizer[np.float64]): ...
class Trainer32(_Trainer[np.float32]): ...
class Trainer64(_Trainer[np.float64]): ...
class ZeroWeightSumError(ZeroDivisionError): ...
