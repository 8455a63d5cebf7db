"""A plugin of pytest: scikit-learn's own tests import our estimators in the place of scikit-learn's."""

import sklearn.linear_model
import sklearn.neural_network

import rosenblatt

sklearn.neural_network.MLPClassifier = rosenblatt.MLPClassifier
sklearn.neural_network.MLPRegressor = rosenblatt.MLPRegressor
sklearn.linear_model.Perceptron = rosenblatt.Perceptron
