"""Learning-rate schedules: their rates over whole runs, their state, and their errors."""

import pickle
import warnings
from copy import deepcopy
from math import cos, inf, log2, nan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

from cases import python
from rosenblatt import MLPRegressor, schedules
from rosenblatt.schedules import (
    SCHEDULES,
    Adaptive,
    Constant,
    Cosine,
    Exponential,
    FlatCosine,
    InvScaling,
    LogCosine,
    OneCycle,
    PerEpoch,
    PerStep,
    ReduceOnPlateau,
    Schedule,
    Step,
    find,
)

INITIAL, N_STEPS, N_EPOCHS, N_SAMPLES = 0.3, 7, 12, 100


def root(number):
    return number**0.5


def run(schedule, values=None, n_steps=N_STEPS, n_epochs=N_EPOCHS, initial=INITIAL):
    """Return the rate of every step of a run, shape (n_epochs * n_steps,)."""
    rates = []
    for epoch in range(n_epochs):
        rate = schedule.rates(initial, epoch, n_steps, n_epochs, epoch * N_SAMPLES)
        assert isinstance(rate, float) or (rate.shape == (n_steps,) and rate.dtype == np.float64)
        rates.append(np.broadcast_to(rate, n_steps))
        schedule.epoch_ends(0.0 if values is None else values[epoch])
    return np.concatenate(rates)


def same(rates, expected):
    np.testing.assert_allclose(rates, expected, rtol=1e-13, atol=1e-16)


# Formulas


def epochs(formula):
    return np.repeat([formula(epoch) for epoch in range(N_EPOCHS)], N_STEPS)


def steps(formula):
    return np.array([formula(step) for step in range(N_EPOCHS * N_STEPS)])


def test_constant():
    assert (run(Constant()) == INITIAL).all()


