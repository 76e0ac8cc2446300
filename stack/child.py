"""A small launcher that every part of the stack is started through: it becomes the part.

It puts the part in a session of its own, so that Ctrl-C reaches the supervisor alone, asks the kernel to end the part
if the supervisor dies without a word, and leaves the rights of root behind where they are not wanted. It runs in a bare
interpreter: it must import nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Run on as this system user, with its groups and none of ours."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def die_with_parent(parent: int, signal_number: int) -> None:
    """Be sent this signal when the parent dies. Linux only; elsewhere the next start clears up.

    A change of user clears the request, so it comes last; the parent may have died just before it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def main(arguments: list[str]) -> None:
    """Arguments: the parent's pid, the number of the signal, a system user or `-`, then the command."""
    parent, signal_number, user, *command = arguments
    os.setsid()
    os.umask(0o077)
    if user != "-":
        become(user)
    die_with_parent(int(parent), int(signal_number))
    os.execv(command[0], command)  # noqa: S606 (the command is ours, and no shell is wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
