"""The benchmarks: medians, ratios, tables and files; and that peers do the work that is timed."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """Return a function that imports a module of the benchmarks by its name."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module


@pytest.fixture
def result(module):
    samples = {"rosenblatt": [1.0, 2.0, 3.0, 4.0, 5.0], "peer, one": [12.0, 12.0], "peer, two": [9.0], "other": [30.0]}
    return module("harness").Result("work", "equal", samples, limit="peak", limit_amount=30.0, limit_rates=[20.0, 40.0])


def test_medians_spread_and_the_best_setting_of_each_library(module, result):
    assert module("harness").quartiles(result.samples["rosenblatt"]) == (2, 4)
    assert result.median("rosenblatt") == 3
    assert result.spread("rosenblatt") == pytest.approx(1 / 3)
    assert result.spread("other") == 0
    assert result.best() == {"rosenblatt": "rosenblatt", "peer": "peer, two", "other": "other"}
    assert result.ratios() == {"peer": 3, "other": 10}
    assert result.share() == pytest.approx(30 / 3 / 30)


def test_table_has_the_ratio_to_the_best_peer_first(module, result):
    head, _, row = module("report").table([result]).splitlines()
    assert head == "| work | ratio | of the peak | rosenblatt | peer | other | answers |"
    assert row == "| work | **3** | 33% (peak ±17%) | 3.00 s ±33% | 9.00 s (two) | 30.0 s | equal |"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.5, "s", "1.50 s"),
        (0.01234, "s", "12.3 ms"),
        (4e-6, "s", "4.00 µs"),
        (5e6, "B", "5.00 MB"),
        (0, "B", "0.00 kB"),
        (1.15e7, "instructions", "11.5 10^6"),
    ],
)
def test_units_of_numbers(module, value, unit, text):
    assert module("report").text(value, unit) == text


def test_files_are_read_as_they_were_written(module, result, tmp_path):
    report, options = module("report"), module("harness").Options(repeats=2)
    report.write(tmp_path / "file.json", options, {"topic": [result]}, ["a note"])
    content, results = report.read(tmp_path / "file.json")
    assert results == {"topic": [result]}
    assert content["options"]["repeats"] == 2
    assert content["notes"] == ["a note"]
    assert {"processor", "numpy", "rosenblatt", "level"} <= content["machine"].keys()


@pytest.mark.parametrize(
    ("after", "verdict"), [([1.0, 1.1, 1.2], "faster"), ([2.0, 3.5, 4.0], ""), ([6.0, 6.0, 7.0], "slower")]
)
def test_compare_flags_differences_beyond_the_spread(module, result, after, verdict):
    other = module("harness").Result("work", "equal", {"rosenblatt": after})
    compare = module("compare")
    assert compare.verdict(result, other) == verdict
    row = compare.compare({"topic": [result]}, {"topic": [other], "new": [other]}).splitlines()[2:]
    assert len(row) == 1
    assert row[0].startswith(f"| topic: work | {3 / np.median(after):.2f} | {verdict} | 3.00 s ±33% |")


def test_plot_of_a_grid(module):
    pytest.importorskip("matplotlib")
    Result, plot = module("harness").Result, module("plot")
    results = [
        Result("work", "", {"rosenblatt": [1.0]}, parameters={"sizes": sizes, "batch_size": batch}, limit_rates=[4.0])
        for sizes, batch in (([16, 16, 1], 10), ([8, 8], 100), ([8, 8, 8], 10), ([8, 50, 1], 10))
    ]
    grid = plot.shares(results)
    assert {width: list(by_batch) for width, by_batch in grid.items()} == {8: [10, 100], 16: [10]}
    figure = plot.draw_grid(grid, "title")
    assert [text.get_text() for text in figure.axes[0].texts] == ["0", "0", "0"]
    plot.plt.close(figure)


def test_plot_of_speeds(module):
    pytest.importorskip("matplotlib")
    Result, plot = module("harness").Result, module("plot")
    samples = {"rosenblatt": [2.0], "peer, one": [8.0], "peer, two": [4.0]}
    results = [
        Result(
            "work",
            "",
            samples,
            parameters={"sizes": [width] * 3, "batch_size": 256},
            limit="peak",
            limit_amount=8e9,
            limit_rates=[1e10],
        )
        for width in (32, 16)
    ]
    by_library = plot.speeds(results)
    assert by_library == {
        "rosenblatt": {16: 4.0, 32: 4.0},
        "peak": {16: 10.0, 32: 10.0},
        "peer": {16: 2.0, 32: 2.0},
    }
    figure = plot.draw_speeds(by_library, "title")
    assert [line.get_label() for line in figure.axes[0].lines] == ["rosenblatt", "peer", "the processor's peak"]
    plot.plt.close(figure)


