"""Settings as the engine lists them: conversion of values, scikit-learn's constraints, and entries of docstrings."""

import textwrap
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from rosenblatt._messages import shown

if TYPE_CHECKING:
    from rosenblatt._core import _SettingInfo as Info
else:
    Info = dict

__all__ = ["Info", "as_engine", "constraint", "parameter_doc"]

_TYPES = {"number": "float", "integer": "int", "boolean": "bool", "list": "list of float"}


def as_engine(infos: Mapping[str, Info], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of settings as the engine takes them: a number, or a list of numbers.

    The engine checks names and ranges.

    Raises
    ------
    TypeError
        If a value is not a number, or for a list of numbers neither a list nor a number.
    """
    return {name: _numbers(name, value, infos.get(name)) for name, value in values.items()}


def _numbers(name: str, value: Any, info: Info | None) -> Any:
    kind = info["kind"] if info else "number"
    if kind == "list" and not isinstance(value, str | bytes | Mapping):
        try:
            array = np.asarray(value)
        except ValueError:  # rows of different lengths
            array = np.empty((0, 0))
        if array.ndim <= 1 and (array.dtype.kind in "fiub" or array.size == 0):
            return array.astype(np.float64).ravel().tolist()
    elif isinstance(value, Real | np.bool_):
        return float(value)
    expected = info["accepted"] if info else "a number"
    raise TypeError(f"{name}: got {shown(value)}, expected {expected}")


def constraint(info: Info) -> list[Any]:
    """Return what scikit-learn's parameter validation accepts for a setting.

    A list of numbers may also be given as one number. The elements of lists are checked by the engine.

    Examples
    --------
    >>> from rosenblatt import _core
    >>> from rosenblatt._settings import constraint
    >>> [str(part) for part in constraint(_core.TRAINING_OPTIONS["alpha"])]
    ['a float in the range [0.0, inf)']
    """
    from sklearn.utils._param_validation import Interval

    accepted: list[Any]
    if info["kind"] == "boolean":
        accepted = ["boolean"]
    elif info["kind"] == "integer":  # the largest integer is that of the engine's type
        accepted = [Interval(Integral, int(info["low"]), None, closed="left")]
    else:
        bounded = np.isfinite(info["high"]) or info["closed"] in ("right", "both")
        accepted = [Interval(Real, info["low"], info["high"] if bounded else None, closed=info["closed"])]
    if info["kind"] == "list":
        accepted += [list, tuple]
    return [*accepted, None] if info["optional"] else accepted


def parameter_doc(name: str, info: Info, width: int = 110) -> str:
    """Return the entry of a setting in a section "Parameters" of numpydoc's format.

    Examples
    --------
    >>> from rosenblatt import _core
    >>> from rosenblatt._settings import parameter_doc
    >>> print(parameter_doc("epsilon", _core.OPTIMIZER_INFO["adam"]["settings"]["epsilon"]))
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    """
    interval = "" if info["kind"] == "boolean" else f" in {info['interval']}"
    none = " or None" if info["optional"] else ""
    head = f"{name} : {_TYPES[info['kind']]}{interval}{none}, default={info['default']!r}"
    return "\n".join([head, *textwrap.wrap(info["doc"], width, initial_indent=" " * 4, subsequent_indent=" " * 4)])
