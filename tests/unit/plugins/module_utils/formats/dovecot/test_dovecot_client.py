# ruff: noqa: E501  tables whose rows read better on one line
"""What Dovecot dials: the relay of submission, delivery, imapc, pop3c."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint, Reading

from tests.support.dovecot import BEFORE, SINCE, before, read, since
from tests.support.holed import template

RELAY = "submission_relay_host = relay.example.net\n"


def clients(reading: Reading) -> dict[str, Endpoint]:
    assert not reading.problems
    return {one.name: one for one in reading.endpoints if one.side == "client"}


def seen(reading: Reading, name: str) -> tuple[Any, ...]:
    one = clients(reading)[name]
    return one.protocol, one.port, one.tls, one.auth, one.cleartext_auth, one.certificate_verified


def relay(more: str) -> str:
    return "".join(f"submission_relay_{line}\n" for line in more.split(", ") if line)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("", ("smtp", 25, "none", False, False, None), id="as it comes"),
        pytest.param(
            "port = 587", ("submission", 587, "none", False, False, None), id="a port of submission"
        ),
        pytest.param(
            "user = jo", ("submission", 25, "none", True, True, None), id="login in clear"
        ),
        pytest.param(
            "ssl = starttls, port = 587, user = jo",
            ("submission", 587, "starttls-required", True, False, "full"),
            id="STARTTLS",
        ),
        pytest.param(
            "ssl = smtps, port = 465, user = jo",
            ("submission", 465, "implicit", True, False, "full"),
            id="TLS at once",
        ),
        pytest.param(
            "ssl = starttls, ssl_verify = no",
            ("smtp", 25, "starttls-required", False, False, "none"),
            id="unverified",
        ),
        pytest.param(
            "master_user = jo",
            ("smtp", 25, "none", False, False, None),
            id="a master user alone is nobody",
        ),
    ],
)
def test_relay(more: str, expected: tuple[Any, ...]) -> None:
    for reading in (before(relay(more)), since(relay(more))):
        assert seen(reading, "submission_relay") == expected


def test_the_relay_goes_by_the_filter_of_its_protocol() -> None:
    reading = since(
        "protocol submission {\n submission_relay_port = 2525\n submission_relay_ssl = starttls\n}\n"
    )
    assert seen(reading, "submission_relay")[:3] == ("submission", 2525, "starttls-required")


def test_without_submission_there_is_no_relay() -> None:
    assert clients(read(RELAY + "protocols = imap\n", "2.3.19")) == {}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(
            before("imapc_host = h\n"), ("imap", 143, "none", True, True, None), id="as it comes"
        ),
        pytest.param(
            before("imapc_host = h\nimapc_ssl = imaps\nimapc_port = 993\n"),
            ("imap", 993, "implicit", True, False, "full"),
            id="TLS at once",
        ),
        pytest.param(
            before("imapc_host = h\nimapc_ssl = starttls\nimapc_ssl_verify = no\n"),
            ("imap", 143, "starttls-required", True, False, "none"),
            id="2.3 unverified",
        ),
        pytest.param(
            since("imapc_host = h\nimapc_ssl = starttls\nssl_client_require_valid_cert = no\n"),
            ("imap", 143, "starttls-required", True, False, "none"),
            id="2.4 unverified",
        ),
        pytest.param(
            since("imapc {\nhost = h\nssl = imaps\n}\n"),
            ("imap", 143, "implicit", True, False, "full"),
            id="2.4 section",
        ),
        pytest.param(
            before("imapc_host = h\nimapc_sasl_mechanisms = cram-md5\n"),
            ("imap", 143, "none", True, False, None),
            id="a challenge",
        ),
        pytest.param(
            before("imapc_host = h\nimapc_sasl_mechanisms = cram-md5 plain\n"),
            ("imap", 143, "none", True, True, None),
            id="or plaintext",
        ),
    ],
)
def test_imapc(reading: Reading, expected: tuple[Any, ...]) -> None:
    assert seen(reading, "imapc") == expected


def test_pop3c() -> None:
    reading = before("pop3c_host = h\npop3c_ssl = pop3s\npop3c_port = 995\n")
    assert seen(reading, "pop3c") == ("pop3", 995, "implicit", True, False, "full")


def test_oldest_version_of_clients() -> None:
    more = "imapc_host = h\nimapc_ssl = imaps\nssl_client {\nssl_min_protocol = TLSv1.3\n}\n"
    assert clients(since(more))["imapc"].tls_min == "1.3"
    assert (
        clients(read(SINCE + more.replace("TLSv1.3", "TLSv1.1"), "2.4.1"))["imapc"].tls_min == "1.1"
    )


def test_2_4_no_longer_knows_the_switch_of_imapc() -> None:
    assert "2.4 knows no imapc_ssl_verify" in since("imapc_ssl_verify = no\n").problems[0].message


@pytest.mark.parametrize(
    ("reading", "names"),
    [
        pytest.param(
            since("namespace x {\nimapc_host = a\n}\n"), ["namespace x"], id="a namespace"
        ),
        pytest.param(
            since("namespace x {\npop3c {\nhost = a\n}\n}\n"), ["namespace x"], id="short"
        ),
        pytest.param(since("passdb imap {\nimapc_host = a\n}\n"), ["passdb imap"], id="passwords"),
        pytest.param(since("passdb imap {\n}\nimapc_host = a\n"), [], id="the usual one"),
        pytest.param(
            before("passdb {\ndriver = imap\nargs = host=a\n}\n"), ["passdb imap"], id="2.3"
        ),
        pytest.param(before("passdb {\ndriver = pam\n}\n"), [], id="nobody else"),
    ],
)
def test_clients_that_are_not_looked_at_are_said(reading: Reading, names: list[str]) -> None:
    assert not reading.problems
    assert [name for name, _place in reading.clients] == [f"the server of {one}" for one in names]


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("relay.example.net", "relay.example.net", 25),
        ("relay.example.net:588", "relay.example.net", 588),
        ("[2001:db8::1]", "2001:db8::1", 25),
        ("[2001:db8::1]:587", "2001:db8::1", 587),
        ("2001:db8::1", "2001:db8::1", 25),
    ],
)
def test_through_whom_delivery_sends(value: str, host: str, port: int) -> None:
    one = clients(before(f"submission_host = {value}\n"))["submission"]
    assert (one.host, one.port, one.usable) == (host, port, True)
    assert (one.auth, one.tls, one.protocol) == (
        False, "none", "submission" if port == 587 else "smtp",
    )  # fmt: skip


@pytest.mark.parametrize("value", ["relay:smtp", "relay:0", "relay:99999", "[::1", "[::1]25"])
def test_what_is_no_port_is_dialled_by_nobody(value: str) -> None:
    one = clients(since(f"submission_host = {value}\n"))["submission"]
    assert one.usable is False
    assert one.causes["usable"][0].text == "what it names is no port"


def test_delivery_of_one_program_may_have_a_server_of_its_own() -> None:
    found = clients(
        before("submission_host = a.example\nprotocol lda {\n submission_host = b.example\n}\n")
    )
    assert {name: one.host for name, one in found.items() if name != "submission_relay"} == {
        "submission": "a.example",
        "submission@lda": "b.example",
    }


def test_what_is_dialled_by_nobody_shows_nothing() -> None:
    one = clients(since("submission_host = relay:smtp\nsubmission_ssl = starttls\n"))["submission"]
    assert {"tls", "auth", "cleartext_auth", "protocol", "tls_works"} <= one.not_applicable


@pytest.mark.parametrize(
    ("more", "texts"),
    [
        pytest.param(
            relay("ssl = starttls, ssl_verify = yes") + "ssl_client_require_valid_cert = no\n",
            ["ssl_client_require_valid_cert = no"],
            id="what is checked nowhere",
        ),
        pytest.param(
            relay("ssl = starttls, ssl_verify = no") + "ssl_client_require_valid_cert = yes\n",
            ["submission_relay_ssl_verify = no"],
            id="what the relay does not check",
        ),
    ],
)
def test_the_setting_that_gives_up_the_check_is_blamed(more: str, texts: list[str]) -> None:
    one = clients(before(more))["submission_relay"]
    assert one.certificate_verified == "none"
    assert [cause.text for cause in one.causes["certificate_verified"]] == texts


def test_an_open_mode_leaves_open_whether_tls_works() -> None:
    text = template(
        "/etc/dovecot/dovecot.conf", BEFORE.replace("<", "") + "submission_relay_ssl = <x>\n"
    )
    one = clients(read(text))["submission_relay"]
    assert one.undecided == dict.fromkeys(("tls", "tls_works"), ("x",))
