"""What the estimators' training adds to scikit-learn's: validation samples, class weights, penalties, dropout, custom
losses, errors.
"""

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit
from sklearn.base import clone
from sklearn.datasets import make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_sample_weight

from cases import engine, flat, inputs, network, parameters, parameters_of, targets
from rosenblatt import MLPClassifier, MLPRegressor, losses, optimizers

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer", "ignore:lbfgs failed")

X, Y = make_regression(240, 6, n_targets=2, noise=10.0, random_state=0)
Y /= Y.std(axis=0)
Y1 = Y[:, 0]
LABELS = np.digitize(X[:, 0] * X[:, 1] + X[:, 2], [0.3, 1.3])
BINARY = (LABELS == 0).astype(int)
MULTILABEL = (X[:, :3] + X[:, 3:] > [0.0, 0.5, 1.0]).astype(int)
TRAIN, HELD_OUT = slice(0, 160), slice(160, None)


def regressor(**parameters):
    settings = {"hidden_layer_sizes": [12, 7], "max_iter": 5, "batch_size": 32, "random_state": 0}
    return MLPRegressor(**{**settings, **parameters})


def classifier(**parameters):
    settings = {"hidden_layer_sizes": [12, 7], "max_iter": 5, "batch_size": 32, "random_state": 0}
    return MLPClassifier(**{**settings, **parameters})


def weights_of(estimator):
    return flat(estimator.coefs_, estimator.intercepts_)


def numbers_of(estimator):
    """Return the histories, without the times."""
    return {name: values for name, values in estimator.history_.items() if name != "seconds"}


def assert_same_fit(one, other, rtol=0.0):
    np.testing.assert_allclose(weights_of(one), weights_of(other), rtol=rtol, atol=rtol)
    assert one.n_iter_ == other.n_iter_
    if hasattr(one, "history_"):
        assert one.history_.keys() == other.history_.keys()
        for name, values in numbers_of(one).items():
            np.testing.assert_allclose(values, numbers_of(other)[name], rtol=rtol, atol=rtol, err_msg=name)


# Validation


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_validation_samples_are_evaluated_and_not_trained_on(task):
    estimator, y = (regressor(), Y1) if task == "regression" else (classifier(), LABELS)
    plain = clone(estimator).fit(X[TRAIN], y[TRAIN])
    estimator.fit(X[TRAIN], y[TRAIN], X_val=X[HELD_OUT], y_val=y[HELD_OUT])
    np.testing.assert_array_equal(weights_of(estimator), weights_of(plain))
    assert list(plain.history_) == ["epoch", "loss", "learning_rate", "seconds"]
    assert sorted(estimator.history_) == ["epoch", "learning_rate", "loss", "seconds", "val_loss", "val_score"]
    assert {len(values) for values in estimator.history_.values()} == {estimator.n_iter_} == {5}
    np.testing.assert_array_equal(estimator.history_["epoch"], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(estimator.history_["loss"], estimator.loss_curve_)
    np.testing.assert_array_equal(estimator.history_["learning_rate"], 1e-3)
    assert (np.diff(estimator.history_["seconds"]) >= 0).all()
    score = estimator.score(X[HELD_OUT], y[HELD_OUT])
    np.testing.assert_allclose(estimator.history_["val_score"][-1], score, rtol=1e-12)
    if task == "regression":
        loss = ((estimator.predict(X[HELD_OUT]) - y[HELD_OUT]) ** 2).mean() / 2
    else:
        probability = estimator.predict_proba(X[HELD_OUT])
        loss = -np.log(probability[np.arange(80), y[HELD_OUT]]).mean()
    np.testing.assert_allclose(estimator.history_["val_loss"][-1], loss, rtol=1e-10)


@pytest.mark.parametrize("given", [True, False], ids=["X_val", "fraction"])
@pytest.mark.parametrize("early_stopping", ["score", "loss"])
def test_early_stopping_restores_the_best_weights(early_stopping, given):
    # The rate is so large that the best epoch is not the last epoch.
    settings = {"learning_rate_init": 0.1, "early_stopping": early_stopping, "n_iter_no_change": 5}
    held_out = {"X_val": X[HELD_OUT], "y_val": Y1[HELD_OUT]} if given else {}
    estimator = regressor(**settings, max_iter=100).fit(X[TRAIN], Y1[TRAIN], **held_out)
    values = estimator.history_["val_score"] if early_stopping == "score" else -estimator.history_["val_loss"]
    best = int(values.argmax()) + 1
    assert best < estimator.n_iter_ < 100
    until_then = regressor(**settings, max_iter=best).fit(X[TRAIN], Y1[TRAIN], **held_out)
    np.testing.assert_array_equal(weights_of(estimator), weights_of(until_then))
    if given:
        score = estimator.score(X[HELD_OUT], Y1[HELD_OUT])
        np.testing.assert_allclose(score, estimator.history_["val_score"][best - 1], rtol=1e-12)


def test_early_stopping_waits_n_iter_no_change_epochs():
    """Training stops after more than n_iter_no_change epochs in a row that do not improve the loss by tol."""
    estimator = regressor(early_stopping="loss", n_iter_no_change=3, tol=1e-3, max_iter=200, learning_rate_init=0.01)
    losses_seen = estimator.fit(X, Y1).history_["val_loss"]
    best, count, stops_after = np.inf, 0, None
    for epoch, loss in enumerate(losses_seen, start=1):
        count = count + 1 if loss > best - 1e-3 else 0
        best = min(best, loss)
        if count > 3:
            stops_after = epoch
            break
    assert stops_after == estimator.n_iter_ < 200


def test_early_stopping_true_means_score():
    fits = [classifier(early_stopping=value, max_iter=30).fit(X, LABELS) for value in (True, "score")]
    assert_same_fit(*fits)
    assert fits[0].validation_scores_ == list(fits[0].history_["val_score"])


def test_bad_validation_data():
    with pytest.raises(ValueError, match="X_val, y_val: got only one of the two"):
        regressor().fit(X, Y1, X_val=X)
    with pytest.raises(ValueError, match="sample_weight_val: got weights without the X_val and y_val"):
        regressor().fit(X, Y1, sample_weight_val=np.ones(240))
    with pytest.raises(ValueError, match="5 features, but MLPRegressor is expecting 6"):
        regressor().fit(X, Y1, X_val=X[:, :5], y_val=Y1)
    with pytest.raises(ValueError, match=r"y_val: got classes \[7\] that y has not"):
        classifier().fit(X, LABELS, X_val=X, y_val=np.full(240, 7))


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(early_stopping=True), LABELS),
        (regressor(early_stopping=True), Y1),
        (regressor(early_stopping="loss"), Y1),
    ],
    ids=["classifier", "regressor", "loss"],
)
def test_one_sample_is_too_few_to_hold_back(estimator, y):
    with pytest.raises(ValueError, match="The validation set is too small"):
        estimator.set_params(validation_fraction=0.004).fit(X, y)
    assert estimator.set_params(validation_fraction=0.008).fit(X, y).n_iter_ == 5


