"""How an act of mending is typed and carried out: what goes for all of them alike, in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn

import typer

from cli import mended, run
from cli.run import Answer, Desk
from schemas.commands import Command
from services.journeys import Journeys
from services.mending import journey_of, mend
from services.mending_errors import NeedsReason
from services.staff import must_work_here

BY = "operator"
"""Who acts, in the journal, when nobody is named with --by: there is no log-in here."""

Journey = Annotated[str, typer.Argument(help="The journey's id.", metavar="JOURNEY")]
Task = Annotated[str, typer.Argument(help="The task's id, from the list of tasks.", metavar="TASK")]


@dataclass(frozen=True)
class Typed:
    """What may be typed with every act."""

    reason: Annotated[str | None, typer.Option("--reason", help="Why, in a few words. It stays in the journal.")] = None
    by: Annotated[str | None, typer.Option("--by", help="Who acts: a member of staff.", metavar="STAFF")] = None
    key: Annotated[str | None, typer.Option("--key", help="A key of your own: the same again acts once.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")] = False

    def must_say_why(self) -> None:
        """Raise `NeedsReason` when no reason is given."""
        if not (self.reason or "").strip():
            raise NeedsReason


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
        return await carry_out(desk, journey, order(), typed, why=why)

    run.at_desk(work, as_json=typed.as_json)


def act_on_task(task: str, order: Callable[[str], Command], typed: Typed, *, why: bool = True) -> NoReturn:
    """The same for an act about one task."""

    async def work(desk: Desk) -> Answer:
        return await carry_out(desk, journey_of(task), order(task), typed, why=why)

    run.at_desk(work, as_json=typed.as_json)


async def carry_out(desk: Desk, journey: str, command: Command, typed: Typed, *, why: bool = True) -> Answer:
    """Give one journey a command. `why`: a reason is required."""
    if why:
        typed.must_say_why()
    done = await mend(
        desk.db,
        Journeys(desk.client, desk.stack.pace),
        journey,
        command,
        reason=typed.reason,
        key=typed.key,
        by=await who(desk, typed.by),
        now=datetime.now(UTC),
    )
    return Answer(done.as_json(), mended.text(done, desk.language))


async def who(desk: Desk, by: str | None) -> str:
    """Who acts, as the journal has it. Raises `UnknownStaff` or `StaffNotActive`."""
    if by is not None:
        await must_work_here(desk.db, by)
    return by or BY
