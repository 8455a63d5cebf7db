"""What all tests share: the profile of the property tests, processors for teams of threads, a Ctrl-C that is heard."""

import os
import signal

from hypothesis import HealthCheck, settings

# Fixed examples, and no deadline: the machine may be busy.
settings.register_profile(
    "rosenblatt", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rosenblatt")

# Teams have no more threads than there are processors: tests of up to 8 threads say so before the engine is loaded.
os.environ["ROSENBLATT_PROCESSORS"] = "8"

# A shell that starts the tests in the background has them ignore Ctrl-C, and the processes that they start as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
