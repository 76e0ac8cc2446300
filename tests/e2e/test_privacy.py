"""Nothing but the database, and the letters themselves, knows who anybody is.

A person with unmistakable particulars goes some way through a journey; then everything that Temporal holds, the logs
and the names of all files are searched for them.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from temporalio.client import Client

from tests.e2e.conftest import ROOT, RunningStack
from tests.servers import wait_until
from workflows.connection import connect
from workflows.names import PROGRAMME_ATTRIBUTE

NAME, EMAIL, PHONE = "Qvintilia Zebrafors", "qvintilia.zebrafors@example.org", "070-174 06 98"
NOTE = "berättade om sin hund Xerxes"
AWAKE = "relocate_awake"
TRACES = ("vintilia", "ebrafors", "174 06 98", "701740698", "174 06 99", "701740699", "Xerxes")


async def test_no_history_log_or_file_name_tells_who_somebody_is(stack: RunningStack, tmp_path: Path) -> None:
    journey = _go_some_way(stack, tmp_path)
    client = await connect(stack.info.temporal_address, stack.info.namespace)
    said = await _everything_temporal_holds(client)
    assert journey in said, "the search must see the journey at all"
    assert PROGRAMME_ATTRIBUTE in said, "and by what it is found there"
    for trace in TRACES:
        assert trace.casefold() not in said.casefold()
    _logs_and_names_are_silent(stack)


def _without_quiet_hours(stack: RunningStack, tmp_path: Path) -> str:
    """Relocate, published under another name as a programme whose letters leave also when this is run at night."""
    words = (ROOT / "programmes" / "relocate.yaml").read_text(encoding="utf-8")
    for quiet, loud in (("programme: relocate", f"programme: {AWAKE}"), ("quiet_from: 20:00", "quiet_from: 08:00")):
        assert words.count(quiet) == 1
        words = words.replace(quiet, loud)
    file = tmp_path / f"{AWAKE}.yaml"
    file.write_text(words, encoding="utf-8")
    assert stack.type("owner", "publish", str(file)).code == 0
    return AWAKE


def _go_some_way(stack: RunningStack, tmp_path: Path) -> str:
    file = tmp_path / "people.csv"
    file.write_text(f"name,email,phone\n{NAME},{EMAIL},{PHONE}\n", encoding="utf-8")
    programme = _without_quiet_hours(stack, tmp_path)
    taken_in = stack.type("coordinator", "intake", str(file), "--programme", programme, "--json").json
    journey = str(taken_in["accepted"][0]["journey"])
    task = f"{journey}.welcome_call.1"

    def shown() -> dict[str, Any]:
        return dict(stack.type("operator", "show", journey, "--json").json)

    wait_until(lambda: any(found["id"] == task for found in shown()["tasks"]), "the welcome call")
    form = json.dumps({"note": NOTE})
    assert stack.type("coordinator", "complete", task, "--outcome", "willing", "--form", form).code == 0
    stack.type("coordinator", "complete", task, "--outcome", f"{NAME}", "--form", form).refused()
    stack.type("coordinator", "complete", task, "--outcome", "willing", "--key", NAME).refused()
    _mend(stack, journey)
    wait_until(lambda: any(EMAIL.encode() in mail.read_bytes() for mail in _mails(stack)), "a letter to the person")
    return journey


def _mend(stack: RunningStack, journey: str) -> None:
    """Reasons and corrections are words of people, and so is a key."""
    because = ("--reason", f"{NAME} {NOTE}", "--key", f"{NAME} ringde")
    assert stack.type("operator", "extend", f"{journey}.eligibility.1", "--to", "2099-01-07", *because).code == 0
    renamed = ("operator", "correct", journey, "--name", f"{NAME} Ek", "--phone", "070-174 06 99")
    assert stack.type(*renamed, *because[:2]).code == 0
    stack.type("operator", "back", journey, NAME, *because).refused()
    stack.type("operator", "hold", journey, "--cause", NAME, "--on", "project", "--review", "2099-01-07").refused()


def _mails(stack: RunningStack) -> list[Path]:
    return list(Path(stack.info.mail or "").rglob("*.eml"))


async def _everything_temporal_holds(client: Client) -> str:
    parts = []
    async for found in client.list_workflows():
        parts.append(f"{found.id} {found.search_attributes} {await found.memo()}")
        handle = client.get_workflow_handle(found.id, run_id=found.run_id)
        parts.append((await handle.fetch_history()).to_json())
        parts.append(_decoded(parts[-1]))
    return "\n".join(parts)


def _decoded(history: str) -> str:
    """The payloads of a history, which its JSON holds in base64."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("data"), str):
                found.append(base64.b64decode(value["data"]).decode("utf-8", "replace"))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(history))
    return "\n".join(found)


def _logs_and_names_are_silent(stack: RunningStack) -> None:
    logs = list((stack.data / "logs").iterdir())
    assert any(log.name.startswith("worker") for log in logs)
    said = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    names = "\n".join(str(path) for path in stack.data.rglob("*"))
    for trace in TRACES:
        assert trace.casefold() not in said.casefold()
        assert trace.casefold() not in names.casefold()
