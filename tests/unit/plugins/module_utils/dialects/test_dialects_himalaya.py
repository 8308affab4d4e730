"""himalaya: what its settings of three schemas come to."""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed

NEW = "[accounts.a]\nsmtp.server = {}\nsmtp.sasl.plain.username = 'u'\n"
OLD = (
    "[accounts.a]\nmessage.send.backend.type = 'smtp'\nmessage.send.backend.host = 'mail'\n"
    "message.send.backend.port = 587\nmessage.send.backend.login = 'u'\n"
    "message.send.backend.encryption.type = '{}'\n"
)
HIMALAYA = (
    ("secure", NEW.format("'mail'"), "mail 465 implicit yes no full"),
    # A port does not change it: tls from the first byte on 587.
    ("a host with a port", NEW.format("'mail:587'"), "mail 587 implicit yes no full"),
    ("required", NEW.format("'smtp://mail:587'\nsmtp.starttls = true"),
     "mail 587 starttls-required yes no full"),
    ("plaintext", NEW.format("'smtp://mail:587'"), "mail 587 none yes yes -"),
    ("plaintext, default port", NEW.format("'smtp://mail'"), "mail 25 none yes yes -"),
    ("missing keys", "[accounts.a]\nsmtp.server = 'mail'\n", "mail 465 implicit no no full"),
    ("old, secure", OLD.format("tls").replace("587", "465"), "mail 465 implicit yes no full"),
    ("old, required", OLD.format("start-tls"), "mail 587 starttls-required yes no full"),
    ("old, plaintext", OLD.format("none"), "mail 587 none yes yes -"),
    ("IMAP", "[accounts.a]\nimap.server = 'imap://mail'\nimap.sasl.login.username = 'u'\n",
     "mail 143 none yes yes -"),
    ("hole", NEW.format("'{{ server }}'"), "? ? ? yes ? full"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("string", "expected"),
    [pytest.param(string, expected, id=case) for case, string, expected in HIMALAYA],
)
def test_what_the_settings_come_to(string: str, expected: str) -> None:
    assert clients("himalaya", string) == [expected]


def test_a_fix_adds_a_line() -> None:
    before = NEW.format("'smtp://mail:587'")
    after = NEW.format("'smtp://mail:587'\nsmtp.starttls = true")
    assert fixed("himalaya", before, "tls", "starttls-required") == after
