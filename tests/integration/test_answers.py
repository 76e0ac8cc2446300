"""What a command prints, on terminals and files as they really are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from cli.run import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_is_shown_on_a_terminal_that_lacks_its_letters(*, as_json: bool) -> None:
    done = command(f"run.alone(lambda _: run.Answer('Åsa ↯', 'Åsa ↯'), as_json={as_json})", "ascii")
    assert (done.returncode, done.stderr) == (ExitCode.OK, b"")
    assert json.loads(done.stdout) == "Åsa ↯" if as_json else done.stdout == b"?sa ?\n"


@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_that_cannot_be_written_is_one_sentence(*, as_json: bool) -> None:
    with Path("/dev/full").open("wb") as full:
        done = command(f"run.alone(lambda _: run.Answer([], 'done'), as_json={as_json})", "utf-8", full)
    assert done.returncode == ExitCode.UNEXPECTED
    assert done.stderr.decode().startswith("The answer could not be written")
    assert done.stderr.count(b"\n") == 1


def test_what_libraries_say_while_they_try_again_is_not_shown() -> None:
    script = """
import logging, structlog
def work(_):
    structlog.get_logger().warning("journey_not_told")
    logging.getLogger("asyncpg").warning("retrying")
    return run.Answer({}, "")
run.alone(work, as_json=True)
"""
    done = command(script, "utf-8")
    assert (json.loads(done.stdout), done.stderr) == ({}, b"")


def command(script: str, encoding: str, out: IO[bytes] | int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own, on a terminal with this encoding."""
    return subprocess.run(
        [sys.executable, "-c", f"from cli import run\n{script}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding, "RESAN_LANGUAGE": "en"},
        stdout=out,
        stderr=subprocess.PIPE,
        timeout=200,
        check=False,
    )
