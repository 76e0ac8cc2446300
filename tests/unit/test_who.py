"""Who may do what: the whole table, written out anew, so that a change of a right is seen in review."""

from __future__ import annotations

import pytest

from console.menu import places
from console.who import RIGHTS, Act, Person, Role, Scope, Subject, may, reach

E, C, O = Scope.EVERY, Scope.CONCERNED, Scope.OWN  # noqa: E741 (letters of a table)

SYSTEMS = (Role.REGISTRAR, Role.REPORTER)
ROLES = tuple(role for role in Role if role not in SYSTEMS)
#   coordinator, project_leader, administrator, guide, housing_guide, study_counsellor, employer_contact,
#   programme_owner, operator, participant
TABLE: dict[Act, tuple[Scope | None, ...]] = {
    Act.WORK: (E, E, O, O, O, O, O, None, None, None),
    Act.FIND_PEOPLE: (E, E, E, None, None, None, None, None, None, None),
    Act.SEE_JOURNEY: (E, E, E, C, C, C, None, None, E, None),
    Act.SEE_CONTACT: (E, E, E, C, C, C, None, None, None, None),
    Act.SEE_ANSWERS: (E, E, None, None, None, None, None, None, None, None),
    Act.SEE_NOTES: (E, E, None, C, C, C, None, None, None, None),
    Act.FINISH: (E, E, O, O, O, O, O, None, None, None),
    Act.CLAIM: (E, E, O, O, O, O, O, None, None, None),
    Act.ASSIGN: (E, E, O, O, O, O, O, None, E, None),
    Act.SNOOZE: (E, E, O, O, O, O, O, None, None, None),
    Act.NOTE: (E, E, None, C, C, C, None, None, None, None),
    Act.NUDGE: (E, E, None, None, None, None, None, None, E, None),
    Act.UNDO: (E, E, O, O, O, O, O, None, None, None),
    Act.HOLD: (E, E, None, None, None, None, None, None, E, None),
    Act.RELEASE: (E, E, None, None, None, None, None, None, E, None),
    Act.EXTEND: (E, E, None, None, None, None, None, None, E, None),
    Act.WAIVE: (None, E, None, None, None, None, None, None, E, None),
    Act.GO_BACK: (E, E, None, None, None, None, None, None, E, None),
    Act.MOVE_DATE: (E, E, None, None, None, None, None, None, E, None),
    Act.EXIT: (E, E, None, None, None, None, None, None, None, None),
    Act.REOPEN: (E, E, None, None, None, None, None, None, None, None),
    Act.CORRECT: (E, E, None, None, None, None, None, None, None, None),
    Act.OPERATE: (None, E, None, None, None, None, None, None, E, None),
    Act.BULK: (None, E, None, None, None, None, None, None, E, None),
    Act.SEE_PROGRAMME: (E, E, E, E, E, E, None, E, E, None),
    Act.CHANGE_PROGRAMME: (None, None, None, None, None, None, None, E, None, None),
    Act.SEE_NUMBERS: (E, E, E, None, None, None, None, E, None, None),
    Act.ENTER_OPEN_EVENT: (E, E, E, None, None, None, None, None, None, None),
    Act.SEE_OWN_JOURNEY: (None, None, None, None, None, None, None, None, None, O),
    Act.INVITE_PARTICIPANT: (E, E, None, C, None, None, None, None, None, None),
    Act.START_JOURNEY: (E, E, None, None, None, None, None, None, None, None),
    Act.REPORT: (E, E, None, None, None, None, None, None, E, None),
    Act.CONFIRM_TOLD: (E, E, None, None, None, C, None, None, None, None),
    Act.ATTENDANCE: (E, E, E, C, None, None, None, None, None, None),
}
OF_SYSTEMS = {Act.START_JOURNEY: Role.REGISTRAR, Act.REPORT: Role.REPORTER}
"""What only systems do in roles of their own; they may nothing else."""

