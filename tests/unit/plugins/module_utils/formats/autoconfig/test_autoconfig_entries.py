"""What an entry of an autoconfig file means, field by field; after Thunderbird's readFromXML."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint

from tests.support.autoconfig import HEAD, document, entry, read

INSIDE = {"tls_works": True, "certificate_verified": "full", "tls_min": "1.2"}
BARE = {"tls_works": None, "certificate_verified": None, "tls_min": None}


def first(text: str) -> Endpoint:
    reading = read(text)
    assert reading.problems == []
    return reading.endpoints[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(entry(), {"protocol": "imap", "host": "mail.example.com", "port": 993,
                               "tls": "implicit", "auth": True, "cleartext_auth": False,
                               "usable": True, **INSIDE}, id="SSL"),
        pytest.param(entry("pop3", "110", "STARTTLS"),
                     {"protocol": "pop3", "port": 110, "tls": "starttls-required",
                      "cleartext_auth": False, **INSIDE}, id="STARTTLS is always required"),
        pytest.param(entry("smtp", "587", "plain"),
                     {"protocol": "submission", "tls": "none", "auth": True,
                      "cleartext_auth": True, **BARE}, id="plain"),
        pytest.param(entry(socket="TLS|STARTTLS|SSL"), {"tls": "starttls-required"},
                     id="the first socketType that is known"),
        pytest.param(entry(socket="plain|SSL"), {"tls": "none"}, id="plain before SSL"),
        pytest.param(entry("smtp", "25", "plain", auth="none"),
                     {"protocol": "smtp", "auth": False, "cleartext_auth": False},
                     id="no authentication"),
        pytest.param(entry("smtp", "587", "STARTTLS", auth="none"),
                     {"protocol": "submission", "auth": False}, id="a port for submission"),
        pytest.param(entry("smtp", "25", "STARTTLS"),
                     {"protocol": "submission", "auth": True}, id="a login"),
        pytest.param(entry("smtp", "25", "plain", auth="client-IP-address"),
                     {"auth": False, "cleartext_auth": False}, id="by address"),
        pytest.param(entry("smtp", "25", "plain", auth="smtp-after-pop"),
                     {"auth": False, "cleartext_auth": False}, id="after POP"),
        pytest.param(entry(socket="plain", auth="password-encrypted"),
                     {"auth": True, "cleartext_auth": False}, id="a password that is not sent"),
        pytest.param(entry(socket="plain", auth="GSSAPI"),
                     {"auth": True, "cleartext_auth": False}, id="Kerberos"),
        pytest.param(entry(socket="plain", auth="NTLM"),
                     {"auth": True, "cleartext_auth": False}, id="NTLM"),
        pytest.param(entry(socket="plain", auth="secure"),
                     {"auth": True, "cleartext_auth": False}, id="the old name of encrypted"),
        pytest.param(entry(socket="plain", auth="plain"),
                     {"auth": True, "cleartext_auth": True}, id="the old name of cleartext"),
        pytest.param(entry(socket="plain", auth="OAuth2"), {"cleartext_auth": True}, id="a token"),
        pytest.param(entry(socket="plain", auth="OAuth2|plain"), {"cleartext_auth": True},
                     id="a token or a password"),
        pytest.param(entry(socket="plain", auth="TLS-client-cert|NTLM|plain"),
                     {"cleartext_auth": False}, id="the first authentication that is known"),
        pytest.param(entry(socket="plain", auth="none|plain"), {"cleartext_auth": True},
                     id="none is not for fetching"),
        pytest.param(entry(host="imap.%EMAILDOMAIN%"), {"host": "imap.%EMAILDOMAIN%"},
                     id="placeholder"),
        pytest.param(entry(host=" mail.example.com "), {"host": "mail.example.com"}, id="blanks"),
        pytest.param(entry(host="2001:db8::1"), {"host": "2001:db8::1"}, id="address"),
        pytest.param(entry(host="a.example|b.example"), {"host": "a.example"}, id="first host"),
        pytest.param(entry(port="\n 993 "), {"port": 993}, id="blanks around a number"),
        pytest.param(entry(port="0993"), {"port": 993}, id="a leading zero"),
        pytest.param(entry(port="9<!-- x -->93"), {"port": 993}, id="comment in a value"),
        pytest.param(entry(port="9&#57;3", socket="<![CDATA[SSL]]>"),
                     {"port": 993, "tls": "implicit"}, id="references and CDATA"),
    ],
)  # fmt: skip
def test_fields(text: str, expected: dict[str, Any]) -> None:
    one = first(document(text))
    assert {field: getattr(one, field) for field in expected} == expected


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param(entry(socket=None), 4, "it has no <socketType>", id="no socketType"),
        pytest.param(entry(socket="TLS"), 8, "its socketType is not", id="unknown socketType"),
        pytest.param(entry(socket=" SSL "), 8, "its socketType is not", id="blanks count"),
        pytest.param(entry(socket="ssl"), 8, "its socketType is not", id="capitals count"),
        pytest.param(entry().replace("<socketType>", '<socketType x="">'), 8,
                     "its socketType is not", id="an attribute makes it an object"),
        pytest.param(entry(port=None), 4,
                     "it has no <port>", id="no port"),
        pytest.param(entry(port="imaps"), 7, "its port is no number", id="no number"),
        pytest.param(entry(port="0"), 7, "its port is no number", id="zero"),
        pytest.param(entry(port="65536"), 7, "its port is no number", id="too large"),
        pytest.param(entry(port="\N{SUPERSCRIPT TWO}5"), 7, "its port is no number", id="digits"),
        pytest.param(entry(host=None), 4, "it has no <hostname>", id="no host"),
        pytest.param(entry(host="imap server"), 5, "its hostname is no host", id="no name"),
        pytest.param(entry(host="b\N{LATIN SMALL LETTER U WITH DIAERESIS}ro.example"), 5,
                     "its hostname is no host", id="not ASCII"),
        pytest.param(entry(host=""), 5, "its hostname is no host", id="empty"),
        pytest.param(entry(auth=None), 4, "it has no <authentication>", id="no authentication"),
        pytest.param(entry(auth="none"), 6, "it names no authentication", id="none for IMAP"),
        pytest.param(entry(auth="TLS-client-cert"), 6, "it names no authentication", id="unknown"),
        pytest.param(entry("IMAP"), 4, "its type is not imap or pop3", id="type in capitals"),
        pytest.param("<outgoingServer/>", 4, "its type is not smtp", id="no type"),
    ],
)  # fmt: skip
def test_an_entry_that_is_passed_over_is_named(text: str, line: int, said: str) -> None:
    reading = read(document(text))
    (remark,) = reading.remarks
    assert remark.kind == "setting-ineffective"
    assert "passes over this entry: " + said in remark.message
    assert remark.setting.place is not None
    assert remark.setting.place.line == line
    assert len(reading.endpoints) == 2


@pytest.mark.parametrize("kind", ["exchange", "ews", "owa", "graph", "nntp"])
def test_what_is_no_mail_protocol_is_no_endpoint(kind: str) -> None:
    reading = read(document(entry(kind, "443")))
    assert reading.remarks == []
    assert len(reading.endpoints) == 2


def test_entries_are_named_by_their_order() -> None:
    kinds = [entry("pop3"), entry("imap"), entry("imap", port="x"), entry("imap", "143"), entry()]
    names = [one.name for one in read(document(*kinds)).endpoints]
    assert names == ["pop3-1", "imap-1", "imap-3", "imap-4", "imap-5", "smtp-1"]


@pytest.mark.parametrize("auth", ["plain", "secure"])
def test_old_names_are_deprecated(auth: str) -> None:
    (remark,) = read(document(entry(auth=auth))).remarks
    assert remark.kind == "setting-deprecated"
    assert remark.setting.text == f"<authentication>{auth}</authentication>"


SMTP = entry("smtp", "465")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("<clientConfig/>", "it has no <emailProvider>", id="no provider"),
        pytest.param(document(head="<emailProvider><domain>x.example</domain>"), "no id", id="id"),
        pytest.param(document(head='<emailProvider id="example.com">'), "no <domain>", id="domain"),
        pytest.param(f"<clientConfig>{HEAD}{SMTP}</emailProvider></clientConfig>",
                     "no <incomingServer> is left", id="nothing to fetch with"),
        pytest.param(f"<clientConfig>{HEAD}{entry()}</emailProvider></clientConfig>",
                     "no <outgoingServer> is left", id="nothing to send with"),
        pytest.param(document().replace("</clientConfig>",
                                        "<emailProvider id='two'/></clientConfig>"),
                     "the first <emailProvider>", id="two providers"),
    ],
)  # fmt: skip
def test_a_file_of_which_nothing_is_taken(text: str, said: str) -> None:
    (remark,) = read(text).remarks
    assert remark.kind == "setting-ineffective"
    assert said in remark.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("<clientConfig>\n<a>\n</clientConfig>", 3, "mismatched tag", id="tags"),
        pytest.param("", 1, "no element found", id="empty"),
        pytest.param("<autodiscover/>", 1, "the root is <autodiscover>", id="another root"),
        pytest.param("<?xml version='1.0'?>\n<!DOCTYPE a [\n<!ENTITY b 'c'>]><a/>", 3,
                     "declares entities", id="entities"),
    ],
)  # fmt: skip
def test_what_is_no_autoconfig_is_one_error(text: str, line: int, said: str) -> None:
    reading = read(text)
    (problem,) = reading.problems
    assert said in problem.message
    assert problem.place.line == line
    assert reading.endpoints == []


def test_the_lines_that_decide_are_the_causes() -> None:
    text = document(entry("smtp", "587", "plain"))
    one = read(text).endpoints[0]
    assert [cause.text for cause in one.causes["cleartext_auth"]] == [
        "<authentication>password-cleartext</authentication>",
        "<socketType>plain</socketType>",
    ]
    place = one.causes["tls"][0].place
    assert place is not None
    assert text[place.start : place.end] == "<socketType>plain</socketType>"
