"""One class for each optimizer of the engine, with docstrings from what the engine states."""

import inspect
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rosenblatt import _core
from rosenblatt._settings import parameter_doc
from rosenblatt.optimizers.base import Optimizer

if TYPE_CHECKING:
    from rosenblatt._core import _OptimizerInfo as Info
else:
    Info = dict


def _docstring(info: Info) -> str:
    """Return the docstring of a class."""
    lines = [info["summary"], "", "::", "", textwrap.indent(info["formula"], "    "), ""]
    lines += ["Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.", ""]
    lines += ["Parameters", "----------"]
    lines += [f"learning_rate : float in [0, inf), default={info['learning_rate']!r}", "    The size of a step, eta."]
    lines += [parameter_doc(key, setting) for key, setting in info["settings"].items()]
    lines += ["", "See Also", "--------", "Optimizer : The methods and attributes of all optimizers.", ""]
    lines += ["References", "----------", *textwrap.wrap(info["source"], 110), "", "Examples", "--------"]
    lines += [
        ">>> import numpy as np",
        ">>> from rosenblatt import optimizers",
        f">>> optimizer = optimizers.{info['class_name']}(learning_rate=0.1)",
        ">>> W, b = np.ones((3, 2)), np.zeros(2)",
        ">>> optimizer.step([W, b], [np.full((3, 2), 0.5), np.ones(2)])",
        ">>> bool((W < 1).all())",
        "True",
        "",
    ]
    return "\n".join(lines)


def _make_class(name: str, info: Info) -> type[Optimizer]:
    defaults: dict[str, Any] = {
        "learning_rate": info["learning_rate"],
        **{key: setting["default"] for key, setting in info["settings"].items()},
    }
    kind = inspect.Parameter
    parameters = [
        kind(
            key,
            kind.POSITIONAL_OR_KEYWORD if key == "learning_rate" else kind.KEYWORD_ONLY,
            default=value,
            annotation=type(value),
        )
        for key, value in defaults.items()
    ]
    return type(
        info["class_name"],
        (Optimizer,),
        {
            "__signature__": inspect.Signature(parameters),
            "__doc__": _docstring(info),
            "__module__": "rosenblatt.optimizers",
            "name": name,
            "_infos": info["settings"],
            "_defaults": defaults,
        },
    )


CLASSES: Mapping[str, type[Optimizer]] = {name: _make_class(name, info) for name, info in _core.OPTIMIZER_INFO.items()}
