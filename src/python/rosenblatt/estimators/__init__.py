"""Estimators: the models with scikit-learn's interface."""
