"""Which loss a user means: by name, by instance or by function, for a task."""

from typing import Any

from rosenblatt import _core
from rosenblatt._engine import LossChoice
from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.activations.output import OutputActivation, output_name
from rosenblatt.losses.base import Loss
from rosenblatt.losses.custom import Custom
from rosenblatt.losses.generated import CLASSES

_ACCEPTED = f"one of {', '.join(map(repr, _core.LOSSES))}, an instance from rosenblatt.losses, or a callable"

# For each task, what the user may write and the loss of the engine that it stands for.
_ENGINE_LOSS: dict[str, dict[str, str]] = {"regression": {}, "binary": {}, "multiclass": {}}
for _name, _info in _core.LOSS_INFO.items():
    for _engine_name in filter(None, (_name, _info["counterpart"])):
        for _task in _core.LOSS_INFO[_engine_name]["tasks"]:
            _ENGINE_LOSS[_task].setdefault(_name, _engine_name)

# Predictions depend on the output activation alone, for which these stand where the loss is written in Python.
_OF_CUSTOM = {"regression": "squared_error", "binary": "binary_log_loss", "multiclass": "log_loss"}

_MARGINS = frozenset(name for name, info in _core.LOSS_INFO.items() if info["margins"])


def find(loss: Any) -> Any:
    """Return the loss for a name, an instance or a callable.

    Parameters
    ----------
    loss : str, Loss, Custom or callable
        A name in the engine's list, with its default settings; an instance; or a function as `Custom` takes it.

    Returns
    -------
    loss : Loss or Custom
        The loss.

    Raises
    ------
    ValueError
        If there is no loss of that name.
    TypeError
        If ``loss`` is none of these.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> losses.find("huber")
    Huber(delta=1.0)
    """
    if isinstance(loss, str):
        if loss not in _core.LOSSES:
            raise ValueError(f"loss: got {shown(loss)}, expected {_ACCEPTED}{suggestion(loss, _core.LOSSES)}")
        return CLASSES[loss]()
    if isinstance(loss, Loss | Custom):
        return loss
    check_no_class("loss", loss)
    if callable(loss):
        return Custom(loss)
    raise TypeError(f"loss: got {shown(loss)}, expected {_ACCEPTED}")


def names(task: str) -> tuple[str, ...]:
    """Return the names that `resolve` accepts for a task, in the order of the engine's list.

    Parameters
    ----------
    task : {'regression', 'binary', 'multiclass'}
        The task.

    Returns
    -------
    names : tuple of str
        Names of losses.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> losses.names("binary")
    ('log_loss', 'binary_log_loss', 'focal', 'binary_focal', 'hinge', 'squared_hinge')
    """
    return tuple(_ENGINE_LOSS[task])


def resolve(loss: Any, task: str, output_activation: OutputActivation = None) -> LossChoice:
    """Return the loss of the engine for a task.

    Parameters
    ----------
    loss : str, Loss, Custom or callable
        As `find` takes it. For classes, a loss for the other number of classes stands for its counterpart: 'log_loss'
        for two classes is 'binary_log_loss', with the same settings.
    task : {'regression', 'binary', 'multiclass'}
        Numbers; two classes or independent labels; one class of several.
    output_activation : str or activation function, default=None
        The output activation, which the engine checks; None means the loss's own.

    Returns
    -------
    choice : LossChoice
        The engine's names and settings, and with them the loss if it is written in Python.

    Raises
    ------
    ValueError
        If there is no loss of that name, or it is not one for the task.
    TypeError
        As by `find`.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> losses.resolve("log_loss", "binary").name
    'binary_log_loss'
    >>> losses.resolve(losses.Huber(delta=0.5), "regression").settings
    {'delta': 0.5}
    """
    known = _ENGINE_LOSS[task]
    output_activation = output_name(output_activation)
    if isinstance(loss, str) and loss in known:  # estimators resolve their loss in each prediction
        return LossChoice(known[loss], output_activation)
    found = find(loss)
    if isinstance(found, Custom):
        return LossChoice(_OF_CUSTOM[task], output_activation, {}, found)
    if found.name not in known:
        purpose = "regression" if task == "regression" else "classification"
        raise ValueError(f"loss: got {shown(loss)}, expected one of {', '.join(map(repr, known))} for {purpose}")
    return LossChoice(known[found.name], output_activation, found.settings)


def has_margins(loss: Any) -> bool:
    """Return whether the raw scores of a loss are margins, from which no probabilities follow.

    Parameters
    ----------
    loss : str, Loss, Custom or callable
        As `find` takes it.

    Returns
    -------
    margins : bool
        Whether a classifier with this loss has a ``decision_function`` instead of ``predict_proba``.

    Examples
    --------
    >>> from rosenblatt import losses
    >>> losses.has_margins("hinge"), losses.has_margins("log_loss")
    (True, False)
    """
    # Estimators ask each time that one of these methods is looked up, so that names are not made into instances.
    return (loss if isinstance(loss, str) else getattr(find(loss), "name", None)) in _MARGINS
