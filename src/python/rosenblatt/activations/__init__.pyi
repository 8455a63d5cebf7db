# Written by .ci/stubs.py from the engine's list.

from rosenblatt.activations.functions import TRAINABLE as TRAINABLE
from rosenblatt.activations.functions import ActivationFunction as ActivationFunction
from rosenblatt.activations.functions import _function as _function
from rosenblatt.activations.functions import find as find
from rosenblatt.activations.functions import of_layers as of_layers
from rosenblatt.activations.last_axis import LastAxisFunction as LastAxisFunction
from rosenblatt.activations.last_axis import log_softmax as log_softmax
from rosenblatt.activations.last_axis import softmax as softmax
from rosenblatt.activations.plotting import plot as plot


__all__ = [
    "ActivationFunction",
    "LastAxisFunction",
    "find",
    "plot",
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "hard_sigmoid",
    "heaviside",
    "sign",
    "sigmoid",
    "swish",
    "log_softmax",
    "softmax",
]

def __dir__() -> list[str]: ...

identity: ActivationFunction
"""f(z) = z."""
logistic: ActivationFunction
"""f(z) = 1 / (1 + exp(-z))."""
tanh: ActivationFunction
"""f(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))."""
relu: ActivationFunction
"""f(z) = max(0, z) (Nair & Hinton, 2010)."""
leaky_relu: ActivationFunction
"""f(z) = z if z > 0 else 0.01 z (Maas, Hannun & Ng, 2013)."""
elu: ActivationFunction
"""f(z) = z if z > 0 else exp(z) - 1 (Clevert, Unterthiner & Hochreiter, 2016)."""
selu: ActivationFunction
"""f(z) = lambda z if z > 0 else lambda alpha (exp(z) - 1), with lambda = 1.0507 and alpha = 1.6733 (Klambauer, Unterthiner, Mayr & Hochreiter, 2017)."""
gelu: ActivationFunction
"""f(z) = z Phi(z), with Phi the standard normal distribution function (Hendrycks & Gimpel, 2016)."""
gelu_tanh: ActivationFunction
"""f(z) = z / 2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))), which is close to gelu (Hendrycks & Gimpel, 2016)."""
silu: ActivationFunction
"""f(z) = z logistic(z) (Hendrycks & Gimpel, 2016; Ramachandran, Zoph & Le, 2017)."""
mish: ActivationFunction
"""f(z) = z tanh(softplus(z)) (Misra, 2019)."""
softplus: ActivationFunction
"""f(z) = log(1 + exp(z)) (Dugas et al., 2001)."""
softsign: ActivationFunction
"""f(z) = z / (1 + |z|) (Bergstra et al., 2009)."""
hard_sigmoid: ActivationFunction
"""f(z) = min(max(z / 6 + 1 / 2, 0), 1) (after Courbariaux, Bengio & David, 2015)."""
heaviside: ActivationFunction
"""f(z) = 1 if z >= 0 else 0, the step of McCulloch and Pitts' neuron (1943); it has no useful derivative."""
sign: ActivationFunction
"""f(z) = -1, 0 or 1, the sign of z; it has no useful derivative."""
sigmoid: ActivationFunction
"""f(z) = 1 / (1 + exp(-z))."""
swish: ActivationFunction
"""f(z) = z logistic(z) (Hendrycks & Gimpel, 2016; Ramachandran, Zoph & Le, 2017)."""
