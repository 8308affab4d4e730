"""Where Postfix listens, and what the master dies of."""

from __future__ import annotations

import pytest

from tests.support.postfix import (
    BASE,
    SMTP,
    SUBMISSION,
    read,
    servers,
    submission,
)


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param("", "25 inet n - n - - smtpd\n", [("", "any", 25)], id="number"),
        pytest.param("", "smtps inet n - n - - smtpd\n", [("", "any", 465)], id="name"),
        pytest.param("", "submissions inet n - n - - smtpd\n", [("", "any", 465)], id="newer name"),
        pytest.param("", "127.0.0.1:10025 inet n - n - - smtpd\n", [("127.0.0.1", "ipv4", 10025)],
                     id="address"),
        pytest.param("", "127.1.2.3:25 inet n - n - - smtpd\n", [("127.1.2.3", "ipv4", 25)],
                     id="another loopback address"),
        pytest.param("", "[::1]:25 inet n - n - - smtpd\n", [("::1", "ipv6", 25)], id="IPv6"),
        pytest.param("", "[2001:DB8:0::1]:25 inet n - n - - smtpd\n", [("2001:db8::1", "ipv6", 25)],
                     id="IPv6 in its short form"),
        pytest.param("", "0.0.0.0:25 inet n - n - - smtpd\n", [("", "ipv4", 25)], id="any IPv4"),
        pytest.param("", "localhost:25 inet n - n - - smtpd\n",
                     [("127.0.0.1", "ipv4", 25), ("::1", "ipv6", 25)], id="localhost"),
        pytest.param("inet_interfaces = loopback-only\n", SMTP,
                     [("127.0.0.1", "ipv4", 25), ("::1", "ipv6", 25)], id="loopback only"),
        pytest.param("inet_interfaces = 192.0.2.1, 127.0.0.1\n", SMTP,
                     [("192.0.2.1", "ipv4", 25), ("127.0.0.1", "ipv4", 25)], id="interfaces"),
        pytest.param("inet_interfaces = 127.0.0.1\n", "192.0.2.1:25 inet n - n - - smtpd\n",
                     [("192.0.2.1", "ipv4", 25)], id="a host ignores the interfaces"),
        pytest.param("inet_protocols = ipv4\n", SMTP, [("", "ipv4", 25)], id="IPv4 alone"),
        pytest.param("inet_protocols = ipv4\ninet_interfaces = loopback-only\n", SMTP,
                     [("127.0.0.1", "ipv4", 25)], id="loopback over IPv4"),
        pytest.param("known_tcp_ports = mine=4465\n", "mine inet n - n - - smtpd\n",
                     [("", "any", 4465)], id="name of one's own"),
        pytest.param("", "smtp unix n - n - - smtpd\n", [], id="socket"),
        pytest.param("", "smtpd pass - - n - - smtpd\n", [], id="pass"),
        pytest.param("", "24 inet n - n - - lmtp\n628 inet n - n - - qmqpd\n", [], id="others"),
        pytest.param("", "587 inet n n n - - spawn argv=/bin/x\n", [], id="spawn"),
        pytest.param("", "#smtp inet n - n - - smtpd\n", [], id="commented"),
        pytest.param("", "smtp inet n - n - 0 smtpd\n", [("", "any", 25)], id="no limit"),
        pytest.param("", "smtp inet n - n - - /usr/lib/postfix/smtpd\n", [("", "any", 25)],
                     id="with a path"),
        pytest.param("master_service_disable = smtp/inet\n", SMTP, [], id="disabled"),
        pytest.param("master_service_disable = inet\n", SMTP, [], id="type disabled"),
        pytest.param("master_service_disable = smtp.inet\n", SMTP, [], id="disabled as of old"),
        pytest.param("master_service_disable = !smtp/inet inet\n", SMTP + SUBMISSION,
                     [("", "any", 25)], id="all disabled but one"),
        pytest.param("master_service_disable = 25/inet\n", SMTP, [("", "any", 25)],
                     id="disabled by another spelling"),
        pytest.param("", SMTP + "25 inet n - n - - smtpd\n", [("", "any", 25)], id="twice"),
        pytest.param("", "587 inet n - n - - smtpd\n127.0.0.1:587 inet n - n - - smtpd\n",
                     [("", "any", 587), ("127.0.0.1", "ipv4", 587)], id="any and loopback"),
    ],
)  # fmt: skip
def test_listeners(main: str, master: str, expected: list[tuple[str, str, int]]) -> None:
    found = servers(read(BASE + main, master)).values()
    assert [(one.address, one.family, one.port) for one in found] == expected


