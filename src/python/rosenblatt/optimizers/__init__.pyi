# Written by .ci/stubs.py from the engine's list.

from rosenblatt.optimizers.base import Optimizer as Optimizer
from rosenblatt.optimizers.choice import find as find
from rosenblatt.optimizers.generated import CLASSES as CLASSES


__all__ = [
    "Optimizer",
    "find",
    "SGD",
    "Adam",
    "AdamW",
    "Adagrad",
    "RMSprop",
    "Adamax",
    "Nadam",
    "RAdam",
    "Lion",
]

def __dir__() -> list[str]: ...

class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

    ::

        v <- momentum v - eta g
        w <- w + v, or with Nesterov's momentum w + momentum v - eta g

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.001
        The size of a step, eta.
    momentum : float in [0, 1], default=0.9
        The fraction of the last step that is added to the next one.
    nesterovs_momentum : bool, default=True
        Whether the momentum is Nesterov's, which anticipates the next step.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        *,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        weight_decay: float = 0.0,
    ) -> None: ...

class Adam(Optimizer):
    """Adam, in the order of computation of the paper's section 2, as in scikit-learn: epsilon is not divided by sqrt(1 - beta_2^t).

    ::

        m <- beta_1 m + (1 - beta_1) g
        v <- beta_2 v + (1 - beta_2) g^2
        w <- w - eta sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.001
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The decay of the average of gradients.
    beta_2 : float in [0, 1), default=0.999
        The decay of the average of squared gradients.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-08,
        weight_decay: float = 0.0,
    ) -> None: ...

class AdamW(Optimizer):
    """Adam with decoupled weight decay, in the form of the paper's algorithm 2: epsilon is added to the root of the bias-corrected average.

    ::

        w <- w - eta weight_decay w
        m <- beta_1 m + (1 - beta_1) g
        v <- beta_2 v + (1 - beta_2) g^2
        w <- w - eta m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.001
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The decay of the average of gradients.
    beta_2 : float in [0, 1), default=0.999
        The decay of the average of squared gradients.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    weight_decay : float in [0, inf), default=0.01
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-08,
        weight_decay: float = 0.01,
    ) -> None: ...

class Adagrad(Optimizer):
    """Adagrad: learning rates that decrease with the sum of all squared gradients so far.

    ::

        v <- v + g^2
        w <- w - eta / (1 + (t - 1) lr_decay) g / (sqrt(initial_accumulator + v) + epsilon)

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.01
        The size of a step, eta.
    lr_decay : float in [0, inf), default=0.0
        How fast the learning rate decreases from step to step.
    initial_accumulator : float in [0, inf), default=0.0
        The initial sum of squares.
    epsilon : float in (0, inf), default=1e-10
        Added to the denominator, so that it is never 0.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        *,
        lr_decay: float = 0.0,
        initial_accumulator: float = 0.0,
        epsilon: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None: ...

class RMSprop(Optimizer):
    """RMSprop: gradients divided by the root of their mean square, with momentum, and optionally centred.

    ::

        v <- rho v + (1 - rho) g^2
        m <- rho m + (1 - rho) g
        b <- momentum b + g / (sqrt(v) + epsilon), or centred g / (sqrt(v - m^2) + epsilon)
        w <- w - eta b

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.01
        The size of a step, eta.
    rho : float in [0, 1), default=0.99
        The decay of the averages; PyTorch calls it alpha.
    momentum : float in [0, 1], default=0.0
        The fraction of the last step that is added to the next one.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    centered : bool, default=False
        Whether to divide by the standard deviation of the gradients.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        *,
        rho: float = 0.99,
        momentum: float = 0.0,
        epsilon: float = 1e-08,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None: ...

class Adamax(Optimizer):
    """Adam with a decaying maximum of the gradients in place of the root of their mean square.

    ::

        m <- beta_1 m + (1 - beta_1) g
        u <- max(beta_2 u, |g| + epsilon)
        w <- w - eta / (1 - beta_1^t) m / u

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.002
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The decay of the average of gradients.
    beta_2 : float in [0, 1), default=0.999
        The decay of the maximum of the gradients.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.002,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-08,
        weight_decay: float = 0.0,
    ) -> None: ...

class Nadam(Optimizer):
    """Adam with Nesterov's momentum, which increases from step to step from about half of beta_1.

    ::

        mu_t = beta_1 (1 - 0.96^(t momentum_decay) / 2), M_t = mu_1 mu_2 ... mu_t
        m <- beta_1 m + (1 - beta_1) g
        v <- beta_2 v + (1 - beta_2) g^2
        n = (1 - mu_t) / (1 - M_t) g + mu_(t+1) / (1 - M_(t+1)) m
        w <- w - eta n / (sqrt(v / (1 - beta_2^t)) + epsilon)

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.002
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The decay of the average of gradients.
    beta_2 : float in [0, 1), default=0.999
        The decay of the average of squared gradients.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    momentum_decay : float in [0, inf), default=0.004
        How fast the momentum increases to beta_1.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.002,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-08,
        momentum_decay: float = 0.004,
        weight_decay: float = 0.0,
    ) -> None: ...

class RAdam(Optimizer):
    """Rectified Adam: a warm-up that depends on the number of gradients in the average of squares.

    ::

        m <- beta_1 m + (1 - beta_1) g
        v <- beta_2 v + (1 - beta_2) g^2
        R = 2 / (1 - beta_2) - 1, r = R - 2 t beta_2^t / (1 - beta_2^t)
        w <- w - eta m / (1 - beta_1^t) a, with a = 1 while r <= 5, then
        a = sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r)) sqrt(1 - beta_2^t) / (sqrt(v) + epsilon)

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.001
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The decay of the average of gradients.
    beta_2 : float in [0, 1), default=0.999
        The decay of the average of squared gradients.
    epsilon : float in (0, inf), default=1e-08
        Added to the denominator, so that it is never 0.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-08,
        weight_decay: float = 0.0,
    ) -> None: ...

class Lion(Optimizer):
    """Lion: steps of equal size, by the sign of the averaged gradient. Use a learning rate 3 to 10 times smaller than Adam's.

    ::

        w <- w - eta sign(beta_1 m + (1 - beta_1) g)
        m <- beta_2 m + (1 - beta_2) g

    Here w is a parameter, g its gradient, eta the learning rate, and t = 1, 2, ... the step.

    Parameters
    ----------
    learning_rate : float in [0, inf), default=0.0001
        The size of a step, eta.
    beta_1 : float in [0, 1), default=0.9
        The weight of the average in the direction of the step.
    beta_2 : float in [0, 1), default=0.99
        The decay of the average of gradients.
    weight_decay : float in [0, inf), default=0.0
        Decoupled weight decay: before each step, weights (not biases) are multiplied by 1 - learning_rate *
        weight_decay (Loshchilov & Hutter, ICLR 2019).
    """

    def __init__(
        self,
        learning_rate: float = 0.0001,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        weight_decay: float = 0.0,
    ) -> None: ...
