"""Loopback ports: chosen at random at the first start, kept for as long as nobody else has taken them."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"
# Below the range that systems hand out for outgoing connections: a kept port is not lost to a passing connection, and
# a client that retries while its server is away cannot be connected to itself.
LOWEST, HIGHEST = 15_000, 30_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK, patience: float = 1.0) -> bool:
    """Whether somebody listens on this port now."""
    try:
        socket.create_connection((host, port), timeout=patience).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that is free now."""
    while not is_free(port := LOWEST + secrets.randbelow(HIGHEST - LOWEST)):
        pass
    return port
