"""Why the stack could not start. A class's docstring is its message, with the details filled in.

StackProblem
├── AlreadyRunning     another `up` has this data directory
├── WrongVersion       the data was made by another version of a server
├── NotReady           a server did not answer in time
├── PortTaken          another program has taken our port
├── OtherPace          the data directory's journeys live at another pace
└── NoUser             root has no system user to run Postgres as
"""

from __future__ import annotations


class StackProblem(Exception):  # noqa: N818 (a situation with a way out, not an error of ours)
    """The stack could not start."""

    def __str__(self) -> str:
        """The sentence for a person."""
        return " ".join((type(self).__doc__ or "").split()).format(*self.args)


class AlreadyRunning(StackProblem):
    """A stack is already running in {0}. Stop it first, or choose another place with --data-dir."""


class WrongVersion(StackProblem):
    """The data in {0} was made by {1} {2} and this is {3}. Install the former version, or choose another --data-dir."""


class NotReady(StackProblem):
    """{0} did not start in time. See what it says in {1}."""


class PortTaken(StackProblem):
    """Port {1} of {0} is in use by another program. Stop that program and try again."""


class OtherPace(StackProblem):
    """The journeys in {0} live at another pace (a day lasts {1}). Leave --day out, or choose another --data-dir."""


class NoUser(StackProblem):
    """Postgres refuses to run as root and there is no system user `postgres` or `nobody`. Run as an ordinary user."""
