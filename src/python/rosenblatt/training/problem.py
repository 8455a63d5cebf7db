"""The description of a fit, by which a checkpoint knows whether it belongs to it."""

import re
import zlib
from typing import Any

import numpy as np

from rosenblatt.training.samples import Samples

# Parameters of estimators that change what is reported, or how long training lasts, but not the epochs that are done.
_NEUTRAL = frozenset({"callbacks", "max_iter", "n_threads", "progress", "verbose", "warm_start"})


def _digest(*tables: Any) -> str:
    """Return a checksum of arrays and sparse matrices; None is left out."""
    checksum = 0
    for table in tables:
        parts = (table.data, table.indices, table.indptr) if hasattr(table, "indptr") else (table,)
        for part in parts:
            if part is not None:
                checksum = zlib.crc32(np.ascontiguousarray(part).data.cast("B"), checksum)
    return f"{checksum:08x}"


def describe_problem(estimator: Any, samples: Samples, validation: Samples | None, start: Any) -> dict[str, str]:
    """Return, by name and as text, what two fits must have in common so that one can continue the other.

    ``start`` holds the parameters of a warm start; it is empty if they are new.
    """
    # Functions and other objects are compared by name, not by their address.
    parameters = {
        name: re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
        for name, value in sorted(estimator.get_params(deep=False).items())
        if name not in _NEUTRAL
    }
    return {
        "estimator": type(estimator).__name__,
        "layer sizes": str([*(len(coef) for coef in estimator.coefs_), estimator.coefs_[-1].shape[1]]),
        "dtype of the parameters": str(estimator.coefs_[0].dtype),
        "number of samples": str(samples.n_rows),
        "checksum of the samples": _digest(*samples),
        "checksum of the validation data": _digest(*(validation or ())),
        "checksum of the parameters to start from": _digest(*start),
        **parameters,
    }
