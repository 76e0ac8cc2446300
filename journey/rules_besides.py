"""What a programme says besides its steps, in words: ways out, answers, dates, roles, calendars, letters, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journey import rule_words as w
from journey.rules import Rules, Said, listed, plain, said, say
from schemas.base import Both
from schemas.clocks import Calendar
from schemas.comparison import Aspect, Section
from schemas.programme import DatedValue, Exit, Fact, NamedDate, Organisation, OwnStep, Phase, Programme, Role, Template


def things(programme: Programme, section: Section) -> Mapping[str, Any]:
    """What stands in a section, by name. The programme itself, its defaults and its messages are one thing each."""
    match section:
        case Section.PROGRAMME:
            return {programme.programme: programme}
        case Section.DEFAULTS | Section.MESSAGES:
            return {section.value: getattr(programme, section.value)}
        case _:
            found: Mapping[str, Any] = getattr(programme, section.value)
            return found


def title_of(programme: Programme, section: Section, name: str) -> Both:
    """What a thing is called; where nobody has named it, as the file does."""
    if section is Section.OWN_PAGE:
        return Rules(programme).step(name)
    title = getattr(things(programme, section)[name], "title", None)
    if isinstance(title, Both):
        return title
    return plain(title or name)


def aspects(programme: Programme, section: Section, name: str) -> tuple[Said, ...]:
    """Everything that is said of one thing."""
    if section is Section.STEPS:
        return Rules(programme).of_step(name)
    thing, rules = things(programme, section)[name], Rules(programme)
    if section is Section.OWN_PAGE:
        return tuple(each for each in _own_page(rules, name, thing) if each.lines)
    title = getattr(thing, "title", None)
    found = [said(Aspect.TITLE, [title if isinstance(title, Both) else plain(title)], title)] if title else []
    return tuple(each for each in (*found, *_besides(rules, section, thing)) if each.lines)


def _besides(rules: Rules, section: Section, thing: Any) -> Iterator[Said]:
    match section:
        case Section.PROGRAMME:
            yield from _programme(rules, thing)
        case Section.DEFAULTS:
            yield said(Aspect.REMIND, map(rules.reminder, thing.remind), thing.remind)
            yield said(Aspect.ESCALATE, map(rules.rung, thing.escalate), thing.escalate)
        case Section.MESSAGES:
            hours = {"first": f"{thing.quiet_from:%H:%M}", "last": f"{thing.quiet_to:%H:%M}"}
            yield said(Aspect.QUIET, [say(w.QUIET, **hours)], list(hours.values()))
            yield said(Aspect.PER_DAY, [plain(thing.per_day)], thing.per_day)
            yield said(Aspect.SENDER, [plain(thing.sender)], thing.sender)
        case Section.PARAMETERS:
            yield said(Aspect.FIGURES, map(_figure, thing), thing)
        case _:
            yield from _thing(rules, thing)


def _programme(rules: Rules, programme: Programme) -> Iterator[Said]:
    minutes = programme.undo_minutes
    yield said(Aspect.FALLBACK, [say(w.QUOTED, name=rules.step(programme.fallback))], programme.fallback)
    yield said(Aspect.UNDO, [say(w.UNDO_MINUTES, n=minutes) if minutes else w.NO_UNDO], minutes)


def _thing(rules: Rules, thing: Any) -> Iterator[Said]:
    match thing:
        case Exit():
            yield said(Aspect.GOOD, [w.GOOD if thing.good else w.PLAIN], thing.good)
            yield said(Aspect.ANYTIME, [w.ANYTIME if thing.anytime else w.BY_STEPS], thing.anytime)
            yield said(Aspect.LETTERS, map(rules.letter, thing.notices), thing.notices)
        case Fact():
            yield said(Aspect.VALUES, thing.values.values(), thing.values)
        case NamedDate():
            length = w.A_DAY if thing.minutes is None else say(w.MINUTES, n=thing.minutes)
            yield said(Aspect.MINUTES, [length], thing.minutes)
        case Role():
            known = rules.programme.parties.get(thing.party)
            yield said(Aspect.PARTY, [known.title if known else plain(thing.party)], thing.party)
        case Phase():
            yield said(Aspect.OWN_NAME, [thing.own] if thing.own else [], thing.own)
        case Calendar():
            yield from _calendar(thing)
        case Template():
            yield said(Aspect.SUBJECT_SV, [plain(thing.subject.sv)], thing.subject.sv)
            yield said(Aspect.SUBJECT_EN, [plain(thing.subject.en)], thing.subject.en)
            yield said(Aspect.BODY_SV, [plain(thing.body.sv)], thing.body.sv)
            yield said(Aspect.BODY_EN, [plain(thing.body.en)], thing.body.en)
        case Organisation():
            yield said(Aspect.KIND, [w.ORGANISATIONS[thing.kind]], thing.kind.value)


def _own_page(rules: Rules, step: str, own: OwnStep) -> Iterator[Said]:
    """What the participant's own page says of a step, and what they may answer there."""
    yield said(Aspect.SAYS, [own.says], own.says)
    answers = []
    for outcome, answer in own.answers.items():
        told = say(w.ANSWERS_AS, said=answer.words, outcome=rules.outcome(step, outcome))
        answers.append(say(w.CONFIRMED, said=told) if answer.confirm else told)
    yield said(Aspect.OWN_ANSWERS, answers, own.answers)
    yield said(Aspect.OWN_FIELDS, map(plain, own.fields), own.fields)


def _calendar(calendar: Calendar) -> Iterator[Said]:
    hours = {name: f"{getattr(calendar, name):%H:%M}" for name in ("opens", "closes", "morning")}
    days = listed(w.WEEKDAYS[day] for day in calendar.weekdays)
    zone = calendar.timezone
    yield said(Aspect.OPEN_HOURS, [say(w.OPEN, days=days, **hours), plain(zone)], [*hours.values(), days, zone])
    off = [say(w.RULES_OFF, rules=", ".join(calendar.off))] if calendar.off else []
    for words, special in ((w.ALSO_OFF, calendar.also_off), (w.ALSO_OPEN, calendar.also_open)):
        off += [say(words, days=", ".join(map(str, special)))] if special else []
    yield said(Aspect.DAYS_OFF, off or [w.NEVER], [calendar.off, calendar.also_off, calendar.also_open])


def _figure(figure: DatedValue) -> Both:
    told = say(w.FROM_DAY, value=figure.value, since=figure.since)
    return say(w.SOURCE, said=told, source=figure.source) if figure.source else told
