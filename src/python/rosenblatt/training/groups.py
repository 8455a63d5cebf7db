"""Factors of learning rate and weight decay for parameter groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from rosenblatt._messages import shown
from rosenblatt.training.checks import number


def group_factors(name: str, given: Any, groups: Sequence[str], defaults: Mapping[str, float]) -> list[float]:
    """Return the factor of each parameter group.

    Parameters
    ----------
    name : str
        The name of the argument, for messages.
    given : mapping of str to float
        Factors by the names of groups, such as "weights[0]", or by kinds, such as "biases", which mean that kind in all
        layers. A group's own name goes before its kind.
    groups : sequence of str
        The names of the groups.
    defaults : mapping of str to float
        The factors by kinds of groups that are not named; 1 for other kinds.

    Raises
    ------
    TypeError
        If ``given`` is not a mapping, or a factor is not a number.
    ValueError
        If there is no such group or kind, or a factor is negative.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"{name}: got {shown(given)}, expected a dict of parameter groups and factors")
    kinds = {group: group.partition("[")[0] for group in groups}
    known = list(dict.fromkeys([*kinds.values(), *groups]))
    for key, factor in given.items():
        if key not in known:
            raise ValueError(f"{name}: got {shown(key)}, expected some of {known}")
        if not 0 <= number(f"{name}[{key!r}]", factor) < float("inf"):
            raise ValueError(f"{name}[{key!r}]: got {shown(factor)}, expected a finite number >= 0")
    return [
        float(given[group] if group in given else given.get(kind, defaults.get(kind, 1.0)))
        for group, kind in kinds.items()
    ]
