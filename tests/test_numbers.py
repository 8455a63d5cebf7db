"""What counts as numbers, at every entry point: dates, durations, records, masks and strings are rejected."""

import re
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.neural_network

import rosenblatt as rb
from rosenblatt import activations, losses, optimizers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

N = 12
COUNT = np.arange(N)
FLOATS = COUNT / N
DAYS = [datetime(2020, 1, day + 1) for day in COUNT]
UNITS = ("D", "s", "ms", "us", "ns")


def _objects(values):
    array = np.empty(N, object)
    array[:] = values
    return array


# As vectors; a table has a vector as a column.
TIMES = {
    **{f"numpy datetime64[{unit}]": COUNT.astype(f"datetime64[{unit}]") for unit in UNITS},
    **{f"numpy timedelta64[{unit}]": COUNT.astype(f"timedelta64[{unit}]") for unit in UNITS},
    "numpy NaT": np.full(N, "NaT", "datetime64[s]"),
    "objects datetime": _objects(DAYS),
    "objects date": _objects([day.date() for day in DAYS]),
    "objects timedelta": _objects([timedelta(seconds=int(k)) for k in COUNT]),
    "objects datetime64": _objects([np.datetime64(int(k), "s") for k in COUNT]),
    "objects timedelta64": _objects([np.timedelta64(int(k), "s") for k in COUNT]),
    "objects, one of them a date": _objects([*FLOATS[:-1], np.datetime64(1, "s")]),
    "objects NaT": _objects([pd.NaT] * N),
    **{f"pandas datetime64[{unit}]": pd.Series(COUNT.astype(f"datetime64[{unit}]")) for unit in UNITS[1:]},
    **{f"pandas timedelta64[{unit}]": pd.Series(COUNT.astype(f"timedelta64[{unit}]")) for unit in UNITS[1:]},
    "pandas with a time zone": pd.Series(pd.date_range("2020", periods=N, tz="UTC")),
    "pandas categories of dates": pd.Series(pd.date_range("2020", periods=N)).astype("category"),
    "pandas arrow timestamp": pd.Series(DAYS, dtype="timestamp[us][pyarrow]"),
    "pandas arrow date": pd.Series([day.date() for day in DAYS], dtype="date32[day][pyarrow]"),
    "pandas arrow duration": pd.Series(COUNT.astype("timedelta64[us]"), dtype="duration[us][pyarrow]"),
    "polars Date": pl.Series([day.date() for day in DAYS]),
    **{f"polars Datetime {unit}": pl.Series(DAYS, dtype=pl.Datetime(unit)) for unit in UNITS[2:]},
    **{f"polars Duration {unit}": pl.Series([timedelta(1)] * N, dtype=pl.Duration(unit)) for unit in UNITS[2:]},
    "polars Time": pl.Series([time(1)] * N),
    "list of datetime64": list(COUNT.astype("datetime64[s]")),
    "list of date": [date(2020, 1, 1)] * N,
}
RECORDS = {
    "numpy record": np.zeros(N, [("a", "f8")]),
    "numpy void": np.zeros(N, "V8"),
    "numpy masked": np.ma.masked_array(FLOATS, mask=COUNT == 3),
}
NUMBERS = {
    "objects": FLOATS.astype(object),
    "numpy unmasked": np.ma.masked_array(FLOATS),
    "numpy bool": COUNT % 2 == 0,
    "numpy int8": COUNT.astype(np.int8),
    "numpy float16": FLOATS.astype(np.float16),
    "numpy >f4": FLOATS.astype(">f4"),
    "numpy longdouble": FLOATS.astype(np.longdouble),
    "pandas Int64": pd.Series(COUNT, dtype="Int64"),
    "pandas boolean": pd.Series(COUNT % 2 == 0, dtype="boolean"),
    "pandas category": pd.Series(COUNT, dtype="category"),
    "pandas arrow": pd.Series(COUNT, dtype="int64[pyarrow]"),
    "polars Int8": pl.Series(COUNT, dtype=pl.Int8),
    "polars Decimal": pl.Series(COUNT).cast(pl.Decimal(9, 2)),
    "polars Boolean": pl.Series(COUNT % 2 == 0),
}
STRINGS = {
    "numpy str": COUNT.astype("U2"),
    "numpy bytes": COUNT.astype("S2"),
    "list of str": [str(k) for k in COUNT],
    "polars String": pl.Series([str(k) for k in COUNT]),
}


