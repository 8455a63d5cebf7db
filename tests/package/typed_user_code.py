"""Code as users write it, for test_types.py. Lines that type checkers must report end with "# wrong"."""

from typing import assert_type

import numpy as np
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import rosenblatt
from rosenblatt import (
    MLPClassifier,
    MLPRegressor,
    Network,
    Perceptron,
    ThresholdLogicUnit,
    activations,
    callbacks,
    find_learning_rate,
    initializers,
    losses,
    optimizers,
    schedules,
)

X, y = np.zeros((10, 2)), np.zeros(10)

# Estimators
regressor = MLPRegressor(hidden_layer_sizes=[50, 50], loss="huber", activation=activations.silu, random_state=0)
assert_type(regressor, MLPRegressor)
assert_type(regressor.fit(X, y), MLPRegressor)
assert_type(MLPClassifier((5,)).fit(X, y, X_val=X, y_val=y), MLPClassifier)
assert_type(regressor.n_iter_, int)
assert_type(regressor.loss_, float)
regressor.predict(X).mean()
assert_type(regressor.score(X, y), float)
assert_type(regressor.set_params(alpha=1.0), MLPRegressor)
regressor.partial_fit(X, y).coefs_[0].mean()
MLPRegressor("squared_error", 10, ["relu"], solver=optimizers.AdamW(0.1, weight_decay=0.1), learning_rate="cosine")
MLPRegressor(loss=losses.Quantile([0.1, 0.9]), solver="lbfgs", batch_size="auto", learning_rate=lambda epoch: 0.1)
MLPRegressor(loss=lambda y, z: (y, z), output_activation=activations.softplus, init=initializers.he_normal)
MLPRegressor(learning_rate=schedules.Cosine(warmup_epochs=1), callbacks=[lambda end: end.loss < 0.1], dtype="float32")
MLPClassifier(callbacks=[callbacks.Checkpoint("fit.npz")], class_weight="balanced", early_stopping="loss")
classifier = MLPClassifier(np.array([5, 5]), class_weight={0: 1.0, 1: 2.0}, dtype=np.float32, n_iter_no_change=np.inf)
classifier.predict_proba(X).sum(axis=1)
for name in ("sgd", "adam"):
    classifier = MLPClassifier(solver=name)
classifier.classes_[0]
ThresholdLogicUnit().fit(X, y).predict(X)
Perceptron(max_iter=5).fit(X, y).predict(X)
make_pipeline(StandardScaler(), MLPRegressor()).fit(X, y)
cross_val_score(MLPRegressor(), X, y)
GridSearchCV(MLPRegressor(), {"alpha": [0.1]}).fit(X, y)
assert_type(find_learning_rate(MLPRegressor(), X, y).suggestion, float)

MLPRegressor(hidden_layers=[50])  # wrong
MLPRegressor(alpha="large")  # wrong
MLPRegressor(solver=3)  # wrong
MLPRegressor(loss=0.5)  # wrong
MLPRegressor(activation=0.5)  # wrong
MLPRegressor(learning_rate=0.01)  # wrong
MLPRegressor(dtype="float16")  # wrong
MLPRegressor(max_iter="many")  # wrong
MLPRegressor(callbacks=callbacks.ProgressBar())  # wrong
MLPClassifier(batch_size="all")  # wrong
MLPClassifier(class_weight="equal")  # wrong
regressor.fit(X)  # wrong
regressor.fit(X, y, y, X, y)  # wrong
regressor.fit(X, y, validation_data=(X, y))  # wrong
regressor.predictt(X)  # wrong
regressor.history  # wrong  # noqa: B018
regressor.predict(X).foo  # wrong  # noqa: B018
text: str = regressor.loss_  # wrong
classifier.predict_proba()  # wrong
Perceptron(max_iterations=5)  # wrong
ThresholdLogicUnit(step="relu")  # wrong

# Parts
assert_type(optimizers.AdamW(), optimizers.AdamW)
assert_type(optimizers.SGD(0.1, momentum=0.5).learning_rate, float)
assert_type(losses.Huber(delta=2.0).delta, float)
value, gradient = losses.huber(y, y, delta=0.5)
value.sum()
activations.relu(X).mean()
activations.swish.derivative(X)
activations.softmax(X)
activations.plot(["relu", activations.tanh])
initializers.he_normal(np.random.RandomState(0), 3, 2)
schedules.find("cosine")

optimizers.Adammm()  # wrong
optimizers.AdamW(lr=0.1)  # wrong
optimizers.SGD(0.1, 0.9)  # wrong
optimizers.Adam("fast")  # wrong
losses.Hubber()  # wrong
losses.Huber(dleta=0.5)  # wrong
losses.huber(y)  # wrong
losses.mse(y, y)  # wrong
activations.rellu(X)  # wrong
activations.relu(X, 2)  # wrong
activations.relu.slope(X)  # wrong
schedules.Cosin()  # wrong
schedules.Cosine(warmup=1)  # wrong
initializers.he_normal(0, 3)  # wrong
rosenblatt.MLPRegresor()  # wrong

# Networks
network = Network([2, 3, 1], activation=activations.tanh, loss=losses.Huber(), random_state=0)
for epoch in network.train(X, y, optimizers.Adam(0.01), epochs=3):
    assert_type(epoch.loss, float)
assert_type(network.loss(X, y), float)
network.predict(X).mean()

Network([2, 1], act="relu")  # wrong
Network([2, 1], activation=3)  # wrong
network.train(X, y, epoch=3)  # wrong
network.predict()  # wrong
network.weight  # wrong  # noqa: B018
epoch.los  # wrong  # noqa: B018
