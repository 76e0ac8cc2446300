"""What is refused on a participant's own page, besides what the journey itself refuses.

Refusal (journey.errors)
└── NotYoursToSay
"""

from __future__ import annotations

from journey.errors import Refusal


class NotYoursToSay(Refusal):
    """This cannot be answered here any more; look at your page again, or call us."""

    sv = "Det här går inte att svara på här längre; titta på din sida igen, eller ring oss."
