"""A dense network in one's own hands: parameters, predictions, gradients, and training as an iterator over epochs."""

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt

from rosenblatt import _core, initializers, losses, optimizers, schedules
from rosenblatt._engine import engine
from rosenblatt.network.samples import (
    count,
    dropout_rates,
    number,
    random_state_of,
    row_weights,
    table,
    targets,
)
from rosenblatt.network.drawing import draw
from rosenblatt.network.parameters import Array, Arrays, LayerArrays, Parameters
from rosenblatt.training.loop import Epoch, Plan, check_schedule, diverged, run
from rosenblatt.initializers import checked_dtype, checked_sizes

__all__ = ["Epoch", "LayerArrays", "Network"]


class Network(Parameters):
    """A dense network: its parameters, its predictions, its gradients, and its training.

    Layer l computes ``a[l] = f(a[l - 1] @ weights[l] + biases[l])``. The last one yields raw scores, which the output
    activation turns into predictions and which the loss compares with the targets. Without hidden layers, squared error
    makes this linear regression, ``binary_log_loss`` logistic regression, and ``log_loss`` softmax regression.

    Several threads may read from a network at once, but none may while another one trains or changes it.

    Parameters
    ----------
    layer_sizes : sequence of int
        The number of inputs, the widths of the hidden layers, and the number of outputs.
    activation : str or sequence of str, default="relu"
        The activation of all hidden layers, or one for each. The names are those of `rosenblatt.activations`.
    output_activation : str, default=None
        What turns raw scores into predictions. None means the loss's own; a loss takes only those that go with it.
    loss : str, Loss or callable, default="squared_error"
        What training minimizes: a name or an instance from `rosenblatt.losses`.
    init : str, callable or list of array-like, default="glorot_uniform"
        The initial weights, as `rosenblatt.initializers.initialize` takes them.
    dtype : dtype, default="float64"
        float64 or float32, of the parameters and of all computation. Inputs are converted to it.
    random_state : int, RandomState or None, default=None
        Where the initial parameters, the order of the samples and dropout come from. An int gives the same numbers each
        time.
    bias_init : None, str, float, callable or list of array-like, default=None
        The initial biases, as `rosenblatt.initializers.initialize` takes them.

    Attributes
    ----------
    layer_sizes : tuple of int
        As given.
    activations : tuple of str
        The activation of each hidden layer.
    output_activation : str
        The name of the output activation.
    loss_function : Loss
        The loss.
    dtype : dtype
        float64 or float32.
    random_state : RandomState
        The source of random numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of what is described here; if the output activation does not go with the loss.

    See Also
    --------
    MLPClassifier, MLPRegressor : Estimators, which choose the layers' sizes, encode labels and know when to stop.

    References
    ----------
    .. [1] C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, chapter 5.

    Examples
    --------
    The exclusive or, by two neurons in a hidden layer:

    >>> import numpy as np
    >>> from rosenblatt import Network
    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]
    >>> network = Network([2, 4, 1], "tanh", loss="binary_log_loss", random_state=0)
    >>> for epoch in network.train(X, y, "adam", schedule=lambda epoch: 0.05, batch_size=4, epochs=500):
    ...     if epoch.loss < 0.01:
    ...         break
    >>> network.predict(X).round().ravel()
    array([0., 1., 1., 0.])
    >>> network
    Network: 17 parameters, float64, loss BinaryLogLoss(label_smoothing=0.0)
      layer  inputs  outputs  activation  parameters
      0           2        4  tanh                12
      1           4        1  logistic             5

    Gradients, for a training loop of one's own:

    >>> loss, weight_gradients, bias_gradients = network.loss_and_gradients(X, y)
    >>> [gradient.shape for gradient in weight_gradients]
    [(2, 4), (4, 1)]
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activation: str | Sequence[str] = "relu",
        output_activation: str | None = None,
        loss: Any = "squared_error",
        init: Any = "glorot_uniform",
        dtype: npt.DTypeLike = "float64",
        random_state: int | np.random.RandomState | None = None,
        *,
        bias_init: Any = None,
    ) -> None:
        sizes = checked_sizes(layer_sizes)
        self.dtype = checked_dtype(dtype)
        names = [activation] * (len(sizes) - 2) if isinstance(activation, str) else list(activation)
        if len(names) != len(sizes) - 2 or not all(isinstance(name, str) for name in names):
            raise ValueError(
                f"activation: got {activation!r}, expected a name or a list of {len(sizes) - 2} names, one for each"
                " hidden layer"
            )
        self.layer_sizes = tuple(sizes)
        self.activations = tuple(names)
        self.loss_function = copy.deepcopy(losses.find(loss))  # whose settings nobody else changes
        arguments = self.loss_function._for_engine(output_activation)
        self.output_activation = _core.check_loss(*arguments)
        self._engine = engine("Network", self.dtype)(sizes, names, *arguments)
        self.random_state = random_state_of(random_state)
        given = activation if isinstance(activation, str) else names
        self._set(*initializers.initialize(init, bias_init, sizes, given, self.random_state, self.dtype))

    @classmethod
    def from_estimator(cls, estimator: Any, random_state: int | np.random.RandomState | None = None) -> Self:
        """Return a network with the parameters of a fitted estimator, to look inside or to go on with.

        Parameters
        ----------
        estimator : MLPClassifier or MLPRegressor
            Fitted, of this package or of scikit-learn.
        random_state : int, RandomState or None, default=None
            As of a new network.

        Returns
        -------
        network : Network
            Its targets are what the estimator makes of labels: 0 and 1 where there are two classes or many labels or
            the loss is a hinge, else indices into ``classes_``. Where the estimator scales its targets
            (``scale_targets``), those of the network are the scaled ones, and so are its predictions.

        Raises
        ------
        TypeError
            If ``estimator`` is nothing of the kind, or is not fitted.

        Examples
        --------
        >>> import numpy as np
        >>> from rosenblatt import MLPClassifier, Network
        >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), ["a", "a", "b", "b"]
        >>> classifier = MLPClassifier([5], solver="lbfgs", random_state=0).fit(X, y)
        >>> network = Network.from_estimator(classifier)
        >>> hidden, output = network.forward(X)
        >>> hidden.shape
        (4, 5)
        >>> bool((output.ravel() == classifier.predict_proba(X)[:, 1]).all())
        True
        """
        fitted = ("coefs_", "intercepts_", "activation", "loss", "out_activation_")
        missing = [name for name in fitted if not hasattr(estimator, name)]
        if missing:
            raise TypeError(
                f"estimator: got {type(estimator).__name__} without {', '.join(missing)}, expected a fitted"
                " MLPClassifier or MLPRegressor"
            )
        if hasattr(estimator, "_loss_choice"):
            choice = estimator._loss_choice()
            loss = choice.custom or losses.find(choice.name).set_params(**choice.settings)
        else:  # of scikit-learn
            yes_or_no = estimator.loss == "log_loss" and estimator.out_activation_ == "logistic"
            loss = "binary_log_loss" if yes_or_no else estimator.loss
        weights, biases = estimator.coefs_, estimator.intercepts_
        sizes = [weights[0].shape[0], *(array.shape[1] for array in weights)]
        output, dtype = estimator.out_activation_, weights[0].dtype
        return cls(sizes, estimator.activation, output, loss, weights, dtype, random_state, bias_init=biases)

    # Predictions.

    def predict(self, X: Any, n_threads: int | None = None) -> Array:
        """Return the predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.

        Returns
        -------
        predictions : ndarray of shape (n_samples, layer_sizes[-1])
            What the output activation makes of the raw scores.

        Raises
        ------
        TypeError, ValueError
            If ``X`` does not hold finite numbers or has another number of columns.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> Network([2, 1], init=[[[1.0], [2.0]]], bias_init=0.5).predict([[1.0, 1.0]])
        array([[3.5]])
        """
        return cast(Array, self._run(self._engine.predict, X, n_threads))

    def scores(self, X: Any, n_threads: int | None = None) -> Array:
        """Return the raw scores, which the output activation turns into predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        n_threads : int, default=None
            The most threads; None means as many as are useful.

        Returns
        -------
        scores : ndarray of shape (n_samples, layer_sizes[-1])

        Raises
        ------
        TypeError, ValueError
            As by `predict`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([1, 1], loss="binary_log_loss", init=[[[1.0]]], bias_init=0.0)
        >>> network.scores([[0.0], [3.0]]).ravel()
        array([0., 3.])
        >>> network.predict([[0.0], [3.0]]).ravel().round(3)
        array([0.5  , 0.953])
        """
        return cast(Array, self._run(self._engine.scores, X, n_threads))

    def forward(self, X: Any, n_threads: int | None = None) -> Arrays:
        """Return the activations of every layer, those of the last one being the predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        n_threads : int, default=None
            The most threads; None means as many as are useful.

        Returns
        -------
        activations : list of ndarray of shape (n_samples, layer_sizes[l + 1])
            One for each layer l: of the hidden layers what their activations yield, and last what `predict` returns.

        Raises
        ------
        TypeError, ValueError
            As by `predict`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([1, 2, 1], init=[[[1.0, -1.0]], [[1.0], [1.0]]], bias_init=0.0)
        >>> network.forward([[-3.0]])
        [array([[0., 3.]]), array([[3.]])]
        """
        activations = cast(Arrays, self._run(self._engine.forward, X, n_threads))
        activations[-1] = self.loss_function.predict(activations[-1], self.output_activation)
        return activations

    def _table(self, name: str, X: Any) -> Any:
        return table(name, X, self.layer_sizes[0], self.dtype)

    def _run(self, run: Callable[..., Any], X: Any, n_threads: int | None) -> Any:
        """Return what a method of the engine makes of X."""
        threads = self._threads(n_threads)
        results = run(X, threads, True)
        if results is None:  # X is not as the engine takes it, or not finite
            results = run(self._table("X", X), threads)
        return results

    @staticmethod
    def _threads(n_threads: int | None) -> int:
        return 0 if n_threads is None else count("n_threads", n_threads)

    # Losses and gradients.

    def loss(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the mean loss of the samples, each summed over its outputs.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            The targets: numbers; 0 and 1 for yes-or-no answers; for a loss of one class of many, such as "log_loss",
            the integer index of each row's class, of shape (n_samples,).
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the mean, at least 0. None means that all weigh 1.

        Returns
        -------
        loss : float

        Raises
        ------
        TypeError, ValueError
            If an argument is not of the shape and kind described here, or holds NaN or infinity.
        ZeroDivisionError
            If the weights sum to zero.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> Network([1, 1], init="zeros").loss([[1.0], [2.0]], [1.0, 3.0])  # (1 + 9) / 2 / 2
        2.5
        """
        return self._mean_loss(*self._samples(X, y, sample_weight))

    def _samples(
        self, X: Any, y: Any, sample_weight: Any, names: tuple[str, str, str] = ("X", "y", "sample_weight")
    ) -> tuple[Any, Array, Array | None]:
        """Return the arguments as the engine takes them."""
        X = self._table(names[0], X)
        rows = X.shape[0]
        if rows == 0:
            raise ValueError(f"{names[0]}: got no rows, expected at least 1")
        weights = row_weights(names[2], sample_weight, rows, self.dtype)
        return X, targets(names[1], y, self.loss_function, rows, self.dtype), weights

    def _validation_samples(self, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Array, Array | None]:
        """Return the arguments as the engine takes them, having checked all that it asks of targets."""
        try:
            samples = self._samples(X, y, sample_weight, ("X_val", "y_val", "sample_weight_val"))
            if not isinstance(self.loss_function, losses.Custom):
                self._losses(np.zeros((samples[0].shape[0], self.layer_sizes[-1]), self.dtype), samples[1])
        except ValueError as error:
            if str(error).startswith("y:"):
                raise ValueError(f"y_val{str(error)[1:]}") from None
            raise
        if samples[2] is not None and not samples[2].any():
            raise _core.ZeroWeightSumError("sample_weight_val: the weights sum to zero")
        return samples

    def _mean_loss(self, X: Any, y: Array, sample_weight: Array | None, n_threads: int = 0) -> float:
        values = self._losses(self._engine.scores(X, n_threads), y)
        if sample_weight is not None and not sample_weight.any():
            raise _core.ZeroWeightSumError("sample_weight: the weights sum to zero")
        return float(np.average(values.astype(np.float64, copy=False), weights=sample_weight))

    def _losses(self, scores: Array, y: Array) -> Array:
        """Return the loss of each row."""
        loss = self.loss_function
        if isinstance(loss, losses.Custom):
            values, _ = loss(y, scores)
        else:
            values, _ = engine("evaluate_loss", self.dtype)(*loss._for_engine(self.output_activation), scores, y)
        return cast(Array, values)

    def _trainer(self, X: Any, y: Array, sample_weight: Array | None, batch_size: int, **options: Any) -> Any:
        """Return the engine's trainer for what ``_samples`` returned."""
        loss = self.loss_function if isinstance(self.loss_function, losses.Custom) else None
        return engine("Trainer", self.dtype)(
            self._engine, X, y, sample_weight, batch_size=batch_size, loss=loss, **options
        )

    def loss_and_gradients(
        self, X: Any, y: Any, sample_weight: Any = None, n_threads: int | None = None
    ) -> tuple[float, Arrays, Arrays]:
        """Return the mean loss and its gradients by all parameters, computed by backpropagation.

        Parameters
        ----------
        X, y, sample_weight
            As of `loss`.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.

        Returns
        -------
        loss : float
            The mean loss.
        weight_gradients : list of ndarray of shape (inputs, outputs)
            The derivative of the mean loss by each weight, one array for each layer.
        bias_gradients : list of ndarray of shape (outputs,)
            The derivative by each bias.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As by `loss`; also if an activation has no derivative.

        Examples
        --------
        Gradient descent by hand:

        >>> from rosenblatt import Network
        >>> X, y = [[1.0], [2.0]], [2.0, 4.0]
        >>> network = Network([1, 1], init="zeros")
        >>> for _ in range(200):
        ...     loss, (dw,), (db,) = network.loss_and_gradients(X, y)
        ...     network.weights[0] = network.weights[0] - 0.5 * dw
        ...     network.biases[0] = network.biases[0] - 0.5 * db
        >>> network.weights[0].round(3)
        array([[2.]])
        """
        X, y, sample_weight = self._samples(X, y, sample_weight)
        trainer = self._trainer(X, y, sample_weight, X.shape[0], n_threads=self._threads(n_threads))
        loss, _, weight_gradients, bias_gradients = trainer.loss_and_gradients()
        return loss, weight_gradients, bias_gradients

    # Training.

    def step(self, X: Any, y: Any, optimizer: optimizers.Optimizer, sample_weight: Any = None) -> float:
        """Take one step of an optimizer on the mean loss of the samples.

        Parameters
        ----------
        X, y, sample_weight
            As of `loss`.
        optimizer : Optimizer
            An instance from `rosenblatt.optimizers`, which remembers what it needs from step to step.

        Returns
        -------
        loss : float
            The mean loss before the step.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As by `loss_and_gradients`; also if ``optimizer`` is not an instance, or began with parameters of other
            shapes.
        FloatingPointError
            If the loss or a parameter is not finite any more; the network has not changed, the optimizer may have.

        Examples
        --------
        >>> from rosenblatt import Network, optimizers
        >>> network, optimizer = Network([1, 1], init="zeros"), optimizers.SGD(learning_rate=0.1)
        >>> [round(network.step([[1.0]], [1.0], optimizer), 4) for _ in range(3)]
        [0.5, 0.1922, 0.0247]
        """
        if not isinstance(optimizer, optimizers.Optimizer):
            raise TypeError(f"optimizer: got {optimizer!r}, expected an instance from rosenblatt.optimizers")
        loss, weight_gradients, bias_gradients = self.loss_and_gradients(X, y, sample_weight)
        weights, biases = self._arrays()
        if np.isfinite(loss):
            optimizer.step([*weights, *biases], [*weight_gradients, *bias_gradients])
        if not np.isfinite(loss) or not all(np.isfinite(array).all() for array in (*weights, *biases)):
            raise FloatingPointError(diverged(f"the loss was {loss}", optimizer.learning_rate))
        self._set(weights, biases)
        return loss

    def train(
        self,
        X: Any,
        y: Any,
        optimizer: str | optimizers.Optimizer = "adam",
        schedule: Any = None,
        batch_size: int | None = 32,
        epochs: int = 1,
        shuffle: bool = True,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
        *,
        alpha: float = 0.0,
        l1: float = 0.0,
        dropout: float | Sequence[float] = 0.0,
        input_dropout: float = 0.0,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        max_norm: float | None = None,
        n_threads: int | None = None,
    ) -> Iterator[Epoch]:
        """Return an iterator that trains the network, one epoch for each item that is taken from it.

        The arguments are checked at once; training begins with the first item. Whoever stops taking items has a network
        that is trained so far. Between two items the network may be used for anything, and its parameters may be
        assigned: the next epoch goes on from them. Each call begins with an optimizer that has taken no steps.

        Parameters
        ----------
        X, y, sample_weight
            As of `loss`. ``X`` is not copied if it is an array of the network's dtype in C order, or such a CSR matrix.
        optimizer : str or Optimizer, default="adam"
            A name or an instance from `rosenblatt.optimizers`; the instance does not change.
        schedule : str, Schedule or callable, default=None
            The learning rate: a name or an instance from `rosenblatt.schedules`, or a function of the epoch, counted
            from 0, that returns it. None means the optimizer's rate throughout. What schedules monitor is the
            validation loss, or the training loss without validation samples.
        batch_size : int or None, default=32
            The number of samples of a step. 1 makes it stochastic gradient descent, None batch gradient descent: all
            samples. The last step of an epoch takes those that are left.
        epochs : int, default=1
            The number of passes over the samples.
        shuffle : bool, default=True
            Whether each epoch has a new order of the samples, from ``random_state``.
        X_val, y_val, sample_weight_val : default=None
            Samples as above, whose mean loss is computed after each epoch.
        alpha : float, default=0.0
            The factor of the L2 penalty: ``alpha / 2`` times the sum of all squared weights, divided by the number of
            samples of the batch (the sum of their weights), is added to the loss, as in scikit-learn.
        l1 : float, default=0.0
            The factor of the L1 penalty: ``l1`` times the sum of the absolute weights, divided likewise.
        dropout : float or sequence of float, default=0.0
            The share of the activations of all hidden layers, or of each, that a step leaves out, in [0, 1) [1]_.
        input_dropout : float, default=0.0
            The share of the inputs that a step leaves out.
        clip_norm : float, default=None
            The most that the norm of the gradient by all parameters may be; a longer one is scaled down.
        clip_value : float, default=None
            The most that each number of a gradient may be in absolute value.
        max_norm : float, default=None
            The most that the norm of the weights into each neuron may be after a step.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.

        Returns
        -------
        epochs : iterator of Epoch
            The numbers of each epoch.

        Raises
        ------
        TypeError, ValueError
            If an argument is none of what is described here.
        ZeroDivisionError
            From the iterator, if the weights of a batch sum to zero.
        FloatingPointError
            From the iterator, if the loss or a parameter is not finite any more. The network has the parameters from
            before that epoch.
        KeyboardInterrupt
            From the iterator, on Ctrl-C, at the end of a step. The network is trained up to it.

        References
        ----------
        .. [1] N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", Journal of
           Machine Learning Research 15, 2014.

        Examples
        --------
        >>> import numpy as np
        >>> from rosenblatt import Network, optimizers
        >>> X = np.random.RandomState(0).rand(100, 1)
        >>> y = 4 + 3 * X
        >>> network = Network([1, 1], random_state=0)
        >>> training = network.train(X, y, optimizers.SGD(learning_rate=0.1), batch_size=10, epochs=100)
        >>> for epoch in training:
        ...     if epoch.loss < 1e-6:
        ...         break
        >>> network.parameters.round(2)
        array([3., 4.])
        """
        if (X_val is None) != (y_val is None) or (sample_weight_val is not None and X_val is None):
            raise ValueError("X_val, y_val: got one without the other, expected both or none")
        rule = optimizers.find(optimizer)
        plan_of_rates = schedules.find("constant" if schedule is None else schedule)
        check_schedule(plan_of_rates)
        X, y, sample_weight = self._samples(X, y, sample_weight)
        rows, threads = X.shape[0], self._threads(n_threads)
        batch = rows if batch_size is None else min(count("batch_size", batch_size), rows)
        if not isinstance(shuffle, bool | np.bool_):
            raise TypeError(f"shuffle: got {shuffle!r}, expected True or False")
        options: dict[str, Any] = {"alpha": number("alpha", alpha), "l1": number("l1", l1)}
        for name, bound in (("clip_norm", clip_norm), ("clip_value", clip_value), ("max_norm", max_norm)):
            if bound is not None:
                options[name] = number(name, bound)
        rates = dropout_rates(dropout, input_dropout, len(self.activations))
        validation = None
        if X_val is not None:
            samples = self._validation_samples(X_val, y_val, sample_weight_val)

            def validation() -> float:
                return self._mean_loss(*samples, threads)

        if rates:
            options |= {"dropout": rates, "dropout_seed": int(self.random_state.randint(2**31))}
        plan = Plan(
            trainer=self._trainer(X, y, sample_weight, batch, n_threads=threads, **options),
            optimizer=engine("Optimizer", self.dtype)(rule.name, rule.settings, self._engine),
            learning_rate=rule.learning_rate,
            schedule=plan_of_rates,
            n_epochs=count("epochs", epochs),
            n_rows=rows,
            n_steps=-(-rows // batch),
            shuffle=self.random_state.shuffle if shuffle else None,
            validation_loss=validation,
            finite=self._engine.finite,
        )
        return run(plan, plan.rates(0), self._arrays, self._set)

    # The network as a whole.

    def copy(self) -> Self:
        """Return an independent copy, which draws the same random numbers from here on.

        Returns
        -------
        network : Network

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([2, 1], random_state=0)
        >>> twin = network.copy()
        >>> twin.parameters = [0.0, 0.0, 0.0]
        >>> bool(network.parameters.any())
        True
        """
        return copy.deepcopy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return plain arrays and scalars, and the loss."""
        weights, biases = self._arrays()
        return {
            "layer_sizes": self.layer_sizes,
            "activations": self.activations,
            "output_activation": self.output_activation,
            "loss": self.loss_function,
            "dtype": self.dtype.name,
            "weights": weights,
            "biases": biases,
            "random_state": self.random_state.get_state(legacy=False),
        }

    def __setstate__(self, state: Any) -> None:
        """Take over a state, every part of which is checked."""
        parts = {"layer_sizes", "activations", "output_activation", "loss", "dtype", "weights", "biases"}
        if not isinstance(state, dict) or state.keys() != parts | {"random_state"}:
            received = sorted(map(str, state)) if isinstance(state, dict) else type(state).__name__
            raise ValueError(f"state of a Network: got {received}, expected {sorted(parts | {'random_state'})}")
        random_state = np.random.RandomState()
        try:
            random_state.set_state(state["random_state"])
            self.__init__(  # type: ignore[misc]
                state["layer_sizes"],
                state["activations"],
                state["output_activation"],
                state["loss"],
                state["weights"],
                state["dtype"],
                random_state,
                bias_init=state["biases"],
            )
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"state of a Network: {error}") from error

    def __repr__(self) -> str:
        head = ("layer", "inputs", "outputs", "activation", "parameters")
        rows = [
            (str(layer), str(inputs), str(outputs), name, str((inputs + 1) * outputs))
            for layer, ((inputs, outputs), name) in enumerate(
                zip(pairwise(self.layer_sizes), (*self.activations, self.output_activation), strict=True)
            )
        ]
        width = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [
            "  " + "  ".join(f"{cell:{side}{w}}" for cell, side, w in zip(row, "<>><>", width, strict=True))
            for row in [head, *rows]
        ]
        title = f"Network: {self.n_parameters} parameters, {self.dtype}, loss {self.loss_function!r}"
        return "\n".join([title, *lines])

    def to_svg(self, max_neurons: int = 16) -> str:
        """Return a drawing: neurons as circles, weights as lines, red if positive and blue if negative.

        The larger a weight among those of its layer, the wider and darker its line. A pointer that rests on a line or a
        circle shows the weight or the bias.

        Parameters
        ----------
        max_neurons : int, default=16
            How many neurons of a layer are drawn, at least 3; of larger layers the first ones and the last one.

        Returns
        -------
        svg : str
            A text that is a file of the format SVG, and shows in notebooks.

        Raises
        ------
        TypeError, ValueError
            If ``max_neurons`` is not such a number.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> svg = Network([2, 3, 1], random_state=0).to_svg()
        >>> svg.count("<circle"), svg.count("<line")
        (6, 9)
        """
        if count("max_neurons", max_neurons) < 3:
            raise ValueError(f"max_neurons: got {max_neurons!r}, expected at least 3")
        return draw(*self._arrays(), ["inputs", *self.activations, self.output_activation], max_neurons)

    def _repr_svg_(self) -> str | None:
        """Return what notebooks show, unless there are too many layers for a picture."""
        return self.to_svg() if self.n_layers <= 10 else None
