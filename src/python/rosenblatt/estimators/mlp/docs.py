"""The parts of the docstrings that the multilayer perceptrons share; options of training from the engine's list."""

import re
import textwrap
from typing import TypeVar

from rosenblatt import _core
from rosenblatt._docstrings import insert_parts
from rosenblatt._settings import parameter_doc

_PARAMETERS = """
    hidden_layer_sizes : int or array-like of int, default=(100,)
        The number of neurons in each hidden layer, from the input to the output. An empty list makes a linear model.
    activation : str, activation function, or list of these, default='relu'
        The activation function of the hidden layers, or one for each of them: 'identity', 'logistic', 'tanh', 'relu',
        or any other trainable function of `rosenblatt.activations`, by name or as the function itself.
    solver : str or Optimizer, default='adam'
        The optimizer: 'lbfgs', which takes all samples at once, or one that takes mini-batches: 'sgd', stochastic
        gradient descent with momentum; 'adam' [2]_; or any other optimizer of `rosenblatt.optimizers`. A name other
        than 'sgd' and 'adam' stands for the optimizer with its default settings and ``learning_rate_init``; an instance
        has its own settings and learning rate.
    {OPTION:alpha}
    batch_size : int or 'auto', default='auto'
        The number of samples of a mini-batch; 'auto' is ``min(200, n_samples)``. The last batch of an epoch may be
        smaller.
    learning_rate : str, Schedule or callable, default='constant'
        The learning-rate schedule. 'constant': the rate does not change. 'invscaling': the rate is
        ``learning_rate_init / (t + 1) ** power_t`` after t samples. 'adaptive': the rate is divided by 5 each time that
        training would otherwise stop. Or any other schedule of `rosenblatt.schedules`, by name or as an instance, or a
        function of the epoch, counted from 0, that returns the rate. As in scikit-learn, the first three change the
        rate of 'sgd', but not that of 'adam'. A schedule such as 'reduce_on_plateau' monitors the loss on the
        validation samples (``X_val``, or those that early stopping holds back), or, without such samples, the training
        loss, penalty included; 'adaptive' follows scikit-learn's stopping rule. Not used by 'lbfgs'.
    learning_rate_init : float, default=0.001
        The initial learning rate, for all solvers given by name except 'lbfgs'.
    power_t : float, default=0.5
        The exponent of 'invscaling'.
    max_iter : int, default=200
        The largest number of epochs; for 'lbfgs', of iterations.
    shuffle : bool, default=True
        Whether each epoch visits the samples in a new order.
    random_state : int, RandomState instance or None, default=None
        The source of the initial weights, the samples that early stopping holds back, the orders of samples, and
        dropout.
    tol : float, default=1e-4
        By how much the loss, or the validation score with early stopping, must improve to count as an improvement.
    verbose : bool, default=False
        Whether to print the loss of each epoch, penalty included.
    warm_start : bool, default=False
        Whether ``fit`` begins with the weights of the last call, and with a new optimizer unless ``keep_optimizer``.
    momentum : float, default=0.9
        The momentum of 'sgd', from 0 to 1.
    nesterovs_momentum : bool, default=True
        Whether 'sgd' uses Nesterov's momentum.
    early_stopping : bool, str or callable, default=False
        Whether to hold back a part of the training data (or to use ``X_val``), to stop when the score on it no longer
        improves, and to keep the weights of the epoch with the best score. True means 'score', that of the method
        ``score``; 'loss' uses the loss instead; the name of a scorer of scikit-learn, such as 'roc_auc', or a scorer,
        a function ``(estimator, X, y) -> number``, uses its values as the score, of which higher is better.
    validation_fraction : float, default=0.1
        The fraction of samples to hold back, from 0 to below 1.
    beta_1, beta_2 : float, default=0.9, 0.999
        The decay rates of Adam's estimates of the first and second moment, from 0 to below 1.
    epsilon : float, default=1e-8
        The constant that Adam adds to a denominator.
    n_iter_no_change : int, default=10
        Training stops after more than this number of epochs in a row without an improvement.
    max_fun : int, default=15000
        The largest number of evaluations of the loss by 'lbfgs'.
    dropout : float or list of float, default=0.0
        The fraction of activations that each training step leaves out [4]_, from 0 to below 1: one number for all
        hidden layers, or one for each. It is drawn from ``random_state``, and is the same for any number of threads.
    input_dropout : float, default=0.0
        The fraction of inputs that each training step leaves out.
    {OPTION:l1}
    weight_decay : float or None, default=None
        Decoupled weight decay [5]_: each step multiplies the weights (not the biases) by ``1 - learning_rate *
        weight_decay``. None means the default of the optimizer, which is 0 except for 'adamw'.
    {OPTION:clip_norm}
    {OPTION:clip_value}
    {OPTION:max_norm}
    init : str, callable or list of ndarray, default='glorot_uniform'
        The initial weights: a name or function of `rosenblatt.initializers`, or one array for each layer. The default
        draws weights and biases as scikit-learn does.
    bias_init : str, float, callable, list of ndarray or None, default=None
        The initial biases. None: as scikit-learn draws them for the default ``init``, otherwise zeros.
    dtype : {'float32', 'float64'} or None, default=None
        The dtype of the network. None: float32 if X is float32, otherwise float64.
    callbacks : list of callables or None, default=None
        Functions to call after each epoch with a `rosenblatt.callbacks.EpochEnd`; one that returns a true value stops
        training. A `rosenblatt.callbacks.Checkpoint` in the list stores the fit in a file, from which it can resume; a
        `rosenblatt.callbacks.AverageWeights` averages the weights of the epochs.
        Pass scikit-learn's own callbacks to ``set_callbacks`` instead, which sees each epoch as a task.
    progress : bool, default=False
        Whether to show a progress bar on the standard error.
    keep_optimizer : bool, default=False
        Whether a warm start begins with the state of the last call's optimizer, such as momenta, and of its schedule,
        too, which continue as if the two calls were one. Changed settings count from here on; another solver is new.
    n_threads : int or None, default=None
        The largest number of threads for training and prediction; fewer are used where more are not useful. None: no
        more than ``OMP_NUM_THREADS``, and than other fits in the process leave free. Results do not depend on it.
"""

