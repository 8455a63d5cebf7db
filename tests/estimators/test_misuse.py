"""What users of estimators do without thinking of it, and what callbacks and copies may do to them."""

import warnings

import numpy as np
import pytest
import scipy.sparse

from rosenblatt import (
    McCullochPittsNetwork,
    McCullochPittsNeuron,
    MLPClassifier,
    MLPRegressor,
    ThresholdLogicUnit,
    activations,
    callbacks,
    find_learning_rate,
    losses,
)

X = np.random.RandomState(0).randn(120, 4)
Y = X @ [1, 2, -1, 0.5]
LABELS = (Y > 0).astype(int)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def regressor(**options):
    return MLPRegressor(**{"hidden_layer_sizes": (5,), "max_iter": 5, "random_state": 0, "tol": 0.0, **options})


def test_sparse_arrays_with_64_bit_indices():
    rows, columns = np.divmod(np.arange(X.size), 4)
    table = scipy.sparse.coo_array((X.ravel(), (rows, columns))).tocsr()
    table.indices, table.indptr = table.indices.astype(np.int64), table.indptr.astype(np.int64)
    for model in (MLPClassifier(max_iter=3, random_state=0, early_stopping=True), ThresholdLogicUnit(record=True)):
        sparse, dense = (type(model)(**model.get_params()).fit(some, LABELS) for some in (table, X))
        np.testing.assert_array_equal(sparse.predict(table), dense.predict(X))
    assert table.indices.dtype == table.indptr.dtype == np.int64


def test_weights_that_a_callback_changes_in_place_are_trained_on():
    def prune(end):
        for weights in end.estimator.coefs_:
            weights[abs(weights) < 0.3] = 0

    def replace(end):
        end.estimator.coefs_[0] = np.zeros((4, 5))

    expected = regressor(callbacks=[lambda end: setattr(end.estimator, "coefs_", pruned(end.estimator.coefs_))])
    model = regressor(callbacks=[prune]).fit(X, Y)
    for one, other in zip(model.coefs_, expected.fit(X, Y).coefs_, strict=True):
        np.testing.assert_array_equal(one, other)
        assert (one == 0).any()
    assert not regressor(callbacks=[replace]).fit(X, Y).coefs_[0].any()


def pruned(coefs):
    return [np.where(abs(weights) < 0.3, 0, weights) for weights in coefs]


def test_a_fit_within_a_fit():
    for method in ("fit", "partial_fit"):
        model = regressor(callbacks=[lambda end, method=method: getattr(end.estimator, method)(X, Y) and None])
        with pytest.raises(RuntimeError, match="expected one fit at a time"):
            model.fit(X, Y)
        assert model.set_params(callbacks=None).fit(X, Y).n_iter_ == 5


class Closing:
    closed = 0

    def __init__(self, error=None):
        self.error = error

    def __call__(self, end):
        pass

    def close(self):
        Closing.closed += 1
        if self.error:
            raise self.error


def test_a_callback_that_fails_to_close():
    model = regressor(callbacks=[Closing(KeyError("mine")), Closing()])
    Closing.closed = 0
    with pytest.raises(KeyError, match="mine"):
        model.fit(X, Y)
    assert Closing.closed == 2
    assert model.n_iter_ == 5
    assert len(model.coefs_) == 2
    assert not any(name.startswith("_live") for name in vars(model))


def test_averages_of_partial_fit():
    with pytest.raises(ValueError, match="callbacks: got an AverageWeights with partial_fit, expected fit"):
        regressor(callbacks=[callbacks.AverageWeights()]).partial_fit(X, Y)


def test_a_progress_bar_on_an_object_that_only_writes():
    class File:
        text = ""

        def write(self, text):
            self.text += text

    file = File()
    regressor(callbacks=[callbacks.ProgressBar(file)]).fit(X, Y)
    assert "5/5" in file.text


def test_training_the_copy_of_scikit_learn_leaves_the_estimator_alone():
    model = regressor().fit(X, Y)
    curve, coefs = list(model.loss_curve_), [weights.copy() for weights in model.coefs_]
    model.to_sklearn().partial_fit(X, Y)
    assert model.loss_curve_ == curve
    for one, other in zip(model.coefs_, coefs, strict=True):
        np.testing.assert_array_equal(one, other)
    model.coefs_ = [weights.tolist() for weights in model.coefs_]
    np.testing.assert_allclose(model.to_sklearn().predict(X), model.predict(X))


@pytest.mark.parametrize("coef", [np.array([[1, 2, 3, 4]]), np.ones((1, 4), np.float16), [[1.0, 2, 3, 4]]])
@pytest.mark.parametrize("intercept", [1, [1], np.array([1.0])])
def test_assigned_weights_of_a_threshold_logic_unit(coef, intercept):
    model = ThresholdLogicUnit().fit(X, LABELS)
    model.coef_, model.intercept_ = coef, intercept
    expected = X @ np.asarray(coef, float)[0] + 1
    np.testing.assert_allclose(model.decision_function(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), expected >= 0)
    assert model.partial_fit(X, LABELS).coef_.dtype == np.float64


def test_one_validation_row_suffices_for_a_scorer():
    model = regressor(early_stopping="neg_mean_absolute_error").fit(X, Y, X_val=X[:1], y_val=Y[:1])
    assert np.isfinite(model.validation_scores_).all()
    with pytest.raises(ValueError, match="got 1 validation sample"):
        regressor(early_stopping=True).fit(X, Y, X_val=X[:1], y_val=Y[:1])


