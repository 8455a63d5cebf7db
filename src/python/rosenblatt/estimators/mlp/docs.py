"""The parts of the docstrings that the multilayer perceptrons share."""

_PARAMETERS = """
    hidden_layer_sizes : int or array-like of int, default=(100,)
        The number of neurons in each hidden layer, from the input's side. An empty list makes a linear model.
    activation : str or list of str, default='relu'
        The activation function of the hidden layers, or one for each of them: 'identity', 'logistic', 'tanh', 'relu',
        or any other trainable function of `rosenblatt.activations`.
    solver : str or Optimizer, default='adam'
        How the weights are optimized: 'lbfgs', over all samples at once, or in mini-batches by 'sgd', stochastic
        gradient descent with momentum, by 'adam' [2]_, or by any other optimizer of `rosenblatt.optimizers`. A name
        other than 'sgd' and 'adam' stands for the optimizer with its default settings and ``learning_rate_init``; an
        instance brings its own settings and learning rate.
    alpha : float, default=0.0001
        Strength of the L2 penalty ``alpha / 2 * sum(W ** 2)`` on the weights (not on the biases), divided by the number
        of samples in a batch, or by the sum of their weights.
    batch_size : int or 'auto', default='auto'
        Samples in a mini-batch; 'auto' is ``min(200, n_samples)``. The last batch of an epoch may be smaller.
    learning_rate : str, Schedule or callable, default='constant'
        How the learning rate goes on. 'constant': it stays; 'invscaling': it is
        ``learning_rate_init / (t + 1) ** power_t`` after t samples; 'adaptive': it is divided by 5 each time that
        training would otherwise stop; any other schedule of `rosenblatt.schedules`, by name or as an instance; or a
        function of the epoch, counted from 0, that returns the rate. 'adam' keeps to scikit-learn, which lets the first
        three change the rate of 'sgd' only. Not used by 'lbfgs'.
    learning_rate_init : float, default=0.001
        The initial learning rate, for all solvers given by name but 'lbfgs'.
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
    early_stopping : bool or {'score', 'loss'}, default=False
        Whether to hold back a part of the training data (or to take ``X_val``), to stop when its score no longer
        improves, and to keep the weights that scored best. True means 'score'; 'loss' looks at the loss instead.
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
    dropout : float or list of float, default=0.0
        The share of the activations that each training step leaves out [4]_, of every hidden layer or one number for
        each, from 0 to below 1. Drawn from ``random_state`` and the same for any number of threads.
    input_dropout : float, default=0.0
        The same of the inputs.
    l1 : float, default=0.0
        Strength of the L1 penalty ``l1 * sum(abs(W))``, divided as ``alpha``'s.
    weight_decay : float or None, default=None
        Decoupled weight decay [5]_: each step multiplies the weights (not the biases) by ``1 - learning_rate *
        weight_decay``. None means the optimizer's own default, which is 0 for all but 'adamw'.
    clip_norm : float or None, default=None
        The largest norm of a step's whole gradient, which is scaled down to it. None: unbounded.
    clip_value : float or None, default=None
        The largest size of each number of a gradient. Comes before ``clip_norm``.
    max_norm : float or None, default=None
        The largest norm of the weights into one neuron, which are scaled down to it after each step [4]_.
    init : str, callable or list of ndarray, default='glorot_uniform'
        The initial weights: a name or function of `rosenblatt.initializers`, or one array for each layer. The default
        draws weights and biases as scikit-learn does.
    bias_init : str, float, callable, list of ndarray or None, default=None
        The initial biases. None: as scikit-learn draws them for the default ``init``, otherwise zeros.
    dtype : {'float32', 'float64'} or None, default=None
        What the network is trained in. None: float32 if X is so, else float64.
    callbacks : list of callables or None, default=None
        Each is called after each epoch with an `rosenblatt.callbacks.EpochEnd`, and stops training by returning true.
        A `rosenblatt.callbacks.Checkpoint` among them keeps the fit in a file, to go on from if it is killed.
        scikit-learn's own callbacks are given to ``set_callbacks`` instead; each epoch is a task for them.
    progress : bool, default=False
        Whether to show a progress bar on the standard error.
    n_threads : int or None, default=None
        Threads to train and predict with, at most: of as many as are useful, and of the processors that the process may
        use. None: no more than ``OMP_NUM_THREADS``, and what other fits in the process leave free. Results are the same
        for any number.
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
    history_ : dict of ndarray
        The numbers of each epoch of the last call, by name: 'epoch', 'loss', 'learning_rate' (of its last step) and
        'seconds' since the beginning, with validation data also 'val_loss' and 'val_score'. Not for 'lbfgs'.
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
    .. [4] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to
       prevent neural networks from overfitting", JMLR 15, 2014.
    .. [5] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
"""


def documented(cls: type) -> type:
    """Fill in the parts of the docstring that both estimators share."""
    if cls.__doc__ is not None:  # absent under -OO
        for mark, text in (("PARAMETERS", _PARAMETERS), ("ATTRIBUTES", _ATTRIBUTES), ("REFERENCES", _REFERENCES)):
            cls.__doc__ = cls.__doc__.replace(f"    {{{mark}}}\n", text.lstrip("\n"))
    return cls
