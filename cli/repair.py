"""What an operator types when the read tables are lost or behind: compare them with the journeys, make them again."""

from __future__ import annotations

import typer

app = typer.Typer()
