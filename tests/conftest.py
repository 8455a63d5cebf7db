"""Settings of all tests: the profile of the property tests, the number of processors, and Ctrl-C."""

import os
import signal

from hypothesis import HealthCheck, settings

# Fixed examples, and no deadline, since the machine may be busy.
settings.register_profile(
    "rosenblatt", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rosenblatt")

# A team has at most as many threads as there are processors, and some tests use 8 threads. The engine reads this once.
os.environ["ROSENBLATT_PROCESSORS"] = "8"

# If a shell starts the tests in the background, they and the processes that they start ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
