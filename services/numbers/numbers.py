"""The numbers of a programme for a period, as sheets: funnel, partners, first contact, days lost, rests, exits, movers.

Everything here is a count of people; nobody's name is read. Which of the counts are shown was settled for all periods
together (`services.numbers.reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.pool import Database
from schemas.base import Both
from schemas.forms.problems import shown
from schemas.programme import Programme
from services.known_programmes import KnownProgrammes
from services.numbers import counting as c
from services.numbers import met, periods, words
from services.numbers.contact import medians
from services.numbers.errors import NoSuchPartner
from services.numbers.reading import COUNTS, PHASE, ROUTE, Counted, Sum, counted, milestones, phases, plain, routes
from services.numbers.sheets import Column, Row, Sheet, Value


@dataclass(frozen=True)
class Asked:
    """Which numbers: of a programme, of people whose interest came in during `period`, in the funnel of one partner."""

    programme: str
    period: str = periods.ALL
    partner: str = c.ANY_PARTNER


@dataclass(frozen=True)
class Numbers:
    """Everything that is shown. `partners` and `periods` can be chosen. `medians` in days, and in working days."""

    programme: Programme
    period: str
    partner: str
    partners: Mapping[str, Both]
    periods: Sequence[str]
    people: Value
    participants: Value
    promised: int
    medians: tuple[int, int] | None
    events: Sequence[met.OpenEvent]
    sheets: Sequence[Sheet]
    today: date

    def sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)

    @property
    def in_time(self) -> Value:
        """How many per cent of those who were reached were reached in time, in working days."""
        return self._contact(c.IN_TIME)[1]

    @property
    def nobody_reached(self) -> bool:
        """Whether there is nobody yet of whom that could be said."""
        return self._contact(c.REACHED)[0] == 0

    def _contact(self, key: str) -> tuple[Value, ...]:
        return next(row.values for row in self.sheet("contact").rows if row.key == key)

    @property
    def heads(self) -> int:
        """How many were met at open events: nobody's participants."""
        return sum(event.people for event in self.events)

    def about(self) -> list[tuple[Both, Both]]:
        """What the numbers are of, for a file."""
        values = {
            "programme": self.programme.title,
            "period": periods.said(self.period),
            "partner": self.partners[self.partner],
            "until": Both(sv=self.today.isoformat(), en=self.today.isoformat()),
            "hidden": words.HIDDEN_MEANS,
        }
        return [(words.ABOUT[name], value) for name, value in values.items()]


async def numbers(
    db: Database, programmes: KnownProgrammes, asked: Asked, *, wall: datetime, now: datetime, by: str
) -> Numbers:
    """The numbers at journey time `now`. Raises `NoSuchProgramme`, `NoSuchPeriod` or `NoSuchPartner`."""
    period = periods.checked(asked.period)
    found = await counted(db, programmes, asked.programme, wall=wall, now=now, by=by)
    events = await met.between(db, asked.programme, *periods.span(period), by)
    return _shown(found, period, plain(asked.partner) or c.ANY_PARTNER, events)


def _shown(found: Counted, period: str, partner: str, events: Sequence[met.OpenEvent]) -> Numbers:
    partners = _partners(found)
    if partner not in partners:
        raise NoSuchPartner(partner=shown(partner), known=", ".join(partners))
    view = _View(found, period, partner, partners)
    return Numbers(
        programme=found.programme,
        period=period,
        partner=partner,
        partners=partners,
        periods=periods.choices(found.time.leaves, found.today),
        people=found.people.line(c.EVERYBODY).at(period),
        participants=found.people.line(c.PARTICIPANT).at(period),
        promised=found.promised.days,
        medians=view.medians(),
        events=events,
        sheets=(*view.sheets(), met_sheet(events)),
        today=found.today,
    )


