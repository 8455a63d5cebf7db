"""PyTorch: fused optimizers, and batches as views of one shuffled tensor instead of a data loader; 1 and all threads.

Predictions by the eager module under ``inference_mode`` and by the frozen script.
"""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch

import rosenblatt
from harness import Options
from workloads import Fitted, Problem

ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}


def loss_function(name: str) -> Any:
    if name == "log_loss":
        return torch.nn.functional.cross_entropy
    if name == "huber":
        return torch.nn.functional.huber_loss
    return lambda scores, y: 0.5 * torch.nn.functional.mse_loss(scores, y)


def module(weights: Iterable[np.ndarray], biases: Iterable[np.ndarray], activation: str) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for W, b in zip(weights, biases, strict=True):
        linear = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(b.copy()).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))
            linear.bias.copy_(torch.from_numpy(b.copy()))
        layers += [linear, ACTIVATIONS[activation]()]
    return torch.nn.Sequential(*layers[:-1])


def fit(problem: Problem, threads: int, compiled: bool = False) -> Callable[[], Fitted]:
    work = problem.work
    X, y = torch.from_numpy(problem.X), torch.from_numpy(problem.y)
    orders = [torch.from_numpy(order) for order in problem.orders]
    loss_of = loss_function(work.loss)

    def step_loss(model: torch.nn.Module, rows: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return loss_of(model(rows), targets)

    if compiled:
        step_loss = torch.compile(step_loss)

    def run() -> Fitted:
        torch.set_num_threads(threads)
        model = module(problem.weights, problem.biases, work.activation)
        parameters = model.parameters()
        if work.solver == "sgd":
            settings = {"lr": work.learning_rate, "momentum": work.momentum}
            optimizer = torch.optim.SGD(parameters, **settings, nesterov=True, fused=True)
        else:
            optimizer = torch.optim.Adam(parameters, lr=work.learning_rate, eps=work.epsilon, fused=True)
        losses = []
        for order in orders:
            total = torch.zeros((), dtype=X.dtype)
            batches = X[order].split(work.batch_size), y[order].split(work.batch_size)
            for rows, targets in zip(*batches, strict=True):
                optimizer.zero_grad(set_to_none=True)
                loss = step_loss(model, rows, targets)
                loss.backward()
                optimizer.step()
                total += loss.detach() * len(rows)
            losses.append(float(total) / work.rows)
        return Fitted(losses)

    return run


def training(problem: Problem, options: Options) -> dict[str, Callable[[], object]]:
    if problem.work.density < 1:
        return {}
    threads = sorted({1, options.threads})
    contenders: dict[str, Callable[[], object]] = {f"PyTorch, threads: {n}": fit(problem, n) for n in threads}
    if options.torch_compile:
        torch.compiler.reset()  # it gives up after eight variants of a function, including those of earlier problems
        contenders |= {f"PyTorch, compiled, threads: {n}": fit(problem, n, compiled=True) for n in threads}
    return contenders


def prediction(network: rosenblatt.Network, X: np.ndarray, options: Options) -> dict[str, Callable[[], object]]:
    eager = module(network.weights, network.biases, network.activations[0]).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is deprecated, but still the fastest call
        scripted = torch.jit.freeze(torch.jit.script(eager))

    def run(model: torch.nn.Module, threads: int) -> Any:
        @torch.inference_mode()
        def predict() -> Any:
            if len(X) > 1:  # for one row, the call would cost time without a gain
                torch.set_num_threads(threads)
            return model(torch.from_numpy(X)).numpy()

        return predict

    torch.set_num_threads(1)
    return {
        f"PyTorch, {name}, threads: {threads}": run(model, threads)
        for name, model in (("eager", eager), ("scripted", scripted))
        for threads in sorted({1, min(options.threads, len(X))})
    }
