"""The structure of sparse matrices: SciPy's C code trusts it, so that it is checked before SciPy reads a matrix."""

from typing import Any

import numpy as np
import numpy.typing as npt


def _indices(name: str, what: str, array: Any, bound: int) -> None:
    """Raise unless ``array`` is a vector of integers from 0 to below ``bound``."""
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"{name}: got a sparse matrix whose {what} is no vector of integers, expected a valid matrix")
    if array.size and not (array.min() >= 0 and array.max() < bound):
        raise ValueError(
            f"{name}: got a sparse matrix whose {what} holds {array.min()} to {array.max()}, expected 0 to {bound - 1}"
        )


def _compressed(name: str, X: Any, major: int, minor: int, n_entries: int) -> None:
    """Check the index arrays of CSR, CSC and BSR, for ``major`` rows (or columns) of numbers below ``minor``."""
    pointers: npt.NDArray[Any] = X.indptr
    _indices(name, "indptr", pointers, n_entries + 1)
    if len(pointers) != major + 1 or pointers[0] != 0 or (pointers[1:] < pointers[:-1]).any():
        raise ValueError(
            f"{name}: got a sparse matrix whose indptr does not rise from 0 in {major + 1} numbers, expected a valid"
            " matrix"
        )
    if len(X.indices) < n_entries:
        raise ValueError(
            f"{name}: got a sparse matrix with {len(X.indices)} indices for {n_entries} values, expected one for each"
        )
    _indices(name, "indices", X.indices[: int(pointers[-1])], minor)


def check_sparse(name: str, X: Any) -> None:
    """Raise a ValueError if a sparse matrix is not valid; do nothing for all else.

    Only comparisons by NumPy: SciPy's own ``check_format`` changes the matrix.
    """
    if not hasattr(X, "tocsr") or len(X.shape) > 2:
        return
    rows, columns = (1, *X.shape)[-2:]
    if X.format in ("csr", "csc"):
        major, minor = (rows, columns) if X.format == "csr" else (columns, rows)
        if np.ndim(X.data) != 1:
            raise ValueError(f"{name}: got a sparse matrix whose data has {np.ndim(X.data)} dimensions, expected 1")
        _compressed(name, X, major, minor, len(X.data))
    elif X.format == "bsr":
        if np.ndim(X.data) != 3 or rows % X.data.shape[1] or columns % X.data.shape[2]:
            raise ValueError(
                f"{name}: got a sparse matrix of {X.shape} with blocks of {np.shape(X.data)[1:]}, expected parts"
            )
        _compressed(name, X, rows // X.data.shape[1], columns // X.data.shape[2], len(X.data))
    elif X.format == "coo":
        coordinates = getattr(X, "coords", None) or (X.row, X.col)  # SciPy before 1.13
        for axis, (indices, bound) in enumerate(zip(coordinates, X.shape, strict=True)):
            _indices(name, f"coordinates of axis {axis}", indices, bound)
            if len(indices) != len(X.data):
                raise ValueError(
                    f"{name}: got a sparse matrix with {len(indices)} coordinates for {len(X.data)} values, expected"
                    " one for each"
                )
    elif X.format == "dia" and (np.ndim(X.data) != 2 or np.shape(X.offsets) != X.data.shape[:1]):
        raise ValueError(
            f"{name}: got a diagonal matrix with {np.size(X.offsets)} offsets for {len(X.data)} diagonals, expected one"
            " for each"
        )
    elif X.format in ("lil", "dok"):  # of Python objects, which SciPy converts safely, but without a look at the range
        check_sparse(name, X.tocsr())
