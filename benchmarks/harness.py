"""One way to time everything: prove that the answers agree, then take turns, then compare medians."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Seconds before each timed run. A BLAS library's threads go on spinning for some 30 ms after their work (OpenBLAS:
# 2^26 cycles), and so do OpenMP's for a while: none is to be timed on processors that another one keeps busy.
REST = 0.1

OURS = "rosenblatt"


@dataclass(frozen=True)
class Options:
    """What the command line sets for all benchmarks."""

    repeats: int = 5
    threads: int = 1  # that each library may use
    data: Path = Path("../shared/data")  # folder of the data sets
    gigabytes: float = 0.5  # of training data, where memory is measured
    torch_compile: bool = False


@dataclass(frozen=True)
class Limit:
    """What the machine itself can do, measured in the same turns as the contenders."""

    name: str  # "peak" of multiply-adds, or "bandwidth" of the memory
    amount: float  # operations or bytes of one unit of work
    rate: Callable[[], float | None]  # measures operations or bytes a second; None where it cannot


def quartiles(samples: Sequence[float]) -> tuple[float, float]:
    if len(samples) == 1:
        return samples[0], samples[0]
    low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, high


def spread(samples: Sequence[float]) -> float:
    """Half the range between the quartiles, relative to the median."""
    low, high = quartiles(samples)
    return (high - low) / 2 / statistics.median(samples)


@dataclass
class Result:
    """What repeated runs of one piece of work took, by contender.

    A contender is called ``"library"`` or ``"library, setting"``; of several settings the best median counts.
    """

    name: str
    agreement: str
    samples: dict[str, list[float]]
    ours: str = OURS
    unit: str = "s"  # or "B", or "instructions"
    parameters: dict[str, Any] = field(default_factory=dict)
    limit: str | None = None
    limit_amount: float = 0.0
    limit_rates: list[float] = field(default_factory=list)

    def median(self, contender: str) -> float:
        return statistics.median(self.samples[contender])

    def spread(self, contender: str) -> float:
        return spread(self.samples[contender])

    def best(self) -> dict[str, str]:
        """The contender of the best median of each library, ours first."""
        best: dict[str, str] = {}
        for contender in (self.ours, *self.samples):
            library = contender.split(",")[0]
            if library not in best or self.median(contender) < self.median(best[library]):
                best[library] = contender
        return best

    def ratios(self) -> dict[str, float]:
        """How many times as much as ours each other library takes: above 1 ours is better."""
        ours, *peers = self.best().items()
        return {library: self.median(contender) / self.median(ours[1]) for library, contender in peers}

    def share(self) -> float | None:
        """What we do a second as a share of what the machine can do."""
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
    """Run each contender once for its answer, let ``agree`` compare the answers, then time them in turns.

    Parameters
    ----------
    name : str
        What is timed, as a row of the table.
    contenders : mapping of str to callable
        The same work by each library: a function without arguments that returns its answer.
    agree : callable
        Takes the answers by contender, raises if they differ, and says in words how close they are.
    repeats : int
        Timed runs of each contender.
    calls : int
        How many calls make one timed run: enough for a millisecond or more.
    units : int
        How many units of work are in one call (epochs in a fit). Times are those of one unit.
    ours : str
        The contender whom the others are compared with.
    limit : Limit
        What the machine can do, measured once in every turn.
    parameters : mapping
        Sizes, dtype and whatever else a reader of the JSON file may want to sort by.
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
