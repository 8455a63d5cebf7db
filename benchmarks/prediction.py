"""Prediction of one row and of many rows: by a network, by an estimator with checks of the input, and from a frame."""

from functools import partial
from itertools import pairwise

import numpy as np

import peak
import peers
import rosenblatt
from agreement import same_output
from harness import Limit, Options, Result, measure
from peers.sklearn import with_parameters

NETWORKS = {
    "lecture": (8, 50, 50, 50, 1),
    "images": (784, 300, 100, 10),
    "wide-256": (100, 256, 256, 256, 1),
}
ROWS = 20000  # in predictions of many rows


def _network(sizes: tuple[int, ...], dtype: str = "float32") -> rosenblatt.Network:
    return rosenblatt.Network(sizes, dtype=dtype, random_state=0, bias_init="glorot_uniform")


def _table(rows: int, sizes: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    return np.random.default_rng(0).standard_normal((rows, sizes[0])).astype(dtype)


def _text(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))


def _parameters(sizes: tuple[int, ...], rows: int, dtype: str = "float32") -> dict[str, object]:
    return {"sizes": sizes, "rows": rows, "dtype": dtype}


def row(sizes: tuple[int, ...], options: Options) -> Result:
    """One row by the fastest public call: `Network.predict` of a network made from a fitted estimator."""
    X = _table(1, sizes)
    network = rosenblatt.Network.from_estimator(with_parameters(rosenblatt.MLPRegressor, _network(sizes)))
    contenders = {"rosenblatt": lambda: network.predict(X)}
    for peer in peers.having("prediction"):
        contenders |= peer.prediction(network, X, options)
    return measure(
        f"one row, {_text(sizes)}",
        contenders,
        same_output(1e-4),
        options.repeats,
        calls=1000,
        parameters=_parameters(sizes, 1),
    )


def estimator_row(sizes: tuple[int, ...], options: Options) -> Result:
    """One row by the estimators' `predict`, which make the same checks of the input."""
    from sklearn.neural_network import MLPRegressor

    X, network = _table(1, sizes), _network(sizes)
    ours, theirs = (with_parameters(estimator, network) for estimator in (rosenblatt.MLPRegressor, MLPRegressor))
    return measure(
        f"one row, {_text(sizes)}, estimator",
        {"rosenblatt": lambda: ours.predict(X), "scikit-learn": lambda: theirs.predict(X)},
        same_output(1e-4),
        options.repeats,
        calls=500,
        parameters=_parameters(sizes, 1),
    )


def bulk(sizes: tuple[int, ...], options: Options) -> Result:
    """Many rows by `Network.predict`."""
    X, network = _table(ROWS, sizes), _network(sizes)
    contenders = {"rosenblatt": lambda: network.predict(X)}
    for peer in peers.having("prediction"):
        contenders |= peer.prediction(network, X, options)
    operations = 2.0 * ROWS * sum(inputs * outputs for inputs, outputs in pairwise(sizes))
    return measure(
        f"{ROWS} rows, {_text(sizes)}",
        contenders,
        same_output(1e-4),
        options.repeats,
        calls=5,
        limit=Limit("peak", operations, partial(peak.flops, "float32", options.threads)),
        parameters=_parameters(sizes, ROWS),
    )


def frame(sizes: tuple[int, ...], options: Options) -> Result:
    """Many rows of a pandas frame by an estimator, compared with a conversion to an array and its prediction."""
    import pandas as pd

    X = pd.DataFrame(_table(ROWS, sizes, "float64"), columns=[f"x{i}" for i in range(sizes[0])])
    X = X.copy()  # stored by columns, like a frame from a file
    model = with_parameters(rosenblatt.MLPRegressor, _network(sizes, "float64"), X)
    without_names = with_parameters(rosenblatt.MLPRegressor, _network(sizes, "float64"))
    return measure(
        f"{ROWS} rows, {_text(sizes)}, estimator, pandas frame",
        {
            "rosenblatt": lambda: model.predict(X),
            "array, converted in the call": lambda: without_names.predict(np.ascontiguousarray(X)),
        },
        same_output(0.0),
        options.repeats,
        calls=5,
        parameters=_parameters(sizes, ROWS, "float64"),
    )


BENCHMARKS = {
    **{f"row-{name}": partial(row, NETWORKS[name]) for name in ("lecture", "images")},
    **{f"estimator-row-{name}": partial(estimator_row, NETWORKS[name]) for name in ("lecture", "images")},
    **{f"bulk-{name}": partial(bulk, sizes) for name, sizes in NETWORKS.items()},
    "frame-lecture": partial(frame, NETWORKS["lecture"]),
}
