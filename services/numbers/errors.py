"""What the numbers refuse, one class each.

Refusal (journey.errors)
├── NoSuchPeriod · NoSuchPartner
└── NoDay · DayAhead · NoHow · NoPlace · NoHeads: an open event that cannot be entered
"""

from __future__ import annotations

from typing import ClassVar

from journey.errors import Refusal


class NoSuchPeriod(Refusal):
    """The period {period} is none that can be chosen; give all, a year as 2026, or a quarter as 2026-Q4."""

    sv = "Perioden {period} går inte att välja; ange all, ett år som 2026 eller ett kvartal som 2026-Q4."


class NoSuchPartner(Refusal):
    """There is no partner {partner} in these numbers; choose one of: {known}."""

    sv = "Det finns ingen samverkanspart {partner} i de här siffrorna; välj en av: {known}."


class NotAnOpenEvent(Refusal):
    """The open event cannot be entered."""

    sv = "Evenemanget går inte att lägga in."
    field: ClassVar[str] = ""
    """Beside which field this is said."""


class NoDay(NotAnOpenEvent):
    """Give the day of the event, as 2026-11-24."""

    sv = "Ange evenemangets dag, som 2026-11-24."
    field = "day"


class DayAhead(NotAnOpenEvent):
    """That day is still to come; enter the event once it has been held."""

    sv = "Den dagen har inte varit än; lägg in evenemanget när det har hållits."
    field = "day"


class NoHow(NotAnOpenEvent):
    """Choose whether one met on site or on line."""

    sv = "Välj om man träffades på plats eller digitalt."
    field = "how"


class NoPlace(NotAnOpenEvent):
    """Say where, in at most 80 characters and without names of people; of a meeting on line, who held it."""

    sv = "Skriv var, med högst 80 tecken och utan namn på personer; för ett digitalt möte vem som höll det."
    field = "place"


class NoHeads(NotAnOpenEvent):
    """Give how many were met as a whole number from 1 to 100000."""

    sv = "Ange hur många ni mötte som ett helt tal från 1 till 100000."
    field = "people"
