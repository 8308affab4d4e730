"""Fields from observations made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .derive import client, server, split_name
from .shorthand import expand, shorten
from .table import TABLES, load_seen, load_table

TAKEN = {"MAIL": "250", "final": "250", "foreign": "554 5.7.1 no", "DATA": "250"}
REFUSED = {"MAIL": "250", "final": "554 5.7.1 no", "foreign": "554 5.7.1 no"}
FIRST_TLS = {"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}
NO_LOGIN = {"any": "503 5.5.1 Error: authentication not enabled"}
ANY_LOGIN = {"PLAIN": "235", "LOGIN": "235", "CRAM-MD5": "535 5.7.8 no"}
CHALLENGE = {"PLAIN": "535 5.7.8 no", "LOGIN": "535 5.7.8 no", "CRAM-MD5": "235"}


def stage(mail: dict[str, str], auth: dict[str, str], *offers: str) -> dict[str, Any]:
    seen: dict[str, Any] = {"offers": list(offers), "mail": mail, "auth": auth}
    if "235" in auth.values():
        seen["mail_after_auth"] = TAKEN
    return seen


def view(before: dict[str, Any] | None, after: dict[str, Any] | None = None) -> dict[str, Any]:
    seen: dict[str, Any] = {"greeting": "220 mail.example.com ESMTP"}
    if before is not None:
        seen["before"] = before
    if after is not None:
        seen |= {"handshake": "works", "lowest_tls": "1.2", "after": after}
    return seen


DEAD = {"greeting": "dies"}
PLAIN = view(stage(TAKEN, NO_LOGIN))
OPTIONAL = view(stage(TAKEN, NO_LOGIN, "STARTTLS"), stage(TAKEN, NO_LOGIN))
IN_CLEAR = view(
    stage(TAKEN, ANY_LOGIN, "AUTH LOGIN PLAIN", "STARTTLS"),
    stage(TAKEN, ANY_LOGIN, "AUTH LOGIN PLAIN"),
)
REQUIRED = view(
    stage(FIRST_TLS, NO_LOGIN, "STARTTLS"), stage(REFUSED, ANY_LOGIN, "AUTH LOGIN PLAIN")
)
BY_LOGIN = view(stage(REFUSED, NO_LOGIN, "STARTTLS"), stage(REFUSED, ANY_LOGIN, "AUTH LOGIN PLAIN"))
DIGEST = view(
    stage(REFUSED, CHALLENGE, "AUTH CRAM-MD5", "STARTTLS"),
    stage(REFUSED, ANY_LOGIN, "AUTH LOGIN PLAIN"),
)
NO_CERTIFICATE = view(stage(FIRST_TLS, NO_LOGIN, "STARTTLS"))
OPTIONAL_BROKEN = view(stage(TAKEN, NO_LOGIN, "STARTTLS"))
HIDDEN = view(stage(TAKEN, ANY_LOGIN, "STARTTLS"), stage(TAKEN, ANY_LOGIN))
IMPLICIT = {"greeting": "silent", "tls_at_once": True} | {
    key: value for key, value in REQUIRED.items() if key not in ("greeting", "before")
}
SHUT = view(stage(REFUSED, NO_LOGIN, "STARTTLS"), stage(REFUSED, NO_LOGIN))
BEHIND_PROXY = {"greeting": "silent", "proxy": REQUIRED}
BY_CERTIFICATE = view(stage(FIRST_TLS, NO_LOGIN, "STARTTLS")) | {
    "handshake": "closed",
    "lowest_tls": "1.2",
    "after_with_certificate": stage(TAKEN, NO_LOGIN),
}


def seen_by_all(one: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    views = {"ordinary": one, "trusted": {"like": "ordinary"}, "loopback": {"like": "ordinary"}}
    return {"families": [4, 6], **views, **others}


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        pytest.param(PLAIN, {"tls": "none", "auth": False, "tls_works": None}, id="plain"),
        pytest.param(OPTIONAL, {"tls": "starttls-optional", "tls_works": True}, id="optional"),
        pytest.param(IN_CLEAR, {"tls": "starttls-optional", "cleartext_auth": True}, id="clear"),
        pytest.param(
            REQUIRED, {"tls": "starttls-required", "auth": True, "cleartext_auth": False},
            id="required",
        ),
        pytest.param(BY_LOGIN, {"tls": "starttls-required", "usable": True}, id="by login"),
        pytest.param(DIGEST, {"tls": "starttls-optional", "cleartext_auth": False}, id="digest"),
        pytest.param(
            NO_CERTIFICATE,
            {"tls": "starttls-required", "usable": False, "tls_works": False, "auth": None},
            id="no certificate",
        ),
        pytest.param(
            OPTIONAL_BROKEN, {"tls": "starttls-optional", "usable": True, "tls_works": False},
            id="optional without certificate",
        ),
        pytest.param(HIDDEN, {"auth": True, "cleartext_auth": True}, id="hidden login"),
        pytest.param(IMPLICIT, {"tls": "implicit", "tls_works": True}, id="implicit"),
        pytest.param(DEAD, {"tls": None, "usable": False, "auth": None}, id="dead"),
        pytest.param(SHUT, {"tls": None, "usable": False, "tls_works": True}, id="shut"),
        pytest.param(
            BEHIND_PROXY, {"requires": ["proxy-protocol"], "tls": "starttls-required"}, id="proxy"
        ),
        pytest.param(
            BY_CERTIFICATE,
            {"requires": ["client-certificate"], "usable": True, "tls": "starttls-required"},
            id="client certificate",
        ),
    ],
)  # fmt: skip
def test_a_server_is_what_the_ordinary_peer_sees(
    one: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert server("*:587", seen_by_all(one)).items() >= wanted.items()


def fetching(speaks: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Any:
    """A view of a protocol that takes no mail."""
    seen: dict[str, Any] = {"greeting": "* OK", "speaks": speaks, "starttls": "OK"}
    if before is not None:
        seen["before"] = before
    if after is not None:
        seen |= {"handshake": "works", "lowest_tls": "1.2", "after": after}
    return seen


def logins(answers: dict[str, str], *offers: str) -> dict[str, Any]:
    return {"offers": list(offers), "auth": answers}


REFUSES = {"command": "NO [PRIVACYREQUIRED]", "PLAIN": "NO [PRIVACYREQUIRED]"}
TAKES = {"command": "OK", "PLAIN": "OK", "CRAM-MD5": "NO"}
TAKES_DIGEST = {"command": "NO [PRIVACYREQUIRED]", "PLAIN": "NO", "CRAM-MD5": "OK"}
BEHIND = logins(TAKES, "AUTH PLAIN")
SECURED_ONLY = fetching("imap", logins(REFUSES, "LOGINDISABLED", "STARTTLS"), BEHIND)
LEFT_OUT = fetching("imap", logins(TAKES, "AUTH PLAIN", "STARTTLS"), BEHIND)


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        pytest.param(
            SECURED_ONLY,
            {"tls": "starttls-required", "auth": True, "cleartext_auth": False, "usable": True,
             "protocol": "imap", "tls_works": True, "tls_min": "1.2"},
            id="only behind TLS",
        ),
        pytest.param(
            LEFT_OUT, {"tls": "starttls-optional", "cleartext_auth": True}, id="in clear too"
        ),
        pytest.param(
            fetching("pop3", logins({"command": "+OK", "PLAIN": "-ERR"}, "STARTTLS"), BEHIND),
            {"tls": "starttls-optional", "cleartext_auth": True, "protocol": "pop3"},
            id="by the command alone",
        ),
        pytest.param(
            fetching("imap", logins(TAKES_DIGEST, "AUTH CRAM-MD5", "STARTTLS"), BEHIND),
            {"tls": "starttls-optional", "cleartext_auth": False},
            id="a digest before TLS",
        ),
        pytest.param(
            fetching("imap", logins(TAKES, "AUTH PLAIN"), None),
            {"tls": "none", "auth": True, "cleartext_auth": True, "tls_works": None},
            id="no TLS",
        ),
        pytest.param(
            {**fetching("managesieve", None, BEHIND), "greeting": "silent", "tls_at_once": True},
            {"tls": "implicit", "cleartext_auth": False, "protocol": "managesieve"},
            id="implicit",
        ),
        pytest.param(
            fetching("pop3", logins({"any": "-ERR [AUTH]"}, "STARTTLS"), None),
            {"tls": "starttls-required", "usable": False, "tls_works": False, "auth": None},
            id="no certificate",
        ),
    ],
)  # fmt: skip
def test_a_server_that_is_fetched_from(one: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert server("*:143", seen_by_all(one)).items() >= wanted.items()


def test_lmtp_is_known_by_its_hello() -> None:
    one = view(stage(TAKEN, NO_LOGIN, "LHLO", "STARTTLS"), stage(TAKEN, NO_LOGIN, "LHLO"))
    fields = server("*:587", seen_by_all(one))
    assert (fields["protocol"], fields["tls"], fields["auth"]) == (
        "lmtp", "starttls-optional", False,
    )  # fmt: skip


def test_the_host_by_its_own_address_is_no_other_exception() -> None:
    fields = server("*:143", seen_by_all(SECURED_ONLY, loopback=LEFT_OUT, own=LEFT_OUT))
    assert list(fields["exceptions"]) == ["loopback"]
    fields = server("*:143", seen_by_all(SECURED_ONLY, own=LEFT_OUT))
    assert list(fields["exceptions"]) == ["own"]


def test_who_sees_what_everybody_sees_is_no_exception() -> None:
    nobody = fetching("imap", logins(REFUSES, "LOGINDISABLED"), None)
    fields = server("*:143", seen_by_all(nobody, loopback=LEFT_OUT, own=LEFT_OUT))
    assert (fields["exceptions"], fields["requires"]) == ({}, ["trusted-network"])


def test_other_peers_are_exceptions() -> None:
    fields = server("*:25", seen_by_all(REQUIRED, trusted=IN_CLEAR))
    assert fields["exceptions"] == {"trusted": {"tls": "starttls-optional", "cleartext_auth": True}}


def test_a_port_for_the_trusted_network_is_judged_by_it() -> None:
    fields = server("*:25", seen_by_all(SHUT, trusted=OPTIONAL))
    assert fields["requires"] == ["trusted-network"]
    assert (fields["tls"], fields["usable"]) == ("starttls-optional", True)


@pytest.mark.parametrize(
    ("name", "one", "wanted"),
    [
        pytest.param("*:25", OPTIONAL, "smtp", id="relay"),
        pytest.param("*:587", OPTIONAL, "submission", id="by port"),
        pytest.param("*:10587", REQUIRED, "submission", id="by login"),
        pytest.param("*:10025", IN_CLEAR, "smtp", id="login for those who like"),
        pytest.param("*:10025", DEAD, None, id="nothing shows it"),
    ],
)
def test_the_protocol(name: str, one: dict[str, Any], wanted: str | None) -> None:
    assert server(name, seen_by_all(one))["protocol"] == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("*:25", ("", 25)), ("192.0.2.1:25", ("192.0.2.1", 25)), ("[::1]:587", ("::1", 587))],
)
def test_the_address(name: str, wanted: tuple[str, int]) -> None:
    assert split_name(name) == wanted


def test_a_loopback_port_is_judged_by_loopback() -> None:
    fields = server("127.0.0.1:10025", {"families": [4], "loopback": PLAIN})
    assert (fields["local"], fields["family"], fields["requires"]) == (True, "ipv4", [])


CLEAR = {"mail": "in clear"}
TLS = {"starttls": True, "mail": "in tls"}
GIVES_UP = {"starttls": True}
TLS_LOGIN = {**TLS, "auth_in_tls": ["PLAIN"]}
CLEAR_LOGIN = {**CLEAR, "auth_in_clear": ["PLAIN"], "secret_in_clear": True}
AT_ONCE = {"hello_first": True, "mail": "in tls"}


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        pytest.param(
            {"no-starttls": CLEAR, "starttls": CLEAR}, {"tls": "none", "auth": False}, id="plain"
        ),
        pytest.param(
            {"no-starttls": CLEAR, "starttls": TLS, "starttls-stranger": TLS},
            {"tls": "starttls-optional", "certificate_verified": "none"},
            id="optional",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": TLS, "starttls-454": CLEAR},
            {"tls": "starttls-optional"},
            id="goes on after an error",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": TLS_LOGIN, "starttls-454": GIVES_UP,
             "starttls-stranger": GIVES_UP, "starttls-misnamed": GIVES_UP,
             "starttls-renewed": TLS_LOGIN, "starttls-1.0": GIVES_UP, "starttls-1.2": TLS_LOGIN},
            {"tls": "starttls-required", "auth": True, "cleartext_auth": False,
             "certificate_verified": "full", "tls_min": "1.2", "protocol": "submission"},
            id="as it should be",
        ),
        pytest.param(
            {"no-starttls": CLEAR_LOGIN, "starttls": TLS_LOGIN, "starttls-454": CLEAR_LOGIN},
            {"cleartext_auth": True, "auth": True},
            id="password in clear",
        ),
        pytest.param(
            {"no-starttls": {"hello_first": True}, "implicit": AT_ONCE,
             "implicit-misnamed": AT_ONCE, "implicit-renewed": AT_ONCE},
            {"tls": "implicit", "certificate_verified": "chain"},
            id="implicit, name not checked",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": TLS, "starttls-renewed": GIVES_UP},
            {"certificate_verified": "pinned"},
            id="pinned",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": TLS_LOGIN, "no-starttls-no-auth": CLEAR},
            {"tls": "starttls-optional", "auth": True, "cleartext_auth": False},
            id="mail in clear to those who ask for no login",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": GIVES_UP, "no-starttls-elsewhere": {},
             "starttls-elsewhere": TLS, "starttls-stranger-elsewhere": GIVES_UP,
             "starttls-misnamed-elsewhere": GIVES_UP, "starttls-renewed-elsewhere": TLS,
             "starttls-1.0-elsewhere": GIVES_UP, "starttls-1.1-elsewhere": TLS},
            {"usable": True, "tls": "starttls-required", "certificate_verified": "full",
             "tls_min": "1.1"},
            id="another name",
        ),
        pytest.param(
            {"no-starttls": CLEAR, "starttls": {"starttls": True, "mail": "in clear"}},
            {"tls": "starttls-optional", "tls_works": False, "usable": True},
            id="TLS never comes up",
        ),
        pytest.param(
            {"no-starttls-tlsa": CLEAR, "starttls-tlsa": TLS, "starttls-renewed-tlsa": TLS,
             "starttls-misnamed-tlsa": TLS},
            {"tls": "starttls-optional", "certificate_verified": "chain"},
            id="with records only",
        ),
        pytest.param(
            {"no-starttls": {}, "starttls": GIVES_UP, "starttls-454": GIVES_UP},
            {"usable": False, "tls": "starttls-required", "auth": None},
            id="trusts nobody",
        ),
    ],
)  # fmt: skip
def test_a_client_is_what_servers_see(seen: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert client("relay.example.net:587", seen).items() >= wanted.items()


def test_a_client_that_never_dials() -> None:
    fields = client("nothing", {})
    assert fields.pop("usable") is False
    assert set(fields.values()) == {None}


def test_host_and_port_stand_behind_the_name_of_the_message() -> None:
    fields = client("listed mx.example.org:25", {"no-starttls": CLEAR})
    assert (fields["host"], fields["port"], fields["protocol"]) == ("mx.example.org", 25, "smtp")


def test_shorthand_keeps_everything() -> None:
    views = {"ordinary": REQUIRED, "trusted": shorten(IMPLICIT, REQUIRED, "ordinary")}
    assert expand(views, "trusted") == IMPLICIT


@pytest.mark.parametrize("table", TABLES)
def test_every_case_is_recorded(table: str) -> None:
    missing = [
        f"{case.id} {version}"
        for case in load_table(table)
        for version in case.versions
        if version not in load_seen(case)
    ]
    assert missing == []