def _partners(found: Counted) -> dict[str, Both]:
    own = {c.NOT_SAID: words.NOT_SAID, c.OTHERS: words.OTHERS}
    titles = {name: own.get(name) or _same(found.partner_titles.get(name, name)) for name in found.people.partners}
    return {c.ANY_PARTNER: words.EVERYBODY, **titles}


def _same(text: str) -> Both:
    return Both(sv=text, en=text)


class _View:
    """The sheets of one period."""

    def __init__(self, found: Counted, period: str, partner: str, partners: Mapping[str, Both]) -> None:
        self._found, self._period, self._partner, self._partners = found, period, partner, partners
        self._everybody = found.people.line(c.EVERYBODY).at(period)

    def sheets(self) -> tuple[Sheet, ...]:
        return (
            self._funnel("funnel", phases(self._found.versions)),
            self._funnel("milestones", milestones(self._found.versions)),
            self._by_partner(),
            self._contact(),
            self._lost(),
            self._rests(),
            self._exits(),
            self._movers(),
        )

    def medians(self) -> tuple[int, int] | None:
        """Shown where those who were reached are."""
        if not self._found.contacts.shown((self._period, c.REACHED)):
            return None
        first, last = periods.span(self._period)
        rows = [row for row in self._found.contacted if first <= row.received_on <= last]
        return medians(self._found.promised, rows)

    def _funnel(self, name: str, marks: Sequence[str]) -> Sheet:
        genders = (c.ANY_GENDER, *c.GENDERS)
        columns = (*(_column(gender) for gender in genders), Column("share", words.COLUMNS["share"], share=True))
        all_of_them = self._came(c.EVERYBODY, c.ANY_GENDER)
        rows = []
        for mark in marks:
            values = [self._came(mark, gender) for gender in genders]
            rows.append(Row(mark, self._mark(mark), (*values, _share(values[0], all_of_them))))
        return _sheet(name, columns, rows)

    def _came(self, mark: str, gender: str, partner: str | None = None) -> Value:
        partner = partner or self._partner
        if (partner, gender) == (c.ANY_PARTNER, c.ANY_GENDER):
            return self._found.people.line(mark).at(self._period)
        return self._found.funnel[mark].shown((self._period, partner, gender))

    def _by_partner(self) -> Sheet:
        stones = milestones(self._found.versions)
        rows = [
            Row(key, title, tuple(self._came(mark, c.ANY_GENDER, key) for mark in stones), key == c.ANY_PARTNER)
            for key, title in self._partners.items()
        ]
        columns = tuple(Column(mark, self._mark(mark)) for mark in stones)
        return _sheet("partners", columns, [*rows[1:], rows[0]])

    def _contact(self) -> Sheet:
        keys = (c.WITHIN, c.WITHIN_WORKING, c.IN_TIME, c.LATER, c.REACHED, c.WAITING, c.WAITING_LATE, c.GONE)
        days, table = self._found.promised.days, self._found.contacts
        reached = table.shown((self._period, c.REACHED))
        rows = []
        for key in keys:
            people = table.shown((self._period, key))
            of_reached = key in (c.WITHIN, c.WITHIN_WORKING, c.IN_TIME, c.LATER)
            values = (people, _share(people, reached if of_reached else self._everybody))
            rows.append(Row(key, words.contact(key, days), values, strong=key in (c.IN_TIME, c.REACHED)))
        return _sheet("contact", (_column("people"), Column("share", words.COLUMNS["share"], share=True)), rows)

    def _lost(self) -> Sheet:
        order = [party for version in self._found.versions for party in version.parties]
        waited = sorted(self._found.lost, key=lambda party: order.index(party) + 1 if party in order else 0)
        rows = [self._sum(party or "us", self._party(party), self._found.lost[party]) for party in waited]
        return _sheet("lost", _SUM_COLUMNS, rows)

    def _rests(self) -> Sheet:
        rows = []
        for (cause, on), each in sorted(self._found.rests.items()):
            why = self._titled("causes", cause, cause)
            who = self._party(on)
            title = Both(sv=f"{why.sv} ({who.sv})", en=f"{why.en} ({who.en})")
            rows.append(self._sum(f"{cause}.{on}", title, each))
        return _sheet("rests", _SUM_COLUMNS, rows)

    def _sum(self, key: str, title: Both, found: Sum) -> Row:
        people = found.people.at(self._period)
        if not people:
            return Row(key, title, (people, people, people))
        days = found.days(self._found.time.below(self._period))
        return Row(key, title, (people, round(days, 1), round(days / people, 1)))

    def _exits(self) -> Sheet:
        table = self._found.fates
        left = table.shown((self._period, c.LEFT))
        rows = []
        for code in table.shape.scales[1].below(c.LEFT):
            people = table.shown((self._period, code))
            if people != 0:
                title = self._titled("exits", code, code)
                rows.append(Row(code, title, (people, _share(people, left))))
        rows.append(Row(c.LEFT, words.LEFT, (left, _share(left, self._everybody)), strong=True))
        here = table.shown((self._period, c.UNDER_WAY))
        rows.append(Row(c.UNDER_WAY, words.UNDER_WAY, (here, _share(here, self._everybody)), strong=True))
        return _sheet("exits", (_column("people"), Column("share", words.COLUMNS["share"], share=True)), rows)

    def _movers(self) -> Sheet:
        moved = self._found.people.line(c.MOVED).at(self._period)
        rows = []
        for route in (*routes(self._found.versions), c.UNKNOWN_ROUTE):
            people = self._found.movers.shown((self._period, route))
            rows.append(Row(route, self._route(route), (people, _share(people, moved))))
        rows.append(Row(c.ANY_ROUTE, words.EVERYBODY, (moved, _share(moved, moved)), strong=True))
        return _sheet("movers", (_column("people"), Column("share", words.COLUMNS["share"], share=True)), rows)

    # ---- what things are called

    def _mark(self, mark: str) -> Both:
        if mark == c.PARTICIPANT:
            return words.PARTICIPANTS
        if mark.startswith(PHASE):
            return self._titled("phases", mark.removeprefix(PHASE), mark)
        counts = mark.removeprefix(COUNTS)
        steps = (step for version in self._found.versions for step in version.steps.values())
        otherwise = words.INTEREST if mark == c.EVERYBODY else _same(counts)
        return next((step.title for step in steps if step.counts == counts), otherwise)

    def _party(self, party: str | None) -> Both:
        return words.US if party is None else self._titled("parties", party, party)

    def _route(self, route: str) -> Both:
        for version in self._found.versions:
            if ROUTE in version.facts and route in version.facts[ROUTE].values:
                return version.facts[ROUTE].values[route]
        return words.UNKNOWN_ROUTE

    def _titled(self, kind: str, name: str, otherwise: str) -> Both:
        found = (getattr(version, kind).get(name) for version in self._found.versions)
        return next((each.title for each in found if each is not None), _same(otherwise.replace("_", " ")))


_SUM_COLUMNS = (
    Column("people", words.COLUMNS["people"]),
    Column("days", words.COLUMNS["days"], days=True),
    Column("each", words.COLUMNS["each"], days=True),
)


def met_sheet(events: Iterable[met.OpenEvent]) -> Sheet:
    """How many were met at open events: never to be added to participants."""
    rows = []
    for how, title in words.HOW.items():
        some = [event.people for event in events if event.how == how]
        rows.append(Row(how, title, (len(some), sum(some))))
    return _sheet("met", (_column("events"), _column("heads")), rows)


def _column(name: str) -> Column:
    return Column(name, words.COLUMNS[name])


def _sheet(name: str, columns: Sequence[Column], rows: Sequence[Row]) -> Sheet:
    return Sheet(name, words.TITLES[name], words.FIRSTS[name], tuple(columns), tuple(rows))


def _share(part: Value, whole: Value) -> Value:
    """Per cent, where both are shown."""
    return None if part is None or whole is None else round(100 * part / whole) if whole else 0
