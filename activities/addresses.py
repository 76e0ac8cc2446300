"""Mail addresses, judged before they come near a mail server or a header."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email


def email_address(typed: str) -> str | None:
    """The address as a mail server takes it (plain ASCII), or None when it is not one. Nothing is looked up."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return found.ascii_email


def sender_address(typed: str) -> Address | None:
    """A sender as a programme writes it, `name@example.org` or `A name <name@example.org>`; None when it is not one."""
    shown, plain = parseaddr(typed)
    address = email_address(plain)
    return Address(display_name=one_line(shown), addr_spec=address) if address else None


def one_line(text: str) -> str:
    """The text on one line and without control characters: fit for a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
