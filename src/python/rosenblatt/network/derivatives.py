"""Derivatives with respect to the inputs of a network and to the sums of its layers: the backward pass in NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np

from rosenblatt import activations
from rosenblatt._engine import engine
from rosenblatt.embeddings import Embedding
from rosenblatt.training.trainable import Array, Arrays


def layer_sums(network: Any, X: Any) -> Arrays:
    """Return the weighted sums z of each layer, before its activation."""
    *hidden, _ = network.forward(X)
    first = embedded(network, X)
    if network.scale is not None:
        first = first * network.scale
    sums = []
    for layer, inputs in enumerate([first, *hidden]):
        weights, biases = network._layer(layer)
        sums.append(np.asarray(inputs @ weights) + biases)
    return sums


def embedded(network: Any, X: Any) -> Any:
    """Return the inputs of the first layer, but for their scales."""
    if not network.embeddings:
        return X
    return np.hstack(_by_column(network, X, lambda embedding: embedding.values, lambda x: x))


def _by_column(network: Any, X: Any, method: Callable[[Embedding], Any], otherwise: Callable[[Array], Array]) -> Arrays:
    """Return the results of a method of each column's embedding, and what columns without one become instead."""
    parameters, none = network.embedding_parameters, np.zeros(0, network.dtype)
    return [
        method(network.embeddings[column])(x, parameters.get(column, none))
        if column in network.embeddings
        else otherwise(x)[:, np.newaxis]
        for column, x in enumerate(X.T)
    ]


def _slope(network: Any, layer: int, z: Array) -> Array:
    """Return the derivative of a hidden layer's activation with respect to z."""
    derivative: Array = activations.find(network.activations[layer]).derivative(z)
    return 1 + (derivative - 1) * network.slopes[layer] if network.has_slopes else derivative


def _back(network: Any, sums: Arrays, delta: Array) -> Arrays:
    """Return the deltas of all layers, given those of the last one."""
    deltas = [delta]
    for layer in range(network.n_layers - 2, -1, -1):
        weights, _ = network._layer(layer + 1)
        deltas.insert(0, (deltas[0] @ weights.T) * _slope(network, layer, sums[layer]))
    return deltas


def _to_inputs(network: Any, X: Any, sums: Arrays, delta: Array) -> Array:
    """Return the derivatives with respect to the inputs, given those with respect to the scores."""
    weights, _ = network._layer(0)
    gradient: Array = _back(network, sums, delta)[0] @ weights.T
    if network.scale is not None:
        gradient = gradient * network.scale
    if not network.embeddings:
        return gradient
    slopes = _by_column(network, X, lambda embedding: embedding.derivatives, np.ones_like)
    ends = np.cumsum([slope.shape[1] for slope in slopes])[:-1]
    parts = zip(np.split(gradient, ends, axis=1), slopes, strict=True)
    return np.column_stack([(part * slope).sum(axis=1) for part, slope in parts])


def loss_slopes(network: Any, scores: Array, y: Array) -> Array:
    """Return the derivative of each row's loss with respect to its raw scores."""
    if network._custom_loss is not None:
        gradient: Array = network._custom_loss(y, scores)[1]
    else:
        gradient = engine("evaluate_loss", network.dtype)(*network._loss_spec, scores, y)[1]
    return gradient


def layer_deltas(network: Any, X: Any, y: Array, sample_weight: Array | None) -> Arrays:
    """Return the derivatives of the mean loss with respect to the sums of each layer."""
    sums = layer_sums(network, X)
    slopes = loss_slopes(network, sums[-1], y)
    if sample_weight is None:
        return _back(network, sums, slopes / len(slopes))
    return _back(network, sums, slopes * (sample_weight / sample_weight.sum())[:, np.newaxis])


def _prediction_slopes(network: Any, scores: Array) -> Array:
    """Return the derivative of prediction i with respect to score j, of shape (n_samples, n_outputs, n_outputs)."""
    name, n_outputs = network.output_activation, scores.shape[1]
    eye = np.eye(n_outputs, dtype=scores.dtype)
    if name == "softmax":
        return activations.softmax.derivative(scores)
    levels = np.ravel(network._loss_spec[2].get("quantiles", 0.5))
    if len(levels) > 1:  # each quantile is the one before it plus softplus of its own score
        steps = activations.logistic(scores)
        steps[:, :: len(levels)] = 1
        target = np.arange(n_outputs) // len(levels)
        below: Array = np.tri(n_outputs, dtype=scores.dtype) * (target[:, np.newaxis] == target)
        by_score: Array = below * steps[:, np.newaxis, :]
        return by_score
    slopes: Array = network._outputs(scores) if name == "exp" else activations.find(name).derivative(scores)
    jacobian: Array = eye * slopes[:, np.newaxis, :]
    return jacobian


def output_gradients(network: Any, X: Any, of: str) -> Array:
    """Return the derivatives of each prediction or raw score with respect to the inputs."""
    sums = layer_sums(network, X)
    scores = sums[-1]
    if of == "predictions":
        slopes = _prediction_slopes(network, scores)
    else:
        slopes = np.broadcast_to(np.eye(scores.shape[1], dtype=scores.dtype), (*scores.shape, scores.shape[1]))
    return np.stack([_to_inputs(network, X, sums, slopes[:, k]) for k in range(scores.shape[1])], axis=1)


def loss_gradients(network: Any, X: Any, y: Array) -> Array:
    """Return the derivatives of each row's loss with respect to its inputs."""
    sums = layer_sums(network, X)
    return _to_inputs(network, X, sums, loss_slopes(network, sums[-1], y))
