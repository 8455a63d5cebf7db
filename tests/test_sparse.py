"""Sparse matrices that are not valid are rejected at every entry point, before SciPy's C code reads them."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

import rosenblatt as rb

ROWS, COLUMNS = 60, 30
Y = np.arange(ROWS) % 3


def _table(form="csr"):
    return sparse.random(ROWS, COLUMNS, density=0.2, random_state=0, format=form)


def _pointer_beyond(m):
    m.indptr[7] += 1000


def _negative_pointer(m):
    m.indptr[3] = -5


def _falling_pointers(m):
    m.indptr[5] = m.indptr[9]


def _first_pointer(m):
    m.indptr[0] = 2


def _last_pointer(m):
    m.indptr[-1] += 100


def _index_beyond(m):
    m.indices[0] = 2**30


def _last_index_beyond(m):
    m.indices[-1] = m.shape[0] + m.shape[1]


def _negative_index(m):
    m.indices[0] = -1


def _few_indices(m):
    m.indices = m.indices[:5]


def _few_values(m):
    m.data = m.data[:5]


def _few_pointers(m):
    m.indptr = m.indptr[:5]


def _float_indices(m):
    m.indices = m.indices.astype(float)


FAULTS = [
    _pointer_beyond,
    _negative_pointer,
    _falling_pointers,
    _first_pointer,
    _last_pointer,
    _index_beyond,
    _last_index_beyond,
    _negative_index,
    _few_indices,
    _few_values,
    _few_pointers,
    _float_indices,
]


def _other_formats():
    csr_array = sparse.csr_array(_table())
    csr_array.indices[0] = 2**30
    yield "csr_array", csr_array
    coo = _table("coo")
    coo.coords[0][0] = 10**6
    yield "coo", coo
    lil = _table("lil")
    lil.rows[0], lil.data[0] = [10**6], [1.0]
    yield "lil", lil
    bsr = _table("bsr")
    bsr.indices[0] = 10**7
    yield "bsr", bsr
    dia = _table("dia")
    dia.offsets = dia.offsets[:-3]
    yield "dia", dia


def _malformed():
    for form in ("csr", "csc"):
        for fault in FAULTS:
            matrix = _table(form)
            fault(matrix)
            yield pytest.param(matrix, id=form + fault.__name__)
    for name, matrix in _other_formats():
        yield pytest.param(matrix, id=name)


def _fitted():
    X = _table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return [
            rb.MLPRegressor(hidden_layer_sizes=2, max_iter=1).fit(X, Y),
            rb.MLPClassifier(2, max_iter=1).fit(X, Y),
            rb.Perceptron(max_iter=1).fit(X, Y),
            rb.ThresholdLogicUnit(max_iter=1).fit(X, Y),
        ]


FITTED = _fitted()


@pytest.mark.parametrize("bad", list(_malformed()))
def test_malformed_matrices(bad):
    X = _table()
    networks = [rb.Network([COLUMNS, 3], dtype=dtype, random_state=0) for dtype in ("float32", "float64")]
    calls = [
        lambda: rb.MLPRegressor(dtype="float32").fit(bad, Y),
        lambda: rb.MLPRegressor(solver="lbfgs").fit(bad, Y),
        lambda: rb.MLPClassifier(early_stopping=True).fit(bad, Y),
        lambda: rb.MLPClassifier().partial_fit(bad, Y, classes=[0, 1, 2]),
        lambda: rb.MLPRegressor().fit(X, Y, X_val=bad, y_val=Y),
        lambda: rb.MLPClassifier().fit(X, bad),
        lambda: rb.MLPClassifier().partial_fit(X, bad, classes=np.arange(COLUMNS)),
        lambda: rb.ThresholdLogicUnit().fit(X.toarray(), bad),
        lambda: rb.ThresholdLogicUnit().fit(bad, Y),
        lambda: rb.ThresholdLogicUnit().partial_fit(bad, Y, [0, 1, 2]),
        lambda: rb.Perceptron().fit(bad, Y),
        lambda: rb.Perceptron(early_stopping=True).fit(bad, Y),
        lambda: rb.Perceptron().partial_fit(bad, Y, [0, 1, 2]),
        lambda: rb.find_learning_rate(rb.MLPRegressor(), bad, Y),
        *(lambda model=model: model.predict(bad) for model in (*FITTED, *networks)),
        *(lambda model=model: model.score(bad, Y) for model in FITTED),
        *(lambda model=model: model.score(X, bad) for model in FITTED),
        *(lambda model=model: clone(model).set_params(warm_start=True).fit(bad, Y) for model in FITTED[:3]),
        lambda: FITTED[1].predict_proba(bad),
        lambda: FITTED[1].predict_log_proba(bad),
        lambda: FITTED[2].decision_function(bad),
    ]
    for network in networks:
        calls += [
            lambda network=network: network.scores(bad),
            lambda network=network: network.forward(bad),
            lambda network=network: network.loss(bad, np.ones((ROWS, 3))),
            lambda network=network: network.gradients(bad, np.ones((ROWS, 3))),
            lambda network=network: network.train(bad, np.ones((ROWS, 3))),
            lambda network=network: network.train(X, np.ones((ROWS, 3)), X_val=bad, y_val=np.ones((ROWS, 3))),
        ]
    for call in calls:
        with pytest.raises(ValueError, match=r"got .*, expected"):
            call()


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"])
def test_valid_matrices(form):
    X = _table(form)
    for model in FITTED:
        np.testing.assert_allclose(model.predict(X), model.predict(X.toarray()))
    rb.Network([COLUMNS, 3], random_state=0).predict(_table(form))
    empty = sparse.csr_matrix((3, COLUMNS))
    assert FITTED[0].predict(empty).shape == (3,)
