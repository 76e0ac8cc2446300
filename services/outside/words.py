"""What the desk says of a report: how it stands, and what to do, in both languages. It only chooses words."""

from __future__ import annotations

from typing import NamedTuple

from schemas.base import Both, Language
from schemas.journey import Status

LANGUAGES: tuple[Language, Language] = ("sv", "en")

MISFIT = frozenset(
    {
        "unknown_outcome",
        "missing_answers",
        "unknown_fact",
        "unknown_fact_value",
        "unknown_date",
        "wrong_kind_of_date",
        "out_of_reach",
    }
)
"""Causes by which the journey says that the answer does not fit the step."""


class Said(NamedTuple):
    """One sentence, and what to do."""

    sentence: Both
    todo: Both


_NOTHING = Both(sv="Inget behöver göras.", en="Nothing needs doing.")
_DISMISS = Both(sv='operator dismiss {event} --reason "…"', en='operator dismiss {event} --reason "…"')
_MATCH = 'operator match {event} --reason "…"'


def _either(sv: str, en: str) -> Both:
    """Something to do if the report is right; else it is dismissed."""
    return Both(sv=f"{sv} Annars: {_DISMISS.sv}", en=f"{en} Otherwise: {_DISMISS.en}")


_REOPEN = _either(
    sv=f'Ska det gälla ändå: operator reopen {{journey}} --reason "…", sedan {_MATCH}.',
    en=f'If it is to count after all: operator reopen {{journey}} --reason "…", then {_MATCH}.',
)
_ENTER_ANEW = Both(
    sv="Fråga avsändaren och skriv in det rätt med operator event. Därefter: " + _DISMISS.sv,
    en="Ask the sender and enter it right with operator event. After that: " + _DISMISS.en,
)
_ELSEWHERE = _either(
    sv='Ta reda på vem det gäller: operator match {event} --to RESA --reason "…".',
    en='Find out whom it is about: operator match {event} --to JOURNEY --reason "…".',
)

