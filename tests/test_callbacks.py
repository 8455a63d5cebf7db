"""Callbacks: their arguments, how they stop a fit, and fits that resume from a checkpoint."""

import contextlib
import csv
import io
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import types
import warnings
import zipfile

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor, _display, callbacks, initializers, losses, optimizers, schedules

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random_state = np.random.RandomState(0)
X = random_state.randn(80, 5)
Y = {MLPClassifier: (X[:, 0] > 0).astype(int), MLPRegressor: X[:, 0] + 0.1 * random_state.randn(80)}


def small(cls=MLPRegressor, **parameters):
    return cls(
        **{"hidden_layer_sizes": [7], "max_iter": 9, "batch_size": 16, "random_state": 3, "tol": 0, **parameters}
    )


class TestPlainCallbacks:
    def test_numbers_of_each_epoch(self):
        ends = []
        model = small(callbacks=[ends.append], early_stopping=True).fit(X, Y[MLPRegressor])
        assert [end.epoch for end in ends] == list(range(1, 10))
        assert [end.loss for end in ends] == model.loss_curve_
        assert [end.val_score for end in ends] == model.validation_scores_
        assert all(end.estimator is model and end.n_epochs == 9 and end.learning_rate == 0.001 for end in ends)
        assert np.all(np.diff([end.seconds for end in ends]) > 0)
        for name, values in model.history_.items():
            np.testing.assert_array_equal(values, [getattr(end, name) for end in ends])

    def test_without_validation_data_there_are_no_such_numbers(self):
        ends = []
        small(callbacks=[ends.append]).fit(X, Y[MLPRegressor])
        assert set(ends[0].numbers()) == {"epoch", "n_epochs", "loss", "learning_rate", "seconds"}

    def test_names_are_those_of_the_history(self):
        for early_stopping in (False, True):
            model = small(early_stopping=early_stopping).fit(X, Y[MLPRegressor])
            assert list(model.history_) == callbacks.EpochEnd.names(early_stopping)

    def test_any_callback_stops_and_all_are_called(self):
        seen = []
        model = small(callbacks=[lambda end: end.epoch == 4, lambda end: seen.append(end.epoch)])
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a fit that a callback stops does not warn about convergence
            model.fit(X, Y[MLPRegressor])
        assert model.n_iter_ == 4
        assert seen == [1, 2, 3, 4]
        whole = small(max_iter=4).fit(X, Y[MLPRegressor])
        np.testing.assert_array_equal(model.coefs_[0], whole.coefs_[0])

    def test_errors_of_callbacks_propagate_and_leave_a_model(self):
        model = small(callbacks=[lambda end: 1 / (3 - end.epoch)])
        model.set_params(callbacks=[lambda end: 1 // 0 if end.epoch == 3 else None])
        with pytest.raises(ZeroDivisionError):
            model.fit(X, Y[MLPRegressor])
        np.testing.assert_array_equal(model.coefs_[0], small(max_iter=3).fit(X, Y[MLPRegressor]).coefs_[0])

    def test_csv_logger(self, tmp_path):
        path = tmp_path / "log.csv"
        for _ in range(2):  # the second fit overwrites the file
            model = small(callbacks=[callbacks.CSVLogger(path)], early_stopping=True).fit(X, Y[MLPRegressor])
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        assert [float(row["loss"]) for row in rows] == model.loss_curve_
        assert [float(row["val_score"]) for row in rows] == model.validation_scores_
        assert [int(row["epoch"]) for row in rows] == list(range(1, 10))

    def test_a_log_that_is_removed_is_written_anew(self, tmp_path):
        path = tmp_path / "log.csv"

        def remove(end):
            if end.epoch == 4:
                path.unlink()

        model = small(callbacks=[callbacks.CSVLogger(path), remove]).fit(X, Y[MLPRegressor])
        with open(path, newline="") as file:
            assert [float(row["loss"]) for row in csv.DictReader(file)] == model.loss_curve_

    def test_progress_goes_to_the_standard_error(self, capsys):
        small(progress=True).fit(X, Y[MLPRegressor])
        captured = capsys.readouterr()
        assert "9/9" in captured.err
        assert captured.out == ""


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self):
        return True


def stop_at(epoch):
    return lambda end: end.epoch == epoch


def fail_at(epoch):
    def fail(end):
        if end.epoch == epoch:
            raise RuntimeError("stop")

    return fail


class TestProgressBar:
    def test_terminal(self):
        screen = Screen()
        model = small(callbacks=[callbacks.ProgressBar(screen)]).fit(X, Y[MLPRegressor])
        lines = screen.getvalue().split("\r")
        assert "1/9" in lines[1]
        assert f"{'#' * 30}] 9/9  loss {model.loss_:.6g}" in lines[-1]
        assert screen.getvalue().endswith("\n")
        assert screen.getvalue().count("\n") == 1

    @pytest.mark.parametrize("end", ["callback", "error", "early stopping", "interrupt"])
    def test_the_last_epoch_is_shown_and_the_line_ends(self, end, monkeypatch):
        monkeypatch.setattr(_display, "_SECONDS", 1e9)  # no epoch but the first and the last
        screen = Screen()
        bar = callbacks.ProgressBar(screen)
        stops = {"callback": [stop_at(4)], "error": [fail_at(4)], "early stopping": []}
        if end == "interrupt":
            stops[end] = [lambda end: end.epoch == 4 and signal.raise_signal(signal.SIGINT)]
        model = small(callbacks=[bar, *stops[end]])
        if end == "early stopping":
            model.set_params(max_iter=200, tol=1.0, n_iter_no_change=3)
        with contextlib.suppress(RuntimeError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, Y[MLPRegressor])
        lines = screen.getvalue().split("\r")[1:]
        assert len(lines) == 2
        assert f" {model.n_iter_}/" in lines[-1]
        assert screen.getvalue().endswith("\n")

    def test_a_file_that_is_no_terminal_gets_occasional_whole_lines(self, monkeypatch):
        log = io.StringIO()
        bar = callbacks.ProgressBar(log)
        small(callbacks=[bar]).fit(X, Y[MLPRegressor])
        assert log.getvalue().count("\n") == 1
        assert "9/9" in log.getvalue()
        monkeypatch.setattr(_display, "_SECONDS_OF_LOGS", 0.0)
        small(callbacks=[bar]).fit(X, Y[MLPRegressor])
        assert "\r" not in log.getvalue()
        assert [line.split()[1] for line in log.getvalue().splitlines()[1:]] == [f"{n}/9" for n in range(1, 10)]

    def test_a_line_covers_the_line_before(self):
        screen = Screen()
        bar = callbacks.ProgressBar(screen)
        for epoch, loss in ((1, 0.123456), (2, 1.0)):
            bar(callbacks.EpochEnd(epoch, 2, loss, loss, 0.0, 0.1, None, None, 0.5, None))
        bar.close()
        first, second = screen.getvalue().rstrip("\n").split("\r")[1:]
        assert len(second) == len(first)
        assert second.rstrip() == f"[{'#' * 30}] 2/2  loss 1  0.5 s"

    def test_a_long_line_does_not_wrap(self, monkeypatch):
        monkeypatch.setenv("COLUMNS", "40")
        screen = Screen()
        small(callbacks=[callbacks.ProgressBar(screen)]).fit(X, Y[MLPRegressor])
        assert max(len(line.rstrip("\n")) for line in screen.getvalue().split("\r")) < 40

    @pytest.mark.parametrize("stderr", ["none", "closed", "full"])
    def test_training_does_not_depend_on_the_output(self, stderr, monkeypatch):
        class Full(io.StringIO):
            def write(self, text):
                raise OSError(28, "No space left on device")

        closed = io.StringIO()
        closed.close()
        monkeypatch.setattr(sys, "stderr", {"none": None, "closed": closed, "full": Full()}[stderr])
        assert small(progress=True).fit(X, Y[MLPRegressor]).n_iter_ == 9

    def test_notebook(self, monkeypatch):
        shown = []

        class Handle:
            def update(self, data, raw):
                shown.append((data, raw))

        def display(data, raw, display_id):
            shown.append((data, raw))
            return Handle()

        ipython = types.ModuleType("IPython")
        ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
        ipython.display = types.SimpleNamespace(display=display)
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        model = small(progress=True).fit(X, Y[MLPRegressor])
        assert len(shown) >= 2
        assert all(raw and set(data) == {"text/plain", "text/html"} for data, raw in shown)
        assert f"9/9  loss {model.loss_:.6g}" in shown[-1][0]["text/html"]

    def test_a_bar_serves_several_fits_and_is_copied(self):
        screen = Screen()
        model = small(callbacks=[callbacks.ProgressBar(screen)])
        model.fit(X, Y[MLPRegressor]).fit(X, Y[MLPRegressor])
        assert screen.getvalue().count("\n") == 2
        bar = pickle.loads(pickle.dumps(callbacks.ProgressBar()))
        small(callbacks=[bar, lambda end: pickle.dumps(bar) and None]).fit(X, Y[MLPRegressor])


class TestArguments:
    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            (callbacks.ProgressBar, r"callbacks\[1\]: got the class ProgressBar, expected an instance"),
            (callbacks.Checkpoint, r"callbacks\[1\]: got the class Checkpoint, expected an instance"),
            (3, r"callbacks\[1\]: got 3, expected a callable"),
            (None, r"callbacks\[1\]: got None, expected a callable"),
            ("csv", r"callbacks\[1\]: got 'csv', expected a callable"),
        ],
    )
    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_callbacks(self, bad, message, solver):
        calls = []
        with pytest.raises(TypeError, match=message):
            small(solver=solver, callbacks=[calls.append, bad]).fit(X, Y[MLPRegressor])
        assert not calls

    @pytest.mark.parametrize(
        ("name", "bad"),
        [
            ("loss", losses.Huber),
            ("loss", losses.Custom),
            ("solver", optimizers.Adam),
            ("random_state", np.random.RandomState),
            ("learning_rate", schedules.Cosine),
            ("init", initializers.Normal),
            ("bias_init", initializers.Constant),
        ],
    )
    def test_classes_instead_of_instances(self, name, bad):
        message = rf"{name}: got the class {bad.__name__}, expected an instance, such as {bad.__name__}\(\)"
        for error in (TypeError, ValueError):  # scikit-learn's error for parameters is both
            with pytest.raises(error, match=message):
                small(**{name: bad}).fit(X, Y[MLPRegressor])

    def test_close_is_called_however_a_fit_ends(self):
        class Closed:
            count = 0

            def __call__(self, end):
                pass

            def close(self):
                self.count += 1

        callback = Closed()
        small(callbacks=[callback]).fit(X, Y[MLPRegressor])
        with pytest.raises(RuntimeError):
            small(callbacks=[callback, fail_at(2)]).fit(X, Y[MLPRegressor])
        assert callback.count == 2


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("same_logger", [False, True])
def test_the_log_of_a_resumed_fit_is_that_of_an_uninterrupted_one(every, same_logger, tmp_path):
    def rows(path):
        with open(path, newline="") as file:
            return [{**row, "seconds": None} for row in csv.DictReader(file)]

    y = Y[MLPRegressor]
    small(callbacks=[callbacks.CSVLogger(tmp_path / "whole.csv")]).fit(X, y)
    checkpoint, log = callbacks.Checkpoint(tmp_path / "fit.npz", every=every), callbacks.CSVLogger(tmp_path / "log.csv")
    with pytest.raises(RuntimeError):  # after it was logged, but before a checkpoint was written
        small(callbacks=[checkpoint, log, fail_at(5)]).fit(X, y)
    assert len(rows(tmp_path / "log.csv")) == 5
    log = log if same_logger else callbacks.CSVLogger(tmp_path / "log.csv")
    model = small(callbacks=[checkpoint, log]).fit(X, y)
    assert rows(tmp_path / "log.csv") == rows(tmp_path / "whole.csv")
    assert (np.diff(model.history_["seconds"]) > 0).all()


