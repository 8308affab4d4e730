"""From what was seen on the wire to the fields that describe an endpoint.

Nothing here reads a configuration: a field is what the peers saw, and None where nothing showed it.
Observations are what `server_probe` and `client_probe` record; docs/architecture.md has the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .shorthand import expand

Seen = Mapping[str, Any]
Fields = dict[str, Any]

SUBMISSION_PORTS = frozenset({465, 587, 2525, 4650, 5870})
# `command` is the one that logs in with name and password, where a protocol has it beside SASL.
PLAINTEXT_MECHANISMS = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "command"})
PEERS = ("ordinary", "trusted", "loopback", "own")
# How an answer begins that accepts a login: in SMTP, POP3, IMAP and ManageSieve.
_WELCOME = ("235", "+OK", "OK")
SERVER_FIELDS = ("tls", "auth", "cleartext_auth", "usable", "tls_works", "requires", "tls_min")
# The greeting of a port that serves no mail.
_OTHER = "something else"
_NOTHING: Seen = {}
# How the scenarios without TLS begin: no STARTTLS, or an error for it.
_WITHOUT_TLS = ("no-starttls", "starttls-454")
# Surroundings that no configuration decides (client_probe); the first ones are the usual.
_SURROUNDINGS = ("", "-elsewhere", "-tlsa", "-netrc")


def derive(side: str, seen: Seen) -> dict[str, Fields]:
    """The fields of every endpoint of one run, by the endpoint's name in the observation.

    A port on which something else than mail is served is none.
    """
    endpoints = seen.get("endpoints", {})
    if side == "client":
        return {name: client(name, endpoint) for name, endpoint in endpoints.items()}
    return {
        name: server(name, endpoint)
        for name, endpoint in endpoints.items()
        if not any(expand(endpoint, peer)["greeting"] == _OTHER for peer in _peers(endpoint))
    }


def server(name: str, seen: Seen) -> Fields:
    """The fields of one listening port, by what its peers saw.

    The ordinary peer decides; where only others reach the port or get anything done, they do.
    """
    address, port = split_name(name)
    views = {peer: expand(seen, peer) for peer in _peers(seen)}
    deciding = _deciding(views)
    fields = _service(views[deciding])
    fields["usable"] = any(_does_something(view) for view in views.values())
    fields["exceptions"] = _exceptions(fields, views, deciding)
    if not fields["usable"]:
        fields |= _unshown(fields)
    if deciding != "ordinary" and "ordinary" in views:
        fields["requires"] = sorted([*fields["requires"], "trusted-network"])
    families = set(seen["families"])
    return {
        "port": port,
        "address": address,
        "family": "any" if families == {4, 6} else f"ipv{families.pop()}",
        "local": address in ("127.0.0.1", "::1"),
        "protocol": _server_protocol(port, views[deciding], fields),
        **fields,
    }


def _exceptions(fields: Fields, views: Mapping[str, Seen], deciding: str) -> dict[str, Fields]:
    """What is otherwise for peers that are not treated as the ordinary one is.

    The host itself comes by loopback or by its own address: where it sees the same, once is enough.
    """
    found = {
        peer: differing
        for peer, view in views.items()
        if peer != deciding
        and view != views.get("ordinary")
        and (differing := _differing(fields, view))
    }
    if "own" in found and found["own"] == found.get("loopback"):
        del found["own"]
    return found


def _peers(seen: Seen) -> list[str]:
    """The peers that looked at a port, the most ordinary first."""
    return [peer for peer in PEERS if peer in seen]


def relays(seen: Seen) -> bool:
    """Whether the ordinary peer's mail to others is taken, without a login or a proxy."""
    view = expand(seen, "ordinary") if "ordinary" in seen else _NOTHING
    mails = (view.get(stage, _NOTHING).get("mail") for stage in ("before", "after"))
    return any(isinstance(one, Mapping) and one.get("foreign") == "250" for one in mails)