# Class weights

WEIGHTED = {
    "dict": (LABELS, {0: 0.5, 1: 2.0, 2: 3.0}),
    "dict with a class that does not occur": (LABELS, {0: 0.5, 1: 2.0, 2: 3.0, 9: 7.0}),
    "balanced": (LABELS, "balanced"),
    "binary": (BINARY, {0: 3.0, 1: 0.25}),
    "multilabel": (MULTILABEL, [{0: 1.0, 1: 3.0}, {0: 2.0, 1: 0.5}, {0: 1.0, 1: 1.5}]),
    "a label of none": (MULTILABEL * [1, 0, 1], "balanced"),
}


@pytest.mark.parametrize("also_weighted", [False, True], ids=["", "sample_weight"])
@pytest.mark.parametrize("early_stopping", [False, "loss", "score"])
@pytest.mark.parametrize("case", WEIGHTED)
def test_class_weights_are_sample_weights(case, early_stopping, also_weighted):
    y, class_weight = WEIGHTED[case]
    extra = np.random.RandomState(0).rand(240) if also_weighted else np.ones(240)
    given = extra if also_weighted else None
    weights = compute_sample_weight(class_weight, y) * extra
    settings = {"early_stopping": early_stopping, "max_iter": 12}
    one = classifier(**settings, class_weight=class_weight).fit(X, y, given)
    other = classifier(**settings).fit(X, y, weights)
    assert_same_fit(one, other)
    assert np.abs(weights_of(one) - weights_of(classifier(**settings).fit(X, y, given))).max() > 1e-3


def test_class_weights_weigh_validation_data():
    held_out = {"X_val": X[HELD_OUT], "y_val": LABELS[HELD_OUT]}
    class_weight, extra = {0: 0.5, 1: 2.0, 2: 3.0}, np.random.RandomState(0).rand(80)
    weights = compute_sample_weight(class_weight, LABELS)
    one = classifier(class_weight=class_weight).fit(X[TRAIN], LABELS[TRAIN], **held_out, sample_weight_val=extra)
    other = classifier().fit(
        X[TRAIN], LABELS[TRAIN], weights[TRAIN], **held_out, sample_weight_val=weights[HELD_OUT] * extra
    )
    assert_same_fit(one, other)
    unweighted = classifier().fit(X[TRAIN], LABELS[TRAIN], weights[TRAIN], **held_out)
    assert (one.history_["val_loss"] != unweighted.history_["val_loss"]).all()


@pytest.mark.parametrize("case", WEIGHTED)
def test_class_weights_of_lbfgs(case):
    y, class_weight = WEIGHTED[case]
    one = classifier(solver="lbfgs", class_weight=class_weight).fit(X, y)
    other = classifier(solver="lbfgs").fit(X, y, compute_sample_weight(class_weight, y))
    assert_same_fit(one, other)


