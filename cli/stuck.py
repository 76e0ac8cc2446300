"""What an operator types to see which journeys are stuck and why, and to see to letters that reached nobody."""

from __future__ import annotations

import typer

app = typer.Typer()
