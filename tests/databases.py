"""Databases with all tables and no rows, lent to one test after the other.

To make one costs a quarter of a second of processor time, to empty one a few milliseconds. Each loan has a name of its
own: whoever still holds the address of an earlier one finds nobody there. A database comes back into use only if
nothing but rows has changed in it; one that was altered, analysed or filled is dropped.
"""

from __future__ import annotations

import secrets
from typing import LiteralString

import psycopg
from psycopg import sql

from tests import servers

MOST_BYTES = 5_000_000
"""A database that has grown by more than this is not emptied: dropping it is quicker."""

SHAPE: LiteralString = """
SELECT
  (SELECT array_agg((oid, relname, relacl, reloptions)::text ORDER BY oid)
     FROM pg_class WHERE relnamespace = 'public'::regnamespace),
  (SELECT array_agg((attrelid, attname, atttypid, attnotnull, attisdropped)::text ORDER BY attrelid, attnum)
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
  (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint),
  (SELECT array_agg((oid, tgenabled)::text ORDER BY oid) FROM pg_trigger),
  (SELECT array_agg((oid, xmin)::text ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
  (SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_'),
  (SELECT count(*) FROM pg_db_role_setting),
  (SELECT count(*) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
    WHERE relnamespace = 'public'::regnamespace)
"""
"""All that a test may change besides rows, and what the planner has learnt of them."""

TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
SEQUENCES: LiteralString = (
    "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
SIZE: LiteralString = "SELECT pg_database_size(current_database())"

Connection = psycopg.Connection[tuple[object, ...]]


class Databases:
    """Lends databases that are copies of `template`, on the server of `dsn`."""

    def __init__(self, dsn: str, template: str) -> None:
        self._dsn, self._template = dsn, template
        self._idle: list[str] = []
        self._shape: tuple[object, ...] | None = None
        self._tables: list[str] = []
        self._size = 0
        self._rows: dict[str, list[tuple[object, ...]]] = {}

    def lend(self) -> str:
        """The address of a database of the test's own."""
        name = f"test_{secrets.token_hex(6)}"
        if self._idle:
            self._rename(self._idle.pop(), name)
        else:
            servers.create(self._dsn, name, self._template)
        address = servers.sibling(self._dsn, name)
        if self._shape is None:
            self._look(address)
        return address

    def give_back(self, address: str) -> None:
        """Empty it for the next test, whoever still uses it; or drop it."""
        name, idle = address.rsplit("/", 1)[1], f"idle_{secrets.token_hex(6)}"
        try:
            self._rename(name, idle)
            with psycopg.connect(servers.sibling(self._dsn, idle), autocommit=True) as connection:
                fit = self._empty(connection)
        except psycopg.Error:
            fit = False
        if fit:
            self._idle.append(idle)
        else:
            servers.drop(self._dsn, name)
            servers.drop(self._dsn, idle)

    def _rename(self, name: str, to: str) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (name, to))))
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(to)))

    def _look(self, address: str) -> None:
        """How a new one is."""
        with psycopg.connect(address, autocommit=True) as connection:
            self._shape = connection.execute(SHAPE).fetchone()
            self._size = _number(connection, SIZE)
            self._tables = [str(name) for (name,) in connection.execute(TABLES)]
            self._rows = {table: rows for table in self._tables if (rows := _all_rows(connection, table))}

    def _empty(self, connection: Connection) -> bool:
        """Make it as new; whether it is."""
        if connection.execute(SHAPE).fetchone() != self._shape:
            return False
        if _number(connection, SIZE) > self._size + MOST_BYTES:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # whatever refers to what
            for table in self._filled(connection):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for table, rows in self._rows.items():
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                for row in rows:
                    places = sql.SQL(", ").join(sql.Placeholder() * len(row))
                    connection.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), places), row)
            for (sequence,) in connection.execute(SEQUENCES).fetchall():
                connection.execute("SELECT setval(%s::regclass, 1, false)", [sequence])
        return True

    def _filled(self, connection: Connection) -> list[str]:
        """The tables that have rows."""
        asked = [
            sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(table), sql.Identifier(table))
            for table in self._tables
        ]
        return [str(name) for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked))]


def _all_rows(connection: Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()


def _number(connection: Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))