def test_balanced_class_weights_raise_in_partial_fit():
    with pytest.raises(ValueError, match="class_weight: got 'balanced' in partial_fit"):
        classifier(class_weight="balanced").partial_fit(X, LABELS, classes=[0, 1, 2])


# Penalties and bounds


def one_step(**changes):
    """Return the parameters before and after one step of plain gradient descent over all samples."""
    coefs, intercepts = parameters([6, 12, 1])
    settings = {"hidden_layer_sizes": [12], "solver": "sgd", "momentum": 0, "learning_rate_init": 0.1, "alpha": 0}
    settings |= {"batch_size": 240, "max_iter": 1, "init": coefs, "bias_init": intercepts}
    after = regressor(**{**settings, **changes}).fit(X, Y1)
    return coefs, intercepts, after


def test_weight_decay_is_decoupled_and_for_weights_only():
    coefs, _, plain = one_step()
    _, _, decayed = one_step(weight_decay=0.5)
    for before, one, other in zip(coefs, plain.coefs_, decayed.coefs_, strict=True):
        np.testing.assert_allclose(other, one - 0.1 * 0.5 * before, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(flat(decayed.intercepts_), flat(plain.intercepts_))
    assert decayed.loss_ == plain.loss_


def test_l1_is_a_penalty_with_its_gradient():
    coefs, _, plain = one_step()
    _, _, lasso = one_step(l1=3.0)
    for before, one, other in zip(coefs, plain.coefs_, lasso.coefs_, strict=True):
        np.testing.assert_allclose(other, one - 0.1 * 3.0 * np.sign(before) / 240, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(flat(lasso.intercepts_), flat(plain.intercepts_))
    np.testing.assert_allclose(lasso.loss_, plain.loss_ + 3.0 * np.abs(flat(coefs)).sum() / 240, rtol=1e-12)


def test_penalties_make_weights_smaller():
    sizes = {}
    for name, setting in {"plain": {}, "l1": {"l1": 5.0}, "weight_decay": {"weight_decay": 3.0}}.items():
        fit = regressor(max_iter=60, learning_rate_init=0.01, **setting).fit(X, Y1)
        sizes[name] = np.abs(flat(fit.coefs_))
    assert sizes["l1"].sum() < 0.6 * sizes["plain"].sum()
    assert sizes["weight_decay"].sum() < 0.6 * sizes["plain"].sum()
    assert (sizes["l1"] < 1e-2).mean() > 2 * (sizes["plain"] < 1e-2).mean()  # l1 makes most weights small


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_max_norm_bounds_the_weights_into_a_neuron(dtype):
    fit = regressor(max_norm=0.7, max_iter=20, learning_rate_init=0.05, dtype=dtype).fit(X, Y1)
    norms = np.concatenate([np.sqrt((coef**2).sum(axis=0)) for coef in fit.coefs_])
    assert norms.max() <= 0.7 * (1 + 8 * np.finfo(dtype).eps)
    assert (norms > 0.699).any()  # the bound is in use
    free = regressor(max_iter=20, learning_rate_init=0.05, dtype=dtype).fit(X, Y1)
    assert max(np.sqrt((coef**2).sum(axis=0)).max() for coef in free.coefs_) > 1.0


@pytest.mark.parametrize("alpha", [0.0, 20.0])
@pytest.mark.parametrize("bounds", [{"clip_value": 0.03}, {"clip_norm": 0.2}, {"clip_value": 0.03, "clip_norm": 0.1}])
def test_clipped_step_against_numpy(bounds, alpha):
    widths = [6, 20, 9, 2]
    net, (y, _) = network(widths), targets(60, 2, "squared_error")
    trainer = engine("Trainer", np.float64)(net, inputs(60, 6), y, alpha=alpha, n_threads=2, **bounds)
    _, _, *gradients = trainer.loss_and_gradients()
    gradient = flat(*gradients)
    expected = np.clip(gradient, -bounds.get("clip_value", np.inf), bounds.get("clip_value", np.inf))
    expected *= min(1, bounds.get("clip_norm", np.inf) / np.sqrt((expected**2).sum()))
    assert np.abs(expected - gradient).max() > 0.01
    optimizer = engine("Optimizer", np.float64)("sgd", {"momentum": 0.0}, net)
    trainer.epoch(optimizer, 0.5)
    np.testing.assert_allclose(
        flat(*parameters_of(net, widths)), flat(*parameters(widths)) - 0.5 * expected, rtol=1e-12, atol=1e-14
    )


def test_bounds_that_are_never_reached_change_nothing():
    plain = regressor().fit(X, Y1)
    for bound in ({"clip_value": 1e6}, {"clip_norm": 1e6}, {"max_norm": 1e6}):
        np.testing.assert_array_equal(weights_of(regressor(**bound).fit(X, Y1)), weights_of(plain))


# Dropout


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_dropout_is_the_same_for_any_number_of_threads(table, dtype):
    settings = {"dropout": [0.5, 0.2], "input_dropout": 0.1, "batch_size": 100, "dtype": dtype}
    settings["hidden_layer_sizes"] = [64, 33]
    fits = [classifier(**settings, n_threads=n).fit(table(X), LABELS) for n in (1, 2, 3)]
    for other in fits[1:]:
        assert_same_fit(fits[0], other)
    assert np.abs(weights_of(fits[0]) - weights_of(classifier(**{**settings, "random_state": 1}).fit(X, LABELS))).any()
    plain = classifier(**{**settings, "dropout": 0.0, "input_dropout": 0.0}).fit(table(X), LABELS)
    assert np.abs(weights_of(plain) - weights_of(fits[0])).max() > 1e-3
    # Predictions have no dropout.
    np.testing.assert_array_equal(fits[0].predict_proba(X), fits[0].predict_proba(X))


def dropped(rate, layer, rows=200, width=300, seed=0, steps=1, dtype=np.float64):
    """Return activations of 1 after dropout, of shape (rows, width), from the gradient of the weights."""
    hidden = layer == 1
    net = engine("Network", dtype)(
        [1, width, rows] if hidden else [width, rows], ["identity"] * hidden, "squared_error"
    )
    if hidden:
        net.set_layer(0, np.ones((1, width), dtype), np.zeros(width, dtype))
    net.set_layer(layer, np.zeros((width, rows), dtype), np.zeros(rows, dtype))
    table = np.ones((rows, 1 if hidden else width), dtype)
    y = -np.eye(rows, dtype=dtype) * rows
    trainer = engine("Trainer", dtype)(
        net, table, y, batch_size=rows, dropout=[0.0, rate] if hidden else [rate], dropout_seed=seed
    )
    optimizer = engine("Optimizer", dtype)("sgd", {"momentum": 0.0}, net)
    for _ in range(steps):
        net.set_layer(layer, np.zeros((width, rows), dtype), np.zeros(rows, dtype))
        if hidden:
            net.set_layer(0, np.ones((1, width), dtype), np.zeros(width, dtype))
        trainer.epoch(optimizer, 1.0)
    coef, intercept = np.empty((width, rows), dtype), np.empty(rows, dtype)
    net.get_layer(layer, coef, intercept)
    return -coef.T


@pytest.mark.parametrize("layer", [0, 1], ids=["inputs", "hidden"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_share_of_dropped_activations_and_kept_expectation(rate, layer):
    left = dropped(rate, layer)
    kept = left != 0
    np.testing.assert_allclose(left[kept], 1 / (1 - rate), rtol=1e-12)
    # 60000 independent draws: within 4 standard deviations, of rows, of columns and of all.
    deviation = np.sqrt(rate * (1 - rate))
    assert abs(kept.mean() - (1 - rate)) < 4 * deviation / np.sqrt(kept.size)
    assert np.abs(kept.mean(axis=0) - (1 - rate)).max() < 5 * deviation / np.sqrt(200)
    assert np.abs(kept.mean(axis=1) - (1 - rate)).max() < 5 * deviation / np.sqrt(300)
    assert abs(left.mean() - 1) < 4 * deviation / np.sqrt(kept.size) / (1 - rate)
    # Neighbours are independent.
    for one, other in ((kept[1:], kept[:-1]), (kept[:, 1:], kept[:, :-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(kept.size)


def test_each_step_and_each_seed_has_its_own_dropout():
    choices = [dropped(0.5, 1), dropped(0.5, 1, seed=1), dropped(0.5, 1, steps=2), dropped(0.5, 0)]
    np.testing.assert_array_equal(choices[0], dropped(0.5, 1))
    for i, one in enumerate(choices):
        for other in choices[:i]:
            assert 0.48 < ((one != 0) == (other != 0)).mean() < 0.52


def test_wrong_numbers_of_dropout_rates():
    with pytest.raises(ValueError, match="dropout: got 3 rates, expected 2, one for each hidden layer"):
        regressor(dropout=[0.1, 0.2, 0.3]).fit(X, Y1)
    one, each = regressor(dropout=0.3).fit(X, Y1), regressor(dropout=[0.3, 0.3]).fit(X, Y1)
    assert_same_fit(one, each)


# Choices of the network


@pytest.mark.parametrize("dtype", ["float32", "float64", np.float32, np.float64])
def test_dtype(dtype):
    given = np.float64 if np.dtype(dtype) == np.float32 else np.float32
    asked = regressor(dtype=dtype).fit(X.astype(given), Y1)
    assert {array.dtype for array in (*asked.coefs_, *asked.intercepts_)} == {np.dtype(dtype)}
    assert_same_fit(asked, regressor().fit(X.astype(given).astype(dtype), Y1))


def test_other_dtypes_raise():
    for dtype in (np.float16, int):
        with pytest.raises(ValueError, match=r"dtype: got .*, expected 'float32' or 'float64'"):
            regressor(dtype=dtype).fit(X, Y1)


def test_one_activation_for_each_layer():
    fit = regressor(activation=["tanh", "logistic"], output_activation="softplus").fit(X, np.abs(Y))
    hidden = expit(np.tanh(X @ fit.coefs_[0] + fit.intercepts_[0]) @ fit.coefs_[1] + fit.intercepts_[1])
    expected = np.log1p(np.exp(hidden @ fit.coefs_[2] + fit.intercepts_[2]))
    np.testing.assert_allclose(fit.predict(X), expected, rtol=1e-12)
    assert fit.out_activation_ == "softplus"
    assert_same_fit(regressor(activation=["tanh", "tanh"]).fit(X, Y), regressor(activation="tanh").fit(X, Y))


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        (["tanh"], r"activation: got \['tanh'\], expected a name or a list of 2"),
        (["tanh", "cube"], "activation: got 'cube', expected one of"),
        (["tanh", "heaviside"], "activation: got 'heaviside', expected one of"),
        ("sign", "'activation' parameter of MLPRegressor must be"),
    ],
)
def test_bad_activations(activation, message):
    with pytest.raises(ValueError, match=message):
        regressor(activation=activation).fit(X, Y)


def test_initial_weights_given_as_arrays():
    coefs, intercepts = parameters([6, 12, 7, 2])
    before = flat(coefs, intercepts)
    fit = regressor(init=coefs, bias_init=intercepts, solver="sgd", learning_rate_init=1e-300).fit(X, Y)
    np.testing.assert_array_equal(weights_of(fit), before)
    trained = regressor(init=coefs, bias_init=intercepts).fit(X, Y)
    assert np.abs(weights_of(trained) - before).max() > 1e-3
    np.testing.assert_array_equal(flat(coefs, intercepts), before)  # the given arrays do not change
    with pytest.raises(ValueError, match=r"init.*\(6, 12\)"):
        regressor(init=[coefs[0].T, *coefs[1:]]).fit(X, Y)


def test_zeros_keep_hidden_neurons_equal():
    """Neurons that begin with equal weights have equal gradients, and so stay equal."""
    settings = {"hidden_layer_sizes": [5], "activation": "tanh", "bias_init": 0.5, "max_iter": 20}
    equal = regressor(**settings, init="zeros").fit(X, Y1)
    assert np.abs(equal.coefs_[0]).min() > 1e-4
    np.testing.assert_array_equal(equal.coefs_[0], equal.coefs_[0][:, :1] * np.ones(5))
    np.testing.assert_array_equal(equal.coefs_[1], equal.coefs_[1][:1] * np.ones((5, 1)))
    drawn = regressor(**settings).fit(X, Y1)
    assert np.ptp(drawn.coefs_[0], axis=1).min() > 1e-2


# Custom losses


def squared_error(y_true, raw_scores):
    error = raw_scores - y_true
    return (error**2).sum(axis=1) / 2, error


def log_loss(y_true, raw_scores):
    shifted = raw_scores - raw_scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(y_true * log_p).sum(axis=1), np.exp(log_p) - y_true


def binary_log_loss(y_true, raw_scores):
    return (np.logaddexp(0, raw_scores) - y_true * raw_scores).sum(axis=1), expit(raw_scores) - y_true


OWN = {
    "regression": (regressor, Y1, squared_error),
    "multiclass": (classifier, LABELS, log_loss),
    "binary": (classifier, BINARY, binary_log_loss),
    "multilabel": (classifier, MULTILABEL, binary_log_loss),
}


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("table", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
@pytest.mark.parametrize(
    "settings",
    [{"solver": "sgd"}, {"solver": "adam"}, {"solver": "lbfgs"}, {"early_stopping": True}, {"early_stopping": "loss"}],
    ids=str,
)
@pytest.mark.parametrize("task", OWN)
def test_custom_loss_gives_the_results_of_the_built_in_loss(task, settings, table, n_threads, weighted):
    make, y, function = OWN[task]
    weights = np.random.RandomState(0).rand(240) if weighted else None
    settings = {**settings, "n_threads": n_threads}
    built_in = make(**settings).fit(table(X), y, weights)
    for loss in (function, losses.Custom(function)):
        own = make(**settings, loss=loss).fit(table(X), y, weights)
        assert_same_fit(own, built_in, rtol=1e-7 if settings.get("solver") == "lbfgs" else 1e-11)
        np.testing.assert_allclose(own.loss_, built_in.loss_, rtol=1e-11)
        np.testing.assert_allclose(own.predict(X), built_in.predict(X), rtol=1e-7)


def test_custom_loss_of_several_outputs_is_not_averaged_over_them():
    own = regressor(loss=squared_error, learning_rate_init=1e-12, alpha=0.0, max_iter=1, batch_size=240)
    own.fit(X, Y, X_val=X, y_val=Y)
    expected = squared_error(Y, own.predict(X))[0].mean()
    np.testing.assert_allclose([own.loss_, own.history_["val_loss"][0]], expected, rtol=1e-9)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_errors_of_a_custom_loss_propagate(solver):
    calls, last = 0, 12 if solver == "adam" else 4  # there are 8 calls per epoch

    def fails(y_true, raw_scores):
        nonlocal calls
        calls += 1
        if calls == last:
            raise RuntimeError("no more")
        return squared_error(y_true, raw_scores)

    estimator = regressor(loss=fails, solver=solver)
    with pytest.raises(RuntimeError, match="no more"):
        estimator.fit(X, Y1)
    assert calls == last
    assert np.isfinite(estimator.predict(X)).all()
    again = estimator.set_params(loss="squared_error").fit(X, Y1)
    assert_same_fit(again, regressor(solver=solver).fit(X, Y1))


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda y, z: (z[:, 0], z.T), ValueError, "gradient"),
        (lambda y, z: (z, z), ValueError, "loss"),
        (lambda y, z: z, Exception, "loss"),
        (lambda y: y, TypeError, "argument"),
    ],
    ids=["shape of gradient", "shape of loss", "no pair", "one argument"],
)
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_custom_losses_that_return_wrong_values(solver, function, error, message):
    with pytest.raises(error, match=message):
        regressor(loss=function, solver=solver).fit(X, Y)


# Divergence


@pytest.mark.filterwarnings("ignore:Training ended with:sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("validated", [False, True], ids=["", "X_val"])
def test_divergence_keeps_the_last_finite_weights(validated):
    held_out = {"X_val": X[HELD_OUT], "y_val": Y1[HELD_OUT]} if validated else {}
    settings = {"hidden_layer_sizes": [], "solver": "sgd", "momentum": 0.0, "learning_rate_init": 10.0}
    settings["n_iter_no_change"] = 1000
    estimator = regressor(**settings, max_iter=200)
    with pytest.raises(ValueError, match=r"non-finite.*Epoch \d+ diverged: scale X.*lower learning_rate_init"):
        estimator.fit(X, Y1, **held_out)
    assert 3 < estimator.n_iter_ < 200  # it was detected after that epoch
    assert np.isfinite(weights_of(estimator)).all()
    until_then = regressor(**settings, max_iter=estimator.n_iter_ - 1).fit(X, Y1)
    np.testing.assert_array_equal(weights_of(estimator), weights_of(until_then))
    good = estimator.set_params(learning_rate_init=0.01).fit(X, Y1)
    assert good.score(X, Y1) > 0.5


def test_divergence_after_a_good_epoch_is_a_warning():
    settings = {"hidden_layer_sizes": [], "solver": "sgd", "momentum": 0.0, "learning_rate_init": 10.0}
    estimator = regressor(**settings, n_iter_no_change=1000, max_iter=200, early_stopping="loss")
    with pytest.warns(ConvergenceWarning, match=r"Epoch \d+ diverged: scale X .*The weights that scored best are kept"):
        estimator.fit(X, Y1)
    assert np.isfinite(weights_of(estimator)).all()
    assert 1 < estimator.n_iter_ < 200


# partial_fit, scaled targets


def test_partial_fit_of_multilabel_targets():
    estimator = classifier(learning_rate_init=0.01)
    estimator.partial_fit(X, MULTILABEL, classes=np.arange(3))
    whole = classifier(learning_rate_init=0.01, max_iter=1).fit(X, MULTILABEL)
    np.testing.assert_array_equal(weights_of(estimator), weights_of(whole))
    first = estimator.loss_
    for _ in range(20):
        for rows in (TRAIN, HELD_OUT):
            estimator.partial_fit(X[rows], MULTILABEL[rows])
    assert estimator.loss_ < first
    predicted = estimator.predict(X)
    assert predicted.shape == MULTILABEL.shape
    assert (predicted == MULTILABEL).mean() > 0.8
    np.testing.assert_array_equal(predicted, estimator.predict_proba(X) > 0.5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("output", "low", "high"), [("logistic", 0, 1), ("tanh", -1, 1)])
@pytest.mark.parametrize("y", [Y1 * 50 + 7, Y * [1000, 0.1]], ids=["one", "two"])
def test_scaled_targets_are_scaled_back(y, output, low, high, dtype):
    settings = {"output_activation": output, "learning_rate_init": 0.01, "max_iter": 40, "dtype": dtype}
    settings["n_iter_no_change"] = 100
    scaled = regressor(**settings, scale_targets=True).fit(X, y, X_val=X, y_val=y)
    least, width = y.min(axis=0), np.ptp(y, axis=0)
    by_hand = regressor(**settings).fit(X, low + (y - least) / width * (high - low))
    expected = least + (by_hand.predict(X) - low) / (high - low) * width
    rtol = 1e-4 if dtype == "float32" else 1e-9
    np.testing.assert_allclose(scaled.predict(X), expected, rtol=rtol, atol=rtol * np.max(width))
    assert (scaled.predict(X) >= least - 1e-6 * width).all()
    assert (scaled.predict(X) <= least + width * (1 + 1e-6)).all()
    assert scaled.score(X, y) > 0.7
    np.testing.assert_allclose(scaled.history_["val_score"][-1], scaled.score(X, y), rtol=1e-3)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("y", [Y1 * 5000 + 7, Y * [1000, 0.1] - 50], ids=["one", "two"])
def test_standard_targets_are_scaled_back(y, solver):
    settings = {"solver": solver, "learning_rate_init": 0.01, "max_iter": 30}
    scaled = regressor(**settings, scale_targets="standard").fit(X, y)
    mean, spread = y.mean(axis=0), y.std(axis=0)
    by_hand = regressor(**settings).fit(X, (y - mean) / spread)
    np.testing.assert_allclose(scaled.predict(X), by_hand.predict(X) * spread + mean, rtol=1e-8, atol=1e-7)
    assert scaled.loss_ == pytest.approx(by_hand.loss_, rel=1e-9)
    assert scaled.score(X, y) > 0.7


@pytest.mark.parametrize("loss", ["poisson", "gamma", "tweedie"])
def test_standard_targets_of_positive_outputs_are_not_shifted(loss):
    y = 1e4 * np.exp(Y1)
    settings = {"loss": loss, "learning_rate_init": 0.01, "max_iter": 30}
    scaled = regressor(**settings, scale_targets="standard").fit(X, y)
    by_hand = regressor(**settings).fit(X, y / y.std())
    np.testing.assert_allclose(scaled.predict(X), by_hand.predict(X) * y.std(), rtol=1e-8)
    assert scaled.predict(X).min() > 0


def test_standard_targets_of_several_quantiles():
    y = 1000 * Y
    settings = {"loss": losses.Quantile([0.1, 0.9]), "learning_rate_init": 0.01, "max_iter": 30}
    scaled = regressor(**settings, scale_targets="standard").fit(X, y)
    mean, spread = (np.repeat(part, 2) for part in (y.mean(axis=0), y.std(axis=0)))
    by_hand = regressor(**settings).fit(X, (y - y.mean(axis=0)) / y.std(axis=0))
    np.testing.assert_allclose(scaled.predict(X), by_hand.predict(X) * spread + mean, rtol=1e-8)


def test_scaled_targets_of_a_constant():
    fit = regressor(output_activation="tanh", scale_targets=True, learning_rate_init=0.01, max_iter=50)
    assert np.abs(fit.fit(X, np.full(240, 3.0)).predict(X) - 3).max() < 0.1


# Errors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: regressor(loss="poisson", output_activation="identity"), "poisson.*identity|identity.*poisson"),
        (lambda: regressor(loss="gamma", output_activation="tanh"), "gamma.*tanh|tanh.*gamma"),
        (lambda: regressor(loss=losses.Quantile([0.1, 0.9]), output_activation="exp"), "quantile"),
        (lambda: regressor(loss=losses.LogLoss()), "loss: got .*, expected one of .* for regression"),
        (lambda: regressor(loss="log_loss"), "'loss' parameter of MLPRegressor must be"),
        (lambda: regressor(output_activation="softmax"), "'output_activation' parameter of MLPRegressor must be"),
        (lambda: regressor(scale_targets=True), "scale_targets: got True with output_activation=None"),
        (
            lambda: regressor(scale_targets="standard", output_activation="tanh"),
            "scale_targets: got 'standard' with output_activation='tanh', expected True",
        ),
        (lambda: regressor(scale_targets="range"), "'scale_targets' parameter of MLPRegressor must be"),
    ],
)
def test_bad_regressors(make, message):
    with pytest.raises(ValueError, match=message):
        make().fit(X, np.abs(Y1) + 1)


@pytest.mark.parametrize(("loss", "accepted"), [("poisson", "at least 0"), ("gamma", "above 0")])
def test_targets_outside_the_domain_of_a_loss(loss, accepted):
    with pytest.raises(ValueError, match=f"y: got -.*, expected {accepted} for loss='{loss}'"):
        regressor(loss=loss).fit(X, Y1)
    with pytest.raises(ValueError, match=f"y_val: got -.*, expected {accepted} for loss='{loss}'"):
        regressor(loss=loss).fit(X, np.abs(Y1) + 1, X_val=X, y_val=Y1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: classifier(loss=losses.Huber()), "loss: got .*Huber.*, expected one of .* for classification"),
        (lambda: classifier(loss="squared_error"), "'loss' parameter of MLPClassifier must be"),
    ],
)
def test_bad_classifiers(make, message):
    with pytest.raises(ValueError, match=message):
        make().fit(X, LABELS)


