"""Plots in scikit-learn's convention for displays."""
