"""What Postfix delivers to: next hops, the services that dial them, causes, holes."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.holed import template
from tests.support.postfix_client import (
    LEVEL,
    MAIN,
    MASTER,
    RELAY,
    endpoints,
    read_with,
    reading,
    unit_of,
)


@pytest.mark.parametrize(
    "relayhost",
    ["[h.example", "[h.example]587", "h.example:465x", "[h.example]:99999", "a/b", "[ipv6:x]"],
)
def test_bad_next_hops(relayhost: str) -> None:
    assert endpoints(f"relayhost = {relayhost}\n")["relayhost"].usable is False


TABLE = {"/etc/postfix/transport": "# c\na.example  smtp:\n\t[m.example]:587\n"}


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param("", {"mx-delivery": ("", 25)}, id="to others"),
        pytest.param("relayhost = h\n", {"relayhost": ("h", 25)}, id="by MX"),
        pytest.param("relayhost = [h]:submission\n", {"relayhost": ("h", 587)}, id="service"),
        pytest.param("relayhost = h:465\n", {"relayhost": ("h", 465)}, id="MX and port"),
        pytest.param(
            "relayhost = [ipv6:2001:db8::1]:587\n", {"relayhost": ("2001:db8::1", 587)}, id="IPv6"
        ),
        pytest.param("relayhost = [192.0.2.1]\n", {"relayhost": ("192.0.2.1", 25)}, id="IPv4"),
        pytest.param(
            "relayhost = [h]\nsmtp_tcp_port = 2525\n", {"relayhost": ("h", 2525)}, id="tcp_port"
        ),
        pytest.param(
            "relayhost = [a], [b]:587\n",
            {"relayhost/[a]": ("a", 25), "relayhost/[b]:587": ("b", 587)}, id="several",
        ),
        pytest.param(
            "n = h\nrelayhost = [$n]:${p?{1}:{587}}\n", {"relayhost": ("h", 587)}, id="references"
        ),
        pytest.param(
            "relayhost = [h]\ndefault_transport = smtp:[d]:587\n",
            {"default_transport": ("d", 587)}, id="default_transport beats relayhost",
        ),
        pytest.param("default_transport = error:no\n", {}, id="nothing goes out"),
        pytest.param(
            "default_transport = lmtp:inet:h\n", {"default_transport": ("h", 24)}, id="LMTP"
        ),
        pytest.param(
            "smtp_fallback_relay = [f]:587\n",
            {"mx-delivery": ("", 25), "fallback_relay": ("f", 587)}, id="fallback",
        ),
        pytest.param(
            "relayhost = [h]\ncontent_filter = smtp:[127.0.0.1]:10024\n",
            {"relayhost": ("h", 25), "content_filter": ("127.0.0.1", 10024)}, id="content filter",
        ),
        pytest.param(
            "relayhost = [h]\ntransport_maps = hash:/etc/postfix/transport\n",
            {"relayhost": ("h", 25), "transport/a.example": ("m.example", None)},
            id="transport, with a continued line",
        ),
        pytest.param(
            "transport_maps = inline:{ {a.example = smtp:}, {b.example = :}, {c.example = :[c]},"
            " {d.example = error:no}, {* = relay:[e]:587} }\n",
            {"mx-delivery": ("", 25), "transport/a.example": ("a.example", 25),
             "transport/c.example": ("c", 25), "transport/*": ("e", 587)},
            id="all shapes of transports",
        ),
        pytest.param(
            "relayhost = [h]\nsender_dependent_relayhost_maps = inline:{ {a@x = [s]:587},"
            " {b@x = DUNNO} }\n",
            {"relayhost": ("h", 25), "sender_dependent_relayhost/a@x": ("s", 587)}, id="by sender",
        ),
        pytest.param(
            "sender_dependent_default_transport_maps = inline:{ {a@x = tlsonly:[s]:465} }\n",
            {"mx-delivery": ("", 25), "sender_dependent_default_transport/a@x": ("s", 465)},
            id="transport by sender",
        ),
        pytest.param(
            "relayhost = [h]\nmailbox_transport = lmtp:unix:private/d\n",
            {"relayhost": ("h", 25), "mailbox_transport": ("unix:private/d", None)}, id="socket",
        ),
        pytest.param(
            "relayhost = [h]\nvirtual_transport = lmtp:[127.0.0.1]:2424\n",
            {"relayhost": ("h", 25)}, id="no virtual domains",
        ),
        pytest.param(
            "relayhost = [h]\nvirtual_mailbox_domains = v\n"
            "virtual_transport = lmtp:[127.0.0.1]:2424\n",
            {"relayhost": ("h", 25), "virtual_transport": ("127.0.0.1", 2424)}, id="virtual",
        ),
    ],
)  # fmt: skip
def test_next_hops(main: str, expected: dict[str, tuple[str | None, int | None]]) -> None:
    found = endpoints(main + "mydestination =\n", files=TABLE)
    wanted = {name: pair for name, pair in expected.items() if name != "transport/a.example"}
    assert {n: (e.host, e.port) for n, e in found.items() if n in wanted} == wanted
    assert set(found) == set(expected)


@pytest.mark.parametrize(
    ("main", "name", "tls"),
    [
        pytest.param("default_transport = tlsonly\nrelayhost = [h]:465\n", "relayhost", "implicit",
                     id="options of the transport"),
        pytest.param("transport_maps = inline:{ {a = tlsonly:[h]:465} }\n", "transport/a",
                     "implicit", id="options of a table's transport"),
        pytest.param("transport_maps = inline:{ {a = tlsonly:[h]:465} }\n", "mx-delivery", "none",
                     id="and of no other"),
        pytest.param("lmtp_tls_security_level = encrypt\ndefault_transport = lmtp:inet:h\n",
                     "default_transport", "starttls-required", id="LMTP has names of its own"),
        pytest.param(LEVEL + "encrypt\ndefault_transport = lmtp:inet:h\n", "default_transport",
                     "none", id="which SMTP's are not"),
        pytest.param("lmtp_tls_security_level = may\nmailbox_transport = lmtp:unix:s\n",
                     "mailbox_transport", "none", id="a socket needs no TLS"),
    ],
)  # fmt: skip
def test_services(main: str, name: str, tls: str) -> None:
    one = endpoints(main)[name]
    assert one.tls == tls
    assert one.protocol == ("lmtp" if "lmtp:" in main else one.protocol)


def test_a_transport_that_nobody_defines() -> None:
    assert endpoints("relayhost = [h]\ndefault_transport = nosuch\n")["relayhost"].usable is False


def test_a_transport_of_a_master_cf_that_is_not_there_is_open() -> None:
    unit = Unit("postfix", MAIN, {"main": Text.of(MAIN, "content_filter = amavis:[h]:10024\n")})
    found = read_with(unit, Assumptions({"postfix": "3.10"}), {})
    assert [one.name for one in found.endpoints] == ["mx-delivery"]
    assert ("master.cf beside " + MAIN) in [name for name, _place in found.clients]


def test_the_last_of_two_services_counts() -> None:
    master = MASTER + "smtp unix - - n - - smtp -o smtp_tls_security_level=encrypt\n"
    assert endpoints(RELAY, master)["relayhost"].tls == "starttls-required"


def test_delivery_to_others_is_marked() -> None:
    found = endpoints("transport_maps = inline:{ {a = smtp:[h]} }\nmydestination =\n")
    assert {n: sorted(e.tags) for n, e in found.items()} == {
        "mx-delivery": ["mx-delivery"], "transport/a": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("main", "kind", "line", "word"),
    [
        pytest.param(RELAY + "smtp_tls_policy_maps = inline:{h.example=may}\n",
                     "setting-ineffective", 2, "[h.example]:587", id="a policy that never matches"),
        pytest.param("smtp_tls_policy_maps = inline:{ {[h.example] = may} }\n",
                     "setting-ineffective", 1, "domains", id="brackets without such a next hop"),
        pytest.param(RELAY + "smtp_use_tls = yes\n", "setting-deprecated", 2, "security_level",
                     id="an older setting"),
        pytest.param(RELAY + LEVEL + "may\nsmtp_enforce_tls = yes\n", "setting-ineffective", 3,
                     "security_level", id="an older setting that asks for more"),
        pytest.param(RELAY + LEVEL + "may\nsmtp_use_tls = yes\n", "setting-deprecated", 3,
                     "security_level", id="an older setting that asks for no more"),
    ],
)  # fmt: skip
def test_remarks(main: str, kind: str, line: int, word: str) -> None:
    (remark,) = reading(main).remarks
    assert remark.setting.place is not None
    assert (remark.kind, remark.setting.place.line) == (kind, line)
    assert word in remark.message


@pytest.mark.parametrize(
    "main",
    [
        pytest.param("smtp_tls_policy_maps = inline:{ {a.example = may}, {.b.example = may} }\n",
                     id="domains of others"),
        pytest.param(RELAY + "smtp_tls_policy_maps = inline:{ {[h.example]:587 = may} }\n",
                     id="the relay"),
        pytest.param(RELAY + "smtp_tls_policy_maps = inline:{a=may}\ntransport_maps = ldap:/x\n",
                     id="a table that may name more next hops"),
        pytest.param(RELAY + "smtp_tls_policy_maps = inline:{ {[o] = may} }\n"
                     "transport_maps = inline:{ {x = smtp:[o]} }\n", id="another next hop"),
    ],
)  # fmt: skip
def test_no_remarks(main: str) -> None:
    assert reading(main).remarks == []


def test_causes_across_files() -> None:
    main = "lvl = encrypt\nrelayhost = [h]:465\ndefault_transport = sub\n"
    master = "sub unix - - n - - smtp\n  -o smtp_tls_security_level=$lvl\n"
    master += "  -o smtp_tls_wrappermode=yes\n"
    causes = endpoints(main, master)["relayhost"].causes["tls"]
    assert [(one.place.path[13:], one.place.line) for one in causes if one.place] == [
        ("master.cf", 2), ("main.cf", 1), ("master.cf", 3),
    ]  # fmt: skip


def holed(string: str, **options: list[tuple[str, str]]) -> Text:
    return template(MAIN, string, **options)


def alternatives(text: Text) -> list[dict[str, Endpoint]]:
    def read(assume: Assumptions) -> Reading:
        return read_with(unit_of(text), assume, {})

    outcomes, _open = explore(read, {"postfix": "3.10"})
    return [{one.name: one for one in found.endpoints} for _when, found in outcomes]


def test_port_and_mode_change_together() -> None:
    both = [("a", "[h]:465\nsmtp_tls_wrappermode = yes\n"), ("b", "[h]:587\n")]
    text = holed("smtp_tls_security_level = encrypt\nrelayhost = <x>", x=both)
    pairs = [(one["relayhost"].port, one["relayhost"].tls) for one in alternatives(text)]
    assert pairs == [(465, "implicit"), (587, "starttls-required")]


@pytest.mark.parametrize(
    ("template", "undecided"),
    [
        pytest.param("relayhost = [<x>]:587\n", {"host"}, id="the host"),
        pytest.param("relayhost = [h]:<x>\n", {"port", "protocol"}, id="the port"),
        pytest.param("relayhost = [h]:5<x>\n", {"port", "protocol"}, id="half a port"),
        pytest.param("relayhost = <x>\n", {"host", "port", "protocol"}, id="all of it"),
        pytest.param("relayhost = [h]:587\nsmtp_tls_security_level = <x>\n",
                     {"tls", "tls_works", "tls_min", "certificate_verified"}, id="the level"),
        pytest.param("relayhost = [h]:587\nsmtp_sasl_auth_enable = <x>\n"
                     "smtp_sasl_security_options =\nsmtp_sasl_password_maps = hash:/x\n",
                     {"auth", "cleartext_auth"}, id="the login"),
    ],
)  # fmt: skip
def test_holes(template: str, undecided: set[str]) -> None:
    (found,) = alternatives(holed(template))
    one = found["relayhost"]
    assert set(one.undecided) == undecided
    assert {name for names in one.undecided.values() for name in names} == {"x"}


def test_a_relay_behind_lines_of_which_nothing_is_known() -> None:
    text = holed("<x>\nrelayhost = [h]:587\nsmtp_tls_security_level = none\n")

    def read(assume: Assumptions) -> Reading:
        return read_with(unit_of(text), assume, {})

    outcomes, _open = explore(read, {"postfix": "3.10"})
    taken, other = (found for _when, found in outcomes)
    (relay,) = (one for one in taken.endpoints if one.side == "client")
    assert (relay.name, relay.port) == ("relayhost", 587)
    assert not other.endpoints
    # Whether the lines set smtp_use_tls, which is given up, is not known.
    assert not [*taken.remarks, *other.remarks]


PIECES = st.sampled_from(
    ["relayhost", "transport_maps", "smtp_tls_policy_maps", "default_transport", "content_filter",
     "smtp_tls_security_level", "smtp_tls_wrappermode", "smtp_fallback_relay", " = ", "\n", "[",
     "]", ":", "h.example", "587", "inline:{", "}", "{", "=", "encrypt", "may", ",", " ", "yes",
     "static:", "regexp:{", "/x/", "smtp:", "lmtp:unix:", "$relayhost", "${x?{a}}", "\x00", "é"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_main_gives_a_reading(main: str) -> None:
    found = reading(main)
    assert len({one.id for one in found.endpoints}) == len(found.endpoints)
    assert all(one.usable is not None or "usable" in one.undecided for one in found.endpoints)


def test_a_pattern_of_backslashes_costs_no_time() -> None:
    files = {"/etc/postfix/p": "/" + "\\" * 3000 + "x encrypt\n"}
    main = RELAY + LEVEL + "may\nsmtp_tls_policy_maps = pcre:/etc/postfix/p\n"
    assert endpoints(main, files=files)["relayhost"].tls == "starttls-optional"
