"""Plots, as displays in scikit-learn's convention."""
