"""A database that was lent to another test before is as a new one, and nobody of before finds it."""

from __future__ import annotations

import psycopg
import pytest

from tests.databases import Databases

STAFF = "INSERT INTO staff (staff, name, email) VALUES ('s1', 'Anna', 'a@example.org')"
LOOK = "INSERT INTO looks (who, what, journey, at) VALUES ('s1', 'phone', 'j1', now()) RETURNING look"
POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER poison BEFORE INSERT ON staff FOR EACH ROW EXECUTE FUNCTION poison()
"""


def say(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def content(dsn: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = say(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {str(table): say(dsn, f'SELECT * FROM "{table}"') for (table,) in tables}


def number(dsn: str) -> object:
    """What recognises a database, whatever its name is."""
    return say(dsn, "SELECT oid FROM pg_database WHERE datname = current_database()")


def test_rows_are_gone_and_those_of_the_beginning_are_back(databases: Databases, postgres_dsn: str) -> None:
    first = databases.lend()
    before, is_it = content(first), number(first)
    say(first, STAFF)
    say(first, "DELETE FROM walks")
    assert content(first) != before
    databases.give_back(first)
    again = databases.lend()
    assert number(again) == is_it
    assert content(again) == before
    databases.give_back(again)


def test_numbers_begin_again(databases: Databases) -> None:
    first = databases.lend()
    assert say(first, LOOK) == [(1,)]
    databases.give_back(first)
    again = databases.lend()
    assert say(again, LOOK) == [(1,)]
    databases.give_back(again)


def test_whoever_still_uses_it_is_cut_off_and_finds_it_no_more(databases: Databases) -> None:
    first = databases.lend()
    with psycopg.connect(first, autocommit=True) as lingering:
        databases.give_back(first)
        with pytest.raises(psycopg.OperationalError):
            lingering.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE more (a int)",
        "ALTER TABLE staff ADD COLUMN more int",
        "ALTER TABLE staff ALTER COLUMN email DROP NOT NULL",
        "DROP INDEX {index}",
        "CREATE OR REPLACE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT words $$",
        "CREATE SCHEMA more",
        "REVOKE ALL ON staff FROM CURRENT_USER",
        f"{STAFF}; ANALYZE staff",
        POISON,
    ],
)
def test_one_that_was_altered_is_not_lent_again(databases: Databases, change: str) -> None:
    first = databases.lend()
    is_it = number(first)
    index = say(
        first,
        "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relnamespace = 'public'::regnamespace AND NOT indisunique LIMIT 1",
    )[0][0]
    say(first, change.format(index=index))
    databases.give_back(first)
    again = databases.lend()
    assert number(again) != is_it
    databases.give_back(again)
