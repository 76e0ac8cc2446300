"""What is refused about acts for many journeys.

Refusal (journey.errors)
├── NoSuchBulk · NotUnderWay · NothingLeft · SomethingElse · BadRate
"""

from __future__ import annotations

from journey.errors import Refusal


class NoSuchBulk(Refusal):
    """There is no act for many called {bulk}; look its id up with: operator bulk list."""

    sv = "Det finns ingen massåtgärd {bulk}; sök upp dess id med: operator bulk list."


class NotUnderWay(Refusal):
    """The act {bulk} is not under way ({status}), so there is nothing to stop."""

    sv = "Massåtgärden {bulk} pågår inte ({status}), så det finns inget att stoppa."


class NothingLeft(Refusal):
    """The act {bulk} is done and nobody is left to ask; order it anew for others."""

    sv = "Massåtgärden {bulk} är klar och ingen återstår att fråga; beställ en ny för andra."


class SomethingElse(Refusal):
    """This key has already been used for another act; choose a new key."""

    sv = "Den nyckeln har redan använts till något annat; välj en ny nyckel."


class BadRate(Refusal):
    """A rate is how many journeys a second, from {least} to {most}; choose another."""

    sv = "Takten är antalet resor i sekunden, från {least} till {most}; välj en annan."
