"""Parameters of estimators as plain values (numbers, strings, lists, dicts) that are equal if the parameters are."""

import functools
import hashlib
import json
import re
from collections.abc import Mapping, Set
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt.activations.functions import ActivationFunction

_LONG = 100  # numbers; longer arrays are compared by a digest


def digest(*arrays: Any) -> str:
    """Return a digest of arrays, by dtype, shape and values."""
    state = hashlib.blake2b(digest_size=16)
    for array in map(np.ascontiguousarray, arrays):
        state.update(f"{array.dtype.str}{array.shape}".encode())
        state.update(array.reshape(-1).view(np.uint8).data)
    return state.hexdigest()


def plain(value: Any) -> Any:
    """Return a parameter as a plain value.

    Lists, tuples and arrays are equal if their elements are, dicts and sets in any order, numbers whatever their type.
    Functions are compared by name, other objects by their class and attributes.
    """
    return _plain(value, frozenset())


def _plain(value: Any, within: frozenset[int]) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if np.isfinite(number) else str(number)
    if id(value) in within:
        return {"class": _name(type(value))}  # an object that refers to itself
    convert = functools.partial(_plain, within=within | {id(value)})
    if isinstance(value, list | tuple | np.ndarray):
        return _sequence(value, convert)
    if isinstance(value, Mapping):
        return {"dict": sorted(([convert(key), convert(entry)] for key, entry in value.items()), key=json.dumps)}
    if isinstance(value, Set):
        return {"set": sorted(map(convert, value), key=json.dumps)}
    if isinstance(value, np.random.RandomState):
        return {"random state": convert(value.get_state(legacy=False))}
    if isinstance(value, functools.partial):
        return {"partial": [convert(value.func), convert(value.args), convert(value.keywords)]}
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return str(np.dtype(value))
    if isinstance(value, ActivationFunction):
        return value.name
    if isinstance(value, type):
        return {"class": _name(value)}
    if hasattr(value, "__self__") and not isinstance(value.__self__, type(json)):
        return {"method": value.__name__, "of": convert(value.__self__)}
    if hasattr(value, "__qualname__"):
        return {"function": _name(value)}
    if hasattr(value, "__dict__"):
        return {"class": _name(type(value)), "attributes": convert(vars(value))}
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))


def _sequence(values: Any, convert: Any) -> Any:
    try:
        array: npt.NDArray[Any] | None = np.asarray(values)
    except ValueError:  # arrays of different shapes
        array = None
    if array is None or array.dtype.kind not in "fiub":
        return [convert(element) for element in values]
    if array.size <= _LONG:
        return _numbers(array.tolist())
    return {"array": digest(array.astype(np.float64))}


def _numbers(values: Any) -> Any:
    """Return nested lists of numbers with those that are not finite as text, since JSON has none."""
    return [_numbers(value) for value in values] if isinstance(values, list) else _plain(values, frozenset())


def _name(named: Any) -> str:
    return f"{named.__module__}.{named.__qualname__}"
