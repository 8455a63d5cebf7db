"""Valid calls of every function and class of the engine, to repeat under other conditions or with other arguments."""

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

from rosenblatt import _core

ROWS, INPUTS, OUTPUTS = 12, 5, 3


class Call(NamedTuple):
    """A function with arguments that it accepts."""

    function: Any
    args: tuple
    kwargs: dict

    def __call__(self):
        return self.function(*self.args, **self.kwargs)


def first_square(y_true, z):
    """Return a loss that makes few calls of NumPy: the square of the error of the first output."""
    return (z - y_true)[:, 0] ** 2, 2 * (z - y_true)


def make_network(loss="squared_error", **options):
    return _core.Network64([INPUTS, 7, OUTPUTS], ["tanh"], loss, None, {}, **options)


def engine_calls() -> dict[str, Call]:
    """Return calls by name. Those that change their arguments can be repeated."""
    rng = np.random.RandomState(0)
    X = rng.randn(ROWS, INPUTS)
    csr = scipy.sparse.csr_matrix(X * (X > 0))
    labels = (np.arange(ROWS) % OUTPUTS).astype(np.int32)
    active = np.eye(OUTPUTS, dtype=bool)[labels]
    values, z = rng.randn(ROWS, OUTPUTS), rng.randn(ROWS, OUTPUTS)
    weights, order = np.ones(ROWS), rng.permutation(ROWS).astype(np.int64)
    rates, dropout = np.full(3, 1e-3), np.full((3, 2), 0.1)
    coefs, intercepts = [np.ones((INPUTS, 7)), np.ones((7, OUTPUTS))], [np.ones(7), np.ones(OUTPUTS)]

    network, classes = make_network(), make_network("log_loss")
    embeddings = [
        ("periodic", 3, 2),
        ("local", [-1.0, 0.0, 1.0]),
        ("categories", 4, 2),
        ("cumulative", [0.0, 1.0]),
        None,
    ]
    vectors = make_network(scaling=True, slopes=True, embeddings=embeddings)
    options = {"batch_size": 4, "dropout": [0.1, 0.2], "max_norm": 2.0, "alpha": 1e-3}
    values_trainer = _core.Trainer64(network, X, values, weights, **options)
    classes_trainer = _core.Trainer64(classes, csr, labels, n_threads=2)
    whole_trainer = _core.Trainer64(network, X, values, batch_size=ROWS)
    python_trainer = _core.Trainer64(network, X, values, loss=first_square, batch_size=ROWS)
    vectors_trainer = _core.Trainer64(vectors, X, values, batch_size=ROWS)
    adam = {net: _core.Optimizer64("adam", {}, net) for net in (network, classes, vectors)}

    perceptron = {
        "labels": labels,
        "sample_weight": weights,
        "validation_mask": np.zeros(ROWS, bool),
        "coef": np.zeros((OUTPUTS, INPUTS)),
        "intercept": np.zeros(OUTPUTS),
        "positive_labels": np.arange(OUTPUTS, dtype=np.int32),
        "class_weight": np.ones((OUTPUTS, 2)),
        "norms": np.zeros((OUTPUTS, 2)),
        "seeds": np.arange(OUTPUTS, dtype=np.uint32),
        "penalty": None,
        "alpha": 1e-4,
        "l1_ratio": 0.15,
        "eta0": 1.0,
        "intercept_decay": 1.0,
        "tol": 1e-3,
        "max_iter": 3,
        "n_iter_no_change": 5,
        "fit_intercept": True,
        "shuffle": True,
        "early_stopping": False,
        "verbose": False,
        "validation_score": None,
        "n_threads": 2,
    }
    scored = {"early_stopping": True, "validation_mask": np.arange(ROWS) % 4 == 0}
    unit = np.zeros((OUTPUTS, INPUTS)), np.zeros(OUTPUTS)
    unit_options = {"step": "heaviside", "fit_intercept": True}
    step = [np.ones((INPUTS, 7))], [np.ones((INPUTS, 7))], [[np.zeros((INPUTS, 7)), np.zeros((INPUTS, 7))]]

    def call(function, *args, **kwargs):
        return Call(function, args, kwargs)

    return {
        "Network": call(_core.Network64, [INPUTS, 7, OUTPUTS], ["tanh"], "huber", None, {"delta": 2.0}, slopes=True),
        "Network of embeddings": call(
            _core.Network64, [INPUTS, OUTPUTS], [], "squared_error", scaling=True, embeddings=embeddings
        ),
        "Network.set_layer": call(network.set_layer, 0, coefs[0], intercepts[0]),
        "Network.get_layer": call(network.get_layer, 0, coefs[0].copy(), intercepts[0].copy()),
        "Network.set_vector": call(vectors.set_vector, "slopes[0]", np.ones(7)),
        "Network.get_vector": call(vectors.get_vector, "scale"),
        "Network.group_names": call(vectors.group_names),
        "Network.first_inputs": call(vectors.first_inputs),
        "Network.predict of embeddings": call(vectors.predict, X, 2),
        "Network.predict": call(network.predict, X, 2),
        "Network.predict of CSR": call(network.predict, csr, 2),
        "Network.predict of one row": call(network.predict, X[:1]),
        "Network.scores": call(network.scores, X, 1, True),
        "Network.forward": call(network.forward, X, 1, True),
        "predict": call(_core.predict64, X, coefs, intercepts, ["tanh"], "squared_error", 2, None, {}, True),
        "Trainer": call(_core.Trainer64, network, X, values, weights, **options),
        "Trainer of classes": call(_core.Trainer64, classes, csr, labels, n_threads=2, clip_norm=1.0),
        "Trainer of a Python loss": call(_core.Trainer64, network, X, values, loss=first_square),
        "Trainer.epoch": call(values_trainer.epoch, adam[network], rates, order, weight_decay=rates, dropout=dropout),
        "Trainer.epoch of CSR": call(classes_trainer.epoch, adam[classes], 1e-3),
        "Trainer.epoch of a Python loss": call(python_trainer.epoch, adam[network], 1e-3, order),
        "Trainer.epoch of vectors": call(vectors_trainer.epoch, adam[vectors], 1e-3, order),
        "Trainer.loss_and_gradients": call(whole_trainer.loss_and_gradients),
        "Trainer.vector_gradients": call(vectors_trainer.vector_gradients),
        "Optimizer": call(_core.Optimizer64, "adam", {"beta_1": 0.8}, network),
        "Optimizer.state": call(setattr, adam[network], "state", adam[network].state),
        "Optimizer.steps": call(setattr, adam[network], "steps", 3),
        "optimizer_settings": call(_core.optimizer_settings, "adam", {"beta_1": 0.8}),
        "optimizer_step": call(_core.optimizer_step64, "adam", {"beta_1": 0.8}, 1e-3, 1, *step),
        "check_loss": call(_core.check_loss, "huber", None, {"delta": 2.0}),
        "evaluate_loss": call(_core.evaluate_loss64, "huber", None, {"delta": 2.0}, z, values),
        "evaluate_loss of classes": call(_core.evaluate_loss64, "log_loss", None, {}, z, labels),
        "LossFunction": call(_core.LossFunction, "huber", None, {"delta": 2.0}),
        "LossFunction.evaluate": call(_core.LossFunction("huber", None, {}).evaluate, values, z),
        "apply_output": call(_core.apply_output64, "log_loss", None, {}, z),
        "check_targets": call(_core.check_targets64, "huber", {}, values),
        "ArrayFunction": call(_core.ArrayFunction, "tanh"),
        "a call of an ArrayFunction": call(_core.ArrayFunction("tanh"), z),
        "activate": call(_core.activate64, "tanh", z),
        "activation_derivative": call(_core.activation_derivative64, "tanh", z),
        "all_finite": call(_core.all_finite64, X),
        "fit_perceptron": call(_core.fit_perceptron, X, **perceptron),
        "fit_perceptron of CSR": call(_core.fit_perceptron, csr, **{**perceptron, "n_threads": 1}),
        "fit_perceptron with a score": call(
            _core.fit_perceptron, X, **{**perceptron, **scored, "validation_score": lambda i, loss: 0.5}
        ),
        "fit_perceptron with a score on one thread": call(
            _core.fit_perceptron, X, **{**perceptron, **scored, "n_threads": 1, "validation_score": lambda i, loss: 0.5}
        ),
        "tlu_fit": call(
            _core.tlu_fit, X, active, *unit, **unit_options, eta0=1.0, max_iter=3, next_order=lambda: order
        ),
        "tlu_fit of CSR": call(
            _core.tlu_fit, csr, active, *unit, **unit_options, eta0=1.0, max_iter=3, next_order=None
        ),
        "tlu_separation": call(_core.tlu_separation, X, active, *unit, **unit_options),
        "tlu_decision_function": call(_core.tlu_decision_function, X, *unit),
        "tlu_active": call(_core.tlu_active, z, step="heaviside"),
    }
