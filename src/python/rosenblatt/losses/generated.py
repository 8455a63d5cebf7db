"""One class and one function for each loss of the engine, with docstrings from what the engine states."""

import inspect
from collections.abc import Callable, Mapping
from textwrap import dedent, fill, indent
from typing import TYPE_CHECKING, Any

from rosenblatt import _core
from rosenblatt._engine import FloatArray
from rosenblatt._settings import parameter_doc
from rosenblatt.losses.base import Loss

if TYPE_CHECKING:
    from rosenblatt._core import _LossInfo as Info
else:
    Info = dict

_MODULE = "rosenblatt.losses"


def class_name(name: str) -> str:
    """Return the name of the class of a loss: 'log_loss' has LogLoss."""
    return name.title().replace("_", "")


def _setting_docs(info: Info) -> str:
    return "".join(parameter_doc(name, setting) + "\n" for name, setting in info["settings"].items())


def _notes(name: str, info: Info) -> str:
    references = "\n".join(
        indent(fill(f".. [{i}] {source}", 100), "   ").strip()
        for i, source in enumerate(info["source"].splitlines(), start=1)
    )
    cls = class_name(name)
    defaults = ", ".join(f"{key}={setting['default']}" for key, setting in info["settings"].items())
    return (
        f"Notes\n-----\nFor a prediction ``p`` and its target ``y`` [1]_: ``{info['formula']}``.\n"
        f"Output activations: {', '.join(info['output_activations'])}. Targets: {info['targets']}.\n\n"
        f"References\n----------\n{references}\n\n"
        f"Examples\n--------\n>>> from rosenblatt import losses\n>>> losses.{cls}()\n{cls}({defaults})\n"
    )


def _signature(info: Info, *before: str, after: tuple[str, ...] = ()) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in before]
    parameters += [inspect.Parameter(name, kind, default=s["default"]) for name, s in info["settings"].items()]
    parameters += [inspect.Parameter(name, kind, default=None) for name in after]
    return inspect.Signature(parameters)


def _make_class(name: str, info: Info) -> type[Loss]:
    parameters = f"Parameters\n----------\n{_setting_docs(info)}\n" if info["settings"] else ""
    return type(
        class_name(name),
        (Loss,),
        {
            "__module__": _MODULE,
            "__qualname__": class_name(name),
            "__doc__": f"{info['summary']}\n\n{parameters}{_notes(name, info)}",
            "__signature__": _signature(info),
            "name": name,
            "output_activations": info["output_activations"],
            "tasks": info["tasks"],
            "counterpart": info["counterpart"],
            "margins": info["margins"],
            "categorical": info["categorical"],
            "targets": info["targets"],
            "_infos": info["settings"],
            "_evaluate": None if info["settings"] else staticmethod(_core.LossFunction(name, None, {}).evaluate),
        },
    )


def _make_function(name: str, info: Info, cls: type[Loss]) -> Callable[..., tuple[FloatArray, FloatArray]]:
    signature = _signature(info, "y_true", "raw_scores", after=("output_activation",))
    evaluate = _core.LossFunction(name, None, {}).evaluate

    def function(*args: Any, **kwargs: Any) -> tuple[FloatArray, FloatArray]:
        if len(args) == 2 and not kwargs:
            evaluated: tuple[FloatArray, FloatArray] | None = evaluate(*args)
            if evaluated is not None:
                return evaluated
        given = signature.bind(*args, **kwargs).arguments
        y_true, raw_scores = given.pop("y_true"), given.pop("raw_scores")
        output_activation = given.pop("output_activation", None)
        return cls(**given)(y_true, raw_scores, output_activation)

    function.__module__ = _MODULE
    function.__name__ = function.__qualname__ = name
    function.__signature__ = signature  # type: ignore[attr-defined]
    documented = Loss.__call__.__doc__
    if documented is None:  # python -OO
        return function
    parameters, returns = dedent(" " * 8 + inspect.cleandoc(documented)).split("Returns\n", 1)
    _, _, parameters = parameters.partition("Parameters\n----------\n")
    y_and_z, _, output = parameters.partition("output_activation :")
    function.__doc__ = (
        f"{info['summary']}\n\nParameters\n----------\n{y_and_z}{_setting_docs(info)}output_activation :{output}"
        f"Returns\n{returns.rstrip()}\n\n{_notes(name, info)}"
    )
    return function


CLASSES: Mapping[str, type[Loss]] = {name: _make_class(name, info) for name, info in _core.LOSS_INFO.items()}
FUNCTIONS = {name: _make_function(name, info, CLASSES[name]) for name, info in _core.LOSS_INFO.items()}
