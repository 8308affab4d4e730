# ruff: noqa: E501  tables whose rows read better on one line
"""Where Dovecot listens: protocols, built-in listeners, sections that merge, addresses."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import TAKEN

from tests.support.dovecot import alternatives, before, bound, endpoint, read, since

TLS_BEFORE = "submission_relay_host = relay.example.net\nssl_cert = </etc/ssl/mail.crt\nssl_key = </etc/ssl/mail.key\n"
TLS_SINCE = "submission_relay_host = relay.example.net\nssl_server_cert_file = /etc/ssl/mail.crt\nssl_server_key_file = /etc/ssl/mail.key\n"
FIRST = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
REQUIRED, OPTIONAL = "starttls-required", "starttls-optional"
IMAP = ["143 starttls-required", "993 implicit"]


def service(*lines: str, name: str = "imap-login") -> str:
    return "".join(f"{line}\n" for line in (f"service {name} {{", *lines, "}"))


def listener(name: str, *lines: str) -> str:
    return "\n".join((f"inet_listener {name} {{", *lines, "}"))


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        pytest.param("protocols = imap", IMAP, id="one"),
        pytest.param(
            "protocols = imap\nprotocols = $protocols pop3",
            [*IMAP, "110 starttls-required", "995 implicit"],
            id="appended",
        ),
        pytest.param("protocols = none", [], id="none"),
        pytest.param(
            "protocols = imaps", ["993 implicit"], id="the old name closes the other port"
        ),
        pytest.param("protocols = imap imaps", IMAP, id="both names"),
        pytest.param(
            "protocols = submission", ["587 starttls-required"], id="submission has one port"
        ),
        pytest.param("protocols = sieve", ["4190 starttls-required"], id="sieve"),
        pytest.param(
            "protocols = managesieve", ["4190 starttls-required"], id="sieve by its old name"
        ),
        pytest.param("protocols = lmtp", [], id="lmtp has a socket only"),
    ],
)
def test_protocols_of_2_3(protocols: str, expected: list[str]) -> None:
    assert bound(read(f"{TLS_BEFORE}{protocols}\n")) == sorted(expected)


@pytest.mark.parametrize(
    ("protocols", "expected"),
    [
        pytest.param("", [], id="unset"),
        pytest.param("protocols = imap", IMAP, id="one"),
        pytest.param("protocols {\nimap = yes\n}", IMAP, id="in a list"),
        pytest.param("protocols = imap pop3\nprotocols {\npop3 = no\n}", IMAP, id="taken out"),
        pytest.param(
            "protocols = pop3\nprotocols = $SET:protocols imap",
            None,
            id="lists are not appended to",
        ),
        pytest.param(
            "protocols = submission",
            ["587 starttls-required", "465 implicit"],
            id="submission has both ports",
        ),
    ],
)
def test_protocols_of_2_4(protocols: str, expected: list[str] | None) -> None:
    reading = read(f"{FIRST}{TLS_SINCE}{protocols}\n", "2.4.1")
    if expected is None:
        assert reading.problems
    else:
        assert bound(reading) == sorted(expected)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(service(listener("imap", "port = 0")), ["993 implicit"], id="port 0"),
        # Dovecot 2.3 and 2.4 take it for 1143.
        pytest.param(
            service(listener("imap", f"port = {'0' * 5000}1143")),
            ["1143 starttls-required", "993 implicit"],
            id="zeros before a port",
        ),
        pytest.param(
            service(listener("imaps", "ssl = no")),
            ["143 starttls-required", "993 starttls-required"],
            id="993 without TLS",
        ),
        pytest.param(
            service(listener("imap", "ssl = yes")),
            ["143 implicit", "993 implicit"],
            id="143 with TLS",
        ),
        pytest.param(
            service(listener("mysecure", "port = 993"), listener("imaps", "port = 0")),
            ["143 starttls-required", "993 starttls-required"],
            id="a name means nothing",
        ),
        pytest.param(
            service(listener("imap", "port = 1143")) + service(listener("imap", "ssl = yes")),
            ["1143 implicit", "993 implicit"],
            id="sections merge",
        ),
        pytest.param(service(listener("new", "ssl = yes")), IMAP, id="no port of its own"),
        pytest.param(
            service(listener("x", "port = 10143"), name="pop3-login"),
            IMAP,
            id="the protocol is not enabled",
        ),
        pytest.param("ssl = no\n", ["143 none"], id="without TLS its listener is not opened"),
        pytest.param(
            "ssl = no\nprotocol imap {\nssl = yes\n}\n",
            ["143 starttls-required"],
            id="a filter does not open it",
        ),
        pytest.param(
            "protocol imap {\nssl = no\n}\n",
            ["143 none", "993 None"],
            id="a filter does not close it",
        ),
    ],
)
def test_listeners(more: str, expected: list[str]) -> None:
    assert bound(read(f"protocols = imap\n{TLS_BEFORE}{more}")) == sorted(expected)
    assert bound(read(f"{FIRST}protocols = imap\n{TLS_SINCE}{more}", "2.4.1")) == sorted(expected)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("listen = *\n", [("", "ipv4")], id="IPv4"),
        pytest.param("listen = ::\n", [("", "ipv6")], id="IPv6"),
        pytest.param("listen = [::]\n", [("", "ipv6")], id="IPv6 in brackets"),
        pytest.param("listen = *, ::\n", [("", "any")], id="both"),
        pytest.param("listen = 0.0.0.0\n", [("", "ipv4")], id="IPv4 by number"),
        pytest.param("listen = 0.0.0.0, ::\n", [("", "any")], id="both, one by number"),
        pytest.param("listen = 0::0\n", [("", "ipv6")], id="IPv6 in other words"),
        pytest.param("listen = *, 0.0.0.0\n", [("", "ipv4")], id="IPv4 twice"),
        pytest.param(
            service(listener("imap", "{listen} = 0.0.0.0")), [("", "ipv4")], id="of a listener"
        ),
        pytest.param(
            "listen = 0.0.0.0\n{cleartext}local 192.0.2.1 {\nssl = required\n}\n",
            [("", "ipv4"), ("192.0.2.1", "ipv4")],
            id="IPv4 by number, with other settings at one address",
        ),
        # Nobody connects to that address.
        pytest.param(
            "local 0.0.0.0 {\nssl = yes\n{cleartext}}\n",
            [("", "any")],
            id="other settings at no address",
        ),
        pytest.param("listen = 127.0.0.1\n", [("127.0.0.1", "ipv4")], id="loopback"),
        pytest.param(
            "listen = 192.0.2.1, 127.0.0.1\n",
            [("192.0.2.1", "ipv4"), ("127.0.0.1", "ipv4")],
            id="several",
        ),
        pytest.param(
            service(listener("imap", "{listen} = 127.0.0.1")),
            [("127.0.0.1", "ipv4")],
            id="of one listener",
        ),
    ],
)
@pytest.mark.parametrize("version", ["2.3.19", "2.4.1"])
def test_addresses(more: str, expected: list[tuple[str, str]], version: str) -> None:
    modern = version == "2.4.1"
    more = more.replace("{listen}", "listen" if modern else "address")
    cleartext = "auth_allow_cleartext = yes\n" if modern else "disable_plaintext_auth = no\n"
    more = more.replace("{cleartext}", cleartext)
    start = FIRST + TLS_SINCE if modern else TLS_BEFORE
    reading = read(f"{start}protocols = imap\n{more}", version)
    found = [(one.address, one.family) for one in reading.endpoints if one.port == 143]
    assert found == expected


def test_several_addresses_are_told_apart() -> None:
    reading = before("listen = 192.0.2.1, 127.0.0.1\nprotocols = imap\n")
    names = [one.id for one in reading.endpoints]
    assert "dovecot:imap-login/imaps@192.0.2.1" in names
    assert len(set(names)) == len(names) == 4


def test_one_address_needs_no_telling() -> None:
    reading = before("listen = 192.0.2.1\nprotocols = imap\n")
    assert [one.id for one in reading.endpoints] == [
        "dovecot:imap-login/imap",
        "dovecot:imap-login/imaps",
    ]


def test_a_service_of_another_name_that_runs_the_program() -> None:
    more = "service second {\nexecutable = imap-login -D\nprotocol = imap\ninet_listener a {\nport = 1993\nssl = yes\n}\n}\n"
    assert endpoint(before(more), 1993).id == "dovecot:second/a"


def test_other_services_are_no_mail() -> None:
    more = service(listener("d", "port = 12345"), name="doveadm") + service(
        listener("a", "port = 10001"), name="auth"
    )
    assert {line.split()[0] for line in bound(before(more))} == {
        "143",
        "993",
        "110",
        "995",
        "587",
        "4190",
    }


def test_debians_packages_fill_the_protocols() -> None:
    text = "!include_try /usr/share/dovecot/protocols.d/*.protocol\n" + TLS_BEFORE
    folder = "/usr/share/dovecot/protocols.d"
    files = {f"{folder}/imapd.protocol": "protocols = $protocols imap\n"}
    assert bound(read("protocols =\n" + text, files=files)) == IMAP
    assert bound(since("")) != []


def test_each_protocol_is_enabled_by_its_own_line() -> None:
    reading = read(f"protocols = imap\n{TLS_BEFORE}protocols = $protocols pop3\n")
    assert endpoint(reading, 143).place.line == 1
    assert endpoint(reading, 110).place.line == 5


def test_a_service_section_is_where_its_listeners_are() -> None:
    reading = read(f"protocols = imap\n{TLS_BEFORE}service imap-login {{\nservice_count = 0\n}}\n")
    assert endpoint(reading, 993).place.line == 5


@pytest.mark.parametrize(
    "text", [f"protocols = imap\n{TLS_BEFORE}", f"{FIRST}protocols = imap\n{TLS_SINCE}"]
)
def test_the_grammar_decides_the_version(text: str) -> None:
    ((taken, reading),) = alternatives(text)
    assert (taken, bound(reading)) == ((), IMAP)


def test_only_the_oldest_version_of_tls_hangs_on_the_version() -> None:
    ((_taken, reading),) = alternatives(f"protocols = imap\n{TLS_BEFORE}")
    assert {tuple(one.undecided) for one in reading.endpoints} == {("tls_min",)}


@pytest.mark.parametrize(
    ("more", "port", "blamed"),
    [
        pytest.param(service(listener("imaps", "ssl = no")), 993, "ssl = no", id="without TLS"),
        pytest.param(
            service(listener("x", "port = 993"), listener("imaps", "port = 0")),
            993,
            "port = 993",
            id="another's port",
        ),
        pytest.param(
            service(listener("imaps", "ssl = no")) + "disable_plaintext_auth = no\n",
            993,
            "ssl = no",
            id="whatever else is wrong",
        ),
        pytest.param(service(listener("imap", "ssl = yes")), 143, "ssl = yes", id="with TLS"),
        pytest.param("ssl = no\n", 143, "ssl = no", id="none at all"),
        pytest.param(
            "disable_plaintext_auth = no\n", 143, "disable_plaintext_auth = no", id="plaintext"
        ),
        pytest.param(
            "auth_mechanisms = plain cram-md5\nssl = yes\n", 143, "ssl = yes", id="challenge"
        ),
    ],
)
def test_the_last_cause_of_the_mode_is_the_one_to_blame(more: str, port: int, blamed: str) -> None:
    one = endpoint(read(f"protocols = imap\n{TLS_BEFORE}{more}"), port)
    assert one.causes["tls"][-1].text.startswith(blamed)


def test_without_protocols_the_build_decides() -> None:
    found = {
        dict(taken).get("the build of Dovecot"): bound(one)
        for taken, one in alternatives(TLS_BEFORE)
    }
    upstream = sorted([*IMAP, "110 starttls-required", "995 implicit"])
    assert found == {TAKEN: upstream, "upstream's": upstream, "Debian's": []}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("protocol imap {\n listen = *:10143\n ssl_listen = *:10993\n}", ["10143", "10993"], id="both ports"),
        pytest.param("protocol imap {\n listen = 10.0.0.1\n}", ["10.0.0.1:143", "993"], id="an address"),
        pytest.param("listen = *:1143", ["1143", "993"], id="a port for all"),
        pytest.param("ssl_listen = 10.0.0.1:10993", ["143", "10.0.0.1:10993"], id="a port for TLS"),
        pytest.param("protocol lda {\n listen = *:1143\n}", ["143", "993"], id="a protocol that listens nowhere"),
        pytest.param("listen = *, [::]", ["143", "993"], id="addresses"),
        pytest.param("listen = *:imap", ["143", "993"], id="a port that is none is passed over"),
        pytest.param("protocol imap {\n listen = *:993\n ssl_listen = *:143\n}", ["993", "143"], id="the ports of each other"),
    ],
)  # fmt: skip
def test_listen_as_it_was_before_2_0(lines: str, expected: list[str]) -> None:
    """What doveconf of 2.3.19 makes of it."""
    reading = read(f"protocols = imap\n{TLS_BEFORE}{lines}\n")
    found = [f"{one.address}:{one.port}".lstrip(":") for one in reading.endpoints]
    assert (reading.problems, found) == ([], expected)
