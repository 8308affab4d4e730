"""What an msmtp account does on the wire, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import msmtp
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)

from tests.support.holed import Options, template

ABSENT = MemorySource({"/etc/ssl/other.pem": b""}, outside=False)
UNKNOWN = MemorySource({})


def reading(text: str | Text, version: str = "1.8.28", source: MemorySource = UNKNOWN) -> Reading:
    one = Text.of("msmtprc", text) if isinstance(text, str) else text
    unit = Unit("msmtp", "msmtprc", {"config": one})
    return msmtp.read(unit, source, Assumptions({"msmtp": version}))


def endpoint(text: str, version: str = "1.8.28", source: MemorySource = UNKNOWN) -> Endpoint:
    found = reading(text, version, source)
    assert found.problems == []
    (one,) = found.endpoints
    return one


TLS = "host h\ntls on\n"
LOGIN = "user u\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "host h\n",
            {"protocol": "smtp", "host": "h", "port": 25, "tls": "none", "auth": False,
             "cleartext_auth": False, "usable": True, "tls_works": None,
             "certificate_verified": None, "tls_min": None},
            id="only a host",
        ),
        pytest.param(
            TLS,
            {"port": 25, "tls": "starttls-required", "tls_works": True, "tls_min": "1.0",
             "certificate_verified": "full", "protocol": "smtp"},
            id="tls on",
        ),
        pytest.param(
            TLS + "tls_starttls off\n", {"port": 465, "tls": "implicit", "protocol": "submission"},
            id="tls without starttls",
        ),
        pytest.param(
            "host h\ntls_starttls off\nport 465\n", {"port": 465, "tls": "none"},
            id="tls_starttls off alone is plaintext",
        ),
        pytest.param(
            TLS + "port 465\n", {"port": 465, "tls": "starttls-required"},
            id="465 is no reason to speak TLS at once",
        ),
        pytest.param("host h\ntls_nostarttls\ntls\n", {"tls": "implicit"}, id="legacy"),
        pytest.param("host h\nport 587\n", {"protocol": "submission"}, id="a submission port"),
        pytest.param("host h\nauth on\n" + LOGIN,
                     {"protocol": "submission", "auth": True, "cleartext_auth": False, "port": 25},
                     id="auth on takes no plaintext login without TLS"),
        pytest.param("host h\nauth plain\n" + LOGIN, {"cleartext_auth": True}, id="plain"),
        pytest.param("host h\nauth login\n" + LOGIN, {"cleartext_auth": True}, id="login"),
        pytest.param("host h\nauth oauthbearer\n" + LOGIN, {"cleartext_auth": True}, id="bearer"),
        pytest.param("host h\nauth xoauth2\n" + LOGIN, {"cleartext_auth": True}, id="xoauth2"),
        pytest.param("host h\nauth cram-md5\n" + LOGIN, {"cleartext_auth": False}, id="cram"),
        pytest.param("host h\nauth external\n", {"cleartext_auth": False, "usable": True},
                     id="external needs no user"),
        pytest.param(TLS + "auth plain\n" + LOGIN, {"cleartext_auth": False}, id="plain under TLS"),
        pytest.param(TLS + "tls_certcheck off\n", {"certificate_verified": "none"}, id="unchecked"),
        pytest.param(TLS + "tls_fingerprint " + ":".join(["AB"] * 32) + "\n",
                     {"certificate_verified": "pinned"}, id="pinned"),
        pytest.param(
            TLS + "tls_certcheck off\ntls_fingerprint " + ":".join(["AB"] * 32) + "\n",
            {"certificate_verified": "none"}, id="unchecked beats pinned",
        ),
        pytest.param(TLS + "tls_trust_file /ca\n", {"certificate_verified": "full"}, id="own CA"),
        pytest.param(TLS + "tls_host_override n\n", {"certificate_verified": "full"}, id="name"),
        pytest.param(TLS + "tls_priorities NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n",
                     {"tls_min": "1.2", "tls_works": True}, id="TLS 1.2"),
        pytest.param(TLS + "tls_priorities NORMAL:-VERS-ALL\n",
                     {"tls_min": None, "tls_works": None, "usable": False},
                     id="no TLS version at all"),
        pytest.param("host h\ntls_priorities NORMAL:-VERS-ALL\n", {"usable": True}, id="no TLS"),
        pytest.param("host h\nprotocol lmtp\nport 24\n", {"protocol": "lmtp", "port": 24},
                     id="LMTP"),
        pytest.param("socket /run/s\nprotocol lmtp\n",
                     {"host": "/run/s", "port": None, "usable": True}, id="a socket has no port"),
        pytest.param("host h\nport 587\nsocket /run/s\n", {"port": None, "protocol": "smtp"},
                     id="no port is dialled for a socket"),
        pytest.param(TLS + "socket /run/s\n", {"host": "/run/s", "tls": "starttls-required"},
                     id="TLS over a socket"),
        pytest.param("host h\nproxy_host 127.0.0.1\nproxy_port 9050\nport 587\n",
                     {"host": "h", "port": 587}, id="a proxy"),
    ],
)  # fmt: skip
def test_fields(text: str, expected: dict[str, Any]) -> None:
    one = endpoint(text)
    assert {name: getattr(one, name) for name in expected} == expected
    assert one.undecided == {}


@pytest.mark.parametrize(
    ("text", "version", "lines"),
    [
        pytest.param("host h\nprotocol lmtp\n", "1.8.28", [2], id="LMTP without a port"),
        pytest.param("socket /s\ntls on\n", "1.8.28", [1, 2], id="TLS without a name"),
        pytest.param("host h\ntls_key_file k\n", "1.8.28", [2], id="a key without certificate"),
        pytest.param("host h\ntls_cert_file c\n", "1.8.28", [2], id="a certificate without key"),
        pytest.param(TLS + "tls_trust_file\n", "1.8.28", [2, 3], id="no trust"),
        pytest.param(TLS, "1.8.1", [2], id="no trust file before 1.8.2"),
        pytest.param(TLS + "tls_trust_file /ca\ntls_certcheck off\n", "1.6.8", [3, 4],
                     id="a contradiction before 1.8.2"),
        pytest.param("host h\ntls_crl_file c\ntls_trust_file\n", "1.8.28", [2, 3], id="CRL alone"),
        pytest.param("host h\nauth on\n", "1.8.28", [2], id="no user"),
        pytest.param("host h\nauth scram-sha-256-plus\nuser u\n", "1.8.28", [2], id="no channel"),
    ],
)  # fmt: skip
def test_unusable(text: str, version: str, lines: list[int]) -> None:
    one = endpoint(text, version)
    assert one.usable is False
    assert {"tls", "auth", "cleartext_auth"} <= one.not_applicable
    places = [setting.place for setting in one.causes["usable"]]
    assert sorted(place.line for place in places if place) == lines


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param(TLS, "1.8.2", id="system trust"),
        pytest.param(TLS + "tls_certcheck off\n", "1.6.8", id="no check"),
        pytest.param(TLS + "tls_trust_file /ca\n", "1.6.0", id="a trust file"),
        pytest.param(
            TLS + "tls_trust_file /ca\ntls_certcheck off\n", "1.8.2", id="1.8.2 lets both"
        ),
        pytest.param(
            "defaults\ntls_trust_file\naccount a\n" + TLS, "1.8.28", id="only the defaults"
        ),
    ],
)
def test_usable(text: str, version: str) -> None:
    assert endpoint(text, version).usable is True


def test_a_version_that_ignores_the_check() -> None:
    assert endpoint(TLS, "1.8.2").certificate_verified == "none"
    assert endpoint(TLS + "tls_trust_file /ca\n", "1.8.2").certificate_verified == "full"
    assert endpoint(TLS, "1.8.3").certificate_verified == "full"


@pytest.mark.parametrize(
    ("source", "path", "usable"),
    [
        pytest.param(ABSENT, "/etc/ssl/ca.pem", False, id="not there"),
        pytest.param(ABSENT, "/etc/ssl/other.pem", True, id="there"),
        pytest.param(ABSENT, "~/ca.pem", True, id="in a home"),
        pytest.param(UNKNOWN, "/etc/ssl/ca.pem", True, id="outside"),
        pytest.param(ABSENT, "system", True, id="system"),
    ],
)
def test_trust_file(source: MemorySource, path: str, usable: bool) -> None:
    assert endpoint(TLS + f"tls_trust_file {path}\n", source=source).usable is usable


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        pytest.param("account a\nuser u\naccount b : a\nhost h\n", ["msmtp:b"], id="a mere base"),
        pytest.param(
            "account a\nhost h\naccount default : a\n", ["msmtp:a"], id="default is another name"
        ),
        pytest.param(
            "account a\nhost h\naccount default : a\nport 587\n", ["msmtp:a", "msmtp:default"],
            id="default differs",
        ),
        pytest.param("account a\nhost h\naccount b : a\n", ["msmtp:a", "msmtp:b"], id="two"),
        pytest.param("host h\n", ["msmtp:default"], id="no account command"),
        pytest.param("# nothing\n", [], id="empty"),
        pytest.param("defaults\nhost h\n", [], id="defaults alone"),
        pytest.param("defaults\nhost h\naccount a\n", ["msmtp:a"], id="a host from the defaults"),
    ],
)  # fmt: skip
def test_endpoints(text: str, ids: list[str]) -> None:
    assert [one.id for one in reading(text).endpoints] == ids


CAUSES = """\
defaults
tls on
account a
host h
port 587
auth plain
user u
account b : a
  tls off
