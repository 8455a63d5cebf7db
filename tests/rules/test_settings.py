"""Settings: what the engine states about them, the values that they accept, and what Python makes of them."""

import re

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import InvalidParameterError

from cases import inputs, inside, network, outside
from rosenblatt import _core, losses, optimizers
from rosenblatt._settings import as_engine, constraint, parameter_doc

OWNERS = {
    **{f"loss {name}": info["settings"] for name, info in _core.LOSS_INFO.items()},
    **{f"optimizer {name}": info["settings"] for name, info in _core.OPTIMIZER_INFO.items()},
    "training": _core.TRAINING_OPTIONS,
}
SETTINGS = {f"{owner}, {name}": (owner, name) for owner, settings in OWNERS.items() for name in settings}
each_setting = pytest.mark.parametrize(("owner", "name"), SETTINGS.values(), ids=list(SETTINGS))


def assign(owner, values):
    """Have the engine check the values of settings."""
    kind, _, name = owner.partition(" ")
    if kind == "loss":
        return _core.check_loss(name, None, values)
    if kind == "optimizer":
        return _core.optimizer_settings(name, values)
    net = network([2, 3, 1])
    if values.get("dropout"):  # a rate for each layer
        values = {**values, "dropout": np.resize(values["dropout"], 2)}
    for name in ("learning_rate_factors", "weight_decay_factors"):
        if values.get(name):  # a factor for each parameter group
            values = {**values, name: np.resize(values[name], 4)}
    return _core.Trainer64(net, inputs(5, 2), inputs(5, 1), **values)


@each_setting
def test_what_is_stated(owner, name):
    setting = OWNERS[owner][name]
    assert setting["doc"].endswith(".")
    for part in (setting["interval"],) if setting["kind"] != "boolean" else ("True or False",):
        assert part in setting["accepted"]
    assert setting["optional"] == setting["accepted"].endswith(" or None")
    left, right = setting["interval"][0], setting["interval"][-1]
    if setting["kind"] in ("number", "list"):
        assert setting["closed"] == {"()": "neither", "[)": "left", "(]": "right", "[]": "both"}[left + right]
        low, high = (float(part) for part in setting["interval"][1:-1].split(","))
        assert (low, high) == (setting["low"], setting["high"])
    kind = {"number": float, "integer": int, "boolean": bool, "list": list}[setting["kind"]]
    assert setting["default"] is None if setting["optional"] else type(setting["default"]) is kind


@each_setting
def test_values(owner, name):
    setting = OWNERS[owner][name]
    for value in (setting["default"], *inside(setting)):
        if value is not None or owner == "training":
            assign(owner, {name: value})
    message = re.escape(f"{name}: got ") + ".*, expected " + re.escape(setting["accepted"])
    for value in outside(setting):
        with pytest.raises(ValueError, match=message):
            assign(owner, {name: value})
        if setting["kind"] == "list":
            with pytest.raises(ValueError, match=message):
                assign(owner, {name: [value]})


@pytest.mark.parametrize("owner", OWNERS)
def test_unknown_names(owner):
    names = ", ".join(repr(name) for name in OWNERS[owner])
    message = f"got 'nothing', expected {'one of ' * (len(OWNERS[owner]) > 1)}{names or 'none'}"
    with pytest.raises((TypeError, ValueError), match=message):
        assign(owner, {"nothing": 1.0})


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.1, "-0.1"), (-3.0, "-3"), (-1.0000000001, "-1.0000000001"), (-1 / 3, "-0.3333333333333333"), (np.nan, "nan")],
)
def test_messages_show_all_digits(value, shown):
    with pytest.raises(ValueError, match=re.escape(f"momentum: got {shown}, expected a number in [0, 1]")):
        _core.optimizer_settings("sgd", {"momentum": value})


def test_optimizers_and_losses_have_assigned_settings():
    for name, info in _core.OPTIMIZER_INFO.items():
        for key, setting in info["settings"].items():
            for value in inside(setting):
                values = _core.optimizer_settings(name, {key: value})
                assert values == {**_core.OPTIMIZER_SETTINGS[name], key: value}


# What Python makes of them.


@each_setting
def test_constraints(owner, name):
    setting = OWNERS[owner][name]

    class Estimator(BaseEstimator):
        _parameter_constraints = {"value": constraint(setting)}  # noqa: RUF012

        def __init__(self, value=None):
            self.value = value

    for value in inside(setting):
        Estimator(value)._validate_params()
    if setting["kind"] == "list":
        Estimator(inside(setting)[0][0])._validate_params()
    for value in outside(setting):
        if setting["kind"] == "integer" and value == 2 * setting["high"]:
            continue  # left to the engine
        with pytest.raises(InvalidParameterError, match="The 'value' parameter of Estimator must be"):
            Estimator(value)._validate_params()
    if setting["optional"]:
        Estimator(None)._validate_params()
    else:
        with pytest.raises(InvalidParameterError):
            Estimator(None)._validate_params()


@each_setting
def test_parameter_docs(owner, name):
    setting = OWNERS[owner][name]
    head, *body = parameter_doc(name, setting, width=60).splitlines()
    assert head.startswith(f"{name} : ")
    assert head.endswith(f", default={setting['default']!r}")
    assert (" or None" in head) == setting["optional"]
    assert setting["kind"] == "boolean" or setting["interval"] in head
    assert " ".join(line.strip() for line in body) == setting["doc"]
    assert all(line.startswith("    ") and len(line) <= 60 for line in body)


def test_conversion():
    infos = _core.LOSS_INFO["quantile"]["settings"]
    assert as_engine(infos, {"quantiles": 0.5}) == {"quantiles": [0.5]}
    assert as_engine(infos, {"quantiles": np.array([0.1, 0.5], np.float32)})["quantiles"] == pytest.approx([0.1, 0.5])
    assert as_engine(infos, {"quantiles": (1, 2), "more": np.int64(3)}) == {"quantiles": [1.0, 2.0], "more": 3.0}
    for value in ("0.5", None, [[0.5]], ["0.5"], object()):
        with pytest.raises(TypeError, match=r"quantiles: got .*, expected numbers in \(0, 1\), at least one"):
            as_engine(infos, {"quantiles": value})
    for value in ("0.5", None, [0.5], 1j):
        with pytest.raises(TypeError, match=r"more: got .*, expected a number"):
            as_engine(infos, {"more": value})


def test_classes_have_the_settings():
    for name, info in _core.LOSS_INFO.items():
        assert losses.find(name).get_params() == {key: s["default"] for key, s in info["settings"].items()}
    for name, info in _core.OPTIMIZER_INFO.items():
        assert optimizers.find(name).settings == {key: s["default"] for key, s in info["settings"].items()}
