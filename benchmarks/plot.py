"""Plots the share of the peak by batch size and width, from a file of ``run.py scaling/grid-* --json``."""

import argparse
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from harness import Result
from report import read


def shares(results: list[Result]) -> dict[int, dict[int, float]]:
    """Return the share of the peak by width and batch size, for networks whose layers have one width."""
    grid: dict[int, dict[int, float]] = {}
    for result in results:
        widths, share = set(result.parameters["sizes"]), result.share()
        if len(widths) == 1 and share is not None:
            grid.setdefault(widths.pop(), {})[result.parameters["batch_size"]] = share
    return {width: dict(sorted(grid[width].items())) for width in sorted(grid)}


def draw(grid: dict[int, dict[int, float]], title: str) -> Figure:
    figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
    colors = plt.get_cmap("viridis")
    for i, (width, by_batch) in enumerate(grid.items()):
        percent = [100 * share for share in by_batch.values()]
        ax.plot(list(by_batch), percent, "o-", color=colors(i / max(1, len(grid))), label=f"{width}")
    ax.set(xscale="log", xlabel="batch size", ylabel="share of the FMA peak (%)", ylim=(0, 100), title=title)
    ax.grid(alpha=0.3)
    ax.legend(title="width")
    return figure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="written by run.py --json")
    parser.add_argument("picture", type=Path, help="PNG, SVG or PDF to write")
    arguments = parser.parse_args()
    report, results = read(arguments.file)
    grid = shares(results.get("scaling", []))
    if not grid:
        parser.error(f"file: got {arguments.file} without results of scaling/grid-*, expected some")
    machine, threads = report["machine"], report["options"]["threads"]
    draw(grid, f"Training with Adam, {machine['processor']}, {threads} threads").savefig(arguments.picture, dpi=150)
    return 0


if __name__ == "__main__":
    sys.exit(main())
