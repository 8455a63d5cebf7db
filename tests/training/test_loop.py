"""The training loop: the same rules for networks and estimators, and what "loss" means wherever it is shown."""

import contextlib
import csv
import io
import re

import numpy as np
import pytest

from cases import inputs, make_network
from rosenblatt import MLPClassifier, MLPRegressor, Network, callbacks, losses, schedules

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = inputs(40, 4), inputs(40, 1, seed=5)
X_VAL, Y_VAL = inputs(12, 4, seed=7), inputs(12, 1, seed=8)


def regressor(**parameters):
    settings = {"hidden_layer_sizes": [5], "max_iter": 4, "batch_size": 10, "tol": 0, "random_state": 0}
    return MLPRegressor(**{**settings, **parameters})


class Returns(schedules.Schedule):
    """Return these rates from an epoch on."""

    def __init__(self, rates, first=0):
        self.bad, self.first = rates, first

    def __repr__(self):
        return "Returns()"

    def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
        return self.bad if epoch >= self.first else initial


class Monitor(schedules.Constant):
    """Collect the monitored values, in a list that copies share."""

    seen: list = []  # noqa: RUF012

    def epoch_ends(self, value):
        self.seen.append(value)


@pytest.fixture
def monitor():
    Monitor.seen.clear()
    return Monitor()


# Learning rates

BAD_RATES = {
    "negative": (-1.0, "-1.0"),
    "NaN": (np.nan, "nan"),
    "infinity": (np.inf, "inf"),
    "integer": (-1, "-1"),
    "scalar of NumPy": (np.float32(np.nan), r"np\.float32\(nan\)"),
    "shape": (np.ones(5), r"an array of shape \(5,\)"),
    "one step": (np.ones(1), r"an array of shape \(1,\)"),
    "dimensions": (np.ones((2, 2)), r"an array of shape \(2, 2\)"),
    "negative step": (np.array([0.1, 0.1, -2.0, 0.1]), r"an array of shape \(4,\) with -2\.0"),
    "NaN step": (np.array([0.1, np.nan, 0.1, 0.1]), r"an array of shape \(4,\) with nan"),
    "list": ([0.1, 0.1], r"\[0\.1, 0\.1\]"),
    "ragged": ([[0.1], [0.1, 0.2]], r"\[\[0\.1\], \[0\.1, 0\.2\]\]"),
    "None": (None, "None"),
    "text": ("0.1", "'0.1'"),
    "complex": (1j, "1j"),
}

TRAINERS = {
    "Network.train": lambda schedule, loss: next(
        Network([4, 5, 1], loss=loss, random_state=0).train(X, Y, schedule=schedule, batch_size=10)
    ),
    "fit": lambda schedule, loss: regressor(learning_rate=schedule, loss=loss).fit(X, Y.ravel()),
    "sgd": lambda schedule, loss: regressor(learning_rate=schedule, loss=loss, solver="sgd").fit(X, Y.ravel()),
    "partial_fit": lambda schedule, loss: regressor(learning_rate=schedule, loss=loss).partial_fit(X, Y.ravel()),
    "classifier": lambda schedule, loss: MLPClassifier([5], learning_rate=schedule, batch_size=10, loss=loss).fit(
        X, Y.ravel() > 0
    ),
}


@pytest.mark.parametrize("trainer", TRAINERS)
@pytest.mark.parametrize("case", BAD_RATES)
def test_bad_rates_are_the_same_error_everywhere_and_take_no_step(case, trainer):
    calls = 0

    def loss(y_true, raw_scores):
        nonlocal calls
        calls += 1
        return (raw_scores**2).sum(axis=1), 2 * raw_scores

    rates, shown = BAD_RATES[case]
    expected = r"an array of shape \(4,\) of such numbers, one for each step"
    message = rf"^Returns\(\): rates: got {shown}, expected a finite number >= 0, or {expected}$"
    with pytest.raises(ValueError, match=message):
        TRAINERS[trainer](Returns(rates), losses.Custom(loss))
    assert calls == 0


def test_network_train_reports_bad_rates_before_the_first_item():
    with pytest.raises(ValueError, match=r"Returns\(\): rates: got -1\.0"):
        make_network(widths=[4, 1]).train(X, Y, schedule=Returns(-1.0))


@pytest.mark.parametrize("rate", [-1.0, np.nan])
def test_bad_rates_of_a_later_epoch_leave_the_epochs_before(rate):
    model = regressor(learning_rate=Returns(rate, first=2))
    with pytest.raises(ValueError, match=r"Returns\(\): rates: got "):
        model.fit(X, Y.ravel())
    expected = regressor(max_iter=2).fit(X, Y.ravel())
    assert model.loss_curve_ == expected.loss_curve_
    np.testing.assert_array_equal(model.coefs_[0], expected.coefs_[0])
    training = make_network(widths=[4, 1]).train(X, Y, schedule=Returns(rate, first=2), epochs=9)
    assert len([next(training), next(training)]) == 2
    with pytest.raises(ValueError, match=r"Returns\(\): rates: got "):
        next(training)


