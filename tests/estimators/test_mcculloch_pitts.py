"""McCulloch-Pitts neurons, networks of them, and networks from truth tables."""

import itertools
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer

from rosenblatt import McCullochPittsClassifier, McCullochPittsNetwork, McCullochPittsNeuron

PAIRS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def all_rows(n_inputs):
    return np.array(list(itertools.product([False, True], repeat=n_inputs)))


# The neuron


@pytest.mark.parametrize(
    ("neuron", "expected"),
    [
        (McCullochPittsNeuron.identity(), [0, 0, 1, 1]),
        (McCullochPittsNeuron.identity(1), [0, 1, 0, 1]),
        (McCullochPittsNeuron.and_(), [0, 0, 0, 1]),
        (McCullochPittsNeuron.or_(), [0, 1, 1, 1]),
        (McCullochPittsNeuron.and_not(), [0, 0, 1, 0]),
        (McCullochPittsNeuron.and_not(1, 0), [0, 1, 0, 0]),
        (McCullochPittsNeuron.not_(), [1, 1, 0, 0]),
    ],
)
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32, float])
def test_propositions_of_the_lecture(neuron, expected, dtype):
    active = neuron.predict(np.array(PAIRS, dtype=dtype))
    assert active.dtype == np.bool_
    np.testing.assert_array_equal(active, np.array(expected, dtype=bool))


@pytest.mark.parametrize("make", [McCullochPittsNeuron.identity, McCullochPittsNeuron.and_, McCullochPittsNeuron.or_])
def test_propositions_use_the_threshold_of_the_lecture(make):
    assert make().threshold == 2


@given(
    excitatory=st.lists(st.integers(0, 4), max_size=8),
    inhibitory=st.lists(st.integers(0, 4), max_size=3),
    threshold=st.integers(0, 9),
)
def test_neuron_agrees_with_its_definition(excitatory, inhibitory, threshold):
    neuron = McCullochPittsNeuron(excitatory, inhibitory, threshold)
    X = all_rows(5)
    for row, active in zip(X, neuron.predict(X), strict=True):
        inhibited = any(row[i] for i in inhibitory)
        assert active == (not inhibited and sum(int(row[i]) for i in excitatory) >= threshold)


def test_inhibition_is_absolute():
    neuron = McCullochPittsNeuron([0] * 1000, [1], threshold=1)
    np.testing.assert_array_equal(neuron.predict([[1, 0], [1, 1]]), [True, False])


def test_neuron_counts_many_connections():
    X = np.ones((1, 70000), dtype=np.uint8)
    assert McCullochPittsNeuron(range(70000), threshold=70000).predict(X)[0]
    assert not McCullochPittsNeuron(range(70000), threshold=70001).predict(X)[0]


