"""Parameters as plain values: equal if the parameters are, different if they differ."""

import functools
import json
from collections import OrderedDict

import numpy as np
import pytest

from rosenblatt import losses, optimizers, schedules
from rosenblatt.training.plain import digest, plain


def halves(epoch):
    return 0.5**epoch


def rates(epoch, factor):
    return factor**epoch


class Rate:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, epoch):
        return self.factor

    def other(self, epoch):
        return self.factor


def ramp(n):
    return np.arange(n, dtype=float)


def changed(array, index):
    array[index] += 1e-9
    return array


def drawn(seed, n=0):
    random_state = np.random.RandomState(seed)
    random_state.rand(n)
    return random_state


EQUAL = {
    "list and tuple": ([64, 32], (64, 32)),
    "array and list": (np.array([64, 32]), [64, 32]),
    "types of numbers": ((64, 0.5, True), [np.int32(64), np.float64(0.5), np.bool_(True)]),
    "order of a dict": ({"a": 1, "b": 2.0}, {"b": 2, "a": 1}),
    "kind of a dict": ({1: 2}, OrderedDict({np.int64(1): 2.0})),
    "sets": ({3, 1, 2}, frozenset([1, 2, 3])),
    "long arrays": ([ramp(2000), ramp(3)], (ramp(2000).astype(object).tolist(), (0, 1, 2))),
    "dtypes": (ramp(500), ramp(500).astype(np.float32)),
    "functions": (halves, halves),
    "partial": (functools.partial(rates, factor=2), functools.partial(rates, factor=2.0)),
    "objects": (Rate(0.5), Rate(0.5)),
    "losses": (losses.Huber(2), losses.Huber(2.0)),
    "schedules": (schedules.Cosine(), schedules.Cosine()),
    "optimizers": (optimizers.Adam(0.1), optimizers.Adam(np.float64(0.1))),
    "random states": (drawn(3, 5), drawn(3, 5)),
    "not finite": ([np.inf, np.nan], (float("inf"), float("nan"))),
}
DIFFERENT = {
    "a number in a long array": (ramp(2000), changed(ramp(2000), 1000)),
    "a number among layers": ([ramp(2000), ramp(3)], [ramp(2000), changed(ramp(3), 1)]),
    "shape": (ramp(400).reshape(20, 20), ramp(400).reshape(40, 10)),
    "text": ("1", 1),
    "keys": ({"1": 0}, {1: 0}),
    "values": ({"a": 1}, {"a": 2}),
    "functions": (halves, rates),
    "partial": (functools.partial(rates, factor=2), functools.partial(rates, factor=3)),
    "objects": (Rate(0.5), Rate(0.25)),
    "methods": (Rate(0.5).other, Rate(0.25).other),
    "losses": (losses.Huber(2), losses.Huber(1)),
    "classes": (losses.Huber(), losses.SquaredError()),
    "schedules": (schedules.Cosine(), schedules.Cosine(final=0.5)),
    "optimizers": (optimizers.Adam(0.1), optimizers.Adam(0.1, beta_1=0.5)),
    "seeds": (drawn(3), drawn(4)),
    "draws": (drawn(3), drawn(3, 1)),
    "none": (None, 0),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal(name):
    one, other = EQUAL[name]
    with np.printoptions(precision=2, threshold=5):
        first = json.loads(json.dumps(plain(one)))
    assert first == plain(other) == json.loads(json.dumps(plain(other)))


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name):
    one, other = DIFFERENT[name]
    assert plain(one) != plain(other)
    json.dumps([plain(one), plain(other)], allow_nan=False)


def test_an_object_that_refers_to_itself():
    one = Rate(0.5)
    one.me = one
    assert json.dumps(plain(one)) != json.dumps(plain(Rate(0.5)))


def test_digests_of_arrays():
    assert digest(ramp(3)) != digest(ramp(3).astype(np.float32))
    assert digest(ramp(4)) != digest(ramp(4).reshape(2, 2))
    assert digest(ramp(4).reshape(2, 2).T) == digest(np.array([[0.0, 2], [1, 3]]))
    assert digest(ramp(1), ramp(2)) != digest(ramp(2), ramp(1))
    assert digest(np.empty((0, 3))) != digest(np.empty((0, 4)))