"""


@pytest.mark.parametrize(
    ("account", "field", "lines"),
    [
        ("a", "tls", [2, None]),
        ("b", "tls", [9]),
        ("b", "port", [5]),
        ("b", "cleartext_auth", [9, 6]),
        ("a", "certificate_verified", [None, None]),
        ("a", "host", [4]),
    ],
)
def test_causes(account: str, field: str, lines: list[int | None]) -> None:
    one = next(one for one in reading(CAUSES).endpoints if one.name == account)
    assert [s.place.line if s.place else None for s in one.causes[field]] == lines


def test_spans() -> None:
    (cause,) = reading(CAUSES).endpoints[1].causes["tls"]
    place = cause.place
    assert place is not None
    assert (cause.text, place.column, place.end_column) == ("tls off", 3, 10)
    assert CAUSES[place.start : place.end] == "tls off"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        pytest.param("host h\ntls_starttls off\n", 2, "plaintext", id="starttls without tls"),
        pytest.param("host h\ntls_certcheck off\n", 2, "plaintext", id="certcheck without tls"),
        pytest.param(TLS + "tls_certcheck off\ntls_trust_file /x\n", 4, "certcheck", id="trust"),
        pytest.param("host h\nuser u\n", 2, "auth on", id="user without auth"),
    ],
)
def test_ineffective(text: str, line: int, word: str) -> None:
    (remark,) = reading(text).remarks
    assert (remark.kind, remark.setting.place.line) == ("setting-ineffective", line)  # type: ignore[union-attr]
    assert word in remark.message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "defaults\ntls_trust_file /x\ntls on\naccount a\nhost h\naccount b\nhost g\ntls off\n",
            id="acts in one account",
        ),
        pytest.param("defaults\ntls_starttls off\naccount a\nuser u\n", id="nobody connects"),
        pytest.param(TLS + "tls_trust_file /x\nauth on\nuser u\n", id="all at work"),
    ],
)
def test_nothing_ineffective(text: str) -> None:
    assert reading(text).remarks == []


@pytest.mark.parametrize(
    ("text", "undecided"),
    [
        pytest.param("eval echo host $H\n", {"host": 1}, id="host"),
        pytest.param('host h\neval "echo port $P"\n', {"port": 2, "protocol": 2}, id="port"),
        pytest.param("host h\neval printf 'tls %s' x\nport 25\n",
                     {"tls": 2, "tls_min": 0, "certificate_verified": 0, "tls_works": 2}, id="tls"),
        pytest.param("host h\neval echo password x\n", {}, id="a password decides nothing"),
        pytest.param("host h\neval echo port x\nport 587\n", {}, id="said again below"),
    ],
)  # fmt: skip
def test_eval(text: str, undecided: dict[str, int]) -> None:
    names = {
        field: (f"the output of eval in line {line}",) for field, line in undecided.items() if line
    }
    assert endpoint(text).undecided == names


def test_an_eval_that_may_say_anything() -> None:
    found = reading("account a\nhost h\ntls on\neval ./settings\nport 587\n")
    (one,) = found.endpoints
    assert one.port == 587
    assert {"host", "tls", "auth"} <= set(one.undecided)
    assert [(name, place.line) for name, place in found.clients] == [
        ("the output of eval in line 4", 4)
    ]


def holed(string: str, **options: Options) -> Text:
    """The text of an msmtprc in which ``<name>`` is a hole."""
    return template("msmtprc", string, **options)


def alternatives(text: Text) -> list[list[Endpoint]]:
    unit = Unit("msmtp", "msmtprc", {"config": text})
    outcomes, _left_open = explore(lambda assume: msmtp.read(unit, UNKNOWN, assume), {})
    return [found.endpoints for _when, found in outcomes]


BRANCHES = [("true", "65"), ("false", "43")]


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        pytest.param(holed("host h\nport 4<x>\n", x=BRANCHES), "port", [465, 443], id="half"),
        pytest.param(holed("host <x>\n", x=[("a", "h"), ("b", "g")]), "host", ["h", "g"], id="all"),
        pytest.param(holed("host h\n<x> on\n", x=[("a", "tls"), ("b", "auth")]), "tls",
                     ["starttls-required", None], id="a command"),
        pytest.param(holed("host h\ntls<x>\n", x=[("a", " on"), ("b", " off")]), "tls",
                     ["starttls-required", "none"], id="blank and value"),
        pytest.param(holed("host h\n<x>\n", x=[("a", "tls on"), ("b", "# tls on")]), "tls",
                     ["starttls-required", "none"], id="a line"),
        pytest.param(
            holed("host h\n<x>", x=[("a", "tls\ntls_starttls off\n"), ("b", "port 587\ntls\n")]),
            "tls", ["implicit", "starttls-required"], id="several lines",
        ),
    ],
)  # fmt: skip
def test_alternatives(text: Text, field: str, values: list[Any]) -> None:
    assert [getattr(found[0], field) for found in alternatives(text)] == values


def test_port_and_mode_change_together() -> None:
    mode = [("a", "off"), ("b", "on")]
    text = holed(
        "host h\ntls on\nport <p>\ntls_starttls <s>\n", p=[("a", "465"), ("b", "587")], s=mode
    )
    same = holed("host h\ntls on\n<p>", p=[("a", "port 465\ntls_starttls off"), ("b", "port 587")])
    assert len(alternatives(text)) == 4
    pairs = [(found[0].port, found[0].tls) for found in alternatives(same)]
    assert pairs == [(465, "implicit"), (587, "starttls-required")]


@pytest.mark.parametrize(
    ("template", "field"),
    [
        pytest.param("host <x>\n", "host", id="value"),
        pytest.param("host h\nport 5<x>\n", "port", id="half a number"),
        pytest.param("host h\ntls <x>\n", "tls", id="a switch"),
        pytest.param("host h\n<x> off\n", "tls", id="a command"),
        pytest.param("host h\n<x>\n", "auth", id="a line"),
        pytest.param("<x>\nhost h\n", "tls", id="a line above all"),
        pytest.param("account a\nhost h\naccount b : <x>\nhost h\n", "port", id="a base"),
    ],
)
def test_what_may_be_anything(template: str, field: str) -> None:
    (found,) = alternatives(holed(template))
    assert found[-1].undecided[field] == ("x",)


def test_a_hole_in_a_name() -> None:
    (found,) = alternatives(holed("account <x>\nhost h\n"))
    assert [one.id for one in found] == ["msmtp:{x}"]


def test_of_several_bases_those_that_are_known_count() -> None:
    text = "account a\nport 465\naccount b\nhost h\ntls on\naccount c : <x>, a, b\n"
    (found,) = alternatives(holed(text))
    last = found[-1]
    assert (last.name, last.port, last.undecided["auth"]) == ("c", 465, ("x",))
    # STARTTLS or TLS from the first byte is what the first of them decides.
    assert last.undecided["tls"] == ("x",)
