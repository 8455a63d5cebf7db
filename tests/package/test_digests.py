"""The script that compares the results of two versions runs, and finds no difference between equal ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rosenblatt import _core

DIGESTS = Path(__file__).parents[1] / "digests.py"


@pytest.mark.slow
def test_the_same_version_gives_the_same_digests(tmp_path):
    file = tmp_path / "digests.json"
    environment = os.environ | {"ROSENBLATT_PROCESSORS": "8"}
    outputs = [
        subprocess.run(
            [sys.executable, DIGESTS, command, file], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for command in ("record", "compare")
    ]
    n_digests = 618 * len(_core.available_levels())
    assert outputs == [f"{n_digests} digests recorded\n", f"{n_digests} digests recorded, 0 differ\n"]