@pytest.mark.parametrize("rate", [-1.0, np.nan, np.inf])
def test_functions_of_the_epoch_are_the_same_error_everywhere(rate):
    message = rf"^PerEpoch: function: got {rate} for epoch 0, expected a finite number >= 0$"
    for train in TRAINERS.values():
        with pytest.raises(ValueError, match=message):
            train(lambda epoch: rate, "squared_error" if train is not TRAINERS["classifier"] else "log_loss")


@pytest.mark.parametrize("rates", [1e-3, 0, np.float32(1e-3), np.array(1e-3), [1e-3] * 4, np.full(4, 1e-3, "f4")])
def test_rates_of_other_types_are_taken(rates):
    with contextlib.closing(
        make_network(widths=[4, 1]).train(X, Y, schedule=Returns(rates), batch_size=10)
    ) as training:
        assert next(training).learning_rate == pytest.approx(np.ravel(rates)[-1])
    model = regressor(learning_rate=Returns(rates), max_iter=1).fit(X, Y.ravel())
    assert model.history_["learning_rate"] == pytest.approx(np.ravel(rates)[-1])


# What schedules monitor


@pytest.mark.parametrize("penalty", [{}, {"alpha": 3.0, "l1": 0.5}], ids=["plain", "penalty"])
@pytest.mark.parametrize("validated", [False, True])
def test_schedules_monitor_the_same_in_networks_and_estimators(validated, penalty, monitor):
    settings = {"alpha": 0.0, **penalty}
    held_out = {"X_val": X_VAL, "y_val": Y_VAL.ravel()} if validated else {}
    network = Network([4, 5, 1], random_state=0)
    epochs = list(network.train(X, Y, "adam", monitor, batch_size=10, epochs=4, **settings, **held_out))
    of_network = list(monitor.seen)
    monitor.seen.clear()
    model = regressor(learning_rate=monitor, **settings).fit(X, Y.ravel(), **held_out)
    assert monitor.seen == of_network
    assert of_network == [epoch.val_loss if validated else epoch.loss for epoch in epochs]
    np.testing.assert_array_equal(of_network, model.history_["val_loss" if validated else "loss"])


@pytest.mark.parametrize("early_stopping", [True, "score", "loss"])
def test_schedules_monitor_the_samples_that_early_stopping_holds_back(early_stopping, monitor):
    model = regressor(learning_rate=monitor, early_stopping=early_stopping).fit(X, Y.ravel())
    np.testing.assert_array_equal(monitor.seen, model.history_["val_loss"])


def test_schedules_monitor_the_mean_over_several_outputs(monitor):
    several = np.column_stack([Y, -Y, Y**2])
    held_out = {"X_val": X_VAL, "y_val": np.column_stack([Y_VAL, -Y_VAL, Y_VAL**2])}
    for name, validation in (("loss", {}), ("val_loss", held_out)):
        monitor.seen.clear()
        model = regressor(learning_rate=monitor).fit(X, several, **validation)
        np.testing.assert_array_equal(monitor.seen, model.history_[name])


def test_a_plateau_of_the_validation_loss_lowers_the_rate_of_both():
    """The targets of validation are far from those of training, so that their loss grows from the first epoch on."""
    rates = []
    schedule = schedules.ReduceOnPlateau(patience=0, factor=0.5)
    for early_stopping in (False, "score"):
        held_out = {"X_val": X, "y_val": -100 * Y.ravel()}
        model = regressor(learning_rate=schedule, learning_rate_init=0.01, early_stopping=early_stopping)
        rates.append(list(model.fit(X, Y.ravel(), **held_out).history_["learning_rate"]))
    network = Network([4, 5, 1], random_state=0)
    optimizer = {"optimizer": "adam", "schedule": schedule, "batch_size": 10, "epochs": 4}
    alone = [epoch.learning_rate for epoch in network.train(X, Y, **optimizer, X_val=X, y_val=-100 * Y)]
    assert rates[0] == rates[1] == [0.01, 0.01, 0.005, 0.0025]
    assert alone == pytest.approx([0.001, 0.001, 0.0005, 0.00025])


def test_adaptive_keeps_scikit_learns_rule():
    """It looks at the training loss, also with validation samples, unless training stops by them."""
    settings = {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 10.0, "max_iter": 9}
    alone = regressor(**settings).fit(X, Y.ravel())
    validated = regressor(**settings).fit(X, Y.ravel(), X_val=X_VAL, y_val=Y_VAL.ravel())
    np.testing.assert_array_equal(alone.history_["learning_rate"], validated.history_["learning_rate"])
    assert alone.history_["learning_rate"][-1] < 0.001


# What "loss" means


