"""Perceptron: scikit-learn's numbers bit for bit, its checks, and bad input to the engine."""

import builtins
import io
import locale
import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import redirect_stdout
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris, make_classification
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import Perceptron as Reference
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import Perceptron, _core, losses

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

DTYPES = [np.float32, np.float64]
PENALTIES = [None, "l1", "l2", "elasticnet"]


def data(n_classes=2, n_samples=90, n_features=13, dtype=np.float64, sparse=False, seed=0):
    X, y = make_classification(
        n_samples, n_features, n_informative=6, n_redundant=2, n_classes=n_classes, flip_y=0.1, random_state=seed
    )
    X = X.astype(dtype)
    return (sp.csr_array(np.where(np.abs(X) > 0.8, X, dtype(0))) if sparse else X), y


def assert_same(ours, theirs):
    for name in ("coef_", "intercept_"):
        a, b = getattr(ours, name), getattr(theirs, name)
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert a.tobytes() == b.tobytes(), name
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.t_ == theirs.t_
    assert np.array_equal(ours.classes_, theirs.classes_)


def fit_both(X, y, *, fit=None, **parameters):
    parameters = {"max_iter": 25, **parameters}
    ours, theirs = (cls(**parameters).fit(X, y, **(fit or {})) for cls in (Perceptron, Reference))
    assert_same(ours, theirs)
    return ours, theirs


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_same_bits(n_classes, penalty, dtype, sparse, early_stopping):
    X, y = data(n_classes, dtype=dtype, sparse=sparse)
    common = {"penalty": penalty, "early_stopping": early_stopping}
    fit_both(X, y, **common)
    fit_both(X, y, **common, shuffle=False, tol=None, eta0=0.37)
    fit_both(X, y, **common, alpha=0.1, l1_ratio=0.6, random_state=5, n_iter_no_change=2, tol=0.0)
    fit_both(X, y, **common, fit_intercept=False, class_weight="balanced")


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_same_bits_with_weights(n_classes, dtype, penalty):
    X, y = data(n_classes, dtype=dtype)
    sample_weight = np.random.RandomState(0).uniform(0, 2, len(y))
    sample_weight[::7] = 0
    for early_stopping in (False, True):
        fit_both(
            X,
            y,
            penalty=penalty,
            class_weight={0: 0.3, 1: 1.7},
            early_stopping=early_stopping,
            fit={"sample_weight": sample_weight},
        )


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("sparse", [False, True])
def test_same_bits_from_a_start(sparse, n_classes, dtype, penalty):
    X, y = data(n_classes, dtype=dtype, sparse=sparse)
    rng = np.random.RandomState(1)
    rows = 1 if n_classes == 2 else n_classes
    start = {"coef_init": rng.normal(size=(rows, X.shape[1])), "intercept_init": rng.normal(size=rows)}
    copies = {name: value.copy() for name, value in start.items()}
    # float16 makes scikit-learn convert the arrays; otherwise it would train in them
    fit_both(X, y, penalty=penalty, alpha=0.01, fit={k: v.astype(np.float16) for k, v in start.items()})
    Perceptron(penalty=penalty).fit(X, y, **start)
    for name, value in copies.items():
        assert np.array_equal(start[name], value)

    ours, theirs = fit_both(X, y, penalty=penalty, alpha=0.01, warm_start=True, max_iter=3)
    for _ in range(2):
        assert_same(ours.fit(X, y), theirs.fit(X, y))


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_same_bits_after_partial_fits(n_classes, penalty):
    X, y = data(n_classes, n_samples=120, dtype=np.float32)
    ours, theirs = Perceptron(penalty=penalty), Reference(penalty=penalty)
    for k in range(6):
        part = slice(20 * k, 20 * k + 20)
        for model in (ours, theirs):
            model.partial_fit(X[part], y[part], classes=np.unique(y))
        assert_same(ours, theirs)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_partial_fit_rejects_unknown_labels(n_classes):
    X, y = data(n_classes)
    y[:10] = 99
    with pytest.raises(ValueError, match="classes should include all valid labels"):
        Perceptron().partial_fit(X, y, classes=np.arange(n_classes))


