"""Which optimizer a user means: by name or by instance."""

from rosenblatt._instances import check_no_class
from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.optimizers.base import Optimizer
from rosenblatt.optimizers.generated import CLASSES


def find(optimizer: str | Optimizer) -> Optimizer:
    """Return the optimizer with a name and default settings, or a copy of an instance, which has taken no steps.

    Parameters
    ----------
    optimizer : str or Optimizer
        A name, such as 'adamw', or an instance of a class in `rosenblatt.optimizers`.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError
        If ``optimizer`` is neither.
    ValueError
        If there is no optimizer of that name.

    Examples
    --------
    >>> from rosenblatt import optimizers
    >>> optimizers.find("adamw")
    AdamW(learning_rate=0.001)
    """
    accepted = f"one of {', '.join(map(repr, CLASSES))}, or an instance from rosenblatt.optimizers"
    if isinstance(optimizer, Optimizer):
        return type(optimizer)(**optimizer.get_params())
    check_no_class("optimizer", optimizer)
    if not isinstance(optimizer, str):
        raise TypeError(f"optimizer: got {shown(optimizer)}, expected {accepted}{suggestion(optimizer, CLASSES)}")
    if optimizer not in CLASSES:
        raise ValueError(f"optimizer: got {shown(optimizer)}, expected {accepted}{suggestion(optimizer, CLASSES)}")
    return CLASSES[optimizer]()
