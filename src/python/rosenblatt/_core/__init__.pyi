"""The compiled engine's types. Every name here is bound in src/cpp/bindings/, in the file of its topic."""

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
