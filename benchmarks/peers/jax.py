"""JAX: a whole epoch is one compiled function that scans over the batches; X and y stay on the device."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from harness import Options
from workloads import Fitted, Problem, Work

Parameters = list[tuple[jax.Array, jax.Array]]
Arrays = tuple[jax.Array, ...]
State = tuple[Parameters, list[list[jax.Array]], jax.Array]  # with the state of the optimizer and the number of steps
ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh}


def loss_function(work: Work, parameters: Parameters, X: jax.Array, y: jax.Array) -> jax.Array:
    *hidden, (W, b) = parameters
    for weights, biases in hidden:
        X = ACTIVATIONS[work.activation](X @ weights + biases)
    scores = X @ W + b
    if work.classes:
        return -jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], axis=1).mean()
    error = jnp.abs(scores - y)
    if work.loss == "huber":
        return jnp.where(error <= 1, 0.5 * error**2, error - 0.5).mean()
    return 0.5 * (error**2).mean()


def adam(work: Work, step: jax.Array, w: jax.Array, g: jax.Array, m: jax.Array, v: jax.Array) -> Arrays:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    # 1 - beta^t, without cancellation in float32.
    first, second = -jnp.expm1(step * np.log(0.9)), -jnp.expm1(step * np.log(0.999))
    rate = work.learning_rate * jnp.sqrt(second) / first
    return w - rate * m / (jnp.sqrt(v) + work.epsilon), m, v


def nesterov(work: Work, step: jax.Array, w: jax.Array, g: jax.Array, velocity: jax.Array) -> Arrays:
    velocity = work.momentum * velocity - work.learning_rate * g
    return w + work.momentum * velocity - work.learning_rate * g, velocity


def training(problem: Problem, options: Options) -> dict[str, Callable[[], object]]:
    work = problem.work
    if work.density < 1:
        return {}
    jax.config.update("jax_enable_x64", work.dtype == "float64")
    X, y, orders = jnp.asarray(problem.X), jnp.asarray(problem.y), [jnp.asarray(order) for order in problem.orders]
    rule, slots = (nesterov, 1) if work.solver == "sgd" else (adam, 2)

    def step(state: State, batch: Arrays) -> tuple[State, jax.Array]:
        parameters, memory, count = state
        count = count + 1
        loss, gradients = jax.value_and_grad(partial(loss_function, work))(parameters, *batch)
        leaves, tree = jax.tree.flatten(parameters)
        updated = [rule(work, count, *leaf) for leaf in zip(leaves, jax.tree.leaves(gradients), *memory, strict=True)]
        new, *moved = zip(*updated, strict=True)
        return (jax.tree.unflatten(tree, new), [list(slot) for slot in moved], count), loss * len(batch[0])

    whole = work.rows // work.batch_size * work.batch_size

    @partial(jax.jit, donate_argnums=0)
    def epoch(state: State, X: jax.Array, y: jax.Array, order: jax.Array) -> tuple[State, jax.Array]:
        batches = [table[order[:whole]].reshape(-1, work.batch_size, *table.shape[1:]) for table in (X, y)]
        state, losses = jax.lax.scan(step, state, batches)
        total = losses.sum()
        if whole < work.rows:
            state, loss = step(state, (X[order[whole:]], y[order[whole:]]))
            total += loss
        return state, total / work.rows

    def fit() -> Fitted:
        # Copies, because the epoch donates their memory.
        parameters = [(jnp.array(W), jnp.array(b)) for W, b in zip(problem.weights, problem.biases, strict=True)]
        leaves = jax.tree.leaves(parameters)
        state = parameters, [[jnp.zeros_like(leaf) for leaf in leaves] for _ in range(slots)], jnp.zeros((), X.dtype)
        losses = []
        for order in orders:
            state, loss = epoch(state, X, y, order)
            losses.append(loss)
        return Fitted(np.array(losses).tolist())

    return {"JAX": fit}
