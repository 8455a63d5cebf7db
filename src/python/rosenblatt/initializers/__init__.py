"""Initial weights and biases: named initializers, your own functions, or given arrays."""

from rosenblatt.initializers.checks import checked_array as checked_array
from rosenblatt.initializers.checks import checked_sizes as checked_sizes
from rosenblatt.initializers.names import BIAS_INITIALIZERS, INITIALIZERS
from rosenblatt.initializers.parameters import initialize
from rosenblatt.initializers.scaled import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    orthogonal,
)
from rosenblatt.initializers.unscaled import Constant, Normal, Uniform, zeros

__all__ = [
    "BIAS_INITIALIZERS",
    "INITIALIZERS",
    "Constant",
    "Normal",
    "Uniform",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "initialize",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
    "zeros",
]


def __dir__() -> list[str]:
    return sorted(__all__)
