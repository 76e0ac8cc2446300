"""A command without a running stack, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cli.run import ExitCode

ROOT = Path(__file__).parents[2]
SCRIPT = """
from cli import run
async def work(desk): return run.Answer({}, "")
run.at_desk(work, as_json=True)
"""


def test_without_a_stack_a_command_says_so_in_one_line_and_exits_with_four(tmp_path: Path) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("RESAN_", "TEMPORAL_"))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**ours, "RESAN_DATA_DIR": str(tmp_path / "none"), "TEMPORAL_CONFIG_FILE": os.devnull, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == ExitCode.NO_STACK
    assert done.stderr == f"No stack is running in {tmp_path / 'none'}. Start it with: make run\n"
    assert json.loads(done.stdout)["error"]["code"] == "NoStack"
