"""One row of an intake file: what a person may write in each column, and what becomes of a row that cannot be used.

Pure. Everything wrong with a row is said at once, and never by repeating what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NoReturn, TypeVar

from journey.errors import Refusal
from schemas.base import Both, Instant, Language, Line, Model, Text
from schemas.people import IdNumber, Refused, email_key, phone_key
from services.errors import both
from services.intake import errors

T = TypeVar("T")
ToUtc = Callable[[datetime], datetime]

Wish = Literal["job", "study", "both"]
MOST_PER_HOUSEHOLD = 20
LONGEST = 200
OLDEST_YEAR = 2000
AHEAD = timedelta(days=1)  # clocks and time zones differ, interests from next week do not exist

# Column names in lower case and without anything but letters and digits.
COLUMNS: dict[str, str] = {
    **dict.fromkeys(("name", "namn", "fullname", "fullständigtnamn"), "name"),
    **dict.fromkeys(("email", "epost", "mejl", "mail", "mejladress", "epostadress", "emailaddress"), "email"),
    **dict.fromkeys(("phone", "telefon", "telefonnummer", "mobil", "mobilnummer", "phonenumber", "mobile"), "phone"),
    **dict.fromkeys(("language", "språk"), "language"),
    **dict.fromkeys(("municipality", "kommun", "hemkommun"), "municipality"),
    **dict.fromkeys(("partner", "samverkanspart"), "partner"),
    **dict.fromkeys(("wish", "önskemål"), "wish"),
    **dict.fromkeys(("adults", "vuxna"), "adults"),
    **dict.fromkeys(("children", "barn"), "children"),
    **dict.fromkeys(("receivedat", "received", "inkom", "mottagen"), "received_at"),
    **dict.fromkeys(("protected", "protectedidentity", "skyddad", "skyddadidentitet"), "protected"),
    **dict.fromkeys(("skyddade", "skyddadepersonuppgifter", "sekretessmarkerad"), "protected"),
    **dict.fromkeys(("personnummer", "persnr", "pnr", "samordningsnummer", "personalnumber"), "id_number"),
    **dict.fromkeys(("personalidentitynumber", "personalidnumber", "idnumber", "ssn"), "id_number"),
}
LANGUAGES: dict[str, Language] = {
    **dict.fromkeys(("", "sv", "svenska", "swedish"), "sv"),
    **dict.fromkeys(("en", "engelska", "english"), "en"),
}
WISHES: dict[str, Wish | None] = {
    "": None,
    **dict.fromkeys(("job", "jobb", "jobba", "arbete", "work"), "job"),
    **dict.fromkeys(("study", "studies", "studier", "studera", "utbildning"), "study"),
    **dict.fromkeys(("both", "båda", "både och", "bägge"), "both"),
}
NOT_PROTECTED = frozenset({"", "no", "nej", "n", "false", "falskt", "0", "-"})
_SAYS_PROTECTED = re.compile(
    r"skyddade? (?:identitet|personuppgift|folkbok)|sekretessmark|protected identity", re.IGNORECASE
)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"(?<!\d)(?:1[89]|20)?\d\d-?\d\d-?\d\d\s?[-+\u2010-\u2015\u2212]?\s?\d{4}(?!\d)")
_MASK = "••••••-••••"
_MOMENT = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d)[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"\s?(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)


Heard = Literal["friend", "job_coach", "employment_service", "event", "employer", "internet", "other"]
"""How people say that they have heard of the programme."""


class Details(Model):
    """What somebody may say besides, in a form of their own, and which information they had read, shown when."""

    contact_time: Line | None = None
    job_wish: Line | None = None
    earliest_move: date | None = None
    children_ages: tuple[int, ...] = ()
    trip_wanted: Literal["yes", "no"] | None = None
    heard_of: Heard | None = None
    notice: Line | None = None
    notice_at: Instant | None = None


class IntakeRow(Model):
    """One person's interest, as far as it could be understood. `line` is its line in the file, the header being 1.

    The keys are for comparing only. `received_at` is None when the file says nothing: then it is received now.
    """

    line: int
    name: Line
    email: Text | None = None
    phone: Text | None = None
    email_key: str | None = None
    phone_key: str | None = None
    language: Language = "sv"
    municipality: Line | None = None
    partner: Line | None = None
    wish: Wish | None = None
    adults: int | None = None
    children: int | None = None
    received_at: Instant | None = None
    details: Details | None = None


class Rejection(Model):
    """A row that was not taken in. `cells` is what may be written back to the file; nothing of a protected person."""

    line: int
    reason: Both
    cells: tuple[str, ...] = ()


def validated(cells: Mapping[str, str], line: int, now: datetime, to_utc: ToUtc) -> IntakeRow | Both:
    """The row, or everything that is wrong with it. `now` bounds what may be called received."""
    found = judged(cells, line, now, to_utc)
    if isinstance(found, IntakeRow):
        return found
    return Both(sv=" ".join(one.sv for _, one in found), en=" ".join(one.en for _, one in found))


def judged(
    cells: Mapping[str, str], line: int, now: datetime, to_utc: ToUtc
) -> IntakeRow | tuple[tuple[str, Both], ...]:
    """The row, or everything that is wrong with it, each with its column. `now` bounds what may be called received."""
    problems: list[tuple[str, Both]] = []

    def checked(parse: Callable[[str], T], column: str) -> T | None:
        try:
            return parse(cells.get(column, ""))
        except Refusal as refusal:
            problems.append((column, both(refusal)))
        except Refused as refused:
            problems.append((column, Both(sv=refused.sv, en=refused.en)))
        return None

    if not cells.get("email") and not cells.get("phone"):
        problems.append(("phone", both(errors.NoContact())))
    found = {
        "name": checked(_name, "name"),
        "email_key": checked(lambda text: email_key(text) if text else None, "email"),
        "phone_key": checked(lambda text: phone_key(text) if text else None, "phone"),
        "language": checked(_language, "language"),
        "municipality": checked(_optional("municipality", "kommun"), "municipality"),
        "partner": checked(_optional("partner", "samverkanspart"), "partner"),
        "wish": checked(_wish, "wish"),
        "adults": checked(_heads("adults", "vuxna"), "adults"),
        "children": checked(_heads("children", "barn"), "children"),
        "received_at": checked(lambda text: received(text, now, to_utc) if text else None, "received_at"),
    }
    if problems:
        return tuple(problems)
    return IntakeRow(line=line, email=cells.get("email") or None, phone=cells.get("phone") or None, **found)


def is_protected(cells: Mapping[str, str], line: str) -> bool:
    """Whether the row says that the person has a protected identity, in its column or anywhere. In doubt it does."""
    return cells.get("protected", "").casefold() not in NOT_PROTECTED or _SAYS_PROTECTED.search(line) is not None


def may_hold_personal_number(line: str) -> bool:
    """Whether anything in the line has the shape of a personal number: only then are its cells looked at one by one."""
    return _NUMBER.search(line) is not None


def without_personal_numbers(text: str, column: str | None, now: datetime) -> str:
    """The text of a cell with every personal and coordination number in it masked.

    A phone number of ten digits that begins with 0 can look like one by chance, and a time can: these are let be
    in the columns where they belong.
    """
    if column == "received_at" and _MOMENT.fullmatch(text):
        return text
    return _NUMBER.sub(lambda found: _MASK if _is_number(found[0], column, now.date()) else found[0], text)


def _is_number(text: str, column: str | None, today: date) -> bool:
    if column in {"phone", "email"} and text.startswith("0"):
        return False
    try:
        IdNumber.parse(text, today=today)
    except Refused:
        return False
    return True


def received(text: str, now: datetime, to_utc: ToUtc) -> datetime:
    """Read a time received: ISO 8601, a date alone being its first moment. Without an offset it is local time."""
    shape = _MOMENT.fullmatch(text)
    if shape is None:
        raise errors.ReceivedUnreadable
    if int(shape["year"]) < OLDEST_YEAR:
        raise errors.ReceivedTooOld(year=OLDEST_YEAR)
    if int(shape["year"]) > now.year + 1:
        raise errors.ReceivedInFuture
    try:
        moment = datetime.fromisoformat(_iso(shape))
    except ValueError:
        raise errors.ReceivedNever from None
    moment = to_utc(moment) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment > now + AHEAD:
        raise errors.ReceivedInFuture
    return moment


def _iso(shape: re.Match[str]) -> str:
    clock = f"{shape['hour'] or '00'}:{shape['minute'] or '00'}:{shape['second'] or '00'}"
    return f"{shape['year']}-{shape['month']}-{shape['day']}T{clock}{(shape['offset'] or '').upper()}"


def _straight(text: str) -> str:
    """Without what turns the direction of everything after it: on a page it would turn what stands beside it, too."""
    return _TURNS.sub("", text).strip()


def _name(text: str) -> str:
    text = _straight(text)
    if not text:
        raise errors.NameMissing
    if len(text) > LONGEST or not any(char.isalpha() for char in text):
        raise errors.NameStrange
    return text


def _language(text: str) -> Language:
    return LANGUAGES.get(text.casefold()) or _refuse(errors.LanguageUnknown())


def _wish(text: str) -> Wish | None:
    if text.casefold() not in WISHES:
        raise errors.WishUnknown
    return WISHES[text.casefold()]


def _optional(column: str, column_sv: str) -> Callable[[str], str | None]:
    def parse(text: str) -> str | None:
        text = _straight(text)
        if len(text) > LONGEST:
            raise errors.TextTooLong(column=column, column_sv=column_sv)
        return text or None

    return parse


def _heads(column: str, column_sv: str) -> Callable[[str], int | None]:
    def parse(text: str) -> int | None:
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > MOST_PER_HOUSEHOLD:
            raise errors.HeadsAbsurd(column=column, column_sv=column_sv, most=MOST_PER_HOUSEHOLD)
        return int(text)

    return parse


def _refuse(refusal: Refusal) -> NoReturn:
    raise refusal
