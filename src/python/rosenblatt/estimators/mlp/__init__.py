"""Multilayer perceptrons with scikit-learn's interface and numbers."""

from rosenblatt.estimators.mlp.classifier import MLPClassifier
from rosenblatt.estimators.mlp.regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