THEIRS = Subject("j1", frozenset({"guide"}), frozenset({"gui-1"}), role="guide", owner="gui-1")
"""A guide's task; nobody but guides has had a task in that journey."""


def person(role: Role | str, staff: str = "somebody") -> Person:
    return Person(staff, "Kim Påhittad", frozenset({role}), journey="j1" if role == Role.PARTICIPANT else None)


def test_the_table_says_all_that_there_is() -> None:
    assert set(TABLE) == set(Act) == set(RIGHTS)
    assert {
        act: {role: scope for role, scope in zip(ROLES, row, strict=True) if scope}
        | ({OF_SYSTEMS[act]: E} if act in OF_SYSTEMS else {})
        for act, row in TABLE.items()
    } == RIGHTS


@pytest.mark.parametrize("act", list(Act))
def test_a_right_reaches_as_far_as_the_table_says(act: Act) -> None:
    for role, scope in zip(ROLES, TABLE[act], strict=True):
        who = person(role)
        assert may(who, act) is (scope is not None)
        has = scope is not None
        if role is Role.PARTICIPANT:
            assert may(who, act, Subject("j1")) is has
            assert not may(who, act, Subject("j2"))
            continue
        own = Subject("j2", frozenset({role.value}), frozenset(), role=role.value)
        before = Subject("j2", frozenset({role.value}), frozenset(), role="another", owner="another")
        assert may(who, act, own) is has
        assert may(who, act, before) is (scope in (E, C))
        assert may(who, act, Subject("j2", frozenset({"another"}), role="another")) is (scope is E)


def test_how_far_a_right_goes_at_its_farthest() -> None:
    assert reach(person(Role.COORDINATOR), Act.FINISH) is E
    assert reach(person(Role.GUIDE), Act.FINISH) is O
    assert reach(person(Role.REPORTER), Act.FINISH) is None
    assert reach(Person("x", "Kim", frozenset({Role.GUIDE, Role.ADMINISTRATOR})), Act.SEE_JOURNEY) is E


def test_what_has_become_somebodys_is_theirs_whatever_their_role() -> None:
    lent = person(Role.HOUSING_GUIDE, "gui-1")
    assert may(lent, Act.FINISH, THEIRS)
    assert may(lent, Act.SEE_JOURNEY, THEIRS)
    assert not may(person(Role.HOUSING_GUIDE, "bos-1"), Act.SEE_JOURNEY, THEIRS)


def test_nobody_and_unknown_roles_may_nothing() -> None:
    for act in Act:
        assert not may(None, act)
        assert not may(None, act, THEIRS)
        assert not may(person("a_role_of_a_programme_to_come"), act, THEIRS)


def test_several_roles_add_up() -> None:
    both = Person("x", "Kim", frozenset({Role.GUIDE, Role.OPERATOR}))
    assert may(both, Act.WORK)
    assert may(both, Act.OPERATE)
    assert not may(both, Act.EXIT)


def test_the_menu_shows_what_somebody_may() -> None:
    def shown(role: Role) -> set[str]:
        return {place.path for place in places(person(role), "/")}

    assert {"/", "/find"} <= shown(Role.COORDINATOR)
    assert "/find" not in shown(Role.GUIDE)
    assert "/" not in shown(Role.OPERATOR)
    assert "/operations" in shown(Role.OPERATOR) & shown(Role.PROJECT_LEADER)
    assert "/operations" not in shown(Role.COORDINATOR)
    assert shown(Role.PARTICIPANT) == set()
    assert places(None, "/") == []


def test_the_menu_knows_where_somebody_is() -> None:
    def here(path: str) -> list[str]:
        return [place.path for place in places(person(Role.COORDINATOR), path) if place.here]

    assert here("/") == ["/"]
    assert here("/find") == ["/find"]
    assert here("/tasks/j.s.1") == []
    assert [place.path for place in places(person(Role.OPERATOR), "/operations/bulks") if place.here] == ["/operations"]
