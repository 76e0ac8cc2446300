"""Who a person is. Identity numbers are the tax agency's published test numbers, or of their series (980 to 999)."""

# ruff: noqa: RUF001 (lookalike characters are what people paste, and what is tested here)

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personnummer import personnummer as oracle

from schemas.people import IdNumber, Refused, check_digit, email_key, phone_key, same_name

TODAY = date(2026, 11, 23)
WOMAN = "198507099805"
COORDINATION = "197010632391"
patiently = settings(deadline=None)  # the machine is shared: a slow example is no failure


def parse(text: str, today: date = TODAY) -> IdNumber:
    return IdNumber.parse(text, today=today)


def refusal(text: str, today: date = TODAY) -> str:
    with pytest.raises(Refused) as refused:
        parse(text, today)
    assert refused.value.sv != refused.value.en
    assert text not in {refused.value.sv, refused.value.en}
    assert len(text) < 4 or text not in refused.value.sv + refused.value.en
    return refused.value.en


@pytest.mark.parametrize(
    "written",
    [
        "8507099805",
        "850709-9805",
        "19850709-9805",
        "198507099805",
        " 850709-9805 ",
        "850709 9805",
        "850709–9805",
        "850709—9805",
        "850709−9805",
        "850709‑9805",
        "8507 09 - 9805",
        "\ufeff19850709\u200b9805",
        "１９８５０７０９９８０５",
    ],
)
def test_one_number_is_read_however_it_is_written(written: str) -> None:
    assert parse(written).digits == WOMAN


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("121212-1212", "201212121212"),
        ("121212+1212", "191212121212"),
        ("19121212+1212", "191212121212"),
        ("19121212-1212", "191212121212"),
        ("701063-2391", COORDINATION),
    ],
)
def test_the_century_of_ten_digits_follows_from_today_and_the_plus_sign(written: str, canonical: str) -> None:
    assert parse(written).digits == canonical


def test_the_plus_sign_begins_the_year_a_person_turns_a_hundred_and_not_on_the_birthday() -> None:
    assert parse("850709+9805", date(2085, 1, 1)).digits == WOMAN
    assert "plus sign" in refusal("19850709+9805", date(2084, 12, 31))


def test_an_ordinary_number_knows_its_kind_birth_date_and_legal_sex() -> None:
    number = parse(WOMAN)
    assert number.kind == "personnummer"
    assert number.birth_date == date(1985, 7, 9)
    assert number.birth_date_known
    assert number.legal_sex_digit == 0


def test_a_coordination_number_has_sixty_added_to_its_day() -> None:
    number = parse("701063-2391")
    assert number.kind == "samordningsnummer"
    assert number.birth_date == date(1970, 10, 3)
    assert number.legal_sex_digit == 9


@pytest.mark.parametrize("written", ["191500882392", "191500722390"])
def test_a_coordination_number_may_leave_the_month_unknown(written: str) -> None:
    number = parse(written)
    assert (number.kind, number.birth_date_known, number.birth_date) == ("samordningsnummer", False, None)


def test_a_coordination_number_may_leave_the_day_unknown() -> None:
    number = parse(with_check_digit("1915", "0260", "980"))
    assert (number.kind, number.birth_date_known, number.birth_date) == ("samordningsnummer", False, None)
    assert not parse(with_check_digit("1915", "0060", "980")).birth_date_known


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "twelve digits"),
        ("hello", "twelve digits"),
        ("850709-980", "twelve digits"),
        ("850709-98055", "twelve digits"),
        ("8507099+805", "twelve digits"),
        ("19121212T212", "twelve digits"),
        ("٨٥٠٧٠٩٩٨٠٥", "twelve digits"),
        ("850709-0002", "birth number 000"),
        ("172705051239", "begin with 18, 19 or 20"),
        ("212005051239", "begin with 18, 19 or 20"),
        ("202705051239", "future"),
        ("850709-9806", "check digit"),
        ("19850009-9805", "does not exist"),
        ("19851309-9805", "does not exist"),
        ("19850732-9805", "does not exist"),
        ("19850792-9805", "does not exist"),
        ("19150291-9801", "does not exist"),
        ("20121212+1212", "plus sign"),
    ],
)
def test_a_wrong_number_is_refused_with_a_sentence_that_says_what_to_check(written: str, why: str) -> None:
    assert why in refusal(written)


def with_check_digit(year: str, month_day: str, serial: str) -> str:
    nine = year[2:] + month_day + serial
    return year + month_day + serial + str(check_digit(nine))


