"""A repository whose folders become folders of hosts, and what only the hosts have."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwarden.cli import main

POLICY = "roots: {files/etc: /etc}\nprograms: {postfix: '3.7', dovecot: '2.3', msmtp: '1.8'}\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            "postfix/main.cf",
            "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\n"
            "smtpd_tls_security_level = may\n"
            "smtpd_tls_CAfile = /etc/postfix/ca.pem\n"
            "smtpd_tls_cert_file = /etc/postfix/mail.pem\n"
            "smtpd_tls_key_file = /etc/postfix/mail.key\n",
            id="postfix",
        ),
        pytest.param(
            "dovecot/dovecot.conf",
            "protocols = imap\n"
            "ssl = required\n"
            "ssl_cert = </etc/dovecot/mail.pem\n"
            "ssl_key = </etc/dovecot/mail.key\n"
            "auth_mechanisms = plain\n"
            "passdb {\n  driver = pam\n}\n",
            id="dovecot",
        ),
        pytest.param(
            "ssl/msmtprc",
            "account default\nhost mail.example.com\nport 465\ntls on\ntls_starttls off\n"
            "tls_trust_file /etc/ssl/ca.pem\n",
            id="msmtp",
        ),
    ],
)
def test_certificates_are_made_on_the_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str, text: str
) -> None:
    file = tmp_path / "files/etc" / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    if file.name == "main.cf":
        (file.parent / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    (tmp_path / ".mailwarden.yml").write_text(POLICY)
    status = main(["lint", str(tmp_path)])
    shown = capsys.readouterr().out
    assert (status, "0 errors, 0 warnings, 0 notes, 0 undecided, 0 unread" in shown) == (0, True)
