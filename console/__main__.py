"""The process that shows the pages: settings → desk → application → uvicorn, on one port.

Run by the stack as `python -m console --port N`; it ends when it is told to, and lets nobody wait for an open stream.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import uvicorn

from console.app import create_app
from console.desk import Desk
from db.pool import Database
from logs import configure
from services.journeys import Journeys
from settings import BadSettings, Settings, language_of, load_settings
from stack.client import connect_to
from stack.info import NoStack, read_stack

USUAL_PORT = 8080
GRACE = 3
"""Seconds that a request may still take when the process is told to end."""


async def serve(settings: Settings, port: int) -> None:
    """Answer until told to stop."""
    stack = read_stack(settings)
    client = await connect_to(stack)
    db = await Database.open(stack.postgres_dsn)
    try:
        app = create_app(Desk(db, Journeys(client, settings.pace), client, settings.pace, settings))
        await uvicorn.Server(configuration(app, settings.console_host, port)).serve()
    finally:
        await db.close()


def configuration(app: object, host: str, port: int) -> uvicorn.Config:
    """How uvicorn runs: without a log of addresses, which is nobody's to read."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
        lifespan="on",
    )


def main() -> None:
    """Read the settings, start to log, and serve."""
    parser = argparse.ArgumentParser(prog="console", description=__doc__)
    parser.add_argument("--port", type=int, help="The port to listen on.")
    chosen = parser.parse_args()
    try:
        settings = load_settings()
        configure(settings.log_level, settings.log_format)
        asyncio.run(serve(settings, chosen.port or settings.console_port or USUAL_PORT))
    except (BadSettings, NoStack) as error:
        sys.exit(error.sentence(language_of(None)))


if __name__ == "__main__":
    main()
