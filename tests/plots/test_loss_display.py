"""The plot of losses draws what the losses compute."""

import numpy as np
import pytest

from rosenblatt import LossDisplay, _core, losses

matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", [name for name in _core.LOSSES if not _core.LOSS_INFO[name]["categorical"]])
def test_every_loss(name):
    display = losses.plot(name, target=1, z_range=(-2, 3))
    line, slope = (axis.lines[0] for axis in display.ax_)
    z = line.get_xdata()
    value, gradient = getattr(losses, name)(np.ones((len(z), 1)), z[:, np.newaxis])
    np.testing.assert_array_equal(line.get_ydata(), value)
    np.testing.assert_array_equal(slope.get_ydata(), gradient[:, 0])
    assert (z[0], z[-1]) == (-2, 3)
    assert LossDisplay.from_names(name)  # with the default target


@pytest.mark.parametrize("pair", [("log_loss", "binary_log_loss"), ("focal", "binary_focal")])
def test_two_classes_are_one_score(pair):
    display = losses.plot(pair)
    several, binary = display.values.values()
    np.testing.assert_allclose(several, binary, rtol=1e-9)
    for several, binary in [display.derivatives.values()]:
        np.testing.assert_allclose(several, binary, rtol=1e-9, atol=1e-12)


def test_instances_and_axes():
    figure, axes = plt.subplots(2, 1)
    display = losses.plot([losses.Huber(0.5), losses.Huber(2.0)], ax=axes, linewidth=1)
    assert display.figure_ is figure
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == ["Huber(delta=0.5)", "Huber(delta=2.0)"]
    assert losses.plot().values.keys() == {"SquaredError()", "AbsoluteError()", "Huber(delta=1.0)", "LogCosh()"}
    assert losses.plot(losses.Quantile(0.9)).values["Quantile(quantiles=[0.9])"][-1] == pytest.approx(0.1 * 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": "mse"}, "loss: got 'mse'"),
        ({"names": []}, "names: got none"),
        ({"names": losses.Quantile([0.1, 0.9])}, "names: got Quantile"),
        ({"names": lambda y, z: (y, z)}, "names: got Custom"),
        ({"names": "gamma", "target": -1}, "y"),
        ({"z_range": (1, 1)}, "z_range: got"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        losses.plot(**arguments)


def test_two_axes():
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="ax: got 3 axes, expected two"):
        losses.plot(ax=axes)
