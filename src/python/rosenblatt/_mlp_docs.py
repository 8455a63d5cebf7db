"""The parts of the docstrings that the multilayer perceptrons share."""

_PARAMETERS = """
    hidden_layer_sizes : int or array-like of int, default=(100,)
        The number of neurons in each hidden layer, from the input's side. An empty list makes a linear model.
    activation : {'identity', 'logistic', 'tanh', 'relu'}, default='relu'
        The activation function of the hidden layers: f(z) = z, 1 / (1 + exp(-z)), tanh(z) or max(0, z).
    solver : {'lbfgs', 'sgd', 'adam'}, default='adam'
        How the weights are optimized: L-BFGS over all samples at once, or in mini-batches by stochastic gradient
        descent with momentum or by Adam [2]_.
    alpha : float, default=0.0001
        Strength of the L2 penalty ``alpha / 2 * sum(W ** 2)`` on the weights (not on the biases), divided by the number
        of samples in a batch, or by the sum of their weights.
    batch_size : int or 'auto', default='auto'
        Samples in a mini-batch; 'auto' is ``min(200, n_samples)``. The last batch of an epoch may be smaller.
    learning_rate : {'constant', 'invscaling', 'adaptive'}, default='constant'
        How the learning rate goes on, for ``solver='sgd'``: it stays; it is ``learning_rate_init / (t + 1) ** power_t``
        after t samples; or it is divided by 5 each time that training would otherwise stop.
    learning_rate_init : float, default=0.001
        The initial learning rate, for 'sgd' and 'adam'.
    power_t : float, default=0.5
        The exponent of 'invscaling'.
    max_iter : int, default=200
        Epochs at most; for 'lbfgs', iterations at most.
    shuffle : bool, default=True
        Whether each epoch visits the samples in a new order, for 'sgd' and 'adam'.
    random_state : int, RandomState instance or None, default=None
        Where the initial weights, early stopping's split and the orders of samples are drawn from.
    tol : float, default=1e-4
        What counts as an improvement of the loss, or of the validation score under early stopping.
    verbose : bool, default=False
        Whether to print the loss of each epoch.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the weights of the last call.
    momentum : float, default=0.9
        The momentum of 'sgd', from 0 to 1.
    nesterovs_momentum : bool, default=True
        Whether that is Nesterov's momentum.
    early_stopping : bool, default=False
        Whether to hold back a part of the training data, to stop when its score no longer improves, and to keep the
        weights that scored best.
    validation_fraction : float, default=0.1
        The part that is held back, from 0 to below 1.
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay rates of Adam's estimates of the first and second moment, from 0 to below 1.
    epsilon : float, default=1e-8
        What Adam adds to a denominator.
    n_iter_no_change : int, default=10
        Training stops after more than this many epochs in a row without an improvement.
    max_fun : int, default=15000
        Evaluations of the loss at most, for 'lbfgs'.
    n_threads : int or None, default=None
        Threads to train and predict with. None: as many as are useful, at most the processors available to the process
        and ``OMP_NUM_THREADS``. Results are the same for any number.
"""

_ATTRIBUTES = """
    loss_ : float
        The loss at the end: of the last epoch (its mean over the batches, each before its step) or of 'lbfgs'.
    best_loss_ : float or None
        The lowest loss of an epoch; None under early stopping.
    loss_curve_ : list of float
        The loss of each epoch, for 'sgd' and 'adam'.
    validation_scores_ : list of float or None
        Under early stopping, the score of each epoch on the data held back.
    best_validation_score_ : float or None
        The best of these.
    t_ : int
        Samples seen in training, over all epochs.
    coefs_ : list of ndarray of shape (inputs, outputs)
        The weights of each layer.
    intercepts_ : list of ndarray of shape (outputs,)
        The biases of each layer.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        The names of the features, if X had column names that are strings.
    n_iter_ : int
        Epochs of the last call, or iterations of 'lbfgs'.
    n_layers_ : int
        The number of layers, input and output included.
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
"""


def documented(cls: type) -> type:
    """Fill in the parts of the docstring that both estimators share."""
    if cls.__doc__ is not None:  # absent under -OO
        for mark, text in (("PARAMETERS", _PARAMETERS), ("ATTRIBUTES", _ATTRIBUTES), ("REFERENCES", _REFERENCES)):
            cls.__doc__ = cls.__doc__.replace(f"    {{{mark}}}\n", text.lstrip("\n"))
    return cls
