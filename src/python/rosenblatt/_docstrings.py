"""Parts of docstrings that several classes share."""

from typing import TypeVar

_Class = TypeVar("_Class", bound=type)


def insert_parts(cls: _Class, parts: dict[str, str]) -> _Class:
    """Replace each line such as ``{PARAMETERS}`` of a class's docstring by the part of that name; return the class."""
    if cls.__doc__ is not None:  # absent under -OO
        for mark, text in parts.items():
            cls.__doc__ = cls.__doc__.replace(f"    {{{mark}}}\n", text.lstrip("\n"))
    return cls