@pytest.mark.parametrize("kind", [str, object, float, bool, np.int8])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_kinds_of_labels(n_classes, kind):
    X, y = data(n_classes)
    y = np.array(["b", "a", "long"])[y].astype(kind) if kind in (str, object) else (-y).astype(kind)
    ours, theirs = fit_both(X, y)
    assert ours.predict(X).dtype == theirs.predict(X).dtype
    assert np.array_equal(ours.predict(X), theirs.predict(X))


def test_partial_fit_goes_from_float32_to_float64():
    X, y = data()
    model = Perceptron().partial_fit(X.astype(np.float32), y, classes=[0, 1])
    held = model.coef_
    before = held.copy()
    model.partial_fit(X, y)
    assert model.coef_.dtype == np.float64
    assert np.array_equal(held, before)


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_same_draws_from_a_random_state(n_classes, early_stopping):
    X, y = data(n_classes)
    streams = [np.random.RandomState(7), np.random.RandomState(7)]
    ours = Perceptron(random_state=streams[0], early_stopping=early_stopping).fit(X, y)
    theirs = Reference(random_state=streams[1], early_stopping=early_stopping).fit(X, y)
    assert_same(ours, theirs)
    assert streams[0].randint(1 << 30) == streams[1].randint(1 << 30)

    np.random.seed(3)  # noqa: NPY002
    ours = Perceptron(random_state=None, early_stopping=early_stopping).fit(X, y)
    np.random.seed(3)  # noqa: NPY002
    assert_same(ours, Reference(random_state=None, early_stopping=early_stopping).fit(X, y))


@pytest.mark.parametrize("container", [sp.csr_matrix, sp.csc_array, sp.coo_array, sp.lil_matrix, np.asfortranarray])
def test_other_containers(container):
    X, y = data(3, sparse=True)
    fit_both(container(X.toarray()), y)


def test_unsorted_and_repeated_columns():
    _, y = data(n_samples=40, n_features=9)
    rng = np.random.RandomState(0)
    indices = rng.randint(0, 9, size=40 * 5).astype(np.int32)
    rows = sp.csr_matrix((rng.normal(size=200), indices, np.arange(0, 201, 5, dtype=np.int32)), shape=(40, 9))
    for penalty in PENALTIES:
        fit_both(rows, y, penalty=penalty)


def test_empty_rows():
    fit_both(sp.csr_array((6, 4)), [0, 1, 0, 1, 1, 0])


def test_ties_of_decimal_data_have_the_same_result():
    X, y = load_iris(return_X_y=True)
    for seed in range(5):
        fit_both(X, y, early_stopping=True, random_state=seed)
        fit_both(X, y, penalty="l2", early_stopping=True, random_state=seed)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_validation_rows_on_the_hyperplane(n_classes):
    """Weights and scores are integers here, so that many scores are 0: they count as the first class."""
    for seed in range(10):
        rng = np.random.RandomState(seed)
        X, y = rng.randint(-1, 2, size=(60, 4)).astype(float), rng.randint(n_classes, size=60)
        fit_both(X, y, early_stopping=True, validation_fraction=0.5, n_iter_no_change=2, random_state=seed)


@pytest.mark.parametrize("alpha", [1e-9, 0.5, 1.0, 7.0])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("penalty", ["l2", "elasticnet"])
def test_scale_that_vanishes(penalty, dtype, alpha):
    X, y = data(dtype=dtype)
    fit_both(X, y, penalty=penalty, alpha=alpha)


@given(
    n_samples=st.integers(2, 40),
    n_features=st.integers(1, 20),
    n_classes=st.integers(2, 4),
    sparse=st.booleans(),
    dtype=st.sampled_from(DTYPES),
    penalty=st.sampled_from(PENALTIES),
    seed=st.integers(0, 2**31 - 1),
)
@settings(max_examples=80, deadline=None)
def test_same_bits_at_odd_sizes(n_samples, n_features, n_classes, sparse, dtype, penalty, seed):
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n_samples, n_features)).astype(dtype)
    if sparse:
        X = sp.csr_array(X * (rng.uniform(size=X.shape) < 0.4))
    y = np.arange(n_samples) % min(n_classes, n_samples)
    fit_both(X, y, penalty=penalty, random_state=seed, max_iter=8)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_threads_change_nothing(penalty):
    X, y = load_digits(return_X_y=True)
    one = Perceptron(penalty=penalty, max_iter=4).fit(X, y)
    for parameters in ({"n_threads": 2}, {"n_threads": 3}, {"n_threads": 64}, {"n_jobs": 2}):
        assert_same(Perceptron(penalty=penalty, max_iter=4, **parameters).fit(X, y), one)
    early = Perceptron(early_stopping=True, n_threads=3).fit(X, y)
    assert_same(early, Reference(early_stopping=True).fit(X, y))


