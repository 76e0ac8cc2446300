"""The way to the mail server by itself: TLS, login, and what each trouble is called."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from activities.mailer import CutOff, MailTrouble, RefusedForGood, ServerAway, SmtpMailer, TryLater
from stack.ports import free_port
from tests.mail_servers import Postbox, login, silent_server

SENDER, RECEIVER = "resan@example.org", "asa@example.org"
LETTER = b"Subject: x\r\n\r\n.dot\r\nx\r\n"


async def given(mailer: SmtpMailer) -> None:
    async with mailer.visit() as session:
        await session.offer(SENDER, RECEIVER)
        await session.hand_over(LETTER)


async def trouble(mailer: SmtpMailer) -> tuple[type[MailTrouble], str]:
    with pytest.raises(MailTrouble) as caught:
        await given(mailer)
    return type(caught.value), caught.value.cause


async def test_a_letter_arrives_as_it_was_given_dots_and_all() -> None:
    async with Postbox().open() as postbox:
        await given(postbox.mailer())
    assert postbox.letters[0][1].get_content().replace("\r\n", "\n") == ".dot\nx\n"


async def test_an_offer_that_is_withdrawn_leaves_room_for_the_next() -> None:
    async with Postbox().open() as postbox, postbox.mailer().visit() as session:
        await session.offer(SENDER, "first@example.org")
        await session.withdraw()
        await session.offer(SENDER, RECEIVER)
        await session.hand_over(LETTER)
    assert postbox.receivers == [RECEIVER]


async def test_an_offer_after_a_refusal_goes_over_the_same_connection() -> None:
    async with Postbox(answers={"no@example.org": "550 no"}).open() as postbox, postbox.mailer().visit() as session:
        with pytest.raises(RefusedForGood):
            await session.offer(SENDER, "no@example.org")
        await session.offer(SENDER, RECEIVER)
        await session.hand_over(LETTER)
    assert (postbox.receivers, postbox.connections) == ([RECEIVER], 1)


async def test_each_trouble_has_its_kind_and_its_code() -> None:
    assert await trouble(SmtpMailer("127.0.0.1", free_port(), seconds=1)) == (ServerAway, "mail_away")
    async with Postbox(answers={RECEIVER: "450 later"}).open() as postbox:
        assert await trouble(postbox.mailer()) == (TryLater, "smtp_450")
    async with Postbox(answers={RECEIVER: "421 closing"}).open() as postbox:
        assert await trouble(postbox.mailer()) == (ServerAway, "smtp_421")
    async with Postbox(answers={RECEIVER: "553 no"}).open() as postbox:
        assert await trouble(postbox.mailer()) == (RefusedForGood, "smtp_553")
    async with Postbox(content_answers=["554 no"]).open() as postbox:
        assert await trouble(postbox.mailer()) == (RefusedForGood, "smtp_554")
    async with Postbox(content_answers=[None]).open() as postbox:
        assert await trouble(postbox.mailer()) == (CutOff, "mail_disconnected")
    async with Postbox(sender_answers=["451 not now"]).open() as postbox:
        assert await trouble(postbox.mailer()) == (ServerAway, "smtp_451")


async def test_nobody_waits_for_a_silent_server_for_long() -> None:
    port = free_port()
    async with silent_server(port):
        assert await trouble(SmtpMailer("127.0.0.1", port, seconds=0.2)) == (ServerAway, "mail_timeout")


async def test_an_answer_that_is_none_to_the_content_is_not_taken_for_a_no() -> None:
    async with Postbox(content_answers=["what?"]).open() as postbox:
        assert await trouble(postbox.mailer()) == (CutOff, "answer_unreadable")


async def test_where_tls_is_demanded_nothing_is_said_without_it() -> None:
    async with Postbox().open() as postbox:
        assert (await trouble(postbox.mailer(starttls=True)))[0] is ServerAway
    assert postbox.letters == []


def test_a_password_is_never_shown() -> None:
    assert "right" not in repr(SmtpMailer("localhost", 25, "resan", "right"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for `localhost`, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the program openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, "-keyout", str(key), "-out", str(made)]
    subprocess.run([openssl, "req", *options], check=True, capture_output=True)
    return made, key


@pytest.fixture(scope="module")
def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture(scope="module")
def client_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate[0])


async def test_starttls_is_used_when_the_certificate_is_known_and_refused_when_not(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext
) -> None:
    async with Postbox().open(tls_context=server_side, require_starttls=True) as postbox:
        await given(postbox.mailer(host="localhost", starttls=True, tls_context=client_side))
        stranger = postbox.mailer(host="localhost", starttls=True)
        assert await trouble(stranger) == (ServerAway, "mail_tls_failed")
    assert postbox.receivers == [RECEIVER]


async def test_login_with_the_right_password_works_and_with_a_wrong_one_loses_nothing(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext
) -> None:
    rest = {"tls_context": server_side, "authenticator": login("resan", "right"), "auth_required": True}
    way = {"host": "localhost", "starttls": True, "tls_context": client_side}
    async with Postbox().open(**rest) as postbox:
        await given(postbox.mailer(**way, username="resan", password="right"))
        assert await trouble(postbox.mailer(**way, username="resan", password="wrong")) == (
            ServerAway,
            "mail_login_refused",
        )
        assert await trouble(postbox.mailer(**way)) == (ServerAway, "sender_refused_530")
    assert postbox.receivers == [RECEIVER]
