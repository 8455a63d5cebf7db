"""The compiled engine's types. Every name here is bound in src/cpp/bindings/, in the file of its topic."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

_Float = TypeVar("_Float", np.float32, np.float64)

LEVEL: str

# info.cpp
VERSION: str
COMPILER: str
EIGEN: str

# network.cpp
ACTIVATIONS: tuple[str, ...]
LOSSES: tuple[str, ...]
OUTPUT_ACTIVATIONS: dict[str, str]

# random.cpp
def reshuffle(order: npt.NDArray[np.int64], generator: object) -> None: ...

# team.cpp
def thread_limit() -> int: ...

# tlu.cpp
TLU_STEPS: tuple[str, ...]

def tlu_fit(
    X: npt.NDArray[_Float],
    active: npt.NDArray[np.bool_],
    W: npt.NDArray[_Float],
    b: npt.NDArray[_Float],
    *,
    step: str,
    eta0: float,
    fit_intercept: bool,
    max_iter: int,
    next_order: Callable[[], npt.NDArray[np.int64]] | None,
) -> tuple[npt.NDArray[np.int64], bool]: ...
def tlu_separation(
    X: npt.NDArray[_Float],
    active: npt.NDArray[np.bool_],
    W: npt.NDArray[_Float],
    b: npt.NDArray[_Float],
    *,
    step: str,
    fit_intercept: bool,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...
def tlu_decision_function(
    X: npt.NDArray[_Float], W: npt.NDArray[_Float], b: npt.NDArray[_Float]
) -> npt.NDArray[_Float]: ...
def tlu_active(z: npt.NDArray[_Float], *, step: str) -> npt.NDArray[np.bool_]: ...
