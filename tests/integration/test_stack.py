"""`up`: real processes, killed as they are killed in life."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from temporalio.client import Client

from schemas.journey import Pace
from settings import load_settings
from stack.info import STACK_FILE, NoStack, read_stack
from stack.parts import Kept
from stack.ports import LOOPBACK, answers
from tests.servers import in_thread, temporary_directory, wait_until

ROOT = Path(__file__).parents[2]
NO_STACK = 4
REFUSED = 3
PARTS = ("postgres", "temporal", "postbox", "worker", "console")


class Up:
    """A running `up` on a data directory."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.data = data
        self.log = data.with_name("up.log")
        self.began = time.time()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "starter.py", "up", "--headless", "--data-dir", str(data), *options],
                cwd=ROOT,
                env={**bare_environment(), **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.tree: list[psutil.Process] = []

    def ready(self) -> Up:
        wait_until(lambda: self.written() or self.process.poll() is not None, "the stack is up", 200)
        assert self.process.poll() is None, self.log.read_text()
        self.tree = psutil.Process(self.process.pid).children(recursive=True)
        return self

    def written(self) -> bool:
        """Whether this `up`, and not one before it, has said where everything is."""
        return self.file.exists() and self.file.stat().st_mtime >= self.began

    @property
    def file(self) -> Path:
        return self.data / STACK_FILE

    @property
    def info(self) -> dict[str, Any]:
        return dict(json.loads(self.file.read_text()))

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


def bare_environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("RESAN_", "TEMPORAL_"))}
    chosen = {"RESAN_DURABLE": "false", "RESAN_SAMPLES": "false", "TEMPORAL_CONFIG_FILE": os.devnull}
    return {**ours, **chosen, "LANG": "C.UTF-8"}


def alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "starter.py", *arguments, "--data-dir", str(data)],
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextlib.contextmanager
def running(data: Path, *options: str, **environment: str) -> Iterator[Up]:
    up = Up(data, *options, **environment)
    try:
        yield up.ready()
    finally:
        if up.process.poll() is None:
            up.stop()


@pytest.fixture(scope="module")
def stack() -> Iterator[Up]:
    """One stack for the tests that leave it as they found it."""
    with temporary_directory() as directory, running(directory / "data", "--day", "2s") as up:
        yield up


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn, connect_timeout=60, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def describe(address: str, workflow: str) -> str:
    async def ask() -> str:
        client = await Client.connect(address)
        return (await client.get_workflow_handle(workflow).describe()).id

    return in_thread(ask)


def start_workflow(address: str, workflow: str) -> None:
    async def begin() -> None:
        client = await Client.connect(address)
        await client.start_workflow("Waits", id=workflow, task_queue="nobody-listens")

    in_thread(begin)


def test_the_file_says_where_everything_is(stack: Up) -> None:
    info = stack.info
    assert set(info["pids"]) == set(PARTS)
    assert all(psutil.pid_exists(pid) for pid in info["pids"].values())
    assert (info["namespace"], info["temporal_ui"], info["day"]) == ("default", None, "2s")
    assert info["console"] == f"http://{LOOPBACK}:{Kept.of(stack.data).ports['console']}"
    assert f"Open {' ' * 12}" in stack.log.read_text()
    assert rows(info["postgres_dsn"], "SELECT count(*) FROM journal")
    assert not Pace.model_validate(info["pace"]).real


def test_nobody_else_may_read_the_file_with_the_password(stack: Up) -> None:
    assert stack.file.stat().st_mode & 0o077 == 0
    assert stack.data.stat().st_mode & 0o077 == 0


def test_the_password_is_not_shown(stack: Up) -> None:
    password = stack.info["postgres_dsn"].split(":")[2].split("@")[0]
    assert "resan@127.0.0.1" in stack.log.read_text()
    assert password not in stack.log.read_text()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_comes_back_at_the_same_address(stack: Up, part: str) -> None:
    before = stack.info
    os.kill(before["pids"][part], signal.SIGKILL)
    wait_until(lambda: stack.info["pids"][part] != before["pids"][part], f"{part} is started again")
    wait_until(lambda: stack.log.read_text().count(f"{part}: ready again") > 0, f"{part} is ready again")
    after = stack.info
    assert {name: pid for name, pid in after["pids"].items() if name != part} == {
        name: pid for name, pid in before["pids"].items() if name != part
    }
    assert {key: after[key] for key in ("postgres_dsn", "temporal_address")} == {
        key: before[key] for key in ("postgres_dsn", "temporal_address")
    }
    assert rows(after["postgres_dsn"], "SELECT 1") == [(1,)]


