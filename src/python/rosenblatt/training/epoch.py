"""The numbers of one epoch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """The numbers of one epoch of ``Network.train``.

    Attributes
    ----------
    epoch : int
        The number of epochs so far, including this one.
    loss : float
        The training loss: ``data_loss + penalty``, as in an estimator's ``loss_curve_``.
    data_loss : float
        The mean loss of the training samples, without the penalty. The loss of each sample is computed with its
        mini-batch, before the step of that mini-batch, and with dropout.
    penalty : float
        The mean over the mini-batches of the penalties of ``alpha`` and ``l1``.
    learning_rate : float
        The learning rate of the epoch's last step.
    val_loss : float or None
        The mean loss of the validation samples after the epoch, without the penalty; None without such samples.
    val_score : float or None
        The score of the validation samples; None where no score is computed, as in ``Network.train``.
    seconds : float
        The time since training began.

    Examples
    --------
    >>> from rosenblatt import Epoch, Network
    >>> network = Network([1, 1], init="zeros")
    >>> for epoch in network.train([[1.0], [2.0]], [2.0, 4.0], "sgd", epochs=2):
    ...     assert isinstance(epoch, Epoch)
    ...     print(epoch.epoch, round(epoch.loss, 3), epoch.learning_rate)
    1 5.0 0.001
    2 4.936 0.001
    """

    epoch: int
    loss: float
    data_loss: float
    penalty: float
    learning_rate: float
    val_loss: float | None
    val_score: float | None
    seconds: float
