"""The words in which a programme's rules are told, in both languages. Nothing is decided here."""

from __future__ import annotations

from schemas.base import Both
from schemas.clocks import Anchor, DayOff
from schemas.comparison import Aspect
from schemas.programme import Kind, OrganisationKind


def _both(sv: str, en: str) -> Both:
    return Both(sv=sv, en=en)


LABELS = {
    Aspect.TITLE: _both("Namn", "Name"),
    Aspect.KIND: _both("Slag", "Kind"),
    Aspect.PHASE: _both("Fas", "Phase"),
    Aspect.ROLE: _both("Vem", "Who"),
    Aspect.WAITING_ON: _both("Väntar på", "Waits for"),
    Aspect.NEEDS: _both("Öppnas när", "Opens when"),
    Aspect.WHEN: _both("Gäller bara om", "Only if"),
    Aspect.AFTER_EXIT: _both("Öppnas efter avslut", "Opens after leaving"),
    Aspect.DUE: _both("Klart senast", "Done by"),
    Aspect.DUE_AGAIN: _both("Klart senast, när steget görs om", "Done by, when the step is done again"),
    Aspect.REMIND: _both("Påminnelser", "Reminders"),
    Aspect.ESCALATE: _both("Om det blir sent", "If it gets late"),
    Aspect.END: _both("Om ingen någonsin svarar", "If nobody ever answers"),
    Aspect.OUTCOME: _both("Utfall ”{name}”", "Outcome “{name}”"),
    Aspect.OUTCOMES: _both("Utfallens ordning", "Order of the outcomes"),
    Aspect.FORM: _both("Formulär", "Form"),
    Aspect.EVENT: _both("Besked utifrån", "Report from outside"),
    Aspect.ACTION: _both("Görs av", "Done by"),
    Aspect.OPENS_WITH: _both("När steget öppnas", "When the step opens"),
    Aspect.COUNTS: _both("Räknas som", "Counts as"),
    Aspect.KEEP: _both("När något görs om", "When something is done again"),
    Aspect.VALID: _both("Gäller", "Valid for"),
    Aspect.HELP: _both("Hjälp", "Help"),
    Aspect.BY_PHONE: _both("Samtal", "A call"),
    Aspect.OWN_NAME: _both("Så kallar deltagaren det", "What participants call it"),
    Aspect.SAYS: _both("På deltagarens sida", "On the participant's page"),
    Aspect.OWN_ANSWERS: _both("Deltagaren kan själv svara", "The participant may answer"),
    Aspect.OWN_FIELDS: _both("Deltagaren kan också fylla i", "The participant may also fill in"),
    Aspect.FALLBACK: _both("Steg när inget annat är öppet", "Step when nothing else is open"),
    Aspect.UNDO: _both("Går att ta tillbaka", "Can be taken back"),
    Aspect.ORDER: _both("Ordning", "Order"),
    Aspect.PARTY: _both("Hör till", "Belongs to"),
    Aspect.GOOD: _both("Räknas som", "Counts as"),
    Aspect.ANYTIME: _both("Får väljas", "May be chosen"),
    Aspect.LETTERS: _both("Brev", "Letters"),
    Aspect.VALUES: _both("Svar", "Answers"),
    Aspect.FIGURES: _both("Värden", "Figures"),
    Aspect.MINUTES: _both("Längd", "Length"),
    Aspect.SUBJECT_SV: _both("Ämne på svenska", "Subject in Swedish"),
    Aspect.SUBJECT_EN: _both("Ämne på engelska", "Subject in English"),
    Aspect.BODY_SV: _both("Text på svenska", "Text in Swedish"),
    Aspect.BODY_EN: _both("Text på engelska", "Text in English"),
    Aspect.OPEN_HOURS: _both("Öppet", "Open"),
    Aspect.DAYS_OFF: _both("Lediga dagar", "Days off"),
    Aspect.QUIET: _both("Inga brev", "No letters"),
    Aspect.PER_DAY: _both("Brev om dagen, högst", "Letters a day, at most"),
    Aspect.SENDER: _both("Avsändare", "Sender"),
}