def test_n_jobs_is_read_by_joblib_unless_n_threads_is_given():
    X, y = data(3)
    with pytest.raises(ValueError, match="n_jobs == 0"):
        Perceptron(n_jobs=0).fit(X, y)
    Perceptron(n_jobs=0, n_threads=1).fit(X, y)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("penalty", [None, "l2"])
def test_overflow_is_the_same_error(penalty, dtype, n_classes):
    X, y = data(n_classes)
    X = X.astype(dtype) * np.sqrt(np.finfo(dtype).max)
    messages = []
    for model in (Perceptron(n_threads=2), Perceptron(), Reference()):
        with pytest.raises(ValueError, match="under-/overflow occurred at epoch") as caught:
            model.set_params(eta0=1e308, penalty=penalty).fit(X, y)
        messages.append(str(caught.value))
    assert messages[0] == messages[1] == messages[2]


@pytest.mark.parametrize(
    "parameters",
    [
        {"penalty": "l3"},
        {"alpha": -1},
        {"l1_ratio": 1.5},
        {"eta0": 0},
        {"max_iter": 0},
        {"tol": -1.0},
        {"verbose": -1},
        {"n_jobs": 1.5},
        {"validation_fraction": 1.0},
        {"n_iter_no_change": 0},
        {"class_weight": "even"},
        {"shuffle": "yes"},
    ],
)
def test_parameters_are_rejected_with_the_same_message(parameters):
    X, y = data()
    messages = []
    for model in (Perceptron(**parameters), Reference(**parameters)):
        with pytest.raises(ValueError, match="parameter of Perceptron must be") as caught:
            model.fit(X, y)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("n_threads", [0, -1, 1.5, "two"])
def test_n_threads_is_checked(n_threads):
    X, y = data()
    with pytest.raises(ValueError, match="'n_threads' parameter of Perceptron must be an int"):
        Perceptron(n_threads=n_threads).fit(X, y)


@pytest.mark.parametrize(
    ("n_classes", "fit"),
    [(2, {"coef_init": np.zeros(3)}), (3, {"coef_init": np.zeros(3)}), (3, {"intercept_init": np.zeros(2)})],
)
def test_wrong_starts_are_rejected_with_the_same_message(n_classes, fit):
    X, y = data(n_classes)
    messages = []
    for model in (Perceptron(), Reference()):
        with pytest.raises(ValueError, match="does not match dataset") as caught:
            model.fit(X, y, **fit)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_partial_fit_rejects_options_that_need_all_rows():
    X, y = data()
    with pytest.raises(ValueError, match="early_stopping should be False"):
        Perceptron(early_stopping=True).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="'balanced' is not supported"):
        Perceptron(class_weight="balanced").partial_fit(X, y, classes=[0, 1])


def test_parameters_have_scikit_learns_order_and_defaults():
    ours, theirs = Perceptron.__init__.__kwdefaults__, Reference.__init__.__kwdefaults__
    assert list(ours.items()) == [*theirs.items(), ("n_threads", None)]


def test_running_out_of_epochs_warns():
    X, y = data()
    with pytest.warns(ConvergenceWarning, match="Maximum number of iteration"):
        Perceptron(max_iter=1).fit(X, y)


def test_numbers_have_a_decimal_point_in_any_locale(capfd):
    before = locale.setlocale(locale.LC_NUMERIC)
    for name in ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
            break
        except locale.Error:
            continue
    else:
        pytest.skip("no locale with decimal commas is installed")
    try:
        Perceptron(verbose=1, max_iter=2, tol=None).fit([[0.5], [1.5]], [0, 1])
        with pytest.raises(ValueError, match=r"delta: got -0\.5, expected"):
            losses.Huber(-0.5)
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)
    assert "Norm: 1.00, NNZs: 1, Bias: 0.000000" in capfd.readouterr().out


