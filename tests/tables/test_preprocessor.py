"""TabularPreprocessor: columns of every kind, missing and unknown values, frames of pandas and polars, and arrays."""

import datetime
import decimal
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from rosenblatt import MLPClassifier, TabularPreprocessor
from rosenblatt.tables import preprocessor as preprocessing

DATES = [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 6, 1, 12), None, datetime.datetime(2021, 3, 4, 6)]


@parametrize_with_checks([TabularPreprocessor(), TabularPreprocessor(max_one_hot_categories=3, dtype="float64")])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def by_formula(x):
    """Return numbers scaled and clipped as in RealMLP's paper, appendix A."""
    low, median, high = np.percentile(x, [25, 50, 75])
    factor = 1 / (high - low) if high > low else 2 / (x.max() - x.min())
    scaled = factor * (x - median)
    return scaled / np.sqrt(1 + (scaled / 3) ** 2)


def test_numbers_are_scaled_by_the_formula_of_the_paper():
    rng = np.random.RandomState(0)
    X = np.column_stack([rng.randn(500), np.exp(5 * rng.randn(500)), rng.rand(500) < 0.1, rng.randint(3, size=500)])
    inputs = TabularPreprocessor(dtype="float64").fit_transform(X)
    np.testing.assert_allclose(inputs, np.column_stack([by_formula(x) for x in X.T]), rtol=1e-14)
    assert np.abs(inputs).max() < 3
    assert TabularPreprocessor().fit_transform(X).dtype == np.float32


def test_missing_numbers_are_the_median_with_an_indicator():
    x = np.array([1.0, np.nan, 5.0, 2.0, 9.0, np.nan])
    preprocessor = TabularPreprocessor(dtype="float64").fit(x[:, np.newaxis])
    present = ~np.isnan(x)
    inputs = preprocessor.transform(x[:, np.newaxis])
    np.testing.assert_allclose(inputs[present, 0], by_formula(x[present]))
    assert (inputs[~present, 0] == 0).all()
    np.testing.assert_allclose(inputs[:, 1], by_formula(np.isnan(x).astype(float)))
    assert preprocessor.get_feature_names_out().tolist() == ["x0", "x0_missing"]
    # A column that had none in fit may have some later.
    complete = TabularPreprocessor(dtype="float64").fit(x[present][:, np.newaxis])
    assert complete.transform([[np.nan], [3.5]]).tolist() == [[0.0], [0.0]]


def test_categories():
    frame = pd.DataFrame({"two": ["a", "b", None, "a", "b"], "three": ["u", "v", "w", "u", None]})
    preprocessor = TabularPreprocessor(dtype="float64").fit(frame)
    assert preprocessor.get_feature_names_out().tolist() == ["two_b", "three_u", "three_v", "three_w"]
    unknown = pd.DataFrame({"two": ["b", "a", "z", None], "three": ["v", "z", None, "w"]})
    inputs = preprocessor.transform(unknown)
    raw = np.array([-1.0, 1, 0, -1, 1])
    np.testing.assert_allclose(inputs[:, 0], np.interp([1, -1, 0, 0], [-1, 0, 1], np.unique(by_formula(raw))))
    assert (inputs[1, 1:] == inputs[2, 1:]).all()
    assert inputs[0, 2] > inputs[1, 2]
    assert inputs[3, 3] > inputs[1, 3]


def test_many_categories_become_an_index_at_the_end():
    frame = pd.DataFrame({"many": [*list("dacb"), None], "x": [1.0, 2, 3, 4, 5], "few": list("uvuvu")})
    preprocessor = TabularPreprocessor(max_one_hot_categories=3).fit(frame)
    assert preprocessor.get_feature_names_out().tolist() == ["x", "few_v", "many"]
    assert preprocessor.n_categories_ == [4]
    assert preprocessor.transform(frame)[:, -1].tolist() == [4, 1, 3, 2, 0]
    assert preprocessor.transform(frame.assign(many="unknown"))[:, -1].tolist() == [0] * 5
    assert TabularPreprocessor(max_one_hot_categories=0).fit(frame).n_categories_ == [4, 2]


