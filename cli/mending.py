"""What an operator types to mend one journey: each act with its reason.

What is typed becomes a command in `cli.orders`; what goes for all acts alike is in `cli.acts`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli import away, correcting, forecasting, orders
from cli.acts import Acts, Journey, Task, Typed, act, act_on_task, with_common
from schemas.tasks import journey_of_task

Step = Annotated[str, typer.Argument(help="A step of the programme.", metavar="STEP")]
Facts = Annotated[list[str] | None, typer.Option("--fact", help="An answer that goes with it.", metavar="NAME=VALUE")]

app = Acts()
app.add_typer(correcting.app)
app.add_typer(away.app)
app.add_typer(forecasting.app)


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


# ---- who


@app.command()
@with_common
def assign(
    task: Task,
    staff: Annotated[str, typer.Argument(help="A member of staff.", metavar="STAFF")],
    typed: Typed,
) -> None:
    """Give a task to somebody."""
    act_on_task(task, lambda task: orders.assign(staff, task), typed)


# ---- steps


@app.command()
@with_common
def waive(
    journey: Journey,
    step: Step,
    outcome: Annotated[str | None, typer.Option("--as", help="The outcome that it counts as.")] = None,
    fact: Facts = None,
    until: Annotated[
        str | None, typer.Option("--until", help="From this day on the step is asked for after all.", metavar="DATE")
    ] = None,
    *,
    typed: Typed,
) -> None:
    """Do without a step. Nothing of it is sent or counted, and what follows opens."""
    act(journey, lambda: orders.waive(step, outcome, fact, until), typed)


@app.command()
@with_common
def back(journey: Journey, step: Step, typed: Typed) -> None:
    """Go back to a step. What follows from it opens anew, but for what the programme keeps."""
    act(journey, lambda: orders.back(step), typed)


@app.command()
@with_common
def undo(
    what: Annotated[str, typer.Argument(help="The journey, or the task whose end is meant.", metavar="JOURNEY|TASK")],
    typed: Typed,
) -> None:
    """Take back what was done last, while its letters have not left."""
    task = what if journey_of_task(what) else None
    act(journey_of_task(what) or what, lambda: orders.undo(task), typed, why=False)


# ---- leaving and coming back


@app.command("exit")
@with_common
def leave(
    journey: Journey,
    code: Annotated[str, typer.Argument(help="One of the programme's exits.", metavar="CODE")],
    typed: Typed,
) -> None:
    """Let a journey leave the programme."""
    act(journey, lambda: orders.leave(code), typed)


@app.command()
@with_common
def reopen(
    journey: Journey,
    at: Annotated[str | None, typer.Option("--at", help="Where to go on; else from the first.", metavar="STEP")] = None,
    *,
    typed: Typed,
) -> None:
    """Take a person who had left back in, with what still holds of what was done before."""
    act(journey, lambda: orders.reopen(at), typed)
