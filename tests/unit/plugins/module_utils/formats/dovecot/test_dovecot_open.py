"""What stays open: holes, includes that lie elsewhere, versions."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Reading, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import dovecot
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore

from tests.support.dovecot import BEFORE, SINCE, before, since
from tests.support.holed import either, holed

NAME = "dovecot.conf"
MAIL = "the address of mail.example.com"


def outcomes(*parts: str | Hole, files: dict[str, str] | None = None) -> list[Reading]:
    """Every reading of a dovecot.conf in a repository."""
    held = {path: text.encode() for path, text in (files or {}).items()}
    unit = Unit("dovecot", NAME, {"main": holed(NAME, *parts)})
    found, _open = explore(lambda assume: dovecot.read(unit, MemorySource(held), assume), {})
    return [reading for _taken, reading in found]


def imap(reading: Reading) -> dict[str, Any]:
    """The open fields of the listener on 143, and what decides them."""
    return next(one for one in reading.endpoints if one.name == "imap-login/imap").undecided


def opaque(readings: list[Reading]) -> set[str]:
    return {name for reading in readings for name, _place in reading.opaque}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        pytest.param(["ssl = ", Hole("x"), "\n"], "tls", id="ssl"),
        pytest.param(
            ["disable_plaintext_auth = ", Hole("x"), "\n"], "cleartext_auth", id="plaintext"
        ),
        pytest.param(["auth_mechanisms = plain ", Hole("x"), "\n"], "tls", id="mechanisms"),
        pytest.param(
            ["login_trusted_networks = ", Hole("x"), "\n"], "cleartext_auth", id="networks"
        ),
        pytest.param(["ssl_min_protocol = ", Hole("x"), "\n"], "tls_min", id="oldest version"),
        pytest.param(["auth_mechanisms = $ENV:x\n"], "tls", id="environment"),
        pytest.param(
            ["service imap-login {\ninet_listener imap {\nssl = ", Hole("x"), "\n}\n}\n"],
            "tls",
            id="of a listener",
        ),
        pytest.param(
            ["service imap-login {\ninet_listener imap {\nhaproxy = ", Hole("x"), "\n}\n}\n"],
            "requires",
            id="proxy",
        ),
        pytest.param(["ssl_cert = <", Hole("x"), "\n"], "tls_works", id="certificate"),
    ],
)
def test_a_hole_opens_what_hangs_on_it(parts: list[str | Hole], field: str) -> None:
    (reading,) = outcomes(BEFORE, *parts)
    names = imap(reading)[field]
    assert "x" in names or "the environment variable x" in names


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["ssl_listen = ", Hole("x"), "\n"], id="for TLS"),
        pytest.param(["protocol imap {\n listen = ", Hole("x"), "\n}\n"], id="for a protocol"),
    ],
)
def test_what_older_files_listen_on_may_be_any_listener(parts: list[str | Hole]) -> None:
    assert opaque(outcomes(BEFORE, *parts)) == {"x"}


def test_an_address_that_is_open_opens_addresses() -> None:
    (reading,) = outcomes(BEFORE, "listen = ", Hole("x"), "\n")
    assert (imap(reading)["address"], opaque([reading])) == (("x",), set())


@pytest.mark.parametrize("head", [BEFORE, SINCE], ids=["2.3", "2.4"])
def test_a_proxy_that_may_be_there_opens_all(head: str) -> None:
    line = "service imap-login {\ninet_listener imap {\nhaproxy = "
    (reading,) = outcomes(head, line, Hole("x"), "\n}\n}\n")
    assert {"tls", "auth", "cleartext_auth", "usable", "requires"} <= set(imap(reading))


@pytest.mark.parametrize(
    ("parts", "modes"),
    [
        pytest.param(
            [either("x", a="ssl = required", b="disable_plaintext_auth = no"), "\n"],
            {"starttls-required", "starttls-optional"},
            id="a line",
        ),
        pytest.param(
            [either("x", a="#", b=""), "disable_plaintext_auth = no\n"],
            {"starttls-required", "starttls-optional"},
            id="a comment sign",
        ),
        pytest.param(
            [either("x", a="ssl = no\n", b="\n"), "disable_plaintext_auth = no\n"],
            {"none", "starttls-optional"},
            id="a whole line",
        ),
        pytest.param(
            ["disable_plaintext_auth = ", either("x", a="yes", b="no"), "\n"],
            {"starttls-required", "starttls-optional"},
            id="a value",
        ),
        pytest.param(
            ["disable_plaintext_auth = ", either("x", a="yes # no", b="no"), "\n"],
            {"starttls-required", "starttls-optional"},
            id="a value and a comment",
        ),
        pytest.param(
            ["disable_plaintext_auth = ", either("x", a="yes ", b="'no'"), "\n"],
            {"starttls-required", "starttls-optional"},
            id="a blank, quotes",
        ),
        pytest.param(
            ["ssl_cert = ", either("x", a="</etc/ssl/mail.crt", b="</etc/ssl/mail.crt#"), "\n"],
            {"starttls-required"},
            id="the name of a file",
        ),
    ],
)
def test_branches_are_alternatives(parts: list[str | Hole], modes: set[str]) -> None:
    readings = outcomes(BEFORE, *parts)
    assert [reading.problems for reading in readings] == [[], []]
    assert {
        one.tls for reading in readings for one in reading.endpoints if one.port == 143
    } == modes


INNER = either("y", a="yes#no", b="no")


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            ["ssl = ", Hole("x", [("a", holed(NAME, INNER)), ("b", None)]), "\n"], id="in a value"
        ),
        pytest.param([Hole("x", [("a", holed(NAME, "ssl=", INNER)), ("b", None)])], id="in a line"),
    ],
)
def test_a_branch_within_a_branch_is_as_good(parts: list[str | Hole]) -> None:
    readings = outcomes(BEFORE, *parts)
    assert [reading.problems for reading in readings] == [[], [], []]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([Hole("x"), " = yes\n"], id="a name"),
        pytest.param([Hole("x"), "\n"], id="a line"),
        pytest.param(["protocol ", Hole("x"), " {\nssl = no\n}\n"], id="a section's name"),
        pytest.param(["!include ", Hole("x"), "\n"], id="a file"),
        pytest.param(["group @a ", Hole("x"), " {\nssl = no\n}\n"], id="a group's name"),
        pytest.param(["group @a b {\nssl = no\n}\n@a = ", Hole("x"), "\n"], id="a group"),
    ],
)
def test_what_may_be_anything_opens_everything(parts: list[str | Hole]) -> None:
    group = isinstance(parts[0], str) and parts[0].startswith("group")
    readings = outcomes(SINCE if group else BEFORE, *parts)
    assert opaque(readings) == {"x"}
    assert imap(readings[0])["tls"] == ("x",)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["protocols = imap ", Hole("x"), "\nmail_location = maildir:/m\n"], id="2.3"),
        pytest.param([Hole("x"), "\nssl_cert = </x\n"], id="2.3 by a later name"),
        pytest.param([Hole("x"), "\nssl_server_cert_file = /x\n"], id="2.4 by a later name"),
        pytest.param(["dovecot_config_version = ", Hole("x"), "\nmail_path = /m\n"], id="2.4"),
    ],
)
def test_the_version_is_not_open_where_names_show_it(parts: list[str | Hole]) -> None:
    assert not [reading.problems for reading in outcomes(*parts) if reading.problems]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("local mail.example.com {\nssl = no\n}\n", {MAIL}, id="of the server"),
        pytest.param("remote mail.example.com {\nssl = no\n}\n", {MAIL}, id="of a peer"),
        pytest.param(
            "remote mail.example.com {\nlocal 192.0.2.1 {\nssl = no\n}\n}\n", {MAIL}, id="of either"
        ),
        pytest.param("remote localhost {\nssl = no\n}\n", set(), id="that is known"),
        pytest.param(
            "local mail.example.com {\nssl_cert = </etc/ssl/ca.crt\n}\n", set(), id="usual"
        ),
        pytest.param("local mail.example.com {\nmail_debug = yes\n}\n", set(), id="of no account"),
    ],
)
def test_whose_name_a_filter_has_is_open(text: str, names: set[str]) -> None:
    assert opaque([before(text)]) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("!include_try /etc/a.conf\n", {"/etc/a.conf"}, id="one"),
        pytest.param(
            "!include_try /etc/a.conf\n!include_try /etc/b.conf\n",
            {"/etc/a.conf", "/etc/b.conf"},
            id="two",
        ),
        pytest.param(
            "!include conf.d/*.conf\n", {"conf.d/*.conf"}, id="a folder that a package fills"
        ),
        pytest.param("!include more.conf\n", {"more.conf"}, id="a file that a package brings"),
        pytest.param("!include_try local.conf\n", set(), id="tried and not there"),
        pytest.param(
            "plugin {\n!include_try /etc/a.conf\n}\n",
            set(),
            id="in a section that is not for listeners",
        ),
    ],
)
def test_includes_from_elsewhere(text: str, names: set[str]) -> None:
    readings = outcomes(BEFORE, text)
    assert opaque(readings) == names
    # One where they add nothing, and one where each may set anything.
    assert len(readings) == 1 + bool(names)
    quiet = [reading for reading in readings if not reading.opaque]
    assert [set(imap(reading)) for reading in quiet] == [{"tls_min"}]


def test_protocols_that_stay_open_take_no_listener_away() -> None:
    parts: list[str | Hole] = ["protocols = ", Hole("x"), "\n"]
    for name in "abcdefg":
        parts.extend([f"{name} = ", either(name, a="\n", b="y\n")])
    readings = outcomes(*parts)
    assert opaque(readings) == {"protocols (x)"}
    assert [bool(reading.endpoints) for reading in readings] == [True]


LISTENER = "inet_listener x {\nport = 1143\n}\n}\n"


@pytest.mark.parametrize(
    ("service", "executable", "names", "decided"),
    [
        pytest.param("my-login", Hole("x"), {"x"}, True, id="any program"),
        pytest.param("my-login", "env imap-login", {"what env shows"}, True, id="wrapped"),
        pytest.param("my-login", "quota-status -p postfix", set(), True, id="no mail"),
        pytest.param("imap-login", Hole("x"), {"x"}, False, id="any program for a service"),
        pytest.param("imap-login", "/opt/w imap-login", {"what w shows"}, False, id="a wrapper"),
        pytest.param("imap-login", "/usr/lib/dovecot/imap-login -D", set(), True, id="its own"),
    ],
)
def test_who_runs_a_service(
    service: str, executable: str | Hole, names: set[str], decided: bool
) -> None:
    parts = [BEFORE, f"service {service} {{\nexecutable = ", executable, "\n" + LISTENER]
    (reading,) = outcomes(*parts)
    assert opaque([reading]) == names
    assert ("port" not in imap(reading)) is decided


def test_debians_protocols_say_whether_a_listener_is_there() -> None:
    readings = outcomes(
        "!include_try /usr/share/dovecot/protocols.d/*.protocol\n",
        BEFORE.replace("protocols", "#"),
    )
    ports = [sorted(one.port or 0 for one in reading.endpoints) for reading in readings]
    every = [25, 110, 143, 587, 993, 995, 4190]
    # As is supplied, and whatever else there may be.
    assert ports == [every, every, []]


def test_text_without_holes_is_decided() -> None:
    (reading,) = outcomes(BEFORE)
    assert {name for one in reading.endpoints for name in one.undecided} == {"tls_min"}
    assert Text.of("x", "").holes == {}


def test_what_an_unknown_include_may_change_is_nowhere_certain() -> None:
    text = "service imap-login {\ninet_listener x {\nport = 10143\nhaproxy = yes\n}\n}\n"
    quiet, loud = outcomes(BEFORE, text, "!include_try /etc/extra.conf\n")
    names = {one.name: one for one in loud.endpoints}
    open_fields = set(names["imap-login/x"].undecided)
    assert {"usable", "requires", "address", "port"} <= open_fields
    # Nor is it said that what an include is for is missing.
    assert "usable" in {one.name: one.undecided for one in quiet.endpoints}["imap-login/x"]


@pytest.mark.parametrize("name", ["imap-login/imaps", "submission-login/submission"])
def test_what_every_server_needs_may_be_said_elsewhere(name: str) -> None:
    quiet, _loud = outcomes("protocols = imap submission\n!include_try /etc/extra.conf\n")
    one = next(one for one in quiet.endpoints if one.name == name)
    assert one.undecided["usable"] == ("/etc/extra.conf",)


def test_debians_protocols_take_nothing_away() -> None:
    text = "protocols = imap\n!include_try /usr/share/dovecot/protocols.d/*.protocol\n"
    for head in ("", "dovecot_config_version = 2.4.0\n"):
        readings = outcomes(head + text)
        assert [bool(one.remarks) for one in readings] == [False] * 3
        names = [{one.name.partition("/")[0] for one in reading.endpoints} for reading in readings]
        assert names[2] == {"imap-login"} < names[0] == names[1]


MANY = "".join(f"ssl_alt_cert_{number} = x\n" for number in range(200))


@pytest.mark.parametrize(
    ("text", "files", "name"),
    [
        pytest.param(
            "!include_try " + "{a}" * 3000 + "\n", {}, "an include of more than", id="braces"
        ),
        pytest.param(
            "!include_try " + "{a,b}" * 30 + "\n", {}, "an include of more than", id="names"
        ),
        pytest.param(
            "!include 1\n",
            {str(n): f"!include {n + 1}\n" for n in range(400)},
            "more than 50 files",
            id="chain",
        ),
        pytest.param("!include 1\n" * 1001, {"1": "#\n"}, "more than 1000 includes", id="files"),
        pytest.param(
            "!include 1\n" * 20, {"1": "#" * 99_999}, "more than 1000 includes, or", id="characters"
        ),
        pytest.param(
            "group @a b {\n" + MANY + "}\n" + "@a = b\n" * 200,
            {},
            "more than 5000 settings",
            id="groups",
        ),
        pytest.param(
            "group @a b {\n@a = b\n}\n@a = b\n",
            {},
            "more than 5000 settings",
            id="a group in itself",
        ),
        pytest.param(
            "group @a b {\n@a = b\n@a = b\n}\n@a = b\n", {}, "more than 5000 settings", id="twice"
        ),
    ],
)
def test_what_is_made_to_hurt_is_open(text: str, files: dict[str, str], name: str) -> None:
    readings = outcomes(SINCE if text.startswith("group") else BEFORE, text, files=files)
    assert [one.startswith(name) for one in opaque(readings)] == [True]


def test_each_of_many_bad_lines_is_said_once() -> None:
    reading = since("ssl_cert = x\n" * 3000)
    assert len(reading.problems) == len(set(reading.problems)) == 3000


@pytest.mark.parametrize(
    ("parts", "decided", "field"),
    [
        pytest.param(["mail:", Hole("${X}")], ("mail", None), "port", id="port"),
        pytest.param(["mail:${X}"], ("mail", None), "port", id="of envsubst"),
        pytest.param(["[::1]:", Hole("${X}")], ("::1", None), "port", id="behind a bracket"),
        pytest.param(["[", Hole("${X}"), "]"], (None, 25), "host", id="host without a port"),
        pytest.param([Hole("${X}"), ":465"], (None, 465), "host", id="host"),
    ],
)
def test_the_other_half_of_what_is_dialled_is_known(
    parts: list[str | Hole], decided: tuple[object, object], field: str
) -> None:
    (reading,) = outcomes(BEFORE, "submission_host = ", *parts, "\n")
    one = next(one for one in reading.endpoints if one.name == "submission")
    assert (one.host, one.port) == decided
    assert one.undecided[field] == ("${X}",)


def test_a_service_that_may_not_run_takes_no_port_from_another() -> None:
    """As service_is_enabled of service-settings: its protocol decides whether it listens."""
    service = (
        "service other {\n protocol = ",
        Hole("x"),
        "\n inet_listener a {\n  port = 143\n }\n}\n",
    )
    (reading,) = outcomes(BEFORE, "protocols = imap\n", *service)
    assert not reading.problems
