"""Logic with neurons: propositions that McCulloch and Pitts' neurons of 1943 compute.

A neuron is active if at least two of its excitatory connections (blue) carry a signal and no inhibitory one (red) does.
Below each drawing are the outputs for the four inputs, filled where the neuron is active. No single neuron computes
"either a or b"; three neurons in two layers do.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rosenblatt import McCullochPittsNetwork as Network
from rosenblatt import McCullochPittsNeuron as Neuron
from show import show

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
NETWORKS = {
    "a": Network(2, [Neuron.identity(0)]),
    "a and b": Network(2, [Neuron.and_(0, 1)]),
    "a or b": Network(2, [Neuron.or_(0, 1)]),
    "a and not b": Network(2, [Neuron.and_not(0, 1)]),
    "either a or b": Network(2, [Neuron.and_not(0, 1), Neuron.and_not(1, 0), Neuron.or_(2, 3)]),
}


def draw_network(ax: Axes, network: Network) -> None:
    """Draw the signals as circles, with the inputs at the bottom, and the connections as lines."""
    layer = [0, 0]
    for neuron in network.neurons:
        layer.append(1 + max(layer[i] for i in (*neuron.excitatory, *neuron.inhibitory)))
    place = []
    for signal, height in enumerate(layer):
        width = layer.count(height)
        place.append((layer[:signal].count(height) - (width - 1) / 2, height))
    for position, neuron in enumerate(network.neurons, start=2):
        for color, sources in (("tab:blue", neuron.excitatory), ("tab:red", neuron.inhibitory)):
            for connection, source in enumerate(sources):
                shift = 0.08 * list(sources)[:connection].count(source)  # a second connection, beside the first
                (x0, y0), (x1, y1) = place[source], place[position]
                ax.plot([x0 + shift, x1 + shift], [y0, y1], color=color, zorder=1)
    for signal, (x, y) in enumerate(place):
        ax.scatter(x, y, s=500, color="white", edgecolors="black", zorder=2)
        ax.text(x, y, "ab"[signal] if signal < 2 else "", ha="center", va="center")
    ax.set(xlim=(-1.1, 1.1), ylim=(-0.5, 2.5))
    ax.axis("off")


def main() -> Figure:
    figure, axes = plt.subplots(2, len(NETWORKS), figsize=(12, 5), height_ratios=[3, 2], layout="constrained")
    for (name, network), upper, lower in zip(NETWORKS.items(), *axes, strict=True):
        active = network.predict(X)
        print(f"{name:14}", active.astype(int))
        upper.set_title(name)
        draw_network(upper, network)
        lower.scatter(*X.T, s=200, c=np.where(active, "black", "white"), edgecolors="black")
        lower.set(xlabel="a", ylabel="b", xticks=[0, 1], yticks=[0, 1], xlim=(-0.5, 1.5), ylim=(-0.5, 1.5))
    return figure


if __name__ == "__main__":
    show(main)
