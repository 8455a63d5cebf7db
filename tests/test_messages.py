"""Messages show what they were given in a few words, whatever it is."""

import time

import numpy as np
import pytest

from rosenblatt import MLPRegressor, Network, initializers
from rosenblatt._messages import shown


@pytest.mark.parametrize("value", [None, True, 3, 0.1, "relu", [3, 4.5], ("a", None), {"a": 1}, np.arange(3)])
def test_short_values_as_python_shows_them(value):
    assert shown(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros((4, 2), np.float32), "an array of shape (4, 2) and dtype float32"),
        (np.zeros(10**6), "an array of shape (1000000,) and dtype float64"),
        pytest.param(10**5000, "an object of type int", id="a long integer"),
    ],
)
def test_others_by_what_they_are(value, expected):
    assert shown(value) == expected


@pytest.mark.parametrize(
    "value", ["x" * 10**6, [0] * 10**6, {i: i for i in range(10**5)}, [["x" * 300] * 300] * 300], ids=len
)
def test_long_values_are_abridged(value):
    assert len(shown(value)) < 1000
    assert "..." in shown(value)


@pytest.mark.parametrize(
    "call",
    [
        lambda value: Network(value),
        lambda value: Network([3, 4, 1], activation=value),
        lambda value: Network([3, 4, 1], loss=value),
        lambda value: Network([3, 4, 1], dtype=value),
        lambda value: Network([3, 4, 1], random_state=value),
        lambda value: Network([3, 4, 1], init=value),
        lambda value: initializers.he_normal(value, 3, np.random.RandomState(0)),
        lambda value: MLPRegressor(hidden_layer_sizes=value).fit(np.eye(3), [1, 2, 3]),
        lambda value: MLPRegressor(activation=value).fit(np.eye(3), [1, 2, 3]),
        lambda value: MLPRegressor(dropout=value).fit(np.eye(3), [1, 2, 3]),
    ],
)
def test_an_array_with_many_rows_and_no_number_is_rejected_at_once(call):
    start = time.process_time()
    with pytest.raises((TypeError, ValueError)) as caught:
        call(np.empty((10**9, 0)))
    assert len(str(caught.value)) < 1000
    assert time.process_time() - start < 5
