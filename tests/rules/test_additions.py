"""What has to mention a new activation, loss, optimizer or option of training does so; if not, these tests name it.

To add one of the first three, write its struct in C++, its entry in the oracle and its line in the changelog.
"""

import ast
import inspect
import re
from pathlib import Path

import pytest

import reference
from rosenblatt import MLPClassifier, MLPRegressor, Network, _core, activations, losses, optimizers

ROOT = Path(__file__).parents[2]
LISTS = {
    "ACTIVATIONS": _core.ACTIVATIONS,
    "OUTPUT_ACTIVATIONS": _core.OUTPUT_ACTIVATIONS,
    "LOSSES": _core.LOSSES,
    "OPTIMIZERS": _core.OPTIMIZERS,
}
each_list = pytest.mark.parametrize("words", LISTS)


def missing(place, names, present):
    """Return what a place lacks, in words."""
    lacks = [name for name in names if name not in present]
    return [f"{place} lacks {', '.join(map(repr, lacks))}"] if lacks else []


@each_list
def test_the_oracle(words):
    entries = getattr(reference, words)
    problems = missing(f"tests/reference.py: {words}", LISTS[words], entries)
    problems += missing(f"src/cpp/rules: the list of {words}", entries, LISTS[words])
    parts = {
        "ACTIVATIONS": ("f", "derivative", "torch"),
        "OUTPUT_ACTIVATIONS": ("f", "derivative", "torch"),
        "LOSSES": ("value", "torch"),
        "OPTIMIZERS": ("step", "torch"),
    }[words]
    for name, entry in entries.items():
        problems += missing(f"tests/reference.py: {words}[{name!r}]", parts, vars(entry))
    assert not problems, "; ".join(problems)


@pytest.mark.parametrize("words", ["ACTIVATIONS", "LOSSES", "OPTIMIZERS"])
def test_the_changelog(words):
    mentioned = re.findall(r"\w+", (ROOT / "CHANGELOG.md").read_text())
    assert not missing("CHANGELOG.md", LISTS[words], mentioned)


def test_the_public_modules():
    class_names = [type(losses.find(name)).__name__ for name in _core.LOSSES]
    problems = missing("rosenblatt.activations", _core.ACTIVATIONS, activations.__all__)
    problems += missing("rosenblatt.losses", [*_core.LOSSES, *class_names], losses.__all__)
    classes = [info["class_name"] for info in _core.OPTIMIZER_INFO.values()]
    problems += missing("rosenblatt.optimizers", classes, optimizers.__all__)
    assert not problems, "; ".join(problems)


def options(constraints):
    """Return the names that scikit-learn's validation accepts."""
    return {option for one in constraints for option in getattr(one, "options", ())}


def test_the_estimators_accept_the_names():
    problems = []
    for estimator, task in ((MLPClassifier, "multiclass"), (MLPClassifier, "binary"), (MLPRegressor, "regression")):
        accepted = {name: options(parts) for name, parts in estimator._parameter_constraints.items()}
        place = f"{estimator.__name__}'s constraints"
        problems += missing(f"{place} of loss", losses.names(task), accepted["loss"])
        problems += missing(f"{place} of solver", _core.OPTIMIZERS, accepted["solver"])
        problems += missing(f"{place} of activation", activations.TRAINABLE, accepted["activation"])
    one_output = [name for name, entry in reference.OUTPUT_ACTIVATIONS.items() if entry.derivative]
    accepted = options(MLPRegressor._parameter_constraints["output_activation"])
    problems += missing("MLPRegressor's constraints of output_activation", one_output, accepted)
    assert not problems, "; ".join(problems)


# Options of training.

# What users do not choose: the seed comes from random_state.
DRAWN = {"dropout_seed"}
# Of the parameter groups of a network, which estimators do not show.
OF_GROUPS = {"learning_rate_factors", "weight_decay_factors"}
# What the oracle does not model: it takes the batches themselves and has no threads; dropout has tests of its own.
NOT_IN_THE_ORACLE = {"batch_size", "n_threads", "dropout", *DRAWN, *OF_GROUPS}


def test_options_of_training():
    chosen = [name for name in _core.TRAINING_OPTIONS if name not in DRAWN]
    problems = missing("Network.train", chosen, inspect.signature(Network.train).parameters)
    chosen = [name for name in chosen if name not in OF_GROUPS]
    for estimator in (MLPClassifier, MLPRegressor):
        problems += missing(estimator.__name__, chosen, inspect.signature(estimator).parameters)
        problems += missing(f"{estimator.__name__}'s constraints", chosen, estimator._parameter_constraints)
        documented = re.findall(r"\w+(?=[\w, ]* : )", estimator.__doc__)
        problems += missing(f"{estimator.__name__}'s docstring", chosen, documented)
    in_oracle = [name for name in _core.TRAINING_OPTIONS if name not in NOT_IN_THE_ORACLE]
    problems += missing("tests/reference.py: train", in_oracle, inspect.signature(reference.train).parameters)
    assert not problems, "; ".join(problems)


# Tables.

# Files whose tables are chosen: the fits that two versions are compared on, and examples.
CHOSEN = {"tests/digests.py", "tests/estimators/test_continuation.py", "tests/rules/test_additions.py"}
FAMILIES = {
    **LISTS,
    "trainable activations": [name for name in _core.ACTIVATIONS if _core.ACTIVATION_INFO[name]["trainable"]],
    "losses of regression": losses.names("regression"),
    "losses of classification": losses.names("binary"),
    "options of training": [name for name in _core.TRAINING_OPTIONS if name not in DRAWN | OF_GROUPS],
}


def tables(tree):
    """Return the line and the strings of each dict, list, set and tuple that is written out in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict | ast.List | ast.Set | ast.Tuple):
            items = node.keys if isinstance(node, ast.Dict) else node.elts
            strings = {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
            yield node.lineno, strings


def incomplete(place, strings, families=FAMILIES):
    """Return what lacks in a table that has nearly all names of a family; tables with half of them are choices."""
    found = []
    for names in families.values():
        known = [name for name in names if name in strings]
        if len(names) > 3 and 0.75 * len(names) <= len(known) < len(names):
            found += missing(place, names, strings)
    return found


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks", "examples"])
def test_tables_that_are_written_out_are_complete(folder):
    problems = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place not in CHOSEN:
            for line, strings in tables(ast.parse(path.read_text())):
                problems += incomplete(f"{place}:{line}", strings)
    assert not problems, "; ".join(problems)


def test_incomplete_tables_are_found():
    ((line, strings),) = tables(ast.parse("\nTABLE = {'a': 1, 'b': 2, 'c': 3, **others}"))
    assert incomplete(f"file.py:{line}", strings, {"letters": "abcd"}) == ["file.py:2 lacks 'd'"]
    assert not incomplete("file.py:2", {"a", "b"}, {"letters": "abcd"})
    assert not incomplete("file.py:2", set("abcd"), {"letters": "abcd"})
