"""A client of the stack's Temporal: ours, or the one that Temporal's own configuration names, with TLS and API key."""

from __future__ import annotations

from temporalio.client import Client

from settings import outside_temporal
from stack.info import StackInfo
from workflows.connection import connect


async def connect_to(stack: StackInfo) -> Client:
    """Connect. Raises RuntimeError when the server cannot be reached."""
    config = {**(outside_temporal() or {})}
    address = config.pop("target_host", stack.temporal_address)
    namespace = config.pop("namespace", None) or stack.namespace
    return await connect(str(address), str(namespace), **config)
