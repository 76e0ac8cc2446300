"""What an operator types to mend one journey: each act with its reason.

What is typed becomes a command in `cli.orders`; what goes for all acts alike is in `cli.acts`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli import orders
from cli.acts import Journey, Task, Typed, act, act_on_task, with_common

app = typer.Typer()


# ---- time and rest


@app.command()
@with_common
def nudge(task: Task, typed: Typed) -> None:
    """Remind whoever has the task, now. At most once a day."""
    act_on_task(task, orders.nudge, typed, why=False)


@app.command()
@with_common
def extend(
    task: Task,
    to: Annotated[str, typer.Option("--to", help="The new last day, or a time.", metavar="DATE")],
    typed: Typed,
) -> None:
    """Give a task more time."""
    act_on_task(task, lambda task: orders.extend(to, task), typed)


@app.command()
@with_common
def hold(
    journey: Journey,
    cause: Annotated[str, typer.Option("--cause", help="Why: one of the programme's causes.")],
    on: Annotated[str, typer.Option("--on", help="For whom it waits: one of the programme's parties.")],
    review: Annotated[str, typer.Option("--review", help="When somebody is to look at it.", metavar="DATE")],
    typed: Typed,
) -> None:
    """Let a journey rest. Our own clocks stop; dates of others go on."""
    act(journey, lambda: orders.hold(cause, on, review), typed, why=False)


@app.command()
@with_common
def release(journey: Journey, typed: Typed) -> None:
    """End a rest. Clocks go on with the time that they had left; whoever is next gets one message."""
    act(journey, orders.release, typed, why=False)


# ---- leaving


@app.command("exit")
@with_common
def leave(
    journey: Journey,
    code: Annotated[str, typer.Argument(help="One of the programme's exits.", metavar="CODE")],
    typed: Typed,
) -> None:
    """Let a journey leave the programme."""
    act(journey, lambda: orders.leave(code), typed)
