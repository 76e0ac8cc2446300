"""The whole stack in one process tree: servers, what they must hold, the worker; and `stack.json`, which says where.

Settings are given, not read. What somebody else provides is used and neither started nor stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO

import psycopg
from temporalio.client import Client

from db.pool import Database
from settings import Settings, outside_temporal
from stack.client import connect_to
from stack.errors import AlreadyRunning, NoPlace, NotReachable
from stack.info import LOCK_FILE, POSTGRES_PORT, STACK_FILE, StackInfo, split, take_lock, write_json
from stack.pace import agree, in_words
from stack.parts import Kept, console_part, postbox_part, postgres_part, temporal_part, worker_part
from stack.ports import LOOPBACK
from stack.postgres import Postgres
from stack.supervisor import Supervisor, clear_leftovers
from stack.temporal import Temporal
from workflows.showing import register

LOGS, MAIL = "logs", "mail"
MARKED = ("postgres", "temporal")
OFFICE: dict[str, str | None] = {
    "RESAN_OFFICE_NAME": "Provkontoret",
    "RESAN_OFFICE_PHONE": "0980-319 200",
    "RESAN_OFFICE_EMAIL": "provkontoret@example.org",
}
"""Nobody's office: a number and an address that are kept for examples."""


class Stack:
    """A stack in one data directory. `ready` is called once, when everything answers."""

    def __init__(self, settings: Settings, say: Callable[[str], None], ready: Callable[[StackInfo], None]) -> None:
        self._settings = settings
        self._say = say
        self._ready = ready
        self._data = settings.data_dir
        self._supervisor = Supervisor(self._data / LOGS, say, self._write)
        self._smtp: dict[str, str | None] = {}
        self._info = StackInfo(temporal_address="", postgres_dsn="")
        self._complete = False

    def hurry(self) -> None:
        """Stop waiting for parts to end in order."""
        self._supervisor.hurry()

    async def run(self, *, headless: bool) -> None:
        """Start everything, keep it running until cancelled, and stop all that was started."""
        lock = self._claim()
        try:
            self._clear_leftovers()
            await self._start(headless=headless)
            await self._supervisor.watch()
        finally:
            self._complete = False
            (self._data / STACK_FILE).unlink(missing_ok=True)
            await self._supervisor.stop()
            lock.close()

    def _claim(self) -> IO[bytes]:
        try:
            for place in (self._data, self._data / LOGS):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = take_lock(self._data / LOCK_FILE)
        except OSError as error:
            raise NoPlace(self._data, error.strerror) from error
        if lock is None:
            raise AlreadyRunning(self._data)
        return lock

    def _clear_leftovers(self) -> None:
        """End what a killed supervisor left; the servers are recognised by their marks, the others by pid and age."""
        kept = Kept.of(self._data)
        file = self._data / STACK_FILE
        if file.exists():
            former = StackInfo.model_validate_json(file.read_bytes())
            clear_leftovers(former.pids, {name: at for name, at in former.started.items() if name not in MARKED})
            file.unlink()
        self._postgres(kept, 0).clear()
        self._temporal(0, None).clear()

    async def _start(self, *, headless: bool) -> None:
        kept = Kept.of(self._data)
        await self._start_postgres(kept)
        await self._start_temporal(kept, headless=headless)
        await self._start_postbox(kept)
        client = await self._fill()
        # Letters lead to the console, so that its address must be known before it runs.
        host, port = self._settings.console_host, self._settings.console_port or kept.port("console")
        url = self._settings.console_url or f"http://{host}:{port}"
        await self._supervisor.start(worker_part(self._worker_environment() | {"RESAN_CONSOLE_URL": url}, client))
        await self._start_console(host, port, url)
        self._complete = True
        self._write()
        self._ready(self._info)

    async def _start_postgres(self, kept: Kept) -> None:
        if self._settings.postgres_dsn:
            self._know(postgres_dsn=self._settings.postgres_dsn.get_secret_value())
            return
        server = self._postgres(kept, kept.port("postgres"))
        await self._supervisor.start(postgres_part(server))
        self._know(postgres_dsn=server.dsn())

    async def _start_temporal(self, kept: Kept, *, headless: bool) -> None:
        if outside := outside_temporal():
            self._know(temporal_address=outside["target_host"], namespace=outside.get("namespace") or "default")
            return
        server = self._temporal(kept.port("temporal"), None if headless else kept.port("temporal_ui"))
        await self._supervisor.start(temporal_part(server))
        self._know(temporal_address=server.address, namespace=server.namespace, temporal_ui=server.ui)

    async def _start_postbox(self, kept: Kept) -> None:
        if self._settings.smtp_host:
            return
        port = kept.port("postbox")
        await self._supervisor.start(postbox_part(self._data / MAIL, port))
        self._smtp = {"RESAN_SMTP_HOST": LOOPBACK, "RESAN_SMTP_PORT": str(port)}
        self._know(mail=str(self._data / MAIL))

    async def _start_console(self, host: str, port: int, url: str) -> None:
        """The console comes last: it finds everything else by the settings, like the worker."""
        await self._supervisor.start(console_part(self._console_environment(), port, host))
        self._know(console=url)

    async def _fill(self) -> Client:
        """Bring the tables up to date, agree on the pace, and put in what a new stack holds."""
        # A second to import, which no other command should pay.
        from db.migrate import migrate  # noqa: PLC0415
        from services.seed import plant  # noqa: PLC0415

        dsn = self._info.postgres_dsn
        try:
            psycopg.connect(dsn, connect_timeout=10).close()
            await migrate(dsn)
            pace = agree(self._data, dsn, self._settings.day, datetime.now(UTC))
        except psycopg.OperationalError as error:
            raise NotReachable("Postgres", ":".join(map(str, split(dsn, POSTGRES_PORT)))) from error
        self._know(pace=pace, day=in_words(pace))
        try:
            client = await connect_to(self._info)
        except RuntimeError as error:
            raise NotReachable("Temporal", self._info.temporal_address) from error
        await register(client)
        db = await Database.open(dsn, most=4)
        try:
            await plant(db, client, pace, self._say, samples=self._samples)
        finally:
            await db.close()
        return client

    def _worker_environment(self) -> dict[str, str | None]:
        info = self._info
        environment: dict[str, str | None] = {
            "RESAN_DATA_DIR": str(self._data),
            "RESAN_POSTGRES_DSN": info.postgres_dsn,
            "RESAN_PACE": info.pace.model_dump_json(),
            **self._smtp,
        }
        if outside_temporal() is None:
            # What the user's own configuration says is about other servers than this one.
            environment |= {name: None for name in os.environ if name.startswith("TEMPORAL_")}
            environment |= {"TEMPORAL_CONFIG_FILE": os.devnull}
            environment |= {"TEMPORAL_ADDRESS": info.temporal_address, "TEMPORAL_NAMESPACE": info.namespace}
        return environment

    def _console_environment(self) -> dict[str, str | None]:
        """As the worker's; made-up people have a made-up office to ring, where nobody has named a real one."""
        made_up = OFFICE if self._samples and self._settings.office_phone is None else {}
        return self._worker_environment() | made_up

    def _postgres(self, kept: Kept, port: int) -> Postgres:
        return Postgres(self._data / "postgres", port, kept.mark, durable=self._durable)

    def _temporal(self, port: int, ui_port: int | None) -> Temporal:
        return Temporal(self._data / "temporal", port, ui_port, self._settings.namespace, durable=self._durable)

    @property
    def _durable(self) -> bool:
        return self._settings.durable

    @property
    def _samples(self) -> bool:
        """Made-up people are entered into a database of our own only."""
        return self._settings.samples and self._settings.postgres_dsn is None

    def _know(self, **news: object) -> None:
        self._info = self._info.model_copy(update=news)

    def _write(self) -> None:
        """Tell where everything is, from when it is complete; and again when a process has been replaced."""
        self._know(pids=self._supervisor.pids, started=self._supervisor.started)
        if self._complete:
            write_json(self._data / STACK_FILE, self._info.model_dump_json(indent=2) + "\n")