def split_name(name: str) -> tuple[str, int]:
    """`*:25`, `192.0.2.1:25` and `[::1]:25` as address (empty for any) and port."""
    address, _sign, port = name.rpartition(":")
    return address.strip("[]").replace("*", ""), int(port)


def _deciding(views: Mapping[str, Seen]) -> str:
    """The first peer, from the most ordinary on, that gets anything done; else the first one."""
    for peer, view in views.items():
        if _does_something(view):
            return peer
    return next(iter(views))


def _service(view: Seen) -> Fields:
    """The fields that one view alone decides."""
    inner = view.get("proxy", view)
    requires = ["proxy-protocol"] if "proxy" in view else []
    behind = inner.get("after", _NOTHING)
    if not _exchange_works(behind) and "after_with_certificate" in inner:
        behind = inner["after_with_certificate"]
        if _exchange_works(behind):
            requires.append("client-certificate")
    before = inner.get("before", _NOTHING)
    speaks = bool(before or behind)
    return {
        "tls": _mode(inner, before),
        "auth": _offers_auth(before) or _offers_auth(behind) if speaks else None,
        "cleartext_auth": bool(_accepted(before) & PLAINTEXT_MECHANISMS) if speaks else None,
        "tls_works": _tls_works(inner, before, behind),
        "requires": sorted(requires),
        "tls_min": inner.get("lowest_tls"),
    }


def _unshown(fields: Fields) -> Fields:
    """What a port on which nobody gets anything done leaves open, as None."""
    unshown: Fields = {} if fields["auth"] else {"auth": None}
    if fields["tls_works"] and fields["tls"] != "implicit":
        unshown["tls"] = None
    return unshown


def _mode(inner: Seen, before: Seen) -> str | None:
    if inner.get("tls_at_once"):
        return "implicit"
    if not before:
        return None
    if "STARTTLS" not in before["offers"]:
        return "none"
    skipped = _accepted(before) or _exchange_works(before)
    return "starttls-optional" if skipped else "starttls-required"


def _tls_works(inner: Seen, before: Seen, behind: Seen) -> bool | None:
    if behind:
        return True
    return False if before and "STARTTLS" in before["offers"] else None


def _does_something(view: Seen) -> bool:
    """Whether the peer got a message handed over; where no mail is taken at all, a login."""
    inner = view.get("proxy", view)
    stages = ("before", "after", "after_with_certificate")
    return any(_exchange_works(inner.get(stage, _NOTHING)) for stage in stages)


def _exchange_works(exchange: Seen) -> bool:
    if "mail" not in exchange:
        return bool(exchange) and bool(_accepted(exchange))
    return _taken(exchange["mail"]) or _taken(exchange.get("mail_after_auth"))


def _accepted(exchange: Seen) -> set[str]:
    """The mechanisms with which a login succeeded."""
    answers = exchange.get("auth", {})
    return {name for name, answer in answers.items() if answer.startswith(_WELCOME)}


def _taken(mail: Any) -> bool:
    return isinstance(mail, Mapping) and str(mail.get("DATA", "")).startswith("250")


def _offers_auth(exchange: Seen) -> bool:
    offers = exchange.get("offers", ())
    return bool(_accepted(exchange)) or any(line.startswith("AUTH ") for line in offers)


def _differing(fields: Fields, view: Seen) -> Fields:
    """What another peer sees differently; a peer that gets nothing done sees just that."""
    if fields["usable"] and not _does_something(view):
        return {"usable": False}
    theirs = _service(view)
    names = ("tls", "auth", "cleartext_auth", "tls_works")
    return {name: theirs[name] for name in names if theirs[name] != fields[name]}


def _server_protocol(port: int, view: Seen, fields: Fields) -> str | None:
    inner = view.get("proxy", view)
    stages = [inner[name] for name in ("before", "after") if name in inner]
    if "speaks" in inner:
        return str(inner["speaks"])
    if any("LHLO" in stage["offers"] for stage in stages):
        return "lmtp"
    if port in SUBMISSION_PORTS:
        return "submission"
    if fields["tls"] is None:
        return None
    open_to_all = any(_taken(stage.get("mail")) for stage in stages)
    return "submission" if fields["auth"] and not open_to_all else "smtp"