@pytest.mark.parametrize(
    ("main", "master", "message"),
    [
        pytest.param(
            "inet_protocols = ipv7\n", SMTP, 'unknown inet_protocols value "ipv7"', id="protocol"
        ),
        pytest.param(
            "inet_protocols = ipv4, IPv6\n",
            SMTP,
            'unknown inet_protocols value "IPv6"',
            id="capitals",
        ),
        pytest.param(
            "inet_interfaces =\n",
            SMTP,
            "the service smtp needs a host or a non-empty inet_interfaces",
            id="no interfaces",
        ),
        pytest.param(
            "inet_interfaces =\n",
            "192.0.2.1:25 inet n - n - - smtpd\n628 inet n - n - - qmqpd\n",
            "the service 628 needs a host or a non-empty inet_interfaces",
            id="another program's",
        ),
        pytest.param(
            "inet_interfaces = 0.0.0.0\n",
            SMTP,
            "inet_interfaces: no local interface found for 0.0.0.0",
            id="any IPv4",
        ),
        pytest.param(
            "inet_interfaces = 0.0.0.0, [::]\n",
            SMTP,
            "inet_interfaces: no local interface found for 0.0.0.0",
            id="any of both",
        ),
        pytest.param(
            "inet_interfaces = ALL\n",
            SMTP,
            "inet_interfaces: host not found: ALL",
            id="all in capitals",
        ),
        pytest.param(
            "inet_interfaces = all, 127.0.0.1\n",
            SMTP,
            "inet_interfaces: host not found: all",
            id="all and more",
        ),
        pytest.param(
            "inet_interfaces = 192.0.2.0/24\n",
            SMTP,
            "inet_interfaces: host not found: 192.0.2.0/24",
            id="network",
        ),
        pytest.param(
            "inet_protocols = ipv4\ninet_interfaces = 127.0.0.1, [::1]\n",
            SMTP,
            "inet_interfaces: host not found: [::1]",
            id="interface of another protocol",
        ),
        pytest.param(
            "inet_protocols = ipv6\n",
            "127.0.0.1:25 inet n - n - - smtpd\n",
            "bad hostname or network address: 127.0.0.1:25",
            id="host of another protocol",
        ),
        pytest.param(
            "service_throttle_time = soon\n",
            SMTP,
            "bad value: service_throttle_time = soon is no time",
            id="time",
        ),
        pytest.param(
            "myorigin = example.com\n  smtpd_tls_auth_only = yes\n",
            SMTP,
            "bad value: myorigin = example.com smtpd_tls_auth_only = yes is more than one word",
            id="swallowed by a name",
        ),
        pytest.param(
            "setgid_group = postdrop smtpd_tls_auth_only = yes\n",
            SMTP,
            "bad value: setgid_group = postdrop smtpd_tls_auth_only = yes is more than one word",
            id="swallowed by a group",
        ),
        pytest.param(
            "master_service_disable = $\n",
            SMTP,
            'master_service_disable: empty macro name: "$"',
            id="expression",
        ),
    ],
)
def test_what_kills_the_master(main: str, master: str, message: str) -> None:
    reading = read(BASE + "relayhost = [r.example]\n" + main, master + "smtp unix - - n - - smtp\n")
    assert [one.usable for one in reading.endpoints] == [False] * len(reading.endpoints)
    assert {one.side for one in reading.endpoints} == {"client", "server"}
    said = reading.endpoints[0].causes["usable"][0]
    assert (said.place, said.text) == (None, f"the master dies: {message}")