def test_neuron_may_ignore_columns_but_rejects_too_few():
    np.testing.assert_array_equal(McCullochPittsNeuron.identity().predict([[1, 0, 1]]), [True])
    with pytest.raises(ValueError, match="X: got 2 columns, expected at least 5, since the neuron reads input 4"):
        McCullochPittsNeuron([0, 4]).predict(PAIRS)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"threshold": -1}, ValueError, "threshold: got -1, expected an integer >= 0"),
        ({"threshold": 1.5}, TypeError, "threshold: got 1.5, expected an integer"),
        ({"threshold": float("nan")}, TypeError, "threshold: got nan, expected an integer"),
        ({"threshold": "2"}, TypeError, "threshold: got '2', expected an integer"),
        ({"threshold": None}, TypeError, "threshold: got None, expected an integer"),
        ({"excitatory": [0, -1]}, ValueError, r"excitatory\[1\]: got -1, expected an integer >= 0"),
        ({"excitatory": 3}, TypeError, "excitatory: got 3, expected a sequence of integers"),
        ({"inhibitory": [0.0]}, TypeError, r"inhibitory\[0\]: got 0.0, expected an integer"),
        ({"inhibitory": "01"}, TypeError, r"inhibitory\[0\]: got '0', expected an integer"),
    ],
)
def test_neuron_rejects_invalid_parameters(arguments, error, message):
    with pytest.raises(error, match=message):
        McCullochPittsNeuron(**arguments)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([[0, 2]], ValueError, "X: got 2, expected only 0 and 1"),
        ([[0, -1]], ValueError, "X: got -1, expected only 0 and 1"),
        ([[0.5, 1.0]], ValueError, "X: got 0.5, expected only 0 and 1"),
        ([[0.0, float("nan")]], ValueError, "X: got nan, expected only 0 and 1"),
        ([[0.0, float("inf")]], ValueError, "X: got inf, expected only 0 and 1"),
        ([["0", "1"]], TypeError, "X: got dtype <U1, expected bool"),
        ([[None, 1]], TypeError, "X: got dtype object, expected bool"),
        ([[1j, 1]], TypeError, "X: got dtype complex128, expected bool"),
        ([[0, 1], [1]], ValueError, "X: got no array"),
        ([0, 1], ValueError, r"X: got shape \(2,\), expected 2 dimensions"),
        (1, ValueError, r"X: got shape \(\), expected 2 dimensions"),
        (np.zeros((2, 2, 2)), ValueError, r"X: got shape \(2, 2, 2\), expected 2 dimensions"),
        (np.zeros((0, 2)), ValueError, r"X: got shape \(0, 2\), expected at least one row"),
        (np.zeros((2, 0)), ValueError, r"X: got shape \(2, 0\), expected at least one row and one column"),
    ],
)
@pytest.mark.parametrize(
    "predict",
    [
        McCullochPittsNeuron.and_().predict,
        McCullochPittsNetwork(2, [McCullochPittsNeuron.and_()]).predict,
        lambda X: McCullochPittsNetwork.from_truth_table(X, [0, 1]),
    ],
    ids=["neuron", "network", "from_truth_table"],
)
def test_bad_inputs_are_rejected(predict, X, error, message):
    with pytest.raises(error, match=message):
        predict(X)


# The network


def test_network_evaluates_neurons_in_order():
    full_adder = McCullochPittsNetwork(
        3,
        [
            McCullochPittsNeuron([0, 1, 2], threshold=3),  # 3: all
            McCullochPittsNeuron([0, 1, 2], threshold=2),  # 4: carry
            McCullochPittsNeuron([0, 1, 2], [4], threshold=1),  # 5: exactly one
            McCullochPittsNeuron.or_(3, 5),  # 6: sum
        ],
        outputs=[4, 6],
    )
    X = all_rows(3)
    carry, total = full_adder.predict(X).T.astype(int)
    np.testing.assert_array_equal(2 * carry + total, X.sum(axis=1))


def test_network_may_output_an_input_and_repeat_outputs():
    network = McCullochPittsNetwork(2, [], outputs=[1, 0, 1])
    np.testing.assert_array_equal(network.predict(PAIRS), np.array(PAIRS)[:, [1, 0, 1]] == 1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, []), ValueError, "n_inputs: got 0, expected an integer >= 1"),
        ((2.0, []), TypeError, "n_inputs: got 2.0, expected an integer >= 1"),
        (
            (2, [McCullochPittsNeuron([2])]),
            ValueError,
            r"neurons\[0\]: got a connection from signal 2, expected signals 0 to 1",
        ),
        ((2, ["and"]), TypeError, r"neurons\[0\]: got 'and', expected a McCullochPittsNeuron"),
        ((2, [], 2), ValueError, "outputs: got 2, expected signals from 0 to 1"),
        ((2, [], -1), ValueError, "outputs: got -1, expected an integer >= 0"),
        ((2, [], []), ValueError, r"outputs: got \[\], expected signals from 0 to 1, at least one"),
    ],
)
def test_network_rejects_invalid_parameters(arguments, error, message):
    with pytest.raises(error, match=message):
        McCullochPittsNetwork(*arguments)


