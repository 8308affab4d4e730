"""What a client's knobs come to on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    CLIENT,
    FIELDS,
    TLS_MODES,
    Endpoint,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.shapes.client import (
    PLAINTEXT,
    STARTTLS,
    Knobs,
    fields,
    is_plaintext,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import (
    NOTHING,
    Setting,
    Undecided,
    Value,
)

PLACE = Place("prog.conf", 1, 1, 1, 2, 0, 1)
NAMES = tuple(Knobs._fields)
# A setting for each knob, so that a field's causes name the knobs behind it.
SETTINGS = {name: Setting(name, "", PLACE, name) for name in NAMES}
BASE = {"host": "h", "port": 25, "mode": "none", "login": False}


def knobs(**given: Any) -> Knobs:
    """Knobs with these values, each with a cause of its own."""
    values = {**BASE, **given}
    careful = values.pop("careful", False)
    made = {name: Value(value, (SETTINGS[name],)) for name, value in values.items()}
    return Knobs(**made, careful=careful)


def endpoint(**given: Any) -> Endpoint:
    return Endpoint("prog:a", CLIENT, "prog", "a", PLACE, fields(knobs(**given)))


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        pytest.param({}, "tls", "none", id="a mode stands"),
        pytest.param({"mode": "auto"}, "tls", "auto", id="probing"),
        pytest.param({"mode": STARTTLS}, "tls", "starttls-required", id="insists by default"),
        pytest.param({"mode": STARTTLS, "insists": True}, "tls", "starttls-required", id="stops"),
        pytest.param({"mode": STARTTLS, "insists": False}, "tls", "starttls-optional",
                     id="goes on"),
        pytest.param({"mode": "implicit", "insists": False}, "tls", "implicit",
                     id="nothing to insist on"),
        pytest.param({}, "protocol", "smtp", id="a relay"),
        pytest.param({"login": True}, "protocol", "submission", id="who logs in submits"),
        pytest.param({"port": 587}, "protocol", "submission", id="the port of submission"),
        pytest.param({"port": 465}, "protocol", "submission", id="the other one"),
        pytest.param({"port": 2525}, "protocol", "submission", id="an unregistered one"),
        pytest.param({"port": 993}, "protocol", "smtp", id="a port proves nothing"),
        pytest.param({"port": None}, "protocol", "smtp", id="a socket"),
        pytest.param({"protocol": "imap", "login": True}, "protocol", "imap", id="IMAP stands"),
        pytest.param({"protocol": "lmtp", "port": 587}, "protocol", "lmtp", id="LMTP stands"),
        pytest.param({"protocol": "submission"}, "protocol", "submission", id="known to submit"),
        pytest.param({"login": True}, "cleartext_auth", True, id="a login in clear"),
        pytest.param({"login": True, "plaintext": False}, "cleartext_auth", False,
                     id="a secret that is only proved"),
        pytest.param({"plaintext": True}, "cleartext_auth", False, id="no login"),
        *(pytest.param({"login": True, "mode": mode}, "cleartext_auth", sends, id=mode)
          for mode, sends in (("implicit", False), ("starttls-required", False), ("dual", False),
                              ("starttls-optional", True), ("auto", True))),
        pytest.param({"login": True, "mode": STARTTLS, "insists": False}, "cleartext_auth", True,
                     id="STARTTLS that may be stripped"),
        pytest.param({"login": True}, "auth", True, id="auth"),
        pytest.param({}, "tls_works", None, id="no TLS, nothing of TLS"),
        pytest.param({"verified": "full"}, "certificate_verified", None, id="nothing to verify"),
        pytest.param({"least": "1.2"}, "tls_min", None, id="no version"),
        pytest.param({"mode": "auto", "verified": "none"}, "certificate_verified", "none",
                     id="TLS perhaps"),
        pytest.param({"mode": "implicit", "least": "1.2"}, "tls_min", "1.2", id="version"),
        pytest.param({"mode": "implicit", "least": "1.2"}, "tls_works", True, id="TLS"),
        pytest.param({"mode": "implicit", "least": "", "verified": "full"}, "tls_works", False,
                     id="no version left"),
        pytest.param({"mode": "implicit", "least": "", "verified": "full"}, "certificate_verified",
                     None, id="no certificate is shown where no version is left"),
        pytest.param({"mode": "implicit", "least": ""}, "tls_min", None, id="no lowest of none"),
        pytest.param({"usable": False, "login": True, "mode": "implicit"}, "port", 25,
                     id="what is dialled is known"),
    ],
)  # fmt: skip
def test_fields(given: dict[str, Any], field: str, expected: Any) -> None:
    assert getattr(endpoint(**given), field) == expected


def test_what_never_connects_shows_nothing() -> None:
    shown = fields(knobs(usable=False, mode="implicit", login=True, verified="full"))
    assert sorted(shown) == ["host", "port", "usable"]


def test_what_is_not_said_does_not_apply() -> None:
    one = endpoint(mode="implicit")
    assert one.undecided == {}
    assert one.not_applicable == set(FIELDS) - {
        "protocol", "host", "port", "tls", "auth", "cleartext_auth", "usable", "tls_works",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field", "names"),
    [
        pytest.param({"mode": STARTTLS, "insists": False}, "tls", ["mode", "insists"], id="tls"),
        pytest.param({"mode": "implicit", "insists": False}, "tls", ["mode"], id="not asked"),
        pytest.param({"login": True, "port": 587}, "protocol", ["login"], id="the login is enough"),
        pytest.param({"port": 587}, "protocol", ["port"], id="the port"),
        pytest.param({}, "protocol", ["login", "port"], id="neither"),
        pytest.param({"protocol": "imap"}, "protocol", ["protocol"], id="said"),
        pytest.param({"login": True, "plaintext": True}, "cleartext_auth",
                     ["login", "plaintext", "mode"], id="the mode is to blame"),
        pytest.param({"login": True, "mode": "implicit"}, "cleartext_auth", ["mode"], id="TLS"),
        pytest.param({"mode": "implicit"}, "cleartext_auth", ["login"], id="no login"),
        pytest.param({"login": True, "plaintext": True, "careful": True}, "cleartext_auth",
                     ["mode", "login", "plaintext"], id="what made it careless is to blame"),
        pytest.param({"mode": "implicit"}, "tls_works", ["mode"], id="works"),
        pytest.param({"mode": "implicit", "verified": "chain"}, "certificate_verified",
                     ["verified"], id="verified"),
        pytest.param({"mode": "implicit", "least": ""}, "tls_works",
                     ["no TLS version is left", "least"], id="no version"),
        pytest.param({"usable": False}, "usable", ["usable"], id="usable"),
    ],
)  # fmt: skip
def test_causes(given: dict[str, Any], field: str, names: list[str]) -> None:
    assert [setting.text for setting in endpoint(**given).causes[field]] == names


@pytest.mark.parametrize(
    ("mechanisms", "expected"),
    [
        *(pytest.param([name], True, id=name) for name in sorted(PLAINTEXT)),
        pytest.param(["plain"], True, id="small letters"),
        pytest.param(["CRAM-MD5", "LOGIN"], True, id="one of several"),
        pytest.param(["CRAM-MD5", "SCRAM-SHA-256", "GSSAPI", "NTLM"], False, id="proofs"),
        pytest.param([], False, id="none"),
    ],
)
def test_is_plaintext(mechanisms: list[str], expected: bool) -> None:
    assert is_plaintext(mechanisms) is expected


# What each knob may be; the last is open.
DOMAINS: dict[str, tuple[Any, ...]] = {
    "port": (25, 587, Undecided("port")),
    "mode": (*TLS_MODES, STARTTLS, Undecided("mode")),
    "login": (True, False, Undecided("login")),
    "plaintext": (True, False, Undecided("plaintext")),
    "insists": (True, False, Undecided("insists")),
    "protocol": ("smtp", "imap", Undecided("protocol")),
}


def completed(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way in which the open knobs could be known."""
    names = [name for name, value in given.items() if isinstance(value, Undecided)]
    for values in product(*(DOMAINS[name][:-1] for name in names)):
        yield {**given, **dict(zip(names, values, strict=True))}


