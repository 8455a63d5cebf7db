"""Checkpoint files: the state of a run as an .npz file of plain arrays, without pickle."""

import json
import math
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from numbers import Real
from typing import Any, BinaryIO, NoReturn

import numpy as np
import numpy.typing as npt

from rosenblatt.schedules import SCHEDULES
from rosenblatt.training.state import State
from rosenblatt.training.trainable import Trainable, WeightsAndBiases

_VERSION = 3
_LARGEST = 2**53

# Fields of the state and of its progress that are integers, and numbers that may be None.
_COUNTERS = ("n_iter", "t", "dropout_seed")
_NUMBERS = ("best_loss", "best_validation_score", "best_validation_loss")


# Writing.


def _listed(name: str, arrays: list[Any]) -> dict[str, Any]:
    return {f"{name}_{i}": array for i, array in enumerate(arrays)}


def _parameters(name: str, parameters: WeightsAndBiases | None) -> dict[str, Any]:
    weights, biases = parameters or ([], [])
    return {**_listed(f"{name}_coefs", weights), **_listed(f"{name}_intercepts", biases)}


def _series(names: Any) -> list[str]:
    """Return the names of the histories that the file has to hold; that of 'epoch' follows from its length."""
    return [name for name in names if name != "epoch"]


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, np.generic))


def _is_state(value: Any) -> bool:
    return _plain(value) or (isinstance(value, (list, tuple)) and all(map(_plain, value)))


def _schedule_state(schedule: Any) -> dict[str, Any]:
    """Return the attributes of a schedule, without functions."""
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


def save(path: str, state: State, parameters: WeightsAndBiases, problem: dict[str, Any]) -> None:
    """Write a state and the network's parameters to a file, which is replaced as a whole or not at all."""
    optimizer, progress = state.optimizer, state.progress
    _, keys, *rest = _random_state(state.random_state)
    scores = progress.validation_scores
    record = {
        "version": _VERSION,
        "problem": problem,
        "counters": {
            "no_improvement_count": progress.no_improvement_count,
            **{name: getattr(state, name) for name in _COUNTERS},
        },
        "numbers": {name: getattr(progress, name) for name in _NUMBERS},
        "optimizer": {"epoch": optimizer.epoch, "steps": optimizer.steps},
        "schedule": _schedule_state(optimizer.schedule),
        "random_state": rest,
        "run": {
            "seconds": state.seconds,
            "ended": state.ended,
            "best": state.best is not None,
            "best_epoch": state.best_epoch,
            "scores": scores is not None,
        },
    }
    # default: NumPy's scalars become Python's.
    text = json.dumps(record, default=lambda value: value.item())
    arrays: dict[str, Any] = {
        "record": np.frombuffer(text.encode(), np.uint8),
        "order": state.order,
        "held_back": state.held_back,
        "random_state": keys,
        "loss_curve": np.array(state.loss_curve, np.float64),
        "validation_scores": np.array(scores or [], np.float64),
        **{f"history_{name}": np.array(state.history[name], np.float64) for name in _series(state.history)},
        **_listed("optimizer", optimizer.state),
        **_parameters("last", parameters),
        **_parameters("best", state.best),
    }
    _replace(path, arrays)