@pytest.mark.parametrize("again", ["fit", "partial_fit"])
@pytest.mark.parametrize(("scale_targets", "output_activation"), [(True, "tanh"), ("standard", None)])
def test_targets_of_another_range_than_those_of_the_first_call(again, scale_targets, output_activation):
    options = {"scale_targets": scale_targets, "output_activation": output_activation, "warm_start": True}
    model = regressor(**options).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.filterwarnings("ignore", "Stochastic Optimizer")
        getattr(model, again)(X[:60], Y[:60])
    for other in (100 * Y, Y + 1000, Y / 100):
        with pytest.warns(UserWarning, match="y: got targets from .* expected about those of the first call"):
            getattr(regressor(**options).fit(X, Y), again)(X, other)


def test_extreme_weights_have_finite_factors():
    for weight in (1e-310, 1e300):
        model = regressor().fit(X, Y, sample_weight=np.full(len(X), weight))
        assert np.isfinite(model.predict(X)).all()


def test_validation_labels_of_another_shape():
    both = np.column_stack([LABELS, 1 - LABELS])
    for y, other in ((both, LABELS), (LABELS, both)):
        with pytest.raises(ValueError, match="y_val: got "):
            MLPClassifier(max_iter=2).fit(X, y, X_val=X, y_val=other)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lowest": "a"}, TypeError, "lowest: got 'a', expected a number"),
        ({"highest": None}, TypeError, "highest: got None, expected a number"),
        ({"n_steps": 2.5}, TypeError, "n_steps: got 2.5, expected an integer"),
        ({"smoothing": "a"}, TypeError, "smoothing: got 'a', expected a number"),
        ({"n_runs": 0}, ValueError, "n_runs: got 0, expected at least 1"),
    ],
)
def test_arguments_of_find_learning_rate(options, error, message):
    with pytest.raises(error, match=message):
        find_learning_rate(regressor(), X, Y, **options)
    with pytest.raises(TypeError, match=r"estimator: got .*MLPRegressor, a class, expected"):
        find_learning_rate(MLPRegressor, X, Y)


@pytest.mark.parametrize("callback", [callbacks.Checkpoint, callbacks.CSVLogger])
def test_paths_of_callbacks(callback, tmp_path):
    for path in (None, 5, ["a"]):
        with pytest.raises(TypeError, match=r"path: got .* expected a path of a file"):
            callback(path)
    file = tmp_path / "file"
    regressor(callbacks=[callback(bytes(file))]).fit(X, Y)
    assert file.exists()


def test_the_log_of_a_resumed_fit_is_that_of_a_fit_without_interruption(tmp_path):
    logger, checkpoint = callbacks.CSVLogger(tmp_path / "log.csv"), callbacks.Checkpoint(tmp_path / "run.npz")
    regressor(callbacks=[logger]).fit(X, -Y)  # another problem
    regressor(callbacks=[checkpoint, logger], max_iter=4).fit(X, Y)
    regressor(callbacks=[checkpoint, logger], max_iter=8).fit(X, Y)
    resumed = np.genfromtxt(tmp_path / "log.csv", delimiter=",", names=True)
    regressor(callbacks=[callbacks.CSVLogger(tmp_path / "other.csv")], max_iter=8).fit(X, Y)
    expected = np.genfromtxt(tmp_path / "other.csv", delimiter=",", names=True)
    for name in ("epoch", "n_epochs", "loss", "learning_rate"):
        np.testing.assert_array_equal(resumed[name], expected[name])


def test_the_warning_of_lbfgs_points_to_the_caller():
    with pytest.warns(UserWarning, match="lbfgs failed to converge") as caught:
        regressor(solver="lbfgs", max_iter=1).fit(X, Y)
    assert caught[0].filename == __file__


def test_bits_of_pandas_own_types():
    pandas = pytest.importorskip("pandas")
    network = McCullochPittsNetwork(2, [McCullochPittsNeuron.and_not(0, 1)])
    expected = network.predict([[1, 1], [0, 1]])
    for dtype in ("boolean", "Int64"):
        np.testing.assert_array_equal(network.predict(pandas.DataFrame([[1, 1], [0, 1]], dtype=dtype)), expected)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"hidden_layer_sizes": 5}, {"hidden_layer_sizes": [5]}),
        ({"activation": "silu"}, {"activation": "swish"}),
        ({"activation": "relu"}, {"activation": [activations.relu]}),
        ({"dropout": 0.2}, {"dropout": [0.2]}),
        ({"dtype": "float32"}, {"dtype": np.float32}),
        ({"loss": "huber"}, {"loss": losses.Huber(delta=1.0)}),
    ],
)
def test_a_checkpoint_of_the_same_problem_in_another_spelling(first, second, tmp_path):
    checkpoint = callbacks.Checkpoint(tmp_path / "run.npz")
    regressor(callbacks=[checkpoint], max_iter=3, **first).fit(X, Y)
    model = regressor(callbacks=[checkpoint], **second).fit(X, Y)
    expected = regressor(**first).fit(X, Y)
    for one, other in zip(model.coefs_, expected.coefs_, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(model.history_["loss"]) == 5


@pytest.mark.parametrize("base", [callbacks.Checkpoint, callbacks.AverageWeights])
def test_classes_that_derive_from_callbacks_are_called_and_closed(base, tmp_path):
    class Derived(base):
        n_calls = n_closed = 0

        def __call__(self, end):
            self.n_calls += 1
            return end.epoch == 3

        def close(self):
            self.n_closed += 1

    callback = Derived(tmp_path / "run.npz") if base is callbacks.Checkpoint else Derived()
    model = regressor(callbacks=[callback]).fit(X, Y)
    assert (callback.n_calls, callback.n_closed, model.n_iter_) == (3, 1, 3)
    assert base is callbacks.AverageWeights or (tmp_path / "run.npz").exists()
