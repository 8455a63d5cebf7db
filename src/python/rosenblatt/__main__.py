"""The command line: ``python -m rosenblatt``."""

import argparse
import sys
from collections.abc import Sequence

import rosenblatt
from rosenblatt import _core


def info() -> str:
    """Return the version and what the package found on this machine, one line for each."""
    lines = {
        "rosenblatt": rosenblatt.__version__,
        "instruction set": f"{_core.LEVEL} (available: {', '.join(_core.available_levels())})",
        "threads": str(_core.thread_limit()),
        "compiler": _core.COMPILER,
        "Eigen": _core.EIGEN,
    }
    return "\n".join(f"{name:16}{value}" for name, value in lines.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m rosenblatt",
        description="Perceptrons and dense neural networks for CPUs, with scikit-learn's interface and numbers.",
        epilog="California housing is read from scikit-learn's cache (SCIKIT_LEARN_DATA) or downloaded. If that fails, "
        "scikit-learn's diabetes data is used instead.",
    )
    parser.add_argument("--version", action="version", version=f"rosenblatt {rosenblatt.__version__}")
    parser.add_argument(
        "command",
        nargs="?",
        choices=("compare", "info"),
        default="compare",
        help="compare (default): train the lecture's examples with scikit-learn and with rosenblatt, and print a table "
        "of scores, the largest difference of the weights, and times; "
        "info: print the version, the instruction set in use and those available, threads, compiler and Eigen",
    )
    if parser.parse_args(arguments).command == "info":
        print(info())
    else:
        from rosenblatt.lecture_comparison import compare

        print(compare())
    return 0


if __name__ == "__main__":
    sys.exit(main())
