"""Rows of what is stuck, made of what was found: each with whom it waits for, what to do and why it waits.

Everything that the rows need is read at once, before the first is made. Nothing here says who a person is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from db.pool import Connection
from db.queries import sql
from journey.explain import explain
from schemas.base import Both
from schemas.journey import Status
from schemas.programme import PARTICIPANT, Programme
from schemas.stuck import Advice, StuckCause, StuckRow, WaitingOn
from schemas.tasks import Alarm, Hold, Task
from services.outside.about import about
from services.outside.words import words as words_of_report
from services.paces import Clocks
from services.published import published
from services.stuck import advice, words
from services.stuck.finding import Found
from services.stuck.process import Verdict

Records = Mapping[StuckCause, Sequence[Found]]
Verdicts = Mapping[StuckCause, Sequence[Verdict]]


@dataclass(frozen=True)
class Standing:
    """How a journey stands, as the read tables have it: what its sentence is made of."""

    status: Status
    exit: str | None
    exited_at: datetime | None
    hold: Hold | None
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Teller:
    """Makes the rows. Of the journeys in them, their `programmes` and `sentences` are known by the journey's id."""

    records: Records
    verdicts: Verdicts
    programmes: Mapping[str, Programme]
    sentences: Mapping[str, Both]

    @classmethod
    async def knowing(cls, connection: Connection, clocks: Clocks, records: Records, verdicts: Verdicts) -> Teller:
        """With all that is known of the journeys in what was found."""
        wanted = {record["journey"] for found in records.values() for record in found}
        wanted |= {one.journey for found in verdicts.values() for one in found if one.journey is not None}
        journeys = await connection.fetch(sql.standings, sorted(wanted))
        opened = await connection.fetch(sql.tasks_of_standings, sorted(wanted))
        tasks = defaultdict[str, list[asyncpg.Record]](list)
        for record in opened:
            tasks[record["journey"]].append(record)
        known = await published(connection, {(record["programme"], record["version"]) for record in journeys})
        programmes = {each["journey"]: known[each["programme"], each["version"]] for each in journeys}
        sentences = {
            each["journey"]: _explained(programmes[each["journey"]], each, tasks[each["journey"]], clocks)
            for each in journeys
        }
        return cls(records, verdicts, programmes, sentences)

    def rows(self, cause: StuckCause) -> list[StuckRow]:
        """The rows of one cause, in the order in which they were found."""
        found = [self._row(cause, record) for record in self.records.get(cause, ())]
        return found + [self._of_verdict(verdict) for verdict in self.verdicts.get(cause, ())]

    # ---- each kind of row

    def _row(self, cause: StuckCause, record: Found) -> StuckRow:
        match cause:
            case StuckCause.REST:
                return self._rest(record)
            case StuckCause.UNDELIVERABLE:
                return self._letter(record)
            case StuckCause.UNMATCHED:
                return self._report(record)
            case _:
                return self._task(cause, record)

    def _task(self, cause: StuckCause, record: Found) -> StuckRow:
        nobodys = cause is StuckCause.UNOWNED
        return self._made(
            cause,
            record,
            task=record["task"],
            waiting_on=self._waiting_on(record["journey"], record["role"], record["owner"], record["waiting_on"]),
            what_to_do=words.for_nobodys_task(record)
            if nobodys
            else words.for_task(record, self.programmes.get(record["journey"])),
            advice=advice.about_task(record, cause),
        )

    def _rest(self, record: Found) -> StuckRow:
        """The party that it rests on is waited for; whoever looks after the plan is to review it."""
        programme = self.programmes.get(record["journey"])
        role = programme.steps[programme.fallback].role if programme else None
        return self._made(
            StuckCause.REST,
            record,
            waiting_on=WaitingOn(party=record["hold"]["on"], role=role, owner=record["owners"].get(role)),
            what_to_do=words.for_rest(record["journey"]),
            advice=Advice.GO_ON_OR_END,
        )

    def _letter(self, record: Found) -> StuckRow:
        role = record["recipient"]
        staff = record["staff"] if role != PARTICIPANT else None
        return self._made(
            StuckCause.UNDELIVERABLE,
            record,
            task=record["task"],
            notice=record["notice"],
            waiting_on=self._waiting_on(record["journey"], role, staff, None),
            what_to_do=words.for_letter(record),
            advice=advice.about_letter(record),
            why=words.of_letter(record, self.programmes.get(record["journey"])),
        )

    def _report(self, record: Found) -> StuckRow:
        names = {"event": record["event"], "journey": record["journey"], "type": record["type"], "by": None}
        said = words_of_report(
            "unmatched",
            record["cause"],
            record["journey_status"],
            about(record, self.programmes.get(record["journey"] or "")),
            **names,
        )
        return self._made(
            StuckCause.UNMATCHED,
            record,
            event=record["event"],
            since=record["received_at"],
            what_to_do=said.todo,
            advice=Advice.MATCH,
            why=said.sentence,
        )

    def _of_verdict(self, verdict: Verdict) -> StuckRow:
        todo, why = words.of_verdict(verdict, self.programmes.get(verdict.journey or ""))
        return self._made(
            verdict.cause,
            {"journey": verdict.journey, "step": verdict.step, "since": verdict.since},
            task=verdict.task,
            bulk=verdict.bulk,
            trouble=verdict.trouble,
            what_to_do=todo,
            advice=advice.about_verdict(verdict),
            why=why,
        )

    # ---- what rows share

    def _made(self, cause: StuckCause, record: Mapping[str, Any], *, why: Both | None = None, **rest: Any) -> StuckRow:
        journey, step = record["journey"], record.get("step")
        programme = self.programmes.get(journey or "")
        title = programme.steps[step].title if programme and step in programme.steps else None
        said = [each for each in (why, self.sentences.get(journey or "")) if each is not None]
        explained = Both(sv=" ".join(each.sv for each in said), en=" ".join(each.en for each in said))
        values = {"since": record["since"], "title": title, "step": step, **rest}
        return StuckRow.made(cause=cause, journey=journey, explain=explained, **values)

    def _waiting_on(self, journey: str, role: str | None, owner: str | None, party: str | None) -> WaitingOn:
        """The outside party, or else the one that the role belongs to."""
        programme = self.programmes.get(journey)
        known = programme.roles.get(role or "") if programme else None
        return WaitingOn(party=party or (known.party if known else None), role=role, owner=owner)


def _explained(programme: Programme, record: asyncpg.Record, opened: Sequence[asyncpg.Record], clocks: Clocks) -> Both:
    """The journey's own sentence."""
    hold = Hold.model_validate(record["hold"]) if record["hold"] else None
    tasks = tuple(_task(each) for each in opened if each["step"] in programme.steps)
    standing = Standing(Status(record["status"]), record["exit"], record["exited_at"], hold, tasks)
    return explain(programme, standing, clocks.now(record["pace"]))


def _task(record: asyncpg.Record) -> Task:
    """As much of an open task as its journey's sentence needs."""
    alarms = tuple(Alarm.model_validate(alarm) for alarm in record["alarms"] or ())
    return Task.made(
        id=record["task"], step=record["step"], generation=record["generation"], role=record["role"],
        opened_at=record["opened_at"], due_at=record["due_at"], fixed=record["fixed"], alarms=alarms,
    )  # fmt: skip
