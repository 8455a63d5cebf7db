"""Write the stubs of the modules whose names come from the engine's lists, so that editors and type checkers see them.

Run it after a change of an activation, a loss or an optimizer; a test compares the files with what it would write.
"""

import inspect
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

from rosenblatt import _core, activations, losses, optimizers

_PACKAGE = Path(__file__).parents[1] / "src" / "python" / "rosenblatt"
_MARK = "# Written by .ci/stubs.py from the engine's list."

_TYPES = {"number": "float", "integer": "int", "boolean": "bool", "list": "float | Sequence[float]"}


def _defaults(settings: dict[str, Any]) -> list[str]:
    return [f"{name}: {_TYPES[info['kind']]} = {info['default']!r}" for name, info in settings.items()]


def _docstring(text: str) -> str:
    """Return the first paragraph and the parameters of a docstring, as the body of a stub's class or function."""
    text = inspect.cleandoc(text)
    lines = text.split("\n\nNotes\n")[0].split("\n\nSee Also\n")[0].split("\n\nReferences\n")[0].rstrip().split("\n")
    if len(lines) == 1:
        return f'    """{lines[0]}"""\n'
    body = "\n".join(f"    {line}".rstrip() for line in lines[1:])
    return f'    """{lines[0]}\n{body}\n    """\n'


def _arguments(*arguments: str) -> str:
    return "(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"


def _head(reexports: str, *imports: str) -> str:
    return "\n\n".join([_MARK, *imports, reexports.strip(), ""])


def _all(names: list[str]) -> str:
    return "\n__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"


_DIR = "\ndef __dir__() -> list[str]: ...\n"


def of_activations() -> str:
    """Return the stub of `rosenblatt.activations`."""
    reexports = """
from rosenblatt.activations.functions import TRAINABLE as TRAINABLE
from rosenblatt.activations.functions import ActivationFunction as ActivationFunction
from rosenblatt.activations.functions import _function as _function
from rosenblatt.activations.functions import find as find
from rosenblatt.activations.functions import of_layers as of_layers
from rosenblatt.activations.last_axis import LastAxisFunction as LastAxisFunction
from rosenblatt.activations.last_axis import log_softmax as log_softmax
from rosenblatt.activations.last_axis import softmax as softmax
from rosenblatt.activations.plotting import plot as plot
"""
    entries = [*activations.FUNCTIONS.items(), *((a, activations.FUNCTIONS[n]) for a, n in activations.ALIASES.items())]
    lines = []
    for name, function in entries:
        formula = _core.ACTIVATION_INFO[function.name]["doc"]
        lines.append(f'{name}: ActivationFunction\n"""f(z) = {formula}."""\n')
    return _head(reexports) + _all(activations.__all__) + _DIR + "\n" + "".join(lines)


def of_losses() -> str:
    """Return the stub of `rosenblatt.losses`."""
    imports = """
from collections.abc import Sequence

import numpy.typing as npt
"""
    reexports = """
from rosenblatt._engine import FloatArray
from rosenblatt.activations.output import OutputActivation
from rosenblatt.losses.base import Loss as Loss
from rosenblatt.losses.choice import find as find
from rosenblatt.losses.choice import has_margins as has_margins
from rosenblatt.losses.choice import names as names
from rosenblatt.losses.choice import resolve as resolve
from rosenblatt.losses.custom import Custom as Custom
from rosenblatt.losses.generated import CLASSES as CLASSES
from rosenblatt.losses.generated import FUNCTIONS as FUNCTIONS
from rosenblatt.losses.plotting import plot as plot
"""
    parts = [_head(reexports, imports.strip()), _all(losses.__all__), _DIR]
    for name, cls in losses.CLASSES.items():
        settings = _core.LOSS_INFO[name]["settings"]
        parts.append(f"\nclass {cls.__name__}(Loss):\n{_docstring(cls.__doc__ or '')}\n")
        for setting, info in settings.items():
            parts.append(f"    {setting}: {_TYPES[info['kind']]}\n")
        parts.append(indent(f"def __init__{_arguments('self', *_defaults(settings))} -> None: ...\n", "    "))
    for name, function in losses.FUNCTIONS.items():
        arguments = [
            "y_true: npt.ArrayLike",
            "raw_scores: npt.ArrayLike",
            *_defaults(_core.LOSS_INFO[name]["settings"]),
            "output_activation: OutputActivation = None",
        ]
        parts.append(f"\ndef {name}{_arguments(*arguments)} -> tuple[FloatArray, FloatArray]:\n")
        summary = _docstring((function.__doc__ or "").split("\n\n")[0])
        cls_name = losses.CLASSES[name].__name__
        arguments_of = f"Returns the loss of each row and its gradient: see `{cls_name}`, which has the same settings."
        parts.append(summary.replace('"""\n', f'\n\n    {arguments_of}\n    """\n') + "    ...\n")
    return "".join(parts)


def of_optimizers() -> str:
    """Return the stub of `rosenblatt.optimizers`."""
    reexports = """
from rosenblatt.optimizers.base import Optimizer as Optimizer
from rosenblatt.optimizers.choice import find as find
from rosenblatt.optimizers.generated import CLASSES as CLASSES
"""
    parts = [_head(reexports), _all(optimizers.__all__), _DIR]
    for name, cls in optimizers.CLASSES.items():
        info = _core.OPTIMIZER_INFO[name]
        arguments = ["self", f"learning_rate: float = {info['learning_rate']!r}", "*", *_defaults(info["settings"])]
        parts.append(f"\nclass {cls.__name__}(Optimizer):\n{_docstring(cls.__doc__ or '')}\n")
        parts.append(indent(f"def __init__{_arguments(*arguments)} -> None: ...\n", "    "))
    return "".join(parts)


STUBS = {
    _PACKAGE / "activations" / "__init__.pyi": of_activations,
    _PACKAGE / "losses" / "__init__.pyi": of_losses,
    _PACKAGE / "optimizers" / "__init__.pyi": of_optimizers,
}


def main() -> None:
    """Write all stubs."""
    for path, text in STUBS.items():
        path.write_text(text(), encoding="utf-8")
        print(path, file=sys.stderr)


if __name__ == "__main__":
    main()
