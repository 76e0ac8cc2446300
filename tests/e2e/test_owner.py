"""What an owner types, on a real stack: a check publishes nothing, and the same content is the same version."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Typed

Type = Callable[..., Typed]
SMALL = Path(__file__).parents[1] / "unit" / "drafts" / "small.yaml"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A programme that no other test publishes."""
    file = tmp_path / "draft.yaml"
    text = SMALL.read_text(encoding="utf-8")
    file.write_text(text.replace("programme: small", f"programme: small_{secrets.token_hex(4)}"), encoding="utf-8")
    return file


def test_the_same_content_is_the_same_version_and_a_change_is_the_next(type_: Type, draft: Path) -> None:
    first = type_("owner", "publish", str(draft), "--json")
    assert (first.code, first.json["version"], first.err) == (0, 1, "")
    again = type_("owner", "publish", str(draft), "--json").json
    assert (again["version"], again["hash"]) == (1, first.json["hash"])
    draft.write_text("# a remark\n" + draft.read_text(encoding="utf-8"), encoding="utf-8")
    assert type_("owner", "publish", str(draft), "--json").json["version"] == 1
    changed = draft.read_text(encoding="utf-8").replace("due: {working_days: 3}", "due: {working_days: 4}", 1)
    draft.write_text(changed, encoding="utf-8")
    assert type_("owner", "publish", str(draft), "--json").json["version"] == 2


def test_a_draft_with_an_error_is_not_published(type_: Type, draft: Path) -> None:
    sound = draft.read_text(encoding="utf-8")
    draft.write_text(sound.replace("fallback: review", "fallback: revue"), encoding="utf-8")
    refused = type_("owner", "publish", str(draft), "--json")
    assert (refused.code, refused.json["problems"][0]["place"]["line"]) == (1, 5)
    draft.write_text(sound, encoding="utf-8")
    assert type_("owner", "publish", str(draft), "--json").json["version"] == 1


def test_a_check_needs_no_stack_and_publishing_says_that_there_is_none(
    type_: Type, draft: Path, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert type_("owner", "check", str(draft), "--data-dir", nowhere).code == 0
    assert "make run" in type_("owner", "publish", str(draft), "--data-dir", nowhere).refused(4)
