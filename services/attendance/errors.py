"""What is refused about attendance, as sentences in both languages.

Refusal (journey.errors)
├── NotAttestable · AttestedAlready · CorrectedAlready
└── TooManyHours · NothingToCorrect · SayHowYouKnow
"""

from __future__ import annotations

from journey.errors import Refusal


class NotAttestable(Refusal):
    """There is no such entry to attest; look at the list again."""

    sv = "Det finns ingen sådan post att intyga; titta på listan igen."


class AttestedAlready(Refusal):
    """This entry has been attested already; correct it if it is wrong."""

    sv = "Den här posten är redan intygad; rätta den om den är fel."


class CorrectedAlready(Refusal):
    """Somebody has corrected this entry meanwhile; look at the list again."""

    sv = "Någon har rättat den här posten under tiden; titta på listan igen."


class TooManyHours(Refusal):
    """With this, {day} has {hours} hours, which is more than a day; correct the hours."""

    sv = "Med det här blir {day} {hours} timmar, vilket är mer än ett dygn; rätta timmarna."


class NothingToCorrect(Refusal):
    """Nothing is different; change what is wrong, or leave the entry as it is."""

    sv = "Inget är ändrat; ändra det som är fel, eller låt posten vara."


class SayHowYouKnow(Refusal):
    """Write how the participant has confirmed it, in a few words: it stays with the entry."""

    sv = "Skriv hur deltagaren har bekräftat det, med några ord: det står kvar vid posten."
