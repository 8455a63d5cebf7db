"""A dense network: parameters, predictions, gradients, and training as an iterator over epochs."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt

from rosenblatt import _core, initializers, losses, optimizers, schedules
from rosenblatt._engine import LossChoice, assigned_parameters, checked_dtype, engine
from rosenblatt._messages import shown
from rosenblatt._suggestions import explains_arguments
from rosenblatt.activations.functions import Activation, of_layers
from rosenblatt.activations.output import OutputActivation
from rosenblatt.embeddings import Embedding
from rosenblatt.initializers import checked_array, checked_sizes
from rosenblatt.network.derivatives import layer_deltas, layer_sums, loss_gradients, output_gradients
from rosenblatt.network.drawing import draw
from rosenblatt.network.embedded import checked_embeddings
from rosenblatt.network.parameters import Parameters
from rosenblatt.training.checks import count, random_state_of, thread_limit
from rosenblatt.training.epoch import Epoch
from rosenblatt.training.groups import group_factors
from rosenblatt.training.loop import Epochs, TrainingLoop, diverged
from rosenblatt.training.optimizer_state import OptimizerState
from rosenblatt.training.options import TrainingOptions
from rosenblatt.training.samples import InMemory, Samples, row_weights, table, targets, weights_for_engine
from rosenblatt.training.state import State
from rosenblatt.training.step_schedules import StepSchedules
from rosenblatt.training.trainable import Array, Arrays
from rosenblatt.training.validation import Validation, mean_loss

# Kinds of parameters that do not decay unless a factor says so.
_NOT_DECAYED = ("biases", "scale", "slopes", "periodic", "categories")

_STATE = {"layer_sizes", "activations", "output_activation", "loss", "dtype", "weights", "biases", "random_state"}
_STATE |= {"input_scaling", "slopes", "embeddings", "vectors"}


class Network(Parameters):
    """A dense network: its parameters, predictions, gradients, and training.

    Layer l computes ``a[l] = f(a[l - 1] @ weights[l] + biases[l])``. The last layer computes raw scores, which the
    output activation turns into predictions and which the loss compares with the targets. Without hidden layers,
    squared error makes this linear regression, ``binary_log_loss`` logistic regression, and ``log_loss`` softmax
    regression.

    Several threads may read from a network at once, but not while another thread trains or changes it.

    Parameters
    ----------
    layer_sizes : sequence of int
        The number of inputs, the widths of the hidden layers, and the number of outputs.
    activation : str, activation function, or sequence of these, default="relu"
        The activation of all hidden layers, or one for each: functions of `rosenblatt.activations`, or their names.
    output_activation : str or activation function, default=None
        The function that turns raw scores into predictions. None means the default of the loss; each loss accepts
        only some of them.
    loss : str, Loss or callable, default="squared_error"
        What training minimizes: a name or an instance from `rosenblatt.losses`, or a function as `losses.Custom` takes
        it.
    init : str, callable or list of array-like, default="glorot_uniform"
        The initial weights, as `rosenblatt.initializers.initialize` takes them.
    dtype : dtype, default="float64"
        float64 or float32, of the parameters and of all computation. Inputs are converted to it.
    random_state : int, RandomState or None, default=None
        The source of the initial parameters, the order of the samples and dropout. An int gives the same numbers each
        time.
    bias_init : None, str, float, callable or list of array-like, default=None
        The initial biases, as `rosenblatt.initializers.initialize` takes them.
    input_scaling : bool, default=False
        Whether a diagonal scaling layer comes before the first layer: each input is multiplied by a trained factor,
        initially 1 [2]_. ``X`` must then be dense.
    slopes : bool, default=False
        Whether the neurons of hidden layers have trained slopes: ``a = z + (f(z) - z) * slope`` for the activation f,
        initially with a slope of 1 [2]_. With relu, this is the parametric ReLU [3]_.
    embeddings : dict of int to Embedding, default=None
        For columns of ``X``, by their indices, the embeddings of `rosenblatt.embeddings`, which become inputs of the
        first layer in their place. ``X`` must then be dense.

    Attributes
    ----------
    layer_sizes : tuple of int
        The sizes, as a tuple.
    activations : tuple of str
        The activation of each hidden layer.
    output_activation : str
        The name of the output activation.
    embeddings : dict of int to Embedding
        The embeddings of columns; ``embedding_parameters`` has their parameters.
    loss_function : Loss
        The loss.
    dtype : dtype
        float64 or float32.
    random_state : RandomState
        The source of random numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described here, or the loss does not accept the output activation.

    See Also
    --------
    MLPClassifier, MLPRegressor : Estimators, which derive the layer sizes, encode labels and stop by themselves.

    References
    ----------
    .. [1] C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, chapter 5.
    .. [2] D. Holzmüller, L. Grinsztajn and I. Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on
       tabular data", NeurIPS 2024.
    .. [3] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015.

    Examples
    --------
    The exclusive or, with one hidden layer:

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

    Gradients, for a training loop that you write yourself:

    >>> loss, weight_gradients, bias_gradients = network.loss_and_gradients(X, y)
    >>> [gradient.shape for gradient in weight_gradients]
    [(2, 4), (4, 1)]
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activation: Activation | Sequence[Activation] = "relu",
        output_activation: OutputActivation = None,
        loss: Any = "squared_error",
        init: Any = "glorot_uniform",
        dtype: npt.DTypeLike = "float64",
        random_state: int | np.random.RandomState | None = None,
        *,
        bias_init: Any = None,
        input_scaling: bool = False,
        slopes: bool = False,
        embeddings: Mapping[int, Embedding] | None = None,
    ) -> None:
        sizes = checked_sizes(layer_sizes)
        dtype = checked_dtype(dtype)
        names = of_layers(activation, len(sizes) - 2, trainable=False)
        loss_function = copy.deepcopy(losses.find(loss))  # whose settings the caller cannot change
        spec = loss_function._for_engine(output_activation)
        spec = spec[0], _core.check_loss(*spec), spec[2]
        for name, flag in (("input_scaling", input_scaling), ("slopes", slopes)):
            if not isinstance(flag, bool | np.bool_):
                raise TypeError(f"{name}: got {shown(flag)}, expected True or False")
        embedded = checked_embeddings(embeddings, sizes[0])
        self._open(sizes, names, spec, dtype, bool(input_scaling), bool(slopes) and len(sizes) > 2, embedded)
        self.loss_function = loss_function
        self._custom_loss = loss_function if isinstance(loss_function, losses.Custom) else None
        self.random_state = random_state_of(random_state)
        fans = [self._engine.first_inputs(), *sizes[1:]]
        self._set(*initializers.initialize(init, bias_init, fans, activation, self.random_state, dtype))
        self._set_vectors([np.ones_like(vector) for vector in self._vectors()])
        self.embedding_parameters = {
            column: embedding.draw(self.random_state)
            for column, embedding in sorted(embedded.items())
            if embedding.kind is not None
        }

    def _open(
        self,
        layer_sizes: Sequence[int],
        activations: Sequence[str],
        loss_spec: tuple[str, str, dict[str, Any]],
        dtype: npt.DTypeLike,
        input_scaling: bool = False,
        slopes: bool = False,
        embeddings: Mapping[int, Embedding] | None = None,
    ) -> None:
        """Make the engine's network; ``loss_spec`` is the loss as the engine takes it."""
        specs: list[Any] = []
        if embeddings:
            specs = [embeddings[i]._for_engine() if i in embeddings else None for i in range(layer_sizes[0])]
        made = engine("Network", dtype)(
            layer_sizes, activations, *loss_spec, scaling=input_scaling, slopes=slopes, embeddings=specs
        )
        super().__init__(made, layer_sizes, input_scaling, slopes, embeddings)
        self.activations = tuple(activations)
        self.output_activation = loss_spec[1]
        self._loss_spec = loss_spec

    @classmethod
    def _of(
        cls,
        weights: Arrays,
        biases: Arrays,
        activations: Sequence[str],
        loss: LossChoice,
        random_state: np.random.RandomState,
    ) -> Self:
        """Return a network with the parameters of an estimator, of which only the shapes are checked, by the engine."""
        network = cls.__new__(cls)
        sizes = [len(weights[0]), *(array.shape[1] for array in weights)]
        output_activation = _core.check_loss(loss.name, loss.output_activation, loss.settings)
        network._open(sizes, activations, (loss.name, output_activation, loss.settings), weights[0].dtype)
        network._custom_loss = cast("losses.Custom | None", loss.custom)
        network.random_state = random_state
        network._set(weights, biases)
        return network

    @cached_property
    def loss_function(self) -> Any:
        """The loss: an instance from `rosenblatt.losses`."""
        # Only for estimators, which make a network at each call; __init__ assigns the attribute.
        name, _, settings = self._loss_spec
        return self._custom_loss or losses.find(name).set_params(**settings)

    @classmethod
    def from_estimator(cls, estimator: Any, random_state: int | np.random.RandomState | None = None) -> Self:
        """Return a network with the parameters of a fitted estimator, to inspect it or to train it further.

        Parameters
        ----------
        estimator : MLPClassifier or MLPRegressor
            A fitted estimator of this package or of scikit-learn.
        random_state : int, RandomState or None, default=None
            As for a new network.

        Returns
        -------
        network : Network
            A network whose targets are encoded labels: 0 and 1 for two classes, for several labels, and for hinge
            losses, otherwise indices into ``classes_``. If the estimator scales its targets (``scale_targets``), the
            targets and predictions of the network are the scaled ones.

        Raises
        ------
        TypeError
            If ``estimator`` is not such an estimator, or is not fitted.

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
        weights, biases = assigned_parameters(estimator)
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
            The output activation of the raw scores.

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
            As for `predict`.

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
        """Return the activations of every layer; those of the last layer are the predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        n_threads : int, default=None
            The most threads; None means as many as are useful.

        Returns
        -------
        activations : list of ndarray of shape (n_samples, layer_sizes[l + 1])
            One array for each layer l: the activations of the hidden layers, then what `predict` returns.

        Raises
        ------
        TypeError, ValueError
            As for `predict`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([1, 2, 1], init=[[[1.0, -1.0]], [[1.0], [1.0]]], bias_init=0.0)
        >>> network.forward([[-3.0]])
        [array([[0., 3.]]), array([[3.]])]
        """
        activations = cast(Arrays, self._run(self._engine.forward, X, n_threads))
        activations[-1] = self._outputs(activations[-1])
        return activations

    def _outputs(self, scores: Array) -> Array:
        """Return the predictions of raw scores."""
        return cast(Array, engine("apply_output", self.dtype)(*self._loss_spec, scores))

    def _table(self, name: str, X: Any) -> Any:
        return table(name, X, self.layer_sizes[0], self.dtype)

    def _run(self, run: Callable[..., Any], X: Any, n_threads: int | None) -> Any:
        """Return the result of a method of the engine for X."""
        threads = thread_limit(n_threads)
        results = None if isinstance(X, np.ma.MaskedArray) else run(X, threads, True)
        if results is None:  # X needs a conversion, or is not finite
            results = run(self._table("X", X), threads)
        return results

    # Losses and gradients.

    def loss(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the mean loss of the samples, each summed over its outputs, without a penalty.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            The targets: numbers; 0 and 1 for binary losses; for multiclass losses such as "log_loss", the integer index
            of each row's class, of shape (n_samples,).
        sample_weight : array-like of shape (n_samples,), default=None
            The weight of each sample in the mean. None means that all weigh 1.

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
        samples = self._samples(X, y, sample_weight)
        values = self._losses(self._engine.scores(samples.X), samples.y)
        if samples.sample_weight is not None and not samples.sample_weight.any():
            raise _core.ZeroWeightSumError("sample_weight: the weights sum to zero")
        return mean_loss(values, samples.sample_weight)

    def _samples(
        self, X: Any, y: Any, sample_weight: Any, names: tuple[str, str, str] = ("X", "y", "sample_weight")
    ) -> Samples:
        """Return the arguments as the engine takes them."""
        X = self._table(names[0], X)
        rows = X.shape[0]
        if rows == 0:
            raise ValueError(f"{names[0]}: got no rows, expected at least 1")
        weights = row_weights(names[2], sample_weight, rows, self.dtype)
        return Samples(X, targets(names[1], y, self.loss_function, rows, self.dtype), weights)

    def _validation_samples(self, X: Any, y: Any, sample_weight: Any) -> Samples:
        """Return the arguments as the engine takes them, after all of its checks of targets."""
        try:
            samples = self._samples(X, y, sample_weight, ("X_val", "y_val", "sample_weight_val"))
            if self._custom_loss is None:
                self._losses(np.zeros((samples.n_rows, self.layer_sizes[-1]), self.dtype), samples.y)
        except ValueError as error:
            if str(error).startswith("y:"):
                raise ValueError(f"y_val{str(error)[1:]}") from None
            raise
        if samples.sample_weight is not None and not samples.sample_weight.any():
            raise _core.ZeroWeightSumError("sample_weight_val: the weights sum to zero")
        return samples

    def _losses(self, scores: Array, y: Array) -> Array:
        """Return the loss of each row, given its raw scores."""
        if self._custom_loss is not None:
            return self._custom_loss(y, scores)[0]
        values: Array = engine("evaluate_loss", self.dtype)(*self._loss_spec, scores, y)[0]
        return values

    def _open_trainer(self, samples: Samples, batch_size: int, **options: Any) -> Any:
        """Return the engine's trainer of this network over the samples."""
        weights, options = weights_for_engine(samples.sample_weight, self.dtype, options)
        return engine("Trainer", self.dtype)(
            self._engine, samples.X, samples.y, weights, batch_size=batch_size, loss=self._custom_loss, **options
        )

    def loss_and_gradients(
        self, X: Any, y: Any, sample_weight: Any = None, n_threads: int | None = None
    ) -> tuple[float, Arrays, Arrays]:
        """Return the mean loss and its gradients with respect to all parameters, computed by backpropagation.

        Parameters
        ----------
        X, y, sample_weight
            As for `loss`.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.

        Returns
        -------
        loss : float
            The mean loss, without a penalty.
        weight_gradients : list of ndarray of shape (inputs, outputs)
            The derivatives of the mean loss with respect to the weights, one array for each layer.
        bias_gradients : list of ndarray of shape (outputs,)
            The derivatives with respect to the biases.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As for `loss`; also if an activation has no derivative.

        Examples
        --------
        Gradient descent, written out:

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
        samples = self._samples(X, y, sample_weight)
        trainer = self._open_trainer(samples, samples.n_rows, n_threads=thread_limit(n_threads))
        loss, _, weight_gradients, bias_gradients = trainer.loss_and_gradients()
        return loss, weight_gradients, bias_gradients

    def gradients(self, X: Any, y: Any, sample_weight: Any = None, n_threads: int | None = None) -> dict[str, Array]:
        """Return the gradients of the mean loss by parameter group, those of embeddings, scale and slopes included.

        Parameters
        ----------
        X, y, sample_weight
            As for `loss`.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.

        Returns
        -------
        gradients : dict of str to ndarray
            For each name in ``groups``, such as 'weights[0]', the derivatives with respect to its parameters.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As for `loss_and_gradients`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([2, 3, 1], "silu", random_state=0, input_scaling=True, slopes=True)
        >>> gradients = network.gradients([[1.0, 2.0]], [1.0])
        >>> {name: array.shape for name, array in gradients.items() if name in ("scale", "weights[0]", "slopes[0]")}
        {'scale': (2,), 'weights[0]': (2, 3), 'slopes[0]': (3,)}
        """
        samples = self._samples(X, y, sample_weight)
        trainer = self._open_trainer(samples, samples.n_rows, n_threads=thread_limit(n_threads))
        _, _, weights, biases = trainer.loss_and_gradients()
        vectors = self._vector_groups()
        found = dict(zip(vectors, trainer.vector_gradients(), strict=True)) if vectors else {}
        for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            found |= {f"weights[{layer}]": weight, f"biases[{layer}]": bias}
        return {group: found[group] for group in self.groups}

    def sums(self, X: Any) -> Arrays:
        """Return the weighted sums z of each layer, before its activation; those of the last layer are the raw scores.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.

        Returns
        -------
        sums : list of ndarray of shape (n_samples, layer_sizes[l + 1])
            ``a[l - 1] @ weights[l] + biases[l]`` for each layer l, computed by NumPy from what `forward` returns.

        Raises
        ------
        TypeError, ValueError
            As for `predict`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([1, 2, 1], init=[[[1.0, -1.0]], [[1.0], [1.0]]], bias_init=0.0)
        >>> network.sums([[-3.0]])
        [array([[-3.,  3.]]), array([[3.]])]
        """
        return layer_sums(self, self._table("X", X))

    def deltas(self, X: Any, y: Any, sample_weight: Any = None) -> Arrays:
        """Return the deltas of backpropagation: the derivatives of the mean loss with respect to the sums z.

        The gradients follow from them: those of the biases are the sums of the deltas over the samples, those of the
        weights ``a[l - 1].T @ deltas[l]``.

        Parameters
        ----------
        X, y, sample_weight
            As for `loss`.

        Returns
        -------
        deltas : list of ndarray of shape (n_samples, layer_sizes[l + 1])
            One array for each layer l.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As for `loss_and_gradients`.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([1, 2, 1], init=[[[1.0, -1.0]], [[1.0], [1.0]]], bias_init=0.0)
        >>> network.deltas([[-3.0]], [5.0])
        [array([[-0., -2.]]), array([[-2.]])]
        """
        samples = self._samples(X, y, sample_weight)
        if samples.sample_weight is not None and not samples.sample_weight.any():
            raise _core.ZeroWeightSumError("sample_weight: the weights sum to zero")
        return layer_deltas(self, *samples)

    def input_gradients(self, X: Any, y: Any = None, *, of: str | None = None) -> Array:
        """Return derivatives with respect to the inputs: what each input contributes, to first order.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, layer_sizes[0])
            The inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_targets), default=None
            The targets, as for `loss`; only for the derivatives of the loss.
        of : {'predictions', 'scores', 'loss'}, default=None
            What to differentiate: the predictions, the raw scores, or the loss of each sample. None means the loss if
            there are targets, and otherwise the predictions.

        Returns
        -------
        gradients : ndarray
            Of shape (n_samples, layer_sizes[-1], layer_sizes[0]) for predictions and scores: ``gradients[s, k, i]`` is
            the derivative of output k of sample s with respect to its input i. Of shape (n_samples, layer_sizes[0])
            for the loss of each sample, which is not divided by the number of samples.

        Raises
        ------
        TypeError, ValueError
            As for `loss`; if ``of`` and ``y`` do not fit; if an activation has no derivative.

        Examples
        --------
        >>> from rosenblatt import Network
        >>> network = Network([2, 1], loss="binary_log_loss", init=[[[1.0], [-2.0]]], bias_init=0.0)
        >>> network.input_gradients([[0.0, 0.0]])
        array([[[ 0.25, -0.5 ]]])
        >>> network.input_gradients([[0.0, 0.0]], of="scores")
        array([[[ 1., -2.]]])
        >>> network.input_gradients([[0.0, 0.0]], [1])
        array([[-0.5,  1. ]])
        """
        if of is None:
            of = "predictions" if y is None else "loss"
        if of not in ("predictions", "scores", "loss"):
            raise ValueError(f"of: got {shown(of)}, expected 'predictions', 'scores' or 'loss'")
        if (of == "loss") != (y is not None):
            raise ValueError(
                f"y: got {'none' if y is None else 'targets'} with of={of!r}, expected targets for 'loss' only"
            )
        if of == "loss":
            samples = self._samples(X, y, None)
            return loss_gradients(self, samples.X, samples.y)
        return output_gradients(self, self._table("X", X), of)

    # Training.

    def step(self, X: Any, y: Any, optimizer: optimizers.Optimizer, sample_weight: Any = None) -> float:
        """Take one step of an optimizer on the mean loss of the samples.

        Parameters
        ----------
        X, y, sample_weight
            As for `loss`.
        optimizer : Optimizer
            An instance from `rosenblatt.optimizers`, which keeps its state from step to step.

        Returns
        -------
        loss : float
            The mean loss before the step.

        Raises
        ------
        TypeError, ValueError, ZeroDivisionError
            As for `loss_and_gradients`; also if ``optimizer`` is not an instance, or its first step had parameters of
            other shapes.
        FloatingPointError
            If the loss or a parameter is not finite; the network has not changed, the optimizer may have.

        Examples
        --------
        >>> from rosenblatt import Network, optimizers
        >>> network, optimizer = Network([1, 1], init="zeros"), optimizers.SGD(learning_rate=0.1)
        >>> [round(network.step([[1.0]], [1.0], optimizer), 4) for _ in range(3)]
        [0.5, 0.1922, 0.0247]
        """
        if not isinstance(optimizer, optimizers.Optimizer):
            raise TypeError(f"optimizer: got {shown(optimizer)}, expected an instance from rosenblatt.optimizers")
        samples = self._samples(X, y, sample_weight)
        trainer = self._open_trainer(samples, samples.n_rows)
        loss: float
        loss, _, weight_gradients, bias_gradients = trainer.loss_and_gradients()
        (weights, biases), vectors = self._arrays(), self._vectors()
        arrays, gradients = [*weights, *biases, *vectors], [*weight_gradients, *bias_gradients]
        if vectors:
            gradients += trainer.vector_gradients()
        if np.isfinite(loss):
            optimizer.step(arrays, gradients)
        if not np.isfinite(loss) or not all(np.isfinite(array).all() for array in arrays):
            raise FloatingPointError(diverged(f"the loss was {loss}", optimizer.learning_rate))
        self._set(weights, biases)
        self._set_vectors(vectors)
        return loss

    @explains_arguments
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
        weight_decay_schedule: Any = None,
        dropout_schedule: Any = None,
        learning_rate_factors: Mapping[str, float] | None = None,
        weight_decay_factors: Mapping[str, float] | None = None,
    ) -> Iterator[Epoch]:
        """Return an iterator that trains the network, one epoch for each item that is taken from it.

        The arguments are checked immediately; training begins with the first item. You may stop taking items at any
        time; the network then has the parameters after the last epoch. Between two items, you may use the network and
        assign its parameters: the next epoch continues from them. Each call begins with an optimizer that has taken no
        steps.

        Parameters
        ----------
        X, y, sample_weight
            As for `loss`. ``X`` is not copied if it is a C-ordered array of the network's dtype, or such a CSR matrix.
        optimizer : str or Optimizer, default="adam"
            A name or an instance from `rosenblatt.optimizers`; the instance does not change.
        schedule : str, Schedule or callable, default=None
            The learning rate: a name or an instance from `rosenblatt.schedules`, or a function of the epoch, counted
            from 0, that returns it. None means the optimizer's learning rate throughout. Schedules monitor the
            validation loss, or, without validation samples, the training loss, penalty included.
        batch_size : int or None, default=32
            The number of samples of a step. 1 makes it stochastic gradient descent; None takes all samples, which makes
            it batch gradient descent. The last step of an epoch takes the remaining samples.
        epochs : int, default=1
            The number of passes over the samples.
        shuffle : bool, default=True
            Whether each epoch visits the samples in a new order, drawn from ``random_state``.
        X_val, y_val, sample_weight_val : default=None
            Samples as above, whose mean loss, without a penalty, is computed after each epoch.
        alpha : float, default=0.0
            The factor of the L2 penalty, as in scikit-learn: ``alpha / 2`` times the sum of all squared weights,
            divided by the number of samples of the batch (the sum of their weights), is added to the loss.
        l1 : float, default=0.0
            The factor of the L1 penalty: ``l1`` times the sum of the absolute weights, divided in the same way.
        dropout : float or sequence of float, default=0.0
            The fraction of activations that each step leaves out, in [0, 1): one number for all hidden layers, or one
            for each [1]_.
        input_dropout : float, default=0.0
            The fraction of inputs that each step leaves out; of a column with an embedding, of what it becomes.
        clip_norm : float, default=None
            The largest norm of the gradient with respect to all parameters; a longer gradient is scaled down.
        clip_value : float, default=None
            The largest absolute value of each number of a gradient.
        max_norm : float, default=None
            The largest norm of the weights into each neuron after a step.
        n_threads : int, default=None
            The most threads; None means as many as are useful. The result does not depend on it.
        weight_decay_schedule : str, Schedule or callable, default=None
            The weight decay of each epoch or step, as ``schedule`` gives the learning rate; the initial value is the
            optimizer's. None means that it stays the same.
        dropout_schedule : str, Schedule or callable, default=None
            The dropout rates, likewise; the initial values are ``dropout`` and ``input_dropout``, each of which has a
            copy of the schedule. A rate of 0 stays 0.
        learning_rate_factors : dict of str to float, default=None
            Factors of the learning rate for parameter groups: the names in ``groups``, such as "weights[0]", or kinds
            of parameters in all layers, such as "biases". 1 for groups that are not named.
        weight_decay_factors : dict of str to float, default=None
            Factors of the weight decay for parameter groups, likewise. For groups that are not named: 1 for weights, 0
            for others.

        Returns
        -------
        epochs : iterator of Epoch
            The numbers of each epoch. `Epoch.loss` includes the penalty, `Epoch.data_loss` does not.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described here; from the iterator, if the schedule returns learning rates that are
            not finite numbers of at least 0.
        ZeroDivisionError
            From the iterator, if the weights of a batch sum to zero.
        FloatingPointError
            From the iterator, if the loss or a parameter is not finite. The network has the parameters from before that
            epoch.
        KeyboardInterrupt
            From the iterator, on Ctrl-C, at the end of a step. The network has the parameters after that step.

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
        rates = schedules.find("constant" if schedule is None else schedule)
        if isinstance(rates, schedules.Adaptive):
            raise ValueError(
                f"schedule: got {shown(rates)}, which lowers the rate where an estimator would stop, expected a"
                " schedule that needs no stopping rule, such as 'reduce_on_plateau'"
            )
        samples = self._samples(X, y, sample_weight)
        batch = samples.n_rows if batch_size is None else min(count("batch_size", batch_size), samples.n_rows)
        if not isinstance(shuffle, bool | np.bool_):
            raise TypeError(f"shuffle: got {shown(shuffle)}, expected True or False")
        options = TrainingOptions(
            alpha=alpha,
            l1=l1,
            clip_norm=clip_norm,
            clip_value=clip_value,
            max_norm=max_norm,
            dropout=dropout,
            input_dropout=input_dropout,
            n_threads=n_threads,
        )
        arguments = options.for_engine(len(self.activations))
        validation = None
        if X_val is not None:
            validation = Validation(self._validation_samples(X_val, y_val, sample_weight_val), options.threads)
        n_epochs = count("epochs", epochs)
        if "dropout" in arguments:
            arguments["dropout_seed"] = options.draw_dropout_seed(len(self.activations), self.random_state)
        by_step = self._step_schedules(rule, weight_decay_schedule, options, dropout_schedule)
        for name, factors, defaults in (
            ("learning_rate_factors", learning_rate_factors, {}),
            ("weight_decay_factors", weight_decay_factors, dict.fromkeys(_NOT_DECAYED, 0.0)),
        ):
            if factors is not None:
                arguments[name] = group_factors(name, factors, self.groups, defaults)
        state = State(
            OptimizerState(rule.name, rule.settings, rule.learning_rate, rates),
            self.random_state,
            np.arange(samples.n_rows, dtype=np.int64),
            self._arrays(),
            vectors=self._vectors(),
        )
        source = InMemory(samples, state.order, self.random_state if shuffle else None)
        loop = TrainingLoop(
            self,
            source,
            state,
            batch_size=batch,
            n_epochs=n_epochs,
            options=arguments,
            validation=validation,
            step_schedules=by_step,
        )
        return Epochs(loop)

    def _step_schedules(
        self, rule: optimizers.Optimizer, weight_decay_schedule: Any, options: TrainingOptions, dropout_schedule: Any
    ) -> StepSchedules:
        """Return what weight decay and dropout follow."""
        found: list[schedules.Schedule | None] = []
        rates = options.dropout_rates(len(self.activations))
        for name, given in (
            ("weight_decay_schedule", weight_decay_schedule),
            ("dropout_schedule", dropout_schedule),
        ):
            try:
                found.append(None if given is None else schedules.find(given))
            except (TypeError, ValueError) as error:
                raise type(error)(f"{name}: {error}") from None
        if dropout_schedule is not None and not rates:
            raise ValueError(
                "dropout_schedule: got a schedule without dropout, expected dropout or input_dropout above 0"
            )
        return StepSchedules(rule.settings["weight_decay"], found[0], rates, found[1])

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
        """Return a state of plain arrays, scalars, the loss and the embeddings."""
        weights, biases = self._arrays()
        return {
            "layer_sizes": self.layer_sizes,
            "activations": self.activations,
            "output_activation": self.output_activation,
            "loss": self.loss_function,
            "dtype": self.dtype.name,
            "weights": weights,
            "biases": biases,
            "input_scaling": self.input_scaling,
            "slopes": self.has_slopes,
            "embeddings": self.embeddings,
            "vectors": self._vectors(),
            "random_state": self.random_state.get_state(legacy=False),
        }

    def __setstate__(self, state: Any) -> None:
        """Restore a state, every part of which is checked."""
        if not isinstance(state, dict) or state.keys() != _STATE:
            received = sorted(map(str, state)) if isinstance(state, dict) else type(state).__name__
            raise ValueError(f"state of a Network: got {received}, expected {sorted(_STATE)}")
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
                input_scaling=state["input_scaling"],
                slopes=state["slopes"],
                embeddings=state["embeddings"],
            )
            groups = self._vector_groups()
            shapes = [vector.shape for vector in self._vectors()]
            found = zip(groups, state["vectors"], shapes, strict=True)
            self._set_vectors([checked_array(name, array, shape, self.dtype) for name, array, shape in found])
            random_state.set_state(state["random_state"])  # of which new embeddings have drawn
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"state of a Network: {error}") from error

    def __repr__(self) -> str:
        head = ("layer", "inputs", "outputs", "activation", "parameters")
        rows = [
            (str(layer), str(inputs), str(outputs), name, str((inputs + 1 + (slopes > 0)) * outputs))
            for layer, ((inputs, outputs), name, slopes) in enumerate(
                zip(
                    self._shapes("weights"),
                    (*self.activations, self.output_activation),
                    [*[len(self.slopes)] * len(self.activations), 0],
                    strict=True,
                )
            )
        ]
        if self.input_scaling:
            inputs = str(self._engine.first_inputs())
            rows.insert(0, ("scale", inputs, inputs, "identity", inputs))
        if self.embeddings:
            n_parameters = sum(prod(self._shapes(kind)[0]) for kind in ("periodic", "categories") if self._shapes(kind))
            sizes = str(self.layer_sizes[0]), str(self._engine.first_inputs())
            rows.insert(0, ("embeddings", *sizes, "identity", str(n_parameters)))
        width = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines = [
            "  " + "  ".join(f"{cell:{side}{w}}" for cell, side, w in zip(row, "<>><>", width, strict=True))
            for row in [head, *rows]
        ]
        title = f"Network: {self.n_parameters} parameters, {self.dtype}, loss {self.loss_function!r}"
        return "\n".join([title, *lines])

    def to_svg(self, max_neurons: int = 16) -> str:
        """Return a drawing: neurons as circles, weights as lines, red if positive and blue if negative.

        Larger weights have wider and darker lines, relative to the largest weight of their layer. Point at a line or a
        circle to see the weight or the bias.

        Parameters
        ----------
        max_neurons : int, default=16
            The largest number of neurons to draw for a layer, at least 3. Of larger layers, the first ones and the last
            one are drawn.

        Returns
        -------
        svg : str
            The content of an SVG file. Notebooks show it for a network.

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
            raise ValueError(f"max_neurons: got {shown(max_neurons)}, expected at least 3")
        return draw(*self._arrays(), ["inputs", *self.activations, self.output_activation], max_neurons)

    def _repr_svg_(self) -> str | None:
        """Return the drawing for notebooks, unless there are too many layers."""
        return self.to_svg() if self.n_layers <= 10 else None
