"""What is refused when somebody mends a journey, besides what the journey itself refuses.

Refusal (journey.errors)
├── NeedsReason · ReasonTooLong
├── UnknownStaff · StaffNotActive
├── UnknownCause
└── NotSavedYet (services.errors) ── NoAnswer
"""

from __future__ import annotations

from journey.errors import Refusal
from services.errors import NotSavedYet


class NeedsReason(Refusal):
    """Say why, in a few words, with --reason: it stays in the journal with your name and the time."""

    sv = "Säg varför, med några ord, med --reason: det står kvar i journalen med ditt namn och tiden."


class ReasonTooLong(Refusal):
    """A reason is one line of at most {most} characters that can be seen; shorten it or type it again."""

    sv = "Ett skäl är en rad med högst {most} synliga tecken; korta det eller skriv om det."


class UnknownStaff(Refusal):
    """Nobody here is called {staff}; choose one of: {choices}."""

    sv = "Ingen här heter {staff}; välj någon av: {choices}."


class StaffNotActive(Refusal):
    """{staff} does not work here any more; choose one of: {choices}."""

    sv = "{staff} arbetar inte här längre; välj någon av: {choices}."


class UnknownCause(Refusal):
    """The programme has no cause {cause} for a rest; choose one of: {choices}."""

    sv = "Programmet har ingen orsak {cause} till vila; välj någon av: {choices}."


class NoAnswer(NotSavedYet):
    """The journey does not answer just now; nothing has been done, so try again in a while."""

    sv = "Resan svarar inte just nu; inget är gjort, så försök igen om en stund."