@pytest.mark.parametrize("penalty", [None, "l2"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_verbose_reports_what_scikit_learn_reports(n_classes, early_stopping, penalty):
    X, y = data(n_classes, n_samples=40)
    reports = []
    for cls in (Perceptron, Reference):
        with redirect_stdout(io.StringIO()) as out:
            cls(verbose=1, penalty=penalty, alpha=0.01, early_stopping=early_stopping).fit(X, y)
        lines = [line for line in out.getvalue().splitlines() if not line.startswith("[Parallel")]
        reports.append([re.sub(r"[\d.]+ seconds", "# seconds", line) for line in lines])
    assert reports[0] == reports[1]
    assert len(reports[0]) > 3


def test_an_error_while_reporting_ends_the_fit(monkeypatch):
    def fail(*_):
        raise OSError("closed")

    monkeypatch.setattr(builtins, "print", fail)
    X, y = data(3)
    with pytest.raises(OSError, match="closed"):
        Perceptron(verbose=1, n_threads=2).fit(X, y)


class Recall(Perceptron):
    """A subclass with its own score: the recall of the rows far from the origin."""

    def score(self, X, y, sample_weight=None):
        assert sample_weight is not None
        far = abs(X).sum(axis=1) > 8
        return np.mean(self.predict(X[far])[y[far] == 1] == 1)


class Shifted(Perceptron):
    """A subclass that shifts the decision function."""

    def decision_function(self, X):
        return super().decision_function(X) - 40


class ReferenceRecall(Reference):
    score = Recall.score


class ReferenceShifted(Reference):
    def decision_function(self, X):
        return super().decision_function(X) - 40


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize(("cls", "reference"), [(Recall, ReferenceRecall), (Shifted, ReferenceShifted)])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_early_stopping_asks_a_subclass_for_its_score(dtype, n_classes, cls, reference, sparse):
    X, y = data(n_classes, n_samples=400, dtype=dtype, sparse=sparse)
    parameters = {"early_stopping": True, "validation_fraction": 0.3, "max_iter": 25}
    ours, theirs = (c(**parameters).fit(X, y) for c in (cls, reference))
    assert_same(ours, theirs)
    assert_same(cls(**parameters, n_threads=3).fit(X, y), theirs)
    assert np.array_equal(ours.predict(X), theirs.predict(X))
    if not sparse:  # the subclass makes a difference here
        assert not np.array_equal(Perceptron(**parameters).fit(X, y).coef_, ours.coef_)


class Unscored(Perceptron):
    def score(self, X, y, sample_weight=None):
        raise OSError("no score")


def test_early_stopping_passes_on_errors_of_a_subclass():
    X, y = data(3)
    with pytest.raises(OSError, match="no score"):
        Unscored(early_stopping=True, n_threads=2).fit(X, y)


@pytest.mark.parametrize("kind", [int, str, object])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_predictions_have_the_same_bits(n_classes, dtype, kind):
    X, y = data(n_classes, dtype=dtype)
    names = np.array([3, 5, 7] if kind is int else ["b", "a", "long"], dtype=kind)
    ours, theirs = fit_both(X, names[y])
    tables = [X, X[:1], X[:7], X[::3], np.asfortranarray(X), X.astype(np.float32), X.astype(np.float64)]
    tables += [(10 * X).astype(int), X.tolist(), X.astype(object), sp.csr_matrix(X), sp.csc_array(X)]
    for table in tables:
        for name in ("decision_function", "predict"):
            a, b = getattr(ours, name)(table), getattr(theirs, name)(table)
            assert type(a) is type(b)
            assert a.dtype == b.dtype
            assert a.shape == b.shape
            assert a.tolist() == b.tolist()
    assert ours.score(X, names[y]) == theirs.score(X, names[y])


@pytest.mark.parametrize("method", ["decision_function", "predict"])
def test_predictions_reject_bad_input_with_the_same_messages(method):
    X, y = data()
    hole = X.copy()
    hole[3, 2] = np.nan
    infinite = X.astype(np.float32)
    infinite[-1, -1] = np.inf
    tables = [X[0], X[:0], X[:, 1:], X[..., None], X[:, :0], hole, infinite, X.astype(str), X + 1j, sp.csr_array(hole)]
    ours, theirs = fit_both(X, y)
    for table in tables:
        messages = []
        for model in (ours, theirs):
            with pytest.raises(ValueError, match=r"\w") as caught:
                getattr(model, method)(table)
            messages.append((type(caught.value), str(caught.value)))
        assert messages[0] == messages[1]
    for model in (Perceptron(), Reference()):
        with pytest.raises(NotFittedError, match="This Perceptron instance is not fitted yet"):
            getattr(model, method)(X)
    with config_context(assume_finite=True):
        assert np.array_equal(getattr(ours, method)(hole), getattr(theirs, method)(hole), equal_nan=True)


@pytest.mark.parametrize("method", ["decision_function", "predict"])
def test_predictions_check_feature_names(method):
    pandas = pytest.importorskip("pandas")
    X, y = data()
    frame = pandas.DataFrame(X, columns=[f"column {j}" for j in range(X.shape[1])])
    model, plain, theirs = Perceptron().fit(frame, y), Perceptron().fit(X, y), Reference().fit(frame, y)
    assert np.array_equal(getattr(model, method)(frame), getattr(theirs, method)(frame))
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        getattr(model, method)(X)
    with pytest.warns(UserWarning, match="X has feature names, but Perceptron was fitted without"):
        getattr(plain, method)(frame)
    with pytest.raises(ValueError, match="feature names should match"):
        getattr(model, method)(frame[frame.columns[::-1]])


def test_fit_takes_arrays_of_any_layout():
    X, y = data(dtype=np.float64)
    expected = Perceptron().fit(X, y)
    shifted = np.zeros(X.nbytes + 1, np.uint8)[1:].view(X.dtype).reshape(X.shape)
    shifted[...] = X
    weight = np.zeros(8 * len(y) + 1, np.uint8)[1:].view(np.float64)
    weight[...] = 1
    assert_same(Perceptron().fit(shifted, y, sample_weight=weight), expected)
    rows = sp.csr_array(X)
    rows.data, rows.indices = np.repeat(rows.data, 2)[::2], np.repeat(rows.indices, 2)[::2]
    assert_same(Perceptron().fit(rows, y), Perceptron().fit(sp.csr_array(X), y))


def test_pickle_clone_and_search():
    X, y = data(3)
    model = Perceptron(n_threads=2, penalty="l1").fit(X, y)
    copy = pickle.loads(pickle.dumps(model))
    assert_same(copy, model)
    assert np.array_equal(copy.predict(X), model.predict(X))
    assert clone(model).get_params() == model.get_params()
    grids = [
        GridSearchCV(cls(max_iter=5), {"penalty": PENALTIES, "alpha": [1e-4, 1e-2]}, cv=3).fit(X, y)
        for cls in (Perceptron, Reference)
    ]
    assert grids[0].best_params_ == grids[1].best_params_
    assert np.array_equal(grids[0].cv_results_["mean_test_score"], grids[1].cv_results_["mean_test_score"])


def test_sparsify_and_densify():
    X, y = data(3)
    model = Perceptron(penalty="l1", alpha=0.01).fit(X, y)
    scores = model.decision_function(X)
    model.sparsify()
    assert sp.issparse(model.coef_)
    np.testing.assert_allclose(model.decision_function(X), scores)
    model.densify()
    assert np.array_equal(model.decision_function(X), scores)


def test_set_fit_request():
    with config_context(enable_metadata_routing=True):
        model = Perceptron().set_fit_request(sample_weight=True)
        assert model.get_metadata_routing().fit.requests["sample_weight"] is True


# scikit-learn expects its own class to fail these two checks, for the same reason.
EXPECTED_FAILURES = dict.fromkeys(
    ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data"),
    "a weight scales a step, which is not equivalent to repeating the row",
)


@parametrize_with_checks(
    [Perceptron(), Perceptron(n_threads=2, penalty="l2")], expected_failed_checks=lambda _: EXPECTED_FAILURES
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


# Interruption


@pytest.mark.skipif(os.name != "posix", reason="raises SIGINT")
@pytest.mark.parametrize(("n_classes", "n_threads"), [(2, 1), (3, 1), (3, 3)])
@pytest.mark.parametrize("sparse", [False, True])
def test_ctrl_c_ends_the_fit(sparse, n_classes, n_threads):
    X, y = data(n_classes, n_samples=300, sparse=sparse)
    model = Perceptron(tol=None, max_iter=10**9, n_threads=n_threads)
    sent = []

    def send():
        time.sleep(0.3)
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    elapsed = time.perf_counter() - sent[0]
    thread.join()
    assert elapsed < 1.0  # about 0.05 on a quiet machine


def test_fit_in_a_forked_child():
    code = """
        import os, numpy as np
        from rosenblatt import Perceptron
        X, y = np.random.RandomState(0).normal(size=(60, 4)), np.arange(60) % 3
        model = Perceptron(n_threads=3).fit(X, y)
        pid = os.fork()
        if pid == 0:
            os._exit(0 if np.array_equal(Perceptron(n_threads=3).fit(X, y).coef_, model.coef_) else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    subprocess.run([sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)], check=True, timeout=30)


def test_a_child_forked_by_a_score_does_not_hang():
    code = """
        import os, threading, numpy as np
        from rosenblatt import Perceptron
        X, y = np.random.RandomState(0).normal(size=(600, 4)), np.arange(600) % 3
        children = []

        class Forking(Perceptron):
            def score(self, *arguments, **options):
                if not children and threading.current_thread() is threading.main_thread():
                    children.append(os.fork())
                return super().score(*arguments, **options)

        try:
            Forking(early_stopping=True, n_threads=3, random_state=0).fit(X, y)
        except RuntimeError as error:
            os._exit(3 if children == [0] and "forked this process" in str(error) else 4)
        assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) == 3
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    subprocess.run([sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)], check=True, timeout=30)


# The engine


def arguments(n_problems=1, n_samples=4, n_features=2, dtype=np.float64):
    return {
        "labels": np.arange(n_samples, dtype=np.int32) % 2,
        "sample_weight": np.ones(n_samples, dtype),
        "validation_mask": np.zeros(n_samples, bool),
        "coef": np.zeros((n_problems, n_features), dtype),
        "intercept": np.zeros(n_problems),
        "positive_labels": np.ones(n_problems, np.int32),
        "class_weight": np.ones((n_problems, 2)),
        "norms": np.zeros((n_problems, 2)),
        "seeds": np.ones(n_problems, np.uint32),
        "penalty": None,
        "alpha": 0.1,
        "l1_ratio": 0.5,
        "eta0": 1.0,
        "intercept_decay": 1.0,
        "tol": 0.001,
        "max_iter": 100,
        "n_iter_no_change": 5,
        "fit_intercept": True,
        "shuffle": False,
        "early_stopping": False,
        "verbose": False,
        "validation_score": None,
        "n_threads": 1,
    }


X4 = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 2.0], [2.0, 0.0]])


