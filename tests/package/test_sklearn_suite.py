"""scikit-learn's own tests of its MLPs and its Perceptron pass with ours."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

SUITES = {
    "sklearn.neural_network.tests.test_mlp": {
        # What these look at is private in scikit-learn.
        "test_fit": "sets _random_state, calls _initialize and _fit_stochastic",
        "test_gradient": "calls _loss_grad_lbfgs",
        "test_learning_rate_warmstart": "reads _optimizer.learning_rate",
        "test_adaptive_learning_rate": "reads _optimizer.learning_rate",
    },
    "sklearn.linear_model.tests.test_perceptron": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
def test_suite(suite, tmp_path):
    report = tmp_path / "report.xml"
    plugins = str(Path(__file__).parent)
    path = os.pathsep.join(filter(None, [plugins, os.environ.get("PYTHONPATH")]))
    options = ["-p", "sklearn_with_ours", "-p", "no:cacheprovider", "-W", "ignore", f"--junitxml={report}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--pyargs", suite],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    assert len(cases) >= 5, done.stdout
    assert failed == set(SUITES[suite]), done.stdout
