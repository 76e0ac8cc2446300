"""What the owner of a programme types to let journeys follow another version, on a real stack, and to take it back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk, Typed
from tests.workflow.harness import eventually

Type = Callable[..., Typed]
SMALL = Path(__file__).parents[1] / "unit" / "drafts" / "small.yaml"
PEOPLE = "name;email;municipality\nKim Prov;kim.{0}@example.org;Lund\nÅsa Test;asa.{0}@example.org;Kiruna\n"
LONGER = ("due: {days: 5, after: received}", "due: {days: 9, after: received}")


class Plan:
    """A programme that no other test has, and its draft."""

    def __init__(self, folder: Path) -> None:
        self.name = f"small_{secrets.token_hex(4)}"
        self.draft = folder / "draft.yaml"
        self.draft.write_text(SMALL.read_text("utf-8").replace("programme: small", f"programme: {self.name}"), "utf-8")

    def change(self, old: str, new: str) -> None:
        text = self.draft.read_text("utf-8")
        assert old in text
        self.draft.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path)


@pytest.fixture
def two(type_: Type, plan: Plan, tmp_path: Path) -> list[str]:
    """Two journeys that follow the first version, one of somebody from Lund."""
    assert type_("owner", "publish", str(plan.draft)).code == 0
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE.format(secrets.token_hex(4)), "utf-8")
    taken = type_("coordinator", "intake", str(people), "--programme", plan.name, "--json").json
    return [entry["journey"] for entry in taken["accepted"]]


@pytest.fixture
async def talking(desk: Desk, two: list[str]) -> list[str]:
    """The same, once the talk of each is open."""
    for journey in two:
        await desk.opened(journey, "talk")
    return two


async def follow(desk: Desk, journeys: list[str], version: int) -> None:
    async def all_do() -> bool:
        count = "SELECT count(*) FROM journeys WHERE journey = ANY ($1) AND version = $2"
        return await desk.count(count, journeys, version) == len(journeys)

    await eventually(all_do, f"all follow version {version}")


async def test_a_draft_is_looked_at_published_rolled_out_and_taken_back(
    type_: Type, desk: Desk, plan: Plan, talking: list[str]
) -> None:
    programme = ("--programme", plan.name)
    plan.change(*LONGER)
    seen = type_("owner", "preview", str(plan.draft), "--json").json
    assert (seen["version"], seen["journeys"], seen["changed"], seen["already"], seen["silent"]) == (2, 2, 2, 0, [])
    (effect,) = seen["effects"]
    assert (effect["effect"], effect["step"], effect["journeys"]) == ("later", "talk", 2)
    said = type_("owner", "preview", str(plan.draft)).out
    assert said.startswith(f"{plan.name} version 2 in 2 journeys: changes 2, same 0, refused 0.\n")
    assert " -> " in said.splitlines()[-1]

    published = type_("owner", "publish", str(plan.draft), "--reason", "Five days are not enough", "--json").json
    assert published["version"] == 2
    _, newest = type_("owner", "versions", *programme).out.rstrip().split("\n", 1)
    assert " by owner, 0 journeys under way" in newest
    assert newest.endswith("reason: Five days are not enough")
    differs = type_("owner", "differences", "1", "2", *programme).out.splitlines()
    assert differs == [
        "Talk (steps.talk): changed",
        "    Done by:",
        "      - 5 days after the interest came in",
        "      + 9 days after the interest came in",
    ]
    assert len(type_("owner", "differences", "1", "2", *programme, "--json").json["chapters"]) == 1
    assert type_("owner", "differences", "1", "1", *programme).out == "Nothing differs.\n"
    assert type_("owner", "differences", "1", "9", *programme).refused().startswith(f"The programme {plan.name} has no")
    shown = type_("owner", "roll-out", "2", *programme, "--to", "all")
    assert (shown.code, shown.out.splitlines()[0].split(".")[0]) == (3, "2 journeys under way go over to version 2")
    await follow(desk, talking, 1)

    done = type_("owner", "roll-out", "2", *programme, "--to", "all", "--yes", "--json").json
    assert (done["what"], done["counts"]["done"]) == ("roll_out", 2)
    await follow(desk, talking, 2)
    again = type_("owner", "roll-out", "2", *programme, "--to", "all", "--yes")
    assert (
        again.refused()
        == f"Everybody in {plan.name} whom it is for follows version 2 already; look at: owner versions."
    )
    assert type_("owner", "preview", "--version", "2", *programme, "--json").json["already"] == 2

    asked = type_("owner", "roll-back", done["bulk"])
    assert (asked.code, asked.out.splitlines()) == (
        3,
        [
            "2 journeys go back to version 1.",
            f"New journeys of {plan.name} begin with version 1 again.",
            "Nothing has been done; add --yes to do it.",
        ],
    )
    await follow(desk, talking, 2)
    back = type_("owner", "roll-back", done["bulk"], "--yes", "--reason", "Too long", "--json").json
    assert (back["what"], back["counts"]["done"]) == ("roll_back", 2)
    await follow(desk, talking, 1)
    first, second = type_("owner", "versions", *programme, "--json").json
    assert (first["in_force"], first["journeys"], second["in_force"], second["journeys"]) == (True, 2, False, 0)
    assert type_("owner", "roll-back", done["bulk"], "--yes").refused().startswith("No journey follows the version")
    assert type_("owner", "roll-back", back["bulk"]).refused().startswith(f"{back['bulk']} is no roll-out")
    assert [one["bulk"] for one in type_("owner", "roll-outs", "--json").json][:2] == [back["bulk"], done["bulk"]]


async def test_a_version_may_be_for_some_and_those_that_cannot_follow_it_say_why(
    type_: Type, desk: Desk, plan: Plan, talking: list[str]
) -> None:
    lund, kiruna = talking
    assert type_("coordinator", "complete", f"{kiruna}.talk.1", "--outcome", "later").code == 0
    plan.change("talk", "chat")
    assert type_("owner", "publish", str(plan.draft)).code == 0
    programme = ("--programme", plan.name)
    refused = type_(
        "owner", "roll-out", "2", *programme, "--to", "all", "--where", f"journey={kiruna}", "--yes", "--json"
    )
    assert (refused.code, refused.json["counts"]["refused"]) == (2, 1)
    assert "The journey rests until talk opens" in refused.json["journeys"][0]["sentence"]
    some = ("--to", "all", "--where", "municipality=lund", "--yes", "--json")
    assert type_("owner", "roll-out", "2", *programme, *some).json["counts"]["done"] == 1
    await follow(desk, [lund], 2)
    await follow(desk, [kiruna], 1)
    assert await desk.opened(lund, "chat") == f"{lund}.chat.1"


def test_new_journeys_alone_follow_what_was_said_last(type_: Type, plan: Plan) -> None:
    for _ in range(2):
        assert type_("owner", "publish", str(plan.draft)).code == 0
        plan.change(*LONGER) if LONGER[0] in plan.draft.read_text("utf-8") else None
    programme = ("--programme", plan.name)
    assert type_("owner", "roll-out", "1", *programme, "--to", "new").code == 3
    said = type_("owner", "roll-out", "1", *programme, "--to", "new", "--yes")
    assert (said.code, said.out) == (0, f"New journeys of {plan.name} begin with version 1.\n")
    first, second = type_("owner", "versions", *programme, "--json").json
    assert (first["in_force"], second["in_force"]) == (True, False)
    assert ", in force for new journeys since " in type_("owner", "versions", *programme).out.splitlines()[0]


def test_what_cannot_be_rolled_out_or_looked_at_is_one_sentence(type_: Type, plan: Plan) -> None:
    unknown = type_("owner", "preview", str(plan.draft))
    assert unknown.refused().startswith(f"No version of the programme {plan.name} has been published")
    assert type_("owner", "publish", str(plan.draft)).code == 0
    for typed, said in (
        (("roll-out", "9", "--to", "all"), f"The programme {plan.name} has no version 9"),
        (("roll-out", "1", "--to", "new"), f"New journeys of {plan.name} begin with version 1 already"),
        (("roll-out", "1", "--to", "new", "--where", "step=talk"), "New journeys cannot be chosen among"),
        (("roll-out", "1", "--to", "all", "--where", "programme=relocate"), f"This is about {plan.name} alone"),
        (("preview",), "Give the file of a draft, or a published version"),
        (("preview", "--version", "1"), f"Nobody is on their way in {plan.name} yet"),
    ):
        assert type_("owner", *typed, "--programme", plan.name).refused().startswith(said)
    assert type_("owner", "roll-back", "r1").refused().startswith("r1 is no roll-out")
