"""Activation functions and their derivatives.

The step function's derivative is 0, so that gradient descent has nothing to go by; sigmoid and tanh are smooth, but
their derivatives vanish for large inputs; relu's vanishes on one side only. Below, relu's relatives that came later.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from rosenblatt import activations
from show import show


def main() -> Figure:
    figure, axes = plt.subplots(2, 2, figsize=(10, 8), layout="constrained")
    activations.plot(ax=axes[0])
    activations.plot(["relu", "leaky_relu", "elu", "softplus", "silu", "gelu"], ax=axes[1])
    for name in ("sigmoid", "tanh", "relu"):
        print(f"{name}: at 5, the value is {getattr(activations, name)(5.0):.4f},", end=" ")
        print(f"the derivative {getattr(activations, name).derivative(5.0):.4f}")
    return figure


if __name__ == "__main__":
    show(main)
