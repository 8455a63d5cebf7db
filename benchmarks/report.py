"""Results as a Markdown table and as a JSON file, with a description of the machine."""

import dataclasses
import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import Options, Result, spread
from rosenblatt import _core

LIBRARIES = ("rosenblatt", "numpy", "scipy", "scikit-learn", "torch", "jax", "onnxruntime", "pandas")

# The table shows the spread of a limit if it is larger than this; on an undisturbed machine it is at most 2 %.
DISTURBED = 0.05


def machine() -> dict[str, object]:
    """Return a description of the machine and the versions of the libraries."""
    model = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "level": _core.LEVEL,
        "compiler": _core.COMPILER,
        "python": platform.python_version(),
        **versions,
    }


def text(value: float, unit: str) -> str:
    """Return a number with three digits and a unit that fits its size; an error, which has none, with four."""
    if unit == "error":
        return f"{value:#.4g}"
    scales = {
        "s": (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)),
        "B": (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)),
        "instructions": (("10^9", 1e9), ("10^6", 1e6), ("10^3", 1e3)),
    }[unit]
    name, scale = next((entry for entry in scales if abs(value) >= entry[1]), scales[-1])
    return f"{value / scale:#.3g}".rstrip(".") + f" {name}"


def _cell(result: Result, library: str, contender: str) -> str:
    setting = contender.removeprefix(library).removeprefix(", ")
    spread = f" ±{result.spread(contender):.0%}" if len(result.samples[contender]) > 1 else ""
    return f"{text(result.median(contender), result.unit)}{spread}" + (f" ({setting})" if setting else "")


def _share(result: Result) -> str:
    """Return the share of the limit, with the spread of the limit if other programs disturbed its measurement."""
    share = result.share()
    if share is None:
        return ""
    disturbed = spread(result.limit_rates) > DISTURBED
    return f"{share:.0%}" + (f" ({result.limit} ±{spread(result.limit_rates):.0%})" if disturbed else "")


def limits(results: Sequence[Result]) -> str:
    """Return the medians of the machine's limits, measured in the same turns as the results; empty without any."""
    rates: dict[str, list[float]] = {}
    for result in results:
        what = result.limit if result.limit != "peak" else f"peak in {result.parameters.get('dtype', 'float32')}"
        rates.setdefault(f"{what}", []).extend(result.limit_rates)
    units = {name: "GFLOP/s" if name.startswith("peak") else "GB/s" for name in rates}
    found = [f"{name} {statistics.median(all_) / 1e9:.3g} {units[name]}" for name, all_ in rates.items() if all_]
    return f"measured in the same turns: {', '.join(found)}" if found else ""


def table(results: Sequence[Result]) -> str:
    """Return a Markdown table; its first column of numbers is the ratio to the best other library."""
    libraries = list(dict.fromkeys(library for result in results for library in result.best()))
    limits = list(dict.fromkeys(result.limit for result in results if result.share() is not None))
    heads = ["work", "ratio", *(f"of the {limit}" for limit in limits), *libraries, "answers"]
    rows = []
    for result in results:
        best, ratios = result.best(), result.ratios()
        ratio = f"**{min(ratios.values()):.3g}**" if ratios else ""
        shares = [_share(result) if limit == result.limit else "" for limit in limits]
        cells = [_cell(result, library, best[library]) if library in best else "" for library in libraries]
        rows.append([result.name, ratio, *shares, *cells, result.agreement])
    return markdown(heads, rows)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def write(path: Path, options: Options, results: Mapping[str, Sequence[Result]], notes: Sequence[str]) -> None:
    """Write the results of each topic, with all samples."""
    report = {
        "machine": machine(),
        "options": {**dataclasses.asdict(options), "data": str(options.data)},
        "notes": list(notes),
        "results": {topic: [dataclasses.asdict(result) for result in rows] for topic, rows in results.items()},
    }
    path.write_text(json.dumps(report, indent=1) + "\n")


def read(path: Path) -> tuple[dict[str, Any], dict[str, list[Result]]]:
    """Return the content of a file of `write`, and its results."""
    report = json.loads(path.read_text())
    return report, {topic: [Result(**row) for row in rows] for topic, rows in report["results"].items()}
