"""Alertmanager, Gitea, Grafana, listmonk, Mattermost: what their settings come to.

The evidence for each stands in its manual; what a case adds to it is said beside it.
"""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed, readings

HOST = "mail.example.org"


def gitea(*lines: str) -> str:
    return "\n".join(("[mailer]", "ENABLED = true", f"SMTP_ADDR = {HOST}", *lines)) + "\n"


def grafana(host: str, *lines: str) -> str:
    return "\n".join(("[smtp]", "enabled = true", f"host = {host}", *lines)) + "\n"


def listmonk(**settings: object) -> str:
    import json

    return json.dumps({"smtp": [{"enabled": True, "host": HOST, "port": 587, **settings}]})


def mattermost(**settings: object) -> str:
    import json

    return json.dumps({"EmailSettings": {"SMTPServer": HOST, "SMTPPort": "587", **settings}})


GITEA = (
    ("secure", gitea("PROTOCOL = smtps", "SMTP_PORT = 465", "USER = u", "PASSWD = x"),
     "H 465 implicit yes no full"),
    ("optional", gitea("PROTOCOL = smtp+starttls", "SMTP_PORT = 587", "USER = u"),
     "H 587 starttls-optional yes yes full"),
    ("plaintext", gitea("PROTOCOL = smtp", "SMTP_PORT = 25"), "H 25 none no no -"),
    # The port follows the protocol, and the protocol the port.
    ("no port", gitea("PROTOCOL = smtps"), "H 465 implicit no no full"),
    ("no protocol, 465", gitea("SMTP_PORT = 465"), "H 465 implicit no no full"),
    ("no protocol, 587", gitea("SMTP_PORT = 587"), "H 587 starttls-optional no no full"),
    ("no protocol, 25", gitea("SMTP_PORT = 25"), "H 25 none no no -"),
    ("no protocol, 2525", gitea("SMTP_PORT = 2525"), "H 2525 implicit no no full"),
    # The sender's default case: no TLS.
    ("unknown protocol", gitea("PROTOCOL = SMTPS", "SMTP_PORT = 465", "USER = u"),
     "H 465 none yes yes -"),
    ("unverified", gitea("PROTOCOL = smtps", "FORCE_TRUST_SERVER_CERT = true"),
     "H 465 implicit no no none"),
    ("old keys", f"[mailer]\nENABLED = 1\nHOST = {HOST}:465\nIS_TLS_ENABLED = true\n",
     "H 465 implicit no no full"),
    ("old keys, no TLS", f"[mailer]\nENABLED = 1\nHOST = {HOST}:587\nIS_TLS_ENABLED = false\n",
     "H 587 starttls-optional no no full"),
    ("hole", gitea("PROTOCOL = smtp", "SMTP_PORT = 25", "USER = {{ user }}"), "H 25 none ? ? -"),
    ("open port", gitea("PROTOCOL = smtps", "SMTP_PORT = {{ port }}"), "H ? implicit no no full"),
)  # fmt: skip
GRAFANA = (
    ("secure", grafana(f"{HOST}:465", "user = u", "startTLS_policy = NoStartTLS"),
     "H 465 implicit yes no full"),
    ("required", grafana(f"{HOST}:587", "user = u", "startTLS_policy = MandatoryStartTLS"),
     "H 587 starttls-required yes no full"),
    ("optional", grafana(f"{HOST}:587", "user = u"), "H 587 starttls-optional yes yes full"),
    ("unknown policy", grafana(f"{HOST}:587", "startTLS_policy = mandatorystarttls"),
     "H 587 starttls-optional no no full"),
    ("plaintext", grafana(f"{HOST}:587", "user = u", "startTLS_policy = NoStartTLS"),
     "H 587 none yes yes -"),
    ("unverified", grafana(f"{HOST}:465", "skip_verify = true"), "H 465 implicit no no none"),
    ("not a truth value", grafana(f"{HOST}:465", "skip_verify = enabled"),
     "H 465 implicit no no full"),
    ("hole", grafana("{{ host }}:587", "startTLS_policy = MandatoryStartTLS"),
     "? 587 starttls-required no no full"),
    ("open port", grafana(HOST + ":{{ port }}"), "H ? ? no no full"),
    ("variable", grafana("$__env{SMTP_HOST}"), "? ? ? no no full"),
)  # fmt: skip
LISTMONK = (
    ("secure", listmonk(port=465, tls_type="TLS", auth_protocol="login"),
     "H 465 implicit yes no full"),
    ("required", listmonk(tls_type="STARTTLS", auth_protocol="cram"),
     "H 587 starttls-required yes no full"),
    ("plaintext", listmonk(tls_type="none", auth_protocol="login"), "H 587 none yes yes -"),
    # smtp.PlainAuth of Go sends nothing without TLS.
    ("plaintext, PLAIN", listmonk(tls_type="none", auth_protocol="plain"), "H 587 none yes no -"),
    ("missing keys", listmonk(), "H 587 none no no -"),
    ("wrong case", listmonk(tls_type="starttls"), "H 587 none no no -"),
    ("unverified", listmonk(tls_type="TLS", tls_skip_verify=True), "H 587 implicit no no none"),
)  # fmt: skip
MATTERMOST = (
    ("secure", mattermost(SMTPPort="465", ConnectionSecurity="TLS", EnableSMTPAuth=True),
     "H 465 implicit yes no full"),
    ("optional", mattermost(ConnectionSecurity="STARTTLS", EnableSMTPAuth=True),
     "H 587 starttls-optional yes no full"),
    # loginAuth and smtp.PlainAuth both refuse.
    ("plaintext", mattermost(ConnectionSecurity="", EnableSMTPAuth=True), "H 587 none yes no -"),
    ("missing keys", mattermost(), "H 587 none no no -"),
    ("wrong case", mattermost(ConnectionSecurity="tls"), "H 587 none no no -"),
    ("a word in quotes", mattermost(EnableSMTPAuth="true"), "H 587 none ? no -"),
    ("unverified", mattermost(ConnectionSecurity="TLS", SkipServerCertificateVerification=True),
     "H 587 implicit no no none"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "string", "expected"),
    [
        pytest.param(name, string, expected, id=f"{name}: {case}")
        for name, table in (
            ("gitea", GITEA),
            ("grafana", GRAFANA),
            ("listmonk", LISTMONK),
            ("mattermost", MATTERMOST),
        )
        for case, string, expected in table
    ],
)
def test_what_the_settings_come_to(name: str, string: str, expected: str) -> None:
    assert clients(name, string) == [expected.replace("H ", f"{HOST} ")]


