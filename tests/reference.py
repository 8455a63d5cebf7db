"""The engine's mathematics once more, in plain NumPy: one entry a name, to compare with."""

from types import SimpleNamespace

import numpy as np
from scipy.special import expit, log1p, ndtr, softmax, xlogy


def entry(**parts):
    return SimpleNamespace(**parts)


def gelu_tanh(z):
    return z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def gelu_tanh_derivative(z):
    u, slope = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3), np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)
    return (1 + np.tanh(u)) / 2 + z / 2 * (1 - np.tanh(u) ** 2) * slope


def mish_derivative(z):
    t = np.tanh(np.logaddexp(0, z))
    return t + z * expit(z) * (1 - t**2)


LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717

# f(z) and f'(z); None where there is nothing to train through.
ACTIVATIONS = {
    "identity": entry(f=lambda z: z, derivative=np.ones_like),
    "logistic": entry(f=expit, derivative=lambda z: expit(z) * expit(-z)),
    "tanh": entry(f=np.tanh, derivative=lambda z: 1 / np.cosh(z) ** 2),
    "relu": entry(f=lambda z: np.where(z < 0, 0, z), derivative=lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": entry(f=lambda z: np.where(z < 0, 0.01 * z, z), derivative=lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": entry(
        f=lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), derivative=lambda z: np.exp(np.minimum(z, 0))
    ),
    "selu": entry(
        f=lambda z: LAMBDA * np.where(z > 0, z, ALPHA * np.expm1(np.minimum(z, 0))),
        derivative=lambda z: LAMBDA * np.where(z > 0, 1, ALPHA * np.exp(np.minimum(z, 0))),
    ),
    "gelu": entry(f=lambda z: z * ndtr(z), derivative=lambda z: ndtr(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)),
    "gelu_tanh": entry(f=gelu_tanh, derivative=gelu_tanh_derivative),
    "silu": entry(f=lambda z: z * expit(z), derivative=lambda z: expit(z) * (1 + z * expit(-z))),
    "mish": entry(f=lambda z: z * np.tanh(np.logaddexp(0, z)), derivative=mish_derivative),
    "softplus": entry(f=lambda z: np.logaddexp(0, z), derivative=expit),
    "softsign": entry(f=lambda z: z / (1 + np.abs(z)), derivative=lambda z: 1 / (1 + np.abs(z)) ** 2),
    "hard_sigmoid": entry(
        f=lambda z: np.clip(z / 6 + 0.5, 0, 1), derivative=lambda z: np.where(np.abs(z) < 3, 1 / 6, 0.0)
    ),
    "heaviside": entry(f=lambda z: np.heaviside(z, 1), derivative=None),
    "sign": entry(f=np.sign, derivative=None),
}


def clip(value):
    """Bound the loss of one answer as scikit-learn does, by clipping its probability."""
    eps = np.finfo(np.float64).eps
    return np.clip(value, eps, -np.log(eps))


# Of raw scores z and targets y, both (rows, outputs): predictions; the loss of each row; its gradient by z.
LOSSES = {
    "squared_error": entry(
        predict=lambda z: z,
        value=lambda z, y: ((y - z) ** 2 / 2).sum(axis=1),
        gradient=lambda z, y: z - y,
    ),
    "poisson": entry(
        predict=np.exp,
        value=lambda z, y: (xlogy(y, y) - y * z - y + np.exp(z)).sum(axis=1),
        gradient=lambda z, y: np.exp(z) - y,
    ),
    "binary_log_loss": entry(
        predict=expit,
        value=lambda z, y: clip(np.maximum(z, 0) - y * z + log1p(np.exp(-np.abs(z)))).sum(axis=1),
        gradient=lambda z, y: expit(z) - y,
    ),
    "log_loss": entry(
        predict=lambda z: softmax(z, axis=1),
        value=lambda z, y: clip(log1p_of_others(z) + z.max(axis=1) - (y * z).sum(axis=1)),
        gradient=lambda z, y: softmax(z, axis=1) - y,
    ),
}


def log1p_of_others(z):
    """Return log(sum(exp(z - max z))), with all digits also where one score stands out."""
    ordered = np.sort(z - z.max(axis=1, keepdims=True), axis=1)
    return log1p(np.exp(ordered[:, :-1]).sum(axis=1))


# One step t = 1, 2, ...: from parameter w, gradient g and the list of states s to the new w and the new states.


def sgd(w, g, s, t, learning_rate, momentum=0.9, nesterovs_momentum=1.0):
    v = momentum * s[0] - learning_rate * g
    return w + (momentum * v - learning_rate * g if nesterovs_momentum else v), [v]


