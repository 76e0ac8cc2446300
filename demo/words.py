"""The demonstration's words, in both languages. Words only."""

from __future__ import annotations

from schemas.base import Both
from schemas.events import EventKind, Purpose

WEEKDAYS = Both(sv="mån tis ons tor fre lör sön", en="Mon Tue Wed Thu Fri Sat Sun")
DAY = Both(sv="dag", en="day")
SAID = {
    EventKind.JOURNEY_STARTED: Both(sv="en intresseanmälan kommer in: {destiny}", en="an interest comes in: {destiny}"),
    EventKind.INTEREST_JOINED: Both(
        sv="anmäler sig igen: samma resa, ingen dubblett", en="registers again: the same journey, nobody twice"
    ),
    EventKind.TASK_REMINDED: Both(sv="påminnelse till {to}: {step}", en="reminder to {to}: {step}"),
    EventKind.TASK_OVERDUE: Both(sv="FÖRSENAT hos {owner}: {step}", en="OVERDUE with {owner}: {step}"),
    EventKind.TASK_ESCALATED: Both(sv="eskaleras till {to}: {step}", en="escalated to {to}: {step}"),
    EventKind.TASK_HANDED_OVER: Both(sv="lämnas över till {to}: {step}", en="handed over to {to}: {step}"),
    EventKind.TASK_COMPLETED: Both(
        sv="ingen svarade, avslutas av sig självt: {step}, {outcome}",
        en="nobody answered, ends by itself: {step}, {outcome}",
    ),
    EventKind.MILESTONE_REACHED: Both(sv="milstolpe: {step}", en="milestone: {step}"),
    EventKind.JOURNEY_HELD: Both(sv="vilar i väntan på {on}", en="rests, waiting for {on}"),
    EventKind.JOURNEY_RELEASED: Both(sv="går vidare efter vilan", en="goes on after the rest"),
    EventKind.EVENT_PARKED: Both(
        sv="besked i förväg, sparas tills steget öppnas: {outcome}",
        en="an early answer, kept until its step opens: {outcome}",
    ),
    EventKind.EVENT_REFUSED: Both(sv="besked som inte går in: {reason}", en="a report that does not fit: {reason}"),
    EventKind.TIME_WISHED: Both(sv="ber om en annan tid", en="asks for another time"),
    EventKind.JOURNEY_EXITED: Both(sv="lämnar programmet: {exit}", en="leaves the programme: {exit}"),
}
TAKEN_OVER = Both(sv=" (tar över)", en=" (takes over)")
DONE = Both(sv="klart: {steps}", en="done: {steps}")
LETTERS = Both(sv="brev som gick ut: {count} ({kinds})", en="letters that went out: {count} ({kinds})")
PURPOSES = {
    Purpose.REMINDER: Both(sv="påminnelse", en="reminder"),
    Purpose.ESCALATION: Both(sv="eskalering", en="escalation"),
    Purpose.INFORMATION: Both(sv="besked", en="message"),
    Purpose.INVITATION: Both(sv="kallelse", en="invitation"),
    Purpose.CANCELLATION: Both(sv="avbokning", en="cancellation"),
    Purpose.LINK: Both(sv="länk", en="link"),
}
PARTICIPANT = Both(sv="deltagaren", en="the participant")
HEADS = {
    "journey": Both(sv="Resa", en="Journey"),
    "destiny": Both(sv="Öde", en="Destiny"),
    "stands": Both(sv="Läge", en="Stands"),
    "days": Both(sv="Dagar", en="Days"),
    "done": Both(sv="Klara", en="Done"),
    "reminders": Both(sv="Påminn.", en="Remind."),
    "escalations": Both(sv="Eskal.", en="Escal."),
    "letters": Both(sv="Brev", en="Letters"),
    "date": Both(sv="Datum", en="Date"),
    "what": Both(sv="Vad", en="What"),
    "due": Both(sv="Senast", en="Due"),
    "kept": Both(sv="I tid", en="In time"),
}
UNDER_WAY = Both(sv="pågår", en="under way")
FOLLOWED_UP = Both(sv="följs upp", en="being followed up")
OUTCOMES = Both(sv="Så gick det", en="How it went")
TIMELINE = Both(sv="Dag för dag", en="Day by day")
RESTS = Both(sv="vilar", en="rests")
LATE = Both(sv="försenat eller eskalerat", en="overdue or escalated")
TOTALS = Both(
    sv="Brev som mejlservern tog emot: {letters}. Påminnelser: {reminders}. Försenade uppgifter: {overdue}. "
    "Eskaleringar: {escalations}. Har lämnat programmet: {ended}. Ännu på väg när demonstrationen slutar: {open}.",
    en="Letters accepted by the mail server: {letters}. Reminders: {reminders}. Tasks overdue: {overdue}. "
    "Escalations: {escalations}. Have left the programme: {ended}. Still under way as the demonstration ends: {open}.",
)
EXPLAINED = Both(sv="Varför väntar {journey}?", en="What is {journey} waiting for?")
STUDY_BEGINS = Both(
    sv="Nu hela studievägen, på en server vars klocka hoppar över tiden när ingenting händer …",
    en="Now the whole study route, on a server whose clock skips the time in which nothing happens …",
)
STUDY_TITLE = Both(
    sv="Studievägen: {months} månader på {seconds} sekunder",
    en="The study route: {months} months in {seconds} seconds",
)
STUDY_ALL_KEPT = Both(
    sv="Alla {count} uppgifter blev klara i tid; {reminders} påminnelser gick ut på vägen, ingenting eskalerades.",
    en="All {count} tasks were done in time; {reminders} reminders went out on the way, nothing was escalated.",
)
STUDY_SOME_LATE = Both(
    sv="{late} av {count} uppgifter blev sena: {steps}.", en="{late} of {count} tasks were late: {steps}."
)
STUDY_NOT_OVER = Both(
    sv="Studievägen hann inte till slutet; {steps} är öppet.",
    en="The study route did not reach its end; open: {steps}.",
)
YES, NO = Both(sv="ja", en="yes"), Both(sv="nej", en="no")
BEGINS = Both(
    sv="{people} påhittade deltagare, {days} dagar à {day}. Servrarna är riktiga, breven läser ingen.",
    en="{people} made-up participants for {days} days, {day} each. The servers are real; nobody reads the letters.",
)
STARTING = Both(sv="Startar servrarna …", en="Starting the servers …")
DAYS_BAR = Both(sv="Programmet, dagar", en="The programme, days")
STUDY_BAR = Both(sv="Studievägen, dagar", en="The study route, days")
INTERRUPTED = Both(
    sv="Avbrutet. Allt som startades är stoppat.", en="Interrupted. Everything that was started is stopped."
)
FAILED = Both(
    sv="Demonstrationen kunde inte slutföras ({kind}); kör den igen med --keep så sparas loggarna.",
    en="The demonstration could not be completed ({kind}); run it again with --keep to have the logs kept.",
)
KEPT = Both(sv="Data och loggar finns kvar i {place}.", en="Data and logs are kept in {place}.")
