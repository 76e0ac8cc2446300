"""What the parts do before and between starts, without starting the whole."""

from __future__ import annotations

import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemas.journey import DAY
from stack import postgres
from stack.errors import CannotPrepare, OtherPace, WrongVersion
from stack.pace import agree, in_words
from stack.parts import Kept
from stack.ports import LOOPBACK
from stack.postgres import Postgres
from stack.temporal import Temporal
from tests.servers import temporary_directory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_port_is_kept_until_somebody_else_has_it(tmp_path: Path) -> None:
    port = Kept.of(tmp_path).port("postgres")
    assert Kept.of(tmp_path).port("postgres") == port
    with socket.socket() as other:
        other.bind((LOOPBACK, port))
        other.listen()
        assert Kept.of(tmp_path).port("postgres") != port


def test_the_mark_of_a_data_directory_is_kept_and_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert Kept.of(tmp_path).mark == Kept.of(tmp_path).mark != Kept.of(tmp_path / "other").mark


def test_temporals_data_of_another_version_is_refused(tmp_path: Path) -> None:
    server = Temporal(tmp_path / "temporal", 1)
    server.prepare()
    server.database.touch()
    server.prepare()
    (tmp_path / "temporal" / "version").write_text("1.5.1\n")
    with pytest.raises(WrongVersion, match=r"Temporal 1\.5\.1"):
        server.prepare()


def test_a_temporal_file_without_a_stamp_is_refused(tmp_path: Path) -> None:
    server = Temporal(tmp_path / "temporal", 1)
    server.prepare()
    server.database.touch()
    (tmp_path / "temporal" / "version").unlink()
    with pytest.raises(WrongVersion, match="unknown"):
        server.prepare()


def test_postgres_data_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(WrongVersion, match="Postgres 15"):
        Postgres(tmp_path / "postgres", 1, "resan-test-none").prepare()
    assert (tmp_path / "postgres" / "PG_VERSION").read_text() == "15\n"


def test_a_directory_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letters.txt").write_text("dear")
    with pytest.raises(CannotPrepare, match="postgres"):
        Postgres(tmp_path / "postgres", 1, "resan-test-none", durable=False).prepare()
    assert (tmp_path / "postgres" / "letters.txt").read_text() == "dear"


def test_a_data_directory_that_only_root_may_enter_serves_postgres_all_the_same(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Postgres(closed / "postgres", 1, "resan-test-none", durable=False)
    server.prepare()
    assert (closed / "postgres" / "PG_VERSION").read_text() == "18\n"
    assert closed.stat().st_mode & 0o777 == 0o700


def test_the_first_day_given_fixes_the_pace_and_it_is_kept(tmp_path: Path, database_dsn: str) -> None:
    chosen = agree(tmp_path, database_dsn, timedelta(seconds=2), NOW)
    assert chosen.to_journey(NOW + timedelta(seconds=2)) == NOW + DAY
    assert agree(tmp_path, database_dsn, None, NOW + DAY) == chosen
    assert agree(tmp_path, database_dsn, timedelta(seconds=2), NOW + DAY) == chosen
    assert in_words(chosen) == "2s"


def test_without_a_day_time_is_real(tmp_path: Path, database_dsn: str) -> None:
    assert agree(tmp_path, database_dsn, None, NOW).real
    assert agree(tmp_path, database_dsn, DAY, NOW).real


def test_the_pace_may_change_while_nobody_is_under_way(tmp_path: Path, database_dsn: str) -> None:
    agree(tmp_path, database_dsn, timedelta(seconds=2), NOW)
    assert agree(tmp_path, database_dsn, timedelta(seconds=1), NOW).day == timedelta(seconds=1)


@pytest.mark.parametrize("typed", [timedelta(seconds=1), DAY])
def test_another_pace_is_refused_once_somebody_is_under_way(
    tmp_path: Path, database_dsn: str, typed: timedelta
) -> None:
    agree(tmp_path, database_dsn, timedelta(seconds=2), NOW)
    with psycopg.connect(database_dsn) as connection:
        connection.execute("INSERT INTO programmes VALUES ('p', 1, 'h', '{}', now())")
        connection.execute("INSERT INTO people (person, name, email, created_at) VALUES ('x', 'X', 'x@y', now())")
        connection.execute(
            "INSERT INTO journeys (journey, person, programme, version, received_at) VALUES ('j', 'x', 'p', 1, now())"
        )
    with pytest.raises(OtherPace, match="a day lasts 2s"):
        agree(tmp_path, database_dsn, typed, NOW)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the programs where they are")
def test_programs_that_the_servers_user_cannot_reach_are_copied_to_where_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with temporary_directory() as directory:
        closed = directory / "closed"
        closed.mkdir(mode=0o700)
        for part in (postgres.PACKAGE, f"{postgres.PACKAGE}.libs"):
            shutil.copytree(
                postgres.installed().parent.with_name(part), closed / part, ignore=shutil.ignore_patterns("include")
            )
        monkeypatch.setattr(postgres, "installed", lambda: closed / postgres.PACKAGE / "pginstall")
        monkeypatch.setattr(postgres, "COPIES", directory / "copies")
        server = Postgres(directory / "postgres", 1, "resan-test-none", durable=False)
        server.prepare()
        assert Path(server.command().argv[0]).is_relative_to(directory / "copies")
        assert closed.stat().st_mode & 0o777 == 0o700


def test_of_two_starts_at_once_the_later_uses_the_copy_of_the_quicker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = tmp_path / postgres.PACKAGE / "pginstall"
    (source / "bin").mkdir(parents=True)
    (source / "bin" / postgres.PROGRAM).write_text("here")
    monkeypatch.setattr(postgres, "COPIES", tmp_path / "copies")
    copy, quicker = shutil.copytree, list[Path]()

    def overtaken(*given: Any, **named: Any) -> None:
        monkeypatch.setattr(shutil, "copytree", copy)
        quicker.append(postgres.copy_of(source))
        copy(*given, **named)

    monkeypatch.setattr(shutil, "copytree", overtaken)
    assert [postgres.copy_of(source)] == quicker
    assert (quicker[0] / "bin" / postgres.PROGRAM).read_text() == "here"
    assert len(list((tmp_path / "copies").iterdir())) == 1