@pytest.mark.parametrize("outputs", [1, 3])
def test_loss_means_the_same_wherever_it_is_shown(outputs, tmp_path, capsys):
    """Data loss plus penalty; scikit-learn's estimators average the squared error over the outputs."""
    y = inputs(40, outputs, seed=5)
    settings = {"alpha": 3.0, "l1": 0.5, "batch_size": 10}
    ends, bar, path = [], io.StringIO(), tmp_path / "log.csv"
    watchers = [ends.append, callbacks.ProgressBar(bar), callbacks.CSVLogger(path)]
    model = regressor(**settings, callbacks=watchers, verbose=True).fit(X, y.squeeze())
    network = Network([4, 5, outputs], random_state=0)
    epochs = list(network.train(X, y, epochs=4, **settings))
    for end, epoch, loss in zip(ends, epochs, model.loss_curve_, strict=True):
        assert end.loss == end.data_loss + end.penalty == loss
        assert epoch.loss == epoch.data_loss + epoch.penalty
        assert end.penalty == epoch.penalty > 0.1
        assert end.data_loss == pytest.approx(epoch.data_loss / outputs, rel=1e-12)
    assert [end.loss for end in ends] == list(model.history_["loss"])
    assert model.loss_ == ends[-1].loss
    assert model.best_loss_ == min(model.loss_curve_)
    printed = re.findall(r"Iteration \d+, loss = (\S+)", capsys.readouterr().out)
    assert printed == [f"{loss:.8f}" for loss in model.loss_curve_]
    with open(path, newline="") as file:
        assert [float(row["loss"]) for row in csv.DictReader(file)] == model.loss_curve_
    assert f"loss {model.loss_:.6g}" in bar.getvalue()


def test_validation_loss_has_no_penalty():
    network = Network([4, 5, 1], random_state=0)
    epoch = next(network.train(X, Y, alpha=100.0, X_val=X_VAL, y_val=Y_VAL))
    assert epoch.val_loss == network.loss(X_VAL, Y_VAL)
    assert epoch.val_score is None
    model = regressor(alpha=100.0, max_iter=1).fit(X, Y.ravel(), X_val=X_VAL, y_val=Y_VAL.ravel())
    expected = ((model.predict(X_VAL) - Y_VAL.ravel()) ** 2).mean() / 2
    assert model.history_["val_loss"][0] == pytest.approx(expected, rel=1e-12)


# The end of a run


def test_an_epoch_that_diverges_has_no_validation_numbers_and_is_undone():
    settings = {"hidden_layer_sizes": [], "solver": "sgd", "momentum": 0.0, "learning_rate_init": 1e200}
    ends = []
    model = regressor(**settings, early_stopping="loss", callbacks=[ends.append])
    with pytest.warns(UserWarning, match="Epoch 1 diverged"):
        model.fit(X, Y.ravel())
    assert len(ends) == 1
    assert np.isnan([ends[0].val_loss, ends[0].val_score]).all()
    initial = regressor(**{**settings, "learning_rate_init": 1e-300}, max_iter=1).fit(X, Y.ravel())
    np.testing.assert_array_equal(model.coefs_[0], initial.coefs_[0])


@pytest.mark.parametrize("where", ["callback", "loss"])
def test_an_interrupted_fit_warns_and_keeps_the_parameters(where):
    calls = 0

    def loss(y_true, raw_scores):
        nonlocal calls
        calls += 1
        if where == "loss" and calls == 2 * 4 + 1:
            raise KeyboardInterrupt
        error = raw_scores - y_true
        return (error**2).sum(axis=1) / 2, error

    def interrupt(end):
        if where == "callback" and end.epoch == 2:
            raise KeyboardInterrupt

    model = regressor(loss=loss, callbacks=[interrupt], max_iter=9)
    with pytest.warns(UserWarning, match=r"^Training interrupted by user\.$"):
        model.fit(X, Y.ravel())
    assert model.n_iter_ == len(model.loss_curve_) == len(model.history_["loss"]) == 2
    expected = regressor(loss=losses.Custom(lambda y, z: (((z - y) ** 2).sum(axis=1) / 2, z - y)), max_iter=2)
    np.testing.assert_array_equal(model.coefs_[0], expected.fit(X, Y.ravel()).coefs_[0])


def test_parameters_that_a_user_assigns_are_honoured():
    rng = np.random.RandomState(3)
    coefs, intercepts = [rng.randn(4, 5), rng.randn(5, 1)], [rng.randn(5), rng.randn(1)]
    model = regressor(max_iter=1, warm_start=True).fit(X, Y.ravel())
    model.coefs_, model.intercepts_ = [coef.copy() for coef in coefs], [array.copy() for array in intercepts]
    model.fit(X, Y.ravel())
    expected = regressor(init=coefs, bias_init=intercepts, max_iter=1).fit(X, Y.ravel())
    np.testing.assert_array_equal(model.coefs_[0], expected.coefs_[0])
    model.coefs_[1][...] = 0.0  # in place
    model.intercepts_[1][...] = 2.0
    np.testing.assert_array_equal(model.predict(X), 2.0)
    model.set_params(learning_rate_init=1e-300).partial_fit(X, Y.ravel())
    assert np.abs(model.coefs_[1]).max() < 1e-2


def test_a_warm_start_after_lbfgs():
    """scikit-learn fails with an error about its own attributes."""
    model = regressor(solver="lbfgs", warm_start=True).fit(X, Y.ravel())
    before = model.loss_
    model.set_params(solver="sgd", learning_rate_init=1e-9).fit(X, Y.ravel())
    assert len(model.loss_curve_) == 4
    assert model.loss_ == pytest.approx(before, abs=0.1)
