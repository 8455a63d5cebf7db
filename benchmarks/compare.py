"""Compares two files of `run.py --json`: ``python benchmarks/compare.py before.json after.json``.

The ratio of our medians is above 1 if the second file is faster. It is flagged if the interquartile ranges do not
overlap. The share of the peak shows whether the program or the machine became faster.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness import Result, quartiles
from report import markdown, read, text

Results = Mapping[str, Sequence[Result]]


def verdict(before: Result, after: Result) -> str:
    """Return "faster" or "slower" (for bytes "smaller" or "larger") if the spreads do not overlap, else nothing."""
    a, b = quartiles(before.samples[before.ours]), quartiles(after.samples[after.ours])
    less, more = ("smaller", "larger") if after.unit == "B" else ("faster", "slower")
    return less if b[1] < a[0] else more if b[0] > a[1] else ""


def compare(before: Results, after: Results) -> str:
    """Return a Markdown table of the benchmarks that are in both files."""
    rows = []
    for topic, results in after.items():
        earlier = {result.name: result for result in before.get(topic, ())}
        for result in results:
            if result.name not in earlier:
                continue
            other = earlier[result.name]
            cells = [f"{text(r.median(r.ours), r.unit)} ±{r.spread(r.ours):.0%}" for r in (other, result)]
            shares = [r.share() for r in (other, result)]
            limit = "" if None in shares else f"{shares[0]:.0%}, {shares[1]:.0%} of the {result.limit}"
            ratio = other.median(other.ours) / result.median(result.ours)
            rows.append([f"{topic}: {result.name}", f"{ratio:.2f}", verdict(other, result), *cells, limit])
    return markdown(["work", "ratio", "", "before", "after", "share"], rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    arguments = parser.parse_args()
    (before, old), (after, new) = read(arguments.before), read(arguments.after)
    for what in ("machine", "options"):
        for key in before[what].keys() | after[what].keys():
            values = before[what].get(key), after[what].get(key)
            if values[0] != values[1]:
                print(f"{key}: {values[0]} before, {values[1]} after")
    print(compare(old, new))
    return 0


if __name__ == "__main__":
    sys.exit(main())
