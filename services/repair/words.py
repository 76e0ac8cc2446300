"""What is said of a journey that was not in order: what was found, and what to do, in both languages."""

from __future__ import annotations

from enum import StrEnum

from schemas.base import Both


class What(StrEnum):
    """What may be found: a closed set, in the order in which it is shown."""

    BEHIND = "behind"
    WRONG = "wrong"
    NOT_BEGUN = "not_begun"
    UNKNOWN_PERSON = "unknown_person"
    NOT_CARRIED_ON = "not_carried_on"
    AHEAD = "ahead"
    TURNED_BACK = "turned_back"
    INCOMPLETE = "incomplete"
    NO_ANSWER = "no_answer"


NOTHING = Both(sv="Inget behöver göras.", en="Nothing needs doing.")
LOOK_AGAIN = Both(sv="operator reconcile {journey}", en="operator reconcile {journey}")

SENTENCES = {
    What.BEHIND: Both(
        sv="Händelserna {first} till {last} fanns inte i journalen ({count}).",
        en="Events {first} to {last} were not in the journal ({count}).",
    ),
    What.WRONG: Both(sv="Listorna stämde inte med journalen.", en="The lists did not agree with the journal."),
    What.NOT_BEGUN: Both(
        sv="Resan var nedskriven men inte påbörjad.", en="The journey was written down but not begun."
    ),
    What.UNKNOWN_PERSON: Both(
        sv="Resan pågår, men databasen vet inte längre vem den gäller.",
        en="The journey goes on, but the database no longer knows who it is about.",
    ),
    What.NOT_CARRIED_ON: Both(
        sv="Resan pågår enligt databasen, men inte i Temporal.",
        en="The journey is under way in the database, but not in Temporal.",
    ),
    What.AHEAD: Both(
        sv="Journalen har kommit till {last}, resan själv bara till {reached}: Temporal har gått tillbaka i tiden.",
        en="The journal has come to {last}, the journey itself only to {reached}: Temporal has gone back in time.",
    ),
    What.TURNED_BACK: Both(
        sv="Temporal hade gått tillbaka i tiden. Händelserna {first} till {last} är lagda åt sidan; {count} av det som "
        "människor hade gjort är gjort igen.",
        en="Temporal had gone back in time. Events {first} to {last} are laid aside; of what people had done {count} "
        "is done again.",
    ),
    What.INCOMPLETE: Both(
        sv="Händelserna {first} till {last} finns varken i journalen eller i Temporal ({count}).",
        en="Events {first} to {last} are neither in the journal nor in Temporal ({count}).",
    ),
    What.NO_ANSWER: Both(sv="Resan svarade inte.", en="The journey did not answer."),
}

TODO = {
    What.UNKNOWN_PERSON: Both(
        sv="Ta reda på vem det är och rätta det: operator correct {journey} --name … --email … --reason …",
        en="Find out who it is and correct it: operator correct {journey} --name … --email … --reason …",
    ),
    What.NOT_CARRIED_ON: Both(
        sv="Lägg tillbaka Temporals egen databas; går det inte, ta in personen på nytt.",
        en="Put Temporal's own database back; if that cannot be done, take the person in anew.",
    ),
    What.AHEAD: Both(
        sv="Gör inget med resan. Lägg tillbaka en nyare kopia av Temporals databas. Finns ingen: "
        "operator reconcile {journey} --turn-back",
        en="Do nothing with the journey. Put back a newer copy of Temporal's database. Where there is none: "
        "operator reconcile {journey} --turn-back",
    ),
    What.INCOMPLETE: Both(
        sv="Lägg tillbaka en nyare säkerhetskopia av databasen och kör operator reconcile igen.",
        en="Put back a newer backup of the database and run operator reconcile again.",
    ),
    What.NO_ANSWER: Both(
        sv="Se till att allt är igång (make run) och kör: operator reconcile {journey}",
        en="See that everything runs (make run), then: operator reconcile {journey}",
    ),
}
"""What somebody must do. All else is mended by the command itself."""

FORMS = Both(sv=" Formulären till {steps} är borta.", en=" The forms of {steps} are lost.")
DO_AGAIN = Both(
    sv="Gör det här igen för hand, om det fortfarande gäller: {left}. Se: operator show {journey}",
    en="Do this again by hand, if it still holds: {left}. See: operator show {journey}",
)
ASK_AGAIN = Both(sv="Fråga igen om det som stod i formulären.", en="Ask again for what stood in the forms.")
VERSION = Both(
    sv="{programme} version {version} saknar sina egna ord i breven och lånar en annan versions: publicera filen igen "
    "(owner publish).",
    en="{programme} version {version} lacks the words of its letters and borrows another version's: publish its file "
    "again (owner publish).",
)