@pytest.mark.parametrize(
    ("field", "among"),
    [
        ("tls", ("mode", "insists")),
        ("protocol", ("port", "login", "protocol")),
        ("cleartext_auth", ("mode", "login", "plaintext", "insists")),
        ("auth", ("login",)),
    ],
)
def test_a_field_is_open_where_what_is_open_decides_it(field: str, among: tuple[str, ...]) -> None:
    """Over all knobs: a field is decided if it is the same however the open knobs turn out."""
    for values in product(*(DOMAINS[name] for name in among)):
        given = dict(zip(among, values, strict=True))
        one = endpoint(**given)
        outcomes = {getattr(endpoint(**known), field) for known in completed(given)}
        if len(outcomes) == 1:
            assert {getattr(one, field)} == outcomes, given
        else:
            open_names = {name for name in among if isinstance(given[name], Undecided)}
            assert set(one.undecided[field]) <= open_names, given
            assert one.causes[field], given


def test_nothing_of_tls_is_guessed_where_the_mode_is_open() -> None:
    one = endpoint(mode=Undecided("mode"), verified="full", least="1.2")
    assert one.undecided == {"tls": ("mode",), "tls_works": ("mode",)}
    assert (one.certificate_verified, one.tls_min) == ("full", "1.2")


def test_tls_that_may_not_be_does_not_fail() -> None:
    one = endpoint(mode=Undecided("mode"), least="")
    assert one.undecided == {"tls": ("mode",), "tls_works": ("mode",)}
    assert (one.tls_works, one.tls_min) == (None, None)


def test_a_socket_has_no_port() -> None:
    shown = fields(Knobs(Value("unix:/run/s"), NOTHING, Value("none"), Value(False)))
    assert shown["port"] == NOTHING
    assert shown["protocol"].value == "smtp"
