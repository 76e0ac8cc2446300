"""What the services refuse, one class each, as sentences in both languages.

Refusal (journey.errors)
├── NoSuchProgramme · NoSuchVersion · NoSuchJourney
├── NotSavedYet
└── IntakeFileRefused, RowRefused: see services.intake.errors
"""

from __future__ import annotations

from journey.errors import Refusal
from schemas.base import Both


def both(refusal: Refusal) -> Both:
    """The refusal's sentence in both languages."""
    return Both(sv=refusal.sentence("sv"), en=refusal.sentence("en"))


class NoSuchProgramme(Refusal):
    """No version of the programme {programme} has been published; publish it first."""

    sv = "Ingen version av programmet {programme} är publicerad; publicera det först."


class NoSuchVersion(Refusal):
    """The programme {programme} has no version {version}; choose a published one."""

    sv = "Programmet {programme} har ingen version {version}; välj en som är publicerad."


class NoSuchJourney(Refusal):
    """There is no journey {journey}; look its id up in the list of tasks."""

    sv = "Det finns ingen resa {journey}; sök upp dess id i uppgiftslistan."


class NotSavedYet(Refusal):
    """It is queued but not confirmed: nobody has taken it in yet; send the same again, same key, in a while."""

    sv = (
        "Det är köat men inte bekräftat: ingen har tagit emot det än; skicka samma igen, med samma nyckel, om en stund."
    )
