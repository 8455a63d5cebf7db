"""The callback by which an interrupted fit resumes."""

import operator
import os
from typing import Any

from rosenblatt.callbacks.paths import path_of
from rosenblatt.training import checkpoint
from rosenblatt.training.state import State
from rosenblatt.training.trainable import Trainable


class Checkpoint:
    """Write the state of a fit to a file, from which an interrupted fit resumes with the same results.

    If the file exists when ``fit`` begins, the fit resumes from it, and ends with the same bits as a fit that was not
    interrupted. If the file is of a fit that has ended, the result is the same model; training continues only if
    ``max_iter`` ended that fit and is larger now. The file must belong to the same problem: the samples, the network,
    and all parameters of the estimator except ``max_iter``, ``n_threads``, ``warm_start`` and those that only report.
    Functions given as parameters are compared by name. The state of such functions and of other callbacks is not
    stored.

    Parameters
    ----------
    path : str or path-like
        The file, a NumPy archive (.npz) of plain arrays, without pickle. It is replaced as a whole or not at all.
    every : int, default=1
        The number of epochs between two writes. The last epoch is always written.
    resume : bool, default=True
        Whether to resume from an existing file. False overwrites it.

    Raises
    ------
    TypeError
        If ``every`` is not an integer; from ``fit``, if the schedule or the random state cannot be stored.
    ValueError
        If ``every`` is below 1; from ``fit``, if the file is damaged or belongs to another problem.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from rosenblatt import MLPRegressor, callbacks
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "fit.npz"
    >>> model = MLPRegressor(hidden_layer_sizes=[3], max_iter=20, tol=0, random_state=0)
    >>> model = model.set_params(callbacks=[callbacks.Checkpoint(path), lambda end: end.epoch == 5])
    >>> model.fit([[0.0], [1.0]], [0.0, 1.0]).n_iter_
    5
    >>> model.set_params(callbacks=[callbacks.Checkpoint(path)]).fit([[0.0], [1.0]], [0.0, 1.0]).n_iter_
    5
    """

    __module__ = "rosenblatt.callbacks"

    def __init__(self, path: Any, every: int = 1, resume: bool = True) -> None:
        path_of(path)
        self.path = path
        self.every = operator.index(every)
        self.resume = resume
        if self.every < 1:
            raise ValueError(f"every: got {every}, expected an integer >= 1")

    # Estimators call these methods instead of calling the checkpoint with an EpochEnd: it is written after all other
    # callbacks, and holds the whole state.

    def _begin(self, state: State, network: Trainable, problem: dict[str, Any]) -> None:
        """Resume from the file, if there is one."""
        path = path_of(self.path)
        if self.resume and os.path.exists(path):
            checkpoint.load(path, state, network, problem)

    def _epoch_ends(self, state: State, network: Trainable, problem: dict[str, Any], n_epochs: int) -> None:
        """Write the file after every so many epochs, and after the last epoch."""
        if state.ended or state.n_iter % self.every == 0 or state.n_iter == n_epochs:
            checkpoint.save(path_of(self.path), state, network._arrays(), problem)
