"""A dense network in the user's hands: parameters, predictions, gradients, and training."""

from rosenblatt.network.network import Network
from rosenblatt.network.parameters import LayerArrays
from rosenblatt.training.loop import Epoch

__all__ = ["Epoch", "LayerArrays", "Network"]
