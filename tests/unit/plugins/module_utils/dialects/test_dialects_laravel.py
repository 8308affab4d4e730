"""Laravel: what the settings in its .env come to."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from tests.support.dialects import clients, fixed, readings


def laravel(*lines: str) -> str:
    head = ("APP_KEY=base64:x", "MAIL_MAILER=smtp", "MAIL_HOST=mail")
    return "\n".join((*head, *lines)) + "\n"


LARAVEL: tuple[tuple[str, str, list[str]], ...] = (
    ("secure", laravel("MAIL_PORT=465", "MAIL_USERNAME=u", "MAIL_PASSWORD=x"),
     ["mail 465 implicit yes no full"]),
    # Since 9 the word does nothing.
    ("optional", laravel("MAIL_PORT=587", "MAIL_ENCRYPTION=tls", "MAIL_USERNAME=u"),
     ["mail 587 starttls-optional yes yes full"]),
    ("scheme", laravel("MAIL_PORT=2465", "MAIL_SCHEME=smtps"), ["mail 2465 implicit no no full"]),
    ("refused", laravel("MAIL_PORT=587", "MAIL_SCHEME=tls"), ["mail 587 unusable"]),
    ("missing keys", laravel(),
     ["mail 2525 starttls-optional no no full", "or", "mail 587 starttls-optional no no full"]),
    ("null", laravel("MAIL_PORT=587", "MAIL_USERNAME=null"),
     ["mail 587 starttls-optional no no full"]),
    ("log", laravel().replace("smtp", "log"), []),
    ("hole", laravel("MAIL_PORT={{ port }}", "MAIL_USERNAME=u"), ["mail ? ? yes ? full"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("string", "expected"),
    [pytest.param(string, expected, id=case) for case, string, expected in LARAVEL],
)
def test_what_the_settings_come_to(string: str, expected: list[str]) -> None:
    assert clients("laravel", string) == expected


def test_an_old_laravel_is_asked_about_if_it_is_named() -> None:
    string = laravel("MAIL_PORT=587", "MAIL_ENCRYPTION=tls")
    old = clients("laravel", string, programs={"laravel": "8.83"})
    assert old == ["mail 587 starttls-required no no full"]


def test_the_oldest_laravel_is_known() -> None:
    source = MemorySource({".env": laravel("MAIL_PORT=587").encode()})
    report = engine.check(source, Policy.default(), [".env"], Options(programs={"laravel": "8"}))
    assert [unit.unknown_version for unit in report.units] == [""]


def test_what_laravel_is_told_elsewhere_leaves_the_mode_open() -> None:
    files = {"config/mail.php": "'require_tls' => true,"}
    (reading,) = readings("laravel", laravel("MAIL_PORT=587"), files=files)
    assert reading.endpoints[0].undecided["tls"] == ("config/mail.php",)


def test_a_fix_moves_the_port_where_starttls_cannot_be_required() -> None:
    after = fixed("laravel", laravel("MAIL_PORT=587"), "tls", "starttls-required")
    assert after == laravel("MAIL_SCHEME=smtps", "MAIL_PORT=465")