def test_network_rejects_another_number_of_inputs():
    with pytest.raises(ValueError, match="X: got 2 columns, expected n_inputs=3"):
        McCullochPittsNetwork(3, []).predict(PAIRS)


# Truth tables


@pytest.mark.parametrize("y", list(itertools.product([0, 1], repeat=4)))
def test_all_functions_of_two_inputs(y):
    network = McCullochPittsNetwork.from_truth_table(PAIRS, y)
    np.testing.assert_array_equal(network.predict(PAIRS), np.array(y, dtype=bool))
    assert len(network.neurons) <= 3


@given(st.data())
def test_random_tables(data):
    n_inputs = data.draw(st.integers(1, 5))
    X = all_rows(n_inputs)
    n_outputs = data.draw(st.integers(1, 3))
    bits = data.draw(st.lists(st.booleans(), min_size=len(X) * n_outputs, max_size=len(X) * n_outputs))
    y = np.array(bits).reshape(len(X), n_outputs)
    order = data.draw(st.permutations(range(len(X))))
    network = McCullochPittsNetwork.from_truth_table(X[order], y[order])
    np.testing.assert_array_equal(network.predict(X), y)
    # Never more than one neuron for a true row, and one "or".
    assert len(network.neurons) <= y.sum() + n_outputs


@given(st.lists(st.tuples(*[st.integers(0, 1)] * 6), min_size=1, max_size=20, unique=True), st.randoms())
def test_rows_that_are_not_listed_are_inactive(rows, random):
    y = [random.randint(0, 1) for _ in rows]
    network = McCullochPittsNetwork.from_truth_table(rows, y)
    true_rows = {row for row, active in zip(rows, y, strict=True) if active}
    for row, active in zip(all_rows(6).astype(int), network.predict(all_rows(6)), strict=True):
        assert active == (tuple(row.tolist()) in true_rows)


@given(st.data())
def test_cover_is_irredundant_and_prime(data):
    X = all_rows(4)
    y = np.array(data.draw(st.lists(st.booleans(), min_size=16, max_size=16)))
    network = McCullochPittsNetwork.from_truth_table(X, y)
    terms = [neuron for neuron in network.neurons if all(i < 4 for i in (*neuron.excitatory, *neuron.inhibitory))]
    for left_out in range(len(terms) if len(terms) > 1 else 0):
        rest = [term.predict(X) for position, term in enumerate(terms) if position != left_out]
        assert not np.array_equal(np.any(rest, axis=0), y)
    for term in terms if y.any() else []:
        for kind in ("excitatory", "inhibitory"):
            for literal in getattr(term, kind):
                fewer = {"excitatory": term.excitatory, "inhibitory": term.inhibitory}
                fewer[kind] = [i for i in fewer[kind] if i != literal]
                wider = McCullochPittsNeuron(**fewer, threshold=len(fewer["excitatory"]))
                assert (wider.predict(X) & ~y).any()


def test_a_constant_needs_one_neuron_for_any_number_of_inputs():
    X = all_rows(12)
    network = McCullochPittsNetwork.from_truth_table(X, np.ones(len(X)))
    assert network.neurons == (McCullochPittsNeuron(threshold=0),)
    assert network.predict(X).all()


def test_outputs_share_conjunctions():
    network = McCullochPittsNetwork.from_truth_table(PAIRS, [[0, 1], [0, 1], [0, 0], [1, 1]])
    assert sum(neuron == McCullochPittsNeuron.and_() for neuron in network.neurons) <= 1
    once = McCullochPittsNetwork.from_truth_table(PAIRS, [[0, 0], [0, 0], [0, 0], [1, 1]])
    assert once.neurons == (McCullochPittsNeuron.and_(),)
    assert once.outputs == (2, 2)


