"""The mathematics of the engine in plain NumPy, one entry for each name, for comparison.

An entry also has `torch`, the counterpart in PyTorch, or None if PyTorch has none.
"""

from types import SimpleNamespace

import numpy as np
from scipy.special import expit, ndtr, softmax

from rosenblatt import _core


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

PI = np.longdouble("3.14159265358979323846264338327950288")


def normal_cdf(z):
    """Return Phi(z) in long double: its series near 0, Laplace's continued fraction in the tails."""
    x, density = np.abs(z), np.exp(-(z**2) / 2) / np.sqrt(2 * PI)
    term = series = np.minimum(x, 3)
    for n in range(1, 100):
        term = term * np.minimum(x, 3) ** 2 / (2 * n + 1)
        series = series + term
    fraction = np.maximum(x, 2)
    for n in range(400, 0, -1):
        fraction = np.maximum(x, 2) + n / fraction
    tail = np.where(x < 2.5, 0.5 - density * series, density / fraction)
    return np.where(z < 0, tail, 1 - tail)


def exact_mish(z):
    u = np.expm1(2 * np.log1p(np.exp(np.minimum(z, 0))))
    return z * np.where(z < 0, u / (u + 2), np.tanh(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))))


# f(z) and f'(z), or None if there is no derivative. Optional parts:
#   exact     a formula that is accurate in long double, where f is not;
#   ulps      the bound of the error of the engine's value in units in the last place, 6 by default;
#   largest   the largest |z| for that bound, by dtype: beyond, a factor of f(z) is subnormal, but f(z) is not.
ACTIVATIONS = {
    "identity": entry(f=lambda z: z, derivative=np.ones_like, torch=lambda torch, z: z),
    "logistic": entry(
        f=expit,
        derivative=lambda z: expit(z) * expit(-z),
        exact=lambda z: 1 / (1 + np.exp(-z)),
        torch=lambda torch, z: torch.sigmoid(z),
    ),
    "tanh": entry(f=np.tanh, derivative=lambda z: 1 / np.cosh(z) ** 2, torch=lambda torch, z: torch.tanh(z)),
    "relu": entry(
        f=lambda z: np.where(z < 0, 0, z),
        derivative=lambda z: np.where(z > 0, 1.0, 0.0),
        torch=lambda torch, z: torch.relu(z),
    ),
    "leaky_relu": entry(
        f=lambda z: np.where(z < 0, 0.01 * z, z),
        derivative=lambda z: np.where(z > 0, 1.0, 0.01),
        torch=lambda torch, z: torch.nn.functional.leaky_relu(z),
    ),
    "elu": entry(
        f=lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        derivative=lambda z: np.exp(np.minimum(z, 0)),
        torch=lambda torch, z: torch.nn.functional.elu(z),
    ),
    "selu": entry(
        f=lambda z: LAMBDA * np.where(z > 0, z, ALPHA * np.expm1(np.minimum(z, 0))),
        derivative=lambda z: LAMBDA * np.where(z > 0, 1, ALPHA * np.exp(np.minimum(z, 0))),
        torch=lambda torch, z: torch.nn.functional.selu(z),
    ),
    "gelu": entry(
        f=lambda z: z * ndtr(z),
        derivative=lambda z: ndtr(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
        exact=lambda z: z * normal_cdf(z),
        largest={np.float32: 12, np.float64: 12},
        torch=lambda torch, z: torch.nn.functional.gelu(z),
    ),
    "gelu_tanh": entry(
        f=gelu_tanh,
        derivative=gelu_tanh_derivative,
        exact=lambda z: z / (1 + np.exp(-2 * np.sqrt(2 / PI) * (z + 0.044715 * z**3))),
        largest={np.float32: 6, np.float64: 6},
        ulps=64,  # the cube multiplies its rounding error
        torch=lambda torch, z: torch.nn.functional.gelu(z, approximate="tanh"),
    ),
    "silu": entry(
        f=lambda z: z * expit(z),
        derivative=lambda z: expit(z) * (1 + z * expit(-z)),
        exact=lambda z: z / (1 + np.exp(-z)),
        largest={np.float32: 80, np.float64: 700},
        torch=lambda torch, z: torch.nn.functional.silu(z),
    ),
    "mish": entry(
        f=lambda z: z * np.tanh(np.logaddexp(0, z)),
        derivative=mish_derivative,
        exact=exact_mish,
        largest={np.float32: 80, np.float64: 700},
        torch=lambda torch, z: torch.nn.functional.mish(z),
    ),
    "softplus": entry(
        f=lambda z: np.logaddexp(0, z),
        derivative=expit,
        exact=lambda z: log1pexp(z),
        torch=lambda torch, z: torch.nn.functional.softplus(z, threshold=100),
    ),
    "softsign": entry(
        f=lambda z: np.where(np.abs(z) < 1, z / (1 + np.abs(z)), np.sign(z) / (1 + 1 / np.maximum(np.abs(z), 1))),
        derivative=lambda z: 1 / (1 + np.abs(z)) ** 2,
        torch=lambda torch, z: torch.nn.functional.softsign(z),
    ),
    "hard_sigmoid": entry(
        f=lambda z: np.clip(z / 6 + 0.5, 0, 1),
        derivative=lambda z: np.where(np.abs(z) < 3, 1 / 6, 0.0),
        torch=lambda torch, z: torch.nn.functional.relu6(z + 3) / 6,  # hardsigmoid multiplies by a float32 1 / 6
    ),
    "heaviside": entry(f=lambda z: np.heaviside(z, 1), derivative=None, torch=None),
    "sign": entry(f=np.sign, derivative=None, torch=None),
}


def log1pexp(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# The prediction p of a raw score z, and its derivative. Softmax is a function of a row; its losses have the derivative.
OUTPUT_ACTIVATIONS = {
    **{name: ACTIVATIONS[name] for name in ("identity", "relu")},
    "softplus": entry(f=log1pexp, derivative=expit, torch=ACTIVATIONS["softplus"].torch),
    "logistic": ACTIVATIONS["logistic"],
    "tanh": entry(
        f=np.tanh,
        derivative=lambda z: np.cosh(np.clip(z, -5000, 5000)) ** -2.0,
        torch=ACTIVATIONS["tanh"].torch,
    ),
    "exp": entry(f=np.exp, derivative=np.exp, torch=lambda torch, z: torch.exp(z)),
    "softmax": entry(f=lambda z: softmax(z, axis=1), derivative=None, torch=lambda torch, z: torch.softmax(z, dim=1)),
}


def clip(value):
    """Bound the loss of one target as scikit-learn does, by clipping its probability."""
    eps = np.finfo(np.float64).eps
    return np.clip(value, eps, -np.log(eps))


def log_ratio(y, p):
    return np.log(np.where(y > 0, y, 1)) - np.log(p)


def smooth(y, label_smoothing, classes):
    return y * (1 - label_smoothing) + label_smoothing / classes


def pinball(p, y, quantiles=(0.5,)):
    tau = np.resize(quantiles, p.shape[1])
    return np.maximum(tau * (y - p), (tau - 1) * (y - p))


def pinball_derivative(p, y, quantiles=(0.5,)):
    tau = np.resize(quantiles, p.shape[1])
    return np.where(y > p, -tau, np.where(y < p, 1 - tau, 0.0))


def binary_log_loss(z, y, label_smoothing=0.0):
    value = log1pexp(z) - smooth(y, label_smoothing, 2) * z
    return value if label_smoothing else clip(value)


def log_loss(z, y, label_smoothing=0.0):
    value = log1p_of_others(z) + z.max(axis=1) - (smooth(y, label_smoothing, z.shape[1]) * z).sum(axis=1)
    return value if label_smoothing else clip(value)


def margin(z, y):
    return np.maximum(0, 1 - (2 * y - 1) * z)


def binary_focal(z, y, gamma=2.0):
    s = (2 * y - 1) * z
    return expit(-s) ** gamma * log1pexp(-s)


def binary_focal_gradient(z, y, gamma=2.0):
    s = (2 * y - 1) * z
    return (1 - 2 * y) * expit(-s) ** gamma * (gamma * expit(s) * log1pexp(-s) + expit(-s))


def focal_parts(z, y):
    """Return the logarithm of the right class's probability, and the sum of the others'."""
    log_q = (y * z).sum(axis=1) - z.max(axis=1) - log1p_of_others(z)
    return log_q[:, np.newaxis], ((1 - y) * softmax(z, axis=1)).sum(axis=1, keepdims=True)


def focal(z, y, gamma=2.0):
    log_q, miss = focal_parts(z, y)
    return (-(miss**gamma) * log_q)[:, 0]


def focal_gradient(z, y, gamma=2.0):
    log_q, miss = focal_parts(z, y)
    q = np.exp(log_q)
    ratio = np.divide(log_q, miss, out=-np.ones_like(miss), where=miss > 0)
    slope = miss**gamma * (gamma * q * ratio - 1)
    return slope * np.where(y > 0, miss, -softmax(z, axis=1))


def torch_focal(log_q, gamma):
    return -((1 - log_q.exp()) ** gamma) * log_q


# Of predictions p and targets y, both (rows, outputs): the loss of each output and its derivative with respect to p.
# With `gradient` instead of `derivative`: the loss of raw scores z, and its gradient. `torch` takes p or z, likewise.
LOSSES = {
    "squared_error": entry(
        value=lambda p, y: (y - p) ** 2 / 2,
        derivative=lambda p, y: p - y,
        torch=lambda torch, p, y: torch.nn.functional.mse_loss(p, y, reduction="none") / 2,
    ),
    "absolute_error": entry(
        value=lambda p, y: np.abs(p - y),
        derivative=lambda p, y: np.sign(p - y),
        torch=lambda torch, p, y: torch.nn.functional.l1_loss(p, y, reduction="none"),
    ),
    "huber": entry(
        value=lambda p, y, delta=1.0: np.where(
            np.abs(p - y) <= delta, (p - y) ** 2 / 2, delta * (np.abs(p - y) - delta / 2)
        ),
        derivative=lambda p, y, delta=1.0: np.clip(p - y, -delta, delta),
        torch=lambda torch, p, y, delta=1.0: torch.nn.functional.huber_loss(p, y, delta=delta, reduction="none"),
    ),
    "log_cosh": entry(
        value=lambda p, y: np.abs(p - y) + np.log1p(np.exp(-2 * np.abs(p - y))) - np.log(2),
        derivative=lambda p, y: np.tanh(p - y),
        torch=lambda torch, p, y: torch.log(torch.cosh(p - y)),
    ),
    "quantile": entry(
        value=pinball,
        derivative=pinball_derivative,
        torch=lambda torch, p, y, quantiles=(0.5,): torch.maximum(quantiles[0] * (y - p), (quantiles[0] - 1) * (y - p)),
    ),
    "poisson": entry(
        value=lambda p, y: y * log_ratio(y, p) - y + p,
        derivative=lambda p, y: 1 - y / p,
        torch=lambda torch, p, y: (
            torch.nn.functional.poisson_nll_loss(p, y, log_input=False, eps=0.0, reduction="none")
            + torch.xlogy(y, y)
            - y
        ),
    ),
    "gamma": entry(
        value=lambda p, y: y / p - log_ratio(y, p) - 1,
        derivative=lambda p, y: (1 - y / p) / p,
        torch=lambda torch, p, y: y / p + torch.log(p) - torch.log(y) - 1,
    ),
    "tweedie": entry(
        value=lambda p, y, power=1.5: (
            y ** (2 - power) / ((1 - power) * (2 - power))
            - y * p ** (1 - power) / (1 - power)
            + p ** (2 - power) / (2 - power)
        ),
        derivative=lambda p, y, power=1.5: p ** (1 - power) * (1 - y / p),
        torch=lambda torch, p, y, power=1.5: (
            y ** (2 - power) / ((1 - power) * (2 - power))
            - y * p ** (1 - power) / (1 - power)
            + p ** (2 - power) / (2 - power)
        ),
    ),
    "log_loss": entry(
        value=log_loss,
        gradient=lambda z, y, label_smoothing=0.0: softmax(z, axis=1) - smooth(y, label_smoothing, z.shape[1]),
        torch=lambda torch, z, y, label_smoothing=0.0: torch.nn.functional.cross_entropy(
            z, y, label_smoothing=label_smoothing, reduction="none"
        ),
    ),
    "binary_log_loss": entry(
        value=binary_log_loss,
        gradient=lambda z, y, label_smoothing=0.0: expit(z) - smooth(y, label_smoothing, 2),
        torch=lambda torch, z, y, label_smoothing=0.0: torch.nn.functional.binary_cross_entropy_with_logits(
            z, smooth(y, label_smoothing, 2), reduction="none"
        ),
    ),
    "focal": entry(
        value=focal,
        gradient=focal_gradient,
        torch=lambda torch, z, y, gamma=2.0: torch_focal(
            -torch.nn.functional.cross_entropy(z, y, reduction="none"), gamma
        ),
    ),
    "binary_focal": entry(
        value=binary_focal,
        gradient=binary_focal_gradient,
        torch=lambda torch, z, y, gamma=2.0: torch_focal(torch.nn.functional.logsigmoid((2 * y - 1) * z), gamma),
    ),
    "hinge": entry(
        value=margin,
        gradient=lambda z, y: np.where(margin(z, y) > 0, 1 - 2 * y, 0),
        torch=lambda torch, z, y: torch.relu(1 - (2 * y - 1) * z),
    ),
    "squared_hinge": entry(
        value=lambda z, y: margin(z, y) ** 2,
        gradient=lambda z, y: 2 * (1 - 2 * y) * margin(z, y),
        torch=lambda torch, z, y: torch.relu(1 - (2 * y - 1) * z) ** 2,
    ),
}


def loss_of(name, output_activation=None, **settings):
    """Return predict(z), value(z, y) of each row and gradient(z, y) of a loss with its output activation."""
    rule = LOSSES[name]
    link = OUTPUT_ACTIVATIONS[output_activation or _core.LOSS_INFO[name]["output_activations"][0]]

    def rows(value):
        return value.sum(axis=1) if value.ndim == 2 else value

    if hasattr(rule, "gradient"):
        return entry(
            predict=link.f,
            value=lambda z, y: rows(rule.value(z, y, **settings)),
            gradient=lambda z, y: rule.gradient(z, y, **settings),
        )
    if len(settings.get("quantiles", ())) > 1:
        return without_crossing(rule, **settings)
    return entry(
        predict=link.f,
        value=lambda z, y: rows(rule.value(link.f(z), y, **settings)),
        gradient=lambda z, y: rule.derivative(link.f(z), y, **settings) * link.derivative(z),
    )


def without_crossing(rule, quantiles):
    """Return the entry of several quantiles, each the previous one plus a softplus; y is (rows, targets)."""
    k = len(quantiles)

    def predict(z):
        z = z.reshape(len(z), -1, k)
        steps = np.concatenate([z[..., :1], log1pexp(z[..., 1:])], axis=2)
        return steps.cumsum(axis=2).reshape(len(z), -1)

    def gradient(z, y):
        by_p = rule.derivative(predict(z), np.repeat(y, k, axis=1), quantiles).reshape(len(z), -1, k)
        later = by_p[..., ::-1].cumsum(axis=2)[..., ::-1]
        z = z.reshape(later.shape)
        return (later * np.concatenate([np.ones_like(z[..., :1]), expit(z[..., 1:])], axis=2)).reshape(len(z), -1)

    return entry(
        predict=predict,
        value=lambda z, y: rule.value(predict(z), np.repeat(y, k, axis=1), quantiles).sum(axis=1),
        gradient=gradient,
    )


def log1p_of_others(z):
    """Return log(sum(exp(z - max z))), accurate also if one score is much larger than the others."""
    ordered = np.sort(z - z.max(axis=1, keepdims=True), axis=1)
    return np.log1p(np.exp(ordered[:, :-1]).sum(axis=1))


# Step t = 1, 2, ...: from a parameter w, its gradient g and the list of its states s to the new w and the new states.


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


# `weight_decay` is the default of the optimizer, 0 if it is left out. `torch` returns the name of the class and its
# arguments for the settings of the engine. They include weight decay where PyTorch decouples it; other optimizers of
# PyTorch add it to the gradient.
OPTIMIZERS = {
    "sgd": entry(
        step=sgd,
        torch=lambda momentum, nesterovs_momentum: ("SGD", {"momentum": momentum, "nesterov": nesterovs_momentum}),
    ),
    "adam": entry(
        step=adam, torch=lambda beta_1, beta_2, epsilon: ("Adam", {"betas": (beta_1, beta_2), "eps": epsilon})
    ),
    "adamw": entry(
        step=adamw,
        weight_decay=0.01,
        torch=lambda beta_1, beta_2, epsilon, weight_decay: (
            "AdamW",
            {"betas": (beta_1, beta_2), "eps": epsilon, "weight_decay": weight_decay},
        ),
    ),
    "adagrad": entry(
        step=adagrad,
        torch=lambda lr_decay, initial_accumulator, epsilon: (
            "Adagrad",
            {"lr_decay": lr_decay, "initial_accumulator_value": initial_accumulator, "eps": epsilon},
        ),
    ),
    "rmsprop": entry(
        step=rmsprop,
        torch=lambda rho, momentum, epsilon, centered: (
            "RMSprop",
            {"alpha": rho, "momentum": momentum, "eps": epsilon, "centered": centered},
        ),
    ),
    "adamax": entry(
        step=adamax, torch=lambda beta_1, beta_2, epsilon: ("Adamax", {"betas": (beta_1, beta_2), "eps": epsilon})
    ),
    "nadam": entry(
        step=nadam,
        torch=lambda beta_1, beta_2, epsilon, momentum_decay, weight_decay: (
            "NAdam",
            {
                "betas": (beta_1, beta_2),
                "eps": epsilon,
                "momentum_decay": momentum_decay,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": True,
            },
        ),
    ),
    "radam": entry(
        step=radam,
        torch=lambda beta_1, beta_2, epsilon, weight_decay: (
            "RAdam",
            {
                "betas": (beta_1, beta_2),
                "eps": epsilon,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": True,
            },
        ),
    ),
    "lion": entry(step=lion, torch=None),
}


def torch_optimizer(name, settings):
    """Return the name of the class in PyTorch, its arguments, and whether these include decoupled weight decay."""
    translate = OPTIMIZERS[name].torch
    names = translate.__code__.co_varnames[: translate.__code__.co_argcount]
    return *translate(**{key: settings[key] for key in names}), "weight_decay" in names


def optimizer_step(name, w, g, s, t, learning_rate, *, weight_decay=None, **settings):
    """Take a step with decoupled weight decay (None: the default), but none for biases, which are 1-d."""
    if w.ndim >= 2:
        default = getattr(OPTIMIZERS[name], "weight_decay", 0.0)
        w = w - learning_rate * (default if weight_decay is None else weight_decay) * w
    return OPTIMIZERS[name].step(w, g, s, t, learning_rate, **settings)


def scores(X, coefs, intercepts, activation):
    """Return the activations of all layers, the inputs first and the raw scores last, and the z of hidden layers."""
    activations, sums = [X], []
    for coef, intercept in zip(coefs, intercepts, strict=True):
        sums.append(activations[-1] @ coef + intercept)
        activations.append(ACTIVATIONS[activation].f(sums[-1]))
    return [*activations[:-1], sums[-1]], sums[:-1]


def predict(X, coefs, intercepts, activation, loss):
    return loss_of(loss).predict(scores(X, coefs, intercepts, activation)[0][-1])


def loss_and_gradients(X, y, coefs, intercepts, activation, loss, alpha=0.0, sample_weight=None, l1=0.0):
    """Return the weighted mean loss, the penalty, and the gradients of their sum; y is (rows, outputs)."""
    weights = np.ones(len(y)) if sample_weight is None else sample_weight
    total = weights.sum()
    activations, sums = scores(X, coefs, intercepts, activation)
    data = weights @ loss_of(loss).value(activations[-1], y) / total
    penalty = sum(alpha / 2 * (coef**2).sum() + l1 * np.abs(coef).sum() for coef in coefs) / total
    delta = loss_of(loss).gradient(activations[-1], y) * weights[:, None] / total
    coef_gradients, intercept_gradients = [], []
    for layer in reversed(range(len(coefs))):
        coef_gradients.insert(
            0, activations[layer].T @ delta + (alpha * coefs[layer] + l1 * np.sign(coefs[layer])) / total
        )
        intercept_gradients.insert(0, delta.sum(axis=0))
        if layer:
            delta = delta @ coefs[layer].T * ACTIVATIONS[activation].derivative(sums[layer - 1])
    return data, penalty, coef_gradients, intercept_gradients


def bounded(gradients, clip_value, clip_norm):
    """Bound each number of all gradients, then the norm of all of them together."""
    gradients = [np.clip(gradient, -clip_value, clip_value) for gradient in gradients]
    norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
    return [gradient * min(1.0, clip_norm / norm) for gradient in gradients]


def train(
    X,
    y,
    coefs,
    intercepts,
    activation,
    loss,
    optimizer,
    learning_rate,
    batches,
    alpha=0.0,
    *,
    l1=0.0,
    clip_value=np.inf,
    clip_norm=np.inf,
    max_norm=np.inf,
    **settings,
):
    """Take a step for each array of rows in ``batches``, with one rate or a rate for each; return the parameters."""
    parameters = [*coefs, *intercepts]
    states = [[np.zeros_like(p)] * _core.OPTIMIZER_INFO[optimizer]["slots"] for p in parameters]
    rates = np.broadcast_to(learning_rate, len(batches))
    for t, rows in enumerate(batches, start=1):
        n = len(coefs)
        _, _, dw, db = loss_and_gradients(
            X[rows], y[rows], parameters[:n], parameters[n:], activation, loss, alpha, l1=l1
        )
        for i, gradient in enumerate(bounded([*dw, *db], clip_value, clip_norm)):
            parameters[i], states[i] = optimizer_step(
                optimizer, parameters[i], gradient, states[i], t, rates[t - 1], **settings
            )
            if i < n:
                norms = np.linalg.norm(parameters[i], axis=0)
                parameters[i] = parameters[i] * np.minimum(1, max_norm / np.maximum(norms, 1e-300))
    return parameters[: len(coefs)], parameters[len(coefs) :]
