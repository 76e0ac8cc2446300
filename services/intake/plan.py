"""What a handful of rows of an intake means, worked out and written in one transaction.

A person is the same when the e-mail address or the phone number is, and the name agrees. Whoever else registers with
the same address or number waits meanwhile, so two intakes at once enter nobody twice. Starting and telling journeys
comes afterwards (`services.intake.delivery`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from db.pool import Connection, Database
from db.queries import sql
from schemas.journey import Pace, Status
from schemas.people import same_name
from schemas.programme import Programme
from services.intake.delivery import Act, Acts, Begin, Tell
from services.intake.row import IntakeRow

_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"  # no vowels, so no words; no 0, 1 and l, so no mistakes on the phone
SAME_DAY = timedelta(days=1)
ATTEMPTS = 3


def new_id(kind: str, length: int = 9) -> str:
    """An opaque id: a letter for what it names, then random characters."""
    return kind + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def first_interest(journey: str) -> str:
    """The id of the interest that a journey began with."""
    return f"interest-{journey}"


@dataclass
class Interest:
    """An interest taken in before. `told` means that its journey need not be told of it (again)."""

    submission: str
    answers: dict[str, Any]
    at: datetime
    told: bool


@dataclass
class Known:
    """A person we know, with the journey in this programme that counts, and what has been registered for it."""

    person: str
    name: str
    email_key: str | None
    phone_key: str | None
    journey: str | None = None
    status: str = Status.OPEN
    begun: bool = False
    interests: list[Interest] = field(default_factory=list)

    def registered_before(self, answers: dict[str, Any], now: datetime) -> Interest | None:
        """The same interest, if it has been taken in.

        Interests are the same when they were received at the same time. Without a time they are the same when every
        column is, and the journey is still open or the other came less than a day ago: a person who has left and
        registers again later in the same words means it.
        """
        for earlier in self.interests:
            recent = self.status == Status.OPEN or now - earlier.at < SAME_DAY
            if answers["received_at"] is None:
                if recent and earlier.answers == answers:
                    return earlier
            elif earlier.answers["received_at"] == answers["received_at"]:
                return earlier
        return None


@dataclass
class Staff:
    """Who can own what, with how much each has; a new journey goes to whoever has least, and is not `away`."""

    members: dict[str, list[str]]
    load: dict[str, int]
    away: frozenset[str] = frozenset()

    def owners(self) -> dict[str, str]:
        """An owner for every role that has one; equals are taken in the order of their ids."""
        chosen = {role: min(able, key=self._rank) for role, able in self.members.items()}
        for staff in chosen.values():
            self.load[staff] += 1
        return chosen

    def _rank(self, staff: str) -> tuple[bool, int, str]:
        return staff in self.away, self.load[staff], staff


@dataclass
class Plan:
    """What is to be written and done for some rows. `entered` says for each row its journey and whether it is new."""

    programme: Programme
    staff: Staff
    now: datetime
    pace: Pace
    by: str
    entered: list[tuple[IntakeRow, str, bool]] = field(default_factory=list)
    acts: Acts = field(default_factory=dict)
    people: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    journeys: list[tuple[Any, ...]] = field(default_factory=list)
    interests: list[tuple[Any, ...]] = field(default_factory=list)
    _known: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def remember(self, person: Known) -> None:
        for key in {person.email_key, person.phone_key} - {None}:
            if key is not None and person not in self._known[key]:
                self._known[key].append(person)

    def add(self, row: IntakeRow) -> None:
        """Decide about one row, with everything known before it."""
        person = self._same_person(row)
        is_new = person is None or person.journey is None
        if person is None:
            person = self._add_person(row)
        else:
            self._fill_in(person, row)
        if person.journey is None:
            self._add_journey(person, row)
        else:
            self._add_interest(person, person.journey, row)
        assert person.journey is not None
        self.remember(person)
        self.entered.append((row, person.journey, is_new))

    def _same_person(self, row: IntakeRow) -> Known | None:
        found = [one for key in (row.email_key, row.phone_key) if key for one in self._known.get(key, ())]
        same = [one for one in found if same_name(one.name, row.name)]
        return min(same, key=lambda one: (one.journey is None, one.status != Status.OPEN), default=None)

    def _add_person(self, row: IntakeRow) -> Known:
        person = Known(new_id("p", 12), row.name, row.email_key, row.phone_key)
        # fmt: off
        self.people.append((
            person.person, row.name, row.email, row.phone, row.language, row.municipality, row.partner, row.wish,
            row.adults, row.children, row.email_key, row.phone_key, self.now,
        ))
        # fmt: on
        return person

    def _fill_in(self, person: Known, row: IntakeRow) -> None:
        if (row.email_key and not person.email_key) or (row.phone_key and not person.phone_key):
            self.contacts.append((person.person, row.email, row.email_key, row.phone, row.phone_key))
            person.email_key = person.email_key or row.email_key
            person.phone_key = person.phone_key or row.phone_key

    def _add_journey(self, person: Known, row: IntakeRow) -> None:
        person.journey, person.status = new_id("j"), Status.OPEN
        # fmt: off
        self.journeys.append((
            person.journey, person.person, self.programme.programme, self.programme.version,
            row.received_at or self.now, self._facts(row), self.staff.owners(), self.pace.model_dump(mode="json"),
        ))
        # fmt: on
        self._keep(person, person.journey, first_interest(person.journey), row, told=True)
        self._do(person.journey, Begin())

    def _add_interest(self, person: Known, journey: str, row: IntakeRow) -> None:
        if not person.begun:
            self._do(journey, Begin())
        interest = person.registered_before(_answers(row), self.now)
        if interest is None:
            interest = self._keep(person, journey, f"interest-{new_id('r', 12)}", row, told=False)
        if not interest.told:
            self._do(journey, Tell(interest.submission, row.received_at or interest.at, self.by))

    def _keep(self, person: Known, journey: str, submission: str, row: IntakeRow, *, told: bool) -> Interest:
        interest = Interest(submission, _answers(row), self.now, told)
        person.interests.append(interest)
        self.interests.append((submission, journey, interest.answers, self.by, self.now))
        return interest

    def _facts(self, row: IntakeRow) -> dict[str, str]:
        """The wish is a fact of the process where the programme asks for it under that name."""
        asked = self.programme.facts.get("wish")
        return {"wish": row.wish} if asked and row.wish and row.wish in asked.values else {}

    def _do(self, journey: str, act: Act) -> None:
        acts = self.acts.setdefault(journey, [])
        if act not in acts:
            acts.append(act)


def _answers(row: IntakeRow) -> dict[str, Any]:
    answers = row.model_dump(mode="json", exclude={"line", "email_key", "phone_key", "details"})
    # Nothing stands there for what a file cannot say, so that a row of years ago is the same row today.
    return answers if row.details is None else {**answers, "details": row.details.model_dump(mode="json")}


async def enter(
    db: Database, rows: list[IntakeRow], programme: Programme, staff: Staff, *, now: datetime, pace: Pace, by: str
) -> Plan:
    """Work out and write what the rows mean. Everything in the returned plan but its `acts` is done."""
    for attempt in range(ATTEMPTS):
        plan = Plan(programme, staff, now, pace, by)
        try:
            async with db.acting_as(by) as connection:
                await _enter(connection, rows, plan)
        except asyncpg.UniqueViolationError:
            # A random id that exists already, once in very many thousands of rows.
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return plan
    raise AssertionError


async def _enter(connection: Connection, rows: list[IntakeRow], plan: Plan) -> None:
    emails = sorted({row.email_key for row in rows if row.email_key})
    phones = sorted({row.phone_key for row in rows if row.phone_key})
    await connection.execute(sql.lock_contacts, sorted({_lock(key) for key in (*emails, *phones)}))
    for person in await _known(connection, emails, phones, plan.programme.programme):
        plan.remember(person)
    for row in rows:
        plan.add(row)
    await connection.executemany(sql.add_person, plan.people)
    await connection.executemany(sql.fill_in_contacts, plan.contacts)
    await connection.executemany(sql.add_journey, plan.journeys)
    await connection.executemany(sql.add_interest, plan.interests)


async def _known(connection: Connection, emails: list[str], phones: list[str], programme: str) -> Iterable[Known]:
    """Everybody who has one of these addresses or numbers, whoever came first first."""
    people = {}
    for record in await connection.fetch(sql.people_with_contacts, emails, phones, programme):
        values = {name: value for name, value in record.items() if value is not None}
        people[record["journey"] or record["person"]] = Known(**{"email_key": None, "phone_key": None, **values})
    for record in await connection.fetch(sql.interests_of_journeys, list(people)):
        told = record["told"] or record["submission"] == first_interest(record["journey"])
        people[record["journey"]].interests.append(
            Interest(record["submission"], record["answers"], record["at"], told)
        )
    return people.values()


def _lock(key: str) -> int:
    """A number for an advisory lock; two keys with the same number only wait for each other needlessly."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
