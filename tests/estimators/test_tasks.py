"""Real tasks: what the losses, class weights and sparse inputs are for, on real data.

The data sets lie in the folder named by the environment variable ROSENBLATT_DATA, California housing in scikit-learn's
own folder; a test whose data are not at hand is skipped.
"""

import gzip
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import fetch_california_housing
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import balanced_accuracy_score, mean_absolute_error, recall_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from rosenblatt import MLPClassifier, MLPRegressor
from rosenblatt.losses import Huber, Quantile

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def data(name):
    folder = os.environ.get("ROSENBLATT_DATA")
    if not folder:
        pytest.skip("ROSENBLATT_DATA does not name a folder of data sets")
    path = Path(folder) / name
    if not path.is_dir():
        pytest.skip(f"ROSENBLATT_DATA has no folder {name}")
    return path


@pytest.fixture(scope="module")
def housing():
    """Return X_train, X_test, y_train, y_test of California housing, in float32."""
    try:
        X, y = fetch_california_housing(return_X_y=True, download_if_missing=False)
    except OSError:
        pytest.skip("California housing is not at hand: SCIKIT_LEARN_DATA names no folder that has it")
    X_train, X_test, y_train, y_test = train_test_split(X, y.astype(np.float32), random_state=0)
    scaler = StandardScaler().fit(X_train)
    return scaler.transform(X_train).astype(np.float32), scaler.transform(X_test).astype(np.float32), y_train, y_test


def housing_regressor(loss, **parameters):
    settings = {"hidden_layer_sizes": [50, 50], "max_iter": 15, "learning_rate_init": 0.003, "random_state": 0}
    return MLPRegressor(loss, **{**settings, **parameters})


def test_robust_losses_tolerate_corrupted_targets(housing):
    """A tenth of the training targets is too large, by up to 40 times their range."""
    X_train, X_test, y_train, y_test = housing
    rng = np.random.default_rng(0)
    corrupted = y_train.copy()
    wrong = rng.random(len(y_train)) < 0.1
    corrupted[wrong] += rng.uniform(20, 200, wrong.sum())
    errors = {}
    for loss in ("squared_error", "absolute_error", Huber(delta=0.5)):
        fit = housing_regressor(loss).fit(X_train, corrupted)
        errors[getattr(loss, "name", loss)] = mean_absolute_error(y_test, fit.predict(X_test))
    clean = mean_absolute_error(y_test, housing_regressor("squared_error").fit(X_train, y_train).predict(X_test))
    for robust in ("absolute_error", "huber"):
        assert errors[robust] < 0.25 * errors["squared_error"], errors
        assert errors[robust] < 1.4 * clean, (errors, clean)


def test_quantiles_have_their_coverage_and_never_cross(housing):
    X_train, X_test, y_train, y_test = housing
    claimed = [0.1, 0.5, 0.9]
    fit = housing_regressor(Quantile(claimed), max_iter=30, learning_rate="cosine").fit(X_train, y_train)
    predicted = fit.predict(X_test)
    assert predicted.shape == (len(X_test), 3)
    covered = (y_test[:, np.newaxis] <= predicted).mean(axis=0)
    np.testing.assert_allclose(covered, claimed, atol=0.04)
    # Also far from the data.
    for table in (X_test, 100 * np.random.default_rng(0).standard_normal((1000, 8)).astype(np.float32)):
        assert (np.diff(fit.predict(table), axis=1) >= 0).all()
    # The interval is wider where prices vary more, so its width predicts the size of errors.
    width, error = predicted[:, 2] - predicted[:, 0], np.abs(y_test - predicted[:, 1])
    wide = width > np.median(width)
    assert error[wide].mean() > 1.5 * error[~wide].mean()


@pytest.mark.slow
def test_balanced_class_weights_raise_the_recall_of_the_rare_class():
    table = pd.read_csv(data("bank_marketing") / "bank-additional-full.csv.gz", sep=";")
    # The duration of a call is known only after the call.
    X, y = table.drop(columns=["duration", "y"]), table["y"].to_numpy(dtype=object)
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), make_column_selector(dtype_exclude="number")),
        (StandardScaler(), make_column_selector(dtype_include="number")),
    )
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    X_train, X_test = (encode.fit(X_train).transform(part).astype(np.float32) for part in (X_train, X_test))
    recall, balanced = {}, {}
    for class_weight in (None, "balanced"):
        fit = MLPClassifier([32], class_weight=class_weight, max_iter=8, random_state=0).fit(X_train, y_train)
        predicted = fit.predict(X_test)
        recall[class_weight] = recall_score(y_test, predicted, pos_label="yes")
        balanced[class_weight] = balanced_accuracy_score(y_test, predicted)
    assert recall["balanced"] > recall[None] + 0.25, recall
    assert recall["balanced"] > 0.55, recall
    assert balanced["balanced"] > balanced[None] + 0.08, balanced


def unless_wide(make_dense):
    """Return the method, guarded against matrices of more than the two columns of scikit-learn's encoded labels."""

    def guarded(self, *args, **kwargs):
        assert self.shape[1] <= 2, "the text was made dense"
        return make_dense(self, *args, **kwargs)

    return guarded


@pytest.mark.slow
def test_sparse_text_is_never_made_dense(monkeypatch):
    lines = (data("sms_spam") / "SMSSpamCollection").read_text(encoding="utf-8").splitlines()
    labels, texts = zip(*(line.split("\t", 1) for line in lines), strict=True)
    train, test, y_train, y_test = train_test_split(texts, np.array(labels), stratify=labels, random_state=0)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    X_train, X_test = vectorizer.fit_transform(train), vectorizer.transform(test)
    assert X_train.format == "csr"

    for kind in (sparse.csr_matrix, sparse.csr_array, sparse.csc_matrix, sparse.csc_array):
        for name in ("toarray", "todense"):
            monkeypatch.setattr(kind, name, unless_wide(getattr(kind, name)))
    tracemalloc.start()
    try:
        classifier = MLPClassifier([16], max_iter=8, learning_rate_init=0.01, early_stopping=True, random_state=0)
        predicted = classifier.fit(X_train, y_train).predict(X_test)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.1 * np.prod(X_train.shape) * X_train.dtype.itemsize
    assert (predicted == y_test).mean() > 0.975
    assert recall_score(y_test, predicted, pos_label="spam") > 0.85


@pytest.mark.slow
def test_fashion_mnist():
    folder = data("fashion_mnist")

    def read(name, offset):
        return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)

    X_train, X_test = (
        (read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255.0).astype(np.float32)
        for part in ("train", "t10k")
    )
    y_train, y_test = (read(f"{part}-labels-idx1-ubyte.gz", 8) for part in ("train", "t10k"))
    settings = {"learning_rate": "one_cycle", "learning_rate_init": 0.003, "batch_size": 128, "max_iter": 5}
    classifier = MLPClassifier([256, 128], **settings, random_state=0)
    assert classifier.fit(X_train, y_train).score(X_test, y_test) >= 0.88