WORDS = {
    "applied": Said(Both(sv="Det är infört i resan {journey}.", en="It has been applied in {journey}."), _NOTHING),
    "dismissed": Said(
        Both(sv="Det är lagt åt sidan av {by}.", en="It has been dismissed by {by}."),
        Both(sv=f"Stämmer det ändå: {_MATCH}", en=f"If it is right after all: {_MATCH}"),
    ),
    "early": Said(
        Both(
            sv="Det kom i förväg och besvarar ”{step}” så snart det steget öppnas i resan {journey}.",
            en="It came early and answers “{step}” as soon as that step opens in {journey}.",
        ),
        _NOTHING,
    ),
    "passed_on": Said(
        Both(
            sv="Resan {journey} har fått det men inte sagt än vad som blev av det.",
            en="The journey {journey} was given it and has not said yet what became of it.",
        ),
        Both(
            sv="Det ges till resan igen av sig självt. Dröjer det: operator reconcile {journey}",
            en="It is passed on again by itself. If that takes long: operator reconcile {journey}",
        ),
    ),
    "unknown_journey": Said(Both(sv="Ingen resa heter {journey}.", en="No journey is called {journey}."), _ELSEWHERE),
    "ended": Said(Both(sv="Resan {journey} är avslutad.", en="The journey {journey} has ended."), _REOPEN),
    "left": Said(
        Both(sv="Resan {journey} har lämnat programmet.", en="The journey {journey} has left the programme."), _REOPEN
    ),
    "back": Said(
        Both(
            sv="Resan {journey} var avslutad när det kom, men pågår nu.",
            en="The journey {journey} had ended when it came, but is under way now.",
        ),
        _either(sv=f"Stämmer det: {_MATCH}.", en=f"If it is right: {_MATCH}."),
    ),
    "late": Said(
        Both(
            sv="”{step}” hade redan avslutats på annat sätt i resan {journey} när det kom.",
            en="“{step}” had ended in another way in {journey} when it came.",
        ),
        _either(
            sv=f"Stämmer det: {_MATCH}, så öppnas steget på nytt och besvaras.",
            en=f"If it is right: {_MATCH}, which opens the step anew and answers it.",
        ),
    ),
    "duplicate": Said(
        Both(
            sv="Detsamma har redan sagts om ”{step}” i resan {journey}.",
            en="The same has been said already of “{step}” in {journey}.",
        ),
        _DISMISS,
    ),
    "unknown_type": Said(
        Both(
            sv="Inget steg i resan {journey} väntar på besked av slaget {type}.",
            en="No step of {journey} waits for reports of the kind {type}.",
        ),
        _ELSEWHERE,
    ),
    "too_many": Said(
        Both(
            sv="Resan {journey} har redan så många besked som väntar att den inte tog emot fler.",
            en="The journey {journey} has so many reports waiting already that it took no more.",
        ),
        _either(sv=f"När några har förts in: {_MATCH}.", en=f"Once some have been applied: {_MATCH}."),
    ),
    "contradicted": Said(
        Both(
            sv="Det säger något annat om ”{step}” i resan {journey} än ett annat besked; någon behöver avgöra.",
            en="It says something else of “{step}” in {journey} than another report does; somebody must decide.",
        ),
        _either(sv=f"Är det detta som stämmer: {_MATCH}.", en=f"If this is the right one: {_MATCH}."),
    ),
    "misfit": Said(
        Both(
            sv="”{step}” i resan {journey} kan inte besvaras så: {wrong}",
            en="“{step}” in {journey} cannot be answered like that: {wrong}",
        ),
        _ENTER_ANEW,
    ),
    "to_confirm": Said(
        Both(
            sv="Deltagaren i resan {journey} har berättat det om ”{step}”; någon ska se efter att det stämmer.",
            en="The participant of {journey} has told this of “{step}”; somebody is to see whether it is right.",
        ),
        _either(sv=f"Stämmer det: {_MATCH}.", en=f"If it is right: {_MATCH}."),
    ),
    "unreadable": Said(Both(sv="Det gick inte att läsa.", en="It could not be read."), _ENTER_ANEW),
    "command_id_reused": Said(
        Both(
            sv="Dess id hade redan använts till något annat i resan {journey}.",
            en="Its id had been used for something else in {journey}.",
        ),
        _ENTER_ANEW,
    ),
    "other": Said(
        Both(sv="Resan {journey} tog inte emot det ({cause}).", en="The journey {journey} did not take it ({cause})."),
        _either(
            sv=f"Säg till den som sköter systemet. När felet är rättat: {_MATCH}.",
            en=f"Tell whoever looks after the system. Once it is mended: {_MATCH}.",
        ),
    ),
}


class About(NamedTuple):
    """What a report is about: the step that waits for it, and why that cannot be answered so, where it is known."""

    step: Both
    wrong: Both | None = None


def words(status: str, cause: str | None, journey_status: str | None, about: About, **names: str | None) -> Said:
    """What to say of a report. `names` are its `event, journey, type` and `by`."""
    said = WORDS.get(_kind(status, cause, journey_status), WORDS["other"])
    step, wrong = about.step, about.wrong or Both(sv=f"{cause}.", en=f"{cause}.")
    sv, en = ({"cause": cause, "step": step[language], "wrong": wrong[language], **names} for language in LANGUAGES)
    return Said(*(Both(sv=both.sv.format_map(sv), en=both.en.format_map(en)) for both in said))


def _kind(status: str, cause: str | None, journey_status: str | None) -> str:
    if status != "unmatched":
        return status
    if cause in MISFIT:
        return "misfit"
    if cause not in {"late", "ended"}:
        return cause or "other"
    match journey_status:
        case Status.ENDED:
            return "ended"
        case Status.FOLLOWING_UP:
            return "left"
        case _:
            return "late" if cause == "late" else "back"