_ATTRIBUTES = """
    loss_ : float
        The final loss, penalty included: of the last epoch (the mean over its batches, each before its step), or of
        'lbfgs'.
    best_loss_ : float or None
        The lowest loss of an epoch, penalty included; None with early stopping.
    loss_curve_ : list of float
        The loss of each epoch, penalty included. Not for 'lbfgs'.
    validation_scores_ : list of float or None
        With early stopping, the score of each epoch on the validation samples.
    best_validation_score_ : float or None
        The highest of these scores.
    best_epoch_ : int or None
        With early stopping, the epoch of the last call after which the weights were best; the model has these weights.
    history_ : dict of ndarray
        The numbers of each epoch of the last call, by name: 'epoch', 'loss' (penalty included), 'learning_rate' (of the
        last step) and 'seconds' since the beginning; with validation samples also 'val_loss' (without a penalty) and
        'val_score'. Not for 'lbfgs'.
    t_ : int
        The number of samples visited in training, over all epochs.
    coefs_ : list of ndarray of shape (inputs, outputs)
        The weights of each layer.
    intercepts_ : list of ndarray of shape (outputs,)
        The biases of each layer.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        The names of the features, if X had column names that are strings.
    n_iter_ : int
        The number of epochs of the last call, or of iterations of 'lbfgs'.
    n_layers_ : int
        The number of layers, including input and output.
    n_outputs_ : int
        The number of outputs.
    out_activation_ : str
        The activation function of the output layer.
"""

_REFERENCES = """
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
       AISTATS 2010.
    .. [2] D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    .. [3] D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors",
       Nature 323, 1986.
    .. [4] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to
       prevent neural networks from overfitting", JMLR 15, 2014.
    .. [5] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
"""


_Class = TypeVar("_Class", bound=type)

# Defaults of the estimators where the engine has others.
_DEFAULTS = {"alpha": 0.0001}


def _option(match: re.Match[str]) -> str:
    """Return the entry of an option of training."""
    name = match[1]
    info = _core.TRAINING_OPTIONS[name]
    default = _DEFAULTS.get(name, None if info["optional"] else info["default"])
    return textwrap.indent(parameter_doc(name, {**info, "default": default}, width=106), "    ")


def documented(cls: _Class) -> _Class:
    """Insert the parts of the docstring that both estimators share."""
    parameters = re.sub(r" {4}\{OPTION:(\w+)\}", _option, _PARAMETERS)
    return insert_parts(cls, {"PARAMETERS": parameters, "ATTRIBUTES": _ATTRIBUTES, "REFERENCES": _REFERENCES})
