"""Training and prediction beside other libraries: ``python benchmarks/run.py --help``."""

import argparse
import gzip
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_california_housing, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from agreement import same_loss, same_output, same_weights
from harness import Result, environment, measure, table, write_json
from peers import MLP_CLASSIFIERS, MLP_REGRESSORS, PERCEPTRONS, fits
from training import training


def lecture(data: Path, repeats: int) -> Iterator[Result]:
    """The lecture's network on California housing."""
    os.environ.setdefault("SCIKIT_LEARN_DATA", str(data / "scikit_learn_data"))
    housing = fetch_california_housing()
    X, y = StandardScaler().fit_transform(housing.data)[:11610], housing.target[:11610]
    settings = {"hidden_layer_sizes": [50, 50, 50], "random_state": 42, "max_iter": 20}
    for dtype, agree in ((np.float64, same_weights(1e-9)), (np.float32, same_loss(1e-3))):
        yield measure(
            f"California housing, 50-50-50, batch 200, 20 epochs, {np.dtype(dtype)}",
            fits(*MLP_REGRESSORS, X.astype(dtype), y.astype(dtype), **settings),
            agree,
            repeats,
        )
    fitted = [build(**settings).fit(X, y) for build in MLP_REGRESSORS]
    row = X[:1]
    yield measure(
        "the same network, predict one row",
        dict(zip(("rosenblatt", "scikit-learn"), [lambda e=e: e.predict(row) for e in fitted], strict=True)),
        same_output(1e-9),
        repeats,
        inner=500,
    )
    yield measure(
        "the same network, predict 11610 rows",
        dict(zip(("rosenblatt", "scikit-learn"), [lambda e=e: e.predict(X) for e in fitted], strict=True)),
        same_output(1e-9),
        repeats,
        inner=5,
    )


def fashion_mnist(data: Path, repeats: int) -> Iterator[Result]:
    """784-300-100-10 on Fashion-MNIST's 60000 images."""

    def read(name: str, offset: int):
        return np.frombuffer(gzip.decompress((data / "fashion_mnist" / name).read_bytes()), np.uint8, offset=offset)

    X = (read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255.0).astype(np.float32)
    y = read("train-labels-idx1-ubyte.gz", 8)
    settings = {"hidden_layer_sizes": [300, 100], "random_state": 42, "max_iter": 2, "batch_size": 200}
    yield measure(
        "Fashion-MNIST, 300-100, batch 200, 2 epochs, float32",
        fits(*MLP_CLASSIFIERS, X, y, **settings),
        same_loss(1e-2),
        repeats,
    )


def perceptron(data: Path, repeats: int) -> Iterator[Result]:
    """The perceptron on digits (ten classes) and on a large dense table."""
    X, y = load_digits(return_X_y=True)
    yield measure("Perceptron, digits, ten classes", fits(*PERCEPTRONS, X, y), same_weights(0.0), 5 * repeats)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 100))
    y = (X @ rng.normal(size=100) + rng.normal(size=100_000) > 0).astype(int)
    yield measure("Perceptron, 100000 x 100", fits(*PERCEPTRONS, X, y), same_weights(0.0), repeats)


BENCHMARKS = {
    "lecture": lecture,
    "fashion_mnist": fashion_mnist,
    "perceptron": perceptron,
    "training": lambda data, repeats: training(repeats),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("ROSENBLATT_DATA", "../shared/data")),
        help="folder with the data sets",
    )
    parser.add_argument("--repeats", type=int, default=5, help="timed runs of each contender")
    parser.add_argument("--json", type=Path, help="write all timings to this file")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"name: got {', '.join(sorted(unknown))}, expected {', '.join(BENCHMARKS)}")
    warnings.simplefilter("ignore", ConvergenceWarning)
    results = []
    for name in arguments.names or BENCHMARKS:
        try:
            for result in BENCHMARKS[name](arguments.data, arguments.repeats):
                print(f"{result.name}: {result.ratios()}", file=sys.stderr, flush=True)
                results.append(result)
        except OSError as error:
            print(f"{name}: skipped, its data is missing ({error})", file=sys.stderr)
    print(", ".join(f"{key} {value}" for key, value in environment().items()) + "\n\n" + table(results))
    if arguments.json:
        write_json(arguments.json, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
