"""The stub of the engine states the parameters that the bindings have: their names, kinds, defaults and plain types."""

import ast
import re
from pathlib import Path

import pytest

from rosenblatt import _core

STUB = ast.parse((Path(_core.__file__).parent / "__init__.pyi").read_text())


def signatures(doc):
    """Return the signatures in the docstring that pybind11 writes, as functions."""
    lines = doc.splitlines()
    found = [line.split(". ", 1)[1] for line in lines if re.match(r"\d+\. \w+\(", line)] or lines[:1]
    return [ast.parse(f"def {line}: ...").body[0] for line in found]


def parameters(function):
    """Return the kind, default and annotation of each parameter by its name."""
    a = function.args
    plain = a.posonlyargs + a.args
    defaults = [None] * (len(plain) - len(a.defaults)) + a.defaults
    found = {arg.arg: ("plain", default, arg.annotation) for arg, default in zip(plain, defaults, strict=True)}
    found |= {
        arg.arg: ("keyword", default, arg.annotation) for arg, default in zip(a.kwonlyargs, a.kw_defaults, strict=True)
    }
    if a.kwarg:
        found[a.kwarg.arg] = ("rest", None, None)
    found.pop("self", None)
    return found


def stub_functions():
    """Return the name of each function and method of the engine, with its definitions in the stub."""
    classes = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
    found = {}
    for node in STUB.body:
        if isinstance(node, ast.FunctionDef) and node.name != "available_levels":
            found.setdefault(node.name, []).append(node)
        # ArrayFunction is bound without pybind11, which writes signatures.
        if isinstance(node, ast.ClassDef) and hasattr(_core, node.name) and node.name != "ArrayFunction":
            for base in [
                node,
                *(classes[re.match(r"\w+", ast.unparse(b))[0]] for b in node.bases if "_" in ast.unparse(b)),
            ]:
                for method in base.body:
                    if isinstance(method, ast.FunctionDef):
                        found.setdefault(f"{node.name}.{method.name}", []).append(method)
    return found


FUNCTIONS = stub_functions()


def bound(path):
    thing = _core
    for part in path.split("."):
        thing = getattr(thing, part)
    return thing


def differences(stub, binding):
    """Return what differs between a function of the stub and the signature of its binding."""
    ours, theirs = parameters(stub), parameters(binding)
    if list(ours) != list(theirs):
        return [f"the parameters {list(ours)} instead of {list(theirs)}"]
    found = []
    for name, (kind, default, annotation) in ours.items():
        other_kind, other_default, other_annotation = theirs[name]
        if kind != other_kind:
            found.append(f"{name}: {kind} instead of {other_kind}")
        if (default is None) != (other_default is None):
            found.append(f"{name}: a default in only one of the two")
        elif default is not None and ast.unparse(default) != ast.unparse(other_default):
            found.append(f"{name}: default {ast.unparse(default)} instead of {ast.unparse(other_default)}")
        types = [ast.unparse(part) if part else "" for part in (annotation, other_annotation)]
        if types[1] in ("str", "str | None", "bool") and types[0] != types[1]:
            found.append(f"{name}: {types[0]} instead of {types[1]}")
    return found


@pytest.mark.parametrize("path", FUNCTIONS)
def test_parameters(path):
    stubs, bindings = FUNCTIONS[path], signatures(bound(path).__doc__)
    longest = max(stubs, key=lambda function: len(parameters(function)))
    if len(stubs) > 1:  # overloads, of which the last has no defaults
        assert list(parameters(longest)) == list(parameters(bindings[0]))
        return
    for binding in bindings:
        assert not differences(longest, binding)


def test_everything_is_in_the_stub():
    functions = {name for name, thing in vars(_core).items() if "builtin_function" in type(thing).__name__}
    classes = {name for name, thing in vars(_core).items() if isinstance(thing, type)}
    methods = {
        f"{name}.{method}"
        for name in classes
        for method, thing in vars(getattr(_core, name)).items()
        if "instancemethod" in type(thing).__name__ and (not method.startswith("_") or method == "__init__")
    }
    assert functions - {"find_spec"} | methods <= set(FUNCTIONS)


@pytest.mark.parametrize(
    ("stub", "difference"),
    [
        ("def f(widths, output_activations: Sequence[str] | None = None): ...", "the parameters"),
        ("def f(widths, output_activation: Sequence[str] | None = None): ...", "output_activation: Sequence"),
        ("def f(widths, output_activation: str | None): ...", "output_activation: a default in only one"),
        ("def f(widths, output_activation: str | None = 'exp'): ...", "output_activation: default 'exp'"),
        ("def f(widths, *, output_activation: str | None = None): ...", "output_activation: keyword instead of plain"),
    ],
)
def test_differences_are_found(stub, difference):
    (binding,) = signatures("f(self: m.Network, widths: list[int], output_activation: str | None = None) -> None")
    assert difference in differences(ast.parse(stub).body[0], binding)[0]
    assert not differences(ast.parse("def f(self, widths, output_activation: str | None = None): ...").body[0], binding)
