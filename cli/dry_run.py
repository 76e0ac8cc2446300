"""What a command would do, before it is done: side by side, in sections. It formats what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from cli.fitted import Fitted
from cli.foresight_words import COMING, MONTHS, REASONS, STAYS, clock, first_calendar, said, who, whom
from journey import calendars
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.events import CloseReason, Event, EventKind
from schemas.foresight import Change, Coming, Letter
from schemas.programme import Programme
from schemas.tasks import Task

TITLE = Both(sv="Om det görs nu, {at}. Inget är gjort än.", en="If it is done now, {at}. Nothing has been done yet.")
REPEATED = Both(
    sv="Det är redan gjort och görs inte en gång till.", en="It has been done already and is not done twice."
)
NOTHING = Both(sv="Inget ändras.", en="Nothing would change.")
SAME_TIME = Both(sv="samma tid", en="the same time")
LEAVES = Both(sv="Resan lämnar programmet: {exit}.", en="The journey leaves the programme: {exit}.")
RETURNS = Both(sv="Resan är öppen igen.", en="The journey is open again.")
RESTS = Both(sv="Resan vilar till {review}.", en="The journey rests until {review}.")
GOES_ON = Both(sv="Vilan är slut.", en="The rest is over.")
COVER = Both(
    sv="{stand_in} ersätter {absent} från {since} till {until}.",
    en="{stand_in} stands in for {absent} from {since} until {until}.",
)
IDENTITY = Both(sv="Personuppgifter rättas: {fields}.", en="Particulars are corrected: {fields}.")
ADOPTED = Both(sv="Resan följer sedan version {version}.", en="The journey then follows version {version}.")
WAITS = Both(
    sv="Ett besked väntar tills steget som det besvarar öppnas.",
    en="A report waits until the step that it answers opens.",
)
REFUSED = Both(
    sv="Ett besked passar inte in och väntar på att någon avgör.",
    en="A report is put on the desk, to be matched by hand.",
)
UNDO = Both(sv="Det kan ångras till {until}.", en="It can be taken back until {until}.")
UNDO_LETTERS = Both(
    sv="Det kan ångras till {until}; breven går först därefter.",
    en="It can be taken back until {until}; the letters leave only after that.",
)
STEPS = {
    "taken_back": Both(sv="Görs om: {steps}.", en="To be done anew: {steps}."),
    "kept": Both(sv="Gäller fortfarande: {steps}.", en="Still stands: {steps}."),
    "expired": Both(sv="För gammalt för att gälla: {steps}.", en="Too old to stand: {steps}."),
    "waived": Both(sv="Undantas: {steps}.", en="Is done without: {steps}."),
}
HEADS = {
    "task": Both(sv="Uppgift", en="Task"),
    "step": Both(sv="Steg", en="Step"),
    "who": Both(sv="Vem", en="Who"),
    "due": Both(sv="Senast", en="Due"),
    "how": Both(sv="Hur", en="How"),
    "now": Both(sv="Nu", en="Now"),
    "then": Both(sv="Sedan", en="Then"),
    "was_at": Both(sv="Nu", en="Now"),
    "is_at": Both(sv="Sedan", en="Then"),
    "why": Both(sv="Varför", en="Why"),
    "when": Both(sv="När", en="When"),
    "what": Both(sv="Vad", en="What"),
    "letter": Both(sv="Brev", en="Letter"),
    "to": Both(sv="Till", en="To"),
    "whom": Both(sv="Till vem", en="To whom"),
    "name": Both(sv="Namn", en="Name"),
}
WHOLE = frozenset({"task", "when", "was_at", "is_at"})
"""Columns that are never broken: ids to be copied, and times."""


def change_view(change: Change, programme: Programme, language: Language) -> RenderableType:
    """Everything that the command would do, in sections; those with nothing in them are left out."""
    speaker = _Speaker(change, programme, language)
    title = Text(speaker.say(TITLE, at=speaker.clock(change.at)), style="bold")
    if change.repeated:
        return Group(title, Text(speaker.say(REPEATED)))
    told = [*_sentences(change, speaker), *_sections(change, speaker)]
    return Group(title, *(told or [Text(speaker.say(NOTHING))]))


def change_json(change: Change) -> dict[str, Any]:
    """The same for programs. Times are in UTC, titles in both languages."""
    return change.model_dump(mode="json")


class _Speaker(NamedTuple):
    """Says the parts of one change in one language."""

    change: Change
    programme: Programme
    language: Language

    @property
    def calendar(self) -> Calendar:
        return first_calendar(self.programme)

    def say(self, words: Both, **given: str) -> str:
        return words[self.language].format(**given)

    def title(self, step: str | None) -> str:
        if step is None:
            return ""
        return self.change.titles[step][self.language] if step in self.change.titles else step

    def exit(self, code: str) -> str:
        found = self.programme.exits.get(code)
        return code if found is None else f"{code} ({found.title[self.language]})"

    def name(self, name: str) -> str:
        """The words for a fact or a named date."""
        found = self.programme.facts.get(name) or self.programme.dates.get(name)
        return name if found is None else f"{found.title[self.language]} ({name})"

    def short(self, at: datetime | None) -> str:
        """A moment of the coming weeks: `8 mars 17:00`."""
        if at is None:
            return "-"
        moment = calendars.local(at, self.calendar)
        return f"{moment.day} {MONTHS[self.language][moment.month - 1]} {moment:%H:%M}"

    def clock(self, at: datetime | None) -> str:
        return clock(at, self.calendar)


# ---- sentences


def _sentences(change: Change, speaker: _Speaker) -> Iterator[Text]:
    if change.exit_after is not None and change.exit_before is None:
        yield Text(speaker.say(LEAVES, exit=speaker.exit(change.exit_after)))
    if change.exit_before is not None and change.exit_after is None:
        yield Text(speaker.say(RETURNS))
    if change.hold_after is not None and change.hold_after != change.hold_before:
        yield Text(speaker.say(RESTS, review=speaker.clock(change.hold_after.review_at)))
    if change.hold_before is not None and change.hold_after is None:
        yield Text(speaker.say(GOES_ON))
    if change.undo_until is not None:
        waiting = any(letter.at > change.undo_until for letter in change.sent)
        yield Text(speaker.say(UNDO_LETTERS if waiting else UNDO, until=speaker.clock(change.undo_until)))
    for event in change.events:
        yield from _said_of(event, speaker)
    for name, words in STEPS.items():
        titles = [speaker.title(step) for step in dict.fromkeys(getattr(change, name))]
        if titles:
            yield Text(speaker.say(words, steps=", ".join(titles)))


def _said_of(event: Event, speaker: _Speaker) -> Iterator[Text]:
    """What no section shows."""
    if event.kind is EventKind.COVER_AGREED and event.cover is not None:
        cover = event.cover
        since, until = speaker.clock(cover.since), speaker.clock(cover.until)
        yield Text(speaker.say(COVER, absent=cover.absent, stand_in=cover.stand_in, since=since, until=until))
    elif event.kind is EventKind.IDENTITY_CORRECTED:
        yield Text(speaker.say(IDENTITY, fields=", ".join(event.fields)))
    elif event.kind is EventKind.PROGRAMME_ADOPTED:
        yield Text(speaker.say(ADOPTED, version=str(event.version)))
    elif event.kind is EventKind.EVENT_PARKED:
        yield Text(speaker.say(WAITS))
    elif event.kind is EventKind.EVENT_REFUSED:
        yield Text(speaker.say(REFUSED))


# ---- sections


class _Section(NamedTuple):
    """A table of the answer: its title, its columns, and a row for each thing in it."""

    title: Both
    heads: tuple[str, ...]
    rows: Callable[[Change, _Speaker], Iterator[tuple[str, ...]]]


def _sections(change: Change, speaker: _Speaker) -> Iterator[RenderableType]:
    for section in SECTIONS:
        rows = list(section.rows(change, speaker))
        if not rows:
            continue
        heads = [speaker.say(HEADS[head]) for head in section.heads]
        made = Fitted(heads, rows, whole=frozenset(n for n, head in enumerate(section.heads) if head in WHOLE))
        until = speaker.clock(change.coming.until)[:10]
        yield Group(Text(), Text(speaker.say(section.title, until=until), style="bold"), made)


def _answers(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    for one in change.answers:
        yield speaker.name(one.name), said(one.before, speaker.calendar), said(one.after, speaker.calendar)


def _opened(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    yield from (_open(task, speaker) for task in change.opened)


def _restored(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    yield from (_open(task, speaker) for task in change.restored)


def _open(task: Task, speaker: _Speaker) -> tuple[str, ...]:
    return task.id, speaker.title(task.step), who(task.role, task.owner), speaker.clock(task.due_at)


def _closed(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    for one in change.closed:
        how = speaker.say(REASONS[CloseReason(one.reason)]) if one.reason else one.outcome or "-"
        yield one.task.id, speaker.title(one.task.step), how


def _moved(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    for one in change.moved:
        same = one.due_before == one.due_after
        then = speaker.say(SAME_TIME) if same else speaker.clock(one.due_after)
        yield one.task.id, speaker.title(one.task.step), speaker.clock(one.due_before), then


def _stays(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    for one in change.stays:
        task = one.task
        yield task.id, speaker.title(task.step), speaker.clock(task.due_at), speaker.say(STAYS[one.reason])


def _assigned(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    for one in change.assigned:
        before, after = who(one.role_before, one.owner_before), who(one.task.role, one.task.owner)
        yield one.task.id, speaker.title(one.task.step), before, after


def _sent(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    yield from (_letter(letter, speaker) for letter in change.sent)


def _unsent(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    yield from (_letter(letter, speaker) for letter in change.unsent)


def _letter(letter: Letter, speaker: _Speaker) -> tuple[str, ...]:
    about = speaker.clock(letter.appointment_at) if letter.appointment_at else ""
    return speaker.clock(letter.at), f"{letter.template} {about}".rstrip(), whom(letter)


def _coming(change: Change, speaker: _Speaker) -> Iterator[tuple[str, ...]]:
    """What comes otherwise than now, in order: a line for all that comes of a step at one moment."""
    found: list[tuple[Coming | None, Coming | None]] = [(one, None) for one in change.coming.gone]
    found += [(None, one) for one in change.coming.added]
    found += [(pair.before, pair.after) for pair in change.coming.shifted]
    lines: dict[tuple[datetime | None, datetime | None, str | None], list[Coming]] = {}
    for before, after in sorted(found, key=_first_moment):
        one = after or before
        assert one is not None
        now, then = (each.at if each is not None else None for each in (before, after))
        lines.setdefault((now, then, one.step), []).append(one)
    for (was, is_now, step), several in lines.items():
        what = ", ".join(dict.fromkeys(speaker.say(COMING[one.kind]) for one in several))
        receivers = dict.fromkeys(name for one in several for name in _receivers(one))
        yield speaker.short(was), speaker.short(is_now), what, speaker.title(step), "\n".join(receivers)


def _first_moment(pair: tuple[Coming | None, Coming | None]) -> datetime:
    return min(one.at for one in pair if one is not None)


def _receivers(one: Coming) -> Iterator[str]:
    """Who is written to; of a task that changes hands, who has it then."""
    if one.kind is EventKind.TASK_ASSIGNED:
        yield who(one.role, one.owner)
    yield from (letter.staff or letter.to for letter in one.letters)


SECTIONS = (
    _Section(Both(sv="Ändras", en="Would change"), ("name", "now", "then"), _answers),
    _Section(Both(sv="Öppnas", en="Would open"), ("task", "step", "who", "due"), _opened),
    _Section(Both(sv="Blir öppet igen", en="Would be open again"), ("task", "step", "who", "due"), _restored),
    _Section(Both(sv="Avslutas", en="Would end"), ("task", "step", "how"), _closed),
    _Section(Both(sv="Får ny tid", en="Would be timed anew"), ("task", "step", "was_at", "is_at"), _moved),
    _Section(Both(sv="Stannar", en="Would stay"), ("task", "step", "due", "why"), _stays),
    _Section(Both(sv="Byter ägare", en="Would change hands"), ("task", "step", "now", "then"), _assigned),
    _Section(Both(sv="Skickas", en="Would be sent"), ("when", "letter", "to"), _sent),
    _Section(Both(sv="Skickas inte", en="Would not be sent"), ("when", "letter", "to"), _unsent),
    _Section(
        Both(sv="Kommer sedan annorlunda, till {until}", en="Would then come otherwise, until {until}"),
        ("was_at", "is_at", "what", "step", "whom"),
        _coming,
    ),
)
