"""The measured choice between a team of threads and the calling thread alone."""

import numpy as np
import pytest

from cases import flat
from rosenblatt import MLPClassifier, _core

MS = 1_000_000
MOVE = 300_000


def play(*spells):
    """Return which steps one thread takes alone, and how long each takes, in spells of (steps, ns by a team, alone)."""
    steps = np.concatenate([np.tile(np.array([[team, alone]], np.int64), (n, 1)) for n, team, alone in spells])
    choices = _core.play_pace(steps, MOVE)
    return choices, np.where(choices, steps[:, 1], steps[:, 0])


@pytest.mark.parametrize("step", [1_000, 50_000, 400_000])
def test_a_team_that_is_quicker_keeps_the_work(step):
    choices, times = play((2 * 10**9 // step, step, 18 * step // 10))
    assert not choices[: 11 * MS // step].any()
    assert 0 < choices.sum() < len(choices) // 100  # trials
    assert not choices[-1]
    assert times.sum() < 1.01 * len(times) * step


@pytest.mark.parametrize("step", [1_000, 50_000, 400_000])
def test_a_team_that_is_slower_loses_it(step):
    choices, times = play((2 * 10**9 // step, 2 * step, step))
    assert choices[len(choices) // 10 :].mean() > 0.99
    assert choices[-1]
    assert times.sum() < 1.04 * len(times) * step  # the first 11 ms, and the trials


def test_spells_are_noticed():
    near, far = (30_000, 50_000, 85_000), (30_000, 150_000, 85_000)
    choices, times = play(near, far, near)
    parts, lost = np.split(choices, 3), [part.sum() / 30_000 for part in np.split(times, 3)]
    assert not parts[0][-1]
    assert parts[1][-1]
    assert not parts[2][-1]
    assert lost[0] < 1.01 * 50_000
    assert lost[1] < 1.15 * 85_000
    assert lost[2] < 1.15 * 50_000


def test_a_small_gain_changes_nothing():
    choices, _ = play((20_000, 50_000, 46_000))
    assert choices.mean() < 0.01


def test_long_steps_have_no_trials():
    choices, _ = play((1_000, 20 * MS, 10 * MS))
    assert not choices.any()


def test_one_disturbed_stretch_changes_nothing():
    steps = np.tile(np.array([[50_000, 85_000]], np.int64), (40_000, 1))
    steps[::1000, 0] += 3 * MS
    choices = _core.play_pace(steps, MOVE)
    assert choices.mean() < 0.01
    assert not choices[-1]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("hidden", "batch_size"), [([16, 16], 400), ([100, 100], 64)])
def test_taking_turns_changes_no_bits(hidden, batch_size):
    """In tests, whose processors are made up, the two take turns every 150 microseconds."""
    rng = np.random.RandomState(0)
    X, y = rng.randn(8000, 20), rng.randint(4, size=8000)
    fits = [
        MLPClassifier(hidden, batch_size=batch_size, max_iter=3, random_state=0, n_threads=n).fit(X, y) for n in (1, 2)
    ]
    np.testing.assert_array_equal(*(flat(fit.coefs_, fit.intercepts_) for fit in fits))


@pytest.mark.parametrize("steps", [np.ones(2, np.int64), np.ones((3, 3), np.int64), np.zeros((1, 2), np.int64)])
def test_bad_steps(steps):
    with pytest.raises(ValueError, match=r"^steps: got"):
        _core.play_pace(steps, MOVE)
