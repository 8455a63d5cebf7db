"""Suggestions for names that do not exist: other libraries' words, and names that are spelled like the given one."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast

# Other libraries' words, without case and separators, and ours.
_WORDS = {
    # losses
    "mse": "squared_error",
    "l2": "squared_error",
    "meansquarederror": "squared_error",
    "mseloss": "squared_error",
    "squaredloss": "squared_error",
    "mae": "absolute_error",
    "l1": "absolute_error",
    "l1loss": "absolute_error",
    "meanabsoluteerror": "absolute_error",
    "smoothl1": "huber",
    "smoothl1loss": "huber",
    "logcosh": "log_cosh",
    "pinball": "quantile",
    "crossentropy": "log_loss",
    "crossentropyloss": "log_loss",
    "categoricalcrossentropy": "log_loss",
    "sparsecategoricalcrossentropy": "log_loss",
    "softmaxcrossentropy": "log_loss",
    "nll": "log_loss",
    "nllloss": "log_loss",
    "logistic": "log_loss",
    "deviance": "log_loss",
    "binarycrossentropy": "binary_log_loss",
    "bce": "binary_log_loss",
    "bceloss": "binary_log_loss",
    "bcewithlogits": "binary_log_loss",
    "bcewithlogitsloss": "binary_log_loss",
    # activations
    "linear": "identity",
    "none": "identity",
    "lrelu": "leaky_relu",
    "hardtanh": "tanh",
    "step": "heaviside",
    "expit": "logistic",
    # optimizers
    "gd": "sgd",
    "gradientdescent": "sgd",
    "momentum": "sgd",
    "nag": "sgd",
    "bfgs": "lbfgs",
    # schedules
    "fixed": "constant",
    "cosineannealing": "cosine",
    "cosineannealinglr": "cosine",
    "cosinedecay": "cosine",
    "exponentialdecay": "exponential",
    "steplr": "step",
    "multistep": "step",
    "onecyclelr": "one_cycle",
    "reducelronplateau": "reduce_on_plateau",
    "plateau": "reduce_on_plateau",
    # initializers
    "xavier": "glorot_uniform",
    "xavieruniform": "glorot_uniform",
    "xaviernormal": "glorot_normal",
    "glorot": "glorot_uniform",
    "kaiming": "he_normal",
    "kaiminguniform": "he_uniform",
    "kaimingnormal": "he_normal",
    "he": "he_normal",
    "lecun": "lecun_normal",
    "zero": "zeros",
}


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def closest(given: Any, accepted: Iterable[str]) -> str | None:
    """Return the accepted name that was probably meant, or None.

    Examples
    --------
    >>> from rosenblatt._suggestions import closest
    >>> closest("MSE", ["huber", "squared_error"]), closest("Hubber", ["huber"]), closest("x", ["huber"])
    ('squared_error', 'huber', None)
    """
    if not isinstance(given, str):
        return None
    from difflib import get_close_matches

    by_plain = {_plain(name): name for name in accepted}
    plain = _plain(given)
    word = _WORDS.get(plain)
    if word is not None and _plain(word) in by_plain and plain not in by_plain:
        return by_plain[_plain(word)]
    matches = get_close_matches(plain, by_plain, n=1, cutoff=0.7)
    return by_plain[matches[0]] if matches else None


def suggestion(given: Any, accepted: Iterable[str]) -> str:
    """Return the end of an error message, such as "; did you mean 'huber'?"; empty if there is nothing to suggest."""
    name = closest(given, accepted)
    return "" if name is None else f"; did you mean {name!r}?"


_VALIDATION = "X_val=..., y_val=..."

# Other libraries' arguments of training, and what stands for them here.
_ARGUMENTS = {
    "validation_data": _VALIDATION,
    "eval_set": _VALIDATION,
    "valid_sets": _VALIDATION,
    "X_valid": _VALIDATION,
    "Xv": _VALIDATION,
    "validation_split": "the parameters early_stopping=True and validation_fraction",
    "eval_metric": "the parameter early_stopping, the name of a scorer",
    "early_stopping_rounds": "the parameters early_stopping=True and n_iter_no_change",
    "epochs": "the parameter max_iter of the estimator",
    "n_epochs": "epochs of Network.train, or the parameter max_iter of an estimator",
    "nb_epoch": "epochs of Network.train, or the parameter max_iter of an estimator",
    **{
        name: f"the parameter {name} of the estimator"
        for name in ("batch_size", "callbacks", "class_weight", "verbose")
    },
    "lr": "learning_rate_init, or an optimizer with its learning_rate",
    "learning_rate": "learning_rate_init, or an optimizer with its learning_rate",
    "sample_weights": "sample_weight",
    "weights": "sample_weight",
}

_Function = TypeVar("_Function", bound=Callable[..., Any])


def explains_arguments(method: _Function) -> _Function:
    """Let a method say what to pass instead of arguments that it does not have.

    Examples
    --------
    >>> from rosenblatt import MLPRegressor
    >>> MLPRegressor().fit([[0.0]], [0.0], validation_data=([[0.0]], [0.0]))
    Traceback (most recent call last):
    TypeError: validation_data: got an argument that fit does not have, expected X_val=..., y_val=...
    """
    parameters = list(inspect.signature(method).parameters.values())
    names = [parameter.name for parameter in parameters]
    positional = [parameter.name for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY]
    by_name = [name for name in names if name not in positional]

    @wraps(method)
    def explained(*args: Any, **kwargs: Any) -> Any:
        if len(args) > len(positional):
            raise TypeError(
                f"{method.__name__}: got {len(args) - 1} arguments without a name, expected at most"
                f" {', '.join(positional[1:])}; pass {', '.join(by_name)} by name"
                + (": X_val=..., y_val=..." if "X_val" in by_name else "")
            )
        for name in kwargs:
            if name not in names:
                raise TypeError(
                    f"{name}: got an argument that {method.__name__} does not have, expected {_meant(name)}"
                )
        return method(*args, **kwargs)

    def _meant(name: str) -> str:
        meant = closest(name, names[1:])
        if name in _ARGUMENTS:
            return _ARGUMENTS[name]
        return f"{', '.join(names[1:])}" + ("" if meant is None else f"; did you mean {meant}?")

    return cast(_Function, explained)
