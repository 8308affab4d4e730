"""Where the lookup tables of a client lead: next hops and TLS policies."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from tests.support.postfix_client import (
    LEVEL,
    RELAY,
    endpoints,
    reading,
)


@pytest.mark.parametrize(
    ("relayhost", "policy", "tls"),
    [
        ("[h.example]:587", "{[h.example]:587 = encrypt}", "starttls-required"),
        ("[h.example]:587", "{[H.EXAMPLE]:587 = ENCRYPT}", "starttls-required"),
        ("[h.example]:587", "{h.example = encrypt}", "starttls-optional"),
        ("[h.example]:587", "{[h.example] = encrypt}", "starttls-optional"),
        ("[h.example]:submission", "{[h.example]:587 = encrypt}", "starttls-optional"),
        ("[h.example]:587", "{[h.example]:587 = none}", "none"),
        ("a.h.example", "{.h.example = encrypt}", "starttls-required"),
        ("a.h.example", "{h.example = encrypt}", "starttls-optional"),
        ("[a.h.example]", "{.h.example = encrypt}", "starttls-optional"),
        ("a." * 123 + "h.example", "{.h.example = encrypt}", "starttls-required"),
        ("a." * 124 + "h.example", "{.h.example = encrypt}", "starttls-optional"),
        (
            "h.example",
            "{h.example = encrypt protocols=>=TLSv1.2 ciphers=high}",
            "starttls-required",
        ),
    ],
)
def test_policies(relayhost: str, policy: str, tls: str) -> None:
    main = f"relayhost = {relayhost}\nsmtp_tls_policy_maps = inline:{{ {policy} }}\n"
    assert endpoints(main + LEVEL + "may\n")["relayhost"].tls == tls


@pytest.mark.parametrize(
    ("spec", "text", "tls"),
    [
        ("hash:/etc/postfix/p", "[h.example]:587 encrypt\n", "starttls-required"),
        ("texthash:/etc/postfix/p", "[h.example]:587\n  encrypt\n", "starttls-required"),
        ("proxy:hash:/etc/postfix/p", "[h.example]:587 encrypt\n", "starttls-required"),
        ("hash:/etc/postfix/p", "[h.example]:587 none\n[h.example]:587 encrypt\n", "none"),
        ("regexp:/etc/postfix/p", "/h\\.example/ encrypt\n", "starttls-required"),
        ("pcre:/etc/postfix/p", "!/zz/ encrypt\n", "starttls-required"),
        ("regexp:/etc/postfix/p", "/^h/ encrypt\n", "starttls-optional"),
        ("cidr:/etc/postfix/p", "0.0.0.0/0 encrypt\n", "starttls-optional"),
        ("static:encrypt", "", "starttls-required"),
        ("static:{encrypt protocols=>=TLSv1.2}", "", "starttls-required"),
        ("unionmap:{inline:{x=may},hash:/etc/postfix/p}", "[h.example]:587 none\n", "none"),
        ("hash:$config_directory/p", "[h.example]:587 none\n", "none"),
    ],
)
def test_tables(spec: str, text: str, tls: str) -> None:
    main = RELAY + LEVEL + f"may\nsmtp_tls_policy_maps = {spec}\n"
    assert endpoints(main, files={"/etc/postfix/p": text})["relayhost"].tls == tls


@pytest.mark.parametrize(
    "spec",
    [
        "hash:/etc/postfix/absent",
        "ldap:/etc/postfix/ldap.cf",
        "proxy:mysql:/etc/postfix/sql.cf",
        "socketmap:inet:127.0.0.1:8461:postfix",
        "pcre:/etc/postfix/evil",
    ],
)
def test_unknown_tables_are_undecided_by_their_name(spec: str) -> None:
    files = {"/etc/postfix/evil": "/(a+)+$/ encrypt\n"}
    main = LEVEL + f"may\nsmtp_tls_policy_maps = {spec}\n"
    one = endpoints(RELAY + main, files=files)["relayhost"]
    assert one.undecided["tls"] == (spec,)
    # It stands for the domains that no table names.
    assert endpoints(main, files=files)["mx-delivery"].tls == "starttls-optional"


def test_unknown_routes_are_named() -> None:
    found = reading(RELAY + "transport_maps = ldap:/etc/postfix/l.cf\n")
    assert [(name, place.line) for name, place in found.clients] == [("ldap:/etc/postfix/l.cf", 2)]
    assert found.opaque == []


BLOCK = "if /example/\n/a/ smtp:[a]:587\n/b/ tlsonly:[b]:465\nendif\n"


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        pytest.param("pcre:/t", BLOCK, {"transport/a/": "a", "transport/b/": "b"}, id="in a block"),
        pytest.param("regexp:/t", BLOCK.replace("endif\n", ""),
                     {"transport/a/": "a", "transport/b/": "b"}, id="without an end"),
        pytest.param("pcre:/t", "IF/x/\n/y/ smtp:[a]\nENDIF\nif!/x/\n/y/ smtp:[b]\nendif\n",
                     {"transport/y/": "a", "transport/y/+": "b"}, id="one pattern, two blocks"),
        pytest.param("pcre:/t", "/y/ smtp:[a]\n/y/ smtp:[b]\n/Y/ smtp:[c]\n",
                     {"transport/y/": "a", "transport/Y/": "c"}, id="never reached"),
        pytest.param("pcre:/t", "/y/ smtp:[a]\nendif\nx smtp:[b]\n/z/q smtp:[c]\n/z smtp:[d]\n",
                     {"transport/y/": "a"}, id="what Postfix skips"),
        pytest.param("regexp:/t", "/y/!/z/ smtp:[a]\n/y/ smtp:[b]\n",
                     {"transport/y/": "a", "transport/y/+": "b"}, id="two patterns"),
        pytest.param("pcre:{{if /x/}, {/y/ smtp:[a]}, {endif}, {/z/ smtp:[b]}}", "",
                     {"transport/y/": "a", "transport/z/": "b"}, id="in braces"),
        pytest.param("hash:/t, inline:{{x = smtp:[c]}}", "x smtp:[a]\nX smtp:[a]\ny\n",
                     {"transport/x": "a"}, id="the first answer counts"),
        pytest.param("hash:/t", '"a b"@x smtp:[a]\n"c d@x smtp:[b]\n',
                     {'transport/"a b"@x': "a"}, id="quoted keys"),
    ],
)  # fmt: skip
def test_entries_of_tables(spec: str, text: str, expected: dict[str, str]) -> None:
    found = reading(f"transport_maps = {spec}\n", files={"/t": text})
    hosts = {one.id.partition(":")[2]: one.host for one in found.endpoints}
    assert {name: host for name, host in hosts.items() if name != "mx-delivery"} == expected
    assert (found.clients, found.remarks) == ([], [])


@pytest.mark.parametrize(
    ("rules", "tls"),
    [
        ("if /example/|/h/ encrypt|endif", "starttls-required"),
        ("if /other/|/h/ encrypt|endif", "starttls-optional"),
        ("if !/other/|/h/ encrypt|endif", "starttls-required"),
        ("if /h/|if /other/|/h/ encrypt|endif|endif", "starttls-optional"),
        ("if /other/|endif|/h/ encrypt", "starttls-required"),
        ("if /o+ther/|/zz/ encrypt|endif", "starttls-optional"),
        ("if /o+ther/|/h/ encrypt|endif", None),
        ("if /other|/h/ encrypt|endif", "starttls-required"),
        ("if /other/|/h/ encrypt", "starttls-optional"),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_blocks_of_policies(rules: str, tls: str | None, inline: bool) -> None:
    lines = rules.split("|")
    braces = "".join(f"{{{one}}}" + ", " for one in lines)
    spec = f"pcre:{{{braces}}}" if inline else "pcre:/p"
    main = RELAY + LEVEL + f"may\nsmtp_tls_policy_maps = {spec}\n"
    found = reading(main, files={"/p": "\n".join(lines)})
    (one,) = found.endpoints
    assert (one.tls, found.remarks) == (tls, [])
    assert (tls is None) == ("tls" in one.undecided)


def test_a_policy_for_some_domains() -> None:
    table = "a.example encrypt\nb.example encrypt\n.c.example none\nd.example may\n"
    main = LEVEL + "may\nsmtp_tls_policy_maps = hash:/etc/postfix/p\n"
    found = endpoints(main, files={"/etc/postfix/p": table})
    assert {name: one.tls for name, one in found.items()} == {
        "mx-delivery": "starttls-optional",
        "mx-delivery/a.example": "starttls-required",
        "mx-delivery/.c.example": "none",
    }
    assert found["mx-delivery/a.example"].causes["tls"][-1].text == "a.example encrypt"


@pytest.mark.parametrize(
    ("value", "tls"),
    [("NONE", "none"), ("MAY", "starttls-optional"), ("MUST_NOPEERMATCH", "starttls-required")],
)
def test_the_older_tables(value: str, tls: str) -> None:
    main = RELAY + f"smtp_tls_per_site = inline:{{ {{h.example = {value}}} }}\n"
    assert endpoints(main)["relayhost"].tls == tls


POLICIES = "[h.example]:587 encrypt\n# twice\n[h.example]:587 {}\n"


@pytest.mark.parametrize(
    ("spec", "text", "line"),
    [
        pytest.param("hash:/etc/postfix/p", POLICIES.format("none"), 3, id="compiled"),
        pytest.param("hash:/etc/postfix/p", POLICIES.format("encrypt"), 0, id="the same"),
        pytest.param("texthash:/etc/postfix/p", POLICIES.format("none"), 0, id="an error already"),
        pytest.param("inline:{{[h.example]:587 = may}, {[h.example]:587 = encrypt}}", "", 2,
                     id="inline"),
    ],
)  # fmt: skip
def test_a_key_twice_in_a_map(spec: str, text: str, line: int) -> None:
    main = f"{RELAY}smtp_tls_policy_maps = {spec}\n"
    found = reading(main, files={"/etc/postfix/p": text}).remarks
    said = [one for one in found if one.message.startswith("lost: [h.example]:587 stands")]
    assert [one.setting.place.line for one in said if one.setting.place] == [line] * bool(line)


def test_a_key_twice_in_a_table_of_transports() -> None:
    table = {"/etc/postfix/t": "example.org smtp:[a.example]\nexample.org smtp:[b.example]\n"}
    main = "transport_maps = hash:/etc/postfix/t\n"
    (remark,) = reading(main, files=table).remarks
    assert remark.message == "lost: example.org stands in line 1, and the first one counts"
    found = endpoints(main.replace("hash", "texthash"), files=table)
    assert {name: one.usable for name, one in found.items()} == {
        "mx-delivery": False,
        "transport/example.org": False,
    }
    assert "every lookup in it fails" in found["mx-delivery"].causes["usable"][0].text


@pytest.mark.parametrize(
    ("key", "said"),
    [("[b.example]", True), ("b.example", True), ("[b.example]:2525", False), ("c.example", True)],
)
def test_a_policy_for_a_next_hop_by_sender(key: str, said: bool) -> None:
    main = (
        f"{RELAY}sender_dependent_relayhost_maps = hash:/etc/postfix/senders\n"
        "smtp_tls_policy_maps = hash:/etc/postfix/policy\n"
    )
    files = {
        "/etc/postfix/senders": "@example.org [b.example]:2525\n",
        "/etc/postfix/policy": f"[h.example]:587 encrypt\n{key} encrypt\n",
    }
    found = [one.setting.place for one in reading(main, files=files).remarks]
    assert [(one.path, one.line) for one in found if one] == [("/etc/postfix/policy", 2)] * said


BESIDE = ["/etc/postfix/p", "./p", "$config_directory/p"]


@pytest.mark.parametrize("kind", ["texthash", "hash", "btree", "lmdb", "cdb", "regexp", "pcre"])
@pytest.mark.parametrize("name", BESIDE)
def test_a_table_of_the_host_is_read_from_beside_main_cf(kind: str, name: str) -> None:
    pattern = kind in ("regexp", "pcre")
    text = "/h/ encrypt\n" if pattern else "[h.example]:587 encrypt\n"
    main = LEVEL + f"may\nrelayhost = [h.example]:587\nsmtp_tls_policy_maps = {kind}:{name}\n"
    folder = {"roles/mail/files/main.cf": main.encode(), "roles/mail/files/p": text.encode()}
    found = engine.check(
        MemorySource(folder), Policy.default(), ["roles/mail/files/main.cf"], Options()
    )
    (relay,) = (one.endpoint for _unit, one in found.endpoints if one.endpoint.name == "relayhost")
    assert relay.tls == "starttls-required"


@pytest.mark.parametrize("name", ["/etc/mail/p", "/etc/postfix/maps/p", "/etc/postfix/../p"])
def test_what_is_elsewhere_on_the_host_stays_open(name: str) -> None:
    main = LEVEL + f"may\nrelayhost = [h.example]:587\nsmtp_tls_policy_maps = hash:{name}\n"
    folder = {"a/main.cf": main.encode(), "a/p": b"[h.example]:587 encrypt\n", "a/p.db": b"\0"}
    found = engine.check(MemorySource(folder), Policy.default(), ["a/main.cf"], Options())
    (relay,) = (one for _unit, one in found.endpoints if one.endpoint.name == "relayhost")
    assert relay.undecided["tls"].depends_on == (f"hash:{name}",)
