"""What the owner of a programme types about its versions: which there are, roll one out, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import comparing, many, run, tables
from cli.bulk import Rate, checked_rate
from cli.counting import Counted
from cli.run import Answer, Desk
from db.pool import SYSTEM
from journey.comparing import compare
from schemas.base import Both, Language
from schemas.bulk import ItemStatus
from services.bulk.acts import listed
from services.bulk.order import RATE
from services.bulk.rollout import Begun, Wanted, foreseen, roll_back, roll_out, way_back
from services.bulk.where import conditions
from services.mending.acts import checked_reason
from services.publish import load
from services.versions import Version, versions

BY = "owner"
MOST = 1_000_000_000
"""No version is higher; Postgres could not hold it."""

RELOCATE = "relocate"
NONE = Both(sv="Inga utrullningar.", en="No roll-outs.")
VERSION = Counted(
    Both(
        sv="{programme} version {version}: publicerad {published}, {count} resa pågår",
        en="{programme} version {version}: published {published}, {count} journey under way",
    ),
    Both(
        sv="{programme} version {version}: publicerad {published}, {count} resor pågår",
        en="{programme} version {version}: published {published}, {count} journeys under way",
    ),
)
BY_WHOM = Both(sv=" av {who}", en=" by {who}")
WHY = Both(sv="    skäl: {why}", en="    reason: {why}")
IN_FORCE = Both(sv=", gäller nya resor sedan {since}", en=", in force for new journeys since {since}")
TO_NEW = Both(
    sv="Nya resor i {programme} börjar med version {version}.",
    en="New journeys of {programme} begin with version {version}.",
)
TO_SOME = Counted(
    Both(
        sv="{count} resa som pågår går över till version {version}. Se först vad det gör: {look}",
        en="{count} journey under way goes over to version {version}. See first what that does: {look}",
    ),
    Both(
        sv="{count} resor som pågår går över till version {version}. Se först vad det gör: {look}",
        en="{count} journeys under way go over to version {version}. See first what that does: {look}",
    ),
)
NEW_STAY = Both(
    sv="Nya resor börjar med samma version som förut.", en="New journeys begin with the same version as before."
)
BACK = Both(
    sv="{count} resor går tillbaka till version {version}.", en="{count} journeys go back to version {version}."
)
BACK_ONE = Both(sv="En resa går tillbaka till version {version}.", en="One journey goes back to version {version}.")
BACK_GOES_ON = Both(
    sv="Vägen tillbaka hade stoppats och går vidare. Resor kvar: {count}.",
    en="The way back had been stopped and goes on. Journeys left: {count}.",
)
BACK_NEW = Both(
    sv="Nya resor i {programme} börjar med version {version} igen.",
    en="New journeys of {programme} begin with version {version} again.",
)
AGAIN = Both(
    sv="{bulk} hade stoppats och går vidare där den var.", en="{bulk} had been stopped and goes on where it was."
)


class To(StrEnum):
    """Whom a version is rolled out to."""

    NEW = "new"
    ALL = "all"


Where = Annotated[
    list[str] | None, typer.Option("--where", help="Only those of whom this is true.", metavar="NAME=VALUE")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, in words: it stays beside what is done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer()


# ---- versions


@app.command("versions")
def show_versions(
    programme: Annotated[str | None, typer.Option(help="Only this programme.")] = None, as_json: AsJson = False
) -> None:
    """Show every version: when it was published, since when new journeys begin with it, how many journeys follow it."""
    run.at_desk(lambda desk: _versions(desk, programme), as_json=as_json)


async def _versions(desk: Desk, programme: str | None) -> Answer:
    found = await versions(desk.db, programme)
    return Answer([one.as_json() for one in found], tables.lines(_version(one, desk.language) for one in found))


def _version(found: Version, language: Language) -> str:
    published = tables.moment(found.published_at.isoformat())
    if found.by not in (None, SYSTEM):
        published += BY_WHOM[language].format(who=found.by_name or found.by)
    named = {"programme": found.programme, "version": found.version}
    line = VERSION.said(found.journeys, language, **named, published=published)
    if found.since is not None:
        line += IN_FORCE[language].format(since=tables.moment(found.since.isoformat()))
    return line if found.why is None else f"{line}\n{WHY[language].format(why=found.why)}"


@app.command("differences")
def differences(
    before: Annotated[int, typer.Argument(help="A published version.", metavar="FROM", max=MOST)],
    after: Annotated[int, typer.Argument(help="Another one.", metavar="TO", max=MOST)],
    programme: Annotated[str, typer.Option(help="The programme.")] = RELOCATE,
    as_json: AsJson = False,
) -> None:
    """Say in words what differs between two versions: steps, deadlines, roles, outcomes, letters."""

    async def work(desk: Desk) -> Answer:
        older, newer = [await load(desk.db, programme, version) for version in (before, after)]
        found = compare(older, newer)
        return Answer(found.model_dump(mode="json"), comparing.text(found, desk.language))

    run.at_desk(work, as_json=as_json)


# ---- roll-outs


@app.command("roll-out")
def roll_out_(
    version: Annotated[int, typer.Argument(help="A published version.", metavar="VERSION", max=MOST)],
    to: Annotated[To, typer.Option("--to", help="New journeys only, or those under way as well.")],
    *,
    programme: Annotated[str, typer.Option(help="The programme.")] = RELOCATE,
    where: Where = None,
    rate: Rate = None,
    reason: Reason = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Let journeys follow a version. With --where only those of whom it is true, and new ones as before."""

    async def work(desk: Desk) -> Answer:
        chosen = await conditions(desk.db, where or [])
        wanted = Wanted(programme, version, to.value, chosen, checked_rate(rate) or RATE, BY, checked_reason(reason))
        return await _roll_out(desk, wanted, yes=yes)

    run.at_desk(work, as_json=as_json)