@pytest.mark.parametrize("dtype", DTYPES)
def test_engine_learns_by_hand(dtype):
    given_ = {**arguments(dtype=dtype), "max_iter": 1, "tol": None}
    assert _core.fit_perceptron(X4.astype(dtype), **given_) == [1]
    # row 0: score 0, label -1: w = (0, -1), b = -1; row 1: score -1, label 1: w = (1, -1), b = 0; no more errors
    assert given_["coef"].tolist() == [[1.0, -1.0]]
    assert given_["intercept"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("labels", np.zeros(3, np.int32), r"labels: got shape \(3\), expected shape \(4\)"),
        ("sample_weight", np.ones(5), "sample_weight: got shape"),
        ("validation_mask", np.zeros((2, 2), bool), r"validation_mask: got shape \(2, 2\), expected shape \(4\)"),
        ("coef", np.zeros((1, 3)), r"coef: got shape \(1, 3\), expected shape \(1, 2\)"),
        ("coef", np.zeros(2), r"coef: got shape \(2\), expected 2 dimensions and at least 1 row"),
        ("coef", np.zeros((0, 2)), r"coef: got shape \(0, 2\), expected 2 dimensions and at least 1 row"),
        ("intercept", np.zeros(2), "intercept: got shape"),
        ("class_weight", np.zeros(2), "class_weight: got shape"),
        ("norms", np.zeros((1, 1)), "norms: got shape"),
        ("positive_labels", np.zeros(2, np.int32), "positive_labels: got shape"),
        ("seeds", np.zeros(0, np.uint32), "seeds: got shape"),
        ("penalty", "L2", "penalty: got 'L2', expected None, 'l1', 'l2' or 'elasticnet'"),
        ("n_threads", 0, "n_threads: got 0, expected at least 1"),
        ("early_stopping", True, "validation_score: got None, expected a callable"),
        ("validation_score", max, "validation_score: got <built-in function max>, expected None"),
    ],
)
def test_engine_rejects_bad_arguments(name, value, message):
    with pytest.raises(ValueError, match=message):
        _core.fit_perceptron(X4, **{**arguments(), name: value})


