"""A second try for tests on real servers, and what is said about it.

Such a test can fail because the machine was busy for a moment. It is then tried once more, and at the end of the run
stands what failed the first time, and why: somebody has to look at it. What is pure is the same each time, and is never
tried twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ON_REAL_SERVERS = ("workflow", "integration", "e2e", "browser")


def permit(items: Iterable[pytest.Item], tests: Path = TESTS) -> None:
    """Let the tests of these folders have a second try."""
    folders = {tests / name for name in ON_REAL_SERVERS}
    for item in items:
        if not folders.isdisjoint(item.path.parents):
            item.add_marker(pytest.mark.flaky(reruns=1))


def report(terminal: pytest.TerminalReporter) -> None:
    """Say which tests needed it, and what came of the first."""
    tried: list[pytest.TestReport] = terminal.stats.get("rerun", [])
    if not tried:
        return
    terminal.section("needed a second try", sep="=", yellow=True)
    for each in tried:
        terminal.line(f"{each.nodeid} ({each.when}): {reason(each)}", yellow=True)


def reason(report: pytest.TestReport) -> str:
    """The first line of what went wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash is not None else report.longreprtext
    return next((line for line in said.splitlines() if line.strip()), "no reason was given")