def _replace(path: str, arrays: dict[str, Any]) -> None:
    """Write the file as a whole or not at all, also if several processes write to the same path."""
    path = os.path.realpath(path)  # of a link: the file that it refers to is replaced
    folder = os.path.dirname(path)
    descriptor, temporary = tempfile.mkstemp(prefix=os.path.basename(path) + ".", suffix=".tmp", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, _mode_of(path))
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.remove(temporary)
        raise
    # The new name in the folder is on the disk only after this; some file systems cannot do it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode_of(path: str) -> int:
    """Return the permissions of the file, or those of a new file."""
    with suppress(OSError):
        return stat.S_IMODE(os.stat(path).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


# Reading.


def _check_sizes(file: BinaryIO) -> None:
    """Raise ValueError unless each array takes as many bytes in memory as in the file."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{member.filename} is compressed, and could be of any size")
            with archive.open(member) as stream:
                version = np.lib.format.read_magic(stream)
                if version != (1, 0):
                    raise ValueError(f"{member.filename}: version {version} of the .npy format")
                shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
                if dtype.hasobject:
                    raise ValueError(f"{member.filename} holds Python objects, which are not read")
                size = math.prod(shape) * dtype.itemsize
                if stream.tell() + size != member.file_size:
                    raise ValueError(f"{member.filename} has {member.file_size} bytes, its array {size}")
    file.seek(0)


class _File:
    """The contents of a file. Whatever is wrong with them raises a ValueError that names the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "rb") as file:
            try:
                _check_sizes(file)
                with np.load(file, allow_pickle=False) as archive:
                    self.arrays = {name: archive[name] for name in archive.files}
                self.record = json.loads(self.arrays.pop("record").astype(np.uint8, casting="equiv").tobytes())
            # Damage shows as errors of any kind: of zip, zlib, JSON, NumPy, attributes, recursion, memory.
            except Exception as error:
                raise ValueError(f"Checkpoint: {path} is not a checkpoint, or it is damaged ({error})") from error
        if not isinstance(self.record, dict) or self.record.get("version") != _VERSION:
            self.reject("version", f"expected a checkpoint of version {_VERSION}")

    def reject(self, name: str, what: str) -> NoReturn:
        raise ValueError(f"Checkpoint: {self.path} is damaged, or not of this version: {name}: {what}")

    def group(self, name: str, keys: Any) -> dict[str, Any]:
        """Return an object of the record, which must have exactly these keys."""
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
        """Return an array, which must have this shape and dtype; None stands for any length."""
        array = self.arrays.pop(name, None)
        if array is None:
            self.reject(name, "missing")
        fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
        if not fits or array.dtype != dtype:
            self.reject(name, f"got shape {array.shape} and dtype {array.dtype}, expected {shape} and {dtype}")
        return np.ascontiguousarray(array)

    def parameters(self, name: str, like: WeightsAndBiases) -> WeightsAndBiases:
        """Return finite weights and biases of the shapes and dtypes of ``like``."""
        weights, biases = (
            [self.array(f"{name}_{kind}_{i}", array.shape, array.dtype) for i, array in enumerate(arrays)]
            for kind, arrays in zip(("coefs", "intercepts"), like, strict=True)
        )
        if not all(np.isfinite(array).all() for array in (*weights, *biases)):
            self.reject(name, "got parameters that are not finite")
        return weights, biases


def _shown(problem: dict[str, Any], name: str) -> str:
    return repr(problem[name])[:100] if name in problem else "nothing"


def _compare(file: _File, problem: dict[str, Any]) -> None:
    theirs = file.record.get("problem")
    if not isinstance(theirs, dict):
        file.reject("problem", "missing")
    differences = [
        f"{name}: the file has {_shown(theirs, name)}, this fit {_shown(problem, name)}"
        for name in sorted({*problem, *theirs})
        if theirs.get(name) != problem.get(name)
    ]
    if differences:
        raise ValueError(
            f"Checkpoint: {file.path} is of another problem ({'; '.join(differences)}). Give another path, or"
            " resume=False to start again and overwrite it."
        )


