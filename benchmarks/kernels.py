"""Kernels: products, activations, losses and optimizers by their public names, compared with NumPy and the limits.

A network checks that its input is finite and returns new arrays. For gradients it first converts its parameters and the
table to the trainer's layout. Our times include all of this. NumPy checks nothing, and its products are written to
existing arrays.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

import peak
import rosenblatt
from agreement import same_output
from harness import OURS, Limit, Options, Result, measure
from peers.numpy import Adam, Nesterov
from rosenblatt import activations, losses, optimizers

NUMBERS = 2**22  # in the element-wise kernels: 16 MB for each array
Z = tuple[Any, ...]


def _memory(arrays: int, numbers: int, options: Options) -> Limit:
    """Return the limit of reading or writing so many arrays of float32, once each."""
    return Limit("bandwidth", 4.0 * arrays * numbers, partial(peak.bandwidth, options.threads))


# Products.


def _layer(rows: int, inputs: int, outputs: int) -> tuple[rosenblatt.Network, Z, Z]:
    """Return a network of one layer without an activation, its table and targets, and its parameters."""
    rng = np.random.default_rng(0)
    X, y = (rng.standard_normal((rows, n), dtype=np.float32) for n in (inputs, outputs))
    network = rosenblatt.Network([inputs, outputs], dtype="float32", random_state=0, bias_init="glorot_uniform")
    return network, (X, y), (network.weights[0], network.biases[0])


def forward(rows: int, inputs: int, outputs: int, options: Options) -> Result:
    """`X @ W + b`: the prediction of a network with one layer."""
    network, (X, _), (W, b) = _layer(rows, inputs, outputs)
    z = np.empty((rows, outputs), np.float32)

    def product() -> np.ndarray:
        return np.add(np.matmul(X, W, out=z), b, out=z)

    operations = 2.0 * rows * inputs * outputs
    return measure(
        f"X @ W + b, {rows} x {inputs} x {outputs}",
        {OURS: lambda: network.predict(X), "NumPy": product},
        same_output(1e-5),
        options.repeats,
        calls=max(1, int(1e9 / operations)),
        limit=Limit("peak", operations, partial(peak.flops, "float32", options.threads)),
        parameters={"shape": (rows, inputs, outputs), "dtype": "float32"},
    )


def gradients(rows: int, inputs: int, outputs: int, options: Options) -> Result:
    """The squared error of a network with one layer and its gradients with respect to `W` and `b`: two products."""
    network, (X, y), (W, b) = _layer(rows, inputs, outputs)
    z, dW = np.empty((rows, outputs), np.float32), np.empty((inputs, outputs), np.float32)

    def by_hand() -> Z:
        np.add(np.matmul(X, W, out=z), b, out=z)
        np.subtract(z, y, out=z)
        loss = np.vdot(z, z) / (2 * rows)
        np.divide(z, np.float32(rows), out=z)
        return loss, np.matmul(X.T, z, out=dW), z.sum(axis=0)

    def ours() -> Z:
        loss, (weights,), (biases,) = network.loss_and_gradients(X, y)
        return np.float32(loss), weights, biases

    operations = 4.0 * rows * inputs * outputs
    return measure(
        f"loss and gradients of X @ W + b, {rows} x {inputs} x {outputs}",
        {OURS: ours, "NumPy": by_hand},
        same_output(1e-4),
        options.repeats,
        calls=max(1, int(1e9 / operations)),
        limit=Limit("peak", operations, partial(peak.flops, "float32", options.threads)),
        parameters={"shape": (rows, inputs, outputs), "dtype": "float32"},
    )


def _calls(numbers: int) -> int:
    """Return the number of calls in a timed run."""
    return max(1, 2_000_000 // numbers)


# Activations.


def _logistic_derivative(z: np.ndarray) -> np.ndarray:
    a = expit(z)
    return np.asarray(a * (1 - a))


def _tanh_derivative(z: np.ndarray) -> np.ndarray:
    a = np.tanh(z)
    return np.asarray(1 - a * a)


# f(z) and f'(z) in NumPy and SciPy.
ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "logistic": (expit, _logistic_derivative),
    "tanh": (np.tanh, _tanh_derivative),
    "softplus": (lambda z: np.logaddexp(0, z), expit),
    "silu": (lambda z: z * expit(z), lambda z: expit(z) * (1 + z * expit(-z))),
    "gelu": (lambda z: z * ndtr(z), lambda z: ndtr(z) + z * np.exp(-0.5 * z * z) / np.float32(np.sqrt(2 * np.pi))),
}


def activation(name: str, derivative: bool, numbers: int, options: Options) -> Result:
    z = 3 * np.random.default_rng(0).standard_normal(numbers, dtype=np.float32)
    function = getattr(activations, name)
    ours = function.derivative if derivative else function
    theirs = ACTIVATIONS[name][derivative]
    return measure(
        f"{name}{' derivative' if derivative else ''} of {numbers}",
        {OURS: lambda: ours(z), "NumPy": lambda: theirs(z)},
        same_output(1e-5),
        options.repeats,
        calls=_calls(numbers),
        limit=_memory(2, numbers, options),
        parameters={"numbers": numbers, "dtype": "float32"},
    )


# Losses.


def _squared_error(y: np.ndarray, z: np.ndarray) -> Z:
    error = z - y
    return (0.5 * error * error).sum(axis=1), error


def _huber(y: np.ndarray, z: np.ndarray) -> Z:
    error = z - y
    slope = np.clip(error, -1, 1)
    return (slope * (error - 0.5 * slope)).sum(axis=1), slope


def _binary_log_loss(y: np.ndarray, z: np.ndarray) -> Z:
    return (np.logaddexp(0, z) - y * z).sum(axis=1), expit(z) - y


def _log_loss(y: np.ndarray, z: np.ndarray) -> Z:
    shifted, rows = z - z.max(axis=1, keepdims=True), np.arange(len(z))
    right = shifted[rows, y]
    p = np.exp(shifted, out=shifted)
    total = p.sum(axis=1, keepdims=True)
    p /= total
    p[rows, y] -= 1
    return np.log(total[:, 0]) - right, p


LOSSES = {
    "squared_error": _squared_error,
    "huber": _huber,
    "binary_log_loss": _binary_log_loss,
    "log_loss": _log_loss,
}


def loss(name: str, rows: int, options: Options) -> Result:
    """The losses of all rows and their gradients with respect to the raw scores."""
    outputs = 10 if name == "log_loss" else 1
    rng = np.random.default_rng(0)
    z = rng.standard_normal((rows, outputs), dtype=np.float32)
    if name == "log_loss":
        y = rng.integers(outputs, size=rows, dtype=np.int32)
    else:
        y = rng.integers(2, size=(rows, 1)).astype(np.float32)
    ours, theirs = getattr(losses, name), LOSSES[name]
    return measure(
        f"{name}, {rows} x {outputs}",
        {OURS: lambda: ours(y, z), "NumPy": lambda: theirs(y, z)},
        same_output(1e-5),
        options.repeats,
        calls=_calls(rows * outputs),
        limit=_memory(2, rows * outputs + rows, options),
        parameters={"rows": rows, "outputs": outputs, "dtype": "float32"},
    )


# Optimizers.

# Our optimizer, NumPy's, and the number of arrays that a step reads and writes.
OPTIMIZERS: dict[str, tuple[Callable[[], Any], Callable[[list[np.ndarray]], Nesterov | Adam], int]] = {
    "nesterov": (lambda: optimizers.SGD(learning_rate=0.001), lambda p: Nesterov(p, 0.001, 0.9), 5),
    "adam": (lambda: optimizers.Adam(learning_rate=0.001), lambda p: Adam(p, 0.001, 1e-8), 7),
}


def optimizer(name: str, options: Options) -> Result:
    """A step on given parameters and gradients."""
    create, by_hand, arrays = OPTIMIZERS[name]
    rng = np.random.default_rng(0)
    start, gradient = (rng.standard_normal((NUMBERS // 1024, 1024), dtype=np.float32) for _ in range(2))
    ours, theirs = start.copy(), start.copy()
    rule, rule_by_hand = create(), by_hand([theirs])

    def step() -> np.ndarray:
        rule.step([ours], [gradient])
        return ours

    def step_by_hand() -> np.ndarray:
        rule_by_hand.step([gradient])
        return theirs

    return measure(
        f"step of {name}",
        {OURS: step, "NumPy": step_by_hand},
        same_output(1e-6),
        options.repeats,
        limit=_memory(arrays, NUMBERS, options),
        parameters={"numbers": NUMBERS, "dtype": "float32"},
    )


FEW = (100, 1000, 100_000)  # numbers, for which what a call costs counts
SHAPES = ((200, 50, 50), (200, 784, 300), (256, 256, 256), (256, 1024, 1024), (20000, 784, 300), (100000, 16, 16))
BENCHMARKS = {
    **{f"forward-{'x'.join(map(str, shape))}": partial(forward, *shape) for shape in SHAPES},
    **{f"gradients-{'x'.join(map(str, shape))}": partial(gradients, *shape) for shape in SHAPES},
    **{f"activation-{name}-{n}": partial(activation, name, False, n) for name in ("relu", "tanh") for n in FEW},
    **{f"activation-{name}": partial(activation, name, False, NUMBERS) for name in ACTIVATIONS},
    **{f"derivative-{name}": partial(activation, name, True, NUMBERS) for name in ACTIVATIONS},
    **{f"loss-squared_error-{n}": partial(loss, "squared_error", n) for n in FEW},
    **{f"loss-{name}": partial(loss, name, NUMBERS // (40 if name == "log_loss" else 4)) for name in LOSSES},
    **{f"optimizer-{name}": partial(optimizer, name) for name in OPTIMIZERS},
}
