"""What is refused about other systems and their keys, one class each, as sentences in both languages."""

from __future__ import annotations

from journey.errors import Refusal


class BadClientId(Refusal):
    """A client's id is two to {most} small letters, digits and hyphens, beginning with a letter; choose another one."""

    sv = "En klients id är två till {most} små bokstäver, siffror och bindestreck, en bokstav först; välj ett annat."


class ClientTaken(Refusal):
    """There is or was a client {client}; choose another id, for one that was revoked never comes back."""

    sv = "Det finns eller har funnits en klient {client}; välj ett annat id, för en återkallad kommer aldrig tillbaka."


class NoSuchClient(Refusal):
    """There is no client {client} that may still act; see which there are with: operator clients list."""

    sv = "Det finns ingen klient {client} som fortfarande får agera; se vilka som finns med: operator clients list."


class NoRole(Refusal):
    """A client needs at least one role; give --role with one of: {choices}."""

    sv = "En klient behöver minst en roll; ange --role med någon av: {choices}."


class RoleNotForClients(Refusal):
    """A client cannot have the role {role}; give one of: {choices}."""

    sv = "En klient kan inte ha rollen {role}; ange någon av: {choices}."


class TimeNotPossible(Refusal):
    """A key is good for one day to {most} days, and a former one for at most {grace} more; give such a time."""

    sv = "En nyckel gäller i en till {most} dagar, och en tidigare i högst {grace} dagar till; ange en sådan tid."


class NotNamed(Refusal):
    """Say in at most {most} characters whose system it is, with --name."""

    sv = "Säg med högst {most} tecken vems system det är, med --name."


class RequestReused(Refusal):
    """The key {key} was used for something else before; give each wish a key of its own."""

    sv = "Nyckeln {key} har använts till något annat tidigare; ge varje ärende en egen nyckel."
