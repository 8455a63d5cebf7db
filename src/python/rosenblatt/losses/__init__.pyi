# Written by .ci/stubs.py from the engine's list.

from collections.abc import Sequence

import numpy.typing as npt

from rosenblatt._engine import FloatArray
from rosenblatt.activations.output import OutputActivation
from rosenblatt.losses.base import Loss as Loss
from rosenblatt.losses.choice import find as find
from rosenblatt.losses.choice import has_margins as has_margins
from rosenblatt.losses.choice import names as names
from rosenblatt.losses.choice import resolve as resolve
from rosenblatt.losses.custom import Custom as Custom
from rosenblatt.losses.generated import CLASSES as CLASSES
from rosenblatt.losses.generated import FUNCTIONS as FUNCTIONS
from rosenblatt.losses.plotting import plot as plot


__all__ = [
    "Custom",
    "Loss",
    "find",
    "plot",
    "squared_error",
    "absolute_error",
    "huber",
    "log_cosh",
    "quantile",
    "poisson",
    "gamma",
    "tweedie",
    "log_loss",
    "binary_log_loss",
    "focal",
    "binary_focal",
    "hinge",
    "squared_hinge",
    "SquaredError",
    "AbsoluteError",
    "Huber",
    "LogCosh",
    "Quantile",
    "Poisson",
    "Gamma",
    "Tweedie",
    "LogLoss",
    "BinaryLogLoss",
    "Focal",
    "BinaryFocal",
    "Hinge",
    "SquaredHinge",
]

def __dir__() -> list[str]: ...

class SquaredError(Loss):
    """Half the squared error; its minimum is the mean."""

    def __init__(
        self,
    ) -> None: ...

class AbsoluteError(Loss):
    """The absolute error; its minimum is the median. The derivative at 0 is defined as 0."""

    def __init__(
        self,
    ) -> None: ...

class Huber(Loss):
    """Half the squared error for errors up to ``delta``, linear for larger ones: less sensitive to outliers.

    Parameters
    ----------
    delta : float in (0, inf), default=1.0
        The error above which the loss is linear.
    """

    delta: float
    def __init__(
        self,
        delta: float = 1.0,
    ) -> None: ...

class LogCosh(Loss):
    """Close to half the squared error for small errors and to the absolute error for large ones, and smooth."""

    def __init__(
        self,
    ) -> None: ...

class Quantile(Loss):
    """The pinball loss; its minimum is a quantile. Several quantiles never cross.

    For K > 1 quantiles a network has K outputs for each target, with p_1 = z_1 and p_k = p_(k-1) + softplus(z_k) [2]_.

    Parameters
    ----------
    quantiles : list of float in (0, 1), default=[0.5]
        The quantiles to predict, in increasing order.
    """

    quantiles: float | Sequence[float]
    def __init__(
        self,
        quantiles: float | Sequence[float] = [0.5],
    ) -> None: ...

class Poisson(Loss):
    """Half the Poisson deviance, for counts and other targets whose variance is proportional to their mean."""

    def __init__(
        self,
    ) -> None: ...

class Gamma(Loss):
    """Half the gamma deviance, for positive targets whose standard deviation is proportional to their mean."""

    def __init__(
        self,
    ) -> None: ...

class Tweedie(Loss):
    """Half the Tweedie deviance, for amounts of which many are 0, such as rain or claims; the variance of the targets is proportional to a power of their mean.

    Parameters
    ----------
    power : float in (1, 2), default=1.5
        The power of the mean: near 1 as for counts, near 2 as for positive amounts.
    """

    power: float
    def __init__(
        self,
        power: float = 1.5,
    ) -> None: ...

class LogLoss(Loss):
    """Cross-entropy of one class of several.

    Parameters
    ----------
    label_smoothing : float in [0, 1), default=0.0
        The share of each target that is distributed evenly over all classes, against overconfident predictions
        [2]_. Without it the reported loss of one target is clipped to [eps, -log(eps)], as in scikit-learn.
    """

    label_smoothing: float
    def __init__(
        self,
        label_smoothing: float = 0.0,
    ) -> None: ...

class BinaryLogLoss(Loss):
    """Cross-entropy of two classes, or of independent labels.

    Parameters
    ----------
    label_smoothing : float in [0, 1), default=0.0
        The share of each target that is distributed evenly over all classes, against overconfident predictions
        [2]_. Without it the reported loss of one target is clipped to [eps, -log(eps)], as in scikit-learn.
    """

    label_smoothing: float
    def __init__(
        self,
        label_smoothing: float = 0.0,
    ) -> None: ...

