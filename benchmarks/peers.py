"""The same fits by other libraries, each at its best setting. Those that are not installed are left out."""

import importlib.util
from collections.abc import Callable

import numpy as np
import sklearn.linear_model
import sklearn.neural_network

import rosenblatt

MLP_REGRESSORS = rosenblatt.MLPRegressor, sklearn.neural_network.MLPRegressor
MLP_CLASSIFIERS = rosenblatt.MLPClassifier, sklearn.neural_network.MLPClassifier
PERCEPTRONS = rosenblatt.Perceptron, sklearn.linear_model.Perceptron


def fits(ours, peer, X, y, **settings) -> dict[str, Callable[[], object]]:
    return {
        "rosenblatt": lambda: ours(**settings).fit(X, y),
        "scikit-learn": lambda: peer(**settings).fit(X, y),
    }


def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


class Fitted:
    """What an estimator has after a fit, as far as benchmarks compare it."""

    def __init__(self, loss_curve: list[float]) -> None:
        self.loss_curve_ = loss_curve


def torch_fit(X, y, settings: dict, n_classes: int | None, threads: int) -> Callable[[], Fitted]:
    """Return a fit by PyTorch: batches picked from one tensor, the fused Adam, no data loader.

    It starts from the weights and shuffles by the draws of the estimator with these ``settings``.
    """
    import torch

    activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[settings.get("activation", "relu")]
    targets = torch.from_numpy(y if n_classes else y.reshape(-1, 1))
    rows = torch.from_numpy(X)
    sizes = [X.shape[1], *settings["hidden_layer_sizes"], n_classes or 1]

    def fit() -> Fitted:
        torch.set_num_threads(threads)
        random_state = np.random.RandomState(settings["random_state"])
        start = rosenblatt.Network(sizes, dtype=X.dtype.name, random_state=random_state)
        layers = []
        for W, b in zip(start.weights, start.biases, strict=True):
            layer = torch.nn.Linear(*W.shape, dtype=rows.dtype)
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(W.T.copy()))
                layer.bias.copy_(torch.from_numpy(b.copy()))
            layers += [layer, activation()]
        model = torch.nn.Sequential(*layers[:-1])
        if settings.get("solver") == "sgd":
            optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, nesterov=True, fused=True)
        else:
            optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=settings["epsilon"], fused=True)
        loss_of = torch.nn.CrossEntropyLoss() if n_classes else torch.nn.MSELoss()
        order, losses = np.arange(len(X)), []
        for _ in range(settings["max_iter"]):
            random_state.shuffle(order)
            total = torch.zeros((), dtype=rows.dtype)
            for batch in torch.from_numpy(order).split(settings["batch_size"]):
                optimizer.zero_grad(set_to_none=True)
                loss = loss_of(model(rows[batch]), targets[batch])
                if not n_classes:
                    loss = 0.5 * loss
                loss.backward()
                optimizer.step()
                total += loss.detach() * len(batch)
            losses.append(float(total) / len(X))
        return Fitted(losses)

    return fit
