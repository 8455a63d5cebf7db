"""scikit-learn's callbacks (``set_callbacks``): a task for each epoch of a fit, and one for the whole fit."""

from typing import Any

from sklearn.utils import _safe_indexing

from rosenblatt.training.state import State
from rosenblatt.training.trainable import Trainable


class EpochTasks:
    """Report the tasks of one call of ``fit`` to scikit-learn's callbacks; without callbacks, do nothing.

    ``X``, ``y`` and ``sample_weight`` are the arguments of ``fit``, as a scorer expects them.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        self._estimator = estimator
        self._data = X, y, sample_weight
        self._fit: Any = None
        self._epoch: Any = None

    def begin(self, n_epochs: int) -> None:
        """Begin the fit, which has at most ``n_epochs`` epochs."""
        # Also without callbacks: meta-estimators connect their tree of tasks with this one.
        context = self._estimator._init_callback_context(max_subtasks=n_epochs)
        if getattr(self._estimator, "_skl_callbacks", None):
            self._fit = context
            context.call_on_fit_task_begin(estimator=self._estimator, **self._arguments(None))

    def begin_epoch(self, state: State) -> None:
        """Begin an epoch."""
        if self._fit is not None:
            self._epoch = self._fit.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._arguments(state))

    def end_epoch(self, state: State, network: Trainable) -> bool:
        """End an epoch; return whether a callback asks to stop."""
        if self._fit is None:
            return False
        # The attributes with which the fit would end here.
        coefs, intercepts = state.best or network._arrays()
        return bool(
            self._epoch.call_on_fit_task_end(
                estimator=self._estimator,
                **self._arguments(state),
                reconstruction_attributes={"coefs_": coefs, "intercepts_": intercepts},
            )
        )

    def end(self) -> None:
        """End the fit."""
        if self._fit is not None:
            self._fit.call_on_fit_task_end(
                estimator=self._estimator, **self._arguments(None), reconstruction_attributes={}
            )

    def _arguments(self, state: State | None) -> dict[str, Any]:
        """Return the data as functions, called where a callback asks for them; with ``state``, the rows trained on."""
        rows = None if state is None or not len(state.held_back) else state.order

        def select(table: Any) -> Any:
            return table if rows is None else _safe_indexing(table, rows)

        X, y, sample_weight = self._data
        return {
            "X": lambda: select(X),
            "y": lambda: select(y),
            "metadata": lambda: None if sample_weight is None else {"sample_weight": select(sample_weight)},
        }