def _tables(values):
    """Return the values as a column, alone and beside numbers."""
    if isinstance(values, pd.Series):
        return pd.DataFrame({"a": values}), pd.DataFrame({"b": FLOATS, "a": values})
    if isinstance(values, pl.Series):
        return pl.DataFrame({"a": values}), pl.DataFrame({"b": FLOATS, "a": values})
    if isinstance(values, list):
        return ([[value] for value in values], [[0.0, value] for value in values])
    return (values.reshape(-1, 1),)


def _regressor(**options):
    return rb.MLPRegressor(hidden_layer_sizes=2, max_iter=1, random_state=0, **options)


def _classifier(**options):
    return rb.MLPClassifier(2, max_iter=1, random_state=0, **options)


LABELS = COUNT % 2


def _x_calls(X):
    """Return the calls that take a table, by name, where ``X`` has one or two columns."""
    columns = len(X[0]) if isinstance(X, list) else X.shape[1]
    good = np.random.RandomState(0).rand(N, columns)
    network = rb.Network([columns, 1], random_state=0)
    fitted = [
        _regressor().fit(good, FLOATS),
        _classifier().fit(good, LABELS),
        rb.Perceptron(max_iter=1, tol=None).fit(good, LABELS),
        rb.ThresholdLogicUnit().partial_fit(good, LABELS, [0, 1]),
    ]
    calls = {
        "MLPRegressor.fit": lambda: _regressor().fit(X, FLOATS),
        "MLPRegressor.partial_fit": lambda: _regressor().partial_fit(X, FLOATS),
        "MLPClassifier.fit": lambda: _classifier().fit(X, LABELS),
        "MLPClassifier.partial_fit": lambda: _classifier().partial_fit(X, LABELS, classes=[0, 1]),
        "Perceptron.fit": lambda: rb.Perceptron().fit(X, LABELS),
        "Perceptron.partial_fit": lambda: rb.Perceptron().partial_fit(X, LABELS, [0, 1]),
        "ThresholdLogicUnit.fit": lambda: rb.ThresholdLogicUnit().fit(X, LABELS),
        "ThresholdLogicUnit.partial_fit": lambda: rb.ThresholdLogicUnit().partial_fit(X, LABELS, [0, 1]),
        "McCullochPittsClassifier.fit": lambda: rb.McCullochPittsClassifier().fit(X, LABELS),
        "McCullochPittsNeuron.predict": lambda: rb.McCullochPittsNeuron([0]).predict(X),
        "MLPRegressor.fit X_val": lambda: _regressor().fit(good, FLOATS, X_val=X, y_val=FLOATS),
        "Network.train X_val": lambda: network.train(good, FLOATS, X_val=X, y_val=FLOATS),
        "Network.loss": lambda: network.loss(X, FLOATS),
        "Network.step": lambda: network.step(X, FLOATS, optimizers.SGD()),
    }
    for model in (*fitted, network):
        for method in ("predict", "predict_proba", "decision_function", "forward"):
            if hasattr(model, method):
                calls[f"{type(model).__name__}.{method}"] = lambda model=model, method=method: getattr(model, method)(X)
    return calls


def _number_calls(values):
    """Return the calls that take a vector of numbers, by name."""
    X = FLOATS[:, np.newaxis]
    network = rb.Network([1, 1], random_state=0)
    fitted = _regressor().fit(X, FLOATS)
    return {
        "MLPRegressor.fit": lambda: _regressor().fit(X, values),
        "MLPRegressor.partial_fit": lambda: _regressor().partial_fit(X, values),
        "MLPRegressor.fit y_val": lambda: _regressor().fit(X, FLOATS, X_val=X, y_val=values),
        "MLPRegressor.score": lambda: fitted.score(X, values),
        "Network.loss": lambda: network.loss(X, values),
        "Network.train": lambda: network.train(X, values),
        "Network.train y_val": lambda: network.train(X, FLOATS, X_val=X, y_val=values),
        "losses predict": lambda: losses.SquaredError().predict(values),
        "losses": lambda: losses.squared_error(values, FLOATS),
        "losses scores": lambda: losses.squared_error(FLOATS, values),
        "losses check_targets": lambda: losses.SquaredError().check_targets(values),
        "losses.Custom": lambda: losses.Custom(lambda y, z: (z, z))(FLOATS, values),
        "activations": lambda: activations.relu(values),
        "activations derivative": lambda: activations.tanh.derivative(values),
        "softmax": lambda: activations.softmax(values),
        "optimizers": lambda: optimizers.SGD().step([np.zeros(N)], [values]),
        "Network.biases": lambda: setattr(rb.Network([1, N]), "biases", [values]),
    }