def adam(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = beta_1 * s[0] + (1 - beta_1) * g, beta_2 * s[1] + (1 - beta_2) * g**2
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * m / (np.sqrt(v) + epsilon), [m, v]


def adamw(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = beta_1 * s[0] + (1 - beta_1) * g, beta_2 * s[1] + (1 - beta_2) * g**2
    return w - learning_rate * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon), [m, v]


def adagrad(w, g, s, t, learning_rate, lr_decay=0.0, initial_accumulator=0.0, epsilon=1e-10):
    v = s[0] + g**2
    rate = learning_rate / (1 + (t - 1) * lr_decay)
    return w - rate * g / (np.sqrt(initial_accumulator + v) + epsilon), [v]


def rmsprop(w, g, s, t, learning_rate, rho=0.99, momentum=0.0, epsilon=1e-8, centered=False):
    v, m = rho * s[0] + (1 - rho) * g**2, rho * s[1] + (1 - rho) * g
    b = momentum * s[2] + g / (np.sqrt(v - m**2 if centered else v) + epsilon)
    return w - learning_rate * b, [v, m, b]


def adamax(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, u = beta_1 * s[0] + (1 - beta_1) * g, np.maximum(beta_2 * s[1], np.abs(g) + epsilon)
    return w - learning_rate / (1 - beta_1**t) * m / u, [m, u]


def nadam(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8, momentum_decay=4e-3):
    m, v = beta_1 * s[0] + (1 - beta_1) * g, beta_2 * s[1] + (1 - beta_2) * g**2
    mu = [beta_1 * (1 - 0.96 ** (i * momentum_decay) / 2) for i in range(1, t + 2)]
    n = (1 - mu[-2]) / (1 - np.prod(mu[:-1])) * g + mu[-1] / (1 - np.prod(mu)) * m
    return w - learning_rate * n / (np.sqrt(v / (1 - beta_2**t)) + epsilon), [m, v]


def radam(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = beta_1 * s[0] + (1 - beta_1) * g, beta_2 * s[1] + (1 - beta_2) * g**2
    most = 2 / (1 - beta_2) - 1
    length = most - 2 * t * beta_2**t / (1 - beta_2**t)
    step = learning_rate * m / (1 - beta_1**t)
    if length > 5:
        rectification = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
        step *= np.sqrt(rectification * (1 - beta_2**t)) / (np.sqrt(v) + epsilon)
    return w - step, [m, v]


def lion(w, g, s, t, learning_rate, beta_1=0.9, beta_2=0.99):
    step = np.sign(beta_1 * s[0] + (1 - beta_1) * g)
    return w - learning_rate * step, [beta_2 * s[0] + (1 - beta_2) * g]


OPTIMIZERS = {
    "sgd": entry(step=sgd, slots=1, weight_decay=0.0),
    "adam": entry(step=adam, slots=2, weight_decay=0.0),
    "adamw": entry(step=adamw, slots=2, weight_decay=0.01),
    "adagrad": entry(step=adagrad, slots=1, weight_decay=0.0),
    "rmsprop": entry(step=rmsprop, slots=3, weight_decay=0.0),
    "adamax": entry(step=adamax, slots=2, weight_decay=0.0),
    "nadam": entry(step=nadam, slots=2, weight_decay=0.0),
    "radam": entry(step=radam, slots=2, weight_decay=0.0),
    "lion": entry(step=lion, slots=1, weight_decay=0.0),
}


def optimizer_step(name, w, g, s, t, learning_rate, *, weight_decay=None, **settings):
    """Take a step with decoupled weight decay (None: the optimizer's default), which biases, 1-d, go without."""
    optimizer = OPTIMIZERS[name]
    if w.ndim >= 2:
        w = w - learning_rate * (optimizer.weight_decay if weight_decay is None else weight_decay) * w
    return optimizer.step(w, g, s, t, learning_rate, **settings)


def scores(X, coefs, intercepts, activation):
    """Return the activations of all layers, the inputs first and the raw scores last, and the z of hidden layers."""
    activations, sums = [X], []
    for coef, intercept in zip(coefs, intercepts, strict=True):
        sums.append(activations[-1] @ coef + intercept)
        activations.append(ACTIVATIONS[activation].f(sums[-1]))
    return [*activations[:-1], sums[-1]], sums[:-1]


def predict(X, coefs, intercepts, activation, loss):
    return LOSSES[loss].predict(scores(X, coefs, intercepts, activation)[0][-1])


def loss_and_gradients(X, y, coefs, intercepts, activation, loss, alpha=0.0, sample_weight=None):
    """Return the weighted mean loss, the penalty, and the gradients of their sum; y is (rows, outputs)."""
    weights = np.ones(len(y)) if sample_weight is None else sample_weight
    total = weights.sum()
    activations, sums = scores(X, coefs, intercepts, activation)
    data = weights @ LOSSES[loss].value(activations[-1], y) / total
    penalty = alpha / 2 * sum((coef**2).sum() for coef in coefs) / total
    delta = LOSSES[loss].gradient(activations[-1], y) * weights[:, None] / total
    coef_gradients, intercept_gradients = [], []
    for layer in reversed(range(len(coefs))):
        coef_gradients.insert(0, activations[layer].T @ delta + alpha * coefs[layer] / total)
        intercept_gradients.insert(0, delta.sum(axis=0))
        if layer:
            delta = delta @ coefs[layer].T * ACTIVATIONS[activation].derivative(sums[layer - 1])
    return data, penalty, coef_gradients, intercept_gradients


def train(X, y, coefs, intercepts, activation, loss, optimizer, learning_rate, batches, alpha=0.0, **settings):
    """Take a step for each array of rows in ``batches``; return the parameters."""
    parameters = [*coefs, *intercepts]
    states = [[np.zeros_like(p)] * OPTIMIZERS[optimizer].slots for p in parameters]
    for t, rows in enumerate(batches, start=1):
        n = len(coefs)
        _, _, dw, db = loss_and_gradients(X[rows], y[rows], parameters[:n], parameters[n:], activation, loss, alpha)
        for i, gradient in enumerate([*dw, *db]):
            parameters[i], states[i] = optimizer_step(
                optimizer, parameters[i], gradient, states[i], t, learning_rate, **settings
            )
    return parameters[: len(coefs)], parameters[len(coefs) :]
