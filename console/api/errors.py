"""What is refused at the door for other systems, one class each, with the status that says so.

What the services and the journeys refuse comes through as it is; `console.api.problems` knows with which status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from journey.errors import Refusal
from schemas.forms.problems import FormProblem


class AtTheDoor(Refusal):
    """This cannot be done."""

    status: ClassVar[int] = 400


class NoKey(AtTheDoor):
    """No key was given; send the header Authorization: Bearer and the key that you were given."""

    sv = "Ingen nyckel angavs; skicka rubriken Authorization: Bearer och nyckeln som ni har fått."
    status = 401


class KeyNotGood(AtTheDoor):
    """The key is unknown, has run out or was revoked; ask whoever looks after the system for a new one."""

    sv = "Nyckeln är okänd, har gått ut eller är återkallad; be den som sköter systemet om en ny."
    status = 401


class NotSigned(AtTheDoor):
    """The message is not signed; send the headers webhook-id, webhook-timestamp and webhook-signature."""

    sv = "Meddelandet är inte signerat; skicka rubrikerna webhook-id, webhook-timestamp och webhook-signature."
    status = 401


class BadSignature(AtTheDoor):
    """The signature does not match; sign id.timestamp.body, byte for byte as sent, with the secret that is good now."""

    sv = (
        "Signaturen stämmer inte; signera id.timestamp.body, byte för byte som det skickas, med hemligheten som gäller."
    )
    status = 401


class ClockSkew(AtTheDoor):
    """The message's time is more than {minutes} minutes from ours; set your clock and sign it anew with the time."""

    sv = "Meddelandets tid är mer än {minutes} minuter från vår; ställ er klocka och signera om det med tiden nu."
    status = 401


class NotForThisKey(AtTheDoor):
    """This key may not do that; ask whoever looks after the system for a key with a role that may."""

    sv = "Den här nyckeln får inte göra det; be den som sköter systemet om en nyckel med en roll som får."
    status = 403


class NothingThere(AtTheDoor):
    """There is no such thing, or not for this key; check the address and the id."""

    sv = "Det finns inget sådant, eller inte för den här nyckeln; kontrollera adressen och id:t."
    status = 404


class OtherMethod(AtTheDoor):
    """The address is there, but takes other methods; see the header Allow and the description."""

    sv = "Adressen finns men tar andra metoder; se rubriken Allow och beskrivningen."
    status = 405


class TooMuch(AtTheDoor):
    """That is more than {most} bytes at once; send less."""

    sv = "Det är mer än {most} byte på en gång; skicka mindre."
    status = 413


class OtherContent(AtTheDoor):
    """The body is of another kind than can be read here; send it as {choices}."""

    sv = "Innehållet är av ett annat slag än det som kan läsas här; skicka det som {choices}."
    status = 415


class NotJson(AtTheDoor):
    """The body is not JSON that can be read; send one JSON object in UTF-8."""

    sv = "Innehållet är inte JSON som går att läsa; skicka ett JSON-objekt i UTF-8."


class NoIdempotencyKey(AtTheDoor):
    """The header Idempotency-Key is missing or is not 1 to {most} visible ASCII characters; give each wish its own."""

    sv = "Rubriken Idempotency-Key saknas eller är inte 1 till {most} synliga ASCII-tecken; ge varje ärende en egen."


class BadCursor(AtTheDoor):
    """The cursor is not one that was given here; begin again without it."""

    sv = "Markören är inte en som har getts här; börja om utan den."


class NoEventId(AtTheDoor):
    """The event has no id; give it one, the same each time it is sent."""

    sv = "Händelsen har inget id; ge den ett, detsamma varje gång den skickas."
    status = 422


class WrongFields(AtTheDoor):
    """Something in it cannot be taken in; put right what stands under problems and send it again."""

    sv = "Något i det går inte att ta emot; rätta det som står under problems och skicka igen."
    status = 422

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


class TooOften(AtTheDoor):
    """Too much is asked for at once; wait {seconds} seconds and send it again."""

    sv = "Det frågas för mycket på en gång; vänta {seconds} sekunder och skicka det igen."
    status = 429


class Broken(AtTheDoor):
    """Something broke on our side and has been noted; send the same again in a while."""

    sv = "Något gick sönder hos oss och är antecknat; skicka samma igen om en stund."
    status = 500


class Away(AtTheDoor):
    """The lists cannot be reached right now; send the same again in a while."""

    sv = "Listorna går inte att nå just nu; skicka samma igen om en stund."
    status = 503