def test_margins_are_no_probabilities():
    fit = classifier(loss="hinge", max_iter=60, learning_rate_init=0.01).fit(X, LABELS)
    assert fit.decision_function(X).shape == (240, 3)
    np.testing.assert_array_equal(fit.predict(X), fit.decision_function(X).argmax(axis=1))
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        fit.predict_proba(X)
    with pytest.raises(AttributeError, match="has no attribute 'decision_function'"):
        _ = classifier().fit(X, LABELS).decision_function


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
@pytest.mark.parametrize("y", [BINARY, MULTILABEL], ids=["binary", "multilabel"])
def test_the_sign_of_a_margin_is_the_prediction(y, loss):
    fit = classifier(loss=loss).fit(X, y)
    for margin in (1e-9, -1e-9):
        fit.intercepts_[-1] += margin - fit.decision_function(X[:1]).ravel()
        np.testing.assert_allclose(fit.decision_function(X[:1]).ravel(), margin, rtol=1e-3)
        np.testing.assert_array_equal(np.ravel(fit.predict(X[:1])), margin > 0)


@pytest.mark.parametrize(
    "setting",
    [
        {"clip_norm": 1.0},
        {"clip_value": 1.0},
        {"max_norm": 1.0},
        {"weight_decay": 0.1},
        {"dropout": 0.5},
        {"dropout": [0.0, 0.1]},
        {"input_dropout": 0.5},
        {"callbacks": [print]},
        {"progress": True},
    ],
    ids=str,
)
def test_options_without_meaning_for_lbfgs_raise(setting):
    name = next(iter(setting)).removeprefix("input_")
    with pytest.raises(ValueError, match=f"{name}: got .*solver='lbfgs'"):
        regressor(solver="lbfgs", **setting).fit(X, Y1)


