"""Runs benchmarks, which compare rosenblatt with other libraries and with the machine's limits.

Without names all topics run. A name is a topic ("training"), one of its benchmarks ("training/online"), or a pattern
("training/images-*"). Each benchmark compares the results before it measures times.
"""

import argparse
import importlib
import os
import sys
import warnings
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

from harness import Options, Result

# Modules with a dictionary BENCHMARKS: for each name a function of the options.
TOPICS = (
    "kernels",
    "training",
    "small",
    "prediction",
    "scaling",
    "footprint",
    "datasets",
    "tables",
    "robustness",
    "instructions",
)


def parse() -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    processors = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help="topics, benchmarks or patterns (default: all)")
    parser.add_argument("--list", action="store_true", help="list the benchmarks without running them")
    parser.add_argument("--repeats", type=int, default=5, help="number of timed runs of each contender (default: 5)")
    parser.add_argument("--threads", type=int, default=processors, help="number of processors to use (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples to a file")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("ROSENBLATT_DATA", "../shared/data")),
        help="folder of the data sets (default: ROSENBLATT_DATA)",
    )
    parser.add_argument(
        "--gigabytes",
        type=float,
        default=0.5,
        help="size of the training data in the benchmark of memory (default: 0.5)",
    )
    parser.add_argument("--torch-compile", action="store_true", help="add PyTorch's compiler as a contender")
    arguments = parser.parse_args()
    if not 1 <= arguments.threads <= processors:
        parser.error(f"--threads: got {arguments.threads}, expected 1 to {processors}")
    if arguments.repeats < 1:
        parser.error(f"--repeats: got {arguments.repeats}, expected at least 1")
    return parser, arguments


def bind(threads: int) -> None:
    """Bind the process to so many processors; every library reads this limit when it is imported."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def topics() -> dict[str, ModuleType]:
    return {name: importlib.import_module(name) for name in TOPICS}


def matches(topic: str, name: str, pattern: str) -> bool:
    return pattern == topic or fnmatch(f"{topic}/{name}", pattern)


def main() -> int:
    parser, arguments = parse()
    bind(arguments.threads)
    modules = topics()
    import peers
    from report import limits, machine, table, write

    everything = [(topic, name) for topic, module in modules.items() for name in module.BENCHMARKS]
    if arguments.list:
        for topic, module in modules.items():
            print(f"{topic}: {(module.__doc__ or '').splitlines()[0]}")
            print("".join(f"    {topic}/{name}\n" for name in module.BENCHMARKS))
        return 0
    for pattern in arguments.names:
        if not any(matches(*names, pattern) for names in everything):
            parser.error(f"name: got {pattern!r}, expected names or patterns of those that --list shows")
    selected = [names for names in everything if any(matches(*names, pattern) for pattern in arguments.names or "*")]
    options = Options(
        repeats=arguments.repeats,
        threads=arguments.threads,
        data=arguments.data,
        gigabytes=arguments.gigabytes,
        torch_compile=arguments.torch_compile,
    )
    warnings.simplefilter("ignore")  # the networks are not meant to converge
    notes = [f"{name} is not installed" for name in peers.missing()]
    failures: list[str] = []
    results: dict[str, list[Result]] = {}
    for topic, name in selected:
        try:
            result = modules[topic].BENCHMARKS[name](options)
        except (ImportError, OSError) as error:
            notes.append(f"{topic}/{name} was skipped: {error}")
            continue
        except AssertionError as error:
            failures.append(f"{topic}/{name} FAILED: {error}")
            print(failures[-1], file=sys.stderr, flush=True)
            continue
        print(
            f"{topic}/{name}: " + ", ".join(f"{k} {v:.3g}" for k, v in result.ratios().items()),
            file=sys.stderr,
            flush=True,
        )
        results.setdefault(topic, []).append(result)
        if arguments.json:  # after each benchmark, so that an interrupted run keeps its results
            write(arguments.json, options, results, [*notes, *failures])
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    print("\n".join([f"threads {options.threads}, repeats {options.repeats}", *notes, *failures]))
    for topic, rows in results.items():
        print("\n\n".join(filter(None, [f"\n## {topic}", limits(rows), table(rows)])))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