class Focal(Loss):
    """Focal loss of one class of several: cross-entropy with less weight on well-classified samples.

    Parameters
    ----------
    gamma : float in [0, inf), default=2.0
        The exponent of the factor that reduces the loss of well-classified samples; 0 is cross-entropy.
    """

    gamma: float
    def __init__(
        self,
        gamma: float = 2.0,
    ) -> None: ...

class BinaryFocal(Loss):
    """Focal loss of two classes, or of independent labels: cross-entropy with less weight on well-classified samples.

    Parameters
    ----------
    gamma : float in [0, inf), default=2.0
        The exponent of the factor that reduces the loss of well-classified samples; 0 is cross-entropy.
    """

    gamma: float
    def __init__(
        self,
        gamma: float = 2.0,
    ) -> None: ...

class Hinge(Loss):
    """The hinge loss, which is 0 from a margin of 1 on. The prediction is the raw score, above 0 for y = 1."""

    def __init__(
        self,
    ) -> None: ...

class SquaredHinge(Loss):
    """The square of the hinge loss: smooth, with a larger penalty for large violations of the margin."""

    def __init__(
        self,
    ) -> None: ...

def squared_error(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Half the squared error; its minimum is the mean.

    Returns the loss of each row and its gradient: see `SquaredError`, which has the same settings.
    """
    ...

def absolute_error(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """The absolute error; its minimum is the median. The derivative at 0 is defined as 0.

    Returns the loss of each row and its gradient: see `AbsoluteError`, which has the same settings.
    """
    ...

def huber(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    delta: float = 1.0,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Half the squared error for errors up to ``delta``, linear for larger ones: less sensitive to outliers.

    Returns the loss of each row and its gradient: see `Huber`, which has the same settings.
    """
    ...

def log_cosh(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Close to half the squared error for small errors and to the absolute error for large ones, and smooth.

    Returns the loss of each row and its gradient: see `LogCosh`, which has the same settings.
    """
    ...

def quantile(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    quantiles: float | Sequence[float] = [0.5],
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """The pinball loss; its minimum is a quantile. Several quantiles never cross.

    Returns the loss of each row and its gradient: see `Quantile`, which has the same settings.
    """
    ...

def poisson(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Half the Poisson deviance, for counts and other targets whose variance is proportional to their mean.

    Returns the loss of each row and its gradient: see `Poisson`, which has the same settings.
    """
    ...

def gamma(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Half the gamma deviance, for positive targets whose standard deviation is proportional to their mean.

    Returns the loss of each row and its gradient: see `Gamma`, which has the same settings.
    """
    ...

def tweedie(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    power: float = 1.5,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Half the Tweedie deviance, for amounts of which many are 0, such as rain or claims; the variance of the targets is proportional to a power of their mean.

    Returns the loss of each row and its gradient: see `Tweedie`, which has the same settings.
    """
    ...

def log_loss(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    label_smoothing: float = 0.0,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Cross-entropy of one class of several.

    Returns the loss of each row and its gradient: see `LogLoss`, which has the same settings.
    """
    ...

def binary_log_loss(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    label_smoothing: float = 0.0,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Cross-entropy of two classes, or of independent labels.

    Returns the loss of each row and its gradient: see `BinaryLogLoss`, which has the same settings.
    """
    ...

def focal(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    gamma: float = 2.0,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Focal loss of one class of several: cross-entropy with less weight on well-classified samples.

    Returns the loss of each row and its gradient: see `Focal`, which has the same settings.
    """
    ...

def binary_focal(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    gamma: float = 2.0,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """Focal loss of two classes, or of independent labels: cross-entropy with less weight on well-classified samples.

    Returns the loss of each row and its gradient: see `BinaryFocal`, which has the same settings.
    """
    ...

def hinge(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """The hinge loss, which is 0 from a margin of 1 on. The prediction is the raw score, above 0 for y = 1.

    Returns the loss of each row and its gradient: see `Hinge`, which has the same settings.
    """
    ...

def squared_hinge(
    y_true: npt.ArrayLike,
    raw_scores: npt.ArrayLike,
    output_activation: OutputActivation = None,
) -> tuple[FloatArray, FloatArray]:
    """The square of the hinge loss: smooth, with a larger penalty for large violations of the margin.

    Returns the loss of each row and its gradient: see `SquaredHinge`, which has the same settings.
    """
    ...
