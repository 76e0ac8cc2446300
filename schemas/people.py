"""Who a person is: identity numbers, and the keys by which the same person is recognised twice.

Everything here is personal data. Nothing in this module reads a clock or stores anything, no refusal repeats what was
typed, and an identity number shows itself masked wherever it is printed by accident. A key is for comparing, never
for writing to: what the person typed is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator

from schemas.base import Language, Model

Verified = Literal["none", "id_shown", "bankid", "folkbokforing"]
"""How it is known that the number is this person's: that it is well formed says nothing about that."""

IDENTITY = ("name", "email", "phone", "language", "municipality", "partner", "adults", "children")
"""What can be corrected of who a person is."""


class Refused(ValueError):  # noqa: N818 (a refusal is an answer, not a fault)
    """Something typed by a person is not accepted; one clear sentence in each language says what to do."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en

    def sentence(self, language: Language) -> str:
        """The sentence in this language."""
        return self.sv if language == "sv" else self.en


# --- identity numbers

_SHAPE = (
    "Skriv person- eller samordningsnumret med tolv siffror: ÅÅÅÅMMDD-NNNN.",
    "Write the personal or coordination number with twelve digits: YYYYMMDD-NNNN.",
)
_CENTURY = (
    "Numrets årtal måste börja med 18, 19 eller 20; kontrollera det.",
    "The year in the number must begin with 18, 19 or 20; check it.",
)
_SERIAL = (
    "Födelsenumret 000 finns inte; kontrollera de fyra sista siffrorna.",
    "The birth number 000 does not exist; check the last four digits.",
)
_DATE = (
    "Numret innehåller ett datum som inte finns; kontrollera de åtta första siffrorna.",
    "The number holds a date that does not exist; check its first eight digits.",
)
_FUTURE = (
    "Numrets födelsedatum ligger i framtiden; skriv numret med tolv siffror och kontrollera årtalet.",
    "The birth date in the number lies in the future; write it with twelve digits and check the year.",
)
_CHECK_DIGIT = (
    "Numrets kontrollsiffra stämmer inte; kontrollera alla siffror.",
    "The number's check digit does not match; check every digit.",
)
_PLUS = (
    "Plustecken används bara från det år personen fyller 100; skriv numret med tolv siffror och bindestreck.",
    "A plus sign is used only from the year a person turns 100; write the number with twelve digits and a dash.",
)
_CENTURIES = range(18, 21)
_UNKNOWN_DAY = 60
_INVISIBLE = {"Pd", "Cf"}  # dashes of every kind; soft hyphens, zero-width marks and byte-order marks


def check_digit(nine: str) -> int:
    """The check digit of YYMMDDNNN: modulus 10 with weights 2, 1, 2, 1… (Skatteverket, SKV 704)."""
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine))
    return -sum(product // 10 + product % 10 for product in products) % 10


def _well_formed(digits: str) -> str:
    """Check everything about a canonical number that does not depend on today."""
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise Refused(*_SHAPE)
    if int(digits[:2]) not in _CENTURIES:
        raise Refused(*_CENTURY)
    if digits[8:11] == "000":
        raise Refused(*_SERIAL)
    _check_date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    if check_digit(digits[2:11]) != int(digits[11]):
        raise Refused(*_CHECK_DIGIT)
    return digits


def _check_date(year: int, month: int, day: int) -> None:
    """Month 00 and day 60 say that the birth date is unknown; only coordination numbers have them."""
    if day >= _UNKNOWN_DAY:
        day, month = max(day - _UNKNOWN_DAY, 1), max(month, 1)  # an unknown month has up to 31 days, as January
    try:
        date(year, month, day)
    except ValueError:
        raise Refused(*_DATE) from None


class IdNumber(Model):
    """A Swedish personnummer or samordningsnummer, well formed; `verified` says whether anybody has checked whose.

    `digits` is the canonical form of twelve digits. The date in the number is not proof of a birth date: when a day
    has no free numbers left, a nearby one is used.
    """

    digits: Annotated[str, AfterValidator(_well_formed)]
    verified: Verified = "none"

    @classmethod
    def parse(cls, text: str, *, today: date, verified: Verified = "none") -> Self:
        """Read what a person wrote, in ten or twelve digits. Raises `Refused`.

        `today` decides the century of ten digits: the latest whose year is not in the future, or the one before when
        a plus sign says that the person has turned 100 or does so this year (Skatteverket, rättslig vägledning 330245).
        """
        found = re.fullmatch(r"([0-9]{2})?([0-9]{6})(\+?)([0-9]{4})", _closed_up(text))
        if found is None:
            raise Refused(*_SHAPE)
        century, birth, plus, last = found.groups()
        newest = today.year - (100 if plus else 0)
        year = int(century + birth[:2]) if century else newest - (newest - int(birth[:2])) % 100
        number = _well_formed(f"{year:04}{birth[2:]}{last}")
        if _born(number) > (today.year, today.month, today.day):
            raise Refused(*_FUTURE)
        if year > newest:
            raise Refused(*_PLUS)
        return cls(digits=number, verified=verified)

    def verified_by(self, how: Verified) -> Self:
        """The same number, now checked in this way."""
        return self.model_copy(update={"verified": how})

    @property
    def kind(self) -> Literal["personnummer", "samordningsnummer"]:
        return "samordningsnummer" if int(self.digits[6:8]) >= _UNKNOWN_DAY else "personnummer"

    @property
    def birth_date_known(self) -> bool:
        return all(_born(self.digits))

    @property
    def birth_date(self) -> date | None:
        """The date in the number, or None when the number itself says that it is unknown."""
        return date(*_born(self.digits)) if self.birth_date_known else None

    @property
    def legal_sex_digit(self) -> int:
        """The digit that tells legal sex: odd for a man, even for a woman."""
        return int(self.digits[10])

    @property
    def masked(self) -> str:
        """What may be shown: `19850709-••••`."""
        return f"{self.digits[:8]}-••••"

    def __str__(self) -> str:
        return self.masked

    def __repr_args__(self) -> list[tuple[str | None, str]]:
        """What every printed form is made of."""
        return [(None, self.masked), ("verified", self.verified)]


def _closed_up(text: str) -> str:
    """Without spaces, dashes and invisible marks. Digits of other scripts stay what they are, to be refused."""
    normal = unicodedata.normalize("NFKC", text).replace("\u2212", "")  # the minus sign is no dash to Unicode
    return "".join(c for c in normal if not c.isspace() and unicodedata.category(c) not in _INVISIBLE)


def _born(digits: str) -> tuple[int, int, int]:
    """Year, month and day, with 0 for a month or day that is unknown."""
    return int(digits[:4]), int(digits[4:6]), int(digits[6:8]) % _UNKNOWN_DAY


# --- e-mail and phone

_EMAIL = (
    "Skriv en e-postadress, till exempel namn@example.org.",
    "Write an e-mail address, for example name@example.org.",
)
_PHONE = (
    "Skriv telefonnumret med riktnummer, till exempel 070-174 06 05, eller med + och landsnummer.",
    "Write the phone number with its area code, for example 070-174 06 05, or with + and the country code.",
)
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{1,62}[a-z0-9]")
_LONGEST_LOCAL_PART, _LONGEST_ADDRESS = 64, 254  # octets, RFC 5321 4.5.3.1

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SWEDISH = re.compile(r"\+46(7[0-9]{8}|[1-689][0-9]{6,8})")  # mobile numbers have nine digits after the country code


def email_key(email: str) -> str:
    """The address as compared: case folded, its domain in ASCII. Raises `Refused` when it is not an address."""
    if len(email) > 2 * _LONGEST_ADDRESS:
        raise Refused(*_EMAIL)
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())
    local, at, domain = normal.rpartition("@")
    host = _ascii_host(domain)
    key = f"{local}@{host}"
    if not at or not _LOCAL_PART.fullmatch(local) or not _HOST.fullmatch(host):
        raise Refused(*_EMAIL)
    if _octets(local) > _LONGEST_LOCAL_PART or _octets(key) > _LONGEST_ADDRESS:
        raise Refused(*_EMAIL)
    return key


def _ascii_host(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise Refused(*_EMAIL) from None


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def phone_key(phone: str) -> str:
    """The number as compared, in E.164: `+46701740605`. Without a country code it is Swedish. Raises `Refused`."""
    number = re.sub(r"^00(?=[1-9])", "+", _closed_up(phone))
    number = number.replace("(0)", "" if number.startswith("+") else "0", 1)
    number = re.sub(r"[./()]", "", number)
    number = re.sub(r"^0(?=[1-9])", "+46", number)
    number = re.sub(r"^\+460", "+46", number)
    swedish = number.startswith("+46")
    if not (_SWEDISH if swedish else _E164).fullmatch(number):
        raise Refused(*_PHONE)
    return number


# --- names

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})
_MOST_PARTS = 20


def same_name(a: str, b: str) -> bool:
    """Whether two names may be one person's: every part of the shorter name stands in the longer.

    An initial stands for any part that begins with it, but at least one whole part must be equal. Order, case and
    accents do not count. Two first names with one surname are two people: families share addresses and phones.
    """
    shorter, longer = sorted((_parts(a), _parts(b)), key=len)
    if not shorter or not (set(shorter) & set(longer)):
        return False
    whole = {part for part in shorter if len(part) > 1} & set(longer)
    return sorted(shorter) == sorted(longer) or (bool(whole) and _all_matched(shorter, longer))


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(_LETTERS)
    bare = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'\u2019\u00b4`")
    return "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in bare).split()[:_MOST_PARTS]


def _all_matched(shorter: list[str], longer: list[str]) -> bool:
    """Whether each part of the shorter name can have a part of the longer one for itself (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(part: int, tried: set[int]) -> bool:
        for spot, other in enumerate(longer):
            if spot not in tried and _compatible(shorter[part], other):
                tried.add(spot)
                if spot not in taken or place(taken[spot], tried):
                    taken[spot] = part
                    return True
        return False

    return all(place(part, set()) for part in range(len(shorter)))


def _compatible(a: str, b: str) -> bool:
    return a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b))
