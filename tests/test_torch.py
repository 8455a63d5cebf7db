"""Gradients and whole training runs of the engine against those of PyTorch, whose counterparts the oracle names."""

import numpy as np
import pytest

import reference
from cases import engine, flat, inputs, parameters, parameters_of, targets
from rosenblatt import _core, optimizers, schedules

torch = pytest.importorskip("torch")

ACTIVATIONS = [name for name, entry in reference.ACTIVATIONS.items() if entry.derivative and entry.torch]
PAIRS = [
    (loss, output)
    for loss, info in _core.LOSS_INFO.items()
    for output in info["output_activations"]
    if reference.LOSSES[loss].torch and reference.OUTPUT_ACTIVATIONS[output].torch
]


@pytest.fixture(autouse=True)
def _as_ours():
    """Compute in float64, NAdam's product of momenta too, and without threads that idle at the cost of the engine's."""
    before = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(before[0])
    torch.set_num_threads(before[1])


def network(widths, activation, loss, output):
    """Return the engine's network, and tensors with the same coefs and intercepts."""
    net = engine("Network", np.float64)(widths, [activation] * (len(widths) - 2), loss, output)
    arrays = parameters(widths)
    for layer, layer_parameters in enumerate(zip(*arrays, strict=True)):
        net.set_layer(layer, *layer_parameters)
    return net, [[torch.tensor(array, requires_grad=True) for array in group] for group in arrays]


def objective(X, t, tensors, activation, loss, output, alpha=0.0, weights=None):
    """Return the weighted mean loss with scikit-learn's L2 penalty."""
    coefs, intercepts = tensors
    z = X
    for layer, (coef, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        z = (reference.ACTIVATIONS[activation].torch(torch, z) if layer else z) @ coef + intercept
    entry = reference.LOSSES[loss]
    rows = entry.torch(
        torch, z if hasattr(entry, "gradient") else reference.OUTPUT_ACTIVATIONS[output].torch(torch, z), t
    )
    rows = rows.sum(dim=1) if rows.ndim == 2 else rows
    weights = torch.ones(len(X)) if weights is None else weights
    penalty = alpha / 2 * sum((coef**2).sum() for coef in coefs)
    return ((weights * rows).sum() + penalty) / weights.sum()


def tensor(y):
    return torch.from_numpy(y.astype(np.int64) if y.dtype == np.int32 else y)


def gradients_of(tensors):
    return flat(*([tensor.grad.numpy() for tensor in group] for group in tensors))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=lambda name: str(name))
def test_gradients_against_autograd(loss, output, activation):
    widths = [4, 17, 9, 3]
    X, (y, _) = inputs(40, 4), targets(40, 3, loss)
    weights = np.random.RandomState(3).rand(40)
    net, tensors = network(widths, activation, loss, output)
    trainer = engine("Trainer", np.float64)(net, X, y, weights, alpha=0.7)
    data, penalty, *gradients = trainer.loss_and_gradients()
    value = objective(torch.from_numpy(X), tensor(y), tensors, activation, loss, output, 0.7, torch.from_numpy(weights))
    value.backward()
    expected = gradients_of(tensors)
    np.testing.assert_allclose(data + penalty, value.item(), rtol=1e-12)
    np.testing.assert_allclose(flat(*gradients), expected, rtol=1e-10, atol=1e-13 * np.abs(expected).max())


OPTIMIZERS = [name for name, entry in reference.OPTIMIZERS.items() if entry.torch]


