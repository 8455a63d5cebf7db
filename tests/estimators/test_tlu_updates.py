"""Threshold logic units that start from given weights, and that record their updates."""

import numpy as np
import pytest
from sklearn.base import clone

from rosenblatt import ThresholdLogicUnit

RNG = np.random.RandomState(0)
X = RNG.randn(30, 3)
LABELS = {
    "two": (X @ [1.0, 2.0, 3.0] > 0).astype(int),
    "three": np.array([0, 1, 2])[np.argmax(X, axis=1)],
    "multilabel": (X > 0).astype(int),
}


def rule(x, target, w, b, step, eta):
    """Return the weights after an instance, by the formula of the docstring."""
    z = x @ w + b
    y = float(z >= 0) if step == "heaviside" else np.sign(z)
    change = eta * ((target if step == "heaviside" else 2 * target - 1) - y)
    return w + change * x, b + change


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("step", ["heaviside", "sign"])
@pytest.mark.parametrize("params", [{}, {"shuffle": True, "random_state": 0}, {"fit_intercept": False, "eta0": 0.5}])
@pytest.mark.filterwarnings("ignore:ThresholdLogicUnit made")
def test_recording_changes_nothing(kind, step, params):
    y = LABELS[kind]
    plain = ThresholdLogicUnit(step, max_iter=20, **params).fit(X, y)
    recorded = ThresholdLogicUnit(step, max_iter=20, record=True, **params).fit(X, y)
    for name in ("coef_", "intercept_", "errors_", "n_updates_"):
        np.testing.assert_array_equal(getattr(recorded, name), getattr(plain, name))
    for name in ("margin_", "novikoff_bound_"):  # a norm depends on the alignment of the weights in its last bit
        np.testing.assert_allclose(getattr(recorded, name), getattr(plain, name), rtol=1e-14)
    assert recorded.converged_ == plain.converged_
    assert len(recorded.updates_) == recorded.n_updates_.sum()
    for j, coef in enumerate(recorded.coef_):
        own = [update for update in recorded.updates_ if update.output == j]
        np.testing.assert_array_equal(own[-1].coef, coef)
        assert own[-1].intercept == recorded.intercept_[j]
        assert [sum(u.epoch == e + 1 for u in own) for e in range(recorded.n_iter_)] == recorded.errors_[:, j].tolist()
    assert not hasattr(plain, "updates_")


@pytest.mark.parametrize("step", ["heaviside", "sign"])
def test_each_update_is_the_rule(step):
    y = LABELS["two"]
    tlu = ThresholdLogicUnit(step, eta0=0.3, record=True).fit(X, y, [[0.1, -0.2, 0.3]], [0.5])
    w, b = np.array([0.1, -0.2, 0.3]), 0.5
    for update in tlu.updates_:
        w, b = rule(X[update.instance], y[update.instance], w, b, step, 0.3)
        np.testing.assert_allclose(update.coef, w, rtol=1e-12)
        assert update.intercept == pytest.approx(b)


def test_given_weights():
    y = LABELS["two"]
    zero = ThresholdLogicUnit().fit(X, y)
    np.testing.assert_array_equal(ThresholdLogicUnit().fit(X, y, np.zeros(3), 0.0).coef_, zero.coef_)
    assert np.isfinite(zero.novikoff_bound_).all()
    start = zero.coef_.copy()
    again = ThresholdLogicUnit(record=True).fit(X, y, start, zero.intercept_)
    assert (again.n_iter_, again.updates_) == (1, [])
    np.testing.assert_array_equal(again.coef_, start)
    np.testing.assert_allclose(again.margin_, zero.margin_, rtol=1e-14)
    assert np.isnan(again.novikoff_bound_).all()
    assert np.isnan(ThresholdLogicUnit().fit(X, y, intercept_init=0.5).novikoff_bound_).all()
    other = ThresholdLogicUnit().fit(X, y, [5.0, -5.0, 5.0])
    assert other.converged_
    assert (other.coef_ != zero.coef_).any()
    several = ThresholdLogicUnit(max_iter=1000).fit(X, LABELS["multilabel"], np.ones((3, 3)), np.ones(3))
    assert several.coef_.shape == (3, 3)


@pytest.mark.filterwarnings("ignore:ThresholdLogicUnit made")
def test_each_fit_counts_epochs_from_one():
    tlu = ThresholdLogicUnit(max_iter=1, record=True)
    for _ in range(2):
        updates = tlu.fit(X, LABELS["two"]).updates_
        assert {update.epoch for update in updates} == {1}
        assert len(updates) == tlu.n_updates_.sum()


def test_partial_fit_records_all_calls():
    y = LABELS["two"]
    tlu = ThresholdLogicUnit(record=True)
    for _ in range(3):
        tlu.partial_fit(X, y, classes=[0, 1])
    plain = ThresholdLogicUnit()
    for _ in range(3):
        plain.partial_fit(X, y, classes=[0, 1])
    np.testing.assert_array_equal(tlu.coef_, plain.coef_)
    assert len(tlu.updates_) == tlu.n_updates_.sum()
    assert {update.epoch for update in tlu.updates_} == {e + 1 for e in range(3) if tlu.errors_[e].any()}
    assert clone(tlu).record is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"coef_init": [1.0, 2.0]}, "coef_init: got shape"),
        ({"coef_init": np.ones((2, 3))}, "coef_init: got shape"),
        ({"coef_init": [1.0, np.nan, 2.0]}, "coef_init: got numbers that are not finite"),
        ({"intercept_init": [1.0, 2.0]}, "intercept_init: got shape"),
    ],
)
def test_bad_weights(arguments, message):
    with pytest.raises(ValueError, match=message):
        ThresholdLogicUnit().fit(X, LABELS["two"], **arguments)
    with pytest.raises(ValueError, match="intercept_init: got numbers other than 0 with fit_intercept=False"):
        ThresholdLogicUnit(fit_intercept=False).fit(X, LABELS["two"], intercept_init=1.0)


def test_epochs_count_whether_they_are_recorded_or_not():
    unit = ThresholdLogicUnit()
    X, y = np.array([[1.0], [2.0], [3.0]]), [0, 1, 0]
    for record in (False, False, True, True):
        unit.set_params(record=record).partial_fit(X, y, classes=[0, 1])
    assert {update.epoch for update in unit.updates_} == {3, 4}
    unit.set_params(record=False).partial_fit(X, y)
    assert not hasattr(unit, "updates_")
