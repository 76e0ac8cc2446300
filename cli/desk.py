"""What an operator types about reports from outside: enter one, see those that fitted nowhere, match, dismiss."""

from __future__ import annotations

import typer

app = typer.Typer()
