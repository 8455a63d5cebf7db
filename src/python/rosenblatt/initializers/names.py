"""The initializers that have a name."""

from rosenblatt.initializers.draws import Initializer
from rosenblatt.initializers.scaled import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    orthogonal,
)
from rosenblatt.initializers.unscaled import zeros

# The initializers of weights.
INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "orthogonal": orthogonal,
    "zeros": zeros,
}

# The initializers of biases: those that draw each number independently.
BIAS_INITIALIZERS = {name: function for name, function in INITIALIZERS.items() if function is not orthogonal}