@pytest.mark.parametrize(("early_stopping", "printed"), [("loss", "Validation loss"), (True, "Validation score")])
def test_verbose_prints_what_early_stopping_looks_at(early_stopping, printed, capsys):
    model = small(early_stopping=early_stopping, verbose=True).fit(X, Y[MLPRegressor])
    values = model.history_["val_loss" if early_stopping == "loss" else "val_score"]
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Validation")]
    np.testing.assert_allclose([float(line.removeprefix(printed + ": ")) for line in lines], values, atol=1e-6)


# The common part of the checkpoint tests, in this process and in the process that is killed.
SETUP = '''
import os, sys, warnings
import numpy as np, scipy.sparse
from rosenblatt import MLPClassifier, MLPRegressor, callbacks, schedules

warnings.simplefilter("ignore")
random_state = np.random.RandomState(0)
X = random_state.randn(80, 5)
y = X[:, 0] + 0.1 * random_state.randn(80)
labels = (y > 0).astype(int) + (X[:, 1] > 0)

def make(cls=MLPRegressor, **parameters):
    common = {"hidden_layer_sizes": [7], "max_iter": 9, "batch_size": 16, "random_state": 3, "tol": 0}
    return cls(**{**common, **parameters})

class Wary(schedules.Schedule):
    """Keep the last losses in attributes of several types, one of which is new after the first epoch."""
    def __init__(self):
        self.last = ()
        self.lows = []
    def __repr__(self):
        return "Wary()"
    def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
        return initial * (1 + sum(self.last)) / (1 + sum(self.lows) + getattr(self, "n_told", 0))
    def epoch_ends(self, value):
        self.last = (*self.last, np.float64(value))[-2:]
        self.lows.append(min(self.last))
        self.n_told = len(self.lows)
'''

