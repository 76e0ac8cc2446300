"""Names that a draft uses: each must be there, and what is there should be used.

Only names are looked at here, never what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from journey.alarms import HOLD_REVIEW
from journey.check_draft import Draft
from journey.check_problem import nearest
from journey.engine import INTEREST_AGAIN
from journey.letters import CANCELLATION, RELEASED
from journey.source import Path
from schemas.clocks import OWNER, Anchor, Reminder, Rung
from schemas.draft import Code, Problem
from schemas.forms import FORMS
from schemas.letters import STANDARD
from schemas.programme import PARTICIPANT, Outcome, Step

ACTIONS = {"assign_owners": "assigned"}
"""The actions that code knows, with the outcome each one gives."""

_WORDS = {
    "steps": ("Steget", "step"),
    "roles": ("Rollen", "role"),
    "parties": ("Parten", "party"),
    "phases": ("Fasen", "phase"),
    "calendars": ("Kalendern", "calendar"),
    "facts": ("Uppgiften", "fact"),
    "dates": ("Datumet", "date"),
    "exits": ("Avslutet", "exit"),
    "notices": ("Meddelandet", "notice"),
    "values": ("Värdet", "value"),
    "outcomes": ("Utfallet", "outcome"),
    "forms": ("Formuläret", "form"),
    "actions": ("Handlingen", "action"),
    "off": ("Gruppen av lediga dagar", "group of days off"),
}
_SOMETIMES_UNUSED = ("roles", "parties", "phases", "calendars", "facts", "dates", "exits", "notices")


class Use(NamedTuple):
    """A name in use: where, in which section it must be declared, and what may stand there besides."""

    path: Path
    section: str
    name: str
    besides: frozenset[str] = frozenset()
    of: str | None = None


def check_references(draft: Draft) -> Iterator[Problem]:
    """Names that are not there, names that may not be used, and the messages that the engine itself needs."""
    for use in uses(draft):
        known = _known(draft, use)
        if known is not None and use.name not in known | use.besides:
            sv, en = _WORDS[use.section]
            words = {"what_sv": sv, "what_en": en, "name": use.name, **nearest(use.name, known | use.besides)}
            yield draft.say(Code.UNKNOWN_REFERENCE, *use.path, **words)
    for role in draft.programme.roles:
        if role in {PARTICIPANT, OWNER}:
            yield draft.say(Code.RESERVED_NAME, "roles", role, name=role)


def check_unused(draft: Draft) -> Iterator[Problem]:
    """What is declared and never used."""
    used: dict[str, set[str]] = {section: set() for section in _SOMETIMES_UNUSED}
    for use in uses(draft):
        used.setdefault(use.section, set()).add(use.name)
    used["notices"].update(_sent_anyway(draft))
    used["exits"].update(code for code, found in draft.programme.exits.items() if found.anytime)
    for section in _SOMETIMES_UNUSED:
        for name in getattr(draft.programme, section):
            if name not in used[section]:
                sv, en = _WORDS[section]
                yield draft.say(Code.UNUSED, section, name, what_sv=sv, what_en=en, name=name)


def _sent_anyway(draft: Draft) -> list[str]:
    """The messages that the engine sends whatever the programme says."""
    invites = any(rule.invite for _, rule in draft.notice_rules())
    return [HOLD_REVIEW, INTEREST_AGAIN, RELEASED, *([CANCELLATION] if invites else [])]


def _known(draft: Draft, use: Use) -> frozenset[str] | None:  # noqa: PLR0911 (a table of sections)
    """The names that may stand here; None when what they would belong to is itself unknown."""
    programme = draft.programme
    match use.section:
        case "outcomes":
            return frozenset(draft.endings(use.of)) if use.of in programme.steps else None
        case "values":
            return frozenset(programme.facts[use.of].values) if use.of in programme.facts else None
        case "forms":
            return frozenset(FORMS)
        case "actions":
            return frozenset(ACTIONS)
        case "off":
            return frozenset({"public", "eves"})
        case "notices":
            return STANDARD.union(draft.declared("notices"))
        case _:
            return frozenset(draft.declared(use.section))


def uses(draft: Draft) -> Iterator[Use]:
    """Every name in use, with its place."""
    programme = draft.programme
    yield Use(("fallback",), "steps", programme.fallback)
    for name, role in programme.roles.items():
        yield Use(("roles", name, "party"), "parties", role.party)
    for name, calendar in programme.calendars.items():
        yield from (Use(("calendars", name, "off", n), "off", kind) for n, kind in enumerate(calendar.off))
    for name, step in draft.steps():
        yield from _of_step(("steps", name), step)
        yield from _of_needs(("steps", name), step)
    for name, outcome, found in draft.outcomes():
        yield from _of_outcome(("steps", name, "outcomes", outcome), found)
    for name, own in programme.own_page.items():
        yield Use(("own_page", name), "steps", name)
        yield from (Use(("own_page", name, "answers", each), "outcomes", each, of=name) for each in own.answers)
    for path, rule in draft.ladder_rules():
        yield from _of_rule(path, rule)
    yield from _of_clocks(draft)
    for path, message in draft.notice_rules():
        yield Use((*path, "notice"), "notices", message.notice)
        yield from _receivers((*path, "to"), message.to)
        if message.invite is not None:
            yield Use((*path, "invite"), "dates", message.invite)


def _of_step(path: Path, step: Step) -> Iterator[Use]:
    yield Use((*path, "phase"), "phases", step.phase)
    if step.role is not None:
        yield Use((*path, "role"), "roles", step.role, frozenset({PARTICIPANT}))
    if step.waiting_on is not None:
        yield Use((*path, "waiting_on"), "parties", step.waiting_on)
    if step.form is not None:
        yield Use((*path, "form"), "forms", step.form)
    if step.action is not None:
        yield Use((*path, "action"), "actions", step.action)
    yield from (Use((*path, "after_exit", n), "exits", code) for n, code in enumerate(step.after_exit))
    if step.end is not None:
        if step.end.outcome is not None:
            yield Use((*path, "end", "outcome"), "outcomes", step.end.outcome, of=str(path[1]))
        if step.end.hand_to is not None:
            yield Use((*path, "end", "hand_to"), "roles", step.end.hand_to)
            yield Use((*path, "end", "notice"), "notices", step.end.notice)


def _of_needs(path: Path, step: Step) -> Iterator[Use]:
    for needed, accepted in step.needs.items():
        yield Use((*path, "needs", needed), "steps", needed)
        for index, outcome in enumerate(accepted):
            yield Use((*path, "needs", needed, index), "outcomes", outcome, of=needed)
    for fact, values in step.when.items():
        yield Use((*path, "when", fact), "facts", fact)
        for index, value in enumerate(values):
            yield Use((*path, "when", fact, index), "values", value, of=fact)


def _of_outcome(path: Path, outcome: Outcome) -> Iterator[Use]:
    if outcome.exit is not None:
        yield Use((*path, "exit"), "exits", outcome.exit)
    if outcome.again is not None:
        yield Use((*path, "again", "step"), "steps", outcome.again.step)
        yield from _exit((*path, "again", "then", "exit"), outcome.again.then.exit)
    if outcome.hold is not None:
        yield Use((*path, "hold", "on"), "parties", outcome.hold.on)
        yield from _exit((*path, "hold", "then", "exit"), outcome.hold.then.exit)
        if outcome.hold.until is not None:
            yield Use((*path, "hold", "until"), "dates", outcome.hold.until)
        if outcome.hold.resume is not None:
            yield Use((*path, "hold", "resume"), "steps", outcome.hold.resume)
    for fact, value in outcome.sets.items():
        yield Use((*path, "sets", fact), "facts", fact)
        yield Use((*path, "sets", fact), "values", value, of=fact)
    yield from (Use((*path, "asks", n), "facts", fact) for n, fact in enumerate(outcome.asks))
    yield from (Use((*path, "asks_dates", n), "dates", name) for n, name in enumerate(outcome.asks_dates))


def _exit(path: Path, code: str | None) -> Iterator[Use]:
    if code is not None:
        yield Use(path, "exits", code)


def _of_rule(path: Path, rule: Reminder | Rung) -> Iterator[Use]:
    yield Use((*path, "notice"), "notices", rule.notice)
    yield from _receivers((*path, "to"), rule.to)
    if isinstance(rule, Rung) and rule.reassign_to is not None:
        yield Use((*path, "reassign_to"), "roles", rule.reassign_to)


def _receivers(path: Path, to: Iterable[str]) -> Iterator[Use]:
    for index, role in enumerate(to):
        yield Use((*path, index), "roles", role, frozenset({PARTICIPANT, OWNER}))


def _of_clocks(draft: Draft) -> Iterator[Use]:
    for path, _, due in draft.dues():
        yield Use((*path, "calendar"), "calendars", due.calendar)
        if due.before is not None:
            yield Use((*path, "before"), "dates", due.before)
        if due.after not in set(Anchor):
            yield Use((*path, "after"), "dates", due.after)
