"""Pickles of estimators carry the version of the package that wrote them."""

from typing import Any, cast

from sklearn.exceptions import InconsistentVersionWarning

from rosenblatt import _core
from rosenblatt._warnings import warn


class VersionedPickle:
    """A mixin before ``BaseEstimator``: estimators that another version has pickled are unpickled with a warning."""

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes and the version."""
        state = cast("dict[str, Any]", super().__getstate__())
        return {**state, "_rosenblatt_version": _core.VERSION}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Assign the attributes; warn if the version is another one."""
        state = dict(state)
        written_by = state.pop("_rosenblatt_version", "unknown")
        if written_by != _core.VERSION:
            warn(
                InconsistentVersionWarning(
                    estimator_name=type(self).__name__,
                    current_sklearn_version=f"{_core.VERSION} of rosenblatt",
                    original_sklearn_version=f"{written_by} of rosenblatt",
                )
            )
        self.__dict__.update(state)
