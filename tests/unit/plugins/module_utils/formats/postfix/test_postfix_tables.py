"""Networks, match lists and lookup tables."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import peers
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    lists,
    tables,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Undecided
from hypothesis import given
from hypothesis import strategies as st

from tests.support.postfix import BASE, server, source


def peer(address: str) -> peers.Peer:
    return peers.Peer(peers.parse(address)) if address else peers.ORDINARY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("192.0.2.77/24", "192.0.2.0/24"),
        ("[::1]/128", "::1/128"),
        ("[2001:db8::]/32", "2001:db8::/32"),
        ("fe80::1", "fe80::1/128"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_parse(text: str, expected: str) -> None:
    assert str(peers.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "example.com", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/x", "::1::", "1:2:3",
     "12345::", "1:2:3:4:5:6:7:8:9", "hash:/etc/x", "/etc/x", "1.2.3.4/²"],
)  # fmt: skip
def test_no_network(text: str) -> None:
    assert peers.parse(text) is None


@given(st.ip_addresses(), st.integers(0, 128))
def test_networks_are_those_of_the_standard_library(address: object, bits: int) -> None:
    width = 32 if isinstance(address, ipaddress.IPv4Address) else 128
    text = f"{address}/{min(bits, width)}"
    theirs = ipaddress.ip_network(text, strict=False)
    mapped = getattr(theirs.network_address, "ipv4_mapped", None)
    if mapped is not None and theirs.prefixlen >= 96:
        theirs = ipaddress.ip_network(f"{mapped}/{theirs.prefixlen - 96}")
    assert str(peers.parse(text)) == str(theirs)


@given(st.text("0123456789abcdef:./[]", max_size=20))
def test_no_input_crashes(text: str) -> None:
    found = peers.parse(text)
    assert found is None or peers.parse(str(found)) == found


@pytest.mark.parametrize(
    ("words", "address", "expected"),
    [
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8"], "11.1.2.3", False),
        (["!10.1.0.0/16", "10.0.0.0/8"], "10.1.2.3", False),
        (["!10.1.0.0/16", "10.0.0.0/8"], "10.2.2.3", True),
        (["10.0.0.0/8"], "", False),
        (["198.51.100.0/24"], "", True),
        (["198.51.100.7"], "", False),
        (["!198.51.100.0/24", "0.0.0.0/0"], "", True),
        (["!0.0.0.0/0", "198.51.100.0/24"], "", False),
        (["static:all"], "", True),
        (["mail.example.com"], "", False),
        (["cidr:/nets"], "10.1.2.3", True),
        (["cidr:/nets"], "10.2.2.3", False),
        (["/file"], "10.3.2.3", True),
        (["cidr:/gone"], "", Undecided("cidr:/gone")),
        (["/gone"], "", Undecided("/gone")),
        ([Undecided("x"), "0.0.0.0/0"], "", Undecided("x")),
        (["0.0.0.0/0", Undecided("x")], "", True),
    ],
)
def test_match_list(words: list[str | Undecided], address: str, expected: bool | Undecided) -> None:
    files = source({"/nets": "10.1.0.0/16 yes\n", "/file": "# ours\n10.3.0.0/16\n"})
    found = lists.match_list(words, (), files, "main.cf")
    assert found.holds(peer(address)) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("static:OK", [("", "OK")]),
        ("static:{ 450 later }", [("", "450 later")]),
        ("inline:{ a=b, {c = d e} }", [("a", "b"), ("c", "d e")]),
        ("hash:/t", [("a", "b"), ("c", "D e")]),
        ("texthash:/t", [("a", "b"), ("c", "D e")]),
        ("proxy:hash:/t", [("a", "b"), ("c", "D e")]),
        ("{ hash:/t, default=x }", [("a", "b"), ("c", "D e")]),
        ("cidr:{ {10.0.0.0/8 OK} }", [("10.0.0.0/8", "OK")]),
        ("pcre:/p", [("/a b/", "REJECT no"), ("!/c/", "OK")]),
        ("hash:/gone", None),
        ("ldap:/t", None),
        ("mysql:/t", None),
        ("/t", None),
    ],
)
def test_tables(spec: str, expected: list[tuple[str, str]] | None) -> None:
    files = source({"/t": "A b\n# x\nc\n  D e\n", "/p": "/a b/ REJECT no\n!/c/ OK\n"})
    found = tables.opened(spec, files, "main.cf")
    assert (None if found is None else [tuple(rule) for rule in found.rules]) == expected


# What Python takes for a blank and Postfix does not, and rules of nothing at all.
ODD = ["\u00a0", "\u0085", "\x1c", "\u2003", "10.0.0.0/8\u00a0OK", "", "{}", "if", "!", "\\", "/"]


@pytest.mark.parametrize("line", ODD)
@pytest.mark.parametrize("kind", ["hash", "texthash", "cidr", "pcre", "regexp"])
def test_no_line_of_a_table_crashes(kind: str, line: str) -> None:
    files = source({"/t": f"{line}\n"})
    for spec in (f"{kind}:/t", f"{kind}:{{{{{line}}}}}", f"inline:{{{{{line}}}}}"):
        whole = BASE + (
            f"smtpd_client_restrictions = check_client_access {spec}\nmynetworks = {spec}\n"
            f"smtpd_discard_ehlo_keyword_address_maps = {spec}\ntransport_maps = {spec}\n"
            f"relayhost = [h]\nsmtp_tls_policy_maps = {spec}\n"
        )
        assert server(whole, files={"/t": f"{line}\n"}).port == 25
        found = tables.opened(spec, files, "main.cf")
        assert found is None or not found.networks()


def test_keys_of_octets_are_networks_from_the_narrowest_on() -> None:
    found = tables.opened("inline:{ 10=a, 10.9.8=b, 10.9.8.7=c, example.com=d }", source(), "")
    assert found is not None
    assert [str(network) for network, _value in found.networks()] == [
        "10.9.8.7/32", "10.9.8.0/24", "10.0.0.0/8",
    ]  # fmt: skip
