"""What a stack holds before anybody has typed anything: the seed programmes, and a handful of made-up participants.

Safe to repeat: the same programme is the same version, and nobody is entered twice.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from temporalio.client import Client

from db.pool import Database
from schemas.journey import Pace


async def seed(db: Database, client: Client, pace: Pace, say: Callable[[str], None], *, samples: bool) -> None:
    """Publish the programmes and, when `samples`, enter the made-up participants, at this pace."""
    if importlib.util.find_spec("journey.checks") is None:
        return
    plant: Any = importlib.import_module("services.seed").plant
    await plant(db, client, pace, say, samples=samples)