class Run:
    """The same network, batches and optimizer twice: in the engine and in PyTorch."""

    WIDTHS, ROWS, BATCH = (5, 20, 9, 3), 100, 10

    def __init__(self, name, activation="tanh", loss="log_loss", output="softmax", alpha=0.1, decay=None, **settings):
        self.spec, self.name, self.alpha = (activation, loss, output), name, alpha
        bounds = {key: settings.pop(key) for key in ("clip_norm", "clip_value") if key in settings}
        self.bounds = bounds
        self.X, (self.y, _) = inputs(self.ROWS, 5), targets(self.ROWS, 3, loss)
        self.net, self.tensors = network(list(self.WIDTHS), activation, loss, output)
        given = settings if decay is None else {**settings, "weight_decay": decay}
        self.settings = _core.optimizer_settings(name, given)
        self.trainer = engine("Trainer", np.float64)(
            self.net, self.X, self.y, batch_size=self.BATCH, alpha=alpha, n_threads=2, **bounds
        )
        self.optimizer = engine("Optimizer", np.float64)(name, self.settings, self.net)
        class_name, arguments, self.decoupled = reference.torch_optimizer(name, self.settings)
        groups = [{"params": self.tensors[0]}, {"params": self.tensors[1], "weight_decay": 0.0}]  # biases do not decay
        self.other = getattr(torch.optim, class_name)(groups, lr=1.0, **arguments)

    def clip(self):
        tensors = [*self.tensors[0], *self.tensors[1]]
        if "clip_value" in self.bounds:
            torch.nn.utils.clip_grad_value_(tensors, self.bounds["clip_value"])
        if "clip_norm" in self.bounds:
            # clip_grad_norm_ adds 1e-6 to the norm, which would show.
            norm = torch.nn.utils.get_total_norm([tensor.grad for tensor in tensors])
            torch.nn.utils.clip_grads_with_norm_(tensors, self.bounds["clip_norm"], norm - 1e-6)

    def step_of_torch(self, rows, rate, t):
        self.other.zero_grad()
        X, y = torch.from_numpy(self.X[rows]), tensor(self.y[rows])
        value = objective(X, y, self.tensors, *self.spec, self.alpha)
        value.backward()
        self.clip()
        for group in self.other.param_groups:
            group["lr"] = rate
            if self.name == "adam":
                # Ours is the form of the paper's section 2, as in scikit-learn, whose epsilon has no bias correction.
                group["eps"] = self.settings["epsilon"] / np.sqrt(1 - self.settings["beta_2"] ** t)
        if not self.decoupled:
            with torch.no_grad():
                for coef in self.tensors[0]:
                    coef -= rate * self.settings["weight_decay"] * coef
        self.other.step()
        return value.item()

    def compare(self, rates):
        """Take a step for each rate, (epochs, steps of an epoch), in both; losses and parameters must agree."""
        before, t = flat(*parameters_of(self.net, list(self.WIDTHS))), 0
        for epoch, epoch_rates in enumerate(rates):
            order = np.random.RandomState(epoch).permutation(self.ROWS)
            loss, penalty = self.trainer.epoch(self.optimizer, np.array(epoch_rates, dtype=np.float64), order)
            values = []
            for rate, rows in zip(epoch_rates, order.reshape(-1, self.BATCH), strict=True):
                t += 1
                values.append(self.step_of_torch(rows, float(rate), t))
            np.testing.assert_allclose(loss + penalty, np.mean(values), rtol=1e-6)
        assert t == 100
        after = flat(*parameters_of(self.net, list(self.WIDTHS)))
        expected = flat(*([tensor.detach().numpy() for tensor in group] for group in self.tensors))
        assert np.abs(after - before).max() > 1e-3
        np.testing.assert_allclose(after, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"decay": 0.3},
        {"clip_norm": 0.1},
        {"clip_value": 0.01},
        {"decay": 0.3, "clip_norm": 0.1, "clip_value": 0.03},
    ],
    ids=str,
)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_runs_of_every_optimizer(name, settings):
    """A hundred steps on shuffled mini-batches."""
    Run(name, **settings).compare(np.full((10, 10), optimizers.find(name).learning_rate))


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sgd", {"nesterovs_momentum": 0.0}),
        ("sgd", {"momentum": 0.0, "nesterovs_momentum": 0.0}),
        ("rmsprop", {"momentum": 0.9, "centered": 1.0}),
        ("adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ],
    ids=str,
)
def test_runs_with_other_settings(name, settings):
    Run(name, **settings).compare(np.full((10, 10), optimizers.find(name).learning_rate))


@pytest.mark.parametrize("activation", ["relu", "gelu", "mish"])
@pytest.mark.parametrize(
    ("loss", "output"),
    [("huber", "identity"), ("poisson", "exp"), ("binary_log_loss", "logistic"), ("hinge", "identity")],
)
def test_runs_of_other_networks(loss, output, activation):
    Run("adamw", activation, loss, output).compare(np.full((10, 10), 0.003))


SCHEDULES = {
    "cosine": (
        schedules.Cosine(final=1e-4),
        lambda lr, o: lr.CosineAnnealingLR(o, 100, eta_min=1e-4),
        "step",
    ),
    "restarts": (schedules.Cosine(restart_every=4), lambda lr, o: lr.CosineAnnealingWarmRestarts(o, 40), "step"),
    "one_cycle": (
        schedules.OneCycle(),
        lambda lr, o: lr.OneCycleLR(o, 0.01, total_steps=100, cycle_momentum=False),
        "step",
    ),
    "step": (schedules.Step(every=3, factor=0.3), lambda lr, o: lr.StepLR(o, 3, gamma=0.3), "epoch"),
    "exponential": (schedules.Exponential(0.8), lambda lr, o: lr.ExponentialLR(o, 0.8), "epoch"),
}


class Scheduled(Run):
    """A run in which PyTorch's own scheduler sets its rate, and ours the engine's."""

    def __init__(self, name, scheduler, unit, **settings):
        super().__init__(name, **settings)
        for group in self.other.param_groups:
            group["lr"] = 0.01
        self.scheduler = scheduler(torch.optim.lr_scheduler, self.other)
        self.every = 1 if unit == "step" else self.ROWS // self.BATCH

    def step_of_torch(self, rows, rate, t):
        value = super().step_of_torch(rows, self.other.param_groups[0]["lr"], t)
        if t % self.every == 0:
            self.scheduler.step()
        return value


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(
    # Momentum of scikit-learn holds the rates of the past, PyTorch's does not: alike at a constant rate only.
    ("name", "settings"),
    [("sgd", {"momentum": 0.0, "nesterovs_momentum": 0.0}), ("adamw", {"decay": 0.3}), ("rmsprop", {})],
    ids=["sgd", "adamw", "rmsprop"],
)
def test_runs_of_schedules(name, settings, schedule):
    ours, scheduler, unit = SCHEDULES[schedule]
    rates = [np.broadcast_to(ours.rates(0.01, epoch, 10, 10, 100 * epoch), 10) for epoch in range(10)]
    Scheduled(name, scheduler, unit, **settings).compare(rates)
