"""What is refused about reports from outside, one class each, as sentences in both languages.

Refusal (journey.errors)
├── BadReportId · ReportIdTaken · ReportInFuture
├── NoSuchReport · ReportUnreadable
├── ReportApplied · ReportWaits · ReportUnderWay · ReportSeenTo
└── NotSavedYet (services.errors) ── ReportQueued
"""

from __future__ import annotations

from journey.errors import Refusal
from services.errors import NotSavedYet


class BadReportId(Refusal):
    """A report's id is at most {most} letters, digits and . _ : @ / -; give it another one, the same each time."""

    sv = "Ett beskeds id är högst {most} bokstäver, siffror och . _ : @ / -; ge det ett annat, detsamma varje gång."


class ReportIdTaken(Refusal):
    """The id {event} belongs to a report that said something else; give each report an id of its own."""

    sv = "Id {event} hör till ett besked som sade något annat; ge varje besked ett eget id."


class ReportInFuture(Refusal):
    """The report cannot have come in the future; give the time when it came."""

    sv = "Beskedet kan inte ha kommit i framtiden; ange tiden då det kom."


class NoSuchReport(Refusal):
    """There is no report {event}; look its id up with: operator desk --all."""

    sv = "Det finns inget besked {event}; sök upp dess id med: operator desk --all."


class ReportUnreadable(Refusal):
    """The report {event} could not be read, so there is nothing to match; enter it anew with operator event."""

    sv = "Beskedet {event} gick inte att läsa, så det finns inget att foga in; skriv in det på nytt med operator event."


class ReportApplied(Refusal):
    """The report {event} has been applied already, in the journey {journey}; there is nothing left to do with it."""

    sv = "Beskedet {event} har redan förts in, i resan {journey}; det finns inget mer att göra med det."


class ReportWaits(Refusal):
    """The report {event} waits for its step in the journey {journey} and answers it by itself; nothing needs doing."""

    sv = "Beskedet {event} väntar på sitt steg i resan {journey} och besvarar det av sig självt; inget behöver göras."


class ReportUnderWay(Refusal):
    """The report {event} is on its way to the journey {journey}; look again with operator desk in a moment."""

    sv = "Beskedet {event} är på väg till resan {journey}; titta igen med operator desk om en stund."


class ReportSeenTo(Refusal):
    """The report {event} has been dismissed already, by {by}; if it is right after all, use operator match."""

    sv = "Beskedet {event} är redan lagt åt sidan, av {by}; om det stämmer ändå, använd operator match."


class ReportQueued(NotSavedYet):
    """Queued but not confirmed: the report {event} is applied as soon as the journey answers; see operator desk."""

    sv = "Köat men inte bekräftat: beskedet {event} förs in så snart resan svarar; se operator desk."
