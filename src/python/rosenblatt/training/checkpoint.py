"""Checkpoint files: a run between two epochs as an .npz file of plain arrays, without pickle, and back."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from numbers import Real
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from rosenblatt.training.state import Run
from rosenblatt.schedules import SCHEDULES

_VERSION = 1
_LARGEST = 2**53

# Attributes of the estimator that change from epoch to epoch, beside the lists of losses and scores.
_COUNTERS = ("n_iter_", "t_", "_no_improvement_count")
_NUMBERS = ("loss_", "best_loss_", "best_validation_score_", "_best_validation_loss")


# Writing.


def _listed(name: str, arrays: list[Any]) -> dict[str, Any]:
    return {f"{name}_{i}": array for i, array in enumerate(arrays)}


def _parameters(name: str, parameters: Any) -> dict[str, Any]:
    coefs, intercepts = parameters or ([], [])
    return {**_listed(f"{name}_coefs", coefs), **_listed(f"{name}_intercepts", intercepts)}


def _series(names: Any) -> list[str]:
    """Return the names of the histories that cannot be told without looking."""
    return [name for name in names if name != "epoch"]


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, np.generic))


def _is_state(value: Any) -> bool:
    return _plain(value) or (isinstance(value, (list, tuple)) and all(map(_plain, value)))


def _schedule_state(schedule: Any) -> dict[str, Any]:
    """Return the attributes of a schedule; functions are no state."""
    state = {name: value for name, value in vars(schedule).items() if not callable(value)}
    for name, value in state.items():
        if not _is_state(value):
            raise TypeError(
                f"Checkpoint: got {type(value).__name__} as {name} of the schedule {type(schedule).__name__}, expected"
                " numbers, strings, None, or lists of them"
            )
    return state


def _random_state(random_state: np.random.RandomState) -> tuple[Any, ...]:
    state = random_state.get_state(legacy=True)
    if not isinstance(state, tuple):
        raise TypeError(
            f"random_state: got a RandomState of {state['bit_generator']}, expected MT19937 for a Checkpoint"
        )
    return state


def save(path: str, estimator: Any, run: Run, problem: dict[str, str]) -> None:
    """Write the run to the file, which is replaced as a whole or not at all."""
    optimizer = estimator._optimizer
    _, keys, *rest = _random_state(estimator._random_state)
    scores = estimator.validation_scores_
    record = {
        "version": _VERSION,
        "problem": problem,
        "counters": {name: getattr(estimator, name) for name in _COUNTERS},
        "numbers": {name: getattr(estimator, name) for name in _NUMBERS},
        "optimizer": {"epoch": optimizer.epoch, "steps": optimizer.steps},
        "schedule": _schedule_state(optimizer.schedule),
        "random_state": rest,
        "run": {
            "dropout_seed": run.dropout_seed,
            "seconds": run.seconds,
            "ended": run.ended,
            "best": run.best is not None,
            "scores": scores is not None,
        },
    }
    # default: NumPy's scalars become Python's.
    text = json.dumps(record, default=lambda value: value.item())
    arrays: dict[str, Any] = {
        "record": np.frombuffer(text.encode(), np.uint8),
        "order": run.order,
        "held_back": run.held_back,
        "random_state": keys,
        "loss_curve": np.array(estimator.loss_curve_, np.float64),
        "validation_scores": np.array(scores or [], np.float64),
        **{f"history_{name}": np.array(run.history[name], np.float64) for name in _series(run.history)},
        **_listed("optimizer", optimizer.state),
        **_parameters("last", run.parameters),
        **_parameters("best", run.best),
    }
    temporary = f"{path}.tmp"
    try:
        with open(temporary, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.remove(temporary)
        raise


# Reading.


class _File:
    """What a file holds; every way in which it can be wrong raises a ValueError that names the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "rb") as file:
            try:
                with np.load(file, allow_pickle=False) as archive:
                    self.arrays = {name: archive[name] for name in archive.files}
                self.record = json.loads(self.arrays.pop("record").astype(np.uint8, casting="equiv").tobytes())
            # Damage shows as errors of any kind: of zip, zlib, JSON, NumPy, attributes, recursion, memory.
            except Exception as error:
                raise ValueError(f"Checkpoint: {path} is not a checkpoint, or damaged ({error})") from error
        if not isinstance(self.record, dict) or self.record.get("version") != _VERSION:
            self.reject("version", f"no checkpoint of version {_VERSION}")

    def reject(self, name: str, what: str) -> NoReturn:
        raise ValueError(f"Checkpoint: {self.path} is damaged or of another program: {name}: {what}")

    def group(self, name: str, keys: Any) -> dict[str, Any]:
        """Return an object of the record, which has just these keys."""
        group = self.record.get(name)
        if not isinstance(group, dict) or set(group) != set(keys):
            self.reject(name, f"expected the names {sorted(keys)}")
        return group

    def check(self, name: str, value: Any, accepted: str, test: Callable[[Any], bool]) -> Any:
        if not test(value):
            self.reject(name, f"got {str(value)[:100]}, expected {accepted}")
        return value

    def count(self, name: str, value: Any) -> int:
        return int(self.check(name, value, "an integer >= 0", lambda v: type(v) is int and 0 <= v < _LARGEST))

    def flag(self, name: str, value: Any) -> bool:
        return bool(self.check(name, value, "true or false", lambda v: type(v) is bool))

    def array(self, name: str, shape: Any, dtype: npt.DTypeLike) -> Any:
        """Return an array, which must have this shape and dtype; a length of None is any."""
        array = self.arrays.pop(name, None)
        if array is None:
            self.reject(name, "missing")
        fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
        if not fits or array.dtype != dtype:
            self.reject(name, f"got shape {array.shape} and dtype {array.dtype}, expected {shape} and {dtype}")
        return np.ascontiguousarray(array)

    def parameters(self, name: str, like: Any) -> Any:
        """Return finite coefs and intercepts of the shapes of those of ``like``."""
        found = tuple(
            [self.array(f"{name}_{kind}_{i}", array.shape, array.dtype) for i, array in enumerate(arrays)]
            for kind, arrays in zip(("coefs", "intercepts"), like, strict=True)
        )
        if not all(np.isfinite(array).all() for arrays in found for array in arrays):
            self.reject(name, "got parameters that are not finite")
        return found


