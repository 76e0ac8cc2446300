"""Settings come from the environment, all their errors at once, and never with a value in them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.journey import DAY
from settings import BadSettings, language_of, load_settings, outside_temporal


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("RESAN_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


def test_nothing_has_to_be_set() -> None:
    settings = load_settings()
    assert settings.data_dir == Path.cwd() / ".resan"
    assert settings.postgres_dsn is None
    assert settings.pace.real


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("2s", timedelta(seconds=2)),
        (" 500ms ", timedelta(milliseconds=500)),
        ("1.5h", timedelta(minutes=90)),
        ("real", DAY),
    ],
)
def test_a_day_is_typed_as_people_type_it(typed: str, means: timedelta) -> None:
    assert load_settings(day=typed).day == means


@pytest.mark.parametrize("typed", ["0s", "1ms", "25h", "2", "two seconds", "-1s", "9999999999s"])
def test_a_day_that_makes_no_sense_is_refused(typed: str) -> None:
    with pytest.raises(BadSettings, match="RESAN_DAY"):
        load_settings(day=typed)


def test_all_problems_are_told_at_once_and_without_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESAN_SMTP_PORT", "70000")
    monkeypatch.setenv("RESAN_POSTGRES_DSN", "mysql://me:geheim@db")
    monkeypatch.setenv("RESAN_LOG_LEVEL", "loud")
    with pytest.raises(BadSettings) as refused:
        load_settings()
    told = refused.value.sentence("en")
    assert all(name in told for name in ("RESAN_SMTP_PORT", "RESAN_POSTGRES_DSN", "RESAN_LOG_LEVEL"))
    assert not any(value in told for value in ("70000", "geheim", "loud"))


def test_a_mail_user_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESAN_SMTP_USER", "post")
    with pytest.raises(BadSettings, match="RESAN_SMTP_PASSWORD"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESAN_POSTGRES_DSN", "postgresql://me:geheim@db/resan")
    assert "geheim" not in repr(load_settings())


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESAN_POSTGRES_DSN", "")
    assert load_settings().postgres_dsn is None


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESAN_DATA_DIR", "/elsewhere")
    assert load_settings(data_dir=tmp_path).data_dir == tmp_path
    assert load_settings(data_dir=None).data_dir == Path("/elsewhere")


def test_no_temporal_of_somebody_elses_unless_one_is_named() -> None:
    assert outside_temporal() is None


def test_temporal_is_named_by_its_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    found = outside_temporal()
    assert found is not None
    assert (found["target_host"], found["api_key"]) == ("temporal.example.org:7233", "key")


def test_temporal_is_named_by_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "temporal.toml").write_text(
        '[profile.default]\naddress = "temporal.example.org:7233"\nnamespace = "resan"\n'
        '[profile.default.tls]\nserver_name = "other.example.org"\n'
    )
    found = outside_temporal()
    assert found is not None
    assert (found["target_host"], found["namespace"]) == ("temporal.example.org:7233", "resan")
    assert found["tls"]


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "temporal.toml").write_text("[profile.default\n")
    with pytest.raises(BadSettings, match="Temporal's configuration"):
        outside_temporal()


@pytest.mark.parametrize(
    ("choice", "environment", "spoken"),
    [
        ("sv", {"LANG": "en_GB.UTF-8"}, "sv"),
        (None, {"LANG": "sv_SE.UTF-8"}, "sv"),
        (None, {"LANG": "sv_SE.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {}, "en"),
        ("de", {"LANG": "sv_SE"}, "sv"),
    ],
)
def test_it_speaks_the_language_chosen_or_the_systems(
    choice: str | None, environment: dict[str, str], spoken: str
) -> None:
    assert language_of(choice, environment) == spoken


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"console_host": "0.0.0.0"}, "RESAN_CONSOLE_HOST lets other machines in"),
        ({"oidc_issuer": "https://id.example.org"}, "belong together"),
        ({"oidc_client_id": "resan"}, "belong together"),
        ({"console_url": "resan.example.org"}, "RESAN_CONSOLE_URL: write an address"),
        ({"console_url": "https://resan.example.org/?x=1"}, "RESAN_CONSOLE_URL: write an address"),
        ({"console_port": 0}, "RESAN_CONSOLE_PORT"),
    ],
)
def test_nobody_from_outside_gets_in_without_signing_in(given: dict[str, str], problem: str) -> None:
    with pytest.raises(BadSettings, match=problem):
        load_settings(**given)


def test_where_staff_sign_in_other_machines_may_be_let_in() -> None:
    settings = load_settings(
        console_host="0.0.0.0",
        console_url="https://resan.example.org/",
        oidc_issuer="https://id.example.org/realms/town/",
        oidc_client_id="resan",
    )
    assert settings.console_url == "https://resan.example.org"
    assert settings.oidc_issuer == "https://id.example.org/realms/town"
    assert settings.oidc_roles_claim == "roles"
