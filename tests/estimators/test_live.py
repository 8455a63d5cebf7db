"""What callbacks see of an estimator in training: the state after each epoch."""

import copy
import pickle
import threading
import warnings

import numpy as np
import pytest

from rosenblatt import MLPClassifier, MLPRegressor, Network

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.RandomState(0)
X = rng.randn(60, 4)
TARGETS = {MLPRegressor: X[:, 0] - X[:, 1], MLPClassifier: (X[:, 0] > 0).astype(int)}
PARAMETERS = {"hidden_layer_sizes": (6,), "batch_size": 16, "random_state": 0}
VIEWS = {
    "score": lambda model, X, y: model.score(X, y),
    "predict": lambda model, X, y: model.predict(X),
    "one row": lambda model, X, y: model.predict(X[:1]),
    "coefs_": lambda model, X, y: model.coefs_[0],
    "intercepts_": lambda model, X, y: model.intercepts_[-1],
    "getattr": lambda model, X, y: getattr(model, "coefs_")[1],  # noqa: B009
    "copy": lambda model, X, y: copy.copy(model).predict(X),
    "deepcopy": lambda model, X, y: copy.deepcopy(model.set_params(callbacks=None)).predict(X),
    "pickle": lambda model, X, y: pickle.loads(pickle.dumps(model.set_params(callbacks=None))).predict(X),
    "network": lambda model, X, y: Network.from_estimator(model).parameters,
    "history_": lambda model, X, y: model.history_["loss"],
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("cls", TARGETS)
def test_callbacks_see_the_state_after_each_epoch(cls, view):
    y, seen = TARGETS[cls], []

    def look(end):
        seen.append(np.copy(VIEWS[view](end.estimator, X, y)))

    cls(**PARAMETERS, max_iter=4, callbacks=[look]).fit(X, y)
    assert len(seen) == 4
    for n_epochs, value in enumerate(seen, 1):
        expected = cls(**PARAMETERS, max_iter=n_epochs).fit(X, y)
        np.testing.assert_array_equal(value, VIEWS[view](expected, X, y))


def test_a_copy_made_in_training_continues_as_the_original_would():
    y, copies = TARGETS[MLPRegressor], []
    model = MLPRegressor(**PARAMETERS, max_iter=3, callbacks=[lambda end: copies.append(copy.copy(end.estimator))])
    model.fit(X, y)
    expected = MLPRegressor(**PARAMETERS, max_iter=2).fit(X, y).partial_fit(X, y)
    continued = copies[1].set_params(callbacks=None).partial_fit(X, y)
    np.testing.assert_array_equal(continued.coefs_[0], expected.coefs_[0])


def test_with_early_stopping_callbacks_see_the_epoch_and_the_fit_keeps_the_best():
    y, seen = TARGETS[MLPRegressor], []
    parameters = {**PARAMETERS, "learning_rate_init": 0.1, "early_stopping": True, "n_iter_no_change": 5}
    model = MLPRegressor(**parameters, max_iter=60, callbacks=[lambda end: seen.append(end.estimator.coefs_[0])])
    model.fit(X, y)
    assert model.best_epoch_ == np.argmax(model.validation_scores_) + 1 < model.n_iter_
    np.testing.assert_array_equal(model.coefs_[0], seen[model.best_epoch_ - 1])
    assert not np.array_equal(model.coefs_[0], seen[-1])


def test_nothing_is_copied_if_nobody_looks(monkeypatch):
    calls = []
    arrays = Network._arrays
    monkeypatch.setattr(Network, "_arrays", lambda self: calls.append(self) or arrays(self))
    model = MLPRegressor(**PARAMETERS, max_iter=9, callbacks=[lambda end: None]).fit(X, TARGETS[MLPRegressor])
    assert model.n_iter_ == 9
    assert len(calls) == 2  # at the beginning and at the end


def test_values_that_a_callback_has_read_do_not_change():
    y, seen = TARGETS[MLPRegressor], []
    model = MLPRegressor(**PARAMETERS, max_iter=3, callbacks=[lambda end: seen.append(end.estimator.coefs_)])
    model.fit(X, y)
    first = MLPRegressor(**PARAMETERS, max_iter=1).fit(X, y)
    np.testing.assert_array_equal(seen[0][0], first.coefs_[0])


def test_values_that_are_read_within_an_epoch_do_not_change():
    seen = []

    def loss(y, z):
        seen.append((model.coefs_, [coef.copy() for coef in model.coefs_]))
        return ((z - y) ** 2).sum(axis=1), 2 * (z - y)

    model = MLPRegressor(**PARAMETERS, max_iter=4, loss=loss)
    model.fit(X, TARGETS[MLPRegressor])
    assert len(seen) == 16
    for values, copies in seen:
        for value, expected in zip(values, copies, strict=True):
            np.testing.assert_array_equal(value, expected)


def test_weights_that_a_callback_assigns_are_trained_on():
    y = TARGETS[MLPRegressor]

    def double(end):
        end.estimator.coefs_ = [2 * coef for coef in end.estimator.coefs_]
        assert len(end.estimator.intercepts_) == 2  # a look at the others does not undo it

    frozen = {**PARAMETERS, "solver": "sgd", "learning_rate_init": 1e-300, "max_iter": 3}
    initial = MLPRegressor(**frozen).fit(X, y)
    doubled = MLPRegressor(**frozen, callbacks=[double]).fit(X, y)
    np.testing.assert_array_equal(doubled.coefs_[0], 8 * initial.coefs_[0])

    def reset(end):
        if end.epoch == 3:
            end.estimator.coefs_ = [np.zeros_like(coef) for coef in end.estimator.coefs_]

    model = MLPRegressor(**PARAMETERS, solver="sgd", max_iter=4, callbacks=[reset]).fit(X, y)
    assert 0 < np.abs(model.coefs_[0]).max() < 0.1 or not model.coefs_[0].any()
    with pytest.raises(ValueError, match=r"coefs: got shape \(2, 2\), expected shape \(4, 6\)"):
        MLPRegressor(
            **PARAMETERS, callbacks=[lambda end: setattr(end.estimator, "coefs_", [np.zeros((2, 2))] * 2)]
        ).fit(X, y)


def test_another_thread_looks_during_epochs():
    y, problems, stop = TARGETS[MLPRegressor], [], threading.Event()
    model = MLPRegressor(**PARAMETERS, max_iter=300, tol=0, n_iter_no_change=1000).fit(X, y)

    def watch():
        while not stop.is_set():
            try:
                assert np.isfinite(model.predict(X)).all()
                assert len(model.history_["loss"]) <= 300
            except Exception as error:
                problems.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        model.fit(X, y)
    finally:
        stop.set()
        thread.join()
    assert not problems


def test_missing_attributes_keep_their_messages():
    model = MLPClassifier(loss="hinge")
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        model.predict_proba  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'coefs_'"):
        model.coefs_  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        model.nothing  # noqa: B018


def test_after_a_callback_that_raises_the_weights_are_those_of_the_last_epoch():
    y = TARGETS[MLPRegressor]

    def fail(end):
        if end.epoch == 2:
            raise RuntimeError("stop")

    model = MLPRegressor(**PARAMETERS, callbacks=[fail])
    with pytest.raises(RuntimeError, match="stop"), warnings.catch_warnings():
        model.fit(X, y)
    np.testing.assert_array_equal(model.coefs_[0], MLPRegressor(**PARAMETERS, max_iter=2).fit(X, y).coefs_[0])
    assert len(model.history_["loss"]) == 2