def test_dates_by_parts():
    preprocessor = TabularPreprocessor(dtype="float64").fit(pd.DataFrame({"t": pd.to_datetime(DATES)}))
    parts = [f"t_{part}_{f}" for part in ("year", "week", "day") for f in ("sin", "cos")]
    assert preprocessor.get_feature_names_out().tolist() == ["t_days", "t_missing", *parts]
    inputs = preprocessor.transform(pd.DataFrame({"t": pd.to_datetime(DATES)}))
    present = [date for date in DATES if date is not None]
    days = np.array([date.timestamp() for date in (d.replace(tzinfo=datetime.UTC) for d in present)]) / 86400
    turns = [
        np.array([(date - datetime.datetime(date.year, 1, 1)).total_seconds() for date in present]) / 86400 / 365.25,
        np.array([date.weekday() + date.hour / 24 for date in present]) / 7,
        np.array([date.hour for date in present]) / 24,
    ]
    expected = [days, *(f(2 * np.pi * turn) for turn in turns for f in (np.sin, np.cos))]
    rows = [0, 1, 3]
    for column, numbers in zip(inputs[rows][:, [0, 2, 3, 4, 5, 6, 7]].T, expected, strict=True):
        np.testing.assert_allclose(column, by_formula(numbers), atol=1e-9)
    assert (inputs[2, [0, 2, 3, 4, 5, 6, 7]] == 0).all()


COLUMNS = {
    "integers": [1, 2, 3, 4],
    "floats": [0.5, None, 2.5, 1.0],
    "nullable": [1, None, 3, 4],
    "booleans": [True, None, False, True],
    "strings": ["a", "b", None, "c"],
    "dates": [datetime.date(2020, 1, 1), None, datetime.date(2020, 2, 3), datetime.date(2020, 2, 5)],
    "datetimes": DATES,
    "durations": [datetime.timedelta(seconds=s) if s else None for s in (1, 0, 3, 5)],
    "no time": [datetime.timedelta(0), None, datetime.timedelta(0), datetime.timedelta(days=1)],
    "decimals": [decimal.Decimal("1.5"), None, decimal.Decimal("2.5"), decimal.Decimal("9.0")],
    "nothing": [None] * 4,
    "constant": [7] * 4,
}


def test_frames_of_all_kinds_have_the_same_inputs():
    frames = [
        pl.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS, schema_overrides={"strings": pl.Categorical, "dates": pl.Datetime}),
        pd.DataFrame(COLUMNS),
        pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in COLUMNS.items()}),
        pd.DataFrame(COLUMNS).convert_dtypes().astype({"strings": "category"}),
        pl.DataFrame(COLUMNS).to_pandas(use_pyarrow_extension_array=True),
    ]
    fitted = [TabularPreprocessor().fit(frame) for frame in frames]
    expected = fitted[0].transform(frames[0])
    assert np.isfinite(expected).all()
    for preprocessor in fitted:
        assert preprocessor.get_feature_names_out().tolist() == fitted[0].get_feature_names_out().tolist()
        assert (
            preprocessor.columns_["nothing"] == preprocessor.columns_["constant"] == "left out: all rows are the same"
        )
        for frame in frames:
            np.testing.assert_array_equal(preprocessor.transform(frame), expected)


def test_dates_with_a_time_zone_are_those_of_the_place():
    dates = pd.Series(pd.to_datetime(DATES))
    here, there = ({"t": dates}, {"t": dates.dt.tz_localize("Asia/Tokyo")})
    inputs = [TabularPreprocessor().fit_transform(pd.DataFrame(table)) for table in (here, there)]
    np.testing.assert_array_equal(*inputs)