def test_the_leap_day_exists_in_2000_and_not_in_1900() -> None:
    assert parse(with_check_digit("2000", "0229", "980")).birth_date == date(2000, 2, 29)
    assert "does not exist" in refusal(with_check_digit("1900", "0229", "980"))


def test_ten_digits_of_a_day_later_this_year_are_refused_rather_than_guessed() -> None:
    tomorrow = with_check_digit("2026", "1124", "980")
    assert "future" in refusal(tomorrow[2:])
    assert parse(tomorrow[2:], date(2026, 11, 24)).birth_date == date(2026, 11, 24)
    assert "future" in refusal(with_check_digit("2026", "1260", "980"))


def test_a_number_never_shows_itself_by_accident() -> None:
    number = parse(WOMAN)
    for shown in (repr(number), str(number), f"{number}", f"{number!r}", repr([number]), f"{(number,)}"):
        assert "19850709-••••" in shown
        assert "9805" not in shown
    assert number.model_dump() == {"digits": WOMAN, "verified": "none"}


def test_well_formed_is_kept_apart_from_verified() -> None:
    number = parse(WOMAN)
    assert number.verified == "none"
    assert number.verified_by("bankid").verified == "bankid"
    assert number.verified_by("bankid").digits == number.digits


def test_a_stored_number_is_read_back_and_a_broken_one_is_not() -> None:
    number = parse(WOMAN)
    assert IdNumber.model_validate_json(number.model_dump_json()) == number
    with pytest.raises(ValueError, match="check digit") as broken:
        IdNumber(digits="198507099806")
    assert "198507099806" not in str(broken.value)


@patiently
@given(
    day=st.dates(date(1850, 1, 1), date(2026, 11, 23)),
    serial=st.integers(980, 999),
    check=st.integers(0, 9),
    coordination=st.booleans(),
)
def test_on_common_ground_the_personnummer_library_agrees(
    day: date, serial: int, check: int, coordination: bool
) -> None:
    written = f"{day:%Y%m}{day.day + 60 * coordination:02}{serial}{check}"
    try:
        mine: IdNumber | None = parse(written)
    except Refused:
        mine = None
    assert (mine is not None) == oracle.valid(written)
    if mine is not None:
        theirs = oracle.parse(written)
        assert mine.digits == theirs.format(long_format=True)
        assert mine.birth_date == theirs.get_date()
        assert (mine.legal_sex_digit % 2 == 1) == theirs.is_male()
        assert (mine.kind == "samordningsnummer") == theirs.is_coordination_number()


@patiently
@given(day=st.dates(date(1827, 1, 1), date(2026, 11, 23)), serial=st.integers(980, 999))
def test_ten_digits_written_as_they_should_be_give_back_all_twelve(day: date, serial: int) -> None:
    digits = with_check_digit(f"{day:%Y}", f"{day:%m%d}", f"{serial}")
    sign = "+" if day.year <= 1926 else "-"
    assert parse(f"{digits[2:8]}{sign}{digits[8:]}").digits == digits


@pytest.mark.parametrize("written", ["٨٥٠٧٠٩٩٨٠٥", "202705051239", "172705051239"])
def test_what_the_library_wrongly_accepts_is_refused(written: str) -> None:
    assert oracle.valid(written)
    refusal(written)


@pytest.mark.parametrize("written", ["191500882392", "191500722390", " 850709-9805 ", "850709–9805"])
def test_what_the_library_wrongly_refuses_is_accepted(written: str) -> None:
    assert not oracle.valid(written)
    assert parse(written)