def _compare(file: _File, problem: dict[str, str]) -> None:
    theirs = file.record.get("problem")
    if not isinstance(theirs, dict):
        file.reject("problem", "missing")
    differences = [
        f"{name}: the file has {str(theirs.get(name, 'nothing'))[:100]}, this fit {problem.get(name, 'nothing')[:100]}"
        for name in sorted({*problem, *theirs})
        if theirs.get(name) != problem.get(name)
    ]
    if differences:
        raise ValueError(
            f"Checkpoint: {file.path} is of another problem ({'; '.join(differences)}). Give another path, or"
            " resume=False to begin anew and overwrite it."
        )


def _read_schedule(file: _File, schedule: Any) -> dict[str, Any]:
    """Return the attributes of the schedule, each of the kind that it has now."""
    now = _schedule_state(schedule)
    state = file.record.get("schedule")
    if not isinstance(state, dict) or not set(now) <= set(state):
        file.reject("schedule", f"expected the names {sorted(now)}")
    for name, value in state.items():
        # What is not in the instance yet may have a default in the class, such as a rate that is None at first.
        known = name in now or hasattr(type(schedule), name)
        current = now.get(name, getattr(type(schedule), name, None))
        if callable(current) or isinstance(current, property):
            file.reject("schedule", f"{name} is not to be set")
        if isinstance(current, tuple) and isinstance(value, list):
            value = state[name] = tuple(value)
        number = (Real, type(None))
        kind = object if not known else number if isinstance(current, number) else type(current)
        if not (isinstance(value, kind) and _is_state(value)) or value != value:
            file.reject("schedule", f"got {str(value)[:100]} for {name}, expected a value such as {current!r}")
    # A user's schedule may do more there than to check its parameters.
    if isinstance(schedule, tuple(SCHEDULES.values())) and hasattr(schedule, "__post_init__"):
        changed = copy(schedule)
        vars(changed).update(state)
        try:
            changed.__post_init__()
        except (TypeError, ValueError) as error:
            file.reject("schedule", str(error))
    return state


