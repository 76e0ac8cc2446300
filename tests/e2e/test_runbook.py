"""An operator who has only the runbook clears a stack of twenty stuck journeys, at least two for each cause.

What is typed is what stands in `docs/runbook.md`, with ids in the place of the words in capitals.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.stuck import StuckCause
from tests.e2e.conftest import ROOT, RunningStack, bare_environment, running

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
TWENTY = 20

MENDED_BY: dict[str, tuple[str, ...]] = {
    "overdue": (
        "coordinator complete TASK --outcome OUTCOME",
        'operator extend TASK --to DATE --reason "…"',
        'operator exit JOURNEY CODE --reason "…"',
    ),
    "silent": (
        "operator event JOURNEY TYPE OUTCOME",
        'operator extend TASK --to DATE --reason "…"',
        'operator waive JOURNEY STEP --reason "…"',
        'operator hold JOURNEY --cause CAUSE --on PARTY --review DATE --reason "…"',
    ),
    "unowned": ('operator assign TASK STAFF --reason "…"',),
    "rest": ("operator release JOURNEY", 'operator exit JOURNEY CODE --reason "…"'),
    "undeliverable": (
        'operator correct JOURNEY --email ADDRESS --reason "…"',
        'operator dismiss-notice NOTICE --reason "…"',
    ),
    "unmatched": (
        'operator match EVENT --reason "…"',
        'operator dismiss EVENT --reason "…"',
        'operator match EVENT --to JOURNEY --reason "…"',
    ),
    "technical": (
        "coordinator complete TASK --outcome OUTCOME",
        'operator waive JOURNEY STEP --reason "…"',
    ),
    "behind": ("operator reconcile JOURNEY",),
}
"""For each cause what the runbook says to type; one after the other, again from the first."""

WORDS = {"CAUSE": "illness", "PARTY": "csn", "STAFF": "pm-1", "TYPE": "csn.decided", "CODE": "OUT", "…": "practising"}
OUTCOMES = {"welcome_call": "not_willing", "application": "granted", "assignment": "assigned"}


@pytest.fixture
def practice(typist: subprocess.Popen[str]) -> Iterator[RunningStack]:
    """A stack of its own, in which a minute is soon over, with nobody in it but those who are astray."""
    with running(typist, "--day", "10m", RESAN_SAMPLES="false") as stack:
        environment = bare_environment() | {"RESAN_DATA_DIR": str(stack.data)}
        subprocess.run([sys.executable, "-m", "demo.astray"], cwd=ROOT, env=environment, check=True, timeout=500)
        yield stack


def rows(stack: RunningStack) -> list[dict[str, Any]]:
    return list(stack.type("operator", "stuck", "--json").json["stuck"])


def typed(pattern: str, row: dict[str, Any], later: str, somebody: str) -> list[str]:
    """The command of the runbook about this row, as somebody would type it."""
    step = row.get("step") or ""
    known = WORDS | {
        "TASK": row.get("task"),
        "STEP": step,
        "NOTICE": row.get("notice"),
        "EVENT": row.get("event"),
        "JOURNEY": somebody if "--to JOURNEY" in pattern else row.get("journey"),
        "OUTCOME": OUTCOMES.get(step),
        "DATE": later,
        "ADDRESS": "somebody.new@example.org",
    }
    return [re.sub(r"^[A-Z]{4,}$|^…$", lambda found: str(known[found[0]]), word) for word in shlex.split(pattern)]


@pytest.mark.timeout(900)
def test_an_operator_with_the_runbook_clears_a_stack_of_twenty_stuck_journeys(practice: RunningStack) -> None:
    stuck = rows(practice)
    counts = Counter(row["cause"] for row in stuck)
    assert counts.keys() == {cause.value for cause in StuckCause}
    assert min(counts.values()) >= 2
    assert len({row["journey"] for row in stuck} - {"unheard"}) == TWENTY, counts
    later = (datetime.fromisoformat(max(row["since"] for row in stuck)) + timedelta(days=60)).date().isoformat()
    somebody = next(row["journey"] for row in stuck if row["cause"] == "silent")
    turns = dict.fromkeys(counts, 0)
    for row in sorted(stuck, key=lambda row: row["cause"] != "unmatched"):  # its last one answers somebody silent
        cause = row["cause"]
        if cause == "silent" and row["journey"] == somebody:
            continue
        choices = MENDED_BY[cause]
        pattern = choices[turns[cause] % len(choices)]
        turns[cause] += 1
        assert pattern in RUNBOOK, f"the runbook does not say {pattern}"
        command = typed(pattern, row, later, somebody)
        done = practice.type(*command)
        assert done.code == 0, f"{shlex.join(command)}: {done.err}"
    for _ in range(20):
        if not (left := rows(practice)):
            break
        time.sleep(1)  # an address that has been put right lets its letter leave soon
    assert not left, [(row["cause"], row["task"] or row["journey"], row["explain"]["en"]) for row in left]
    assert "Nothing is stuck" in practice.type("operator", "stuck").out
