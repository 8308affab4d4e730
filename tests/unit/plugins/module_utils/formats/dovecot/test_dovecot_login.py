# ruff: noqa: E501  tables whose rows read better on one line
"""TLS and logins, field by field: what an ordinary peer sees, and what others do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dovecot import before, bound, endpoint, inside, read, seen, since

REQUIRED, OPTIONAL = "starttls-required", "starttls-optional"
TRUSTED = ("trusted-network",)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("", (REQUIRED, False, True, ()), id="as it comes"),
        pytest.param("disable_plaintext_auth = no\n", (OPTIONAL, True, True, ()), id="plaintext"),
        pytest.param("ssl = required\n", (REQUIRED, False, True, ()), id="required"),
        pytest.param(
            "ssl = required\ndisable_plaintext_auth = no\n",
            (REQUIRED, False, True, ()),
            id="required wins",
        ),
        pytest.param("ssl = no\n", ("none", True, True, TRUSTED), id="nobody but the host itself"),
        pytest.param(
            "ssl = no\ndisable_plaintext_auth = no\n", ("none", True, True, ()), id="no TLS at all"
        ),
        pytest.param(
            "auth_mechanisms = plain cram-md5\n",
            (OPTIONAL, False, True, ()),
            id="a challenge before TLS",
        ),
        pytest.param(
            "auth_mechanisms = plain login xoauth2 oauthbearer\n",
            (REQUIRED, False, True, ()),
            id="tokens are plaintext",
        ),
        pytest.param(
            "auth_mechanisms = PLAIN CRAM-MD5\nssl = required\n",
            (REQUIRED, False, True, ()),
            id="no challenge where TLS is required",
        ),
        pytest.param(
            "login_trusted_networks = 0.0.0.0/0 ::/0\n",
            (OPTIONAL, True, True, ()),
            id="everybody is trusted",
        ),
        pytest.param(
            "login_trusted_networks = 0.0.0.0/0\nssl = required\n",
            (OPTIONAL, True, True, ()),
            id="trust goes over required",
        ),
        pytest.param(
            "remote 0.0.0.0/0 {\n disable_plaintext_auth = no\n}\n",
            (OPTIONAL, True, True, ()),
            id="a filter for everybody",
        ),
        pytest.param(
            "remote 203.0.113.0/24 {\n disable_plaintext_auth = no\n}\n",
            (OPTIONAL, True, True, ()),
            id="a public network is ordinary",
        ),
        pytest.param(
            "remote 203.0.113.0/24 {\n ssl = no\n}\n",
            (REQUIRED, False, True, ()),
            id="harm to a public network",
        ),
        pytest.param(
            "remote 203.0.113.9 {\n disable_plaintext_auth = no\n}\n",
            (REQUIRED, False, True, ()),
            id="one public address",
        ),
        pytest.param(
            "protocol imap {\n ssl = no\n}\n", ("none", True, True, TRUSTED), id="protocol filter"
        ),
        pytest.param(
            "protocol !imap {\n ssl = no\n}\n",
            (REQUIRED, False, True, ()),
            id="filter for the others",
        ),
        pytest.param(
            "protocol pop3 {\n disable_plaintext_auth = no\n}\n",
            (REQUIRED, False, True, ()),
            id="another's filter",
        ),
        pytest.param(
            "protocol imap {\n ssl = required\n}\ndisable_plaintext_auth = no\n",
            (REQUIRED, False, True, ()),
            id="a filter over what holds for all",
        ),
        pytest.param(
            "auth_ssl_require_client_cert = yes\nssl_verify_client_cert = yes\nssl_ca = </etc/ssl/ca.crt\n",
            (REQUIRED, False, True, ("client-certificate",)),
            id="client certificate",
        ),
        pytest.param(
            "ssl_verify_client_cert = yes\nssl_ca = </etc/ssl/ca.crt\n",
            (REQUIRED, False, True, ()),
            id="client certificate welcome",
        ),
        pytest.param("auth_mechanisms =\n", (None, False, False, ()), id="no mechanism"),
    ],
)
def test_ordinary_peer_of_2_3(more: str, expected: tuple[Any, ...]) -> None:
    assert seen(endpoint(before(more), 143)) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("", (REQUIRED, False, True, ()), id="as it comes"),
        pytest.param("auth_allow_cleartext = yes\n", (OPTIONAL, True, True, ()), id="plaintext"),
        pytest.param("ssl = required\n", (REQUIRED, False, True, ()), id="required"),
        pytest.param("ssl = no\n", ("none", True, True, TRUSTED), id="nobody but the host itself"),
        pytest.param(
            "ssl = no\nauth_allow_cleartext = yes\n", ("none", True, True, ()), id="no TLS at all"
        ),
        pytest.param(
            "auth_mechanisms = plain cram-md5\n",
            (OPTIONAL, False, True, ()),
            id="a challenge before TLS",
        ),
        pytest.param(
            "auth_mechanisms {\n cram-md5 = yes\n}\n",
            (OPTIONAL, False, True, ()),
            id="a challenge added",
        ),
        pytest.param(
            "auth_mechanisms = plain scram-sha-256-plus\n",
            (REQUIRED, False, True, ()),
            id="bound to TLS",
        ),
        pytest.param(
            "login_trusted_networks = 0.0.0.0/0 ::/0\n",
            (OPTIONAL, True, True, ()),
            id="everybody is trusted",
        ),
        pytest.param(
            "login_trusted_networks = 0.0.0.0/0\nssl = required\n",
            (REQUIRED, False, True, ()),
            id="required goes over trust",
        ),
        pytest.param(
            "remote 203.0.113.0/24 {\n auth_allow_cleartext = yes\n}\n",
            (OPTIONAL, True, True, ()),
            id="a public network is ordinary",
        ),
        pytest.param(
            "protocol imap {\n ssl = no\n}\n", ("none", True, True, TRUSTED), id="protocol filter"
        ),
        pytest.param(
            "service imap-login {\n auth_allow_cleartext = yes\n}\n",
            (OPTIONAL, True, True, ()),
            id="in a service",
        ),
        pytest.param(
            "service pop3-login {\n auth_allow_cleartext = yes\n}\n",
            (REQUIRED, False, True, ()),
            id="in another service",
        ),
        pytest.param(
            "protocol imap {\n ssl = required\n}\nservice imap-login {\n ssl = yes\n auth_allow_cleartext = yes\n}\n",
            (OPTIONAL, True, True, ()),
            id="a service goes first",
        ),
        pytest.param(
            "protocol imap {\n auth_allow_cleartext = yes\n}\nssl = required\n",
            (None, None, False, ()),
            id="the login process dies",
        ),
        pytest.param(
            "group @clear yes {\n auth_allow_cleartext = yes\n}\n@clear = yes\n",
            (OPTIONAL, True, True, ()),
            id="group",
        ),
        pytest.param(
            "group @clear yes {\n auth_allow_cleartext = yes\n}\n@clear = yes\nauth_allow_cleartext = no\n",
            (REQUIRED, False, True, ()),
            id="group gives way",
        ),
        pytest.param(
            "group @clear yes {\n auth_allow_cleartext = yes\n}\n",
            (REQUIRED, False, True, ()),
            id="group that nobody uses",
        ),
        pytest.param(
            "auth_ssl_require_client_cert = yes\nssl_server_request_client_cert = yes\nssl_server_ca_file = /etc/ssl/ca.crt\n",
            (REQUIRED, False, True, ("client-certificate",)),
            id="client certificate",
        ),
    ],
)
def test_ordinary_peer_of_2_4(more: str, expected: tuple[Any, ...]) -> None:
    assert seen(endpoint(since(more), 143)) == expected


CLEAR = {"tls": OPTIONAL, "cleartext_auth": True}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(before(""), {}, id="2.3 nobody"),
        pytest.param(before("login_trusted_networks = 10.0.0.0/8\n"), CLEAR, id="2.3 trusted"),
        pytest.param(
            before("ssl = required\nlogin_trusted_networks = 10.0.0.0/8\n"),
            CLEAR,
            id="2.3 trusted over required",
        ),
        pytest.param(
            before("remote 10.0.0.0/8 {\n disable_plaintext_auth = no\n}\n"), CLEAR, id="2.3 filter"
        ),
        pytest.param(since("login_trusted_networks = 10.0.0.0/8\n"), CLEAR, id="2.4 trusted"),
        pytest.param(
            since("login_trusted_networks {\n 10.0.0.0/8 = yes\n}\n"),
            CLEAR,
            id="2.4 trusted in a list",
        ),
        pytest.param(
            since("ssl = required\nlogin_trusted_networks = 10.0.0.0/8\n"),
            {},
            id="2.4 required over trusted",
        ),
        pytest.param(
            since("remote 10.0.0.0/8 {\n auth_allow_cleartext = yes\n}\n"), CLEAR, id="2.4 filter"
        ),
        pytest.param(
            since("remote 10.0.0.0/8 {\n auth_allow_cleartext = yes\n}\nssl = required\n"),
            {"usable": False},
            id="2.4 the login process dies",
        ),
    ],
)
def test_trusted_network(reading: Any, expected: dict[str, Any]) -> None:
    assert inside(endpoint(reading, 143), "10.0.0.0/8") == expected


@pytest.mark.parametrize("address", ["127.0.0.1/32", "::1/128"])
def test_the_host_itself_logs_in_in_clear(address: str) -> None:
    for reading in (before("ssl = required\n"), since("ssl = required\n")):
        assert inside(endpoint(reading, 143), address) == CLEAR


@pytest.mark.parametrize(
    ("more", "conflict"),
    [
        pytest.param(
            "remote 10.0.0.0/8 {\n ssl = no\n}\nprotocol imap {\n ssl = required\n}\n",
            True,
            id="neither within the other",
        ),
        pytest.param(
            "remote 10.0.0.0/8 {\n ssl = yes\n}\nremote 10.1.0.0/16 {\n ssl = required\n}\n",
            False,
            id="narrower",
        ),
    ],
)
def test_2_3_refuses_filters_that_cross(more: str, conflict: bool) -> None:
    one = endpoint(before(more), 143)
    assert (inside(one, "10.0.0.0/8") == {"usable": False}) is conflict


def test_2_3_prefers_the_narrower_and_2_4_the_later() -> None:
    old = "remote 10.0.0.0/16 {\n disable_plaintext_auth = no\n}\nremote 10.0.0.0/8 {\n disable_plaintext_auth = yes\n}\n"
    new = old.replace("disable_plaintext_auth = no", "auth_allow_cleartext = yes").replace(
        "disable_plaintext_auth = yes", "auth_allow_cleartext = no"
    )
    assert inside(endpoint(before(old), 143), "10.0.0.0/16") == CLEAR
    assert inside(endpoint(since(new), 143), "10.0.0.0/16") == {}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(before(""), (REQUIRED, False, True, ()), id="2.3"),
        pytest.param(
            before("disable_plaintext_auth = no\n"), (OPTIONAL, True, True, ()), id="2.3 plaintext"
        ),
        pytest.param(since(""), (REQUIRED, False, True, ()), id="2.4"),
        pytest.param(
            since("auth_allow_cleartext = yes\n"), (OPTIONAL, True, True, ()), id="2.4 plaintext"
        ),
    ],
)
@pytest.mark.parametrize("port", [110, 587, 4190])
def test_the_other_protocols(reading: Any, expected: tuple[Any, ...], port: int) -> None:
    assert seen(endpoint(reading, port)) == expected


@pytest.mark.parametrize(
    ("more", "port", "tls"),
    [
        pytest.param("auth_mechanisms = plain apop\n", 110, OPTIONAL, id="APOP in POP3"),
        pytest.param("auth_mechanisms = plain apop\n", 143, REQUIRED, id="APOP elsewhere"),
        pytest.param("auth_mechanisms = plain anonymous\n", 143, OPTIONAL, id="anonymous"),
        pytest.param(
            "auth_mechanisms = plain anonymous\n", 587, REQUIRED, id="nobody submits without a name"
        ),
        pytest.param(
            "auth_mechanisms = plain external\n", 143, REQUIRED, id="a certificate needs TLS"
        ),
    ],
)
def test_mechanisms_of_some_protocols(more: str, port: int, tls: str) -> None:
    assert endpoint(before(more), port).tls == tls


@pytest.mark.parametrize(
    ("more", "tls", "usable"),
    [
        pytest.param("", OPTIONAL, True, id="with a certificate"),
        pytest.param("ssl = required\n", OPTIONAL, True, id="required means nothing here"),
        pytest.param("ssl = no\n", "none", True, id="no TLS"),
        pytest.param("ssl_cert =\nssl_key =\n", "none", True, id="no certificate"),
    ],
)
def test_lmtp(more: str, tls: str, usable: bool) -> None:
    one = endpoint(before("service lmtp {\n inet_listener lmtp {\n  port = 24\n }\n}\n" + more), 24)
    assert (one.protocol, one.tls, one.auth, one.usable) == ("lmtp", tls, False, usable)


@pytest.mark.parametrize(
    ("reading", "tls", "works"),
    [
        pytest.param(before("ssl_cert =\n"), OPTIONAL, False, id="2.3 unset"),
        pytest.param(before("ssl_cert = /etc/ssl/mail.crt\n"), OPTIONAL, False, id="2.3 without <"),
        pytest.param(
            before("ssl_key = /etc/ssl/mail.key\n"), OPTIONAL, False, id="2.3 key without <"
        ),
        pytest.param(before("ssl_min_protocol = TLSv9\n"), OPTIONAL, False, id="no such version"),
        pytest.param(since("ssl_server_cert_file =\n"), OPTIONAL, False, id="2.4 unset"),
        pytest.param(before("ssl_key = $ssl_cert\n"), REQUIRED, True, id="2.3 one file with both"),
        pytest.param(since(""), REQUIRED, True, id="there"),
    ],
)
def test_certificate(reading: Any, tls: str, works: bool) -> None:
    one = endpoint(reading, 143)
    assert (one.tls, one.tls_works) == (tls, works)
    assert endpoint(reading, 993).usable is works


@pytest.mark.parametrize(
    ("more", "version", "expected"),
    [
        pytest.param("", "2.3.14", "1.0", id="old default"),
        pytest.param("", "2.3.15", "1.2", id="default"),
        pytest.param("ssl_min_protocol = tlsv1.1\n", "2.3.19", "1.1", id="in any case"),
        pytest.param("ssl_min_protocol = ANY\n", "2.3.19", "1.0", id="any"),
        pytest.param("ssl_min_protocol = LATEST\n", "2.3.19", "1.3", id="latest"),
    ],
)
def test_oldest_version(more: str, version: str, expected: str) -> None:
    text = "protocols = imap\nssl_cert = </etc/ssl/mail.crt\nssl_key = </etc/ssl/mail.key\n" + more
    assert endpoint(read(text, version), 993).tls_min == expected


def test_ssl_server_of_2_4_is_for_servers() -> None:
    more = (
        "ssl_server {\n ssl_min_protocol = TLSv1.3\n}\nssl_client {\n ssl_min_protocol = TLSv1\n}\n"
    )
    assert endpoint(since(more), 993).tls_min == "1.3"


HAPROXY = "service imap-login {\n inet_listener imap {\n  haproxy = yes\n }\n}\n"
PROXIES = "haproxy_trusted_networks = 10.9.8.0/24\n"
THERE = ("proxy-protocol", "trusted-network")


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(before(HAPROXY + PROXIES), (REQUIRED, False, True, THERE), id="2.3"),
        pytest.param(
            since(HAPROXY + PROXIES),
            (OPTIONAL, True, True, THERE),
            id="2.4 takes proxies for secure",
        ),
        pytest.param(
            since(HAPROXY + PROXIES + "ssl = required\n"),
            (REQUIRED, False, True, THERE),
            id="2.4 required",
        ),
        pytest.param(
            before(HAPROXY + "haproxy_trusted_networks = 0.0.0.0/0\n"),
            (REQUIRED, False, True, ("proxy-protocol",)),
            id="from anywhere",
        ),
        pytest.param(before(HAPROXY), (None, None, False, ()), id="from nowhere"),
        # Dovecot 2.3.19 and 2.4.1 take a login behind a header of version 2 whose TLV says TLS.
        pytest.param(
            before(HAPROXY + PROXIES + "ssl = no\n"),
            ("none", False, True, THERE),
            id="2.3, the proxy takes TLS off",
        ),
        pytest.param(
            since(HAPROXY + PROXIES + "ssl = no\n"),
            ("none", True, True, THERE),
            id="2.4, the proxy takes TLS off",
        ),
    ],
)
def test_proxy_protocol(reading: Any, expected: tuple[Any, ...]) -> None:
    assert seen(endpoint(reading, 143)) == expected


LOCAL = "local 192.0.2.1 {\n protocol imap {\n  %s\n }\n}\n"


def test_where_an_address_takes_something_it_is_an_endpoint_of_its_own() -> None:
    reading = before(LOCAL % "ssl = no")
    assert endpoint(reading, 993).usable is True
    assert endpoint(reading, 993, "192.0.2.1").usable is False
    assert "143 none 192.0.2.1" in bound(reading)


@pytest.mark.parametrize("local", ["192.0.2.1", "192.0.2.0/24", "2001:db8::/32"])
def test_what_an_address_gives_is_given_to_all(local: str) -> None:
    reading = before(LOCAL.replace("192.0.2.1", local) % "disable_plaintext_auth = no")
    assert endpoint(reading, 143).cleartext_auth is True
    assert {one.address for one in reading.endpoints if one.side == "server"} == {""}


def test_a_range_takes_from_an_address_in_it_that_no_narrower_one_holds() -> None:
    reading = since(LOCAL.replace(".1", ".0/24") % "ssl = no" + LOCAL % "ssl = yes")
    assert [one for one in bound(reading) if "192" in one] == [
        "143 none 192.0.2.2",
        "993 None 192.0.2.2",
    ]


def test_a_range_of_the_host_itself_is_for_nobody_else() -> None:
    reading = before(LOCAL.replace("192.0.2.1", "127.0.0.0/8") % "disable_plaintext_auth = no")
    assert endpoint(reading, 143).cleartext_auth is False


def test_an_address_that_is_bound_has_its_filter() -> None:
    reading = before("listen = 192.0.2.1\n" + LOCAL % "disable_plaintext_auth = no")
    assert endpoint(reading, 143, "192.0.2.1").cleartext_auth is True


@pytest.mark.parametrize("port", [587, 465])
def test_submission_without_a_relay_serves_nobody(port: int) -> None:
    reading = since("submission_relay_host =\n")
    one = endpoint(reading, port)
    assert (one.usable, one.auth, one.cleartext_auth) == (False, True, False)
    assert "submission_relay_host" in one.causes["usable"][-1].text
    assert endpoint(reading, 143).usable is True


def test_a_filter_is_not_for_the_proxy() -> None:
    more = "remote 172.22.1.248 {\n disable_plaintext_auth = no\n}\n"
    one = endpoint(before(HAPROXY + PROXIES + more), 143)
    assert one.exceptions == ()