@pytest.mark.parametrize("categorical", [[False, True], [1], np.array([1])])
def test_categories_of_an_array(categorical):
    X = np.array([[0.5, 3], [1.5, 1], [2.5, 3], [1.0, 2]])
    preprocessor = TabularPreprocessor(categorical_features=categorical).fit(X)
    assert preprocessor.get_feature_names_out().tolist() == ["x0", "x1_1.0", "x1_2.0", "x1_3.0"]
    objects = np.array([[0.5, "c"], [1.5, "a"], [None, "c"], [1.0, "b"]], object)
    assert TabularPreprocessor(categorical_features=categorical).fit_transform(objects).shape == (4, 5)


def test_categories_by_the_name_of_a_frames_column():
    frame = pl.DataFrame({"zip": [8001, 8002, 8003], "x": [1.0, 2.0, 3.0]})
    preprocessor = TabularPreprocessor(categorical_features=["zip"]).fit(frame)
    assert preprocessor.get_feature_names_out().tolist() == ["zip_8001", "zip_8002", "zip_8003", "x"]
    assert preprocessor.columns_ == {"zip": "3 categories, one-hot", "x": "number"}


def test_columns_in_another_order():
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": ["u", "v", "u"]})
    preprocessor = TabularPreprocessor().fit(frame)
    np.testing.assert_array_equal(preprocessor.transform(frame[["b", "a"]]), preprocessor.transform(frame))
    with pytest.raises(ValueError, match="X: got a frame without the column 'b', expected the columns that fit had"):
        preprocessor.transform(frame[["a"]])
    with pytest.raises(ValueError, match="X: got a frame with an unknown column 'c'"):
        preprocessor.transform(frame.assign(c=1))


def test_columns_of_another_kind():
    frame = pd.DataFrame({"a": [1.0, 2, 3]})
    preprocessor = TabularPreprocessor().fit(frame)
    with pytest.raises(ValueError, match="X: got a column 'a' of kind category, expected number, as in fit"):
        preprocessor.transform(pd.DataFrame({"a": ["u", "v"]}))
    # A column without values has no kind.
    assert preprocessor.transform(pd.DataFrame({"a": pd.Series([None, None], dtype=object)})).tolist() == [[0.0]] * 2


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (pd.DataFrame({"a": [[1], [2]]}), TypeError, "X: got values of type list in column 'a', expected numbers, "),
        (pl.DataFrame({"a": [{"b": 1}, {"b": 2}]}), TypeError, "X: got values of type dict in column 'a'"),
        (pd.DataFrame({"a": [1j, 2]}), TypeError, "X: got values of type complex in column 'a'"),
        (pd.DataFrame({"a": [1, np.inf]}), ValueError, "X: got infinity in column 'a', expected finite numbers"),
        (np.array([[1], [10**400]], object), ValueError, "X: got a number beyond float64 in column 0"),
        (np.array([[1.0], [-np.inf]]), ValueError, "X: got infinity in column 0"),
        (np.array([["x"], ["y"]], object), ValueError, "X: got 'x' in column 0 of an array, expected numbers; name "),
        (pd.DataFrame({"a": [1, 1]}), ValueError, "X: got n_samples=2 rows that are all the same, expected rows that"),
        (pl.DataFrame({"a": pl.Series([], dtype=pl.Float64)}), ValueError, "X: got no rows, expected at least 1"),
        (scipy.sparse.csr_matrix(np.eye(3)), TypeError, "X: got a sparse matrix, expected a data frame or an array"),
        (np.array(["2020-01-01", "2021-01-01"], "M8[s]")[:, np.newaxis], TypeError, "X: got an array of datetime64"),
    ],
    ids=str,
)
def test_what_is_no_table(table, error, message):
    with pytest.raises(error, match=message):
        TabularPreprocessor().fit(table)


@pytest.mark.parametrize("categorical", [[True], [2], [-1], ["a"], 0.5, [[0]]], ids=str)
def test_bad_categorical_features(categorical):
    with pytest.raises(ValueError, match="categorical_features"):
        TabularPreprocessor(categorical_features=categorical).fit(np.eye(2))


