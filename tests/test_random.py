"""Shuffles draw NumPy's numbers."""

import numpy as np
import pytest

from rosenblatt import _core
from rosenblatt._engine import reshuffle

GENERATORS = [np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 100, 1023, 1024, 1025, 70000])
@pytest.mark.parametrize("generator", GENERATORS)
def test_draws_as_random_state_does(size, generator):
    ours, theirs = (np.random.RandomState(generator(7)) for _ in range(2))
    order = np.arange(size, dtype=np.int64) * 3 + 1
    for _ in range(3):
        before, permutation = order.copy(), np.arange(size)
        reshuffle(order, ours)
        theirs.shuffle(permutation)
        np.testing.assert_array_equal(order, before[permutation])
    assert ours.randint(2**31) == theirs.randint(2**31)  # the same number of draws


def test_global_state():
    saved = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(5)  # noqa: NPY002
        order = np.arange(50)
        reshuffle(order, np.random.mtrand._rand)
        after = np.random.rand()  # noqa: NPY002
        np.random.seed(5)  # noqa: NPY002
        expected = np.arange(50)
        np.random.shuffle(expected)  # noqa: NPY002
        np.testing.assert_array_equal(order, expected)
        assert after == np.random.rand()  # noqa: NPY002
    finally:
        np.random.set_state(saved)  # noqa: NPY002


def test_half_drawn_words_are_kept():
    """PCG64 draws 64 bits and hands out halves; a shuffle in between goes on with the other half."""
    ours, theirs = (np.random.RandomState(np.random.PCG64(1)) for _ in range(2))
    for _ in range(4):
        assert ours.randint(2**31, dtype=np.uint32) == theirs.randint(2**31, dtype=np.uint32)
        order, expected = np.arange(4), np.arange(4)
        reshuffle(order, ours)
        theirs.shuffle(permutation := np.arange(4))
        np.testing.assert_array_equal(order, expected[permutation])


def test_bad_arguments():
    order, generator = np.arange(5), np.random.MT19937(0)
    for bad in (None, object(), generator.capsule, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="generator: got"):
            _core.reshuffle(order, bad)
    for bad in (order.astype(np.int32), order[::2], [1, 2], order.astype(">i8"), None):
        with pytest.raises(TypeError, match="reshuffle"):
            _core.reshuffle(bad, generator)
    with pytest.raises(ValueError, match="order: got shape \\(1, 5\\), expected 1 dimension"):
        _core.reshuffle(order[None], generator)
    order.flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        _core.reshuffle(order, generator)
