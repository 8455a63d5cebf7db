"""Two panels: functions, and beside them their derivatives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rosenblatt.plots.matplotlib import pyplot

Array = npt.NDArray[Any]
Curves = Mapping[str, Array]


def draw_panels(
    owner: str,
    z: Array,
    panels: Sequence[tuple[str, str, Curves]],
    ax: Sequence[Any] | None,
    kwargs: Mapping[str, Any],
) -> Array:
    """Draw curves over z in two panels, each with a title, a label and its curves by name; return the two axes."""
    plt = pyplot(owner)
    if ax is None:
        _, ax = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    axes: Array = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if len(axes) != 2:
        raise ValueError(f"ax: got {len(axes)} axes, expected two: for the functions and for their derivatives")
    for axis, (title, ylabel, curves) in zip(axes, panels, strict=True):
        for name, curve in curves.items():
            axis.plot(z, curve, **{"label": name, **kwargs})
        axis.set(title=title, xlabel="z", ylabel=ylabel)
        axis.grid(True, alpha=0.3)
        axis.legend()
    return axes