def test_copies_and_pickles():
    frame = pl.DataFrame(COLUMNS)
    preprocessor = TabularPreprocessor().fit(frame)
    copy = pickle.loads(pickle.dumps(preprocessor))
    np.testing.assert_array_equal(copy.transform(frame), preprocessor.transform(frame))


def test_in_a_pipeline():
    rng = np.random.RandomState(0)
    frame = pd.DataFrame({"x": rng.randn(400), "city": rng.choice(["Bern", "Rome", "Oslo"], 400)})
    y = (frame["x"] > 0) ^ (frame["city"] == "Rome")
    model = make_pipeline(TabularPreprocessor(), MLPClassifier(solver="lbfgs", max_iter=1000, random_state=0)).fit(
        frame, y
    )
    assert model.score(frame, y) > 0.97
    names = TabularPreprocessor().set_output(transform="pandas").fit(frame).transform(frame).columns
    assert list(names) == ["x", "city_Bern", "city_Oslo", "city_Rome"]


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", ["array", "pandas", "polars"])
def test_tables_of_numbers_are_read_at_once(form, dtype, missing, monkeypatch):
    """With the result of reading them by columns, which arrays of objects are."""
    rng = np.random.RandomState(0)
    X = np.column_stack([rng.randn(200), np.ones(200), rng.randint(3, size=200)]).astype(dtype)
    if missing:
        X[::7, 0] = np.nan
    by_columns = TabularPreprocessor().fit(X).transform(X.astype(object))
    make = {
        "array": np.asarray,
        "pandas": lambda rows: pd.DataFrame(rows, columns=["a", "b", "c"]),
        "polars": lambda rows: pl.DataFrame(rows, schema=["a", "b", "c"], orient="row"),
    }[form]
    preprocessor = TabularPreprocessor().fit(make(X))
    calls = []
    monkeypatch.setattr(preprocessing, "read", lambda *args: calls.append(args))
    for rows in (1, 2, 200):
        np.testing.assert_array_equal(preprocessor.transform(make(X[:rows])), by_columns[:rows])
    monkeypatch.setattr(preprocessing, "_ROWS", 64)
    np.testing.assert_array_equal(preprocessor.transform(make(X)), by_columns)
    assert not calls


def test_frames_that_are_not_read_at_once():
    """Columns in another order, integers beside numbers, missing values of pandas, and arrays for frames."""
    X = pd.DataFrame({"a": [1.0, 2, 4, np.nan], "b": [3.0, 5, 1, 2]})
    preprocessor = TabularPreprocessor().fit(X)
    expected = preprocessor.transform(X)
    np.testing.assert_array_equal(preprocessor.transform(X[["b", "a"]]), expected)
    np.testing.assert_array_equal(preprocessor.transform(X.assign(b=X["b"].astype(int))), expected)
    np.testing.assert_array_equal(preprocessor.transform(X.astype("Float64")), expected)
    np.testing.assert_array_equal(preprocessor.transform(pl.DataFrame({"a": [1.0, 2, 4, None], "b": X["b"]})), expected)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        np.testing.assert_array_equal(preprocessor.transform(X.to_numpy()), expected)
    with pytest.raises(ValueError, match="without the column 'b'"):
        preprocessor.transform(X[["a"]])
    with pytest.raises(ValueError, match="X: got infinity in column 'b'"):
        preprocessor.transform(X.assign(b=np.inf))
    with pytest.raises(ValueError, match="X: got no rows"):
        preprocessor.transform(X[:0])


def test_errors_of_arrays_of_numbers():
    preprocessor = TabularPreprocessor().fit([[1.0, 2.0], [2.0, 3.0]])
    with pytest.raises(ValueError, match="X: got infinity in column 1"):
        preprocessor.transform(np.array([[1.0, np.inf]]))
    with pytest.raises(ValueError, match="3 features"):
        preprocessor.transform(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        preprocessor.transform(np.ones((0, 2)))
    with pytest.raises(ValueError, match="1D array"):
        preprocessor.transform(np.ones(2))
