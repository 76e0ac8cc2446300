"""Clocks, reminders and ladders as they are written: each length given once, within reason, counted from what is known.

Whether a rule ever has an effect is seen in simulated runs, not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey import calendars
from journey.check_draft import Draft
from journey.source import Path
from schemas.clocks import Anchor, Calendar, Due, Offset, Reminder, Rung
from schemas.draft import Code, Problem
from schemas.letters import check_template
from schemas.programme import PARTICIPANT, Step

MAX_DAYS = 1100
"""Three years: no promise to a participant is longer."""

MAX_UNDO_MINUTES = 24 * 60
"""A day: so long do letters wait at most for somebody to think better of it."""


def check_times(draft: Draft) -> Iterator[Problem]:
    """Every clock, reminder and rung, the calendars they are counted in, and how long things hold or can be undone."""
    for path, step, due in draft.dues():
        yield from _due(draft, path, step, due)
    for path, rule in draft.ladder_rules():
        match rule:
            case Reminder():
                yield from _reminder(draft, path, rule)
            case Rung():
                yield from _offset(draft, (*path, "after_due"), rule.after_due, least=0)
                yield from _offset(draft, (*path, "every"), rule.every)
    for name, step in draft.steps():
        if step.end is not None:
            yield from _offset(draft, ("steps", name, "end", "after_due"), step.end.after_due, least=0)
        yield from _offset(draft, ("steps", name, "valid"), step.valid)
    for name, calendar in draft.programme.calendars.items():
        for sv, en in _wrong_with(calendar):
            yield draft.say(Code.BAD_CALENDAR, "calendars", name, why_sv=sv, why_en=en)
    minutes = draft.programme.undo_minutes
    if not 0 <= minutes <= MAX_UNDO_MINUTES:
        yield draft.say(Code.UNDO_MINUTES, "undo_minutes", value=minutes, limit=MAX_UNDO_MINUTES)


def check_words(draft: Draft) -> Iterator[Problem]:
    """The messages' templates, and the order of dated values."""
    to_participant = _sent_to_participant(draft)
    for name, template in draft.programme.notices.items():
        for why in check_template(template, to_participant=name in to_participant):
            part, _, sentence = why.partition(": ")
            yield draft.say(Code.BAD_TEMPLATE, "notices", name, *part.split("."), why=sentence)
    for name, values in draft.programme.parameters.items():
        since = [value.since for value in values]
        if since != sorted(set(since)):
            yield draft.say(Code.VALUES_OUT_OF_ORDER, "parameters", name, name=name)


def _sent_to_participant(draft: Draft) -> set[str]:
    sent = {rule.notice for _, rule in draft.notice_rules() if PARTICIPANT in rule.to}
    return sent | {rule.notice for _, rule in draft.ladder_rules() if PARTICIPANT in rule.to}


def _offset(draft: Draft, path: Path, offset: Offset | None, least: int = 1) -> Iterator[Problem]:
    if offset is None:
        return
    given = [amount for amount in (offset.days, offset.working_days, offset.office_hours) if amount is not None]
    if len(given) != 1:
        yield draft.say(Code.OFFSET, *path)
    for amount in given:
        if not least <= amount <= MAX_DAYS:
            yield draft.say(Code.OFFSET_ABSURD, *path, value=amount, least=least, limit=MAX_DAYS)


def _due(draft: Draft, path: Path, step: Step, due: Due) -> Iterator[Problem]:
    yield from _offset(draft, path, due, least=0)
    yield from _offset(draft, (*path, "without_date"), due.without_date)
    if due.before is not None and "after" in due.model_fields_set:
        yield draft.say(Code.DUE_BOTH, *path)
    named = due.before or (due.after if due.after not in set(Anchor) else None)
    if named is not None and due.without_date is None:
        yield draft.say(Code.WITHOUT_DATE, *path, name=named)
    if due.before is None and due.after == Anchor.EXITED and not step.after_exit:
        yield draft.say(Code.ANCHOR_EXITED, *path, "after")


def _reminder(draft: Draft, path: Path, rule: Reminder) -> Iterator[Problem]:
    if sum((rule.mornings, rule.after is not None, rule.before is not None)) != 1:
        yield draft.say(Code.REMINDER_RULE, *path)
    if rule.every is not None and rule.after is None:
        yield draft.say(Code.EVERY, *path, "every")
    for key, offset in (("after", rule.after), ("before", rule.before), ("every", rule.every)):
        yield from _offset(draft, (*path, key), offset)


def _wrong_with(calendar: Calendar) -> Iterator[tuple[str, str]]:
    if not calendars.is_zone(calendar.timezone):
        yield "tidszonen finns inte", "there is no such time zone"
    if calendar.opens >= calendar.closes:
        yield "den stänger innan den öppnar", "it closes before it opens"
    elif not calendar.opens <= calendar.morning <= calendar.closes:
        yield "morgonen ligger utanför öppettiden", "the morning lies outside the opening hours"
