"""Which losses the classifier and the regressor accept."""

from rosenblatt import _core

# Name -> the loss of its family for one class of several, and the loss for two classes or several labels.
CLASSIFICATION = {
    "log_loss": ("log_loss", "binary_log_loss"),
    "binary_log_loss": ("log_loss", "binary_log_loss"),
    "focal": ("focal", "binary_focal"),
    "binary_focal": ("focal", "binary_focal"),
    "hinge": ("hinge", "hinge"),
    "squared_hinge": ("squared_hinge", "squared_hinge"),
}
REGRESSION = frozenset(_core.LOSSES) - set(CLASSIFICATION)