@pytest.mark.parametrize("name", [name for name, value in arguments().items() if isinstance(value, np.ndarray)])
def test_engine_rejects_other_arrays(name):
    given_ = arguments(n_problems=2)
    array = given_[name]
    if array.itemsize > 1:
        shifted = np.zeros(array.nbytes + 1, np.uint8)[1:].view(array.dtype).reshape(array.shape)
        with pytest.raises(ValueError, match=f"{name}: got an array that is not aligned"):
            _core.fit_perceptron(X4, **{**given_, name: shifted})
    for other in (np.repeat(array, 2, axis=0)[::2], array.astype(np.int64), array.tolist(), None):
        with pytest.raises(TypeError, match="incompatible function arguments"):
            _core.fit_perceptron(X4, **{**given_, name: other})


def test_engine_rejects_bad_rows():
    with pytest.raises(ValueError, match=r"X: got shape \(8\), expected 2 dimensions"):
        _core.fit_perceptron(X4.ravel(), **arguments())
    with pytest.raises(ValueError, match="X: got 0 rows, expected from 1 to 2147483646"):
        _core.fit_perceptron(X4[:0], **arguments(n_samples=0))
    frozen = arguments()
    frozen["coef"].flags.writeable = False
    with pytest.raises(ValueError, match="not writeable"):
        _core.fit_perceptron(X4, **frozen)


