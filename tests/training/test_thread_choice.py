"""The measured choice between a team of threads and the calling thread alone."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from cases import compiled, flat
from rosenblatt import MLPClassifier

MS = 1_000_000
MOVE = 300_000


@pytest.fixture(scope="module")
def choose(tmp_path_factory):
    """Compile the player; return the function from steps (n, 2) in ns, by a team and alone, to choices (n,)."""
    program = compiled(Path(__file__).with_name("thread_choice.cpp"), tmp_path_factory.mktemp("thread_choice"))

    def run(steps):
        text = " ".join(map(str, np.ravel(steps).tolist()))
        done = subprocess.run([program, str(MOVE)], input=text, capture_output=True, text=True, timeout=60, check=True)
        choices = np.array(done.stdout.split(), dtype=np.int64).astype(bool)
        assert choices.shape == (len(steps),)
        return choices

    return run


@pytest.fixture
def play(choose):
    """Return the function from intervals of (steps, ns by a team, ns alone) to choices and the time of each step."""

    def run(*intervals):
        steps = np.concatenate([np.tile(np.array([[team, alone]], np.int64), (n, 1)) for n, team, alone in intervals])
        choices = choose(steps)
        return choices, np.where(choices, steps[:, 1], steps[:, 0])

    return run


@pytest.mark.parametrize("step", [pytest.param(1_000, marks=pytest.mark.slow), 50_000, 400_000])
def test_a_team_that_is_faster_keeps_the_work(step, play):
    choices, times = play((2 * 10**9 // step, step, 18 * step // 10))
    assert not choices[: 11 * MS // step].any()
    assert 0 < choices.sum() < len(choices) // 100  # trials
    assert not choices[-1]
    assert times.sum() < 1.01 * len(times) * step


@pytest.mark.parametrize("step", [pytest.param(1_000, marks=pytest.mark.slow), 50_000, 400_000])
def test_a_team_that_is_slower_loses_the_work(step, play):
    choices, times = play((2 * 10**9 // step, 2 * step, step))
    assert choices[len(choices) // 10 :].mean() > 0.99
    assert choices[-1]
    assert times.sum() < 1.04 * len(times) * step  # the first 11 ms, and the trials


def test_slow_intervals_are_noticed(play):
    near, far = (30_000, 50_000, 85_000), (30_000, 150_000, 85_000)
    choices, times = play(near, far, near)
    parts, lost = np.split(choices, 3), [part.sum() / 30_000 for part in np.split(times, 3)]
    assert not parts[0][-1]
    assert parts[1][-1]
    assert not parts[2][-1]
    assert lost[0] < 1.01 * 50_000
    assert lost[1] < 1.15 * 85_000
    assert lost[2] < 1.15 * 50_000


def test_a_small_gain_changes_nothing(play):
    choices, _ = play((20_000, 50_000, 46_000))
    assert choices.mean() < 0.01


def test_long_steps_have_no_trials(play):
    choices, _ = play((1_000, 20 * MS, 10 * MS))
    assert not choices.any()


def test_one_slow_step_in_a_thousand_changes_nothing(choose):
    steps = np.tile(np.array([[50_000, 85_000]], np.int64), (40_000, 1))
    steps[::1000, 0] += 3 * MS
    choices = choose(steps)
    assert choices.mean() < 0.01
    assert not choices[-1]


def test_slow_intervals_before_trials_change_nothing(choose):
    """A team is faster than one thread but for a slow step in every fourth interval."""
    steps = np.tile(np.array([[50_000, 85_000]], np.int64), (40_000, 1))
    steps[::331, 0] += 5 * MS
    choices = choose(steps)
    assert choices.mean() < 0.01


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("hidden", "batch_size"), [([16, 16], 400), ([100, 100], 64)])
def test_taking_turns_changes_no_bits(hidden, batch_size):
    """With ROSENBLATT_PROCESSORS, as in these tests, the two take turns every 150 microseconds."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(8000, 20), rng.randint(4, size=8000)
    fits = [
        MLPClassifier(hidden, batch_size=batch_size, max_iter=3, random_state=0, n_threads=n).fit(X, y) for n in (1, 2)
    ]
    np.testing.assert_array_equal(*(flat(fit.coefs_, fit.intercepts_) for fit in fits))
