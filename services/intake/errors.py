"""What is refused about an intake file and its rows, one class each.

    Refusal (journey.errors)
    ├── IntakeFileRefused: UnreadableFile · EmptyFile · NotText · NoColumnNames · ColumnsMissing · ColumnTwice
    └── RowRefused: what is wrong with one row

The sentences about a row never repeat what stands in it: it may be a personal number in the wrong column.
"""

from __future__ import annotations

from journey.errors import Refusal


class IntakeFileRefused(Refusal):
    """The file cannot be read."""

    sv = "Filen går inte att läsa."


class UnreadableFile(IntakeFileRefused):
    """The file {file} cannot be opened; check its name and that you may read it."""

    sv = "Filen {file} går inte att öppna; kontrollera namnet och att du får läsa den."


class EmptyFile(IntakeFileRefused):
    """The file {file} is empty; give one with a line of column names and then one line for each person."""

    sv = "Filen {file} är tom; ange en med en rad kolumnnamn och sedan en rad för varje person."


class NotText(IntakeFileRefused):
    """The file {file} is a workbook, not text; save it as CSV and give that file."""

    sv = "Filen {file} är en arbetsbok, inte text; spara den som CSV och ange den filen."


class NoColumnNames(IntakeFileRefused):
    """The first line of {file} names no known column; begin the file with a line such as name,email,phone."""

    sv = "Första raden i {file} har inget känt kolumnnamn; börja filen med en rad som namn;e-post;telefon."


class ColumnsMissing(IntakeFileRefused):
    """The file {file} lacks a column for {missing}; add it to the first line and fill it in."""

    sv = "Filen {file} saknar en kolumn för {missing_sv}; lägg till den på första raden och fyll i den."


class ColumnTwice(IntakeFileRefused):
    """The file {file} has two columns for {column}; remove one of them."""

    sv = "Filen {file} har två kolumner för {column}; ta bort den ena."


class RowRefused(Refusal):
    """The row cannot be taken in."""

    sv = "Raden kan inte tas in."


class LineTooLong(RowRefused):
    """The line is far too long for one person; put each person on a line of their own."""

    sv = "Raden är alldeles för lång för en person; skriv varje person på en egen rad."


class UnreadableCharacters(RowRefused):
    """The line contains characters that cannot be read; type it again."""

    sv = "Raden innehåller tecken som inte går att läsa; skriv om den."


class QuoteNotClosed(RowRefused):
    """A quotation mark is not closed on the same line; close it or remove it."""

    sv = "Ett citattecken avslutas inte på samma rad; avsluta det eller ta bort det."


class TooManyValues(RowRefused):
    """The line has more values than there are columns; put quotation marks around a value with the separator in it."""

    sv = "Raden har fler värden än det finns kolumner; sätt citattecken runt ett värde som innehåller skiljetecknet."


class ProtectedPerson(RowRefused):
    """The person has a protected identity: nothing has been stored; take the interest by phone instead."""

    sv = "Personen har skyddade personuppgifter: inget har sparats; ta emot intresset på telefon i stället."


class PersonalNumberGiven(RowRefused):
    """No personal number is asked for at this stage; remove it from the line."""

    sv = "Personnummer efterfrågas inte i det här skedet; ta bort det från raden."


class NameMissing(RowRefused):
    """The name is missing; write it."""

    sv = "Namnet saknas; skriv det."


class NameStrange(RowRefused):
    """The name has no letters or is longer than 200 characters; write the person's name."""

    sv = "Namnet saknar bokstäver eller är längre än 200 tecken; skriv personens namn."


class NoContact(RowRefused):
    """Both e-mail address and phone number are missing; give at least one of them."""

    sv = "Både e-postadress och telefonnummer saknas; ange minst ett av dem."


class TextTooLong(RowRefused):
    """The {column} is longer than 200 characters; shorten it."""

    sv = "Värdet för {column_sv} är längre än 200 tecken; korta det."


class LanguageUnknown(RowRefused):
    """The language is not known; write sv or en."""

    sv = "Språket är okänt; skriv sv eller en."


class WishUnknown(RowRefused):
    """The wish is not known; write job, study or both."""

    sv = "Önskemålet är okänt; skriv jobb, studier eller båda."


class HeadsAbsurd(RowRefused):
    """The number of {column} is not a whole number from 0 to {most}; correct it."""

    sv = "Antalet {column_sv} är inte ett heltal från 0 till {most}; rätta det."


class ReceivedUnreadable(RowRefused):
    """The time received cannot be read; write it as 2026-11-23T14:30, or leave it empty for now."""

    sv = "Tiden då intresset kom in går inte att läsa; skriv den som 2026-11-23T14:30 eller lämna tomt för nu."


class ReceivedNever(RowRefused):
    """The time received is a date or a time that does not exist; correct it."""

    sv = "Tiden då intresset kom in är ett datum eller klockslag som inte finns; rätta den."


class ReceivedInFuture(RowRefused):
    """The time received lies in the future; correct it."""

    sv = "Tiden då intresset kom in ligger i framtiden; rätta den."


class ReceivedTooOld(RowRefused):
    """The time received lies before the year {year}; correct it."""

    sv = "Tiden då intresset kom in ligger före år {year}; rätta den."


class NumberTyped(RowRefused):
    """Write no personal number here: it is not needed yet, and what you wrote has not been kept."""

    sv = "Skriv inget personnummer här: det behövs inte än, och det du skrev har inte sparats."


class AnswerUnknown(RowRefused):
    """That is none of the answers to choose from; choose one of them."""

    sv = "Det är inget av svaren att välja på; välj ett av dem."


class AnswerUnreadable(RowRefused):
    """It contains characters that cannot be read; type it again."""

    sv = "Det innehåller tecken som inte går att läsa; skriv om det."


class AnswerTooLong(RowRefused):
    """It is longer than {most} characters; shorten it."""

    sv = "Det är längre än {most} tecken; korta det."


class DayUnreadable(RowRefused):
    """The day cannot be read; write it as 2027-01-31, or leave it empty."""

    sv = "Dagen går inte att läsa; skriv den som 2027-01-31 eller lämna tomt."


class DayPassed(RowRefused):
    """The day has passed, or lies more than {years} years ahead; choose another one, or leave it empty."""

    sv = "Dagen har passerat, eller ligger mer än {years} år fram; välj en annan, eller lämna tomt."


class AgesUnreadable(RowRefused):
    """Write the ages as numbers from 0 to {oldest} with commas between, as in 3, 7."""

    sv = "Skriv åldrarna som tal från 0 till {oldest} med komma emellan, till exempel 3, 7."
