"""One way to time everything: prove that the answers agree, then alternate, then compare medians."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import sklearn

import rosenblatt
from rosenblatt import _core

# Seconds before each timed run. A BLAS library's threads go on spinning for some 30 ms after their work (OpenBLAS:
# 2^26 cycles), and so do OpenMP's for a while: none is to be timed on processors that another one keeps busy.
REST = 0.1


@dataclass
class Result:
    """Seconds of alternating runs of one piece of work by each contender."""

    name: str
    agreement: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    share_of_peak: float | None = None  # of our run's operations a second in what the machine can do

    def median(self, contender: str) -> float:
        return statistics.median(self.seconds[contender])

    def spread(self, contender: str) -> float:
        """Half the range between the quartiles, relative to the median."""
        low, _, high = statistics.quantiles(self.seconds[contender], n=4)
        return (high - low) / 2 / self.median(contender)

    def ratios(self, ours: str = "rosenblatt") -> dict[str, float]:
        return {peer: self.median(peer) / self.median(ours) for peer in self.seconds if peer != ours}


def measure(
    name: str,
    contenders: dict[str, Callable[[], object]],
    agree: Callable[[dict[str, object]], str],
    repeats: int,
    inner: int = 1,
) -> Result:
    """Run each contender once for its answer, let ``agree`` compare the answers, then time them in turns.

    ``agree`` raises if they differ, and says how close they are. ``inner`` calls make one timed run.
    """
    result = Result(name, agree({contender: work() for contender, work in contenders.items()}))
    result.seconds = {contender: [] for contender in contenders}
    for _ in range(repeats):
        for contender, work in contenders.items():
            time.sleep(REST)
            start = time.perf_counter()
            for _ in range(inner):
                work()
            result.seconds[contender].append((time.perf_counter() - start) / inner)
    return result


def environment() -> dict[str, object]:
    model = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "threads": _core.thread_limit(),
        "level": _core.LEVEL,
        "compiler": _core.COMPILER,
        "python": platform.python_version(),
        "rosenblatt": rosenblatt.__version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        **{peer: importlib.metadata.version(peer) for peer in ("torch",) if importlib.util.find_spec(peer)},
    }


def seconds_text(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def table(results: list[Result], ours: str = "rosenblatt") -> str:
    """Return a Markdown table, ratios to the best peer first."""
    peers = list(dict.fromkeys(peer for result in results for peer in result.seconds if peer != ours))
    heads = ["work", "times faster", "of the peak", ours, *peers, "answers"]
    rows = []
    for result in results:
        cells = [
            f"{seconds_text(result.median(c))} ±{result.spread(c):.0%}" if c in result.seconds else ""
            for c in (ours, *peers)
        ]
        share = f"{result.share_of_peak:.0%}" if result.share_of_peak else ""
        rows.append([result.name, f"**{min(result.ratios().values()):.1f}**", share, *cells, result.agreement])
    if not any(row[2] for row in rows):
        for row in (heads, *rows):
            del row[2]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def write_json(path: Path, results: list[Result]) -> None:
    path.write_text(json.dumps({"environment": environment(), "results": [asdict(r) for r in results]}, indent=1))
