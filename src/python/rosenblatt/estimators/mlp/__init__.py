"""Multilayer perceptrons with scikit-learn's interface and numbers."""

from rosenblatt.estimators.mlp.mlp import MLPClassifier, MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