def test_a_client_that_may_not_connect_is_open() -> None:
    reading = readings("gitea", gitea("PROTOCOL = {{ protocol }}", "SMTP_PORT = 465"))[0]
    assert not reading.endpoints
    assert [decider for decider, _place in reading.clients] == ["protocol"]


@pytest.mark.parametrize(
    ("name", "string"),
    [
        ("gitea", gitea("PROTOCOL = sendmail")),
        ("gitea", gitea().replace("true", "false")),
        ("grafana", grafana(HOST + ":25").replace("true", "false")),
        ("grafana", "[server]\nhttp_port = 3000\n"),
        ("listmonk", listmonk().replace("true", "false")),
        ("mattermost", '{"EmailSettings": {"SMTPServer": ""}}'),
        ("mattermost", "{}"),
    ],
)
def test_what_sends_no_mail_is_no_client(name: str, string: str) -> None:
    assert clients(name, string) == []


def test_each_server_of_a_list_is_a_client() -> None:
    servers = ",".join(f'{{"enabled": true, "host": "{name}", "port": 25}}' for name in "ab")
    two = f'{{"data": {{"smtp": [{servers}]}}}}'
    assert clients("listmonk", two) == ["a 25 none no no -", "b 25 none no no -"]


@pytest.mark.parametrize(
    ("name", "string", "field", "value", "expected"),
    [
        pytest.param(
            "grafana",
            grafana(f"{HOST}:587  ; ours", "user = u"),
            "tls",
            "starttls-required",
            grafana(f"{HOST}:587  ; ours", "startTLS_policy = MandatoryStartTLS", "user = u"),
            id="a line is added",
        ),
        pytest.param(
            "grafana",
            grafana(f"{HOST}:587", "startTLS_policy = NoStartTLS"),
            "tls",
            "starttls-required",
            grafana(f"{HOST}:587", "startTLS_policy = MandatoryStartTLS"),
            id="a value is replaced",
        ),
        pytest.param(
            "grafana",
            grafana(f"{HOST}:25"),
            "tls",
            "implicit",
            grafana(f"{HOST}:465"),
            id="the port decides",
        ),
        pytest.param(
            "grafana",
            grafana(f"{HOST}:465", "skip_verify = true"),
            "certificate_verified",
            "full",
            grafana(f"{HOST}:465", "skip_verify = no"),
            id="the check is switched on",
        ),
        pytest.param(
            "gitea",
            gitea("PROTOCOL = smtps", "SMTP_PORT = 587"),
            "tls",
            "starttls-required",
            gitea("PROTOCOL = smtps", "SMTP_PORT = 465"),
            id="STARTTLS cannot be required",
        ),
        pytest.param(
            "listmonk",
            listmonk(tls_type="none"),
            "tls",
            "starttls-required",
            listmonk(tls_type="STARTTLS"),
            id="JSON",
        ),
        pytest.param(
            "listmonk",
            listmonk().replace(f'"{HOST}",', f'"{HOST}", "tls_type": "STARTTLS",'),
            "tls",
            "implicit",
            listmonk().replace(f'"{HOST}",', f'"{HOST}", "tls_type": "TLS",'),
            id="JSON, a value is replaced",
        ),
        pytest.param(
            "listmonk",
            listmonk(),
            "tls",
            "implicit",
            listmonk().replace(f'"{HOST}",', f'"{HOST}", "tls_type": "TLS",'),
            id="JSON, a key is added",
        ),
        pytest.param(
            "mattermost",
            mattermost(ConnectionSecurity="STARTTLS"),
            "tls",
            "starttls-required",
            mattermost(ConnectionSecurity="TLS").replace("587", "465"),
            id="another port, as text",
        ),
        pytest.param(
            "grafana", grafana("{{ host }}"), "tls", "implicit", None, id="the address is open"
        ),
    ],
)
def test_fixes(name: str, string: str, field: str, value: str, expected: str | None) -> None:
    assert fixed(name, string, field, value) == expected
