"""What a programme says of its steps, rule by rule, in words of both languages. It decides nothing.

The page of a programme shows it, and `journey.comparing` tells two versions apart by it: what is not said here would
change unseen, so a test sees that every field of a step is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from journey import rule_words as w
from journey.settling import REACHED
from schemas.base import Both, Model
from schemas.clocks import OWNER, Anchor, DayOff, Due, End, Offset, Reminder, Rung
from schemas.comparison import Aspect
from schemas.programme import PARTICIPANT, Again, HoldRule, Kind, NoticeRule, Outcome, Programme, Step, Then


@dataclass(frozen=True)
class Said:
    """One aspect in words. `name` and `title` are those of an outcome; `value` is the rule itself, to compare."""

    aspect: Aspect
    label: Both
    lines: tuple[Both, ...]
    value: Any = None
    name: str = ""
    title: Both = w.NEVER

    @property
    def key(self) -> tuple[Aspect, str]:
        return self.aspect, self.name


def say(words: Both, **params: object) -> Both:
    """Words with their gaps filled; what has two languages fills each in its own."""

    def within(language: Any) -> str:
        filled = {name: value[language] if isinstance(value, Both) else value for name, value in params.items()}
        return words[language].format_map(filled)

    return Both.made(sv=within("sv"), en=within("en"))


def plain(text: object) -> Both:
    """The same in both languages."""
    return Both.made(sv=str(text), en=str(text))


def listed(items: Iterable[Both], last: Both = w.AND) -> Both:
    """`a, b and c`."""
    found = list(items)
    if len(found) < 2:  # noqa: PLR2004 (nothing to put between)
        return found[0] if found else plain("-")
    return Both.made(**{
        language: ", ".join(each[language] for each in found[:-1]) + last[language] + found[-1][language]
        for language in ("sv", "en")
    })  # fmt: skip


def said(aspect: Aspect, lines: Iterable[Both], value: Any, name: str = "", title: Both | None = None) -> Said:
    """One aspect, with the rule in the form in which it is stored."""
    label = say(w.LABELS[aspect], name=title or "")
    return Said(aspect, label, tuple(lines), _stored(value), name, title or w.NEVER)


def _stored(value: Any) -> Any:
    if isinstance(value, Model):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, dict):
        return [(key, _stored(inner)) for key, inner in value.items()]
    return [_stored(inner) for inner in value] if isinstance(value, tuple | list) else value


def opening(text: Both) -> Both:
    """With a capital first letter."""
    return Both.made(sv=text.sv[:1].upper() + text.sv[1:], en=text.en[:1].upper() + text.en[1:])


@dataclass(frozen=True)
class Rules:
    """Says the rules of one programme."""

    programme: Programme

    # ---- what things are called

    def step(self, name: str) -> Both:
        return _title(self.programme.steps, name)

    def role(self, name: str) -> Both:
        if name in (OWNER, PARTICIPANT):
            return w.OWNER if name == OWNER else w.PARTICIPANT
        return _inside(_title(self.programme.roles, name))

    def party(self, name: str) -> Both:
        return w.PARTICIPANT if name == PARTICIPANT else _title(self.programme.parties, name)

    def exit(self, code: str) -> Both:
        title = _title(self.programme.exits, code)
        return Both.made(sv=f"{code} {title.sv}", en=f"{code} {title.en}")

    def date(self, name: str) -> Both:
        return say(w.QUOTED, name=_title(self.programme.dates, name))

    def fact(self, name: str) -> Both:
        return say(w.QUOTED, name=_title(self.programme.facts, name))

    def answer(self, fact: str, value: str) -> Both:
        known = self.programme.facts.get(fact)
        return known.values[value] if known and value in known.values else plain(value)

    def outcome(self, step: str, name: str) -> Both:
        known = self.programme.steps.get(step)
        return known.outcomes[name].title if known and name in known.outcomes else plain(name)

    # ---- clocks

    def length(self, offset: Offset) -> Both:
        """`3 days`."""
        for unit, (one, many) in w.UNITS.items():
            count = getattr(offset, unit)
            if count is not None:
                return say(one if count == 1 else many, n=count)
        return plain("-")

    def due(self, due: Due) -> Iterator[Both]:
        """When a step is due, and what else its clock knows."""
        if due.before is not None:
            yield say(w.BEFORE, length=self.length(due), anchor=self.date(due.before))
        else:
            known = w.ANCHORS[Anchor(due.after)] if due.after in set(Anchor) else self.date(due.after)
            at_once = not (due.days or due.working_days or due.office_hours)
            yield say(w.SAME_DAY if at_once else w.AFTER, length=self.length(due), anchor=known)
        if due.at is not None:
            yield say(w.AT, at=f"{due.at:%H:%M}")
        if due.days or due.day_off is not DayOff.NEXT:
            yield w.DAYS_OFF[due.day_off]
        if due.fixed:
            yield w.FIXED
        if due.without_date is not None:
            yield say(w.UNKNOWN_DATE, length=self.length(due.without_date))
        if due.calendar != next(iter(self.programme.calendars), due.calendar):
            yield say(w.IN_CALENDAR, name=due.calendar)

    def brief(self, due: Due) -> Both:
        """When a step is due, in as few words as will do."""
        counted = due.before is None and due.after == Anchor.OPENED and due.without_date is None
        return self.length(due) if counted else next(self.due(due))

    def reminder(self, rule: Reminder) -> Both:
        if rule.mornings:
            what = w.MORNINGS
        elif rule.after is not None:
            what = say(w.AFTER_OPENING, length=self.length(rule.after))
        else:
            what = say(w.BEFORE_DUE, length=self.length(rule.before or Offset()))
        if rule.every is not None:
            what = say(w.AGAIN_EVERY, what=what, every=self.length(rule.every))
        return say(w.LETTER_TO, what=what, notice=rule.notice, to=self._all(rule.to))

    def rung(self, rung: Rung) -> Both:
        what = self._when_late(rung.after_due)
        if rung.every is not None:
            what = say(w.AGAIN_EVERY, what=what, every=self.length(rung.every))
        letter = say(w.LETTER_TO, what=what, notice=rung.notice, to=self._all(rung.to))
        if rung.reassign_to is None:
            return letter
        return listed([letter, say(w.REASSIGN, role=self.role(rung.reassign_to))])

    def end(self, step: str, end: End) -> Both:
        when = self._when_late(end.after_due)
        if end.outcome is not None:
            return say(w.ENDS_AS, when=when, outcome=self.outcome(step, end.outcome))
        return say(w.HANDED_TO, when=when, role=self.role(end.hand_to or ""))

    def _when_late(self, after: Offset) -> Both:
        late = bool(after.days or after.working_days or after.office_hours)
        return say(w.AFTER_DUE, length=self.length(after)) if late else w.WHEN_DUE

    def _all(self, roles: Iterable[str]) -> Both:
        return listed(self.role(name) for name in roles)

    # ---- outcomes

    def effect(self, found: Outcome, step: str) -> Iterator[Both]:
        """What an outcome leads to."""
        match found:
            case Outcome(exit=str() as code):
                yield say(w.EXIT, exit=self.exit(code))
            case Outcome(again=Again() as again):
                words = w.AGAIN_ONCE if again.at_most == 1 else w.AGAIN
                yield say(words, step=self.step(again.step), n=again.at_most, then=self._then(again.then))
            case Outcome(hold=HoldRule() as rest):
                yield from self._rest(rest, step)
            case _:
                yield w.GO_ON

    def _rest(self, rest: HoldRule, step: str) -> Iterator[Both]:
        cause, on = _inside(_title(self.programme.causes, rest.cause)), self.party(rest.on)
        said_so = say(w.REST, length=self.length(Offset(days=rest.days)), cause=cause, on=on)
        yield said_so if rest.until is None else say(w.REST_UNTIL, rest=said_so, until=self.date(rest.until))
        yield say(w.RESUMES, step=self.step(rest.resume or step))
        words = w.RESTS_ONCE if rest.at_most == 1 else w.RESTS_AT_MOST
        yield say(words, n=rest.at_most, then=self._then(rest.then))

    def _then(self, then: Then) -> Both:
        return w.THEN_ON if then.exit is None else say(w.THEN_EXIT, exit=self.exit(then.exit))

    def _besides(self, found: Outcome) -> Iterator[Both]:
        asked = [*map(self.fact, found.asks), *map(self.date, found.asks_dates)]
        if asked:
            yield say(w.ASKS, names=listed(asked))
        for fact, value in found.sets.items():
            yield say(w.SETS, fact=self.fact(fact), value=say(w.QUOTED, name=self.answer(fact, value)))
        yield from map(self.letter, found.notices)
        if not found.counts:
            yield w.NOT_COUNTED

    def letter(self, rule: NoticeRule) -> Both:
        sends = say(w.SENDS, notice=rule.notice, to=self._all(rule.to))
        return sends if rule.invite is None else say(w.INVITES, sends=sends, date=self.date(rule.invite))

    # ---- a whole step

    def of_step(self, name: str) -> tuple[Said, ...]:
        """Everything that is said of a step."""
        step = self.programme.steps[name]
        return tuple(
            found
            for found in (
                *self._what(step),
                *self._conditions(step),
                *self._clocks(name, step),
                *self._ends(name, step),
            )
            if found.lines
        )

    def _what(self, step: Step) -> Iterator[Said]:
        yield said(Aspect.TITLE, [step.title], step.title)
        yield said(Aspect.KIND, [w.KINDS[step.kind]], step.kind.value)
        yield said(Aspect.PHASE, [_title(self.programme.phases, step.phase)], step.phase)
        yield said(Aspect.ROLE, [opening(self.role(step.role))] if step.role else [], step.role)
        waits = [opening(self.party(step.waiting_on))] if step.waiting_on else []
        yield said(Aspect.WAITING_ON, waits, step.waiting_on)
        yield said(Aspect.HELP, [step.help] if step.help else [], step.help)
        yield said(Aspect.BY_PHONE, [w.BY_PHONE] if step.by_phone else [], step.by_phone)
        yield said(Aspect.FORM, [plain(step.form)] if step.form else [], step.form)
        yield said(Aspect.EVENT, [plain(step.event)] if step.event else [], step.event)
        yield said(Aspect.ACTION, [plain(step.action)] if step.action else [], step.action)
        yield said(Aspect.COUNTS, [plain(step.counts)] if step.counts else [], step.counts)

    def _conditions(self, step: Step) -> Iterator[Said]:
        yield said(Aspect.NEEDS, [self._needed(*needed) for needed in step.needs.items()], step.needs)
        whose = [
            opening(say(w.FACT_IS, fact=self.fact(fact), values=self._answers(fact, values)))
            for fact, values in step.when.items()
        ]
        yield said(Aspect.WHEN, whose, step.when)
        yield said(Aspect.AFTER_EXIT, [self.exit(code) for code in step.after_exit], step.after_exit)
        yield said(Aspect.OPENS_WITH, map(self.letter, step.opens_with), step.opens_with)
        yield said(Aspect.KEEP, [w.KEPT] if step.keep else [], step.keep)
        yield said(Aspect.VALID, [self.length(step.valid)] if step.valid else [], step.valid)

    def _answers(self, fact: str, values: Iterable[str]) -> Both:
        return listed([say(w.QUOTED, name=self.answer(fact, value)) for value in values], w.OR)

    def _needed(self, needed: str, accepted: tuple[str, ...]) -> Both:
        if accepted == (REACHED,):
            return say(w.REACHED, step=self.step(needed))
        outcomes = listed([say(w.QUOTED, name=self.outcome(needed, name)) for name in accepted], w.OR)
        return say(w.ENDED_WITH, step=self.step(needed), outcomes=outcomes)

    def _clocks(self, name: str, step: Step) -> Iterator[Said]:
        yield said(Aspect.DUE, self.due(step.due) if step.due else [], step.due)
        yield said(Aspect.DUE_AGAIN, self.due(step.due_again) if step.due_again else [], step.due_again)
        followed = step.kind in (Kind.TASK, Kind.WAIT, Kind.AUTOMATIC)
        yield said(Aspect.REMIND, self._ladder(step.remind, self.reminder) if followed else [], step.remind)
        yield said(Aspect.ESCALATE, self._ladder(step.escalate, self.rung) if followed else [], step.escalate)
        yield said(Aspect.END, [self.end(name, step.end)] if step.end else [], step.end)

    def _ladder(self, rules: tuple[Any, ...] | None, tell: Callable[[Any], Both]) -> list[Both]:
        if rules is None:
            return [w.LIKE_ALL]
        return [tell(rule) for rule in rules] or [w.NEVER]

    def _ends(self, name: str, step: Step) -> Iterator[Said]:
        for key, found in step.outcomes.items():
            lines = [*self.effect(found, name), *self._besides(found)]
            yield said(Aspect.OUTCOME, lines, found, key, found.title)

    def followed_by(self, name: str) -> tuple[str, ...]:
        """The steps that build on this one, in the programme's order."""
        return self.programme.dependents.get(name, ())


def _title(known: dict[str, Any], name: str) -> Both:
    found: Both = known[name].title if name in known else plain(name.replace("_", " "))
    return found


def _inside(text: Both) -> Both:
    """As it is written inside a sentence: small first, unless it is an abbreviation."""

    def small(words: str) -> str:
        return words[:1].lower() + words[1:] if words[1:2].islower() else words

    return Both.made(sv=small(text.sv), en=small(text.en))


def in_order(names: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether what both have stands in the same order in both."""
    both = [name for name in names if name in set(wanted)]
    places = {name: place for place, name in enumerate(wanted)}
    return all(places[one] < places[other] for one, other in pairwise(both))
