"""Whatever the runbook and the hints tell somebody to type is a command with those options."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

import starter

ROOT = Path(__file__).parents[2]
TOLD = (ROOT / "docs" / "runbook.md", ROOT / "README.md", *sorted((ROOT / "services").glob("*words*.py")))
NAMED = re.compile(r"\b(operator|coordinator|owner) ([a-z][a-z-]+)((?: [A-Z{][^ `;.]*| --[a-z-]+(?: [^ `;-]+)?)*)")
NOT_A_COMMAND = {"changes", "counts", "decides"}
"""Verbs of sentences in which an owner is somebody, not a command."""


@cache
def commands() -> dict[str, Any]:
    """Every command, as `operator nudge`, with what the command line knows of it."""
    root: Any = typer.main.get_command(starter.app)
    groups = {persona: getattr(group, "commands", {}) for persona, group in root.commands.items()}
    return {f"{persona} {name}": command for persona, group in groups.items() for name, command in group.items()}


def told() -> list[tuple[str, str, str]]:
    """Each place in which something is to be typed: the file, the command, and what follows it."""
    return sorted(
        {
            (path.name, f"{persona} {name}", rest)
            for path in TOLD
            for persona, name, rest in NAMED.findall(path.read_text(encoding="utf-8"))
            if name not in NOT_A_COMMAND
        }
    )


def test_many_places_say_what_to_type() -> None:
    assert len({command for _, command, _ in told()}) > 20


@pytest.mark.parametrize(("file", "command", "rest"), told())
def test_what_somebody_is_told_to_type_is_a_command_with_these_options(file: str, command: str, rest: str) -> None:
    known = commands()
    assert command in known, f"{file} says {command}"
    options = {option for parameter in known[command].params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"{file} says {command}{rest}"
