"""What warm starts and ``partial_fit`` continue with: changed parameters that do not fit it are rejected."""

from typing import Any

from rosenblatt._engine import checked_dtype
from rosenblatt._messages import shown
from rosenblatt.training.plain import plain

# Parameters that only a first call uses.
_FIRST = ("init", "bias_init", "scale_targets")


def remember(model: Any) -> None:
    """Store what the first call has used."""
    model._first_dtype = str(model.coefs_[0].dtype)
    model._first_parameters = {name: plain(getattr(model, name)) for name in _FIRST if hasattr(model, name)}
    if getattr(model, "scale_targets", False):
        model._first_parameters["output_activation"] = model.output_activation


def check_unchanged(model: Any) -> None:
    """Raise ValueError for a parameter that differs from what the model has been trained with so far."""
    sizes, fitted = model._hidden_layer_sizes(), [len(coef) for coef in model.coefs_[1:]]
    if sizes != fitted:
        _reject("hidden_layer_sizes", sizes, fitted)
    if model.dtype is not None and checked_dtype(model.dtype) != model._first_dtype:
        _reject("dtype", model.dtype, model._first_dtype)
    for name, first in model._first_parameters.items():
        if plain(getattr(model, name)) != first:
            _reject(name, getattr(model, name), first)


def _reject(name: str, value: Any, expected: Any) -> None:
    raise ValueError(
        f"{name}: got {shown(value)}, expected {expected!r} as in the first call, because warm_start and partial_fit"
        " continue with its network"
    )
