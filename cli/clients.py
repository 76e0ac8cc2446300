"""What an operator types about other systems that may act here: add one, see them, change their keys, revoke one.

A key is shown once, on standard output, and is not to be had again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import run, tables
from cli.acts import BY
from cli.run import Answer, Desk
from schemas.base import Both, Language
from services.clients import book
from services.clients.book import Issued

ADDED = Both(sv="Klienten {client} får agera till {until}.", en="The client {client} may act until {until}.")
KEY = Both(sv="Nyckel (visas bara nu): {key}", en="Key (shown only now): {key}")
SECRET = Both(sv="Hemlighet att signera med (visas bara nu): {key}", en="Secret to sign with (shown only now): {key}")
HOOK = Both(
    sv="Signerade besked skickas till: /api/v1/hooks/{client}", en="Signed reports go to: /api/v1/hooks/{client}"
)
FORMER = Both(sv="De tidigare gäller till {until}.", en="The former ones are good until {until}.")
REVOKED = Both(sv="Klienten {client} får inget göra längre.", en="The client {client} may do nothing any more.")
NONE = Both(sv="Inga andra system får agera här.", en="No other systems may act here.")
GONE = Both(sv="återkallad", en="revoked")
UNTIL = Both(sv="till {until}", en="until {until}")
RUN_OUT = Both(sv="nycklarna har gått ut", en="its keys have run out")
USED = Both(sv="senast använd {at}", en="last used {at}")
UNUSED = Both(sv="aldrig använd", en="never used")

Client = Annotated[str, typer.Argument(help="The client's id.", metavar="CLIENT")]
Days = Annotated[int, typer.Option("--days", help="For how many days its keys are good.", min=1)]
Signs = Annotated[bool, typer.Option("--signs", help="Also a secret to sign reports with.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer()
group = typer.Typer(help="Other systems that may act here, and their keys.", no_args_is_help=True)
app.add_typer(group, name="clients")


@group.command()
def add(
    client: Client,
    *,
    name: Annotated[str, typer.Option("--name", help="Whose system it is.")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help=f"One of: {', '.join(book.ROLES)}.")] = None,
    signs: Signs = False,
    days: Days = book.USUAL.days,
    as_json: AsJson = False,
) -> None:
    """Let another system act here, and show its key once."""
    run.at_desk(lambda desk: _add(desk, client, name or client, role or [], signs=signs, days=days), as_json=as_json)


async def _add(desk: Desk, client: str, name: str, roles: Sequence[str], *, signs: bool, days: int) -> Answer:
    good_for, now = timedelta(days=days), datetime.now(UTC)
    issued = await book.add(desk.db, client, name, roles, signs=signs, good_for=good_for, by=BY, now=now)
    return Answer(issued.as_json(), _issued(issued, desk.language))


@group.command()
def rotate(
    client: Client,
    *,
    grace: Annotated[int, typer.Option("--grace", help="Hours for which the former keys are still good.", min=0)] = 24,
    signs: Signs = False,
    days: Days = book.USUAL.days,
    as_json: AsJson = False,
) -> None:
    """Give a client new keys; for a while the former ones are good too."""
    run.at_desk(lambda desk: _rotate(desk, client, grace, signs=signs, days=days), as_json=as_json)


async def _rotate(desk: Desk, client: str, grace: int, *, signs: bool, days: int) -> Answer:
    hours, good_for, now = timedelta(hours=grace), timedelta(days=days), datetime.now(UTC)
    issued = await book.rotate(desk.db, client, grace=hours, good_for=good_for, signs=signs, by=BY, now=now)
    return Answer(issued.as_json(), _issued(issued, desk.language))


@group.command()
def revoke(client: Client, as_json: AsJson = False) -> None:
    """From this moment on a client may nothing. It never comes back under its id."""
    run.at_desk(lambda desk: _revoke(desk, client), as_json=as_json)


async def _revoke(desk: Desk, client: str) -> Answer:
    await book.revoke(desk.db, client, by=BY, now=datetime.now(UTC))
    return Answer({"client": client, "status": "revoked"}, REVOKED[desk.language].format(client=client))


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every client: in which roles, until when its keys are good, when it was here last."""
    run.at_desk(_list, as_json=as_json)


async def _list(desk: Desk) -> Answer:
    found = await book.all_clients(desk.db, now=datetime.now(UTC))
    return Answer(found, tables.lines([_line(one, desk.language) for one in found] or [NONE[desk.language]]))


def _line(one: dict[str, Any], language: Language) -> str:
    if one["revoked_at"]:
        stands = GONE[language]
    elif one["expires_at"]:
        stands = UNTIL[language].format(until=tables.moment(one["expires_at"]))
    else:
        stands = RUN_OUT[language]
    used = USED[language].format(at=tables.moment(one["used_at"])) if one["used_at"] else UNUSED[language]
    return f"{one['client']}  {one['name']}  ({', '.join(one['roles'])})  {stands}, {used}"


def _issued(issued: Issued, language: Language) -> Text:
    until = tables.moment(issued.as_json()["expires_at"])
    said = [ADDED[language].format(client=issued.client, until=until)]
    if issued.key:
        said.append(KEY[language].format(key=issued.key))
    if issued.secret:
        said += [SECRET[language].format(key=issued.secret), HOOK[language].format(client=issued.client)]
    if issued.former_until:
        said.append(FORMER[language].format(until=tables.moment(issued.as_json()["former_until"])))
    return tables.lines(said)
