"""The parts of the docstrings that TabularClassifier and TabularRegressor share."""

from typing import TypeVar

from rosenblatt._docstrings import insert_parts

_PARAMETERS = """
    preset : {'default', 'fast'}, default='default'
        What the three parameters below are if they are None: 6 networks, 24 bins and 64 epochs; with 'fast' 1 network.
    n_members : int, default=None
        The number of networks. The embeddings of numbers alternate: cumulative, local and periodic ones.
    n_bins : int, default=None
        The number of bins of the piecewise linear encodings; 1 means no embeddings.
    max_epochs : int, default=None
        The most epochs of a network. Training ends early after more than three times as many epochs as the best one
        had, and 40, and after 7 fifteenths of the epochs, where the last cycle of the learning rate begins, if the
        cycle before has no new best epoch.
    validation_fraction : float, default=0.2
        The share of the samples that each network holds back, the same of each class.
    time_limit : float, default=None
        The seconds that ``fit`` may take; networks end with the epoch in which their share of it runs out. Results then
        depend on the speed of the machine. None means no limit.
    categorical_features : array-like, default=None
        As for `TabularPreprocessor`.
    random_state : int, RandomState or None, default=None
        The source of the held-back samples, the initial parameters, the order of the samples and dropout.
    n_threads : int, default=None
        The most threads; None means one for each processor. The result does not depend on it.
    verbose : bool, default=False
        Whether to show how many networks are trained and how much time is left: in a notebook or on the standard error.
"""

_ATTRIBUTES = """
    members_ : list of Member
        The networks, with the validation error of each epoch.
    weights_ : ndarray of shape (n_members,)
        The weight of each network in predictions. It falls with the fourth power of its validation error.
    preprocessor_ : TabularPreprocessor
        What makes the columns inputs.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        The names of a frame's columns.
    fit_seconds_ : float
        The time that ``fit`` took.
"""

_Class = TypeVar("_Class", bound=type)


def documented(cls: _Class) -> _Class:
    """Insert the parts of the docstring that both estimators share."""
    return insert_parts(cls, {"PARAMETERS": _PARAMETERS, "ATTRIBUTES": _ATTRIBUTES})