# Name -> the model, X and y.
RUNS = {
    "adam": ("make()", "X", "y"),
    "adaptive": (
        "make(solver='sgd', learning_rate='adaptive', learning_rate_init=0.05, tol=1.0, n_iter_no_change=1)",
        "X",
        "y",
    ),
    "one_cycle": ("make(solver='sgd', learning_rate='one_cycle', learning_rate_init=0.05)", "X", "y"),
    "plateau": (
        "make(learning_rate=schedules.ReduceOnPlateau(patience=1, tol=0.5), learning_rate_init=0.01)",
        "X",
        "y",
    ),
    "own_schedule": ("make(learning_rate=Wary(), learning_rate_init=0.01)", "X", "y"),
    "function": ("make(learning_rate=lambda epoch: 0.01 / (1 + epoch))", "X", "y"),
    "early_stopping": ("make(early_stopping=True, learning_rate_init=0.02, validation_fraction=0.2)", "X", "y"),
    "early_stopping_on_loss": ("make(early_stopping='loss', tol=0.05, n_iter_no_change=6, max_iter=40)", "X", "y"),
    "dropout": ("make(dropout=0.3, input_dropout=0.1)", "X", "y"),
    "float32": ("make(dtype='float32', solver='nadam')", "X", "y"),
    "sparse": ("make()", "scipy.sparse.csr_matrix(X * (X > 0))", "y"),
    "classifier": ("make(MLPClassifier, early_stopping=True, dropout=0.2)", "X", "labels"),
    "unshuffled": ("make(shuffle=False, solver='rmsprop')", "X", "y"),
}


