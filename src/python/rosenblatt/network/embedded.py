"""The embeddings of a network's columns: checks."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from rosenblatt._messages import shown
from rosenblatt.embeddings import Embedding


def checked_embeddings(embeddings: Any, n_columns: int) -> dict[int, Embedding]:
    """Return the embeddings by the indices of their columns.

    Raises
    ------
    TypeError, ValueError
        If they are not a dict of indices and embeddings.
    """
    if embeddings is None:
        return {}
    if not isinstance(embeddings, Mapping):
        raise TypeError(f"embeddings: got {shown(embeddings)}, expected a dict of columns and embeddings")
    for column, embedding in embeddings.items():
        if not isinstance(column, Integral) or isinstance(column, bool) or int(column) not in range(n_columns):
            raise ValueError(f"embeddings: got {shown(column)}, expected the index of one of {n_columns} columns")
        if not isinstance(embedding, Embedding):
            raise TypeError(
                f"embeddings[{column}]: got {shown(embedding)}, expected an instance from rosenblatt.embeddings"
            )
    return {int(column): embedding for column, embedding in sorted(embeddings.items())}
