"""What can be done to a journey besides finishing its tasks: which acts, what each asks, and what it becomes.

An act is asked for on a page of its own, shown with what it would change, and only then done. Nothing is decided here:
rights are `who`'s, and whether it can be done the journey says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.asking import TO_COME, Asked, Doing, Unclear, day_of, field_of, moment_of
from console.correcting import correct, correct_fields, may_be_corrected
from console.forms import Shown
from console.page import Page
from console.viewing import View
from console.who import Act, Subject
from journey import calendars
from schemas.commands import Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.journey import Status
from schemas.mending import ExtendTask, GoBack, MoveDate, NudgeTask, WaiveStep
from schemas.programme import Kind
from schemas.tasks import Task

__all__ = ["DOINGS", "TO_COME", "Asked", "Doing", "Offer", "Unclear", "offers", "task_offers"]


@dataclass(frozen=True)
class Offer:
    """A link to an act that whoever looks may do now."""

    words: str
    href: str
    serious: bool = False


def offers(page: Page, view: View) -> list[Offer]:
    """What can be done to the journey as a whole."""
    particulars = page.may(Act.CORRECT, view.subject) and page.may(Act.SEE_CONTACT, view.subject) and _open_now(view)
    who = [Offer("particulars.title", f"/journeys/{view.journey}/particulars")] if particulars else []
    return who + [
        Offer(f"acts.{doing.name}", f"/journeys/{view.journey}/do/{doing.name}", doing.serious)
        for doing in DOINGS.values()
        if not doing.about_task and page.may(doing.act, view.subject) and doing.possible(view)
    ]


def task_offers(page: Page, view: View, task: Task, subject: Subject) -> list[Offer]:
    """What can be done to one open task besides finishing it."""
    return [
        Offer(f"acts.{doing.name}", f"/journeys/{view.journey}/do/{doing.name}?task={task.id}")
        for doing in DOINGS.values()
        if doing.about_task and page.may(doing.act, subject) and doing.possible(view)
        if not (doing.name == "extend" and (task.fixed or task.due_at is None))
        if view.hold is None or task.fixed
    ]


# ---- what each asks


def _nothing(_: Asked) -> Iterable[Shown]:
    return ()


def _hold_fields(asked: Asked) -> Iterable[Shown]:
    programme, language = asked.programme, asked.language
    yield field_of(asked, "cause", "choice", [(name, each.title[language]) for name, each in programme.causes.items()])
    yield field_of(asked, "on", "choice", [(name, each.title[language]) for name, each in programme.parties.items()])
    yield field_of(asked, "review", "date")


def _extend_fields(asked: Asked) -> Iterable[Shown]:
    yield field_of(asked, "to_day", "date")


def _waive_fields(asked: Asked) -> Iterable[Shown]:
    yield field_of(asked, "step", "choice", _steps(asked, _may_be_waived(asked)))
    step = asked.programme.steps.get(asked.one("step"))
    if step is not None:
        leads = [(name, each.title[asked.language]) for name, each in step.outcomes.items() if each.go_on]
        if len(leads) > 1:
            yield field_of(asked, "as_outcome", "choice", leads)
        for fact in _asks(asked, step.outcomes.get(asked.one("as_outcome") or (leads[0][0] if leads else ""))):
            known = asked.programme.facts[fact]
            shown = field_of(asked, "until", "choice", [(v, w[asked.language]) for v, w in known.values.items()])
            yield Shown(**{**shown.__dict__, "name": f"fact-{fact}", "label": known.title[asked.language],
                           "value": asked.one(f"fact-{fact}"), "help": None})  # fmt: skip
    yield field_of(asked, "until", "date")


def _back_fields(asked: Asked) -> Iterable[Shown]:
    done = [name for name in asked.view.results if asked.programme.steps[name].kind is not Kind.MILESTONE]
    opened = [task.step for task in asked.view.tasks]
    yield field_of(asked, "step", "choice", _steps(asked, [*done, *(each for each in opened if each not in done)]))


def _move_fields(asked: Asked) -> Iterable[Shown]:
    programme, language = asked.programme, asked.language
    known = _known_dates(asked.view)
    yield field_of(asked, "date", "choice", [(name, programme.dates[name].title[language]) for name in known])
    timed = asked.one("date") in programme.dates and programme.dates[asked.one("date")].minutes is not None
    yield field_of(asked, "to_time" if timed else "to_day", "time" if timed else "date")
    if asked.view.tasks:
        titles = [(task.id, programme.steps[task.step].title[language]) for task in asked.view.tasks if task.due_at]
        yield field_of(asked, "keep", "several", titles)


def _exit_fields(asked: Asked) -> Iterable[Shown]:
    exits = [
        (name, each.title[asked.language])
        for name, each in asked.programme.exits.items()
        if each.anytime or asked.any_exit
    ]
    yield field_of(asked, "exit_code", "choice", exits)


def _reopen_fields(asked: Asked) -> Iterable[Shown]:
    steps = [name for name, step in asked.programme.steps.items() if step.kind is Kind.TASK and not step.after_exit]
    yield field_of(asked, "step", "choice", _steps(asked, steps))


def _steps(asked: Asked, names: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (name, asked.programme.steps[name].title[asked.language]) for name in asked.programme.steps if name in names
    ]


def _may_be_waived(asked: Asked) -> list[str]:
    done, left = asked.view.results, asked.view.shown["exit"]
    return [
        name
        for name, step in asked.programme.steps.items()
        if name not in done
        and step.kind is not Kind.MILESTONE
        and name != asked.programme.fallback
        and bool(step.after_exit) == (left is not None)
        and any(outcome.go_on for outcome in step.outcomes.values())
    ]


def _asks(asked: Asked, outcome: object) -> tuple[str, ...]:
    return tuple(fact for fact in getattr(outcome, "asks", ()) if fact in asked.programme.facts)


def _known_dates(view: View) -> list[str]:
    known = view.state.dates if view.state else view.shown["dates"]
    return [name for name in view.programme.dates if name in known]


# ---- what each becomes


def _hold(asked: Asked) -> Command:
    cause, on = _chosen(asked, "cause"), _chosen(asked, "on")
    return HoldJourney(
        id=TO_COME, cause=cause, on=on, review_at=calendars.opening(day_of(asked, "review"), asked.office)
    )


def _release(_: Asked) -> Command:
    return ReleaseJourney(id=TO_COME, catch_up=True)


def _extend(asked: Asked) -> Command:
    return ExtendTask(id=TO_COME, task=_task(asked), due_at=calendars.closing(day_of(asked, "to_day"), asked.office))


def _nudge(asked: Asked) -> Command:
    return NudgeTask(id=TO_COME, task=_task(asked))


def _waive(asked: Asked) -> Command:
    step = _chosen(asked, "step")
    fields = [each.name for each in _waive_fields(asked)]
    facts = {name.removeprefix("fact-"): _chosen(asked, name) for name in fields if name.startswith("fact-")}
    return WaiveStep(
        id=TO_COME,
        step=step,
        outcome=_chosen(asked, "as_outcome") if "as_outcome" in fields else None,
        facts=facts,
        expires_on=day_of(asked, "until") if asked.one("until") else None,
    )


def _back(asked: Asked) -> Command:
    return GoBack(id=TO_COME, step=_chosen(asked, "step"))


def _move(asked: Asked) -> Command:
    name = _chosen(asked, "date")
    timed = name in asked.programme.dates and asked.programme.dates[name].minutes is not None
    to = moment_of(asked, "to_time") if timed else day_of(asked, "to_day")
    return MoveDate(id=TO_COME, date=name, to=to, keep=tuple(asked.sent.get("keep", ())))


def _exit(asked: Asked) -> Command:
    return ExitJourney(id=TO_COME, exit=_chosen(asked, "exit_code"), any_exit=asked.any_exit)


def _reopen(asked: Asked) -> Command:
    return ReopenJourney(id=TO_COME, step=_chosen(asked, "step"))


def _chosen(asked: Asked, name: str) -> str:
    """A choice that is on offer. Raises `Unclear`."""
    offered = next((each.choices for each in DOINGS[asked.doing].fields(asked) if each.name == name), ())
    value = asked.one(name)
    if value not in {each for each, _ in offered}:
        raise Unclear(name, "acts.choose")
    return value


def _task(asked: Asked) -> str:
    task = asked.task()
    if task is None:
        raise Unclear("task", "acts.task_gone")
    return task.id


# ---- all of them


def _open_now(view: View) -> bool:
    return bool(view.shown["status"] != Status.ENDED)


def _under_way(view: View) -> bool:
    return bool(view.shown["status"] == Status.OPEN)


DOINGS = {
    doing.name: doing
    for doing in (
        Doing("hold", Act.HOLD, _hold_fields, _hold, lambda view: _under_way(view) and not view.hold, reason=False),
        Doing("release", Act.RELEASE, _nothing, _release, lambda view: view.hold is not None, reason=False),
        Doing(
            "move_date", Act.MOVE_DATE, _move_fields, _move, lambda view: _open_now(view) and bool(_known_dates(view))
        ),
        Doing("correct", Act.CORRECT, correct_fields, correct, lambda view: _open_now(view) and may_be_corrected(view)),
        Doing("go_back", Act.GO_BACK, _back_fields, _back, lambda view: _under_way(view) and bool(view.results)),
        Doing("waive", Act.WAIVE, _waive_fields, _waive, _open_now),
        Doing("reopen", Act.REOPEN, _reopen_fields, _reopen, lambda view: not _under_way(view)),
        Doing("exit", Act.EXIT, _exit_fields, _exit, _under_way, serious=True),
        Doing("extend", Act.EXTEND, _extend_fields, _extend, _open_now, about_task=True),
        Doing("nudge", Act.NUDGE, _nothing, _nudge, _open_now, about_task=True, reason=False),
    )
}
"""Every act, by its name in the address."""
