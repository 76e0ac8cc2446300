"""How much one visitor may ask for: buckets that refill. In memory: a console that starts again forgives."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_KNOWN = 50_000


@dataclass(frozen=True)
class Limit:
    """So many at once, and so many a minute after that."""

    name: str
    at_once: int
    a_minute: float


LOOKING = Limit("look", 240, 240)
SENDING = Limit("send", 60, 60)
SIGNING_IN = Limit("sign_in", 20, 10)
PUBLIC = Limit("public", 20, 10)
"""For pages that anybody may send something from."""

INTEREST = Limit("interest", 40, 12)
"""For the interest form: a fair with one address for everybody must get through."""

API = Limit("api", 300, 300)
"""For another system, by its key."""

STRANGERS = Limit("api_strangers", 60, 30)
"""For an address that sends keys or signatures which are not good."""

UNHINDERED, FORGIVEN_EVERY, FIRST_PAUSE, LONGEST_PAUSE = 6, 60.0, 0.5, 8.0


class Pauses:
    """Lets whoever sends again and again wait, twice as long each time; nobody notices who sends a few times."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds(self, who: str) -> float:
        """How long this one is let wait now; one time is forgiven each minute."""
        now = self._clock()
        count, at = self._sent.pop(who, (0.0, now))
        count = max(0.0, count - (now - at) / FORGIVEN_EVERY)
        self._sent[who] = (count + 1, now)
        if len(self._sent) > MOST_KNOWN:
            self._sent.popitem(last=False)
        over = int(count) - UNHINDERED
        return 0.0 if over < 0 else min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(over, 10))


class Limits:
    """What is left for whom."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, limit: Limit, who: str) -> float:
        """Take one; 0 when there was one, else the seconds until there is."""
        now = self._clock()
        left, at = self._left.pop((limit.name, who), (float(limit.at_once), now))
        left = min(limit.at_once, left + (now - at) * limit.a_minute / 60)
        allowed = left >= 1
        self._left[limit.name, who] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / limit.a_minute
