"""What the views of a server's peers come to on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import peers
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    FIELDS,
    SERVER,
    Endpoint,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.shapes.server import (
    Server,
    View,
    fields,
    in_words,
    mode,
    tls_works,
    wider_first,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import (
    Setting,
    Undecided,
    Value,
)

OPEN = Undecided("X")
OTHER = Undecided("Y")
PLACE = Place("prog.conf", 1, 1, 1, 2, 0, 1)
# A port with STARTTLS that takes no login without it, and no mail without a login.
USUAL = {
    "tls": "starttls-required", "auth": True, "cleartext_auth": False, "tls_works": True,
    "usable": True, "certificate": False, "open": False, "tls_min": "1.2",
}  # fmt: skip
CLOSED = {**dict.fromkeys(("tls", "auth", "cleartext_auth", "tls_works")), "usable": False}
PLAIN = {"tls": "starttls-optional", "cleartext_auth": True}


def why(*names: str) -> tuple[Setting, ...]:
    """Settings of these names, in a file."""
    return tuple(Setting(name, "", PLACE, name) for name in names)


def view(given: dict[str, Any], whose: str = "") -> View:
    """A view with these values; each has a cause, which names it and whose view it is."""
    values: dict[str, Any] = {**USUAL, **given}
    plain = ("useless", "turned_away")
    rest = {name: values.pop(name) for name in plain if name in values}
    made: dict[str, Any] = {
        name: Value(value, why(f"{name}{whose}")) for name, value in values.items()
    }
    return View(**made, **rest, why=why(f"why{whose}"), trusts=why(f"trusts{whose}"))


def endpoint(*views: tuple[str, dict[str, Any]], **given: Any) -> Endpoint:
    """The endpoint of a server by the views of its peers, the ordinary one without a network."""
    values = {"address": "", "family": "any", "port": 587, "protocol": "smtp", "proxy": False}
    seen = [(peers.parse(network), view(one, f" {network}".rstrip())) for network, one in views]
    made = {name: Value(given.get(name, value), why(name)) for name, value in values.items()}
    shown = fields(Server(**made, views=seen))
    return Endpoint("prog:a", SERVER, "prog", "a", PLACE, shown)


def texts(one: Endpoint, field: str) -> list[str]:
    return [setting.text for setting in one.causes.get(field, ())]


@pytest.mark.parametrize(
    ("implicit", "offered", "handshake", "before", "expected"),
    [
        pytest.param(True, False, True, False, "implicit", id="TLS comes first"),
        pytest.param(True, False, False, False, None, id="TLS comes first and fails"),
        pytest.param(True, False, OPEN, False, "implicit", id="and may fail"),
        pytest.param(OPEN, True, True, True, OPEN, id="nobody knows whether TLS comes first"),
        pytest.param(False, False, False, True, "none", id="no STARTTLS"),
        pytest.param(False, OPEN, True, True, OPEN, id="STARTTLS perhaps"),
        pytest.param(False, True, True, True, "starttls-optional", id="something goes without it"),
        pytest.param(False, True, True, False, "starttls-required", id="nothing goes without it"),
        pytest.param(False, True, False, False, "starttls-required", id="offered and broken"),
        pytest.param(False, True, True, OPEN, OPEN, id="something may go without it"),
    ],
)
def test_mode(implicit: Any, offered: Any, handshake: Any, before: Any, expected: Any) -> None:
    assert mode(implicit, offered, handshake, before) == expected


@pytest.mark.parametrize(
    ("offered", "behind", "expected"),
    [
        pytest.param(True, True, True, id="works"),
        pytest.param(False, True, True, id="from the first byte"),
        pytest.param(True, False, False, id="offered and broken"),
        pytest.param(False, False, None, id="not offered"),
        pytest.param(OPEN, False, OPEN, id="broken if it is offered"),
        pytest.param(True, OPEN, OPEN, id="may work"),
    ],
)
def test_tls_works(offered: Any, behind: Any, expected: Any) -> None:
    assert tls_works(offered, behind) == expected


@pytest.mark.parametrize(
    ("given", "port", "expected"),
    [
        pytest.param({}, 25, "submission", id="mail for a login alone"),
        pytest.param({"open": True}, 25, "smtp", id="mail of anybody"),
        pytest.param({"auth": False}, 25, "smtp", id="no login"),
        pytest.param({"open": True, "auth": False}, 587, "submission", id="the port says it"),
        pytest.param(CLOSED, 587, "submission", id="of a closed one too"),
        pytest.param(CLOSED, 25, None, id="closed"),
        pytest.param({"open": OPEN}, 25, ("X",), id="perhaps mail of anybody"),
        pytest.param({"open": OPEN, "auth": OTHER}, 25, ("X", "Y"), id="two things decide"),
        pytest.param({}, OPEN, ("X",), id="the port is open"),
    ],
)
def test_relay_or_submission(given: dict[str, Any], port: Any, expected: Any) -> None:
    one = endpoint(("", given), port=port)
    assert one.undecided.get("protocol", one.protocol) == expected


@pytest.mark.parametrize(
    ("given", "port", "expected"),
    [
        pytest.param({"open": True}, 143, "imap", id="stands"),
        pytest.param({}, 587, "imap", id="on any port"),
        pytest.param(CLOSED, 143, None, id="what closes at once shows nothing"),
    ],
)
def test_another_protocol_stands(given: dict[str, Any], port: int, expected: Any) -> None:
    assert endpoint(("", given), port=port, protocol="imap").protocol == expected


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param({}, {"tls", "auth", "cleartext_auth", "tls_works", "tls_min"}, id="usable"),
        pytest.param({"tls_works": False}, {"tls", "auth", "cleartext_auth", "tls_works"},
                     id="no version where TLS does not work"),
        pytest.param({"usable": False}, {"auth", "cleartext_auth", "tls_works", "tls_min"},
                     id="a mode that nothing shows"),
        pytest.param({"usable": False, "tls_works": False},
                     {"tls", "auth", "cleartext_auth", "tls_works"}, id="broken TLS shows"),
        pytest.param({"usable": False, "tls": "implicit", "auth": False},
                     {"tls", "cleartext_auth", "tls_works", "tls_min"},
                     id="a login that is never offered"),
        pytest.param(CLOSED, set(), id="closed"),
    ],
)  # fmt: skip
def test_what_shows(given: dict[str, Any], shown: set[str]) -> None:
    one = endpoint(("", given))
    always = {"address", "family", "port", "protocol", "usable", "requires", "exceptions"}
    assert set(FIELDS) - one.not_applicable == always | shown


@pytest.mark.parametrize(
    ("views", "given", "expected"),
    [
        pytest.param([("", {})], {}, (), id="nothing"),
        pytest.param([("", {"certificate": True})], {"proxy": True},
                     ("client-certificate", "proxy-protocol"), id="both"),
        pytest.param([("", CLOSED), ("10.0.0.0/8", {})], {}, ("trusted-network",), id="a network"),
        pytest.param([("", CLOSED), ("192.0.2.0/24", {})], {}, (), id="a network of anybody"),
        pytest.param([("", {"usable": OPEN}), ("10.0.0.0/8", {})], {}, (), id="perhaps anybody"),
        pytest.param([("", CLOSED)], {}, (), id="nobody"),
        pytest.param([("", CLOSED)], {"proxy": True}, (), id="a proxy for nobody"),
        pytest.param([("", {"certificate": OPEN})], {"proxy": OTHER}, ("X", "Y"), id="open"),
        pytest.param([("127.0.0.1", {})], {}, (), id="loopback alone"),
    ],
)  # fmt: skip
def test_requires(views: Any, given: dict[str, Any], expected: tuple[str, ...]) -> None:
    one = endpoint(*views, **given)
    assert one.undecided.get("requires", one.requires) == expected


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        pytest.param([("10.0.0.0/8", {})], (), id="the same"),
        pytest.param([("10.0.0.0/8", PLAIN)],
                     (("10.0.0.0/8", "tls", "starttls-optional"),
                      ("10.0.0.0/8", "cleartext_auth", True)), id="kinder"),
        pytest.param([("192.0.2.0/24", PLAIN), ("10.0.0.0/8", PLAIN)], (),
                     id="kinder to anybody: no exception"),
        pytest.param([("192.0.2.1", PLAIN)],
                     (("192.0.2.1/32", "tls", "starttls-optional"),
                      ("192.0.2.1/32", "cleartext_auth", True)),
                     id="one address may be the host's own"),
        pytest.param([("192.0.2.0/24", {"auth": False})], (("192.0.2.0/24", "auth", False),),
                     id="less kind to some"),
        pytest.param([("10.0.0.0/8", {"auth": OPEN})], (), id="what is open is no exception"),
        pytest.param([("10.0.0.0/8", CLOSED)], (("10.0.0.0/8", "usable", False),), id="useless"),
        pytest.param([("10.0.0.0/8", {**CLOSED, "turned_away": True})], (), id="turned away"),
        pytest.param([("10.0.0.0/8", {"auth": False}), ("10.9.0.0/16", {"auth": False})],
                     (("10.0.0.0/8", "auth", False),), id="as the network around it"),
        pytest.param([("10.0.0.0/8", {"auth": False}), ("10.9.0.0/16", {})],
                     (("10.0.0.0/8", "auth", False), ("10.9.0.0/16", "auth", True)),
                     id="otherwise than the network around it"),
        pytest.param([("10.0.0.0/8", CLOSED), ("10.9.0.0/16", {"auth": False})],
                     (("10.0.0.0/8", "usable", False), ("10.9.0.0/16", "usable", True),
                      ("10.9.0.0/16", "auth", False)), id="within a useless one"),
        pytest.param([("10.0.0.0/8", {"auth": False}),
                      ("10.9.0.0/16", {**CLOSED, "turned_away": True}), ("10.9.8.0/24", {})],
                     (("10.0.0.0/8", "auth", False), ("10.9.8.0/24", "auth", True)),
                     id="within one that is turned away"),
    ],
)  # fmt: skip
def test_exceptions(views: Any, expected: Any) -> None:
    assert endpoint(("", {}), *views).exceptions == expected


def test_a_network_of_anybody_decides() -> None:
    one = endpoint(("", {}), ("192.0.2.0/24", PLAIN))
    assert (one.tls, one.cleartext_auth) == ("starttls-optional", True)


def test_where_nobody_is_served_others_may_still_see_another_mode() -> None:
    views = ("", {"usable": False}), ("10.0.0.0/8", {"usable": False, "tls": "none"})
    assert endpoint(*views).exceptions == (("10.0.0.0/8", "tls", "none"),)


@pytest.mark.parametrize(
    ("views", "field", "expected"),
    [
        pytest.param([("", {})], "tls", ["tls"], id="a field's own"),
        pytest.param([("", {"usable": False, "useless": "so"})], "usable", ["so", "usable"],
                     id="why nobody is served, in words"),
        pytest.param([("", {"usable": False}), ("10.0.0.0/8", {"usable": False, "useless": "so"})],
                     "usable", ["so", "usable"], id="the words of whoever has some"),
        pytest.param([("", {"certificate": True})], "requires", ["certificate"], id="certificate"),
        pytest.param([("", CLOSED), ("10.0.0.0/8", {})], "requires", ["trusts 10.0.0.0/8"],
                     id="who lets the network in"),
        pytest.param([("", {}), ("10.0.0.0/8", PLAIN), ("127.0.0.0/8", PLAIN)], "exceptions",
                     ["why 127.0.0.0/8", "why 10.0.0.0/8"], id="the host itself is not to blame"),
        pytest.param([("", {}), ("10.0.0.0/8", {**CLOSED, "useless": "so"})], "exceptions",
                     ["so", "usable 10.0.0.0/8"], id="useless"),
        pytest.param([("", {}), ("10.0.0.0/8", {})], "exceptions", [], id="no exception"),
        pytest.param([("", {})], "protocol", ["port"], id="submission by port"),
    ],
)  # fmt: skip
def test_causes(views: Any, field: str, expected: list[str]) -> None:
    assert texts(endpoint(*views), field) == expected


def test_a_field_without_a_cause_has_the_servers() -> None:
    bare = view({})._replace(tls=Value("none"))
    shown = fields(Server([(None, bare)], Value("smtp", why("service"))))
    assert shown["tls"] == Value("none", why("service"))


@pytest.mark.parametrize(
    ("answer", "words", "expected"),
    [
        pytest.param(False, "so", ["so", "setting"], id="no"),
        pytest.param(False, "", ["setting"], id="no, and nobody says why"),
        pytest.param(True, "so", ["setting"], id="yes"),
        pytest.param(OPEN, "so", ["setting"], id="open"),
    ],
)
def test_words_say_why_an_answer_is_no(answer: Any, words: str, expected: list[str]) -> None:
    found = in_words(Value(answer, why("setting")), words)
    assert (found.value, [setting.text for setting in found.causes]) == (answer, expected)


@pytest.mark.parametrize("name", ["tls", "auth", "cleartext_auth", "usable", "tls_works"])
def test_an_open_answer_leaves_its_field_open_and_no_other(name: str) -> None:
    one = endpoint(("", {name: OPEN}), ("10.0.0.0/8", {name: OPEN}))
    assert one.undecided == {name: ("X",)}


def test_the_wider_networks_come_first_and_the_host_last() -> None:
    names = ("127.0.0.1/32", "10.9.0.0/16", "::1/128", "fd00::/8", "10.0.0.0/8")
    found = wider_first(one for one in map(peers.parse, names) if one is not None)
    assert [str(one) for one in found] == [
        "10.0.0.0/8", "10.9.0.0/16", "fd00::/8", "127.0.0.1/32", "::1/128",
    ]  # fmt: skip