BY_PHONE = _both("Deltagaren kan be om en annan tid", "The participant may ask for another time")
CONFIRMED = _both("{said} (bekräftas av personalen)", "{said} (confirmed by staff)")
ANSWERS_AS = _both("{said} → ”{outcome}”", "{said} → “{outcome}”")

KINDS = {
    Kind.TASK: _both("Någon gör det", "Somebody does it"),
    Kind.WAIT: _both("En annan part svarar", "Somebody outside answers"),
    Kind.AUTOMATIC: _both("Sker av sig självt", "Happens by itself"),
    Kind.MILESTONE: _both("Milstolpe", "Milestone"),
}
ORGANISATIONS = {
    OrganisationKind.EMPLOYER: _both("arbetsgivare", "employer"),
    OrganisationKind.SCHOOL: _both("skola", "school"),
    OrganisationKind.LANDLORD: _both("hyresvärd", "landlord"),
    OrganisationKind.PARTNER: _both("partner", "partner"),
}
UNITS = {
    "days": (_both("{n} dag", "{n} day"), _both("{n} dagar", "{n} days")),
    "working_days": (_both("{n} arbetsdag", "{n} working day"), _both("{n} arbetsdagar", "{n} working days")),
    "office_hours": (_both("{n} kontorstimme", "{n} office hour"), _both("{n} kontorstimmar", "{n} office hours")),
}
ANCHORS = {
    Anchor.OPENED: _both("att steget öppnades", "the step opened"),
    Anchor.RECEIVED: _both("att intresset kom in", "the interest came in"),
    Anchor.EXITED: _both("att resan avslutades", "the journey ended"),
}
DAYS_OFF = {
    DayOff.NEXT: _both(
        "Är sista dagen ledig gäller nästa arbetsdag", "If the last day is off, the next working day counts"
    ),
    DayOff.PREVIOUS: _both(
        "Är sista dagen ledig gäller arbetsdagen före", "If the last day is off, the working day before counts"
    ),
    DayOff.KEEP: _both("Sista dagen gäller även om den är ledig", "The last day counts even if it is off"),
}
WEEKDAYS = (
    _both("måndag", "Monday"),
    _both("tisdag", "Tuesday"),
    _both("onsdag", "Wednesday"),
    _both("torsdag", "Thursday"),
    _both("fredag", "Friday"),
    _both("lördag", "Saturday"),
    _both("söndag", "Sunday"),
)

QUOTED = _both("”{name}”", "“{name}”")
AFTER = _both("{length} efter {anchor}", "{length} after {anchor}")
SAME_DAY = _both("Samma dag som {anchor}", "On the day that {anchor}")
BEFORE = _both("{length} före {anchor}", "{length} before {anchor}")
UNKNOWN_DATE = _both(
    "Så länge dagen inte är känd: {length} efter att steget öppnades",
    "As long as the day is not known: {length} after the step opened",
)
AT = _both("Klockan {at}", "At {at}")
FIXED = _both(
    "Dagen är någon annans och flyttas inte när resan vilar",
    "The date is somebody else's and does not move while the journey rests",
)
IN_CALENDAR = _both("Räknas i kalendern {name}", "Counted in the calendar {name}")

MORNINGS = _both("Varje arbetsdagsmorgon före sista dagen", "Each working morning before the last day")
AFTER_OPENING = _both("{length} efter att steget öppnades", "{length} after the step opened")
BEFORE_DUE = _both("{length} före sista stunden", "{length} before it is due")
AGAIN_EVERY = _both("{what}, och sedan med {every} emellan", "{what}, and then every {every}")
WHEN_DUE = _both("När tiden har gått ut", "When the time is up")
AFTER_DUE = _both("{length} efter att tiden gått ut", "{length} after the time is up")
LETTER_TO = _both("{what}: brevet ”{notice}” till {to}", "{what}: the letter “{notice}” to {to}")
REASSIGN = _both("uppgiften går till {role}", "the task goes to {role}")
LIKE_ALL = _both("Som för alla steg", "As for all steps")
NEVER = _both("Inga", "None")
ENDS_AS = _both("{when}: slutar av sig självt med ”{outcome}”", "{when}: ends by itself with “{outcome}”")
HANDED_TO = _both("{when}: lämnas över till {role}", "{when}: is handed over to {role}")

