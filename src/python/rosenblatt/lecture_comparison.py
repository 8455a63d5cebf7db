"""The lecture's examples, trained with scikit-learn and with rosenblatt from the same random state."""

import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import sklearn.linear_model
import sklearn.neural_network
from sklearn.datasets import fetch_california_housing, load_diabetes, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import rosenblatt

Array = npt.NDArray[Any]
Build = Callable[..., Any]


@dataclass
class Example:
    """A data set, split and scaled, and an estimator with its parameters."""

    name: str
    X_train: Array
    X_test: Array
    y_train: Array
    y_test: Array
    peer: Build
    ours: Build
    parameters: dict[str, Any]


def _split(X: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=42)
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train), scaler.transform(X_test), y_train, y_test


def _housing() -> tuple[str, Array, Array]:
    """Return California housing if scikit-learn has it or can download it, else its diabetes data."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Retry downloading")
            data = fetch_california_housing(n_retries=1, delay=0.1)
        return "California housing", data.data, data.target
    except OSError:
        pass
    data = load_diabetes()
    return "diabetes (California housing is not available)", data.data, data.target / data.target.std()


def examples() -> Iterator[Example]:
    """Yield the lecture's examples."""
    iris = load_iris()
    yield Example(
        "Perceptron, iris setosa by its petals",
        *_split(iris.data[:, 2:], (iris.target == 0).astype(int)),
        sklearn.linear_model.Perceptron,
        rosenblatt.Perceptron,
        {"random_state": 42},
    )
    name, X, y = _housing()
    yield Example(
        f"MLPRegressor 50-50-50, {name}",
        *_split(X, y),
        sklearn.neural_network.MLPRegressor,
        rosenblatt.MLPRegressor,
        {"hidden_layer_sizes": [50, 50, 50], "random_state": 42},
    )
    X, y = load_digits(return_X_y=True)
    for name, target in (("is it a five?", (y == 5).astype(int)), ("which of ten?", y)):
        yield Example(
            f"MLPClassifier 100, digits, {name}",
            *_split(X, target),
            sklearn.neural_network.MLPClassifier,
            rosenblatt.MLPClassifier,
            {"random_state": 42, "max_iter": 500},
        )


class Progress:
    """A progress bar on a terminal; on other streams, a line for each step."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total, self.stream, self.done = total, stream, 0

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show ``what`` while the body of the context runs."""
        if not self.stream.isatty():
            print(what, file=self.stream, flush=True)
            yield
            return
        finished = threading.Event()
        start = time.perf_counter()

        def draw() -> None:
            while True:
                bar = ("#" * self.done).ljust(self.total, ".")
                self.stream.write(f"\r[{bar}] {time.perf_counter() - start:5.1f} s  {what[:60]}\033[K")
                self.stream.flush()
                if finished.wait(0.2):
                    return

        painter = threading.Thread(target=draw, daemon=True)
        painter.start()
        try:
            yield
        finally:
            finished.set()
            painter.join()
            self.done += 1
            self.stream.write("\r\033[K")
            self.stream.flush()


def _fit(build: Callable[..., Any], example: Example) -> tuple[Any, float]:
    estimator = build(**example.parameters)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(example.X_train, example.y_train)
    return estimator, time.perf_counter() - start


def _parameters(estimator: Any) -> list[Array]:
    if hasattr(estimator, "coefs_"):
        return [*estimator.coefs_, *estimator.intercepts_]
    return [estimator.coef_, estimator.intercept_]


def _row(example: Example, progress: Progress) -> list[str]:
    with progress.step(f"scikit-learn: {example.name}"):
        peer, peer_seconds = _fit(example.peer, example)
    with progress.step(f"rosenblatt: {example.name}"):
        ours, our_seconds = _fit(example.ours, example)
    difference = max(np.abs(a - b).max() for a, b in zip(_parameters(peer), _parameters(ours), strict=True))
    return [
        example.name,
        f"{peer.score(example.X_test, example.y_test):.6f}",
        f"{ours.score(example.X_test, example.y_test):.6f}",
        f"{difference:.1e}" if difference else "0",
        f"{peer.n_iter_}",
        f"{ours.n_iter_}",
        f"{peer_seconds:.3f}",
        f"{our_seconds:.3f}",
        f"{peer_seconds / our_seconds:.1f}",
    ]


_HEADER = (
    ["", "score", "", "largest difference", "iterations", "", "seconds", "", "times"],
    ["example", "sklearn", "ours", "of weights", "sklearn", "ours", "sklearn", "ours", "faster"],
)


def compare(stream: TextIO = sys.stderr) -> str:
    """Train every example with both libraries and return the table; progress goes to ``stream``."""
    todo = list(examples())
    progress = Progress(2 * len(todo), stream)
    rows = [*_HEADER, *(_row(example, progress) for example in todo)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