async def _roll_out(desk: Desk, wanted: Wanted, *, yes: bool) -> Answer:
    now = desk.stack.pace.to_journey(datetime.now(UTC))
    if not yes and (declined := await _declined(desk, wanted, now)) is not None:
        return declined
    begun = await roll_out(desk.db, wanted, now)
    if wanted.to == "new":
        words = TO_NEW[desk.language].format(programme=wanted.programme, version=wanted.version)
        return Answer({"bulk": begun.bulk, **_asked(wanted)}, Text(words))
    return await _carry_out(desk, begun)


async def _declined(desk: Desk, wanted: Wanted, now: datetime) -> Answer | None:
    """What is said when it is not to be done after all."""
    number = await foreseen(desk.db, wanted, now)
    look = f"owner preview --version {wanted.version} --programme {wanted.programme}"
    words = {"programme": wanted.programme, "version": wanted.version}
    said = [TO_SOME.said(number, desk.language, **words, look=look)] if wanted.to == "all" else []
    said.append((NEW_STAY if wanted.where else TO_NEW)[desk.language].format(**words))
    return await many.declined(desk, {**_asked(wanted), "count": number}, tables.lines(said))


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {"programme": wanted.programme, "version": wanted.version, "to": wanted.to}


async def _carry_out(desk: Desk, begun: Begun) -> Answer:
    if begun.again:
        run.progress_console().print(Text(AGAIN[desk.language].format(bulk=begun.bulk)), soft_wrap=True)
    return await many.carry_out(desk, begun.bulk)


@app.command("roll-back")
def roll_back_(
    rollout: Annotated[str, typer.Argument(help="The id of a roll-out.", metavar="ROLLOUT_ID")],
    *,
    rate: Rate = None,
    reason: Reason = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a roll-out back: whoever it moved and still follows its version follows the one before."""

    async def work(desk: Desk) -> Answer:
        pace, words = checked_rate(rate) or RATE, checked_reason(reason)
        if not yes and (declined := await _back_declined(desk, rollout)) is not None:
            return declined
        return await _carry_out(desk, await roll_back(desk.db, rollout, rate=pace, by=BY, words=words))

    run.at_desk(work, as_json=as_json)


async def _back_declined(desk: Desk, rollout: str) -> Answer | None:
    """What is said when it is not to be taken back after all."""
    back = await way_back(desk.db, rollout, BY)
    would = [
        (BACK_ONE if number == 1 else BACK)[desk.language].format(count=number, version=version)
        for version, number in back.journeys.items()
    ]
    if back.left is not None:
        would.append(BACK_GOES_ON[desk.language].format(count=back.left))
    if back.for_new is not None:
        would.append(BACK_NEW[desk.language].format(programme=back.programme, version=back.for_new))
    asked = {"programme": back.programme, "rollout": rollout, "count": back.number, "for_new": back.for_new}
    return await many.declined(desk, asked, tables.lines(would))


@app.command("roll-outs")
def roll_outs(as_json: AsJson = False) -> None:
    """Show the latest roll-outs and ways back, newest first."""
    run.at_desk(_roll_outs, as_json=as_json)


async def _roll_outs(desk: Desk) -> Answer:
    found = await listed(desk.db, rollouts=True)
    return Answer(found, tables.lines([_roll_out_line(one, desk.language) for one in found] or [NONE[desk.language]]))


def _roll_out_line(found: dict[str, Any], language: Language) -> str:
    counts = many.COUNTS[language].format(**found["counts"])
    anybody = any(found["counts"][status] for status in ItemStatus)
    return "  ".join(
        [tables.moment(found["at"].isoformat()), many.head(found, language), *([counts] if anybody else [])]
    )
