"""Match lists and lookup tables of Postfix."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import peers
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    entries,
    lists,
    tables,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.holed import holed
from tests.support.postfix import BASE, server, source

ASSUME = Assumptions({"postfix": "3.7"})


def peer(address: str) -> peers.Peer:
    return peers.Peer(peers.parse(address)) if address else peers.ORDINARY


LISTS = {
    "/list": "!10.0.0.5\n10.0.0.0/29",
    "/tables": "cidr:{{10.1.2.0/24 x}},\n  cidr:/open",
    "/open": "0.0.0.0/0 x",
    "/unknown": "hash:/none",
    "/circle": "/circle",
}


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
        (["/list"], "10.0.0.5", False),
        (["/list"], "10.0.0.6", True),
        (["!/list", "10.0.0.0/8"], "10.0.0.5", True),
        (["!/list", "10.0.0.0/8"], "10.0.0.6", False),
        (["!!/list"], "10.0.0.6", True),
        (["/tables"], "10.1.2.3", True),
        (["/tables"], "", True),
        (["!/tables"], "", False),
        (["/unknown"], "", Undecided("hash:/none")),
        (["/circle"], "", Undecided("/circle")),
        (["cidr:{{0.0.0.0/1 x}, {128.0.0.0/1 x}}"], "", True),
        (["cidr:{{!10.0.0.0/8 x}}"], "", True),
        (["cidr:{{!10.0.0.0/8 x}}"], "10.0.0.1", False),
        (["cidr:{{!10.0.0.0/8 x}}"], "2001:db8::1", False),
        (["inline:{{10.9.8 = x}}"], "10.9.8.7", False),
        (["inline:{{10.9.8.7 = x}}"], "10.9.8.7", True),
        (["pcre:{{/./ x}}"], "", True),
        (["pcre:{{/^10/ x}}"], "", Undecided("pcre:{{/^10/ x}}")),
    ],
)
def test_match_list(words: list[str | Undecided], address: str, expected: bool | Undecided) -> None:
    files = source({"/nets": "10.1.0.0/16 yes\n", "/file": "# ours\n10.3.0.0/16\n", **LISTS})
    found = lists.match_list(words, (), files, "main.cf", ASSUME)
    assert found.holds(peer(address)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plain"], True),
        (["!PLAIN", "static:all"], False),
        (["inline:{{PLAIN = x}, {LOGIN = x}}"], True),
        (["inline:{{LOGIN = x}}"], False),
        (["/file"], True),
        (["!/file", "static:all"], False),
        (["regexp:{{/^p/ x}}"], True),
        (["regexp:{{/p+/ x}}"], Undecided("regexp:{{/p+/ x}}")),
        (["pcre:{{if /l/}, {/./ x}, {endif}}"], True),
        (["pcre:{{if /g/}, {/./ x}, {endif}}"], False),
        (["hash:/none"], Undecided("hash:/none")),
    ],
)
def test_words_in_a_list(words: list[str], expected: bool | Undecided) -> None:
    files = source({"/file": "login\nplain, !external\n"})
    found = lists.match_list(words, (), files, "main.cf", ASSUME)
    assert found.matches("PLAIN") == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("static:OK", [("", "OK")]),
        ("static:{ 450 later }", [("", "450 later")]),
        ("inline:{ a=b, {c = d e} }", [("a", "b"), ("c", "d e")]),
        ("hash:/t", [("A", "b"), ("c", "D e")]),
        ("texthash:/t", [("A", "b"), ("c", "D e")]),
        ("proxy:hash:/t", [("A", "b"), ("c", "D e")]),
        ("{ hash:/t, default=x }", [("A", "b"), ("c", "D e")]),
        ("cidr:{ {10.0.0.0/8 OK} }", [("10.0.0.0/8", "OK")]),
        ("pcre:/p", [("a b/", "REJECT no"), ("!c/", "OK")]),
        ("hash:/gone", None),
        ("ldap:/t", None),
        ("mysql:/t", None),
        ("/t", None),
    ],
)
def test_tables(spec: str, expected: list[tuple[str, str]] | None) -> None:
    files = source({"/t": "A b\n# x\nc\n  D e\n", "/p": "/a b/ REJECT no\n!/c/ OK\n"})
    found = tables.opened(spec, files, "main.cf", ASSUME)
    assert (None if found is None else [(one.key, one.value) for one in found.entries]) == expected


@pytest.mark.parametrize(
    ("rules", "address", "expected"),
    [
        ("!10.0.0.0/8 a", "10.0.0.1", []),
        ("!10.0.0.0/8 a", "11.0.0.1", ["a"]),
        ("!10.0.0.0/8 a", "::1", []),
        ("! ! 10.0.0.0/8 a", "10.0.0.1", ["a"]),
        ("!10.0.0.0/8 a|0.0.0.0/0 b", "", ["a"]),
        ("!198.51.100.0/24 a|0.0.0.0/0 b", "", ["a", "b"]),
        ("!0.0.0.0/0 a", "", []),
        ("if !10.0.0.0/8|0.0.0.0/0 a|::/0 b|endif|0.0.0.0/0 c", "", ["a"]),
        ("if !10.0.0.0/8|0.0.0.0/0 a|endif|0.0.0.0/0 c", "10.0.0.1", ["c"]),
        ("if !10.0.0.0/8|0.0.0.0/0 a|endif|::/0 c", "::1", ["c"]),
        ("if 198.51.100.0/24|0.0.0.0/0 a|endif|0.0.0.0/0 c", "", ["a", "c"]),
        ("if 198.51.100.0/24|203.0.113.0/24 a|endif", "", []),
        ("if 198.51.100.0/24|!198.51.0.0/16 a|endif", "", []),
        ("if 10.0.0.0/8|if !10.1.0.0/16|0.0.0.0/0 a|endif|endif", "10.1.0.1", []),
        ("if 10.0.0.0/8|if !10.1.0.0/16|0.0.0.0/0 a|endif|endif", "10.2.0.1", ["a"]),
        ("if 10.0.0.0/8|0.0.0.0/0 a", "11.0.0.1", []),
        ("if x|0.0.0.0/0 a|endif|0.0.0.0/0 b", "", ["a"]),
        ("endif|0.0.0.0/0 a", "", ["a"]),
        ("0.0.0.0/0|0.0.0.0/0 a", "", ["a"]),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_networks_in_order(rules: str, address: str, expected: list[str], inline: bool) -> None:
    lines = rules.split("|")
    files = source({"/t": "\n".join(lines)})
    spec = "cidr:{{{}}}".format(", ".join(f"{{{one}}}" for one in lines)) if inline else "cidr:/t"
    found = tables.opened(spec, files, "main.cf", ASSUME)
    assert found is not None
    assert [entry.value for entry, _fit in found.answers(peer(address))] == expected


NETWORKS = st.sampled_from(
    ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "::/0", "fd00::/8"]
)
LINES = st.one_of(
    st.tuples(st.sampled_from(["", "!", "if ", "if !"]), NETWORKS).map("".join),
    st.sampled_from(["endif", "if x", "x y"]),
)


def first(lines: list[str], address: str) -> str | None:
    """The value that cidr_match_execute comes to, which goes through the rules one by one."""
    skipped = depth = 0
    where = ipaddress.ip_address(address)
    for number, line in enumerate(lines):
        if line == "endif":
            skipped = 0 if skipped == depth else skipped
            depth -= depth > 0
            continue
        if "x" in line:
            continue
        network = ipaddress.ip_network(line.split()[-1].lstrip("!"))
        fits = where.version == network.version and (where in network) is ("!" not in line)
        if line.startswith("if"):
            depth += 1
            skipped = skipped or (0 if fits else depth)
        elif fits and not skipped:
            return str(number)
    return None


@example(["if 10.0.0.0/8", "if ::/0", "endif", "10.0.0.0/8"], "10.1.2.3")
@given(
    st.lists(LINES, max_size=12),
    st.sampled_from(["10.1.2.3", "10.1.9.9", "10.2.0.1", "8.8.8.8", "fd00::1", "2001:db8::1"]),
)
def test_rules_are_tried_as_postfix_tries_them(lines: list[str], address: str) -> None:
    text = "\n".join(
        line if line[:2] in ("if", "en") else f"{line} {number}"
        for number, line in enumerate(lines)
    )
    found = tables.opened("cidr:/t", source({"/t": text}), "main.cf", ASSUME)
    assert found is not None
    values = [entry.value for entry, _fit in found.answers(peer(address))]
    assert values == ([] if first(lines, address) is None else [first(lines, address)])


CLIENTS = "smtpd_client_restrictions = check_client_access {}\n"
RELAY = "smtpd_relay_restrictions = check_client_access {}, reject\n"


@pytest.mark.parametrize(
    ("main", "rules", "usable"),
    [
        (CLIENTS, "if /\\.spam\\.example$/|/./ REJECT|endif", True),
        (CLIENTS, "if /\\.spam\\.example$/|/./ REJECT|endif|/./ REJECT", False),
        (CLIENTS, "if /^/|/./ REJECT|endif", False),
        (CLIENTS, "if !/./|/./ OK|endif|/./ REJECT", False),
        (RELAY, "/\\.friend\\.example$/ OK", True),
        (RELAY, "if /\\.friend\\.example$/|/./ OK|endif", None),
        (CLIENTS, "if /\\.friend\\.example$/|/./ DUNNO|endif|/./ REJECT", None),
        (RELAY, "if !/\\.spam\\.example$/|/./ OK|endif", None),
        (RELAY, "!/\\.spam\\.example$/ OK", None),
        (RELAY, "if /x/|/./ REJECT|endif|/./ OK", True),
        (RELAY, "/./ DUNNO|/./ OK", False),
    ],
)
@pytest.mark.parametrize("kind", ["pcre", "regexp"])
def test_blocks_of_patterns(main: str, rules: str, usable: bool | None, kind: str) -> None:
    base = BASE.replace("smtpd_sasl_type = dovecot\n", "").replace("10.9.8.0/24", "")
    files = {"/t": rules.replace("|", "\n")}
    whole = base.replace("mynetworks = 127.0.0.0/8, [::1]/128,", "mynetworks =")
    one = server(whole + main.format(f"{kind}:/t"), files=files)
    assert one.usable == usable
    assert one.undecided.get("usable") == (None if usable is not None else (f"{kind}:/t",))


@pytest.mark.parametrize(
    ("main", "kind", "rules", "usable"),
    [
        pytest.param(RELAY, "hash", "friend.example OK", True, id="a name"),
        pytest.param(CLIENTS, "hash", "spam.example REJECT", True, id="a name that is refused"),
        pytest.param(RELAY, "hash", "friend.example REJECT", False, id="nobody is let in"),
        pytest.param(RELAY, "cidr", "friend.example OK", False, id="no key of such a table"),
        pytest.param(CLIENTS, "pcre", "/friend/ OK|/./ REJECT", True, id="a pattern"),
    ],
)
def test_who_comes_by_a_name_alone(main: str, kind: str, rules: str, usable: bool) -> None:
    """A port for those whose names a table lists serves somebody: it asks for them."""
    files = {"/t": rules.replace("|", "\n")}
    base = BASE.replace("smtpd_sasl_type = dovecot\n", "").replace("mynetworks =", "x =")
    one = server(base + "mynetworks =\n" + main.format(f"{kind}:/t"), files=files)
    special = ("trusted-network",) if usable and "OK" in rules else ()
    assert (one.usable, one.requires) == (usable, special)


@pytest.mark.parametrize("kind", ["cidr", "hash", "pcre"])
def test_what_is_open_in_a_table_decides(kind: str) -> None:
    key = "/^/" if kind == "pcre" else "198.51.100.7"
    text = holed("/t", f"{key} ", Hole("action"), "\n", Hole("key"), " OK\n")
    found = tables.Table("", kind, entries.of_text(text, kind, "", ASSUME).kept)
    answers = [(entry.value, fit) for entry, fit in found.answers(peer("198.51.100.7"))]
    assert answers[-1] == (Undecided("action"), tables.EVERY)
    text = holed("/t", Hole("key"), " OK\n", f"{key} REJECT\n")
    found = tables.Table("t", kind, entries.of_text(text, kind, "", ASSUME).kept)
    fits = [fit for _entry, fit in found.answers(peer("198.51.100.7"))]
    assert fits == [Undecided("key"), tables.EVERY]


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
        found = tables.opened(spec, files, "main.cf", ASSUME)
        assert found is None or not found.networks()


def test_keys_of_octets_are_networks_from_the_narrowest_on() -> None:
    found = tables.opened(
        "inline:{ 10=a, 10.9.8=b, 10.9.8.7=c, example.com=d }", source(), "", ASSUME
    )
    assert found is not None
    assert [str(network) for network in found.networks()] == [
        "10.9.8.7/32", "10.9.8.0/24", "10.0.0.0/8",
    ]  # fmt: skip
