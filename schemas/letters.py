"""The words a message may leave open, and what is wrong with a template.

One closed list for everybody: programmes are checked against it at publication and the courier fills it in. Nothing
here knows a person, a clock or a mail server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemas.base import Both, Language, Model
from schemas.programme import Template

STANDARD = frozenset(
    {
        "reminder",
        "overdue",
        "escalation",
        "handed_over",
        "hold_review",
        "released",
        "interest_again",
        "goodbye",
        "information",
        "invitation",
        "cancellation",
        "link",
        "time_wished",
    }
)
"""The messages that have words of their own where a programme gives none."""

_HOLE = re.compile(r"\{([A-Za-z0-9_]*)\}")


class Placeholder(Model):
    """What stands in for a word. `missing` is said when there is nothing to say, so that the sentence still reads.

    `staff_only` marks what would tell a bystander what the message is about: a participant's letter never has it.
    """

    meaning: Both
    missing: Both
    staff_only: bool = False


def _placeholder(sv: str, en: str, missing_sv: str, missing_en: str, *, staff_only: bool = False) -> Placeholder:
    return Placeholder(meaning=Both(sv=sv, en=en), missing=Both(sv=missing_sv, en=missing_en), staff_only=staff_only)


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "name": _placeholder("mottagarens förnamn", "the receiver's first name", "där", "there"),
    "due": _placeholder("när uppgiften ska vara klar", "when the task is due", "så snart du kan", "as soon as you can"),
    "opened": _placeholder("när uppgiften öppnades", "when the task was opened", "tidigare", "earlier"),
    "owner_name": _placeholder(
        "den som har hand om uppgiften", "who looks after the task", "din kontaktperson", "your contact person"
    ),
    "owner_phone": _placeholder(
        "telefonnumret till den personen", "that person's phone number", "det nummer du har", "the number you have"
    ),
    "appointment": _placeholder(
        "den bokade tiden", "the appointed time", "en tid vi kommer överens om", "a time that we agree on"
    ),
    "step": _placeholder("stegets namn", "the step's title", "nästa steg", "the next step", staff_only=True),
    "journey": _placeholder("resans id", "the journey's id", "-", "-", staff_only=True),
    "task": _placeholder("uppgiftens id", "the task's id", "-", "-", staff_only=True),
    "outcomes": _placeholder("uppgiftens utfall", "the task's outcomes", "UTFALL", "OUTCOME", staff_only=True),
    "programme_title": _placeholder(
        "programmets namn", "the programme's title", "programmet", "the programme", staff_only=True
    ),
    "overdue_by": _placeholder(
        "hur sen uppgiften är", "how late the task is", "ingen försening", "no delay", staff_only=True
    ),
}
"""Every placeholder there is. In a template it stands in braces: `{due}`."""


def fill(text: str, values: Mapping[str, str], language: Language, *, to_participant: bool) -> str:
    """Put words into a template's text.

    What has no value, and what a participant may not be told, gets its `missing` words. Braces that are no
    placeholder stay as they are, and nothing inside a value is filled in again.
    """

    def word(hole: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(hole[1])
        if placeholder is None:
            return hole[0]
        hidden = placeholder.staff_only and to_participant
        return (None if hidden else values.get(hole[1])) or placeholder.missing[language]

    return _HOLE.sub(word, text)


def check_template(template: Template, *, to_participant: bool = False) -> list[str]:
    """Everything wrong with a template, a sentence each, beginning with the place (`subject.sv`); none when sound.

    `to_participant` says that some rule sends it to the participant.
    """
    return [
        f"{part}.{language}: {problem}"
        for part, words in (("subject", template.subject), ("body", template.body))
        for language, text in (("sv", words.sv), ("en", words.en))
        for problem in _problems(text, subject=part == "subject", to_participant=to_participant)
    ]


def _problems(text: str, *, subject: bool, to_participant: bool) -> Iterator[str]:
    if not text.strip():
        yield "is empty; write what the message should say"
    if subject and len(text.strip().splitlines()) > 1:
        yield "has more than one line; a subject is one line"
    for name in dict.fromkeys(_HOLE.findall(text)):
        placeholder = PLACEHOLDERS.get(name)
        if placeholder is None:
            yield f"{{{name}}} is no placeholder; use one of: {_listed(to_participant=to_participant)}"
        elif placeholder.staff_only and to_participant:
            yield f"{{{name}}} would tell others what the message is about; leave it out of messages to participants"
    if re.search(r"[{}]", _HOLE.sub("", text)):
        yield "has a brace that belongs to no placeholder; remove it"


def _listed(*, to_participant: bool) -> str:
    allowed = (name for name, entry in PLACEHOLDERS.items() if not (entry.staff_only and to_participant))
    return ", ".join(f"{{{name}}}" for name in allowed)
