"""The parts of the stack and the order they start in. Parts that somebody else provides are not among them."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from stack.info import read_json, write_json
from stack.launch import Command
from stack.ports import answers, free_port, is_free
from stack.postgres import Postgres
from stack.temporal import Temporal
from workflows.names import TASK_QUEUE

ROOT = Path(__file__).resolve().parent.parent
KEPT_FILE = "kept.json"
SETTLED = 20.0
"""Seconds after which a worker that is still alive counts as working, should Temporal's clock differ from ours."""


@dataclass(frozen=True)
class Part:
    """A process to keep running. `answers` is told when it was launched (seconds since 1970)."""

    name: str
    prepare: Callable[[], None]
    command: Callable[[], Command]
    answers: Callable[[float], Awaitable[bool]]
    patience: float = 10.0


@dataclass
class Kept:
    """What a data directory keeps from start to start: the mark of its processes, and its ports."""

    file: Path
    mark: str = ""
    ports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Path) -> Kept:
        """Read it; at the first start, choose a mark."""
        known = read_json(data / KEPT_FILE)
        ports = known.get("ports")
        chosen = {str(name): int(port) for name, port in ports.items()} if isinstance(ports, dict) else {}
        kept = cls(data / KEPT_FILE, str(known.get("mark") or f"resan-{secrets.token_hex(8)}"), chosen)
        kept.save()
        return kept

    def port(self, name: str) -> int:
        """The part's port: the former one unless another program has it by now."""
        if name not in self.ports or not is_free(self.ports[name]):
            self.ports[name] = free_port()
            self.save()
        return self.ports[name]

    def save(self) -> None:
        write_json(self.file, json.dumps({"mark": self.mark, "ports": self.ports}))


def postgres_part(server: Postgres) -> Part:
    """The database."""

    async def ready(_: float) -> bool:
        return await asyncio.to_thread(server.answers)

    return Part("postgres", server.prepare, server.command, ready, patience=30.0)


def temporal_part(server: Temporal) -> Part:
    """The server that keeps the journeys' course."""

    async def ready(_: float) -> bool:
        return await server.answers()

    return Part("temporal", server.prepare, server.command, ready)


def postbox_part(directory: Path, port: int) -> Part:
    """The mail server that keeps every message as a file."""
    argv = [sys.executable, "-m", "stack.postbox", "--dir", str(directory), "--port", str(port)]

    async def ready(_: float) -> bool:
        return answers(port)

    return Part("postbox", lambda: None, lambda: Command(argv, cwd=ROOT), ready)


def worker_part(environment: dict[str, str | None], client: Client) -> Part:
    """The process that decides and acts. It is ready once Temporal has heard it ask for work."""
    command = Command([sys.executable, str(ROOT / "worker.py")], env=environment, cwd=ROOT)

    async def ready(launched: float) -> bool:
        return time.time() - launched > SETTLED or await asked_for_work(client, launched)

    return Part("worker", lambda: None, lambda: command, ready, patience=15.0)


def console_part(environment: dict[str, str | None], port: int, host: str) -> Part:
    """The pages that people use."""
    argv = [sys.executable, "-m", "console", "--port", str(port)]

    async def ready(_: float) -> bool:
        return await asyncio.to_thread(answers, port, host)

    return Part("console", lambda: None, lambda: Command(argv, env=environment, cwd=ROOT), ready, patience=6.0)


async def asked_for_work(client: Client, since: float) -> bool:
    """Whether a worker has asked Temporal for journeys to carry on since then."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        found = await client.workflow_service.describe_task_queue(request)
    except RPCError:
        return False
    return any(poller.last_access_time.ToNanoseconds() / 1e9 >= since for poller in found.pollers)