def test_measure_takes_turns_after_the_answers_agreed(module, monkeypatch):
    harness, calls = module("harness"), []
    monkeypatch.setattr(harness, "REST", 0)
    contenders = {name: lambda name=name: calls.append(name) for name in ("rosenblatt", "peer")}
    limit = harness.Limit("peak", 1.0, lambda: calls.append("limit") or 5.0)
    result = harness.measure("work", contenders, lambda answers: ", ".join(answers), 2, calls=2, limit=limit)
    turn = ["rosenblatt", "rosenblatt", "peer", "peer", "limit"]
    assert calls == ["rosenblatt", "peer", *turn, *turn]
    assert result.agreement == "rosenblatt, peer"
    assert [len(samples) for samples in result.samples.values()] == [2, 2]
    assert result.limit_rates == [5.0, 5.0]


def test_different_answers_are_rejected(module):
    agreement = module("agreement")
    same = agreement.same_output(1e-3)
    assert same({"a": np.array([1.0, 2.0]), "b": np.array([1.0, 2.001])}) == "same output to 5e-04"
    assert same({"a": np.ones(2), "b": np.ones(2)}) == "same output, bit for bit"
    with pytest.raises(AssertionError, match="differ"):
        same({"a": np.array([1.0, 2.0]), "b": np.array([1.0, 2.1])})
    with pytest.raises(AssertionError, match="differ"):
        same({"a": np.ones(2), "b": np.array([1.0, np.nan])})
    with pytest.raises(AssertionError, match="shapes"):
        same({"a": np.ones(2), "b": np.ones((2, 1))})
    fitted = module("workloads").Fitted
    with pytest.raises(AssertionError, match="losses differ"):
        agreement.same_loss(1e-9)({"a": fitted([1.0, 0.5]), "b": fitted([1.0, 0.5001])})


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("settings", [{}, {"activation": "tanh", "solver": "sgd"}, {"loss": "huber"}])
def test_peers_train_as_we_do(module, monkeypatch, settings):
    peers = module("peers")
    monkeypatch.setattr(peers, "LIBRARIES", {name: peers.LIBRARIES[name] for name in ("sklearn", "numpy")})
    work = module("workloads").Work(700, (4, 8, 1), 64, 3, **settings)
    text = module("training").proof(work, module("harness").Options())
    assert "in float64" in text


@pytest.mark.slow
def test_every_topic_lists_its_benchmarks():
    command = [sys.executable, FOLDER / "run.py", "--list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for name in (
        "kernels/",
        "training/lecture",
        "prediction/row-images",
        "scaling/grid-",
        "footprint/memory",
        "instructions/lecture",
    ):
        assert name in listed


@pytest.mark.parametrize("classes", [False, True])
def test_tables_are_compared_by_errors_on_rows_that_no_one_saw(module, monkeypatch, classes):
    tables = module("tables")
    pd = pytest.importorskip("pandas")
    rng = np.random.RandomState(0)
    X = pd.DataFrame({"x": np.arange(500.0), "kind": pd.Categorical(rng.choice(["a", "b"], 500))})
    y = (X["x"] > 250).to_numpy(int) if classes else X["x"].to_numpy()
    monkeypatch.setitem(tables.DATA_SETS, "small", (classes, lambda options: (X, y)))
    split = tables._split("small", 0, module("harness").Options())
    rows = [set(part[0]["x"]) for part in (split.train, split.val, split.test)]
    assert list(map(len, rows)) == [320, 80, 100]
    assert len(set.union(*rows)) == 500
    constant = np.full((100, 2), 0.5) if classes else np.full(100, 250.0)
    ours = {"rosenblatt": lambda split: tables.ours(split, preset="fast", max_epochs=20, n_bins=4)}
    monkeypatch.setattr(tables, "CONTENDERS", {**ours, "constant": lambda split: constant})
    options = module("harness").Options(repeats=2)
    tables._compared.cache_clear()
    result = tables.compare("small", 0, options)
    (first, _), error = (
        result.samples["constant"],
        np.log(2) if classes else np.sqrt(np.mean((split.test[1] - 250) ** 2)),
    )
    assert first == pytest.approx(error)
    assert result.ratios()["constant"] > 1
    assert tables.compare("small", 1, options).median("rosenblatt") > 0
    assert module("report").text(result.median("constant"), result.unit) == f"{result.median('constant'):#.4g}"


def test_an_ablation_leaves_out_what_it_says(module, monkeypatch):
    tables = module("tables")
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame({"x": np.arange(50.0)})
    monkeypatch.setitem(tables.DATA_SETS, "small", (False, lambda options: (X, X["x"].to_numpy())))
    made = []
    train_all = module("rosenblatt.tables.base").train_all
    monkeypatch.setattr(
        "rosenblatt.tables.base.train_all", lambda *args, **kw: made.extend(train_all(*args, **kw)) or made[-1:]
    )
    split = tables._split("small", 0, module("harness").Options())
    for work in tables.ABLATIONS.values():
        work(split)
    networks = [one.member.network for one in made]
    assert [network.input_scaling for network in networks] == [True, True, False, True, True, True, True]
    assert [network.has_slopes for network in networks] == [True, True, True, False, True, True, True]
    assert [len(network.weights[0]) for network in networks[:2]] == [25, 1]
    assert [network.activations[0] for network in networks[-2:]] == ["mish", "relu"]
