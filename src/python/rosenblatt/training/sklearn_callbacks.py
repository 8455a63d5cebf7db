"""scikit-learn's callbacks (``set_callbacks``): a task for each epoch of a fit, and for the fit as a whole."""

from typing import Any

from sklearn.utils import _safe_indexing

from rosenblatt.training.state import Run


class EpochTasks:
    """Tells scikit-learn's callbacks of the tasks of one call of ``fit``; does nothing where there are none.

    ``X``, ``y`` and ``sample_weight`` are those that ``fit`` got, as a scorer would get them.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        self._estimator = estimator
        self._data = X, y, sample_weight
        self._fit: Any = None
        self._epoch: Any = None

    def begin(self, n_epochs: int) -> None:
        """Begin the fit, with at most so many epochs."""
        # Also without callbacks, as meta-estimators join their tree of tasks with this one.
        context = self._estimator._init_callback_context(max_subtasks=n_epochs)
        if getattr(self._estimator, "_skl_callbacks", None):
            self._fit = context
            context.call_on_fit_task_begin(estimator=self._estimator, **self._arguments(None))

    def begin_epoch(self, run: Run) -> None:
        """Begin an epoch."""
        if self._fit is not None:
            self._epoch = self._fit.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._arguments(run))

    def end_epoch(self, run: Run) -> bool:
        """End an epoch; return whether a callback asks to stop."""
        if self._fit is None:
            return False
        # What the fit would return if it stopped now.
        coefs, intercepts = run.best or run.parameters
        return bool(
            self._epoch.call_on_fit_task_end(
                estimator=self._estimator,
                **self._arguments(run),
                reconstruction_attributes={"coefs_": coefs, "intercepts_": intercepts},
            )
        )

    def end(self) -> None:
        """End the fit."""
        if self._fit is not None:
            self._fit.call_on_fit_task_end(
                estimator=self._estimator, **self._arguments(None), reconstruction_attributes={}
            )

    def _arguments(self, run: Run | None) -> dict[str, Any]:
        """Return the data as functions, called where a callback asks for them; with ``run``, those trained on."""
        rows = None if run is None or not len(run.held_back) else run.order

        def select(table: Any) -> Any:
            return table if rows is None else _safe_indexing(table, rows)

        X, y, sample_weight = self._data
        return {
            "X": lambda: select(X),
            "y": lambda: select(y),
            "metadata": lambda: None if sample_weight is None else {"sample_weight": select(sample_weight)},
        }