@patiently
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = parse(text)
    except Refused:
        return
    assert len(number.digits) == 12


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna.Ek@Example.ORG ", "anna.ek@example.org"),
        ("anna+resa@example.org", "anna+resa@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("Åsa@åäö.se", "åsa@xn--4cab6c.se"),
        ("anna@XN--4CAB6C.se", "anna@xn--4cab6c.se"),
        ("ａｎｎａ＠example.org", "anna@example.org"),
    ],
)
def test_an_address_is_compared_without_case(written: str, key: str) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "anna@@example.org",
        "anna@b@example.org",
        ".anna@example.org",
        "anna.@example.org",
        "an..na@example.org",
        "an na@example.org",
        "anna@exa mple.org",
        "anna@example..org",
        "anna@example.org.",
        "anna@-example.org",
        "anna@example.org\nBcc: all@example.org",
        "anna@10.0.0.1",
        "Anna <anna@example.org>",
        "a" * 65 + "@example.org",
        "anna@" + "a" * 64 + ".org",
        "anna@" + "a." * 200 + "org",
        "an\x00na@example.org",
        "an\ud800na@example.org",
    ],
)
def test_what_is_not_an_address_is_refused(written: str) -> None:
    with pytest.raises(Refused, match=r"name@example\.org"):
        email_key(written)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("070-123 45 67", "+46701234567"),
        ("+46 70 123 45 67", "+46701234567"),
        ("0046701234567", "+46701234567"),
        ("+46 (0)70-123 45 67", "+46701234567"),
        ("+46 070 123 45 67", "+46701234567"),
        ("(0)70-123 45 67", "+46701234567"),
        ("(070) 123.45.67", "+46701234567"),
        ("070/123 45 67", "+46701234567"),
        ("０７０–１２３ ４５ ６７", "+46701234567"),
        ("08-465 004 00", "+46846500400"),
        ("0910-12 34 56", "+46910123456"),
        ("+47 12 34 56 78", "+4712345678"),
        ("0047 12 34 56 78", "+4712345678"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+39 06 1234 5678", "+390612345678"),
    ],
)
def test_a_phone_number_is_compared_in_its_international_form(written: str, key: str) -> None:
    assert phone_key(written) == key


@pytest.mark.parametrize(
    "written",
    [
        "",
        "112",
        "701234567",
        "070-123 45 6",
        "070-123 45 678",
        "+46 12",
        "+0 123 456 789",
        "+1234567890123456",
        "070-123 45 67 ankn 8",
        "٠٧٠١٢٣٤٥٦٧",
        "070+1234567",
        "+46+701234567",
        "000000000000",
        "070-123 45 67, 070-123 45 68",
    ],
)
def test_what_is_not_a_phone_number_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="area code"):
        phone_key(written)


@patiently
@given(st.text(st.characters(exclude_categories=())) | st.from_regex(r"\A[+0-9() ./-]{5,20}\Z"))
def test_any_text_has_keys_that_are_their_own_keys_or_is_refused(text: str) -> None:
    for key in (email_key, phone_key):
        try:
            found = key(text)
        except Refused:
            continue
        assert key(found) == found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Anna Ek", "anna ek"),
        ("Anna Ek", "Ek, Anna"),
        ("Anna Ek", "ANNA  EK "),
        ("Anna Ek", "A. Ek"),
        ("Anna Ek", "A Ek"),
        ("Anna Maria Ek", "A.M. Ek"),
        ("Anna Ek", "Anna E."),
        ("A. Ek", "A. Ek"),
        ("Anna Ek", "Anna Maria Ek"),
        ("Anna-Karin Ek", "Anna Karin Ek"),
        ("Anna-Karin Ek", "Anna Ek"),
        ("Anna", "Anna Ek"),
        ("Åsa Öberg", "Asa Oberg"),
        ("Asa\u030a O\u0308berg", "Aså Öberg"),
        ("Søren Bjørk", "Soren Bjork"),
        ("Seán O'Brien", "Sean O’Brien"),
        ("José García López", "Jose Garcia"),
        ("王 伟", "伟 王"),
    ],
)
def test_names_of_what_may_be_one_person_are_the_same_both_ways(a: str, b: str) -> None:
    assert same_name(a, b)
    assert same_name(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Anna Ek", "Erik Ek"),
        ("Ek, Anna", "Ek, Erik"),
        ("A. Ek", "B. Ek"),
        ("A. Ek", "Erik Ek"),
        ("Anna Ek", "Anna Berg"),
        ("Anna Ek", "Anna Maria Berg"),
        ("Anna Maria Ek", "Anna Sofia Ek"),
        ("A. E.", "Anna Ek"),
        ("A. Ek", "Anna E."),
        ("A", "Anna Ek"),
        ("Anna Anna Ek", "Anna Ek Berg"),
        ("", "Anna Ek"),
        ("", ""),
        ("123", "123"),
    ],
)
def test_names_of_two_people_differ_even_in_one_family(a: str, b: str) -> None:
    assert not same_name(a, b)
    assert not same_name(b, a)


names = st.text(st.sampled_from("AaBbåÖé .-,'")) | st.text(st.characters(exclude_categories=()))


@patiently
@given(names, names)
def test_likeness_of_names_goes_both_ways_and_does_not_mind_case(a: str, b: str) -> None:
    assert same_name(a, b) == same_name(b, a)
    assert same_name(a, b) == same_name(a.casefold(), b)