def _read_random_state(file: _File) -> np.random.RandomState:
    keys = file.array("random_state", (624,), np.uint32)
    rest = file.check(
        "random_state",
        file.record.get("random_state"),
        "position, 0 or 1, and a finite number",
        lambda r: (
            isinstance(r, list)
            and [type(v) for v in r] == [int, int, float]
            and 0 <= r[0] <= 624
            and r[1] in (0, 1)
            and np.isfinite(r[2])
        ),
    )
    # A new one, so that nothing changes for others who draw from the same one, which may be NumPy's global.
    random_state = np.random.RandomState()
    random_state.set_state(("MT19937", keys, *rest))
    return random_state


def load(path: str, estimator: Any, run: Run, problem: dict[str, str], numbers_of_epochs: list[str]) -> None:
    """Put the run, the estimator and its optimizer into the state of the file; all of it is checked before.

    ``numbers_of_epochs`` are the names in the history.
    """
    file = _File(path)
    _compare(file, problem)

    counters = file.group("counters", _COUNTERS)
    for name, value in counters.items():
        file.count(name, value)
    numbers = file.group("numbers", _NUMBERS)
    for name, value in numbers.items():
        if value is not None or getattr(estimator, name, 0.0) is not None:
            file.check(name, value, "a number", lambda v: type(v) is float)
    optimizer = estimator._optimizer
    progress = file.group("optimizer", ("epoch", "steps"))
    schedule = _read_schedule(file, optimizer.schedule)
    random_state = _read_random_state(file)
    about = file.group("run", ("dropout_seed", "seconds", "ended", "best", "scores"))

    n_epochs = counters["n_iter_"]
    loss_curve = file.array("loss_curve", (None,), np.float64).tolist()
    file.check("loss_curve", len(loss_curve), f"at least {n_epochs} losses", lambda n: n >= n_epochs)
    history: dict[str, list[float]] = {name: list(range(1, n_epochs + 1)) for name in numbers_of_epochs}
    for name in _series(history):
        history[name] = file.array(f"history_{name}", (n_epochs,), np.float64).tolist()
    scores = file.array("validation_scores", (None,), np.float64).tolist()
    order = file.array("order", run.order.shape, np.int64)
    held_back = file.array("held_back", run.held_back.shape, np.int64)
    rows = np.arange(len(order) + len(held_back))
    if not np.array_equal(np.sort(np.concatenate([order, held_back])), rows):
        file.reject("order", f"expected each row below {len(rows)} once")
    parameters = file.parameters("last", run.parameters)
    best = file.parameters("best", run.parameters) if file.flag("best", about["best"]) else None
    # The engine knows how long the optimizer's arrays are.
    new = optimizer.open(estimator._open_network()).state
    slots = [file.array(f"optimizer_{i}", array.shape, array.dtype) for i, array in enumerate(new)]
    steps, epoch = (file.count(name, progress[name]) for name in ("steps", "epoch"))
    if file.arrays:
        file.reject(min(file.arrays), "unknown")

    restored = Run(
        order,
        held_back,
        file.count("dropout_seed", about["dropout_seed"]),
        parameters,
        best,
        history,
        file.check("seconds", about["seconds"], "a number >= 0", lambda v: type(v) is float and 0 <= v < np.inf),
        file.flag("ended", about["ended"]),
    )
    has_scores = file.flag("scores", about["scores"])

    vars(run).update(vars(restored))
    vars(optimizer.schedule).update(schedule)
    optimizer.epoch, optimizer.steps, optimizer.state = epoch, steps, slots
    vars(estimator).update(counters)
    vars(estimator).update(numbers)
    estimator.loss_curve_ = loss_curve
    estimator.validation_scores_ = scores if has_scores else None
    estimator._random_state = random_state
    estimator.coefs_, estimator.intercepts_ = ([array.copy() for array in arrays] for arrays in parameters)
