"""Training options have one list, which networks, estimators and the engine follow."""

import inspect
from dataclasses import fields

import numpy as np
import pytest

from cases import engine, network
from rosenblatt import MLPClassifier, MLPRegressor, Network
from rosenblatt.training.options import TrainingOptions

NAMES = [option.name for option in fields(TrainingOptions)]


@pytest.mark.parametrize("where", [Network.train, MLPClassifier, MLPRegressor], ids=lambda where: where.__qualname__)
def test_options_are_arguments_with_documentation(where):
    arguments = inspect.signature(where).parameters
    text = inspect.getdoc(where)
    for option in fields(TrainingOptions):
        assert option.name in arguments
        assert f"\n{option.name} : " in text
        if (where, option.name) not in ((MLPClassifier, "alpha"), (MLPRegressor, "alpha")):  # scikit-learn's is 0.0001
            assert arguments[option.name].default == option.default


def test_options_are_read_from_attributes_of_their_names():
    values = {name: 0.125 * (i + 1) for i, name in enumerate(NAMES)}
    options = TrainingOptions.of(MLPRegressor(**values))
    assert {name: getattr(options, name) for name in NAMES} == values


def test_the_engine_takes_each_option_by_name():
    given = {"dropout": [0.1], "n_threads": 1}
    options = TrainingOptions(**{name: given.get(name, 0.25) for name in NAMES})
    arguments = options.for_engine(1, dropout_seed=3)
    assert arguments["dropout"] == [0.25, 0.1]
    assert set(arguments) == set(NAMES) - {"input_dropout"} | {"dropout_seed"}
    X = np.ones((4, 2))
    engine("Trainer", np.float64)(network([2, 3, 1]), X, X[:, :1].copy(), batch_size=4, **arguments)


def test_options_left_alone_are_left_to_the_engine():
    assert TrainingOptions().for_engine(2) == {"alpha": 0.0, "l1": 0.0, "n_threads": 0}
    random_state = np.random.RandomState(0)
    assert TrainingOptions().draw_dropout_seed(2, random_state) == 0
    assert random_state.rand() == np.random.RandomState(0).rand()  # nothing was drawn
