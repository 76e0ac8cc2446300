"""Who takes part in the demonstration, and what is to become of them. Data only, all of it made up.

Each participant has a destiny: the outcomes that differ from the usual way, the steps that somebody forgets or does
late, what outside parties report and when. The usual outcome of a step is the first one in the programme file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.base import Both, Language

NOBODY: Mapping[str, int] = {}
USUAL: Mapping[str, tuple[str, ...]] = {"guide_support": ("contact_made", "enough")}
"""Where even the usual way is not the first outcome every time."""


@dataclass(frozen=True)
class Staff:
    """Somebody who works with participants. `away` are the demonstration's days (first, last) without them."""

    staff: str
    name: str
    roles: tuple[str, ...]
    language: Language = "sv"
    away: tuple[int, int] | None = None


@dataclass(frozen=True)
class Report:
    """Something that an outside system reports on a day, whether its step is open or not."""

    day: int
    type: str
    outcome: str


@dataclass(frozen=True)
class Part:
    """One participant. Days count from 1, the demonstration's first.

    `outcomes` are by step, one for each time it is opened, the last one for good. `late` says how many working days
    after it was due a step is done, `early` how many after it opened. `forgotten` steps are done by nobody but the
    project leader, `silent` ones by nobody at all. `ends` is the exit to expect, None for somebody still under way.
    """

    name: str
    destiny: Both
    ends: str | None
    arrives: int = 1
    language: Language = "sv"
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=lambda: NOBODY)
    early: Mapping[str, int] = field(default_factory=lambda: NOBODY)
    forgotten: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    reports: tuple[Report, ...] = ()
    leaves: tuple[int, str] | None = None
    again: int | None = None

    def outcome(self, step: str, generation: int, usual: str) -> str:
        """How the step ends for this participant, this time."""
        listed = self.outcomes.get(step) or USUAL.get(step) or (usual,)
        return listed[min(generation, len(listed)) - 1]


STAFF = (
    Staff("pm-1", "Petra Exempel", ("coordinator",)),
    Staff("pm-2", "Per Prov", ("coordinator",), "en", away=(12, 19)),
    Staff("pl-1", "Lena Mönster", ("project_leader",)),
    Staff("adm-1", "Adam Test", ("administrator",)),
    Staff("gui-1", "Gun Sample", ("guide",), "en"),
    Staff("bos-1", "Bosse Exempel", ("housing_guide",), away=(43, 52)),
    Staff("vux-1", "Vera Prov", ("study_counsellor",)),
)

BRISK = {
    "enrolment": 1,
    "mapping": 1,
    "matching": 2,
    "job_offer": 1,
    "temporary_home": 2,
    "move_decision": 1,
    "permanent_home": 10,
    "guide_support": 3,
}
"""Where things go quickly: working days after the step has opened."""
STUDY = {"mapping": ("to_study",), "job_offer": ("accepted_if_trained",)}

PARTS = (
    Part(
        "Alva Exempel",
        Both(sv="Jobb, flytt, arbete", en="Job, move, work"),
        "OK1",
        outcomes={"permanent_home": ("stays_temporary",)},
        early=BRISK,
    ),
    Part(
        "Carla Test",
        Both(sv="Vill inte flytta", en="Does not want to move"),
        "X2",
        arrives=3,
        language="en",
        outcomes={"welcome_call": ("not_willing",)},
    ),
    Part(
        "Dawit Prov",
        Both(sv="Nås aldrig", en="Is never reached"),
        "X4",
        arrives=2,
        outcomes={"welcome_call": ("not_reached",)},
    ),
    Part(
        "Jonas Sample",
        Both(sv="Glöms, lämnas över; ingen vill ha", en="Forgotten, handed over; not chosen"),
        "X6",
        forgotten=frozenset({"welcome_call"}),
        outcomes={"matching": ("no_match",)},
    ),
    Part(
        "Farid Mönster",
        Both(sv="Studier: besked i förtid, ej antagen", en="Studies: an early answer, not admitted"),
        "X8",
        arrives=2,
        outcomes={**STUDY, "admission": ("rejected",)},
        wishes={"needs_ike": "yes"},
        reports=(Report(9, "ike.decided", "granted"),),
    ),
    Part(
        "Hassan Påhittad",
        Both(sv="Resan ställs in", en="The trip is cancelled"),
        "X11",
        arrives=8,
        outcomes={"speed_interview": ("to_trip",), "trip_booking": ("cancelled", "interest_lost")},
        late={"trip_offer": 2},
    ),
    Part(
        "Ines Exempel",
        Both(sv="Kanske, vilar, kommer tillbaka", en="Maybe, rests, comes back"),
        "OK3",
        arrives=3,
        language="en",
        outcomes={"welcome_call": ("maybe", "willing"), "move_decision": ("works_without_moving",)},
        early=BRISK,
    ),
    Part(
        "Greta Prov",
        Both(sv="Hittar ingen bostad", en="Finds no home"),
        "X9",
        arrives=4,
        outcomes={"temporary_home": ("not_found",)},
    ),
    Part(
        "Kim Test",
        Both(sv="Anmäler sig igen, svarar sedan aldrig", en="Registers again, then never answers"),
        "X4",
        arrives=9,
        outcomes={"speed_interview": ("to_trip",)},
        silent=frozenset({"trip_offer", "insight_course"}),
        again=21,
    ),
    Part(
        "Elsa Sample",
        Both(sv="Får jobb på annan ort", en="Finds work elsewhere"),
        "X12",
        arrives=10,
        late={"eligibility": 1, "matching": 2},
        leaves=(38, "X12"),
    ),
    Part(
        "Linn Mönster",
        Both(sv="Studievägen, med familj", en="The study route, with family"),
        None,
        outcomes=STUDY,
        wishes={"brings_family": "yes", "has_children": "yes", "partner_plan": "yes", "needs_ike": "yes"},
        late={"ike_decision": 4},
    ),
    Part(
        "Bilal Påhittad",
        Both(sv="Resa, jobb, sen flytt", en="Trip, job, a late move"),
        None,
        arrives=8,
        outcomes={"speed_interview": ("to_trip",)},
        early={"trip_follow_up": 4},
    ),
)
"""Twelve destinies. The first of them are settled early, for those who look at a few only."""

STUDENT = Part(
    "Signe Exempel",
    Both(sv="Hela studievägen", en="The whole study route"),
    "OK1",
    outcomes={**STUDY, "guide_support": ("contact_made",)},
    wishes={"foreign_citizen": "yes", "needs_ike": "yes", "income": "csn"},
)
"""The one who studies for nine months, on the server whose clock skips."""
