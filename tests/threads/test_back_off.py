"""The back-off: how long teams use the calling thread alone after they lost time to other programs."""

import subprocess
import sys
from pathlib import Path

import pytest

from cases import compiled

MS = 1_000_000

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="preemptions are counted on Linux only")


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Compile the player; return the function from events to the ns that remain of the back-off after each."""
    program = compiled(Path(__file__).with_name("back_off.cpp"), tmp_path_factory.mktemp("back_off"))

    def run(*events):
        text = " ".join(f"{event} {number}" for event, number in events)
        done = subprocess.run([program], input=text, capture_output=True, text=True, timeout=60, check=True)
        return [max(int(number), 0) for number in done.stdout.split()]

    return run


def test_a_first_loss_counts_for_at_most_a_millisecond(play):
    assert play(("start", MS // 4)) == [MS // 4]
    assert play(("start", 30 * MS)) == [MS]
    assert play(("start", 30 * MS), ("pass", 3 * MS), ("start", 30 * MS)) == [MS, 0, MS]


def test_soon_after_the_last_back_off_the_next_one_is_longer(play):
    first = ("start", MS), ("pass", MS + MS // 2)
    assert play(*first, ("start", MS // 4)) == [MS, 0, 2 * MS]
    assert play(*first, ("start", 3 * MS)) == [MS, 0, 12 * MS]
    assert play(*first, ("start", 3 * MS), ("pass", 20 * MS), ("start", MS)) == [MS, 0, 12 * MS, 0, 24 * MS]
    assert play(*first, ("start", 30 * MS)) == [MS, 0, 64 * MS]
    assert play(("start", MS), ("pass", MS), ("start", MS)) == [MS, 0, 4 * MS]
    assert play(("start", MS), ("pass", 2 * MS), ("start", MS)) == [MS, 0, MS]


def test_within_a_back_off_it_is_extended_but_never_shortened(play):
    assert play(("start", MS), ("pass", MS // 2), ("start", MS)) == [MS, MS // 2, MS]
    assert play(("start", MS), ("pass", MS // 2), ("start", MS // 4)) == [MS, MS // 2, MS // 2]


def test_only_a_preempted_thread_starts_one(play):
    late, early = ("arrive", MS // 2), ("arrive", MS // 10)
    assert play(("note", 0), late) == [0, 0]
    assert play(("note", 0), ("preempt", 2), early) == [0, 0, 0]
    assert play(("note", 0), ("preempt", 1), late) == [0, 0, MS // 2]
    assert play(("preempt", 1), ("note", 0), late) == [0, 0, 0]
    # Each preemption counts once.
    assert play(("preempt", 1), late, ("pass", 10 * MS), late) == [0, MS // 2, 0, 0]
