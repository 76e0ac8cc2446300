"""The command line, by persona: owner (of the programme), coordinator, operator; and `up`, the whole stack in one.

Assembles the commands of `cli/` and decides nothing. Nobody imports it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import run, up

PERSONAS = ("owner", "coordinator", "operator")
COMMON = ("--lang", "--data-dir")

app = typer.Typer(
    name="starter.py",
    help="A durable journey for each participant, from interest to arrival and after.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)


@app.callback()
def choose(
    lang: Annotated[str | None, typer.Option("--lang", help="Language to speak: sv or en.")] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where the stack keeps its data.")] = None,
) -> None:
    """Take note of what goes for all commands alike."""
    run.chosen.language, run.chosen.data_dir = lang, data_dir


for persona in PERSONAS:
    if importlib.util.find_spec(f"cli.{persona}"):
        app.add_typer(importlib.import_module(f"cli.{persona}").app, name=persona)


def common_first(arguments: list[str]) -> list[str]:
    """The arguments with the options that go for all commands in front, wherever they were typed."""
    first: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument in COMMON:
            first += [argument, *[value for value in [next(left, None)] if value is not None]]
        elif argument.partition("=")[0] in COMMON:
            first.append(argument)
        else:
            rest.append(argument)
    return first + rest


if __name__ == "__main__":
    app(common_first(sys.argv[1:]))
