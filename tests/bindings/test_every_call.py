"""What holds for every argument of every function of the engine."""

import numpy as np
import pytest

from cases import unaligned
from engine_calls import engine_calls
from rosenblatt import _core

NAMES = list(engine_calls())


def test_every_function_is_called():
    bound = {name for name, value in vars(_core).items() if callable(value) and not name.startswith("_")}
    functions = {name.removesuffix("64") for name in bound if not name.endswith("32")}
    called = {name.split(" ")[0] for name in NAMES}
    other = {"available_levels", "find_spec", "thread_limit", "ZeroWeightSumError"}
    assert functions - {name.split(".")[0] for name in called} == other
    for name in ("Network", "Trainer", "Optimizer"):
        members = {member for member in dir(getattr(_core, f"{name}64")) if not member.startswith("_")}
        assert {f"{name}.{member}" for member in members} - called <= {"Network.dtype", "Network.finite"}


def with_unaligned_arrays(value):
    """Yield copies of an argument with one array each that is not aligned in memory."""
    if isinstance(value, np.ndarray) and value.itemsize > 1:
        yield unaligned(value)
    elif isinstance(value, list | tuple):
        for i, element in enumerate(value):
            for changed in with_unaligned_arrays(element):
                yield [*value[:i], changed, *value[i + 1 :]]


def assert_rejected(function, *args, **kwargs):
    """The function raises an error that names the reason, or returns None, where it may leave such arrays to others."""
    try:
        result = function(*args, **kwargs)
    except ValueError as error:
        result = str(error)
    assert "aligned" in result if function is setattr else result is None or "aligned" in result


@pytest.mark.parametrize("name", NAMES)
def test_unaligned_arrays_are_rejected(name):
    call = engine_calls()[name]
    for i, value in enumerate(call.args):
        for changed in with_unaligned_arrays(value):
            assert_rejected(call.function, *call.args[:i], changed, *call.args[i + 1 :], **call.kwargs)
    for key, value in call.kwargs.items():
        for changed in with_unaligned_arrays(value):
            assert_rejected(call.function, *call.args, **{**call.kwargs, key: changed})
