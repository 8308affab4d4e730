"""docker-mailserver's relay, Synapse, Vaultwarden, Alertmanager: what their settings come to."""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed, readings


def relay(*lines: str) -> str:
    return "\n".join(("SSL_TYPE=letsencrypt", "RELAY_HOST=relay", *lines)) + "\n"


def synapse(*lines: str) -> str:
    return "email:\n  notif_from: a@example.org\n" + "".join(f"  {line}\n" for line in lines)


def vaultwarden(*lines: str) -> str:
    return "".join(f"SMTP_{line}\n" for line in ("HOST=mail", *lines))


def alertmanager(*lines: str, receiver: str = "") -> str:
    head = "global:\n  smtp_from: a@example.org\n" + "".join(f"  {line}\n" for line in lines)
    item = "receivers:\n  - name: mail\n    email_configs:\n      - to: o@example.org\n"
    return head + item + receiver


RELAY = (
    ("secure", relay("RELAY_PORT=587", "RELAY_USER=u", "RELAY_PASSWORD=x"),
     "relay 587 starttls-required yes no none"),
    # Postfix gets no smtp_tls_wrappermode: the client waits for a greeting.
    ("465", relay("RELAY_PORT=465", "RELAY_USER=u", "RELAY_PASSWORD=x"),
     "relay 465 starttls-required yes no none"),
    # _relayhost_sasl returns before it asks for TLS: main.cf has "may".
    ("optional", relay("RELAY_PORT=587"), "relay 587 starttls-optional no no none"),
    ("missing keys", relay(), "relay 25 starttls-optional no no none"),
    ("default relay", "DEFAULT_RELAY_HOST=[relay]:587\nRELAY_USER=u\nRELAY_PASSWORD=x\n",
     "relay 587 starttls-required yes no none"),
    ("hole", relay("RELAY_PORT=587", "RELAY_USER={{ user }}", "RELAY_PASSWORD=x"),
     "relay 587 ? ? ? none"),
)  # fmt: skip
SYNAPSE = (
    ("secure", synapse("smtp_host: mail", "force_tls: true", "smtp_user: u"),
     "mail 465 implicit yes no full"),
    ("required", synapse("smtp_host: mail", "smtp_port: 587", "require_transport_security: yes"),
     "mail 587 starttls-required no no full"),
    ("optional", synapse("smtp_host: mail", "smtp_port: 587", "smtp_user: u"),
     "mail 587 starttls-optional yes yes full"),
    ("plaintext", synapse("smtp_host: mail", "enable_tls: false", "smtp_user: u"),
     "mail 25 none yes yes -"),
    ("missing keys", synapse(), "localhost 25 starttls-optional no no full"),
    # A text that is not empty is true to Python.
    ("a word in quotes", synapse("smtp_host: mail", 'force_tls: "false"'),
     "mail 465 implicit no no full"),
    ("null", synapse("smtp_host: mail", "smtp_user: null"), "mail 25 starttls-optional no no full"),
    ("refused", synapse("smtp_host: mail", "force_tls: true", "enable_tls: false"),
     "mail 465 unusable"),
    ("hole", synapse("smtp_host: mail", "smtp_port: 587", "require_transport_security: {{ tls }}"),
     "mail 587 ? no no full"),
)  # fmt: skip
# config.rs, smtp_convert_deprecated_ssl_options; mail.rs, smtp_transport; lettre's starttls().
VAULTWARDEN = (
    ("secure", vaultwarden("SECURITY=force_tls", "USERNAME=u"), "mail 465 implicit yes no full"),
    ("the port stays", vaultwarden("SECURITY=force_tls", "PORT=587"),
     "mail 587 implicit no no full"),
    ("STARTTLS", vaultwarden("SECURITY=starttls"), "mail 587 starttls-required no no full"),
    ("plaintext", vaultwarden("SECURITY=off", "USERNAME=u"), "mail 25 none yes yes -"),
    ("missing keys", vaultwarden(), "mail 587 starttls-required no no full"),
    ("older, from the first byte", vaultwarden("EXPLICIT_TLS=true", "SSL=false"),
     "mail 465 implicit no no full"),
    ("older, plaintext", vaultwarden("SSL=No"), "mail 25 none no no -"),
    ("older, STARTTLS", vaultwarden("SSL=true", "EXPLICIT_TLS=0"),
     "mail 587 starttls-required no no full"),
    ("the newer counts", vaultwarden("SSL=false", "SECURITY=starttls"),
     "mail 587 starttls-required no no full"),
    ("refused", vaultwarden("SECURITY=tls"), "mail 587 unusable"),
    ("unverified", vaultwarden("ACCEPT_INVALID_CERTS=true"),
     "mail 587 starttls-required no no none"),
    ("another name", vaultwarden("ACCEPT_INVALID_HOSTNAMES=1"),
     "mail 587 starttls-required no no chain"),
    ("hole", vaultwarden("PORT=587", "SECURITY={{ tls }}"), "mail 587 ? no no full"),
)  # fmt: skip
ALERTMANAGER: tuple[tuple[str, str, list[str]], ...] = (
    ("secure", alertmanager("smtp_smarthost: 'mail:587'", "smtp_auth_username: u"),
     ["mail 587 starttls-required yes no full"]),
    # Source of 0.31: STARTTLS is no longer asked for within TLS.
    ("465", alertmanager("smtp_smarthost: mail:465"),
     ["mail 465 implicit no no full", "or", "mail 465 unusable"]),
    ("465 without STARTTLS", alertmanager("smtp_smarthost: mail:465", "smtp_require_tls: false"),
     ["mail 465 implicit no no full"]),
    ("465, STARTTLS", alertmanager("smtp_smarthost: mail:465", "smtp_force_implicit_tls: false"),
     ["mail 465 starttls-required no no full"]),
    ("plaintext", alertmanager("smtp_smarthost: mail:587", "smtp_require_tls: false",
                               "smtp_auth_username: u", "smtp_auth_password: x"),
     ["mail 587 none yes yes -"]),
    ("CRAM-MD5", alertmanager("smtp_smarthost: mail:587", "smtp_require_tls: false",
                              "smtp_auth_username: u", "smtp_auth_secret: x"),
     ["mail 587 none yes no -"]),
    ("a receiver of its own",
     alertmanager("smtp_smarthost: mail:587", "smtp_auth_username: u",
                  receiver="        smarthost: other:25\n        require_tls: false\n"),
     ["mail 587 starttls-required yes no full", "other 25 none yes no -"]),
    ("unverified",
     alertmanager("smtp_smarthost: mail:587", "smtp_tls_config: {insecure_skip_verify: true}"),
     ["mail 587 starttls-required no no none"]),
    ("the receiver's own checks",
     alertmanager("smtp_smarthost: mail:587", "smtp_tls_config: {insecure_skip_verify: true}",
                  receiver="        tls_config: {server_name: mail}\n"),
     ["mail 587 starttls-required no no none", "mail 587 starttls-required no no full"]),
    ("missing keys", alertmanager(), []),
    ("hole", alertmanager("smtp_smarthost: mail:{{ port }}"), ["mail ? ? no no full"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "string", "expected"),
    [
        pytest.param(
            name,
            string,
            expected if isinstance(expected, list) else [expected],
            id=f"{name}: {case}",
        )
        for name, table in (
            ("docker-mailserver", RELAY),
            ("synapse", SYNAPSE),
            ("vaultwarden", VAULTWARDEN),
            ("alertmanager", ALERTMANAGER),
        )
        for case, string, expected in table
    ],
)
def test_what_the_settings_come_to(name: str, string: str, expected: list[str]) -> None:
    assert clients(name, string) == expected


def test_versions_that_are_named_decide() -> None:
    at_465 = alertmanager("smtp_smarthost: mail:465")
    assert clients("alertmanager", at_465, programs={"alertmanager": "0.28"}) == [
        "mail 465 unusable"
    ]
    relayed = relay("RELAY_PORT=587")
    before = clients("docker-mailserver", relayed, programs={"docker-mailserver": "13.3"})
    assert before == ["relay 587 starttls-required no no none"]


@pytest.mark.parametrize("other", ["smtp_tls_wrappermode = yes\n", "smtp_tls_security_level=may\n"])
def test_what_postfix_is_told_elsewhere_leaves_the_mode_open(other: str) -> None:
    """Case 15: a relay on 465 is right if postfix-main.cf says so."""
    files = {"config/postfix-main.cf": other}
    string = relay("RELAY_PORT=465", "RELAY_USER=u", "RELAY_PASSWORD=x")
    (reading,) = readings("docker-mailserver", string, files=files)
    assert reading.endpoints[0].undecided["tls"] == ("config/postfix-main.cf",)


def test_what_postfix_is_told_of_the_server_side_does_not_count() -> None:
    files = {"config/postfix-main.cf": "smtpd_tls_security_level = may\n"}
    string = relay("RELAY_PORT=587", "RELAY_USER=u", "RELAY_PASSWORD=x")
    assert clients("docker-mailserver", string, files=files) == [
        "relay 587 starttls-required yes no none"
    ]


@pytest.mark.parametrize(
    ("name", "string", "value", "expected"),
    [
        pytest.param(
            "alertmanager",
            alertmanager("smtp_smarthost: mail:587", "smtp_require_tls: false"),
            "starttls-required",
            alertmanager("smtp_smarthost: mail:587", "smtp_require_tls: true"),
            id="what stands before the rule is taken back",
        ),
        pytest.param(
            "vaultwarden",
            vaultwarden("SECURITY=off", "PORT=587"),
            "starttls-required",
            vaultwarden("SECURITY=starttls", "PORT=587"),
            id="a word is replaced",
        ),
        pytest.param(
            "synapse",
            synapse("smtp_host: mail", "smtp_port: 587"),
            "starttls-required",
            synapse("smtp_host: mail", "require_transport_security: true", "smtp_port: 587"),
            id="a line is added",
        ),
    ],
)
def test_fixes(name: str, string: str, value: str, expected: str) -> None:
    assert fixed(name, string, "tls", value) == expected
