"""How hard the property tests try: `ci` always, `thorough` when asked (`HYPOTHESIS_PROFILE=thorough`)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The pure tests run all the time, so they are few and the same each time; no deadline, for machines are noisy.
settings.register_profile("ci", max_examples=20, stateful_step_count=20, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "thorough",
    max_examples=1_000,
    stateful_step_count=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
