"""What `docs/api.md` shows is done, word for word, against a running stack."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, RunningStack

DOCS = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

FIRST = 'set -euo pipefail\ncurl() { command curl "$@" && echo; }'
"""Each answer on a line of its own."""


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)


def client(stack: RunningStack, name: str, *options: str) -> dict[str, Any]:
    return dict(stack.type("operator", "clients", "add", name, *options, "--json").json)


def run(argv: list[str], script: str, **settings: str) -> str:
    environment = {**os.environ, **settings}
    done = subprocess.run(
        argv, input=script, env=environment, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="the examples are for bash and curl")
def test_the_examples_do_what_they_say(stack: RunningStack) -> None:
    run_of = secrets.token_hex(3)
    one = client(stack, f"docs-{run_of}", "--name", "Docs", "--role", "coordinator", "--role", "registrar")
    signs = client(stack, f"csn-{run_of}", "--name", "CSN", "--role", "reporter", "--signs")
    there = {"RESAN": str(stack.info.console), "KEY": one["key"], "SECRET": signs["secret"], "CLIENT": signs["client"]}
    script = "\n".join([FIRST, *blocks("sh"), 'echo "JOURNEY $JOURNEY"'])
    said = run(["bash"], script.replace("kim.pahittad@", f"kim.{run_of}@"), **there)
    journey = said.rsplit("JOURNEY ", 1)[1].strip()
    answers = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert any(answer.get("outcome") == "willing" and answer["visible"] for answer in answers if "visible" in answer)
    assert [answer["status"] for answer in answers if str(answer.get("id", "")).startswith(f"docs-{run_of}:")] == [
        "early"
    ] * 2
    (signed,) = blocks("python")
    assert "kom i förväg" in run([sys.executable, "-"], signed, JOURNEY=journey, **there)
    shown = stack.type("operator", "show", journey).out
    assert journey in shown


def test_the_commands_that_it_names_can_be_typed(stack: RunningStack) -> None:
    commands = [line for line in DOCS.splitlines() if line.startswith("python starter.py ")]
    assert len(commands) == 5
    for command in commands:
        arguments = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)][2:]
        typed = stack.type(*arguments)
        assert typed.code == 0, typed
    listed = stack.type("operator", "clients", "list", "--json").json
    assert {one["client"]: bool(one["revoked_at"]) for one in listed}.items() >= {("csn", False), ("partner-x", True)}
    again = stack.type("operator", "clients", "add", "partner-x", "--name", "x", "--role", "reporter").refused()
    assert "never comes back" in again
    assert "resan_" not in stack.type("operator", "clients", "list").out
