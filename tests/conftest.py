"""What all tests share: the profile of the property tests."""

from hypothesis import HealthCheck, settings

# Fixed examples, and no deadline: the machine may be busy.
settings.register_profile(
    "rosenblatt", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rosenblatt")
