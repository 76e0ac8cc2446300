"""What can be done to many journeys at once: which acts, what each asks, and what it becomes. Pure.

Unlike `console.acts` it knows of no single journey: what an act asks is what the programme says. Whether it can be done
each journey says for itself, in the dry run and when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from console.acts import TO_COME, Unclear
from console.forms import Sent, Shown
from console.language import say
from console.who import Act
from journey import calendars
from schemas.base import Language
from schemas.clocks import Calendar
from schemas.commands import AssignTask, Command, ExitJourney, HoldJourney, ReleaseJourney
from schemas.mending import ExtendTask, GoBack, MoveDate, NudgeTask, WaiveStep
from schemas.programme import Kind, Programme, Step

OFFICE = Calendar()
HELPED = frozenset({"acts.review_help", "acts.until_help", "acts.to_day_help"})


@dataclass(frozen=True)
class Asked:
    """What somebody wants done to many, and what they sent. Acts that follow the programme have one."""

    order: str
    language: Language
    programme: Programme | None = None
    staff: Sequence[tuple[str, str]] = ()
    sent: Sent = field(default_factory=dict)
    any_exit: bool = False

    def one(self, name: str) -> str:
        return next(iter(self.sent.get(name, ())), "").strip()

    @property
    def step(self) -> Step | None:
        """The step that was chosen, if there is one."""
        return self.programme.steps.get(self.one("step")) if self.programme else None


@dataclass(frozen=True)
class Order:
    """One act for many: its name in the address, the right it takes besides that to order for many, and so on."""

    name: str
    act: Act
    fields: Callable[[Asked], Iterable[Shown]]
    command: Callable[[Asked], Command]
    reason: bool = True
    of_programme: bool = False
    serious: bool = False


# ---- what each asks


def _field(asked: Asked, name: str, kind: str, choices: Iterable[tuple[str, str]] = (), label: str = "") -> Shown:
    explained = f"acts.{name}_help"
    return Shown(
        name=name,
        label=label or say(f"acts.{name}", asked.language),
        kind=kind,
        value=asked.one(name),
        choices=tuple(choices),
        help=say(explained, asked.language) if explained in HELPED else None,
    )


def _nothing(_: Asked) -> Iterable[Shown]:
    return ()


def _extend_fields(asked: Asked) -> Iterable[Shown]:
    yield _field(asked, "to_day", "date")


def _assign_fields(asked: Asked) -> Iterable[Shown]:
    yield _field(asked, "to_staff", "choice", asked.staff, say("many.to_staff", asked.language))


def _hold_fields(asked: Asked) -> Iterable[Shown]:
    programme, language = _programme(asked), asked.language
    yield _field(asked, "cause", "choice", [(name, each.title[language]) for name, each in programme.causes.items()])
    yield _field(asked, "on", "choice", [(name, each.title[language]) for name, each in programme.parties.items()])
    yield _field(asked, "review", "date")


def _move_fields(asked: Asked) -> Iterable[Shown]:
    programme = _programme(asked)
    titles = [(name, each.title[asked.language]) for name, each in programme.dates.items()]
    yield _field(asked, "date", "choice", titles)
    yield _field(asked, "to_time", "time") if _is_timed(asked) else _field(asked, "to_day", "date")


def _back_fields(asked: Asked) -> Iterable[Shown]:
    yield _field(asked, "step", "choice", _steps(asked, lambda step: step.kind is not Kind.MILESTONE))


def _waive_fields(asked: Asked) -> Iterable[Shown]:
    yield _field(asked, "step", "choice", _steps(asked, _leads_on))
    step = asked.step
    if step is not None:
        leads = [(name, each.title[asked.language]) for name, each in step.outcomes.items() if each.go_on]
        if len(leads) > 1:
            yield _field(asked, "as_outcome", "choice", leads)
        for fact in _facts(asked, step, asked.one("as_outcome") or (leads[0][0] if leads else "")):
            known = _programme(asked).facts[fact]
            values = [(value, words[asked.language]) for value, words in known.values.items()]
            yield _field(asked, f"fact-{fact}", "choice", values, known.title[asked.language])
    yield _field(asked, "until", "date")


def _exit_fields(asked: Asked) -> Iterable[Shown]:
    exits = _programme(asked).exits.items()
    titles = [(name, each.title[asked.language]) for name, each in exits if each.anytime or asked.any_exit]
    yield _field(asked, "exit_code", "choice", titles)


def _steps(asked: Asked, fits: Callable[[Step], bool]) -> list[tuple[str, str]]:
    programme = _programme(asked)
    return [
        (name, step.title[asked.language])
        for name, step in programme.steps.items()
        if fits(step) and name != programme.fallback
    ]


def _leads_on(step: Step) -> bool:
    return step.kind is not Kind.MILESTONE and any(outcome.go_on for outcome in step.outcomes.values())


def _facts(asked: Asked, step: Step, outcome: str) -> tuple[str, ...]:
    asks = step.outcomes[outcome].asks if outcome in step.outcomes else ()
    return tuple(fact for fact in asks if fact in _programme(asked).facts)


def _is_timed(asked: Asked) -> bool:
    known = _programme(asked).dates.get(asked.one("date"))
    return known is not None and known.minutes is not None


# ---- what each becomes


def _extend(asked: Asked) -> Command:
    return ExtendTask(id=TO_COME, task=TO_COME, due_at=calendars.closing(_day(asked, "to_day"), OFFICE))


def _nudge(_: Asked) -> Command:
    return NudgeTask(id=TO_COME, task=TO_COME)


def _assign(asked: Asked) -> Command:
    return AssignTask(id=TO_COME, task=TO_COME, to=_chosen(asked, "to_staff"))


def _hold(asked: Asked) -> Command:
    cause, on = _chosen(asked, "cause"), _chosen(asked, "on")
    return HoldJourney(id=TO_COME, cause=cause, on=on, review_at=calendars.opening(_day(asked, "review"), OFFICE))


def _release(_: Asked) -> Command:
    return ReleaseJourney(id=TO_COME, catch_up=True)


def _move(asked: Asked) -> Command:
    name = _chosen(asked, "date")
    return MoveDate(id=TO_COME, date=name, to=_moment(asked, "to_time") if _is_timed(asked) else _day(asked, "to_day"))


def _back(asked: Asked) -> Command:
    return GoBack(id=TO_COME, step=_chosen(asked, "step"))


def _waive(asked: Asked) -> Command:
    step, names = _chosen(asked, "step"), [each.name for each in _waive_fields(asked)]
    return WaiveStep(
        id=TO_COME,
        step=step,
        outcome=_chosen(asked, "as_outcome") if "as_outcome" in names else None,
        facts={name.removeprefix("fact-"): _chosen(asked, name) for name in names if name.startswith("fact-")},
        expires_on=_day(asked, "until") if asked.one("until") else None,
    )


def _exit(asked: Asked) -> Command:
    return ExitJourney(id=TO_COME, exit=_chosen(asked, "exit_code"), any_exit=asked.any_exit)


def _programme(asked: Asked) -> Programme:
    if asked.programme is None:
        raise Unclear("programme", "many.choose_programme")
    return asked.programme


def _chosen(asked: Asked, name: str) -> str:
    """A choice that is on offer. Raises `Unclear`."""
    offered = next((each.choices for each in ORDERS[asked.order].fields(asked) if each.name == name), ())
    if asked.one(name) not in {each for each, _ in offered}:
        raise Unclear(name, "acts.choose")
    return asked.one(name)


def _day(asked: Asked, name: str) -> date:
    try:
        day = date.fromisoformat(asked.one(name))
    except ValueError:
        raise Unclear(name, "acts.choose_day") from None
    calendars.must_be_within_reach(day)
    return day


def _moment(asked: Asked, name: str) -> datetime:
    try:
        return calendars.local_to_utc(datetime.fromisoformat(asked.one(name)).replace(tzinfo=None))
    except ValueError:
        raise Unclear(name, "acts.choose_time") from None


ORDERS = {
    order.name: order
    for order in (
        Order("nudge", Act.NUDGE, _nothing, _nudge, reason=False),
        Order("extend", Act.EXTEND, _extend_fields, _extend),
        Order("assign", Act.ASSIGN, _assign_fields, _assign),
        Order("hold", Act.HOLD, _hold_fields, _hold, reason=False, of_programme=True),
        Order("release", Act.RELEASE, _nothing, _release, reason=False),
        Order("move_date", Act.MOVE_DATE, _move_fields, _move, of_programme=True),
        Order("go_back", Act.GO_BACK, _back_fields, _back, of_programme=True),
        Order("waive", Act.WAIVE, _waive_fields, _waive, of_programme=True),
        Order("exit", Act.EXIT, _exit_fields, _exit, of_programme=True, serious=True),
    )
}
"""Every act for many, by its name in the address."""
