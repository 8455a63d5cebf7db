"""Digests of several hundred fits, to show that a change of the code changes no bit of their results.

    python tests/digests.py record FILE     # before the change
    python tests/digests.py compare FILE    # after it, on the same processor, with the same compiler

Digests depend on the instruction level, the compiler and its flags, so none are stored with the project.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse

Digests = dict[str, str]


def digest(*parts: Any) -> str:
    """Return a checksum of arrays, numbers, and nested lists of them."""
    state = hashlib.sha256()

    def add(part: Any) -> None:
        if part is None:
            state.update(b"None")
        elif isinstance(part, dict):
            add([part[name] for name in sorted(part)])
        elif isinstance(part, (list, tuple)):
            for item in part:
                add(item)
        else:
            array = np.ascontiguousarray(part)
            state.update(f"{array.dtype.str}{array.shape}".encode())
            state.update(array.tobytes())

    add(parts)
    return state.hexdigest()[:16]


def _data(rows: int = 230, columns: int = 7, outputs: int = 1, dtype: Any = np.float64) -> tuple[Any, Any, Any]:
    """Return inputs, numbers to predict, and classes."""
    rng = np.random.RandomState(0)
    X = rng.randn(rows, columns)
    y = np.tanh(X @ rng.randn(columns, outputs)) + 0.1 * rng.randn(rows, outputs)
    return X.astype(dtype), y if outputs > 1 else y.ravel(), np.digitize(X[:, 0] + X[:, 1], [-0.7, 0.7])


def _fitted(model: Any, X: Any) -> str:
    curves = [getattr(model, name, None) for name in ("loss_curve_", "validation_scores_")]
    answers = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    if hasattr(model, "decision_function"):
        answers = "decision_function"
    outputs = [getattr(model, answers)(X[:rows]) for rows in (1, 5, 60, None)]
    return digest(model.coefs_, model.intercepts_, model.loss_, model.n_iter_, getattr(model, "t_", 0), curves, outputs)


def _estimators() -> Iterator[tuple[str, Callable[[], str]]]:
    from rosenblatt import MLPClassifier, MLPRegressor, activations, losses, optimizers, schedules

    def regressor(dtype: Any, outputs: int = 1, sparse: bool = False, weighted: bool = False, **options: Any) -> str:
        X, y, _ = _data(outputs=outputs, dtype=dtype)
        if options.get("loss") in ("poisson", "gamma", "tweedie"):
            y = np.exp(y)
        if options.get("output_activation") in ("logistic", "tanh", "relu", "softplus", "exp"):
            y = np.abs(y) / np.abs(y).max()
        data = scipy.sparse.csr_matrix(np.where(np.abs(X) < 0.8, 0, X)) if sparse else X
        weights = np.random.RandomState(1).rand(len(y)) if weighted else None
        defaults = {"hidden_layer_sizes": (20, 9), "max_iter": 4, "batch_size": 48, "random_state": 0, "tol": 0}
        model = MLPRegressor(**{**defaults, **options}).fit(data, y, weights)
        return _fitted(model, data)

    def classifier(dtype: Any, kind: str = "multiclass", **options: Any) -> str:
        X, _, classes = _data(dtype=dtype)
        y: Any = {
            "binary": (classes > 0).astype(int),
            "multiclass": np.array(["a", "b", "c"])[classes],
            "multilabel": np.column_stack([X[:, 0] > 0, X[:, 1] > 0.3]).astype(int),
        }[kind]
        defaults = {"hidden_layer_sizes": (20, 9), "max_iter": 4, "batch_size": 48, "random_state": 0, "tol": 0}
        return _fitted(MLPClassifier(**{**defaults, **options}).fit(X, y), X)

    for dtype in (np.float32, np.float64):
        name = np.dtype(dtype).name

        def case(
            call: Callable[..., str], label: str, *args: Any, dtype: Any = dtype, name: str = name, **options: Any
        ):
            return f"{label}/{name}", lambda: call(dtype, *args, **options)

        for activation in activations.TRAINABLE:
            for n_threads in (1, 3):
                yield case(
                    regressor, f"activation/{activation}/{n_threads}", activation=activation, n_threads=n_threads
                )
            yield case(regressor, f"dropout/{activation}", activation=activation, dropout=0.3, input_dropout=0.1)
        yield case(regressor, "activation/mixed", activation=["tanh", "selu"])
        for loss in ("squared_error", "absolute_error", "huber", "log_cosh", "quantile", "poisson", "gamma", "tweedie"):
            for outputs in (1, 3):
                yield case(regressor, f"loss/{loss}/{outputs}", outputs, loss=loss)
            yield case(regressor, f"weighted/{loss}", loss=loss, weighted=True)
        yield case(regressor, "loss/quantiles", loss=losses.Quantile([0.1, 0.5, 0.9]))
        yield case(regressor, "loss/custom", loss=lambda y, z: (((z - y) ** 2).sum(axis=1) / 2, z - y))
        for output in ("identity", "relu", "softplus", "logistic", "tanh", "exp"):
            yield case(regressor, f"output/{output}", output_activation=output)
        yield case(regressor, "output/scaled", output_activation="tanh", scale_targets=True)
        for kind in ("binary", "multiclass", "multilabel"):
            for loss in ("log_loss", "focal", "hinge", "squared_hinge"):
                yield case(classifier, f"classes/{kind}/{loss}", kind, loss=loss)
        yield case(classifier, "classes/smoothed", loss=losses.LogLoss(label_smoothing=0.1))
        yield case(classifier, "classes/weighted", class_weight="balanced")
        for optimizer in ("sgd", "adam", "adamw", "adagrad", "rmsprop", "adamax", "nadam", "radam", "lion"):
            for n_threads in (1, 2):
                yield case(regressor, f"optimizer/{optimizer}/{n_threads}", solver=optimizer, n_threads=n_threads)
            yield case(regressor, f"decay/{optimizer}", solver=optimizer, weight_decay=0.1)
        yield case(regressor, "optimizer/centred", solver=optimizers.RMSprop(centered=True, momentum=0.5))
        for schedule in ("constant", "invscaling", "adaptive"):
            yield case(regressor, f"schedule/{schedule}", solver="sgd", learning_rate=schedule, n_iter_no_change=1)
        for schedule in ("step", "exponential", "cosine", "one_cycle"):
            yield case(regressor, f"schedule/{schedule}", learning_rate=schedule)
        yield case(regressor, "schedule/warm-up", learning_rate=schedules.Cosine(warmup_epochs=1.5, restart_every=2))
        yield case(regressor, "schedule/function", learning_rate=lambda epoch: 0.01 / (1 + epoch))
        for option in (
            {"l1": 0.01},
            {"alpha": 0.5},
            {"clip_norm": 0.1},
            {"clip_value": 0.01},
            {"max_norm": 0.7},
            {"l1": 0.01, "clip_norm": 0.1, "clip_value": 0.02, "max_norm": 0.9, "dropout": 0.2, "weight_decay": 0.01},
            {"shuffle": False},
            {"early_stopping": True, "max_iter": 9, "n_iter_no_change": 2},
            {"early_stopping": "loss", "max_iter": 9, "n_iter_no_change": 2},
            {"init": "he_normal", "bias_init": 0.1},
            {"init": "orthogonal"},
            {"solver": "lbfgs"},
            {"solver": "lbfgs", "l1": 0.0, "alpha": 0.1, "activation": "tanh"},
            {"batch_size": 1, "max_iter": 2},
            {"batch_size": 2, "max_iter": 2},
            {"batch_size": 230},
            {"batch_size": 200},
            {"hidden_layer_sizes": ()},
            {"hidden_layer_sizes": (130, 70)},
            {"hidden_layer_sizes": (3,) * 6},
        ):
            for sparse in (False, True):
                for n_threads in (1, 3):
                    label = ",".join(f"{key}={value}" for key, value in option.items())
                    yield case(
                        regressor,
                        f"{'sparse' if sparse else 'dense'}/{label}/{n_threads}",
                        sparse=sparse,
                        n_threads=n_threads,
                        **option,
                    )
            yield case(regressor, f"outputs/{label}", 3, **option)

        def warm(dtype: Any = dtype) -> str:
            X, y, _ = _data(dtype=dtype)
            model = MLPRegressor(hidden_layer_sizes=(12,), max_iter=3, warm_start=True, random_state=0, tol=0)
            return digest(*(_fitted(model.set_params(max_iter=n).fit(X, y), X) for n in (3, 2, 4)))

        def partial(dtype: Any = dtype) -> str:
            X, y, classes = _data(dtype=dtype)
            one, other = (
                MLPRegressor(hidden_layer_sizes=(12,), random_state=0),
                MLPClassifier((12,), solver="sgd", random_state=0),
            )
            for _ in range(3):
                one.partial_fit(X, y)
                other.partial_fit(X, classes, classes=[0, 1, 2])
            return digest(_fitted(one, X), _fitted(other, X))

        def validated(dtype: Any = dtype) -> str:
            X, y, _ = _data(dtype=dtype)
            model = MLPRegressor(
                hidden_layer_sizes=(12,), max_iter=8, random_state=0, early_stopping="loss", n_iter_no_change=2
            )
            model.fit(X[:150], y[:150], X_val=X[150:], y_val=y[150:])
            return digest(_fitted(model, X), {key: v for key, v in model.history_.items() if key != "seconds"})

        yield f"warm_start/{name}", warm
        yield f"partial_fit/{name}", partial
        yield f"validated/{name}", validated


def _networks() -> Iterator[tuple[str, Callable[[], str]]]:
    from rosenblatt import (
        MLPRegressor,
        Network,
        Perceptron,
        ThresholdLogicUnit,
        _core,
        find_learning_rate,
        optimizers,
    )

    def trained(dtype: str, loss: Any, sizes: tuple[int, ...], rows: int, **options: Any) -> str:
        rng = np.random.RandomState(3)
        X = rng.randn(rows, sizes[0])
        y: Any = np.abs(rng.randn(rows, sizes[-1])) + 0.1
        info = _core.LOSS_INFO.get(loss, {"targets": "any number", "categorical": False})
        if info["categorical"]:
            y = rng.randint(sizes[-1], size=rows)
        elif info["targets"] in ("0 or 1", "from 0 to 1"):
            y = rng.randint(2, size=(rows, sizes[-1]))
        network = Network(sizes, options.pop("activation", "relu"), loss=loss, dtype=dtype, random_state=0)
        numbers = [
            (e.data_loss, e.penalty, e.val_loss, e.learning_rate) for e in network.train(X, y, epochs=2, **options)
        ]
        value, weights, biases = network.loss_and_gradients(X, y)
        network.step(X, y, optimizers.Adam())
        return digest(
            numbers, network.parameters, value, weights, biases, network.forward(X), network.predict(X),
            network.predict(X[:1]), network.scores(X[:5]), network.loss(X, y),
        )  # fmt: skip

    for dtype in ("float32", "float64"):
        for loss in _core.LOSSES:
            yield f"network/{loss}/{dtype}", lambda d=dtype, k=loss: trained(d, k, (6, 17, 5), 90)
        for sizes in ((3, 1), (33, 40, 3), (9, 16, 16, 16, 2), (5, 140, 1), (300, 100, 10)):
            for batch in (1, 3, 64, 500, None):
                for threads in (1, 4):
                    yield (
                        f"network/{sizes}/{batch}/{threads}/{dtype}",
                        lambda d=dtype, s=sizes, b=batch, t=threads: trained(
                            d, "squared_error", s, 40 if b == 1 else 520, batch_size=b, n_threads=t
                        ),
                    )
        yield (
            f"network/passes/{dtype}",
            lambda d=dtype: trained(d, "huber", (40, 200, 3), 9000, batch_size=9000, n_threads=2, dropout=0.1),
        )
        yield (
            f"network/options/{dtype}",
            lambda d=dtype: trained(
                d, "squared_error", (6, 30, 2), 300, dropout=[0.2], input_dropout=0.1, clip_norm=1.0, max_norm=1.0,
                l1=1e-3, alpha=1e-3, schedule="cosine", optimizer="radam", n_threads=3,
            ),
        )  # fmt: skip
        for step in ("heaviside", "sign"):

            def unit(dtype: str = dtype, step: str = step) -> str:
                X, _, classes = _data(dtype=dtype)
                model = ThresholdLogicUnit(random_state=0, max_iter=20).fit(X, classes > 0)
                return digest(model.coef_, model.intercept_, model.n_iter_)

            yield f"tlu/{step}/{dtype}", unit

        for penalty in (None, "l2", "l1", "elasticnet"):

            def perceptron(dtype: str = dtype, penalty: Any = penalty) -> str:
                X, _, classes = _data(dtype=dtype)
                model = Perceptron(penalty=penalty, random_state=0, max_iter=20, tol=None).fit(X, classes)
                return digest(model.coef_, model.intercept_, model.n_iter_)

            yield f"perceptron/{penalty}/{dtype}", perceptron

        def curve(dtype: str = dtype) -> str:
            X, y, _ = _data(dtype=dtype)
            found = find_learning_rate(
                MLPRegressor(hidden_layer_sizes=(12,), batch_size=32, random_state=0), X, y, n_steps=40
            )
            return digest(found.rates, found.losses)

        yield f"rates/{dtype}", curve


def measure() -> Digests:
    """Return the digest of every case, computed with the engine of this process."""
    warnings.simplefilter("ignore")
    results: Digests = {}
    for cases in (_estimators(), _networks()):
        for name, run in cases:
            assert name not in results, name
            results[name] = run()
    return results


def _measure_levels() -> Digests:
    from rosenblatt import _core

    results: Digests = {}
    for level in _core.available_levels():
        environment = {**os.environ, "ROSENBLATT_LEVEL": level, "ROSENBLATT_PROCESSORS": "8"}
        done = subprocess.run(
            [sys.executable, __file__, "measure"], env=environment, check=True, capture_output=True, text=True
        )
        results |= {f"{level}: {name}": value for name, value in json.loads(done.stdout).items()}
    return results


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["record", "compare", "measure"])
    parser.add_argument("file", nargs="?")
    arguments = parser.parse_args()
    if arguments.command == "measure":
        print(json.dumps(measure()))
        return 0
    results = _measure_levels()
    if arguments.command == "record":
        with open(arguments.file, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
        print(f"{len(results)} digests recorded")
        return 0
    with open(arguments.file, encoding="utf-8") as file:
        recorded: Digests = json.load(file)
    different = [name for name in sorted({*recorded, *results}) if recorded.get(name) != results.get(name)]
    for name in different:
        print(f"{name}: recorded {recorded.get(name)}, now {results.get(name)}")
    print(f"{len(recorded)} digests recorded, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
