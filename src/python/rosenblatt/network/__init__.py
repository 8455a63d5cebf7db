"""Dense networks: parameters, predictions, gradients, and training as an iterator."""

from rosenblatt.network.network import Network
from rosenblatt.network.parameters import LayerArrays
from rosenblatt.training.epoch import Epoch

__all__ = ["Epoch", "LayerArrays", "Network"]
