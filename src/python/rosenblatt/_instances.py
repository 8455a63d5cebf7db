"""The check that an argument is an object, not its class."""

from typing import Any


def check_no_class(name: str, value: Any) -> None:
    """Raise TypeError if ``value`` is a class: it is callable, but what is meant is an instance."""
    if isinstance(value, type):
        raise TypeError(f"{name}: got the class {value.__name__}, expected an instance, such as {value.__name__}()")