@pytest.mark.parametrize(
    "main",
    [
        pytest.param("myorigin = example.com\n  smtpd_tls_auth_only = yes\n", id="its own value"),
        pytest.param(
            "myorigin = $mydomain\n  smtpd_tls_auth_only = yes\nmydomain = example.com\n",
            id="what it refers to is right",
        ),
    ],
)
def test_the_line_with_too_many_words_is_blamed(main: str) -> None:
    reading = read(main + BASE, SMTP)
    places = [one.place for one in reading.endpoints[0].causes["usable"] if one.place]
    assert places[-1].line == 1


@pytest.mark.parametrize(
    ("main", "master"),
    [
        pytest.param(
            "inet_interfaces =\n", "192.0.2.1:25 inet n - n - - smtpd\n", id="hosts alone"
        ),
        pytest.param(
            "inet_interfaces =\nmaster_service_disable = 26/inet\n",
            "192.0.2.1:25 inet n - n - - smtpd\n26 inet n - n - - smtpd\n",
            id="disabled",
        ),
        pytest.param("inet_interfaces = mail.example\n", SMTP, id="a name"),
        pytest.param("inet_protocols = ipv4\ninet_interfaces = localhost\n", SMTP, id="localhost"),
        pytest.param(
            "inet_protocols = ipv4\n", "0.0.0.0:25 inet n - n - - smtpd\n", id="any by address"
        ),
    ],
)
def test_what_the_master_lives_with(main: str, master: str) -> None:
    found = servers(read(BASE + main, master)).values()
    assert [one.usable for one in found] == [True]


def test_without_protocols_nothing_listens_and_only_sockets_are_delivered_to() -> None:
    main = (
        BASE + "relayhost = [r.example]\ntransport_maps = inline:{ {x.example = lmtp:unix:/l} }\n"
    )
    master = SMTP + "smtp unix - - n - - smtp\nlmtp unix - - n - - lmtp\n"
    found = read(main + "inet_interfaces = 0.0.0.0\ninet_protocols =\n", master).endpoints
    assert {one.id: one.usable for one in found if one.side == "client"} == {
        "postfix:relayhost": False, "postfix:transport/x.example": True,
    }  # fmt: skip
    assert {one.side for one in found} == {"client"}


def test_a_service_dies_of_an_option_that_leaves_no_protocol() -> None:
    found = servers(read(BASE, SMTP + SUBMISSION + "  -o inet_protocols=\n"))
    assert (found["smtp/inet"].usable, found["submission/inet"].usable) == (True, False)


def test_an_option_takes_the_protocol_of_an_interface_away() -> None:
    master = SMTP + SUBMISSION + "  -o inet_protocols=ipv4\n"
    found = servers(read(BASE + "inet_interfaces = 192.0.2.1, [::1]\n", master))
    assert {name: one.usable for name, one in found.items()} == {
        "smtp/inet@192.0.2.1": True, "smtp/inet@::1": True,
        "submission/inet@192.0.2.1": False, "submission/inet@::1": False,
    }  # fmt: skip


def test_both_addresses_for_any_keep_their_families() -> None:
    found = servers(read(BASE + "inet_interfaces = 0.0.0.0, [::]\n", SMTP))
    assert {name: one.family for name, one in found.items()} == {
        "smtp/inet@0.0.0.0": "ipv4", "smtp/inet@::": "ipv6",
    }  # fmt: skip


def test_the_last_of_two_spellings_counts() -> None:
    master = submission("smtpd_tls_security_level=encrypt") + "587 inet n - n - - smtpd\n"
    reading = read(BASE, master)
    (found,) = servers(reading).values()
    assert (found.tls, found.place.line) == ("none", 3)
    (remark,) = reading.remarks
    assert remark.kind == "setting-ineffective"
    assert remark.setting.place is not None
    assert remark.setting.place.line == 1
