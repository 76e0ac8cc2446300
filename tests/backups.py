"""A backup as it is made and put back in earnest: `pg_dump` and `pg_restore`, as they come with the server.

It is put into a database of its own first, which then takes the place and the name of the one in use; whoever is
connected is thrown out, as when a server is replaced.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg

from stack.postgres import binaries
from tests.servers import create, drop, sibling


def back_up(dsn: str, file: Path) -> None:
    """Write everything in a database to a file, while it is in use."""
    _run("pg_dump", "--format=custom", f"--file={file}", dsn)


def put_back(dsn: str, file: Path) -> None:
    """Let a database be what it was when the backup was made; whatever has happened there since is lost."""
    name = dsn.rsplit("/", 1)[1]
    draft = f"{name}_restored"
    create(dsn, draft, "template0")
    _run("pg_restore", "--exit-on-error", f"--dbname={sibling(dsn, draft)}", str(file))
    drop(sibling(dsn, "postgres"), name)
    with psycopg.connect(sibling(dsn, "postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"'.encode())


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([str(binaries() / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
