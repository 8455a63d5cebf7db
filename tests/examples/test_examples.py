"""Every example runs, saves its picture, and prints the expected numbers."""

import os
import re
import runpy
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import sklearn.datasets
from sklearn.datasets import fetch_california_housing

matplotlib = pytest.importorskip("matplotlib", reason="plots need matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

FOLDER = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.name != "show.py")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs a script as from the command line and returns its output and its picture."""

    def run_script(name):
        monkeypatch.syspath_prepend(FOLDER)
        without_download = partial(fetch_california_housing, download_if_missing=False)
        monkeypatch.setattr(sklearn.datasets, "fetch_california_housing", without_download)
        monkeypatch.setattr(sys, "argv", [f"{name}.py", "--save", str(tmp_path)])
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
        pictures = list(tmp_path.iterdir())
        assert [picture.name for picture in pictures] == [f"{name}.png"]
        return capsys.readouterr().out, plt.imread(pictures[0])

    yield run_script
    plt.close("all")


def number(pattern, text):
    """Return the number that follows the pattern."""
    return float(re.search(rf"{pattern}\D*?(-?[0-9.]+(e-[0-9]+)?)", text)[1])


def logic(out):
    assert [line[-9:] for line in out.splitlines()[:5]] == [
        "[0 0 1 1]",
        "[0 0 0 1]",
        "[0 1 1 1]",
        "[0 0 1 0]",
        "[0 1 1 0]",
    ]


def perceptron_iris(out):
    assert number("accuracy", out) == 1
    assert "setosa another" in out


def convergence(out):
    lines = out.splitlines()[:3]
    assert [re.search("converged: ([A-Za-z]+)", line)[1] for line in lines] == ["True", "True", "False"]
    for line in lines[:2]:
        assert 0 < number("updates", line) <= number("bound", line)


def xor(out):
    assert number("one layer: accuracy", out) < 1
    assert number("two layers: accuracy", out) == 1


def gradient_descent(out):
    assert "theta after 1000 epochs: 4.21509616 2.77011339" in out


def backprop(out):
    assert number("by hand", out) == number("by the engine", out)
    assert number("largest difference of gradients", out) < 1e-15
    assert 1e-13 < number("finite differences", out) < 1e-8


def activation_functions(out):
    assert "tanh: at 5, the value is 0.9999, the derivative 0.0002" in out


def california_housing(out):
    if out.startswith("California"):
        assert out.startswith("California housing: RMSE 0.505333 after 169 epochs")
    else:
        assert out.startswith("diabetes: RMSE")
        assert number("RMSE", out) < 0.9


def table(out):
    assert "  letter: 8 categories, one-hot" in out
    assert number("R2", out) > 0.92
    assert 0.87 < number("intervals", out) < 0.96


def bounded_outputs(out):
    lows = [number("from", line) for line in out.splitlines()[:4]]
    highs = [number("to", line) for line in out.splitlines()[:4]]
    assert lows[0] < 0 <= lows[1]  # identity, softplus
    assert lows[2] < 0 <= lows[3] <= highs[3] <= 1 < highs[2]  # identity, sigmoid


def outliers(out):
    assert number("huber: RMSE to the truth", out) < 0.3 * number("squared_error: RMSE to the truth", out)


def binary(out):
    assert number("precision", out) > 0.9
    assert number("recall", out) > 0.9


def multilabel(out):
    assert number("score", out) > 0.95


def multiclass(out):
    assert number("accuracy", out) > 0.95
    assert number("probabilities", out) == 1


SLOW = ("california_housing",)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in SCRIPTS]
)
def test_example(name, run):
    if name == "table":
        pytest.importorskip("pandas")
    out, picture = run(name)
    assert picture.std() > 0.01, "the picture is empty"
    globals()[name](out)


@pytest.mark.parametrize("name", SCRIPTS)
def test_example_describes_its_picture(name):
    docstring = FOLDER.joinpath(f"{name}.py").read_text().split('"""')[1]
    assert 150 < len(docstring) < 600
    assert f"({name}.py)" in FOLDER.joinpath("README.md").read_text()


def test_help_has_the_description(monkeypatch, capsys):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(sys, "argv", ["logic.py", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(FOLDER / "logic.py"), run_name="__main__")
    out = capsys.readouterr().out
    assert "McCulloch and Pitts' neurons of 1943" in out
    assert "--save FOLDER" in out


def test_example_from_the_command_line(tmp_path):
    command = [sys.executable, "-W", "error", str(FOLDER / "logic.py"), "--save", "new/folder"]
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, "MPLBACKEND": "Agg"})
    assert (tmp_path / "new/folder/logic.png").is_file()
