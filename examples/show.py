"""The command line of the examples: show the picture, or save it."""

import argparse
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


def show(draw: Callable[[], Figure]) -> None:
    """Draw the picture of a script and show it; ``--save FOLDER`` saves it as a PNG file with the script's name."""
    parser = argparse.ArgumentParser(
        description=draw.__globals__["__doc__"], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--save", type=Path, metavar="FOLDER", help="save the picture to this folder instead of showing it"
    )
    folder = parser.parse_args().save
    figure = draw()
    if folder is None:
        plt.show()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{Path(draw.__code__.co_filename).stem}.png"
        figure.savefig(path, dpi=100)
        print(f"saved {path}")