def run_of(name, **parameters):
    """Return a model and its data."""
    space = {"__name__": "__main__"}  # as in the process that is killed: a checkpoint names the module of functions
    exec(SETUP, space)
    model, X, y = (eval(text, space) for text in RUNS[name])
    return model.set_params(**parameters), X, y


def assert_same_bits(model, expected):
    assert model.n_iter_ == expected.n_iter_
    assert model.t_ == expected.t_
    assert model.loss_ == expected.loss_
    assert model.loss_curve_ == expected.loss_curve_
    assert model.validation_scores_ == expected.validation_scores_
    assert model.best_loss_ == expected.best_loss_
    for one, other in zip((*model.coefs_, *model.intercepts_), (*expected.coefs_, *expected.intercepts_), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert list(model.history_) == list(expected.history_)
    for name in set(model.history_) - {"seconds"}:
        assert model.history_[name].dtype == expected.history_[name].dtype
        np.testing.assert_array_equal(model.history_[name], expected.history_[name])


@pytest.mark.parametrize(
    "name",
    [name if name in ("adam", "early_stopping") else pytest.param(name, marks=pytest.mark.slow) for name in RUNS],
)
def test_a_killed_fit_resumes_with_the_same_bits(name, tmp_path):
    """The process exits in the fifth epoch; the file then holds the fourth epoch, or the third with every=3."""
    expected, X, y = run_of(name)
    expected.fit(X, y)
    assert expected.n_iter_ > 5
    model, data, target = RUNS[name]
    script = f"""
        def die(end):
            if end.epoch == 5:
                os._exit(7)
        os.chdir({str(tmp_path)!r})
        checkpoints = [callbacks.Checkpoint(f"{{every}}.npz", every) for every in (1, 3)]
        {model}.set_params(callbacks=[die, *checkpoints]).fit({data}, {target})
    """
    done = subprocess.run([sys.executable, "-c", SETUP + textwrap.dedent(script)], check=False)
    assert done.returncode == 7
    assert {path.name for path in tmp_path.iterdir()} == {"1.npz", "3.npz"}

    for every, first in ((1, 5), (3, 4)):
        epochs = []
        model, X, y = run_of(name)
        model.set_params(callbacks=[collect(epochs), callbacks.Checkpoint(tmp_path / f"{every}.npz", every)])
        assert_same_bits(model.fit(X, y), expected)
        assert epochs == list(range(first, expected.n_iter_ + 1))
        # A run that has ended gives the same result again.
        assert_same_bits(model.fit(X, y), expected)
        assert epochs == list(range(first, expected.n_iter_ + 1))


def collect(epochs):
    return lambda end: epochs.append(end.epoch)


def interrupted(path, name="adam", epoch=4, **parameters):
    """Write a checkpoint of a run that did not end, and return the model and the data to resume with."""

    def fail(end):
        if end.epoch == epoch + 1:
            raise InterruptedError

    model, X, y = run_of(name, **parameters)
    with pytest.raises(InterruptedError):
        model.set_params(callbacks=[fail, callbacks.Checkpoint(path)]).fit(X, y)
    return clone(model).set_params(callbacks=[callbacks.Checkpoint(path)]), X, y


class TestCheckpoint:
    @pytest.mark.parametrize(("last", "end"), [(9, None), (6, "callback")])
    def test_the_last_epoch_is_written(self, last, end, tmp_path):
        epochs, checkpoint = [], callbacks.Checkpoint(tmp_path / "fit.npz", every=4)
        stops = [stop_at(last)] if end else []
        for _ in range(2):  # the second fit has nothing left to do
            small(callbacks=[collect(epochs), checkpoint, *stops]).fit(X, Y[MLPRegressor])
            assert epochs == list(range(1, last + 1))

    @pytest.mark.parametrize("random_state", [None, "instance"])
    def test_random_states_without_a_seed(self, tmp_path, random_state):
        """The file holds all draws, including the rows that are held back and the seed of dropout."""
        path = tmp_path / "run.npz"
        given = np.random.RandomState(5) if random_state else None
        model, X, y = interrupted(path, "early_stopping", random_state=given, dropout=0.2)
        file = path.read_bytes()
        results = []
        for _ in range(2):
            path.write_bytes(file)
            model.set_params(random_state=np.random.RandomState(5) if random_state else None)
            results.append(clone(model).fit(X, y))
        assert_same_bits(*results)
        if random_state:
            with pytest.raises(ValueError, match=r"of another problem .random_state: the file has"):
                model.set_params(random_state=np.random.RandomState(99)).fit(X, y)

    def test_the_same_problem_in_other_words(self, tmp_path):
        y = Y[MLPRegressor]
        init = [np.random.RandomState(0).randn(5, 40), np.random.RandomState(1).randn(40, 1)]
        words = {"hidden_layer_sizes": (40,), "init": init, "bias_init": [np.zeros(40), np.zeros(1)]}
        others = {"hidden_layer_sizes": np.array([40]), "init": tuple(init), "bias_init": [[0] * 40, [0]]}
        checkpoint = callbacks.Checkpoint(tmp_path / "run.npz")
        with pytest.raises(RuntimeError):
            small(callbacks=[checkpoint, fail_at(4)], **words).fit(X, y)
        with np.printoptions(precision=2, threshold=5, linewidth=20):
            model = small(callbacks=[checkpoint], **others).fit(X, y)
        assert_same_bits(model, small(**words).fit(X, y))
        with pytest.raises(ValueError, match="init: the file has"):
            small(callbacks=[checkpoint], **{**words, "init": [init[0] + 1e-9, init[1]]}).fit(X, y)

    def test_fits_that_share_a_path_write_whole_files(self, tmp_path):
        path, y = tmp_path / "run.npz", Y[MLPRegressor]
        models = [small(max_iter=60, callbacks=[callbacks.Checkpoint(path, resume=False)]) for _ in range(4)]
        threads = [threading.Thread(target=model.fit, args=(X, y)) for model in models]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [model.n_iter_ for model in models] == [60] * 4
        assert os.listdir(tmp_path) == ["run.npz"]
        assert_same_bits(small(max_iter=60, callbacks=[callbacks.Checkpoint(path)]).fit(X, y), models[0])

    def test_permissions_and_links_stay(self, tmp_path):
        path, link, y = tmp_path / "run.npz", tmp_path / "link.npz", Y[MLPRegressor]
        link.symlink_to(path)
        small(callbacks=[callbacks.Checkpoint(link)]).fit(X, y)
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
        path.chmod(0o640)
        small(callbacks=[callbacks.Checkpoint(link, resume=False)]).fit(X, y)
        assert link.is_symlink()
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_resuming_does_not_draw_from_the_global_random_state(self, tmp_path):
        model, X, y = interrupted(tmp_path / "run.npz", random_state=None, shuffle=True)
        np.random.seed(11)  # noqa: NPY002
        model.fit(X, y)
        first = np.random.rand()  # noqa: NPY002
        # Only the initial parameters were drawn from it, as in a fit without checkpoint and shuffling.
        np.random.seed(11)  # noqa: NPY002
        clone(model).set_params(callbacks=[lambda end: True], max_iter=1, shuffle=False).fit(X, y)
        assert np.random.rand() == first  # noqa: NPY002

    def test_more_epochs_for_a_run_that_has_ended(self, tmp_path):
        checkpoint = callbacks.Checkpoint(tmp_path / "run.npz")
        small(callbacks=[checkpoint]).fit(X, Y[MLPRegressor])
        model = small(callbacks=[checkpoint], max_iter=14).fit(X, Y[MLPRegressor])
        assert_same_bits(model, small(max_iter=14).fit(X, Y[MLPRegressor]))

    def test_resume_false_starts_again(self, tmp_path):
        path = tmp_path / "run.npz"
        path.write_bytes(b"anything")
        epochs = []
        small(callbacks=[callbacks.Checkpoint(path, resume=False), lambda end: epochs.append(end.epoch)]).fit(
            X, Y[MLPRegressor]
        )
        assert epochs[0] == 1
        assert small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor]).n_iter_ == 9

    def test_a_diverged_epoch_is_not_kept(self, tmp_path):
        path = tmp_path / "run.npz"
        model = small(solver="sgd", learning_rate_init=1e6, callbacks=[callbacks.Checkpoint(path)])
        for _ in range(2):
            with pytest.raises(ValueError, match="non-finite"):
                model.fit(X * 1e30, Y[MLPRegressor])

    def test_warm_starts_are_runs_of_their_own(self, tmp_path):
        path = tmp_path / "run.npz"
        model = small(warm_start=True, callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])
        with pytest.raises(ValueError, match="parameters to start from"):
            model.fit(X, Y[MLPRegressor])

    def test_partial_fit_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="partial_fit"):
            small(callbacks=[callbacks.Checkpoint(tmp_path / "run.npz")]).partial_fit(X, Y[MLPRegressor])

    @pytest.mark.parametrize(("every", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)])
    def test_bad_every(self, every, error):
        with pytest.raises(error):
            callbacks.Checkpoint("run.npz", every=every)

    @pytest.mark.parametrize(
        ("parameters", "difference"),
        [
            ({"alpha": 0.5}, "alpha: the file has 0.0001, this fit 0.5"),
            ({"solver": "sgd"}, "solver: the file has 'adam', this fit 'sgd'"),
            ({"hidden_layer_sizes": [8]}, r"layer sizes: the file has \[5, 7, 1\], this fit \[5, 8, 1\]"),
            ({"dtype": "float32"}, "dtype of the parameters: the file has 'float64', this fit 'float32'"),
            ({"learning_rate": schedules.Cosine(warmup_epochs=2)}, "learning_rate: the file has 'constant'.*Cosine"),
            ({"loss": losses.Huber(2.0)}, "loss: the file has .*SquaredError.*, this fit .*Huber"),
            ({"early_stopping": True}, "early_stopping: the file has False, this fit True"),
        ],
    )
    def test_other_parameters_are_refused(self, tmp_path, parameters, difference):
        model, X, y = interrupted(tmp_path / "run.npz")
        with pytest.raises(ValueError, match=f"is of another problem.*{difference}.*resume=False"):
            model.set_params(**parameters).fit(X, y)

    def test_other_data_are_refused(self, tmp_path):
        model, X, y = interrupted(tmp_path / "run.npz")
        with pytest.raises(ValueError, match="number of samples: the file has 80, this fit 79"):
            model.fit(X[1:], y[1:])
        with pytest.raises(ValueError, match="digest of the samples"):
            model.fit(X[::-1], y)
        with pytest.raises(ValueError, match="digest of the samples"):
            model.fit(X, y, sample_weight=np.ones(80))
        with pytest.raises(ValueError, match="digest of the validation data"):
            model.fit(X, y, X_val=X, y_val=y)

    def test_parameters_that_only_report_may_differ(self, tmp_path):
        model, X, y = interrupted(tmp_path / "run.npz")
        expected, _, _ = run_of("adam")
        assert_same_bits(model.set_params(progress=True, n_threads=2).fit(X, y), expected.fit(X, y))

    def test_a_schedule_with_state_that_is_not_plain_is_refused(self, tmp_path):
        model = small(learning_rate=Remembering(), callbacks=[callbacks.Checkpoint(tmp_path / "run.npz")])
        with pytest.raises(TypeError, match="got ndarray as seen of the schedule Remembering"):
            model.fit(X, Y[MLPRegressor])
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_cannot_be_written(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            small(callbacks=[callbacks.Checkpoint(tmp_path / "nowhere" / "run.npz")]).fit(X, Y[MLPRegressor])


class Remembering(schedules.Schedule):
    def __init__(self):
        self.seen = np.zeros(3)

    def __repr__(self):
        return "Remembering()"

    def rates(self, initial, epoch, n_steps, n_epochs, n_samples_seen):
        return initial


def changed(record, *keys, value):
    """Set one value of the record."""
    for key in keys[:-1]:
        record = record[key]
    record[keys[-1]] = value


# Changes to the arrays and the record of a file.
DAMAGES = {
    "missing array": lambda a, r: a.pop("order"),
    "missing optimizer": lambda a, r: a.pop("optimizer_0"),
    "unknown array": lambda a, r: a.update(more=np.zeros(2)),
    "shape of an array": lambda a, r: a.update(last_coefs_0=a["last_coefs_0"][1:]),
    "dimensions of an array": lambda a, r: a.update(last_coefs_0=a["last_coefs_0"].ravel()),
    "dtype of an array": lambda a, r: a.update(last_coefs_0=a["last_coefs_0"].astype(np.float32)),
    "strings": lambda a, r: a.update(loss_curve=a["loss_curve"].astype(str)),
    "parameters not finite": lambda a, r: a["last_coefs_0"].__setitem__((0, 0), np.nan),
    "order out of range": lambda a, r: a["order"].__setitem__(0, 10**9),
    "order negative": lambda a, r: a["order"].__setitem__(0, -1),
    "order twice": lambda a, r: a["order"].__setitem__(0, a["order"][1]),
    "held back": lambda a, r: a.update(held_back=np.arange(3)),
    "history too long": lambda a, r: a.update(history_loss=np.zeros(5)),
    "history missing": lambda a, r: a.pop("history_seconds"),
    "losses too few": lambda a, r: a.update(loss_curve=np.zeros(3)),
    "random keys": lambda a, r: a.update(random_state=a["random_state"][:-1]),
    "random position": lambda a, r: changed(r, "random_state", 0, value=625),
    "random position negative": lambda a, r: changed(r, "random_state", 0, value=-1),
    "random position kind": lambda a, r: changed(r, "random_state", 0, value="1"),
    "random Gaussian": lambda a, r: changed(r, "random_state", 2, value=float("nan")),
    "random state of another kind": lambda a, r: changed(r, "random_state", value=None),
    "version": lambda a, r: changed(r, "version", value=1),
    "no problem": lambda a, r: changed(r, "problem", value=[]),
    "no counters": lambda a, r: r.pop("counters"),
    "counter missing": lambda a, r: r["counters"].pop("t"),
    "counter more": lambda a, r: changed(r, "counters", "coefs_", value=1),
    "counter negative": lambda a, r: changed(r, "counters", "n_iter", value=-1),
    "counter infinite": lambda a, r: changed(r, "counters", "t", value=float("inf")),
    "counter huge": lambda a, r: changed(r, "counters", "t", value=10**400),
    "epochs huge": lambda a, r: changed(r, "counters", "n_iter", value=2**50),
    "counter text": lambda a, r: changed(r, "counters", "t", value="1"),
    "counter true": lambda a, r: changed(r, "counters", "t", value=True),
    "number null": lambda a, r: changed(r, "numbers", "best_loss", value=None),
    "number text": lambda a, r: changed(r, "numbers", "best_loss", value="x"),
    "steps negative": lambda a, r: changed(r, "optimizer", "steps", value=-1),
    "steps huge": lambda a, r: changed(r, "optimizer", "steps", value=2**70),
    "schedule's rate text": lambda a, r: changed(r, "schedule", "_rate", value="fast"),
    "schedule's rate NaN": lambda a, r: changed(r, "schedule", "_rate", value=float("nan")),
    "schedule's factor": lambda a, r: changed(r, "schedule", "factor", value=0.0),
    "schedule more": lambda a, r: changed(r, "schedule", "lower", value=1.0),
    "seconds": lambda a, r: changed(r, "run", "seconds", value=float("nan")),
    "seed": lambda a, r: changed(r, "counters", "dropout_seed", value=-1),
    "best that is not there": lambda a, r: changed(r, "run", "best", value=True),
    "flag": lambda a, r: changed(r, "run", "ended", value=0),
}


class Unpickled:
    """An object that makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


class TestDamagedFiles:
    @pytest.mark.parametrize("damage", DAMAGES)
    def test_contents(self, tmp_path, damage):
        path = tmp_path / "run.npz"
        model, X, y = interrupted(path, "adaptive")
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
        record = json.loads(arrays["record"].tobytes())
        DAMAGES[damage](arrays, record)
        arrays["record"] = np.frombuffer(json.dumps(record).encode(), np.uint8)
        np.savez(path, **arrays)
        with pytest.raises(ValueError, match=r"Checkpoint: .*run.npz"):
            model.fit(X, y)

    def test_bytes(self, tmp_path):
        path = tmp_path / "run.npz"
        model, X, y = interrupted(path)
        whole = path.read_bytes()
        cases = [b"", b"text", whole[:-1], whole[: len(whole) // 2], whole[:10], whole[5:]]
        generator = np.random.RandomState(0)
        for _ in range(20):
            broken = bytearray(whole)
            for position in generator.randint(len(whole), size=40):
                broken[position] ^= 1 << generator.randint(8)
            cases.append(bytes(broken))
        for case in cases:
            path.write_bytes(case)
            with pytest.raises(ValueError, match=r"Checkpoint: .*run.npz"):
                model.fit(X, y)

    @pytest.mark.parametrize("record", [b"", b"\xff", b"[]", b"{", b"null", b"[" * 100_000, b"{}"])
    def test_records(self, tmp_path, record):
        path = tmp_path / "run.npz"
        np.savez(path, record=np.frombuffer(record, np.uint8))
        with pytest.raises(ValueError, match=r"Checkpoint: .*run.npz"):
            small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])

    def test_files_that_unpack_to_more_than_they_are(self, tmp_path):
        path = tmp_path / "run.npz"
        small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])
        with np.load(path) as archive:
            arrays = dict(archive)
        np.savez_compressed(path, **arrays, zeros=np.zeros(10**7))
        with pytest.raises(ValueError, match="is compressed, and could be of any size"):
            small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])
        with zipfile.ZipFile(path, "w") as archive, archive.open("record.npy", "w") as member:
            header = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
            np.lib.format.write_array_header_1_0(member, header)
        with pytest.raises(ValueError, match=r"record.npy has 128 bytes, its array 8000000000000"):
            small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])

    def test_pickles_are_not_read(self, tmp_path):
        path = tmp_path / "run.npz"
        np.savez(path, record=np.array([Unpickled(tmp_path / "unpickled")], dtype=object))
        with pytest.raises(ValueError, match=r"Checkpoint: .*record.npy holds Python objects, which are not read"):
            small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])
        assert os.listdir(tmp_path) == ["run.npz"]

    def test_a_file_of_another_kind(self, tmp_path):
        path = tmp_path / "run.npz"
        with open(path, "wb") as file:
            np.save(file, np.zeros(3))
        with pytest.raises(ValueError, match=r"Checkpoint: .*run.npz"):
            small(callbacks=[callbacks.Checkpoint(path)]).fit(X, Y[MLPRegressor])


class Recorder:
    """A callback for scikit-learn that records its tasks, and stops after some epochs."""

    def __init__(self, last=100):
        self.events = []
        self.scores = []
        self.last = last

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(("begin", context.task_name, context.task_id, context.max_subtasks))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None):
        self.events.append(("end", context.task_name, context.task_id, context.max_subtasks))
        if fitted_estimator is not None:
            self.scores.append((len(X), metadata, fitted_estimator.score(X, y)))
        return context.task_name == "epoch" and context.task_id + 1 == self.last


@pytest.mark.parametrize("cls", [MLPClassifier, MLPRegressor])
class TestScikitLearnsCallbacks:
    def test_a_task_for_each_epoch(self, cls):
        recorder = Recorder()
        model = small(cls, max_iter=2).set_callbacks(recorder).fit(X, Y[cls])
        epochs = [(word, "epoch", i, 0) for i in range(2) for word in ("begin", "end")]
        assert recorder.events == ["setup", ("begin", "fit", 0, 2), *epochs, ("end", "fit", 0, 2), "teardown"]
        one = small(cls, max_iter=1).fit(X, Y[cls])
        final = model.score(X, Y[cls])
        assert recorder.scores == [(80, None, one.score(X, Y[cls])), (80, None, final), (80, None, final)]
        np.testing.assert_array_equal(model.coefs_[0], small(cls, max_iter=2).fit(X, Y[cls]).coefs_[0])

    def test_a_callback_stops(self, cls):
        model = small(cls).set_callbacks(Recorder(last=3))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert model.fit(X, Y[cls]).n_iter_ == 3

    def test_training_data_are_those_not_held_back(self, cls):
        recorder = Recorder()
        model = small(cls, early_stopping=True, validation_fraction=0.25).set_callbacks(recorder)
        model.fit(X.tolist(), Y[cls].tolist())
        assert {n for n, _, _ in recorder.scores[:-1]} == {60}

    def test_lbfgs_is_one_task(self, cls):
        recorder = Recorder()
        small(cls, solver="lbfgs").set_callbacks(recorder).fit(X, Y[cls])
        assert recorder.events == ["setup", ("begin", "fit", 0, 0), ("end", "fit", 0, 0), "teardown"]

    def test_torn_down_after_errors_and_not_called_by_partial_fit(self, cls):
        recorder = Recorder()
        model = small(cls, callbacks=[lambda end: 1 // 0]).set_callbacks(recorder)
        with pytest.raises(ZeroDivisionError):
            model.fit(X, Y[cls])
        assert recorder.events[-1] == "teardown"
        recorder.events.clear()
        classes = {"classes": [0, 1]} if cls is MLPClassifier else {}
        small(cls).set_callbacks(recorder).partial_fit(X, Y[cls], **classes)
        assert recorder.events == []

    def test_scoring_monitor(self, cls):
        monitor = ScoringMonitor(scoring="r2" if cls is MLPRegressor else "accuracy")
        model = small(cls, max_iter=4).set_callbacks(monitor).fit(X, Y[cls])
        log = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
        assert len(log) == 4
        assert log[-1]["r2" if cls is MLPRegressor else "accuracy"] == model.score(X, Y[cls])

    def test_inside_meta_estimators(self, cls):
        monitor = ScoringMonitor(scoring="r2" if cls is MLPRegressor else "accuracy")
        model = make_pipeline(StandardScaler(), small(cls, max_iter=2).set_callbacks(monitor))
        GridSearchCV(model, {f"{cls.__name__.lower()}__alpha": [0.1, 1]}, cv=2).fit(X, Y[cls])
        epochs = [row for log in monitor.get_logs("all") for row in log.data if row["task_name"] == "epoch"]
        assert len(epochs) == 2 * (2 * 2 + 1)  # those of each candidate and fold, and of the final fit
