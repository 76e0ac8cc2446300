"""Refusals of a wish for another time: how each comes about, and its sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journey import mending_errors
from journey.errors import Refusal
from tests.driving import Drive, variant


def by_phone(plan: dict[str, Any]) -> None:
    plan["steps"]["welcome_call"]["by_phone"] = True


def called(when: str | None) -> Callable[[Drive], object]:
    """The participant asks to be called then; on Monday at ten, when there is until Thursday."""

    def act(drive: Drive) -> object:
        drive.state = Drive(programme=variant(by_phone)).state
        return drive.ask("welcome_call", when)

    return act


def twice(drive: Drive) -> object:
    called("2026-03-03 10:00")(drive)
    return drive.ask("welcome_call", "2026-03-03 10:00")


def resting(drive: Drive) -> object:
    drive.state = Drive(programme=variant(by_phone)).state
    return drive.hold("2026-04-01 00:00").ask("welcome_call", "2026-03-03 10:00")


CASES: dict[type[Refusal], tuple[Callable[[Drive], object], str, str]] = {
    mending_errors.NoTimeToChoose: (
        lambda drive: drive.ask("welcome_call", "2026-03-03 10:00"),
        "Här finns ingen tid att välja; ring oss i stället.",
        "There is no time to choose here; call us instead.",
    ),
    mending_errors.TimeHasPassed: (
        called("2026-03-02 10:00"),
        "Den tiden har redan varit; välj en senare, eller ring oss.",
        "That time has passed already; choose a later one, or call us.",
    ),
    mending_errors.TimeOutsideHours: (
        called("2026-03-03 17:00"),
        "Vi finns här på vardagar klockan 08:00 till 17:00; välj en tid inom det.",
        "We are here on working days from 08:00 to 17:00; choose a time within that.",
    ),
    mending_errors.TimeTooLate: (
        called("2026-03-06 10:00"),
        "Det är senare än vi kan vänta; välj en tid senast 2026-03-05 17:00, eller ring oss.",
        "That is later than we can wait; choose a time no later than 2026-03-05 17:00, or call us.",
    ),
    mending_errors.TimeIsSo: (
        twice,
        "Tiden är redan 2026-03-03 10:00; välj en annan.",
        "The time is 2026-03-03 10:00 already; choose another one.",
    ),
    mending_errors.RestsNow: (
        resting,
        "Allt vilar till 2026-04-01, så ingen tid kan väljas nu; ring oss om du vill prata före det.",
        "Everything rests until 2026-04-01, so no time can be chosen now; call us if you want to talk before that.",
    ),
    mending_errors.NothingWished: (
        called(None),
        "Ingen har bett om en annan tid, så det finns inget att ta tillbaka.",
        "No other time has been asked for, so there is nothing to take back.",
    ),
}