def test_validation_samples_with_lbfgs_raise():
    with pytest.raises(ValueError, match="X_val: got validation data with solver='lbfgs'"):
        regressor(solver="lbfgs").fit(X, Y1, X_val=X, y_val=Y1)


def test_solver_by_instance_and_by_name():
    named = regressor(solver="rmsprop", learning_rate_init=0.01).fit(X, Y1)
    instance = regressor(solver=optimizers.RMSprop(learning_rate=0.01)).fit(X, Y1)
    assert_same_fit(named, instance)
    other = regressor(solver=optimizers.RMSprop(learning_rate=0.01, momentum=0.9)).fit(X, Y1)
    assert np.abs(weights_of(other) - weights_of(named)).max() > 1e-3


@pytest.mark.parametrize("multilabel", [False, True])
def test_balanced_weights_of_validation_data_are_those_of_training(multilabel):
    rng = np.random.RandomState(0)
    X = rng.randn(300, 4)
    labels = np.stack([X[:, 0] > 1, X[:, 1] > 0.5], axis=1).astype(int)
    y = labels if multilabel else labels.sum(axis=1)
    X_val, y_val = X[:40], y[:40]
    settings = {"hidden_layer_sizes": [5], "random_state": 0, "max_iter": 2, "solver": "sgd"}
    balanced = MLPClassifier(**settings, class_weight="balanced")
    weights = [
        {c: len(y) / (len(np.unique(column)) * (column == c).sum()) for c in np.unique(column)}
        for column in (y.T if multilabel else [y])
    ]
    explicit = MLPClassifier(**settings, class_weight=weights if multilabel else weights[0])
    with pytest.warns(ConvergenceWarning):
        histories = [model.fit(X, y, X_val=X_val, y_val=y_val).history_ for model in (balanced, explicit)]
    np.testing.assert_allclose(histories[0]["val_loss"], histories[1]["val_loss"], rtol=1e-12)
    np.testing.assert_allclose(histories[0]["loss"], histories[1]["loss"], rtol=1e-12)


