"""What an owner types to see how people fare: the same numbers for people, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from tests.e2e.conftest import Typed

Type = Callable[..., Typed]


def test_the_same_numbers_are_shown_printed_as_json_and_as_a_file(type_: Type) -> None:
    data = type_("owner", "numbers", "--json").json
    assert (data["programme"], data["period"], data["promised_days"]) == ("relocate", "all", 3)
    everybody = data["sheets"]["milestones"]["rows"][0]
    assert everybody["key"] == "counts.interest"
    assert everybody["values"]["any_gender"] >= 6
    file = type_("owner", "numbers", "--csv", "--lang", "en")
    assert (file.code, file.err) == (0, "")
    lines = list(csv.reader(io.StringIO(file.out.lstrip("\ufeff")), delimiter=";"))
    assert lines[0] == ["Programme", "Relocate"]
    assert any(line[:2] == ["Interest registered", str(everybody["values"]["any_gender"])] for line in lines if line)
    shown = type_("owner", "numbers", "--lang", "sv")
    assert "Mötta på öppna evenemang räknas för sig" in shown.out
    assert "Intresseanmälan" in shown.out


def test_what_cannot_be_shown_is_refused_in_one_sentence(type_: Type) -> None:
    assert "2026-Q4" in type_("owner", "numbers", "--period", "2026-11").refused()
    assert "jobbtorget" in type_("owner", "numbers", "--partner", "jobbtorget").refused()
    assert "publish" in type_("owner", "numbers", "--programme", "nothing").refused()
    assert "not both" in type_("owner", "numbers", "--json", "--csv", "--lang", "en").refused()
