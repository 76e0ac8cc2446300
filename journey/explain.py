"""Why does it wait: one sentence on any journey. Who must act, since when, what happens next and on which date.

The sentence holds no name of a person: roles and parties speak for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from journey import calendars
from journey.wording import spoken, spoken_day
from schemas.base import Both, Language
from schemas.journey import Status
from schemas.programme import PARTICIPANT, Kind, Programme
from schemas.tasks import Alarm, AlarmKind, Hold, Task


class Standing(Protocol):
    """What must be known of a journey to explain it; a state has it, and so have the read tables."""

    @property
    def status(self) -> Status: ...
    @property
    def exit(self) -> str | None: ...
    @property
    def exited_at(self) -> datetime | None: ...
    @property
    def hold(self) -> Hold | None: ...
    @property
    def tasks(self) -> Sequence[Task]: ...


def explain(programme: Programme, standing: Standing, now: datetime) -> Both:
    """Explain a journey at journey time `now`."""
    return Both(sv=_Speaker(programme, "sv", now).say(standing), en=_Speaker(programme, "en", now).say(standing))


def in_brief(programme: Programme, task: Task, now: datetime, language: Language, *, stopped: bool = False) -> str:
    """One short sentence on an open task, for whoever has it: by when, or who is to answer by when.

    `stopped`: a rest has stopped its clock.
    """
    return _Speaker(programme, language, now).in_brief(task, stopped=stopped)


class _Speaker:
    """Says things in one language."""

    def __init__(self, programme: Programme, language: Language, now: datetime) -> None:
        self._programme = programme
        self._language: Language = language
        self._now = now
        self._calendar = programme.office

    def say(self, standing: Standing) -> str:
        left = self._left(standing)
        if standing.status is Status.ENDED:
            return left + self._pick(" Ingen behöver göra något.", " Nobody needs to do anything.")
        if standing.hold is not None:
            return self._resting(standing.hold) + self._others([t for t in standing.tasks if t.fixed])
        if not standing.tasks:
            return left + self._pick("Ingen uppgift är öppen; titta på resan.", "No task is open; look at the journey.")
        first, *others = sorted(standing.tasks, key=urgency)
        return (f"{left} " if left else "") + self._task(first) + self._others(others)

    def in_brief(self, task: Task, *, stopped: bool) -> str:
        step = self._programme.steps[task.step]
        opened = self._this_year(task.opened_at, self._day(task.opened_at))
        if stopped:
            return self._pick(
                f"Tiden står still medan resan vilar; öppet sedan {opened}.",
                f"The clock stands still while the journey rests; open since {opened}.",
            )
        if task.due_at is None:
            return self._pick(f"Öppet sedan {opened}.", f"Open since {opened}.")
        late, due = task.due_at < self._now, self._this_year(task.due_at, self._time(task.due_at))
        if step.kind is Kind.WAIT and step.waiting_on is not None:
            party = self._programme.parties[step.waiting_on].title[self._language]
            if late:
                return self._pick(
                    f"{party} skulle ha svarat senast {due}: fråga hur det går.",
                    f"{party} should have answered by {due}: ask how it is going.",
                )
            return self._pick(
                f"{party} ska svara senast {due}; vi väntar sedan {opened}.",
                f"{party} is to answer by {due}; we have been waiting since {opened}.",
            )
        if late:
            return self._pick(
                f"Skulle ha varit klart {due}; öppet sedan {opened}.",
                f"Should have been done by {due}; open since {opened}.",
            )
        return self._pick(
            f"Ska vara klart senast {due}; öppet sedan {opened}.", f"To be done by {due}; open since {opened}."
        )

    # ---- the parts of the sentence

    def _left(self, standing: Standing) -> str:
        if standing.exit is None:
            return ""
        title = self._programme.exits[standing.exit].title[self._language]
        when = self._day(standing.exited_at) if standing.exited_at else "?"
        return self._pick(
            f"Resan avslutades {when}: {title} ({standing.exit}).",
            f"The journey ended on {when}: {title} ({standing.exit}).",
        )

    def _resting(self, hold: Hold) -> str:
        parties, steps = self._programme.parties, self._programme.steps
        party = parties[hold.on].title[self._language] if hold.on in parties else hold.on
        since, until, who = (
            self._day(hold.since),
            self._time(hold.review_at),
            self._role(steps[self._programme.fallback].role),
        )
        causes = self._programme.causes
        cause = causes[hold.cause].title[self._language] if hold.cause in causes else hold.cause.replace("_", " ")
        rests = self._pick(
            f"Resan vilar sedan {since} (i väntan på: {party}; orsak: {cause}).",
            f"The journey has been resting since {since} (waiting for: {party}; cause: {cause}).",
        )
        if hold.wakes and hold.resume in steps:
            step = steps[hold.resume].title[self._language]
            return rests + self._pick(f" ”{step}” öppnas igen {until}.", f" “{step}” opens again on {until}.")
        if hold.reviewed:
            return rests + self._pick(
                f" {who} skulle ha sett över vilan {until}: avbryt den eller avsluta resan.",
                f" {who} was to review this on {until}: release the journey or end it.",
            )
        return rests + self._pick(f" {who} ser över vilan {until}.", f" {who} reviews this on {until}.")

    def _task(self, task: Task) -> str:
        step = self._programme.steps[task.step]
        title, opened, who = step.title[self._language], self._day(task.opened_at), self._role(task.role)
        if task.due_at is None:
            said = self._pick(
                f"{who} har ”{title}” att göra sedan {opened}.", f"{who} has had “{title}” to do since {opened}."
            )
            return said + self._stood_in(task)
        late, due = task.due_at < self._now, self._time(task.due_at)
        if step.kind is Kind.WAIT and step.waiting_on is not None:
            said = self._waiting(
                self._programme.parties[step.waiting_on].title[self._language], title, opened, due, late=late
            )
            follow_up = self._pick(f" {who} följer upp.", f" {who} follows it up.")
        else:
            said, follow_up = self._doing(who, title, opened, due, late=late), ""
        return said + follow_up + self._stood_in(task) + self._next(task)

    def _doing(self, who: str, title: str, opened: str, due: str, *, late: bool) -> str:
        if late:
            return self._pick(
                f"{who} skulle ha gjort ”{title}” senast {due} och behöver göra det nu; öppet sedan {opened}.",
                f"{who} should have done “{title}” by {due} and needs to do it now; it has been open since {opened}.",
            )
        return self._pick(
            f"{who} ska göra ”{title}” senast {due}; öppet sedan {opened}.",
            f"{who} is to do “{title}” by {due}; it has been open since {opened}.",
        )

    def _waiting(self, party: str, title: str, opened: str, due: str, *, late: bool) -> str:
        if late:
            return self._pick(
                f"{party} skulle ha svarat om ”{title}” senast {due}; vi väntar sedan {opened}.",
                f"{party} should have answered about “{title}” by {due}; we have been waiting since {opened}.",
            )
        return self._pick(
            f"{party} ska svara om ”{title}” senast {due}; vi väntar sedan {opened}.",
            f"{party} is to answer about “{title}” by {due}; we have been waiting since {opened}.",
        )

    def _stood_in(self, task: Task) -> str:
        if task.stands_in_for is None:
            return ""
        return self._pick(" Just nu har en ersättare uppgiften.", " A stand-in has the task for now.")

    def _next(self, task: Task) -> str:
        alarm = next((a for a in task.alarms if a.at > self._now), None)
        if alarm is None:
            return self._pick(" Inget mer händer av sig självt.", " Nothing more happens by itself.")
        what, when = self._what_happens(task, alarm), self._time(alarm.at)
        return self._pick(f" Händer inget {what} {when}.", f" If nothing happens, {what} on {when}.")

    def _what_happens(self, task: Task, alarm: Alarm) -> str:
        end = self._programme.steps[task.step].end
        match alarm.kind:
            case AlarmKind.REMIND:
                return self._pick("går en påminnelse", "a reminder is sent")
            case AlarmKind.OVERDUE | AlarmKind.ESCALATE:
                return self._pick("går det vidare till fler", "it is escalated")
            case AlarmKind.END:
                outcome = end.outcome if end else None
                if outcome is None:
                    role = _inside(self._role(end.hand_to if end else None))
                    return self._pick(f"lämnas uppgiften till {role}", f"the task is handed to {role}")
                words = self._programme.steps[task.step].outcomes[outcome].title[self._language]
                return self._pick(f"avslutas steget som ”{words}”", f"the step ends as “{words}”")

    def _others(self, tasks: Sequence[Task]) -> str:
        if not tasks:
            return ""
        titles = ", ".join(self._programme.steps[task.step].title[self._language] for task in tasks)
        return self._pick(f" Också öppet: {titles}.", f" Also open: {titles}.")

    # ---- words

    def _role(self, role: str | None) -> str:
        if role is None or role not in self._programme.roles:
            return (
                self._pick("Deltagaren", "The participant") if role == PARTICIPANT else self._pick("Någon", "Somebody")
            )
        title = self._programme.roles[role].title[self._language]
        return self._pick(title, title if title.startswith("The ") else f"The {_inside(title)}")

    def _pick(self, sv: str, en: str) -> str:
        return sv if self._language == "sv" else en

    def _day(self, moment: datetime) -> str:
        return spoken_day(calendars.local(moment, self._calendar), self._language)

    def _this_year(self, moment: datetime, said: str) -> str:
        """The same without the year, where that goes without saying."""
        year = calendars.local(moment, self._calendar).year
        now = calendars.local(self._now, self._calendar).year
        return said.replace(f" {year}", "", 1) if year == now else said

    def _time(self, moment: datetime) -> str:
        return spoken(calendars.local(moment, self._calendar), self._language)


def _inside(title: str) -> str:
    """A title as it stands inside a sentence: `project leader`, but `VUX counsellor`."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def urgency(task: Task) -> tuple[bool, datetime]:
    """What is due first comes first; what has no due time comes last, the oldest before the others."""
    return task.due_at is None, task.due_at or task.opened_at
