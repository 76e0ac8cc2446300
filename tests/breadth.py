"""How hard the property tests try.

Only so hard that nobody waits for them; with `RESAN_THOROUGH=1` for as many examples as each asks for. Both are the
same each time; `HYPOTHESIS_PROFILE=search` looks for others by chance.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("RESAN_THOROUGH", "") not in {"", "0"}
FEW = 12
"""No property is tried on fewer examples than these, unless it asks for fewer itself."""

# The machine may be slow and busy: that is never what a test is about.
PATIENT: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}


def examples(wanted: int) -> int:
    """How many examples a property gets that asks for so many."""
    return wanted if THOROUGH else max(min(wanted, FEW), wanted // 5)


def load() -> None:
    """Choose how hard the property tests try. It holds for those that are imported afterwards."""
    steps = 20 if THOROUGH else 15
    settings.register_profile("same", max_examples=examples(20), stateful_step_count=steps, derandomize=True, **PATIENT)
    settings.register_profile("search", max_examples=1_000, stateful_step_count=60, **PATIENT)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