GO_ON = _both("Resan går vidare", "The journey goes on")
EXIT = _both("Lämnar programmet: {exit}", "Leaves the programme: {exit}")
AGAIN = _both(
    "”{step}” görs om, högst {n} gånger; därefter {then}",
    "“{step}” is done again, at most {n} times; after that {then}",
)
AGAIN_ONCE = _both(
    "”{step}” görs om, högst en gång; därefter {then}", "“{step}” is done again, at most once; after that {then}"
)
THEN_ON = _both("går resan vidare", "the journey goes on")
THEN_EXIT = _both("lämnas programmet: {exit}", "the programme is left: {exit}")
REST = _both(
    "Resan vilar {length} ({cause}) i väntan på {on}", "The journey rests for {length} ({cause}), waiting for {on}"
)
REST_UNTIL = _both("{rest}, eller till {until} om den är känd", "{rest}, or until {until} where that is known")
RESUMES = _both("Sedan öppnas ”{step}”", "Then “{step}” opens")
RESTS_AT_MOST = _both("Högst {n} gånger; därefter {then}", "At most {n} times; after that {then}")
RESTS_ONCE = _both("Högst en gång; därefter {then}", "At most once; after that {then}")
ASKS = _both("Måste besvaras: {names}", "Must be answered: {names}")
SETS = _both("Betyder att {fact} är {value}", "Means that {fact} is {value}")
SENDS = _both("Brevet ”{notice}” går till {to}", "The letter “{notice}” goes to {to}")
INVITES = _both("{sends}, med kallelse till {date}", "{sends}, with an invitation to {date}")
NOT_COUNTED = _both("Aktiviteten räknas inte", "The activity is not counted")

ENDED_WITH = _both("”{step}” har slutat med {outcomes}", "“{step}” has ended with {outcomes}")
REACHED = _both("”{step}” är nådd", "“{step}” is reached")
FACT_IS = _both("{fact} är {values}", "{fact} is {values}")
KEPT = _both("Behålls när ett tidigare steg görs om", "Is kept when an earlier step is done again")
UNDO_MINUTES = _both("I {n} minuter", "For {n} minutes")
NO_UNDO = _both("Inte alls", "Not at all")
GOOD = _both("Ett gott slut", "A good end")
PLAIN = _both("Ett vanligt slut", "A plain end")
ANYTIME = _both("När som helst av personalen", "By staff at any time")
BY_STEPS = _both("Bara av stegen", "By the steps only")
MINUTES = _both("Ett möte på {n} minuter", "An appointment of {n} minutes")
A_DAY = _both("En dag utan klockslag", "A day without a time")
OPEN = _both(
    "{opens} till {closes} ({days}); morgonbrev {morning}", "{opens} to {closes} ({days}); morning letters at {morning}"
)
RULES_OFF = _both("Enligt reglerna: {rules}", "By the rules: {rules}")
ALSO_OFF = _both("Dessutom lediga: {days}", "Off as well: {days}")
ALSO_OPEN = _both("Öppna ändå: {days}", "Open all the same: {days}")
QUIET = _both("Från {first} till {last}", "From {first} to {last}")
FROM_DAY = _both("{value} från {since}", "{value} from {since}")
SOURCE = _both("{said} ({source})", "{said} ({source})")

OWNER = _both("den som har uppgiften", "whoever has the task")
PARTICIPANT = _both("deltagaren", "the participant")
OR = _both(" eller ", " or ")
AND = _both(" och ", " and ")
