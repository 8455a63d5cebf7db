"""Embeddings: how a column of the inputs of a `rosenblatt.Network` becomes several inputs of its first layer.

>>> from rosenblatt import Network, embeddings
>>> columns = {0: embeddings.Periodic(), 2: embeddings.Categories(12, dim=3)}
>>> network = Network([3, 16, 1], embeddings=columns, random_state=0)  # column 1 remains as it is
>>> network.weights[0].shape
(8, 16)
"""

from rosenblatt.embeddings.base import Embedding
from rosenblatt.embeddings.categories import Categories
from rosenblatt.embeddings.periodic import Periodic
from rosenblatt.embeddings.piecewise_linear import PiecewiseLinear

__all__ = ["Categories", "Embedding", "Periodic", "PiecewiseLinear"]


def __dir__() -> list[str]:
    return sorted(__all__)
