"""Output activations, which losses accept by name or as functions of `rosenblatt.activations`."""

from math import inf

from rosenblatt import _core
from rosenblatt._messages import shown
from rosenblatt._suggestions import suggestion
from rosenblatt.activations.functions import ActivationFunction
from rosenblatt.activations.last_axis import LastAxisFunction

OutputActivation = str | ActivationFunction | LastAxisFunction | None


def output_name(output_activation: OutputActivation) -> str | None:
    """Return the name of an output activation; None stands for the default of the loss.

    Raises
    ------
    TypeError
        If it is neither a name nor a function of `rosenblatt.activations`.
    ValueError
        If no loss has an output activation of that name.

    Examples
    --------
    >>> from rosenblatt import activations
    >>> from rosenblatt.activations.output import output_name
    >>> output_name(activations.softplus)
    'softplus'
    """
    if output_activation is None:
        return None
    given = output_activation
    name = given.name if isinstance(given, ActivationFunction | LastAxisFunction) else given
    if name in NAMES:
        return name
    accepted = f"one of {', '.join(map(repr, NAMES))}, such a function of rosenblatt.activations, or None"
    error = ValueError if isinstance(name, str) else TypeError
    raise error(f"output_activation: got {shown(given)}, expected {accepted}{suggestion(name, NAMES)}")


NAMES = (*_core.OUTPUT_ACTIVATIONS, "sigmoid")

# The numbers that an output activation comes near to or reaches, where these are not all numbers.
RANGES = {
    "logistic": (0.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, inf),
    "softplus": (0.0, inf),
    "exp": (0.0, inf),
}
