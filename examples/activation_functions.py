"""Activation functions and their derivatives.

The derivative of the step function is 0, so gradient descent cannot use it. Sigmoid and tanh are smooth, but their
derivatives vanish for large inputs. The derivative of relu vanishes on one side only. Below are later variants of relu.
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