def test_columns_of_validation_targets_are_checked_first():
    X, y = np.random.RandomState(0).randn(30, 3), np.zeros((30, 2))
    with pytest.raises(ValueError, match="y_val: got 3 columns, expected 2 as in y"):
        MLPRegressor(max_iter=2).fit(X, y, X_val=X, y_val=np.zeros((30, 3)))
    labels = np.eye(3, dtype=int)[np.arange(30) % 3]
    with pytest.raises(ValueError, match=r"y_val: got shape .* expected one column for each of 3 labels as in y"):
        MLPClassifier(max_iter=2).fit(X, labels, X_val=X, y_val=labels[:, :2])


def test_lbfgs_removes_the_history_of_an_earlier_fit():
    estimator = regressor(max_iter=3).fit(X, Y1)
    assert len(estimator.history_["loss"]) == 3
    assert not hasattr(estimator.set_params(solver="lbfgs").fit(X, Y1), "history_")


def test_schedules_of_sgd_change_adam_only_if_it_is_an_instance():
    settings = {"learning_rate": "invscaling", "learning_rate_init": 0.01, "max_iter": 3}
    by_name = regressor(**settings, solver="adam").fit(X, Y1)
    as_instance = regressor(**settings, solver=optimizers.Adam(learning_rate=0.01)).fit(X, Y1)
    np.testing.assert_array_equal(by_name.history_["learning_rate"], 0.01)
    seen = 240 * np.arange(1, 3)
    np.testing.assert_allclose(as_instance.history_["learning_rate"], [0.01, *(0.01 / np.sqrt(seen + 1))], rtol=1e-12)
