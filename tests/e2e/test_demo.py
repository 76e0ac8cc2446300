"""`make demo`, shortened: real servers, few people and days, the study route; and what is left when it is over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers import temporary_directory

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(500)  # half a minute on an idle machine; real servers start here
PATIENCE = 450
SOMEBODY_ELSES = {
    "RESAN_POSTGRES_DSN": "postgresql://me:geheim@127.0.0.1:1/theirs",
    "RESAN_DATA_DIR": "/nowhere",
    "RESAN_LOG_LEVEL": "not a level",
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
}
"""What a user's environment may say: none of it concerns the demonstration."""


@pytest.fixture
def place() -> Iterator[Path]:
    """Where temporary directories are made; at the end it must be empty again."""
    with temporary_directory() as directory:
        yield directory
        assert list(directory.iterdir()) == []
        assert not [process for process in psutil.process_iter(["cmdline"]) if of_the_demo(process, directory)]


def of_the_demo(process: psutil.Process, directory: Path) -> bool:
    return any(str(directory) in word for word in process.info["cmdline"] or ())


def begin(place: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "demo", "--lang", "en", *options],
        cwd=ROOT,
        env={**os.environ, **SOMEBODY_ELSES, "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(place: Path, *options: str) -> tuple[int, str]:
    process = begin(place, *options)
    try:
        said, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode, said


def test_the_demonstration_shows_lives_reminders_and_escalations_and_the_whole_study_route(place: Path) -> None:
    code, said = run(place, "--days", "9", "--participants", "4")
    assert code == 0, said
    for words in (
        "reminder to pm-",
        "OVERDUE with pm-",
        "escalated to pm-",
        "milestone: Enrolled",
        "leaves the programme: Does not want to move (X2)",
        "letters that went out: ",
        "How it went",
        "X2 Does not want to move",
        "under way",
        "Day by day",
        "waiting for?",
    ):
        assert words in said
    letters = int(said.split("Letters accepted by the mail server: ")[1].split(".")[0])
    assert letters >= 1  # how many depends on the machine: a slow one is left with some that have lost their meaning
    studied = said[said.index("The study route: ") :]
    for words in (
        "Right to Swedish study support: Has the right",
        "Decision on study support: Approved",
        "In training",
        "Result of the training: Passed",
        "OK1 Working after the move",
        "Follow-up after six months: Answered",
        "tasks were",
    ):
        assert words in studied
    assert "Traceback" not in said
    assert "geheim" not in said


def test_an_interrupted_demonstration_stops_and_removes_everything(place: Path) -> None:
    process = begin(place, "--days", "30", "--participants", "2", "--without-study")
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "an interest comes in" in line:
                break
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == 130
    assert rest.rstrip().endswith("Interrupted. Everything that was started is stopped.")
    assert "Traceback" not in rest


def test_what_cannot_be_done_is_said_in_one_sentence(place: Path) -> None:
    code, said = run(place, "--day", "1ms")
    assert code == 1
    assert "a journey day lasts at least 10ms" in said
    assert "Traceback" not in said