def test_a_second_stack_in_the_same_place_is_refused_in_one_sentence(stack: Up) -> None:
    second = command(stack.data, "up", "--headless")
    assert second.returncode == REFUSED
    assert second.stderr.strip().count("\n") == 0
    assert "already running" in second.stderr
    assert set(stack.info["pids"]) == set(PARTS)


def test_mail_is_kept_in_files_whose_names_tell_nobody(stack: Up) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "resan@example.org", "kim@example.org", "<one@example.org>"
    message.set_content("Hej på dig")
    kept = Kept.of(stack.data)
    with smtplib.SMTP(LOOPBACK, kept.ports["postbox"]) as smtp:
        smtp.send_message(message)
    (file,) = Path(stack.info["mail"]).glob("*.eml")
    assert "kim" not in file.name
    assert "kim@example.org" in file.read_text()


def test_what_was_started_is_stopped_and_what_was_kept_is_found_again() -> None:
    with temporary_directory() as directory:
        with running(directory / "data") as first:
            former = first.info
            workflow = f"waits-{secrets.token_hex(4)}"
            start_workflow(former["temporal_address"], workflow)
            rows(former["postgres_dsn"], "CREATE TABLE yesterday AS SELECT 42 AS answer")
            assert first.stop(signal.SIGTERM) == 0
            assert not [process for process in first.tree if alive(process)]
            assert not first.file.exists()
        with running(directory / "data") as second:
            assert second.info["temporal_address"] == former["temporal_address"]
            assert rows(second.info["postgres_dsn"], "SELECT answer FROM yesterday") == [(42,)]
            assert describe(second.info["temporal_address"], workflow) == workflow


def test_a_killed_supervisor_takes_all_with_it_and_leaves_nothing_in_the_way() -> None:
    with temporary_directory() as directory, running(directory / "data") as first:
        rows(first.info["postgres_dsn"], "CREATE TABLE yesterday AS SELECT 42 AS answer")
        kill(first)
        with running(directory / "data") as second:
            assert not [process for process in first.tree if alive(process)]
            assert rows(second.info["postgres_dsn"], "SELECT answer FROM yesterday") == [(42,)]
            kill(second)
            wait_until(lambda: not [process for process in second.tree if alive(process)], "all parts end")
            assert second.file.exists()
            began = time.monotonic()
            with pytest.raises(NoStack) as nothing:
                read_stack(load_settings(data_dir=directory / "data"))
            assert time.monotonic() - began < 5
            assert nothing.value.sentence("en").endswith("Start it with: make run")


def kill(up: Up) -> None:
    up.process.kill()
    up.process.wait()


def test_servers_of_somebody_elses_are_used_and_left_alone(database_dsn: str, temporal_address: str) -> None:
    outside = {"RESAN_POSTGRES_DSN": database_dsn, "TEMPORAL_ADDRESS": temporal_address}
    with temporary_directory() as directory, running(directory / "data", **outside) as up:
        assert set(up.info["pids"]) == {"postbox", "worker", "console"}
        assert (up.info["postgres_dsn"], up.info["temporal_address"]) == (database_dsn, temporal_address)
        assert up.stop() == 0
        assert rows(database_dsn, "SELECT count(*) FROM journeys") is not None
        host, port = temporal_address.split(":")
        assert answers(int(port), host)


def test_an_outside_postgres_that_is_away_is_told_in_one_sentence() -> None:
    with temporary_directory() as directory:
        up = Up(directory / "data", RESAN_POSTGRES_DSN="postgresql://me:geheim@127.0.0.1:1/none")
        assert up.process.wait(60) == REFUSED
        assert "Postgres that the settings name, at 127.0.0.1:1" in up.log.read_text()
        assert "Traceback" not in up.log.read_text()
        assert "geheim" not in up.log.read_text()