def _weight_calls(values):
    X = FLOATS[:, np.newaxis]
    network = rb.Network([1, 1], random_state=0)
    return {
        "MLPRegressor.fit": lambda: _regressor().fit(X, FLOATS, values),
        "MLPClassifier.fit": lambda: _classifier().fit(X, LABELS, values),
        "MLPRegressor.fit val": lambda: _regressor().fit(X, FLOATS, X_val=X, y_val=FLOATS, sample_weight_val=values),
        "Perceptron.fit": lambda: rb.Perceptron().fit(X, LABELS, sample_weight=values),
        "Perceptron.partial_fit": lambda: rb.Perceptron().partial_fit(X, LABELS, [0, 1], sample_weight=values),
        "Network.loss": lambda: network.loss(X, FLOATS, values),
        "Network.train": lambda: network.train(X, FLOATS, sample_weight=values),
    }


def _assert_rejected(calls):
    accepted = []
    for name, call in calls.items():
        try:
            call()
        except (TypeError, ValueError) as error:
            message = str(error)
            assert re.search("got .*expected", message, re.DOTALL), f"{name}: {message}"
        else:
            accepted.append(name)
    assert not accepted


@pytest.mark.parametrize("kind", [*TIMES, *RECORDS])
def test_what_is_no_number_is_rejected(kind):
    values = {**TIMES, **RECORDS}[kind]
    for X in _tables(values):
        _assert_rejected(_x_calls(X))
    _assert_rejected(_number_calls(values))
    _assert_rejected(_weight_calls(values))


@pytest.mark.parametrize("kind", STRINGS)
def test_strings_are_no_targets(kind):
    calls = _number_calls(STRINGS[kind])
    del calls["MLPRegressor.score"]  # scikit-learn's, which reads numbers in strings
    if kind == "polars String":  # scikit-learn's check of y makes numbers of objects
        calls = {name: call for name, call in calls.items() if not name.startswith("MLPRegressor")}
    _assert_rejected(calls)


@pytest.mark.parametrize("kind", NUMBERS)
def test_all_kinds_of_numbers_are_accepted(kind):
    values = NUMBERS[kind]
    for X in _tables(values):
        _regressor().fit(X, values, sample_weight=np.asarray(values, float) + 1, X_val=X, y_val=values).predict(X)
        _classifier().fit(X, LABELS, X_val=X, y_val=LABELS).predict(X)
        if kind != "polars Decimal":  # which scikit-learn's predict does not convert
            rb.Perceptron().fit(X, LABELS).predict(X)
        rb.Network([np.shape(X)[1], 1], random_state=0).loss(X, values)
    activations.relu(values)
    losses.squared_error(values, values)


@pytest.mark.parametrize("kind", [*TIMES, *RECORDS, *NUMBERS, *STRINGS])
def test_targets_that_scikit_learn_rejects(kind):
    values, X = {**TIMES, **RECORDS, **NUMBERS, **STRINGS}[kind], FLOATS[:, np.newaxis]
    for estimator in ("MLPRegressor", "MLPClassifier"):
        try:
            getattr(sklearn.neural_network, estimator)(hidden_layer_sizes=2, max_iter=1).fit(X, values)
        except (TypeError, ValueError):
            with pytest.raises((TypeError, ValueError)):
                getattr(rb, estimator)(hidden_layer_sizes=2, max_iter=1).fit(X, values)


def test_dates_as_labels():
    X = FLOATS[:, np.newaxis]
    y = LABELS.astype("datetime64[D]")
    for model in (_classifier(), rb.Perceptron(), rb.ThresholdLogicUnit()):
        assert model.fit(X, y).predict(X).dtype == y.dtype
