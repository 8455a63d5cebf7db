"""The compiled engine: the bindings, over the engine of the best instruction level that this processor supports.

The environment variable ``ROSENBLATT_LEVEL`` forces one, for tests and comparisons.
"""

import importlib
import os
import sys
from importlib.util import find_spec

from rosenblatt._core import cpu

_VARIABLE = "ROSENBLATT_LEVEL"


def available_levels() -> list[str]:
    """Return the instruction levels that both this processor and this build have, best first."""
    return [level for level in cpu.levels() if find_spec(f"{__name__}.{level}")]


def _choose() -> str:
    usable = available_levels()
    forced = os.environ.get(_VARIABLE)
    if forced is not None:
        if forced not in usable:
            raise ImportError(f"{_VARIABLE}={forced!r}: this processor and this build offer {usable}")
        return forced
    if not usable:
        raise ImportError(
            f"this build of rosenblatt has no engine for this processor, which supports the levels {cpu.levels()}; "
            "build from source with -C cmake.define.ROSENBLATT_LEVELS=default"
        )
    return usable[0]


def _load_engine(level: str) -> None:
    """Import the module of a level so that the bindings, which are built once, find the engine's functions in it."""
    if sys.platform == "win32":  # there, the bindings contain the engine
        return
    flags = sys.getdlopenflags()
    sys.setdlopenflags(flags | os.RTLD_GLOBAL)
    try:
        importlib.import_module(f"{__name__}.{level}")
    finally:
        sys.setdlopenflags(flags)


LEVEL = _choose()
_load_engine(LEVEL)
_bindings = importlib.import_module(f"{__name__}.bindings")
globals().update({name: value for name, value in vars(_bindings).items() if not name.startswith("_")})
