"""What was done to a journey, said to a person: one sentence, then what it left in the journal."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from cli.journey_view import journal
from schemas.base import Both, Language
from schemas.events import EventKind
from schemas.mending import MatchEvent
from services.mending.acts import Mended, act_of

DONE = {
    "nudge": Both(sv="Påminnelsen går iväg.", en="The reminder goes out."),
    "extend": Both(sv="Uppgiften har fått mer tid.", en="The task has been given more time."),
    "assign": Both(sv="Uppgiften har fått en ny ägare.", en="The task has been given a new owner."),
    "hold": Both(sv="Resan vilar.", en="The journey rests."),
    "release": Both(sv="Resan går vidare.", en="The journey goes on."),
    "exit": Both(sv="Resan har lämnat programmet.", en="The journey has left the programme."),
    "reopen": Both(sv="Resan är öppen igen.", en="The journey is open again."),
    "waive": Both(sv="Steget är undantaget.", en="The step is done without."),
    "go_back": Both(sv="Resan har gått tillbaka.", en="The journey has gone back."),
    "undo": Both(sv="Det senaste är taget tillbaka.", en="What was done last is taken back."),
    "correct": Both(sv="Svaren är rättade.", en="The answers are corrected."),
    "identify": Both(sv="Personuppgifterna är rättade.", en="The particulars are corrected."),
    "move_date": Both(sv="Datumet är flyttat.", en="The date is moved."),
    "cover": Both(sv="Ersättaren är utsedd.", en="The stand-in is agreed."),
    "match": Both(sv="Beskedet är infört.", en="The report is applied."),
    "adopt": Both(sv="Resan följer den nya versionen.", en="The journey follows the new version."),
}
"""What each act comes to."""

WAITS = Both(sv="Beskedet väntar på sitt steg.", en="The report waits for its step.")
BEFORE = Both(sv="Redan gjort tidigare:", en="Done already before:")
SHORTLY = Both(sv="Det är sparat och syns i listorna om en stund.", en="It is saved and shows in the lists shortly.")


def text(done: Mended, language: Language) -> Group:
    """What happened, with what opened, closed and moved."""
    parked = isinstance(done.command, MatchEvent) and any(e.kind is EventKind.EVENT_PARKED for e in done.events)
    said = (WAITS if parked else DONE[act_of(done.command)])[language]
    lines = [f"{BEFORE[language]} {said}" if done.receipt.repeated else said]
    if not done.visible:
        lines.append(SHORTLY[language])
    lines += [note[language] for note in done.notes]
    events = [event.model_dump(mode="json") for event in done.events]
    return Group(Text("\n".join(lines)), *([journal(events, language)] if events else []))
