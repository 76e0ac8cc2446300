"""The way of a link on a real stack: typed by staff, written by the courier, opened by the participant once."""

from __future__ import annotations

import re
import secrets
import time
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlencode

import httpx

from tests.e2e.conftest import RunningStack, Type

PATIENCE = 60.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/my/in/(\S+)")


def letters(mail: Path, address: str) -> list[str]:
    """The texts of what was written to somebody, the oldest first."""
    found = []
    for path in sorted(mail.rglob("*.eml"), key=lambda each: each.stat().st_mtime):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = letter.get_body(("plain",))
        if address in str(letter["To"]) and body is not None:
            found.append(str(body.get_content()))
    return found


def test_a_link_is_sent_opens_the_page_once_and_is_closed_again(
    type_: Type, stack: RunningStack, tmp_path: Path
) -> None:
    address = f"kim.{secrets.token_hex(5)}@example.org"
    people = tmp_path / "people.csv"
    people.write_text(f"namn;e-post;telefon\nKim Prov;{address};070-174 06 55\n", encoding="utf-8")
    entered = type_("coordinator", "intake", str(people), "--json")
    journey = entered.json["accepted"][0]["journey"]
    sent = type_("coordinator", "link", journey)
    assert (sent.code, "new link is being sent" in sent.out) == (0, True), sent
    assert "/my/in/" not in sent.out, "whoever types it never sees it"
    deadline = time.monotonic() + PATIENCE
    while not (wanted := [text for text in letters(stack.data / "mail", address) if "bett om" in text]):
        assert time.monotonic() < deadline, letters(stack.data / "mail", address)
        time.sleep(0.5)
    console, token = LINK.findall(wanted[0])[0]
    with httpx.Client(base_url=console) as browser:
        page = browser.get(f"/my/in/{token}")
        form = re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]
        came = browser.post(f"/my/in/{token}", content=urlencode({"form_token": form}), headers=FORM)
        assert (came.status_code, came.headers["location"]) == (303, "/my")
        assert "Hej Kim!" in browser.get("/my").text
        closed = type_("coordinator", "link", journey, "--revoke", "--json")
        assert (closed.code, closed.json) == (0, {"journey": journey, "closed": True})
        assert browser.get("/my").status_code == 303
    assert "There is no journey" in type_("coordinator", "link", "j-nobody").refused()
    for log in (stack.data / "logs").rglob("*.log"):
        assert token not in log.read_text(encoding="utf-8", errors="replace"), log
