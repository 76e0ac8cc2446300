"""Why the stack could not start, one class each.

    StackProblem
    ├── AlreadyRunning     another `up` has this data directory
    ├── WrongVersion       the data was made by another version of a server
    ├── NotReady           a server did not answer in time
    ├── OtherPace          the data directory's journeys live at another pace
    ├── NotReachable       a server of somebody else's, which the settings name, does not answer
    ├── CannotPrepare      a server's data could not be made
    ├── NoPlace            the data directory cannot be written to
    └── NoUser             root has no system user to run Postgres as

A class's docstring is its English sentence and `sv` the Swedish one; both say what to do.
"""

from __future__ import annotations

from typing import ClassVar

from schemas.base import Language


class StackProblem(Exception):  # noqa: N818 (a situation with a way out, not an error of ours)
    """The stack could not start."""

    sv: ClassVar[str] = "Stacken kunde inte starta."

    def sentence(self, language: Language) -> str:
        """Say in one sentence what is wrong and what to do."""
        words = self.sv if language == "sv" else " ".join((type(self).__doc__ or "").split())
        return words.format(*self.args)

    def __str__(self) -> str:
        return self.sentence("en")


class AlreadyRunning(StackProblem):
    """A stack is already running in {0}; stop it first, or choose another place with --data-dir."""

    sv = "En stack är redan igång i {0}; stoppa den först, eller välj en annan plats med --data-dir."


class WrongVersion(StackProblem):
    """The data in {0} was made by {1} {2} and this is {3}; install the former version or choose another --data-dir."""

    sv = "Data i {0} gjordes av {1} {2} och det här är {3}; installera den förra versionen eller välj annan --data-dir."


class NotReady(StackProblem):
    """The part {0} did not start; see what it says in {1}."""

    sv = "Delen {0} startade inte; se vad den säger i {1}."


class OtherPace(StackProblem):
    """The journeys in {0} live at another pace, a day lasts {1}; leave --day out, or choose another --data-dir."""

    sv = "Resorna i {0} går i en annan takt, ett dygn varar {1}; utelämna --day, eller välj annan --data-dir."


class CannotPrepare(StackProblem):
    """The data of {0} could not be made in {1}: {2}."""

    sv = "Data för {0} kunde inte skapas i {1}: {2}."


class NoUser(StackProblem):
    """Postgres refuses to run as root and there is no system user postgres or nobody; run as an ordinary user."""

    sv = "Postgres vägrar köra som root och systemanvändaren postgres eller nobody saknas; kör som vanlig användare."


class NotReachable(StackProblem):
    """The {0} that the settings name, at {1}, cannot be reached; check the address, or leave it out to get our own."""

    sv = "{0}, som inställningarna anger ({1}), går inte att nå; kontrollera adressen, eller utelämna den för en egen."


class NoPlace(StackProblem):
    """The directory {0} cannot be written to ({1}); choose another place with --data-dir."""

    sv = "Katalogen {0} går inte att skriva i ({1}); välj en annan plats med --data-dir."
