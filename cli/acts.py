"""How an act of mending is typed and carried out: what goes for all of them alike, in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from typer.core import TyperCommand

from cli import beforehand, mended, ordering, orders, run
from cli.run import Answer, Desk
from journey.errors import Refusal
from schemas.commands import Command
from schemas.forms.problems import shown
from services.journeys import Journeys
from services.mending.acts import journey_of, mend
from services.mending.errors import NeedsReason
from services.staff import must_work_here

F = TypeVar("F", bound=Callable[..., Any])

BY = "operator"
"""Who acts, in the journal, when nobody is named with --by: there is no log-in here."""

Journey = Annotated[str, typer.Argument(help="The journey's id; not with --where.", metavar="JOURNEY")]
Task = Annotated[str, typer.Argument(help="The task's id, from the list of tasks; not with --where.", metavar="TASK")]


@dataclass(frozen=True)
class Typed:
    """What may be typed with every act."""

    reason: Annotated[str | None, typer.Option("--reason", help="Why, in a few words. It stays in the journal.")] = None
    by: Annotated[str | None, typer.Option("--by", help="Who acts: a member of staff.", metavar="STAFF")] = None
    key: Annotated[str | None, typer.Option("--key", help="A key of your own: the same again acts once.")] = None
    where: ordering.Where = None
    rate: ordering.Rate = None
    yes: ordering.Yes = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")] = False

    def must_say_why(self) -> None:
        """Raise `NeedsReason` when no reason is given; what is only looked at needs none."""
        if not self.dry_run and not (self.reason or "").strip():
            raise NeedsReason

    def must_be_about_one(self) -> None:
        """Raise `OnlyOne` when conditions are given."""
        if self.where:
            raise OnlyOne


class OnlyOne(Refusal):
    """This is done to one at a time; leave --where out and name it."""

    sv = "Det här görs för en i taget; ta bort --where och ange vilken."


class OneOrThose(Refusal):
    """Name one ({named}), or choose with --where whom it is for, not both; leave one of them out."""

    sv = "Ange en ({named}), eller välj med --where vilka det gäller, inte båda; ta bort det ena."


class Act(TyperCommand):
    """A command about one journey or task, which comes first, or about all those that fit the conditions instead."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not any(each.partition("=")[0] == "--where" for each in args):
            return super().parse_args(ctx, args)
        if (named := self._named_too(ctx, args)) is not None:
            run.prepare()
            run.leave(run.explain(OneOrThose(named=shown(named)), as_json="--json" in args))
        return super().parse_args(ctx, [ordering.THOSE, *args])

    def _named_too(self, ctx: Any, args: list[str]) -> str | None:
        """What is named besides the conditions, if there is a word too many."""
        with suppress(Exception):  # whatever is typed wrong besides, reading it says so in its own way
            _, left, _ = self.make_parser(ctx).parse_args(args=[ordering.THOSE, *args])
            if left:
                first = next(each for each in self.params if each.param_type_name == "argument")
                given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
                return str(given[first.name or ""])
        return None


class Acts(typer.Typer):
    """Commands about one journey or task each, or about many."""

    def command(self, name: str | None = None, **how: Any) -> Callable[[F], F]:
        """As in `Typer`, with the way of typing of `Act`."""
        return super().command(name, cls=Act, **how)


def with_common(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take what every act may be given; it gets it as one `Typed`, its last argument."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "typed"]
    common = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(Typed, eval_str=True).parameters.values()
    ]

    @functools.wraps(command)
    def taken(**given: Any) -> None:
        typed = Typed(**{parameter.name: given.pop(parameter.name) for parameter in common})
        command(**given, typed=typed)

    taken.__signature__ = signature.replace(parameters=[*own, *common])  # type: ignore[attr-defined]
    taken.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *common)}
    return taken


def act(journey: str, order: Callable[[], Command], typed: Typed, *, why: bool = True) -> NoReturn:
    """Give one journey what was ordered. What cannot be read is refused inside, where it becomes a sentence."""

    async def work(desk: Desk) -> Answer:
        if typed.where:
            return await _for_many(desk, order(), typed, why=why)
        return await carry_out(desk, journey, order(), typed, why=why)

    run.at_desk(work, as_json=typed.as_json)


def act_on_task(task: str, order: Callable[[str], Command], typed: Typed, *, why: bool = True) -> NoReturn:
    """The same for an act about one task."""

    async def work(desk: Desk) -> Answer:
        if typed.where:
            return await _for_many(desk, order(orders.TO_COME), typed, why=why)
        return await carry_out(desk, journey_of(task), order(task), typed, why=why)

    run.at_desk(work, as_json=typed.as_json)


async def carry_out(desk: Desk, journey: str, command: Command, typed: Typed, *, why: bool = True) -> Answer:
    """Give one journey a command. `why`: a reason is required."""
    if why:
        typed.must_say_why()
    by = await who(desk, typed.by)
    if typed.dry_run:
        return await beforehand.show(desk, journey, command, key=typed.key, by=by)
    done = await mend(
        desk.db,
        Journeys(desk.client, desk.stack.pace),
        journey,
        command,
        reason=typed.reason,
        key=typed.key,
        by=by,
        now=datetime.now(UTC),
    )
    return Answer(done.as_json(), mended.text(done, desk.language))


async def _for_many(desk: Desk, command: Command, typed: Typed, *, why: bool) -> Answer:
    if typed.dry_run:
        return await ordering.dry_run(desk, command, typed.where or [])
    if why:
        typed.must_say_why()
    chosen = ordering.Chosen(typed.where or [], typed.rate, typed.reason, typed.key, await who(desk, typed.by))
    return await ordering.order(desk, command, chosen, yes=typed.yes)


async def who(desk: Desk, by: str | None) -> str:
    """Who acts, as the journal has it. Raises `UnknownStaff` or `StaffNotActive`."""
    if by is not None:
        await must_work_here(desk.db, by)
    return by or BY
