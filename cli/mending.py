"""What an operator types to mend one journey: each act with its reason, and with `--dry-run` what it would do."""

from __future__ import annotations

import typer

app = typer.Typer()