def test_step():
    lowered = {0: 1.0, 1: 0.5, 2: 0.25}
    same(run(Step(every=5, factor=0.5)), epochs(lambda epoch: INITIAL * lowered[epoch // 5]))


def test_exponential():
    same(run(Exponential(factor=0.9)), INITIAL * np.cumprod([1.0] + [0.9] * (N_EPOCHS - 1)).repeat(N_STEPS))


@pytest.mark.parametrize("power_t", [0, 0.5, 0.77, 1])
def test_invscaling_is_that_of_scikit_learn(power_t):
    theirs = SGDOptimizer([], INITIAL, lr_schedule="invscaling", power_t=power_t)
    schedule = InvScaling(power_t)
    for epoch in range(50):
        assert schedule.rates(INITIAL, epoch, 3, 50, epoch * 123) == theirs.learning_rate
        theirs.iteration_ends((epoch + 1) * 123)


def test_invscaling_starts_again_after_a_warm_start():
    assert InvScaling().rates(INITIAL, 0, 3, 50, n_samples_seen=1000) == INITIAL


def test_adaptive_is_that_of_scikit_learn(capsys):
    theirs = SGDOptimizer([], INITIAL, lr_schedule="adaptive")
    schedule = Adaptive()
    for epoch in range(20):
        assert schedule.rates(INITIAL, epoch, 3, 50, epoch * 123) == theirs.learning_rate
        stops = theirs.trigger_stopping("Message.", verbose=True)
        goes_on, consequence = schedule.lower()
        assert goes_on is not stops
        assert f"Message. {consequence}\n" == capsys.readouterr().out
    assert stops
    assert 1e-6 / 5 < schedule.rate <= 1e-6


def test_others_stop_as_scikit_learn_does(capsys):
    for name in ("constant", "invscaling"):
        theirs = SGDOptimizer([], INITIAL, lr_schedule=name)
        assert theirs.trigger_stopping("Message.", verbose=True)
        goes_on, consequence = find(name).lower()
        assert not goes_on
        assert f"Message. {consequence}\n" == capsys.readouterr().out


def test_cosine():
    final = 0.02
    expected = steps(lambda s: final + (INITIAL - final) * (1 + cos(pi * s / (N_EPOCHS * N_STEPS))) / 2)
    same(run(Cosine(final=final)), expected)
    assert expected[0] == INITIAL


@pytest.mark.parametrize("warmup", [3, 2.5])
def test_cosine_with_warm_up(warmup):
    n_warm, n_all = warmup * N_STEPS, N_EPOCHS * N_STEPS

    def formula(s):
        return (s + 1) / (n_warm + 1) if s < n_warm else (1 + cos(pi * (s - n_warm) / (n_all - n_warm))) / 2

    same(run(Cosine(warmup_epochs=warmup)), INITIAL * steps(formula))


def test_cosine_with_restarts():
    # Periods of 2, 4 and 8 epochs; training ends within the last.
    same(
        run(Cosine(restart_every=2, restart_factor=2)),
        [
            INITIAL * (1 + cos(pi * s / (length * N_STEPS))) / 2
            for length, taken in ((2, 2), (4, 4), (8, 6))
            for s in range(taken * N_STEPS)
        ],
    )


def test_cosine_with_everything():
    # One epoch of warm-up, then periods of 3, 4.5 and 6.75 epochs: restarts at steps 28, 59.5 and beyond the end.
    n = N_STEPS
    periods = [(1 * n, 3 * n), (4 * n, 4.5 * n), (8.5 * n, 6.75 * n)]

    def formula(s):
        if s < n:
            return INITIAL * (s + 1) / (n + 1)
        start, length = [period for period in periods if period[0] <= s][-1]
        return 0.1 + (INITIAL - 0.1) * (1 + cos(pi * (s - start) / length)) / 2

    same(run(Cosine(warmup_epochs=1, final=0.1, restart_every=3, restart_factor=1.5)), steps(formula))


def test_restarts_are_at_their_epochs():
    schedule = Cosine(warmup_epochs=1, restart_every=3)
    for n_steps in (1, 3, 7, 10, 49, 99):
        firsts = [schedule.rates(INITIAL, epoch, n_steps, 300, 0)[0] for epoch in range(1, 300)]
        assert np.array_equal(np.flatnonzero(np.equal(firsts, INITIAL)), np.arange(0, 299, 3))


def test_cosine_with_only_a_warm_up():
    expected = INITIAL * steps(lambda s: (s + 1) / (20 * N_STEPS + 1))
    same(run(Cosine(warmup_epochs=20)), expected)


def test_rates_stay_at_their_last_beyond_the_end():
    assert (Cosine(final=0.01).rates(INITIAL, 12, 5, 12, 0) == 0.01).all()
    assert (Cosine(final=0.01, warmup_epochs=12).rates(INITIAL, 12, 5, 12, 0) == 0.01).all()
    last = INITIAL * 0.5 * 0.25
    same(OneCycle(start_factor=0.5, final_factor=0.25).rates(INITIAL, 15, 5, 12, 0), np.full(5, last))


@pytest.mark.parametrize("n_waves", [1, 4])
def test_log_cosine(n_waves):
    n_all = N_EPOCHS * N_STEPS
    expected = steps(lambda s: INITIAL / 2 * (1 - cos(2 * pi * log2(1 + (2**n_waves - 1) * s / n_all))))
    same(run(LogCosine(n_waves)), expected)
    assert (LogCosine(n_waves).rates(INITIAL, 20, 5, 12, 0) < 1e-16).all()


@pytest.mark.parametrize("flat", [0, 0.5])
def test_flat_cosine(flat):
    # RealMLP's formula for flat = 0.5: (1 + cos(pi (max(1, 2 t) - 1))) / 2.
    n_all = N_EPOCHS * N_STEPS
    expected = steps(lambda s: INITIAL / 2 * (1 + cos(pi * (max(flat, s / n_all) - flat) / (1 - flat))))
    same(run(FlatCosine(flat)), expected)
    assert (FlatCosine(flat).rates(INITIAL, 20, 5, 12, 0) < 1e-16).all()


def test_one_cycle():
    top, last = 0.25 * N_EPOCHS * N_STEPS - 1, N_EPOCHS * N_STEPS - 1
    assert top == int(top)
    rates = run(OneCycle(warmup_fraction=0.25, start_factor=0.1, final_factor=0.01))
    same(rates[[0, int(top), last]], [INITIAL * 0.1, INITIAL, INITIAL * 0.001])
    same(rates[int(top) // 2], INITIAL * (0.1 + 0.9 * (1 - cos(pi * (int(top) // 2) / top)) / 2))
    assert (np.diff(rates[: int(top) + 1]) > 0).all()
    assert (np.diff(rates[int(top) :]) < 0).all()


@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("fraction", [0, 0.25, 1 / 3, 0.5, 1])
def test_one_cycle_of_few_steps(n_steps, fraction):
    with np.errstate(all="raise"):
        rates = run(OneCycle(fraction), n_steps=n_steps, n_epochs=1)
    assert (rates > 0).all()
    assert (rates <= INITIAL).all()
    assert rates[-1] == pytest.approx(INITIAL if fraction == 1 else INITIAL / 25 * 1e-4)


def test_reduce_on_plateau():
    #        best       1    2    3: lowered, cooling, 1    better     1    2    3
    values = [1.0, 0.5, 0.5, 0.6, 0.45, 0.7, 0.7, 0.7, 0.39, 0.31, 0.3, 0.3]
    schedule = ReduceOnPlateau(factor=0.5, patience=2, tol=0.1, cooldown=1)
    went_on = []
    rates = []
    for epoch, value in enumerate(values):
        rates.append(schedule.rates(1.0, epoch, N_STEPS, N_EPOCHS, 0))
        schedule.epoch_ends(value)
        went_on.append(schedule.lower()[0])
    assert rates == [1.0] * 5 + [0.5] * 7
    assert went_on == [False] * 4 + [True] + [False] * 6 + [True]
    assert schedule.lower() == (True, "Setting learning rate to 0.250000")


def test_reduce_on_plateau_stops_at_the_smallest_rate():
    schedule = ReduceOnPlateau(patience=0, smallest=0.05)
    schedule.epoch_ends(1.0)
    rates = []
    for epoch in range(4):
        rates.append(schedule.rates(INITIAL, epoch, 1, 9, 0))
        schedule.epoch_ends(nan)
        went_on = schedule.lower()
    assert rates == [INITIAL, 0.05, 0.05, 0.05]
    assert went_on == (False, "Stopping.")


def test_a_plateau_ends_even_without_a_smallest_rate():
    schedule = ReduceOnPlateau(patience=0)
    lowered = 0
    schedule.rates(INITIAL, 0, 1, 99, 0)
    schedule.epoch_ends(1.0)
    schedule.epoch_ends(1.0)
    while schedule.lower()[0]:
        lowered += 1
        schedule.epoch_ends(1.0)
    assert lowered == 8
    assert schedule.rate == pytest.approx(INITIAL * 1e-8)


def test_functions():
    same(run(PerStep(lambda step: 1 / (1 + step))), steps(lambda step: 1 / (1 + step)))
    same(run(PerStep(lambda step: np.where(step < 3, 0.5, 0.1))), steps(lambda step: 0.5 if step < 3 else 0.1))
    same(run(PerEpoch(lambda epoch: np.float32(0.5) ** epoch)), epochs(lambda epoch: 0.5**epoch))


# Against PyTorch


def torch_run(scheduler, values=None, per_step=True, n_steps=N_STEPS, n_epochs=N_EPOCHS, initial=INITIAL):
    """Return the rate of every step with one of PyTorch's schedulers, made from an optimizer."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=initial)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler = scheduler(torch.optim.lr_scheduler, optimizer)
        rates = []
        for epoch in range(n_epochs):
            for _ in range(n_steps):
                rates.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                if per_step:
                    scheduler.step()
            if not per_step:
                scheduler.step(*([] if values is None else [values[epoch]]))
    return rates


N = N_STEPS
PER_STEP = {
    "cosine": (Cosine(final=0.01), lambda lr, o: lr.CosineAnnealingLR(o, N * N_EPOCHS, eta_min=0.01)),
    "restarts": (Cosine(restart_every=5), lambda lr, o: lr.CosineAnnealingWarmRestarts(o, 5 * N)),
    "growing": (
        Cosine(restart_every=1, restart_factor=2, final=0.1),
        lambda lr, o: lr.CosineAnnealingWarmRestarts(o, N, T_mult=2, eta_min=0.1),
    ),
    "warm-up": (
        Cosine(warmup_epochs=2),
        lambda lr, o: lr.SequentialLR(
            o,
            [
                lr.LinearLR(o, start_factor=1 / (2 * N + 1), total_iters=2 * N),
                lr.CosineAnnealingLR(o, N * (N_EPOCHS - 2)),
            ],
            milestones=[2 * N],
        ),
    ),
    "one_cycle": (OneCycle(), lambda lr, o: lr.OneCycleLR(o, INITIAL, total_steps=N * N_EPOCHS)),
    "one_cycle parameters": (
        OneCycle(warmup_fraction=0.45, start_factor=0.1, final_factor=0.02),
        lambda lr, o: lr.OneCycleLR(
            o, INITIAL, total_steps=N * N_EPOCHS, pct_start=0.45, div_factor=10, final_div_factor=50
        ),
    ),
}


@pytest.mark.parametrize("name", PER_STEP)
def test_rates_of_steps_are_those_of_torch(name):
    schedule, scheduler = PER_STEP[name]
    np.testing.assert_allclose(run(deepcopy(schedule)), torch_run(scheduler), rtol=1e-11, atol=1e-16)


PER_EPOCH = {
    "constant": (Constant(), lambda lr, o: lr.ConstantLR(o, factor=1.0)),
    "step": (Step(every=4, factor=0.3), lambda lr, o: lr.StepLR(o, 4, gamma=0.3)),
    "exponential": (Exponential(0.8), lambda lr, o: lr.ExponentialLR(o, 0.8)),
    "function": (
        PerEpoch(lambda epoch: INITIAL / (1 + epoch)),
        lambda lr, o: lr.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    ),
}


@pytest.mark.parametrize("name", PER_EPOCH)
def test_rates_of_epochs_are_those_of_torch(name):
    schedule, scheduler = PER_EPOCH[name]
    np.testing.assert_allclose(run(deepcopy(schedule)), torch_run(scheduler, per_step=False), rtol=1e-12)


@pytest.mark.parametrize(
    "parameters",
    [
        {"patience": 0},
        {"patience": 2, "cooldown": 3, "factor": 0.5},
        {"patience": 1, "tol": 0.05, "smallest": 0.01, "factor": 0.3},
        {"patience": 3, "tol": 0, "cooldown": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", range(5))
def test_reduce_on_plateau_is_that_of_torch(parameters, seed):
    values = np.abs(np.random.RandomState(seed).normal(size=60)) + 1 / np.arange(1, 61)
    values[40:] = values[39]
    theirs = {
        "factor": 0.1,
        "threshold": parameters.get("tol", 1e-4),
        "min_lr": parameters.get("smallest", 0.0),
        **{name: value for name, value in parameters.items() if name not in ("tol", "smallest")},
    }
    rates = run(ReduceOnPlateau(**parameters), values, n_epochs=60)
    expected = torch_run(
        lambda lr, o: lr.ReduceLROnPlateau(o, threshold_mode="abs", **theirs), values, per_step=False, n_epochs=60
    )
    assert list(rates) == expected
    assert rates[-1] < INITIAL


# Properties


factors = st.floats(1e-3, 1, exclude_min=True)
ANY = st.one_of(
    st.just(Constant()),
    st.builds(InvScaling, st.floats(0, 3)),
    st.builds(Adaptive, st.floats(1.01, 100), st.floats(0, 1)),
    st.builds(Step, st.integers(1, 100), factors),
    st.builds(Exponential, factors),
    st.builds(Cosine, st.floats(0, 50), st.floats(0, 1e-6)),
    st.builds(Cosine, st.floats(0, 50), st.floats(0, 1e-6), st.floats(1, 50), st.floats(1, 5)),
    st.builds(LogCosine, st.integers(1, 50)),
    st.builds(FlatCosine, st.floats(0, 0.99)),
    st.builds(OneCycle, st.floats(0, 1), factors, factors),
    st.builds(ReduceOnPlateau, factors.filter(lambda f: f < 1), st.integers(0, 3), cooldown=st.integers(0, 3)),
)


@given(
    schedule=ANY,
    initial=st.floats(1e-6, 1e3),
    n_steps=st.integers(1, 30),
    n_epochs=st.integers(1, 40),
    values=st.lists(st.floats(), min_size=45, max_size=45),
)
def test_rates_of_any_run(schedule, initial, n_steps, n_epochs, values):
    # Longer than announced, as is possible with partial_fit.
    for epoch in range(n_epochs + 5):
        rates = schedule.rates(initial, epoch, n_steps, n_epochs, 17 * epoch)
        assert isinstance(rates, float) or (rates.shape == (n_steps,) and rates.dtype == np.float64)
        assert np.isfinite(rates).all()
        assert np.all(rates >= 0)
        assert np.all(rates <= initial * (1 + 1e-15))
        # Zero is the end of a cosine, or an underflow.
        assert np.all(rates > 0) or isinstance(schedule, Cosine | Exponential | FlatCosine | LogCosine)
        schedule.epoch_ends(values[epoch])
        goes_on, consequence = schedule.lower()
        assert isinstance(goes_on, bool)
        assert consequence.endswith("Stopping.") is not goes_on


@given(schedule=ANY, values=st.lists(st.floats(), min_size=5, max_size=5))
def test_a_copy_continues_equally(schedule, values):
    for epoch, value in enumerate(values):
        schedule.rates(INITIAL, epoch, N_STEPS, N_EPOCHS, 17 * epoch)
        schedule.epoch_ends(value)
    for other in (deepcopy(schedule), pickle.loads(pickle.dumps(schedule))):
        assert other == schedule
        assert repr(other) == repr(schedule)
        own = deepcopy(schedule)
        assert own.lower() == other.lower()
        assert np.array_equal(run(own), run(other))


# State


def test_equality_is_by_value():
    assert Step(3) == Step(3)
    assert Step(3) != Step(4)
    assert Exponential(0.5) != ReduceOnPlateau(0.5)
    used = Adaptive()
    used.rates(INITIAL, 0, 1, 1, 0)
    assert used != Adaptive()


def test_repr_is_its_call():
    assert repr(Cosine(2)) == "Cosine(warmup_epochs=2, final=0.0, restart_every=None, restart_factor=1)"
    assert repr(ReduceOnPlateau()) == "ReduceOnPlateau(factor=0.1, patience=10, tol=0.0001, smallest=0.0, cooldown=0)"
    for schedule in map(find, SCHEDULES):
        assert eval(repr(schedule), vars(schedules)) == schedule


@pytest.mark.parametrize("schedule", [*map(find, SCHEDULES), PerStep(root), PerEpoch(root)], ids=repr)
def test_as_a_parameter_of_an_estimator(schedule):
    estimator = MLPRegressor(learning_rate=schedule)
    copy = clone(estimator)
    assert copy.learning_rate == schedule
    assert copy.learning_rate is not schedule
    assert pickle.loads(pickle.dumps(estimator)).learning_rate == schedule
    assert type(schedule).__name__ in repr(estimator)


def test_rates_follow_the_first_initial_rate():
    for schedule in (Adaptive(), ReduceOnPlateau()):
        assert schedule.rates(0.5, 0, 1, 9, 0) == 0.5
        assert schedule.rates(0.7, 1, 1, 9, 100) == 0.5


def test_rate_before_training():
    with pytest.raises(RuntimeError, match=r"Adaptive has no rate yet; expected rates\(\) to be called first"):
        Adaptive().lower()


# find


def test_find_by_name():
    assert list(SCHEDULES) == [
        *("constant", "invscaling", "adaptive", "step", "exponential", "cosine", "one_cycle", "log_cosine"),
        *("flat_cosine", "reduce_on_plateau"),
    ]
    for name, cls in SCHEDULES.items():
        assert type(find(name)) is cls
        assert find(name) == cls()
    assert find("invscaling", power_t=0.25) == InvScaling(0.25)
    assert find("adaptive", power_t=0.25) == Adaptive()


def test_find_copies_an_instance_with_its_state():
    schedule = Adaptive()
    schedule.rates(INITIAL, 0, 1, 1, 0)
    schedule.lower()
    found = find(schedule, power_t=0.25)
    assert found == schedule
    assert found is not schedule
    found.lower()
    assert schedule.rate == INITIAL / 5


def test_find_wraps_a_function():
    assert find(root) == PerEpoch(root)


def test_find_accepts_schedules_written_by_users():
    class Half(Schedule):
        def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
            return initial / 2

    found = find(Half())
    assert type(found) is Half
    assert (run(found) == INITIAL / 2).all()
    assert found.lower() == (False, "Stopping.")


def test_find_raises():
    with pytest.raises(
        ValueError, match=r"schedule: got 'cosin', expected one of 'constant', .*'reduce_on_plateau', a Sch"
    ):
        find("cosin")
    for bad in (None, 0.1, ["cosine"]):
        with pytest.raises(TypeError, match=r"expected one of 'constant', .*, a Schedule instance, or a callable"):
            find(bad)
    with pytest.raises(TypeError, match=r"schedule: got the class Cosine, expected an instance, such as Cosine\(\)"):
        find(Cosine)
    with pytest.raises(TypeError, match="no schedule has the parameter pover_t"):
        find("invscaling", pover_t=0.5)
    with pytest.raises(ValueError, match="InvScaling: power_t: got -1, expected a finite number >= 0"):
        find("invscaling", power_t=-1)


# Bad parameters


@pytest.mark.parametrize(
    ("cls", "name", "good", "bad"),
    [
        (InvScaling, "power_t", [0, 3, np.float32(0.5)], [-0.1]),
        (Adaptive, "factor", [1.1, 10], [1, 0.2, 0, -2]),
        (Adaptive, "smallest", [0, 1], [-1e-9]),
        (Step, "every", [1, np.int64(3)], [0, -1]),
        (Step, "factor", [1, 1e-9], [0, 1.1, -0.1]),
        (Exponential, "factor", [1, 1e-9], [0, 1.1, -0.1]),
        (Cosine, "warmup_epochs", [0, 0.5, 9], [-1]),
        (Cosine, "final", [0, 0.5], [-0.1]),
        (Cosine, "restart_every", [None, 1, 2.5], [0, 0.5, -1]),
        (OneCycle, "warmup_fraction", [0, 0.5, 1], [-0.1, 1.1]),
        (OneCycle, "start_factor", [1, 1e-9], [0, 1.1, -0.1]),
        (LogCosine, "n_waves", [1, 4, 50], [0, 51, 1.5, -1]),
        (FlatCosine, "flat", [0, 0.5, 0.999], [1, -0.1]),
        (OneCycle, "final_factor", [1, 1e-9], [0, 1.1, -0.1]),
        (ReduceOnPlateau, "factor", [0.99, 1e-9], [0, 1, -0.1]),
        (ReduceOnPlateau, "patience", [0, 3], [-1]),
        (ReduceOnPlateau, "tol", [0, 1], [-0.1]),
        (ReduceOnPlateau, "smallest", [0, 1], [-0.1]),
        (ReduceOnPlateau, "cooldown", [0, 3], [-1]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_parameters(cls, name, good, bad):
    for value in good:
        assert getattr(cls(**{name: value}), name) == value
    for value in bad:
        with pytest.raises(ValueError, match=f"{cls.__name__}: {name}: got {value!r}, expected"):
            cls(**{name: value})
    for value in (nan, inf, -inf):
        with pytest.raises((ValueError, TypeError), match=f"{cls.__name__}: {name}: got {value!r}, expected"):
            cls(**{name: value})
    for value in ("1", True, [1], 1j):
        with pytest.raises(TypeError, match=f"{cls.__name__}: {name}: got .*, expected"):
            cls(**{name: value})


def test_counts_are_integers():
    for cls, name in ((Step, "every"), (ReduceOnPlateau, "patience"), (ReduceOnPlateau, "cooldown")):
        with pytest.raises(TypeError, match=f"{name}: got 2.0, expected an integer"):
            cls(**{name: 2.0})


def test_restart_factor():
    assert Cosine(restart_every=2, restart_factor=1.5).restart_factor == 1.5
    for bad in (0.5, inf):
        with pytest.raises(ValueError, match=f"Cosine: restart_factor: got {bad}, expected a finite number >= 1"):
            Cosine(restart_every=2, restart_factor=bad)
    with pytest.raises(ValueError, match="Cosine: restart_factor: got 2 without restart_every, expected both"):
        Cosine(restart_factor=2)


def test_final_rate_above_the_initial_one():
    with pytest.raises(ValueError, match=r"Cosine: final: got 0\.5, expected at most the initial learning rate, 0\.3"):
        run(Cosine(final=0.5))


@pytest.mark.parametrize(("cls", "unit"), [(PerEpoch, "epoch"), (PerStep, "step")])
def test_bad_functions(cls, unit):
    with pytest.raises(TypeError, match=rf"{cls.__name__}: function: got 0\.1, expected a callable"):
        cls(0.1)
    for rate in (-0.1, nan, inf):
        with pytest.raises(ValueError, match=rf"function: got {rate} for {unit} 3, expected a finite number >= 0"):
            run(cls(lambda count, rate=rate: rate if count == 3 else 0.1))
    for rate in (None, "0.1", [0.1], 1j):
        with pytest.raises(TypeError, match=rf"{cls.__name__}: function: got .* for {unit} 0, expected one"):
            run(cls(lambda count, rate=rate: rate))


def test_import_is_light():
    loaded = python("import sys, rosenblatt.schedules; print(*{m.split('.')[0] for m in sys.modules})").split()
    assert "rosenblatt" in loaded
    assert not {"sklearn", "scipy"} & set(loaded)
