"""Pictures of speed from files of ``run.py --json``: over the size of a network, and over width and batch size.

python benchmarks/run.py 'training/width-*' --json widths.json
python benchmarks/run.py 'scaling/grid-*' --json grid.json
python benchmarks/plot.py widths.json speed.png
python benchmarks/plot.py grid.json grid.png
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from harness import Result
from report import read


def of_one_width(results: list[Result]) -> list[Result]:
    """Return the results for networks whose inputs and hidden layers have one width, by width and batch size."""
    found = [r for r in results if len(set(r.parameters.get("sizes", ())[:-1])) == 1]
    return sorted(found, key=lambda r: (r.parameters["sizes"][0], r.parameters["batch_size"]))


def speeds(results: list[Result]) -> dict[str, dict[int, float]]:
    """Return the GFLOP/s of each library at its best setting by width, and those of the peak."""
    by_library: dict[str, dict[int, float]] = {}
    for result in of_one_width(results):
        width = result.parameters["sizes"][0]
        for library, contender in result.best().items():
            by_library.setdefault(library, {})[width] = result.limit_amount / result.median(contender) / 1e9
        if result.limit_rates:
            by_library.setdefault("peak", {})[width] = statistics.median(result.limit_rates) / 1e9
    return by_library


def shares(results: list[Result]) -> dict[int, dict[int, float]]:
    """Return the share of the peak by width and batch size."""
    grid: dict[int, dict[int, float]] = {}
    for result in of_one_width(results):
        share = result.share()
        if share is not None:
            grid.setdefault(result.parameters["sizes"][0], {})[result.parameters["batch_size"]] = share
    return grid


def draw_speeds(by_library: dict[str, dict[int, float]], title: str) -> Figure:
    figure, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
    for library, by_width in by_library.items():
        ours, peak = library == "rosenblatt", library == "peak"
        style: dict[str, Any] = {"linewidth": 2.5 if ours else 1.2, "marker": "" if peak else "o", "markersize": 4}
        if peak:
            style |= {"color": "gray", "linestyle": "--"}
        ax.plot(list(by_width), list(by_width.values()), label="the processor's peak" if peak else library, **style)
    widths = sorted({width for by_width in by_library.values() for width in by_width})
    ax.set(xscale="log", yscale="log", xlabel="neurons in each layer", ylabel="GFLOP/s", title=title)
    ax.set_xticks(widths, [str(width) for width in widths])
    ax.minorticks_off()
    ax.grid(alpha=0.3)
    ax.legend(fontsize="small")
    return figure


def draw_grid(grid: dict[int, dict[int, float]], title: str) -> Figure:
    widths, batches = list(grid), sorted({batch for by_batch in grid.values() for batch in by_batch})
    percent = np.array([[100 * grid[width].get(batch, np.nan) for batch in batches] for width in widths])
    figure, ax = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    ax.imshow(percent, origin="lower", vmin=0, vmax=100, cmap="viridis", aspect="auto")
    for (i, j), value in np.ndenumerate(percent):
        if np.isfinite(value):
            ax.text(j, i, f"{value:.0f}", ha="center", va="center", color="white" if value < 60 else "black")
    ax.set_xticks(range(len(batches)), [str(batch) for batch in batches])
    ax.set_yticks(range(len(widths)), [str(width) for width in widths])
    ax.set(xlabel="batch size", ylabel="neurons in each layer", title=title)
    return figure


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="written by run.py --json")
    parser.add_argument("picture", type=Path, help="PNG, SVG or PDF to write")
    arguments = parser.parse_args()
    report, results = read(arguments.file)
    machine = f"{report['machine']['processor']}, {report['options']['threads']} cores"
    if by_library := speeds(results.get("training", [])):
        figure = draw_speeds(by_library, f"Training, three layers, batches of 256, float32\n{machine}")
    elif grid := shares(results.get("scaling", [])):
        figure = draw_grid(grid, f"Training: share of the peak in percent\n{machine}")
    else:
        parser.error(f"file: got {arguments.file}, expected one with results of training/width-* or scaling/grid-*")
    figure.savefig(arguments.picture, dpi=100)
    return 0


if __name__ == "__main__":
    sys.exit(main())
