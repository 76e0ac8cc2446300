"""The words of the rules about the file, its shape and its names: what is wrong and what to do, in both languages.

Nothing is decided here; the rules themselves only say which rule and where.
"""

from __future__ import annotations

from typing import NamedTuple

from schemas.draft import Code


class Words(NamedTuple):
    """A sentence on what is wrong and a hint on what to do, with placeholders in braces."""

    sv: str
    en: str
    hint_sv: str = ""
    hint_en: str = ""


FILE_WORDS = {
    Code.NOT_UTF8: Words(
        "Filen är inte skriven i UTF-8.",
        "The file is not written in UTF-8.",
        "Spara den på nytt och välj kodningen UTF-8.",
        "Save it again and choose the encoding UTF-8.",
    ),
    Code.TOO_LARGE: Words(
        "Filen är större än {limit} kB.",
        "The file is larger than {limit} kB.",
        "Ett program är en kort text; ta bort det som inte hör dit.",
        "A programme is a short text; take out what does not belong in it.",
    ),
    Code.TOO_DEEP: Words(
        "Här ligger mer än {limit} nivåer inuti varandra.",
        "More than {limit} levels lie inside each other here.",
        "Ett program behöver högst tio nivåer.",
        "A programme needs ten levels at most.",
    ),
    Code.EMPTY_FILE: Words(
        "Filen är tom.",
        "The file is empty.",
        "Börja från programmes/relocate.yaml.",
        "Start from programmes/relocate.yaml.",
    ),
    Code.NOT_A_TABLE: Words(
        "Filen börjar inte med nycklar och värden.",
        "The file does not begin with keys and values.",
        "Första raden ska vara som `programme: relocate`.",
        "The first line should be like `programme: relocate`.",
    ),
    Code.SEVERAL_DOCUMENTS: Words(
        "Här börjar ett andra dokument i samma fil.",
        "A second document begins here in the same file.",
        "Ta bort raden `---` och lägg varje program i sin egen fil.",
        "Remove the line `---` and keep each programme in a file of its own.",
    ),
    Code.BAD_CHARACTER: Words(
        "Här står ett tecken som inte får finnas i texten ({char}).",
        "There is a character here that may not be in the text ({char}).",
        "Ta bort tecknet; det syns kanske inte.",
        "Remove the character; it may be invisible.",
    ),
    Code.TAB: Words(
        "Raden är indragen med tabb.",
        "The line is indented with a tab.",
        "Dra in med mellanslag, två för varje nivå.",
        "Indent with spaces, two for each level.",
    ),
    Code.UNCLOSED_QUOTE: Words(
        "Citattecknet här avslutas aldrig, eller texten efter det går inte att läsa.",
        "The quotation mark here is never closed, or the text after it cannot be read.",
        "Sätt ett likadant citattecken efter texten.",
        "Put the same quotation mark after the text.",
    ),
    Code.UNCLOSED_BRACKET: Words(
        "Parentesen {bracket} här avslutas aldrig, eller så saknas ett komma i den.",
        "The bracket {bracket} here is never closed, or a comma is missing in it.",
        "Stäng den på samma rad och sätt komma mellan delarna.",
        "Close it on the same line and put commas between the parts.",
    ),
    Code.SYNTAX: Words(
        "Raden går inte att läsa som YAML.",
        "The line cannot be read as YAML.",
        "Se efter indrag, mellanslag efter kolon, och citattecken runt text som innehåller kolon eller #.",
        "Look at the indentation, the space after a colon, and quotes around text that has a colon or #.",
    ),
    Code.ANCHOR: Words(
        "Ankare och hänvisningar ({text}) får inte användas.",
        "Anchors and aliases ({text}) may not be used.",
        "Skriv ut värdet på båda ställena.",
        "Write the value out in both places.",
    ),
    Code.TAG: Words(
        "YAML-taggen {text} får inte användas.",
        "The YAML tag {text} may not be used.",
        "Ta bort den; värdets slag följer av nyckeln.",
        "Remove it; what kind of value it is follows from the key.",
    ),
    Code.DUPLICATE_KEY: Words(
        "”{key}” står redan på rad {line}, kolumn {column}.",
        '"{key}" already stands on line {line}, column {column}.',
        "Behåll den ena, eller ge den andra ett eget namn.",
        "Keep one of them, or give the other a name of its own.",
    ),
    Code.BAD_KEY: Words(
        "Nyckeln är tom eller är inte ett enkelt ord.",
        "The key is empty or is not a plain word.",
        "Skriv ett ord före kolonet.",
        "Write one word before the colon.",
    ),
    Code.UNKNOWN_KEY: Words(
        "Nyckeln ”{key}” finns inte här.",
        'There is no key "{key}" here.',
        "{meant_sv}",
        "{meant_en}",
    ),
    Code.MISSING_KEY: Words(
        "Nyckeln ”{key}” saknas.",
        'The key "{key}" is missing.',
        "Lägg till den {around_sv}.",
        "Add it {around_en}.",
    ),
    Code.WRONG_TYPE: Words(
        "Här ska det stå {wanted_sv}.",
        "This should be {wanted_en}.",
        "Nu står det {found_sv}.",
        "Now it is {found_en}.",
    ),
    Code.BAD_NAME: Words(
        "”{name}” går inte att använda som namn.",
        '"{name}" cannot be used as a name.',
        "Använd bokstäverna a till z, siffror och understreck, börja med en bokstav, högst 48 tecken.",
        "Use the letters a to z, digits and underscores, begin with a letter, at most 48 characters.",
    ),
    Code.BAD_VALUE: Words(
        "Värdet ”{value}” går inte att använda här.",
        'The value "{value}" cannot be used here.',
        "Skriv {wanted_sv}.",
        "Write {wanted_en}.",
    ),
    Code.EMPTY_VALUE: Words(
        "Efter ”{key}” står inget värde.",
        'There is no value after "{key}".',
        "Skriv ett värde eller ta bort nyckeln.",
        "Write a value or remove the key.",
    ),
    Code.EMPTY_TEXT: Words(
        "Texten är tom på {language_sv}.",
        "The text is empty in {language_en}.",
        "Varje text ska finnas på svenska och engelska.",
        "Every text must be there in Swedish and English.",
    ),
    Code.GIVEN_AT_PUBLICATION: Words(
        "”{key}” sätts vid publiceringen och skrivs inte här.",
        '"{key}" is given at publication and is not written here.',
        "Ta bort raden.",
        "Remove the line.",
    ),
    Code.UNKNOWN_REFERENCE: Words(
        "{what_sv} ”{name}” finns inte.",
        'There is no {what_en} "{name}".',
        "{meant_sv}",
        "{meant_en}",
    ),
    Code.RESERVED_NAME: Words(
        "”{name}” är ett förbehållet namn och kan inte vara en roll.",
        '"{name}" is a reserved name and cannot be a role.',
        "participant är deltagaren, owner den som äger uppgiften; välj ett annat namn.",
        "participant is the person, owner whoever owns the task; choose another name.",
    ),
    Code.UNUSED: Words(
        "{what_sv} ”{name}” används ingenstans.",
        'The {what_en} "{name}" is used nowhere.',
        "Ta bort den, eller använd den där den hör hemma.",
        "Remove it, or use it where it belongs.",
    ),
    Code.BAD_TEMPLATE: Words(
        "Meddelandetexten går inte att fylla i: {why}",
        "The message text cannot be filled in: {why}",
        "Använd bara de platshållare som finns i docs/concepts.md, och skriv {{{{ för en vanlig klammer.",
        "Use only the placeholders in docs/concepts.md, and write {{{{ for an ordinary brace.",
    ),
    Code.BAD_CALENDAR: Words(
        "Kalendern går inte att räkna med: {why_sv}.",
        "The calendar cannot be counted with: {why_en}.",
        "Rätta värdet; jämför med kalendern office i programmes/relocate.yaml.",
        "Correct the value; compare with the calendar office in programmes/relocate.yaml.",
    ),
    Code.VALUES_OUT_OF_ORDER: Words(
        "Värdena för ”{name}” står inte i datumordning.",
        'The values of "{name}" do not stand in the order of their dates.',
        "Skriv äldsta datum först, varje datum en gång.",
        "Write the oldest date first, each date once.",
    ),
}
