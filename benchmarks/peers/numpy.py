"""NumPy: a multilayer perceptron written by hand, with BLAS products, in place and without unnecessary copies."""

from collections.abc import Callable

import numpy as np

import rosenblatt
from harness import Options
from workloads import Fitted, Problem


def relu(z: np.ndarray) -> None:
    np.maximum(z, 0, out=z)


def tanh(z: np.ndarray) -> None:
    np.tanh(z, out=z)


def relu_backward(delta: np.ndarray, a: np.ndarray) -> None:
    delta *= a > 0


def tanh_backward(delta: np.ndarray, a: np.ndarray) -> None:
    delta *= 1 - a * a


# Activations in place, and the function that multiplies the derivative with respect to their output `a` by f'.
ACTIVATIONS = {"relu": (relu, relu_backward), "tanh": (tanh, tanh_backward)}


def squared_error(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the loss summed over the rows, and its derivative with respect to the scores, in place."""
    scores -= y
    return 0.5 * float(np.vdot(scores, scores)), scores


def huber(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    error = scores - y
    np.clip(error, -1, 1, out=scores)
    return float(np.vdot(scores, error)) - 0.5 * float(np.vdot(scores, scores)), scores


def log_loss(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    scores -= scores.max(axis=1, keepdims=True)
    rows = np.arange(len(y))
    right = scores[rows, y]
    np.exp(scores, out=scores)
    total = scores.sum(axis=1, keepdims=True)
    scores /= total
    scores[rows, y] -= 1
    return float(np.log(total).sum() - right.sum()), scores


LOSSES = {"squared_error": squared_error, "huber": huber, "log_loss": log_loss}


class Adam:
    """D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015."""

    def __init__(self, parameters: list[np.ndarray], learning_rate: float, epsilon: float) -> None:
        self.parameters, self.learning_rate, self.epsilon, self.steps = parameters, learning_rate, epsilon, 0
        self.m, self.v, self.scratch = ([np.zeros_like(p) for p in parameters] for _ in range(3))

    def step(self, gradients: list[np.ndarray]) -> None:
        self.steps += 1
        rate = self.learning_rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        for w, g, m, v, s in zip(self.parameters, gradients, self.m, self.v, self.scratch, strict=True):
            np.multiply(g, 0.1, out=s)
            m *= 0.9
            m += s
            np.multiply(g, g, out=s)
            s *= 0.001
            v *= 0.999
            v += s
            np.sqrt(v, out=s)
            s += self.epsilon
            np.divide(m, s, out=s)
            s *= float(rate)
            w -= s


class Nesterov:
    """SGD with Nesterov's momentum."""

    def __init__(self, parameters: list[np.ndarray], learning_rate: float, momentum: float) -> None:
        self.parameters, self.learning_rate, self.momentum = parameters, learning_rate, momentum
        self.velocity = [np.zeros_like(p) for p in parameters]

    def step(self, gradients: list[np.ndarray]) -> None:
        for w, g, velocity in zip(self.parameters, gradients, self.velocity, strict=True):
            g *= self.learning_rate
            velocity *= self.momentum
            velocity -= g
            w += self.momentum * velocity
            w -= g


def fit(problem: Problem) -> Fitted:
    work = problem.work
    activate, backward = ACTIVATIONS[work.activation]
    weights, biases = ([array.copy() for array in arrays] for arrays in (problem.weights, problem.biases))
    optimizer: Nesterov | Adam
    if work.solver == "sgd":
        optimizer = Nesterov([*weights, *biases], work.learning_rate, work.momentum)
    else:
        optimizer = Adam([*weights, *biases], work.learning_rate, work.epsilon)
    weight_gradients, bias_gradients = ([np.empty_like(array) for array in arrays] for arrays in (weights, biases))
    # The activations of one batch, and the derivatives with respect to them.
    outputs, deltas = ([np.empty((work.batch_size, n), work.dtype) for n in work.sizes[1:]] for _ in range(2))
    losses = []
    for order in problem.orders:
        X, y, total = problem.X[order], problem.y[order], 0.0
        for first in range(0, work.rows, work.batch_size):
            batch = slice(first, first + work.batch_size)
            n = len(y[batch])
            a = [X[batch], *(output[:n] for output in outputs)]
            for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
                np.matmul(a[layer], W, out=a[layer + 1])
                a[layer + 1] += b
                if layer < len(weights) - 1:
                    activate(a[layer + 1])
            loss, delta = LOSSES[work.loss](a[-1], y[batch])
            total += loss
            delta /= n * (1 if work.classes else delta.shape[1])
            for layer in reversed(range(len(weights))):
                np.matmul(a[layer].T, delta, out=weight_gradients[layer])
                np.sum(delta, axis=0, out=bias_gradients[layer])
                if layer:
                    delta = np.matmul(delta, weights[layer].T, out=deltas[layer - 1][:n])
                    backward(delta, a[layer])
            optimizer.step([*weight_gradients, *bias_gradients])
        losses.append(total / work.rows)
    return Fitted(losses)


def training(problem: Problem, options: Options) -> dict[str, Callable[[], object]]:
    if problem.work.density < 1:
        return {}
    return {"NumPy": lambda: fit(problem)}


def prediction(network: rosenblatt.Network, X: np.ndarray, options: Options) -> dict[str, Callable[[], object]]:
    layers = list(zip(network.weights, network.biases, strict=True))
    outputs = [np.empty((len(X), len(b)), network.dtype) for _, b in layers]

    def predict() -> np.ndarray:
        a = X
        for (W, b), output in zip(layers, outputs, strict=True):
            if a is not X:
                relu(a)
            a = np.matmul(a, W, out=output)
            a += b
        return a

    return {"NumPy": predict}
