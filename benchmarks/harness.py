"""The measurement of all benchmarks: compares the results, then times contenders in turns, then compares medians."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Seconds of pause before each timed run: threads of a BLAS library spin for about 30 ms after their work (OpenBLAS:
# 2^26 cycles), and so do OpenMP's. They must not keep the processors busy during the next run.
REST = 0.1

OURS = "rosenblatt"


@dataclass(frozen=True)
class Options:
    """The options of the command line, for all benchmarks."""

    repeats: int = 5
    threads: int = 1  # the number of threads that each library may use
    data: Path = Path("../shared/data")  # folder of the data sets
    gigabytes: float = 0.5  # of training data, in the benchmark of memory
    torch_compile: bool = False


@dataclass(frozen=True)
class Limit:
    """A limit of the machine, measured in the same turns as the contenders."""

    name: str  # "peak" of multiply-adds, or "bandwidth" of the memory
    amount: float  # operations or bytes of one unit of work
    rate: Callable[[], float | None]  # measures operations or bytes a second; returns None if it cannot


def quartiles(samples: Sequence[float]) -> tuple[float, float]:
    if len(samples) == 1:
        return samples[0], samples[0]
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, high


def spread(samples: Sequence[float]) -> float:
    """Return half the interquartile range, relative to the median."""
    low, high = quartiles(samples)
    return (high - low) / 2 / statistics.median(samples)


@dataclass
class Result:
    """The times (or bytes, or instructions) of repeated runs of the same work, by contender.

    The name of a contender is ``"library"`` or ``"library, setting"``; the best median of all settings counts.
    """

    name: str
    agreement: str
    samples: dict[str, list[float]]
    ours: str = OURS
    unit: str = "s"  # or "B", "instructions", or "error" of predictions
    parameters: dict[str, Any] = field(default_factory=dict)
    limit: str | None = None
    limit_amount: float = 0.0
    limit_rates: list[float] = field(default_factory=list)

    def median(self, contender: str) -> float:
        return statistics.median(self.samples[contender])

    def spread(self, contender: str) -> float:
        return spread(self.samples[contender])

    def best(self) -> dict[str, str]:
        """Return the contender with the best median of each library, ours first."""
        best: dict[str, str] = {}
        for contender in (self.ours, *self.samples):
            library = contender.split(",")[0]
            if library not in best or self.median(contender) < self.median(best[library]):
                best[library] = contender
        return best

    def ratios(self) -> dict[str, float]:
        """Return the ratio of the median of each other library to ours; above 1 ours is better."""
        ours, *peers = self.best().items()
        return {library: self.median(contender) / self.median(ours[1]) for library, contender in peers}

    def share(self) -> float | None:
        """Return our rate as a share of the machine's limit."""
        if not self.limit_rates:
            return None
        ours = self.best()[self.ours.split(",")[0]]
        return self.limit_amount / self.median(ours) / statistics.median(self.limit_rates)


def measure(
    name: str,
    contenders: Mapping[str, Callable[[], object]],
    agree: Callable[[dict[str, object]], str],
    repeats: int,
    *,
    calls: int = 1,
    units: int = 1,
    ours: str = OURS,
    limit: Limit | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Result:
    """Run each contender once and compare the results with ``agree``, then time the contenders in turns.

    Parameters
    ----------
    name : str
        The description of the work, for its row of the table.
    contenders : mapping of str to callable
        The same work by each library: a function without arguments that returns the result.
    agree : callable
        A function of the results by contender: it raises an error if they differ, else returns how closely they agree.
    repeats : int
        Number of timed runs of each contender.
    calls : int
        Number of calls in one timed run: enough for at least a millisecond.
    units : int
        Number of units of work in one call, such as epochs in a fit. Times are divided by it.
    ours : str
        The contender with which the others are compared.
    limit : Limit
        A limit of the machine, measured once in every turn.
    parameters : mapping
        Sizes, dtype and other parameters of the work, for readers of the JSON file.
    """
    agreement = agree({contender: work() for contender, work in contenders.items()})
    result = Result(
        name, agreement, {contender: [] for contender in contenders}, ours, parameters={**(parameters or {})}
    )
    if limit:
        result.limit, result.limit_amount = limit.name, limit.amount
    for _ in range(repeats):
        for contender, work in contenders.items():
            time.sleep(REST)
            start = time.perf_counter()
            for _ in range(calls):
                work()
            result.samples[contender].append((time.perf_counter() - start) / calls / units)
        if limit:
            time.sleep(REST)
            rate = limit.rate()
            result.limit_rates += [rate] if rate else []
    return result