def client(name: str, seen: Seen) -> Fields:
    """The fields of one thing that dials, by what the server of each scenario saw.

    The name is `host:port`, `nothing` where no connection was ever made; a message's name may stand
    before it.
    """
    endpoint = name.rpartition(" ")[2]
    host, _sign, port = endpoint.rpartition(":")
    auth = any("auth_in_clear" in one or "auth_in_tls" in one for one in seen.values())
    dialled = bool(port and host)
    return {
        "host": host or None,
        "port": int(port) if dialled else None,
        "protocol": _client_protocol(int(port), auth, seen) if dialled else None,
        "tls": _client_mode(seen) if dialled else None,
        "auth": auth or (False if _delivers(seen) else None),
        "cleartext_auth": any(one.get("secret_in_clear", False) for one in seen.values())
        if dialled
        else None,
        "usable": _delivers(seen),
        "tls_works": _client_tls_works(seen),
        "certificate_verified": _verified(seen),
        "tls_min": _oldest(seen),
    }


def _delivers(seen: Seen) -> bool | None:
    """Whether any mail arrived; unknown for a fallback that was dialled in some scenarios only."""
    if any("mail" in one for one in seen.values()):
        return True
    return None if seen and not {"starttls", "implicit"} & set(seen) else False


def _client_tls_works(seen: Seen) -> bool | None:
    """Whether mail went through TLS; false where it only ever arrived without it, TLS tried."""
    if _around(seen) is not None:
        return True
    tried = any(one.get("starttls") or one.get("hello_first") for one in seen.values())
    return False if tried and _delivers(seen) else None


def _client_protocol(port: int, auth: bool, seen: Seen) -> str:
    if any(one.get("lmtp") for one in seen.values()):
        return "lmtp"
    return "submission" if auth or port in SUBMISSION_PORTS else "smtp"


def _client_mode(seen: Seen) -> str | None:
    if any(one.get("hello_first") for one in seen.values()):
        return "implicit"
    in_clear = any("auth_in_clear" in one or one.get("mail") == "in clear" for one in seen.values())
    if not any(one.get("starttls") for one in seen.values()):
        return "none" if in_clear else None
    goes_on = any(
        "auth_in_clear" in one or one.get("mail") == "in clear"
        for scenario, one in seen.items()
        if scenario.startswith(_WITHOUT_TLS)
    )
    return "starttls-optional" if goes_on else "starttls-required"


def _verified(seen: Seen) -> str | None:
    """How far a certificate is checked, by those with which the mail still went through TLS."""
    stem, around = _stem(seen), _around(seen)
    if around is None:
        return None
    if _mail(seen, f"{stem}-stranger{around}") == "in tls":
        return "none"
    if _mail(seen, f"{stem}-renewed{around}") != "in tls":
        return "pinned"
    return "chain" if _mail(seen, f"{stem}-misnamed{around}") == "in tls" else "full"


def _stem(seen: Seen) -> str:
    """What the names of the scenarios with TLS begin with."""
    return "implicit" if any(name.startswith("implicit") for name in seen) else "starttls"


def _around(seen: Seen) -> str | None:
    """The first surroundings in which a mail went through TLS to a server as it should be."""
    for around in _SURROUNDINGS:
        ends = (f"{end}{around}" for end in ("", "-cram-md5", "-scram"))
        if any(_mail(seen, _stem(seen) + end) == "in tls" for end in ends):
            return around
    return None


def _oldest(seen: Seen) -> str | None:
    around = _around(seen)
    if around is None:
        return None
    for version in ("1.0", "1.1", "1.2"):
        if _mail(seen, f"{_stem(seen)}-{version}{around}") == "in tls":
            return version
    return "1.3"


def _mail(seen: Seen, scenario: str) -> str | None:
    mail = seen.get(scenario, _NOTHING).get("mail")
    return None if mail is None else str(mail)
