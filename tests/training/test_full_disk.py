"""A disk that is full while a file is written: the error is raised, and the file of before stays whole."""

import sys
from pathlib import Path

import numpy as np
import pytest

from cases import python
from rosenblatt import MLPRegressor, callbacks

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

# A limit of the size of files stands for a full disk. Python ignores the signal that comes with it.
WITH_LIMIT = """
import os, resource, warnings
import numpy as np
from rosenblatt import MLPRegressor, callbacks

warnings.simplefilter("ignore")
X = np.random.RandomState(0).randn(60, 20)
model = MLPRegressor(hidden_layer_sizes=[40], max_iter=3, random_state=0, callbacks=[callbacks.Checkpoint(PATH)])
model.fit(X, X[:, 0])
with open(PATH, "rb") as file:
    before = file.read()
resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, resource.RLIM_INFINITY))
try:
    model.set_params(callbacks=[callbacks.Checkpoint(PATH, resume=False)]).fit(X, X[:, 0])
except OSError as error:
    print(error.strerror)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with open(PATH, "rb") as file:
    assert file.read() == before
assert os.listdir(os.path.dirname(PATH)) == [os.path.basename(PATH)]
"""


def test_a_checkpoint_of_before_stays(tmp_path):
    assert python(f"PATH = {str(tmp_path / 'run.npz')!r}\n{WITH_LIMIT}").strip() == "File too large"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_log_file():
    X = np.random.RandomState(0).randn(60, 3)
    model = MLPRegressor(hidden_layer_sizes=[3], max_iter=3, callbacks=[callbacks.CSVLogger("/dev/full")])
    with pytest.raises(OSError, match="No space left on device"):
        model.fit(X, X[:, 0])
