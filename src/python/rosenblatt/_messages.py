"""How messages show what they were given: short, and without work that grows with its size."""

import reprlib
from typing import Any

_LONGEST = 500  # characters

_abridged = reprlib.Repr()
_abridged.maxstring = _abridged.maxother = _abridged.maxlong = 200
_abridged.maxlist = _abridged.maxtuple = _abridged.maxset = _abridged.maxdict = 20


def shown(value: Any) -> str:
    """Return ``value`` as Python shows it, abridged; of an array of more than a few numbers, its shape and dtype."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None and not (len(shape) == 1 and shape[0] <= 20) and shape != ():
        return f"an array of shape {shape} and dtype {dtype}"
    try:
        text = _abridged.repr(value)
    except Exception:  # such as that of an integer of thousands of digits
        return f"an object of type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
