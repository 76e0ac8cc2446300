"""What an operator types about acts for many journeys: how far they have come, stop, resume."""

from __future__ import annotations

import typer

app = typer.Typer()