def test_repeated_rows_that_agree_are_accepted():
    network = McCullochPittsNetwork.from_truth_table([*PAIRS, *PAIRS], [0, 1, 1, 0] * 2)
    np.testing.assert_array_equal(network.predict(PAIRS), [False, True, True, False])


def test_repeated_rows_that_contradict_are_rejected():
    with pytest.raises(
        ValueError, match=r"y: got \[1\] and \[0\] for the equal rows 1 and 3 of X, \[0, 1\], expected equal outputs"
    ):
        McCullochPittsNetwork.from_truth_table([[0, 0], [0, 1], [1, 1], [0, 1]], [0, 1, 0, 0])


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([0, 1, 1], ValueError, r"y: got shape \(3,\), expected \(4,\) or \(4, n_outputs\)"),
        (1, ValueError, r"y: got shape \(\), expected \(4,\)"),
        ([0, 1, 2, 0], ValueError, "y: got 2, expected only 0 and 1"),
        ([0, 1, np.nan, 0], ValueError, "y: got nan, expected only 0 and 1"),
        (["a", "b", "a", "b"], TypeError, "y: got dtype <U1, expected bool"),
        (np.zeros((4, 1, 1)), ValueError, r"y: got shape \(4, 1, 1\)"),
        (np.zeros((4, 0)), ValueError, r"y: got shape \(4, 0\)"),
    ],
)
@pytest.mark.parametrize(
    "make", [McCullochPittsNetwork.from_truth_table, McCullochPittsClassifier().fit], ids=["network", "classifier"]
)
def test_bad_targets_are_rejected(make, y, error, message):
    with pytest.raises(error, match=message):
        make(PAIRS, y)


# The classifier


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float64, np.uint8])
def test_classifier_memorises_in_the_dtype_of_y(dtype):
    y = np.array([0, 1, 1, 0], dtype=dtype)
    classifier = McCullochPittsClassifier().fit(PAIRS, y)
    predicted = classifier.predict(PAIRS)
    assert predicted.dtype == dtype
    np.testing.assert_array_equal(predicted, y)
    assert classifier.score(PAIRS, y) == 1.0


def test_classifier_with_several_outputs():
    Y = np.array([[0, 0], [0, 1], [0, 1], [1, 0]])
    np.testing.assert_array_equal(McCullochPittsClassifier().fit(PAIRS, Y).predict(PAIRS), Y)


def test_classifier_works_with_scikit_learn():
    X = np.array(PAIRS) * 0.8 + 0.1
    pipeline = make_pipeline(Binarizer(threshold=0.5), McCullochPittsClassifier())
    fitted = pickle.loads(pickle.dumps(clone(pipeline).fit(X, [0, 1, 1, 0])))
    np.testing.assert_array_equal(fitted.predict(X), [0, 1, 1, 0])


def test_classifier_knows_its_features():
    table = pd.DataFrame(PAIRS, columns=["a", "b"])
    classifier = McCullochPittsClassifier().fit(table, [0, 0, 1, 0])
    assert classifier.n_features_in_ == 2
    np.testing.assert_array_equal(classifier.feature_names_in_, ["a", "b"])
    with pytest.raises(ValueError, match="feature names"):
        classifier.predict(table[["b", "a"]])
    with pytest.raises(ValueError, match="3 features"):
        McCullochPittsClassifier().fit(PAIRS, [0, 0, 1, 0]).predict([[0, 1, 1]])


def test_classifier_rejects_contradictions_and_use_before_fit():
    with pytest.raises(ValueError, match=r"y: got \[0\] and \[1\] for the equal rows 0 and 1 of X"):
        McCullochPittsClassifier().fit([[0], [0]], [0, 1])
    with pytest.raises(NotFittedError):
        McCullochPittsClassifier().predict(PAIRS)


def test_neurons_do_not_import_scikit_learn():
    code = "import sys, rosenblatt; rosenblatt.McCullochPittsNetwork; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