def _read_schedule(file: _File, schedule: Any) -> dict[str, Any]:
    """Return the attributes of the schedule, each of the type of its current value."""
    now = _schedule_state(schedule)
    state = file.record.get("schedule")
    if not isinstance(state, dict) or not set(now) <= set(state):
        file.reject("schedule", f"expected the names {sorted(now)}")
    for name, value in state.items():
        # An attribute that the instance does not have yet may have a default in the class, such as a rate of None.
        known = name in now or hasattr(type(schedule), name)
        current = now.get(name, getattr(type(schedule), name, None))
        if callable(current) or isinstance(current, property):
            file.reject("schedule", f"{name} cannot be set")
        if isinstance(current, tuple) and isinstance(value, list):
            value = state[name] = tuple(value)
        number = (Real, type(None))
        kind = object if not known else number if isinstance(current, number) else type(current)
        if not (isinstance(value, kind) and _is_state(value)) or value != value:
            file.reject("schedule", f"got {str(value)[:100]} for {name}, expected a value such as {current!r}")
    # Not for schedules of users, whose __post_init__ may do more than check parameters.
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
    # A new one: others may draw from the current one, which may be NumPy's global one.
    random_state = np.random.RandomState()
    random_state.set_state(("MT19937", keys, *rest))
    return random_state


def load(path: str, state: State, network: Trainable, problem: dict[str, Any]) -> None:
    """Update a state and a network from a file; all of the file is checked before anything changes."""
    file = _File(path)
    _compare(file, problem)

    progress, optimizer = state.progress, state.optimizer
    counters = file.group("counters", ("no_improvement_count", *_COUNTERS))
    for name, value in counters.items():
        file.count(name, value)
    numbers = file.group("numbers", _NUMBERS)
    for name, value in numbers.items():
        if value is not None or getattr(progress, name) is not None:
            file.check(name, value, "a number", lambda v: type(v) is float)
    about_optimizer = file.group("optimizer", ("epoch", "steps"))
    epoch, steps = (file.count(name, about_optimizer[name]) for name in ("epoch", "steps"))
    schedule = _read_schedule(file, optimizer.schedule)
    random_state = _read_random_state(file)
    about = file.group("run", ("seconds", "ended", "best", "best_epoch", "scores"))
    seconds = file.check("seconds", about["seconds"], "a number >= 0", lambda v: type(v) is float and 0 <= v < np.inf)
    ended, has_best, has_scores = (file.flag(name, about[name]) for name in ("ended", "best", "scores"))

    n_epochs = counters["n_iter"]
    best_epoch = about["best_epoch"]
    if best_epoch is not None and not 1 <= file.count("best_epoch", best_epoch) <= n_epochs:
        file.reject("best_epoch", f"got {best_epoch}, expected an epoch up to {n_epochs}")
    loss_curve = file.array("loss_curve", (None,), np.float64).tolist()
    file.check("loss_curve", len(loss_curve), f"at least {n_epochs} losses", lambda n: n >= n_epochs)
    history = {name: file.array(f"history_{name}", (n_epochs,), np.float64).tolist() for name in _series(state.history)}
    scores = file.array("validation_scores", (None,), np.float64).tolist()
    order = file.array("order", state.order.shape, np.int64)
    held_back = file.array("held_back", state.held_back.shape, np.int64)
    rows = np.arange(len(order) + len(held_back))
    if not np.array_equal(np.sort(np.concatenate([order, held_back])), rows):
        file.reject("order", f"expected each row below {len(rows)} once")
    last = file.parameters("last", state.parameters)
    best = file.parameters("best", state.parameters) if has_best else None
    # The engine knows the lengths of the optimizer's arrays.
    new = optimizer.open(network._engine).state
    slots = [file.array(f"optimizer_{i}", array.shape, array.dtype) for i, array in enumerate(new)]
    if file.arrays:
        file.reject(min(file.arrays), "unknown")

    vars(optimizer.schedule).update(schedule)
    optimizer.epoch, optimizer.steps, optimizer.state = epoch, steps, slots
    progress.no_improvement_count = counters.pop("no_improvement_count")
    vars(progress).update(numbers, validation_scores=scores if has_scores else None)
    vars(state).update(counters, random_state=random_state, order=order, held_back=held_back, best=best)
    state.best_epoch = best_epoch
    vars(state).update(loss_curve=loss_curve, seconds=seconds, ended=ended)
    state.history = {name: history.get(name, list(range(1, n_epochs + 1))) for name in state.history}
    network._set(*last)