@pytest.mark.parametrize("X", [X4.astype(np.float32), X4.astype(np.int64), X4.tolist(), np.asfortranarray(X4), None])
def test_engine_converts_nothing(X):
    with pytest.raises(ValueError, match=r"X: got .*, expected a"):
        _core.fit_perceptron(X, **arguments())


@pytest.mark.parametrize(
    ("indices", "indptr", "message"),
    [
        ([0, 1, 0, 2], [0, 1, 2, 3, 4], "X.indices: got 2, expected from 0 to 1"),
        ([0, -1, 0, 1], [0, 1, 2, 3, 4], "X.indices: got -1, expected from 0 to 1"),
        ([0, 1, 0, 1], [0, 1, 2, 3], r"X.indptr: got shape \(4\), expected shape \(5\)"),
        ([0, 1, 0, 1], [], r"X.indptr: got shape \(0\)"),
        ([0, 1, 0, 1], [1, 1, 2, 3, 4], "X.indptr: got 1 first, expected 0"),
        ([0, 1, 0, 1], [0, 3, 2, 3, 4], "X.indptr: got 3 before 2, expected no decrease"),
        ([0, 1, 0, 1], [0, 1, 2, 3, 5], "X.indptr: got 5 last, expected at most 4, the length of X.data"),
        ([0, 1, 0], [0, 1, 2, 3, 4], r"X.indices: got shape \(3\), expected shape \(4\)"),
    ],
)
def test_engine_rejects_malformed_csr(indices, indptr, message):
    parts = {"data": np.ones(4), "indices": np.array(indices, np.int32), "indptr": np.array(indptr, np.int32)}
    with pytest.raises(ValueError, match=message):
        _core.fit_perceptron(SimpleNamespace(format="csr", shape=(4, 2), **parts), **arguments())


@pytest.mark.parametrize("result", [RuntimeError("no score"), "many"])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_engine_passes_on_errors_of_the_score(n_threads, result):
    def score(index, intercept):
        if isinstance(result, Exception):
            raise result
        return result

    given_ = {**arguments(n_problems=3), "early_stopping": True, "validation_score": score, "n_threads": n_threads}
    with pytest.raises((RuntimeError, TypeError), match=r"no score|must be real number, not str"):
        _core.fit_perceptron(X4, **given_)


def test_engine_leaves_validation_rows_out():
    seen = []
    given_ = {**arguments(), "early_stopping": True, "max_iter": 3, "n_iter_no_change": 2}
    given_["validation_mask"][2:] = True
    given_["validation_score"] = lambda index, intercept: seen.append((index, intercept)) or 0.5
    assert _core.fit_perceptron(X4, **given_) == [3]
    assert len(seen) == 3
    assert np.abs(given_["coef"]).max() <= 2.0
