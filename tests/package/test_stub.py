"""The stub of the engine has the names and parameters that the bindings have.

mypy.stubtest cannot see either, since pybind11 states parameters in docstrings only, and since the engine's module is
not the one that the stub is for.
"""

import ast
import importlib.resources
import re

import pytest

from rosenblatt import _core

STUB = ast.parse((importlib.resources.files("rosenblatt") / "_core" / "__init__.pyi").read_text())
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def parameters(function, method):
    """Return name, kind and whether there is a default for each parameter, without self."""
    arguments = function.args
    assert not [*arguments.posonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))], function.name
    optional = [False] * (len(arguments.args) - len(arguments.defaults)) + [True] * len(arguments.defaults)
    found = [(a.arg, "positional", o) for a, o in zip(arguments.args, optional, strict=True)]
    found += [
        (a.arg, "keyword", d is not None) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return found[1:] if method else found


def functions_of(body):
    """Return the functions of a module or class by name, each with all its overloads."""
    found = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return found


def methods_of(name):
    """Return the functions of a class and of its bases in the stub."""
    node = CLASSES[name]
    found = {}
    for base in node.bases:
        base = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(base, ast.Name) and base.id in CLASSES:
            found |= methods_of(base.id)
    return found | functions_of(node.body)


def signatures(doc):
    """Return the functions that the docstring of a binding states, one for each overload."""
    lines = doc.splitlines()
    if "Overloaded function." in lines[:2]:
        lines = [line.split(". ", 1)[1] for line in lines if re.match(r"\d+\. \w+\(", line)]
    else:
        lines = lines[:1]
    return [ast.parse(f"def {line}: ...").body[0] for line in lines]


def accepts(binding, stub):
    """Return whether a binding takes all that an overload of the stub allows."""
    given = {name: (kind, optional) for name, kind, optional in stub}
    named = [(name, kind) for name, kind, _ in binding if name in given]
    return named == [(name, kind) for name, kind, _ in stub] and all(
        optional or not given[name][1] if name in given else optional for name, _, optional in binding
    )


def bindings():
    """Return what the engine's module binds: each name, its docstring, what the stub says, and if it is a method."""
    functions, found = functions_of(STUB.body), []
    for name, value in vars(_core).items():
        if getattr(value, "__module__", None) != f"rosenblatt._core.{_core.LEVEL}":
            continue
        if not isinstance(value, type):
            found.append((name, value.__doc__, functions.get(name), False))
        elif not issubclass(value, Exception):
            methods = methods_of(name)
            for method, function in vars(value).items():
                if callable(function) and (method == "__init__" or not method.startswith("_")):
                    found.append((f"{name}.{method}", function.__doc__, methods.get(method), True))
    return found


def test_names():
    public = {name for name in vars(_core) if not name.startswith("_")}
    constants = {node.target.id for node in STUB.body if isinstance(node, ast.AnnAssign)}
    stubbed = {*constants, *functions_of(STUB.body), *CLASSES}
    assert public - {"importlib", "os", "cpu", "find_spec", _core.LEVEL} == {
        n for n in stubbed if not n.startswith("_")
    }


def test_there_are_bindings():
    names = {name for name, *_ in bindings()}
    assert {"Network64.__init__", "Network32.predict", "Trainer64.epoch", "predict32", "tlu_fit"} <= names


@pytest.mark.parametrize(("name", "doc", "stub", "method"), bindings(), ids=[name for name, *_ in bindings()])
def test_parameters(name, doc, stub, method):
    assert stub, f"{name} is not in the stub"
    bound = [parameters(function, method) for function in signatures(doc)]
    stubbed = [parameters(function, method) for function in stub]
    if len(stubbed) == 1:
        assert all(binding == stubbed[0] for binding in bound), (bound, stubbed[0])
    else:
        assert all(any(accepts(binding, one) for binding in bound) for one in stubbed), (bound, stubbed)
