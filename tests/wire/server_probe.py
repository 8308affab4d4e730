"""What a peer sees of one listening port: the exchange before TLS, TLS itself, and behind it."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from .certificates import Pair
from .smtp import (
    VERSIONS,
    BrokenError,
    Connection,
    Recipients,
    Target,
    hand_over,
    mechanisms_to_try,
    taken,
)

Seen = dict[str, Any]
Dying = Callable[[], bool]


class Way(NamedTuple):
    """How a connection begins: after a PROXY line, with TLS at once, with a client certificate."""

    target: Target
    proxy: bool = False
    at_once: bool = False
    pair: Pair | None = None
    patience: float = 6.0


class Subject(NamedTuple):
    """What every look at a port needs to know besides the port."""

    people: Recipients
    pair: Pair
    dying: Dying


def look(target: Target, early: Target, subject: Subject) -> Seen:
    """All that the peer sees.

    `early` is the same peer by another address: its TLS greeting comes too early for a program
    that greets late and remembers who did not wait.
    """
    for patience in (0.8, 6.0):
        first = _greeting(Way(target, patience=patience))
        if first.startswith("220"):
            return {"greeting": first, **_talk(Way(target), subject)}
        if first not in ("silent", "closed"):
            break
        if subject.dying() or (first == "closed" and _dies_soon(subject.dying)):
            return {"greeting": "dies"}
        if _handshake(Way(early, at_once=True)) is None:
            return {"greeting": "silent", **_talk(Way(target, at_once=True), subject)}
    return {"greeting": first, **_look_with_proxy(target, subject)}


def get_known(target: Target, people: Recipients) -> None:
    """Come once and behave well, so that a program that mistrusts newcomers lets the peer pass."""
    for proxy in (False, True):
        way = Way(target, proxy=proxy, patience=10.0)
        for connect in (_open, _secured):
            with contextlib.suppress(BrokenError):
                connection = connect(way)
                try:
                    connection.hello()
                    hand_over(connection, people)
                    connection.ask("QUIT")
                finally:
                    connection.close()


def _look_with_proxy(target: Target, subject: Subject) -> Seen:
    """The same behind a PROXY line, where that makes a silent port speak."""
    way = Way(target, proxy=True, patience=2.0)
    said = _greeting(way)
    if said.startswith("220"):
        return {"proxy": {"greeting": said, **_talk(way, subject)}}
    way = way._replace(at_once=True)
    if _handshake(way) is None:
        return {"proxy": {"greeting": "silent", **_talk(way, subject)}}
    return {}


def _talk(way: Way, subject: Subject) -> Seen:
    """The exchanges before and behind TLS on a port that speaks."""
    seen: Seen = {"tls_at_once": True} if way.at_once else {}
    if not way.at_once:
        seen["before"] = _exchange(lambda: _open(way), subject.people)
        seen["starttls"] = _starttls_answer(way)
        if not seen["starttls"].startswith("220"):
            return seen
    failure = _handshake(way)
    seen["handshake"] = failure or "works"
    if failure is None:
        seen["lowest_tls"] = _lowest(way)
        seen["after"] = _exchange(lambda: _secured(way), subject.people)
    if failure or not _useful(seen["after"]):
        known = way._replace(pair=subject.pair)
        if _handshake(known) is None:
            behind = _exchange(lambda: _secured(known), subject.people)
            if behind != seen.get("after"):
                seen["after_with_certificate"] = behind
                seen.setdefault("lowest_tls", _lowest(known))
    return seen


def _exchange(connect: Callable[[], Connection], people: Recipients) -> Seen:
    """What is offered, who may hand over mail, and which logins succeed, on new connections."""
    seen: Seen = {"offers": _once(connect, Connection.hello)}
    seen["mail"] = _once(connect, lambda peer: _greeted(peer, people))
    seen["auth"] = {}
    for mechanism in mechanisms_to_try(seen["offers"]):
        answer = _once(connect, functools.partial(_login, mechanism=mechanism))
        seen["auth"][mechanism] = answer
        if answer.startswith("235") and "mail_after_auth" not in seen:
            seen["mail_after_auth"] = _once(
                connect,
                functools.partial(_login_and_hand_over, mechanism=mechanism, people=people),
            )
    answers = set(seen["auth"].values())
    if len(answers) == 1 and "mail_after_auth" not in seen:
        seen["auth"] = {"any": answers.pop()}
    return seen


def _once(connect: Callable[[], Connection], action: Callable[[Connection], Any]) -> Any:
    """Do one thing on a connection of its own; a second time where no answer came."""
    for attempt in (1, 2):
        try:
            connection = connect()
            try:
                return action(connection)
            finally:
                connection.close()
        except BrokenError as broken:
            if attempt == 2:
                return f"no answer: {broken}"
    raise AssertionError("unreachable")


def _login(connection: Connection, mechanism: str) -> str:
    connection.hello()
    return connection.login(mechanism)


def _greeted(connection: Connection, people: Recipients) -> dict[str, str]:
    connection.hello()
    return hand_over(connection, people)


def _login_and_hand_over(
    connection: Connection, mechanism: str, people: Recipients
) -> dict[str, str]:
    connection.hello()
    connection.login(mechanism)
    return hand_over(connection, people)


def _useful(exchange: Seen) -> bool:
    """Whether somebody got anything done in an exchange."""
    mail = exchange["mail"]
    accepted = any(answer.startswith("235") for answer in exchange["auth"].values())
    return accepted or (isinstance(mail, dict) and taken(mail))


def _greeting(way: Way) -> str:
    try:
        connection = Connection(way.target, way.patience)
        try:
            if way.proxy:
                connection.announce()
            return connection.greeting()
        finally:
            connection.close()
    except BrokenError as broken:
        return str(broken)


def _open(way: Way) -> Connection:
    """A connection on which the greeting has been read, or TLS started at once and it was read."""
    connection = Connection(way.target, way.patience)
    try:
        if way.proxy:
            connection.announce()
        if way.at_once:
            connection.secure(pair=way.pair)
        connection.greeting()
    except BrokenError:
        connection.close()
        raise
    return connection


def _secured(way: Way, version: str | None = None) -> Connection:
    """A connection behind TLS, ready for EHLO."""
    connection = Connection(way.target, way.patience)
    try:
        if way.proxy:
            connection.announce()
        if way.at_once:
            connection.secure(version, way.pair)
            connection.greeting()
        else:
            connection.greeting()
            connection.hello()
            if not connection.ask("STARTTLS").startswith("220"):
                raise BrokenError("no TLS")
            connection.secure(version, way.pair)
    except BrokenError:
        connection.close()
        raise
    return connection


def _starttls_answer(way: Way) -> str:
    def ask(connection: Connection) -> str:
        connection.hello()
        return connection.ask("STARTTLS")

    return str(_once(lambda: _open(way), ask))


def _handshake(way: Way, version: str | None = None) -> str | None:
    """None if TLS comes up and the server still talks behind it, else what went wrong."""
    try:
        connection = _secured(way, version)
        try:
            connection.hello()
        finally:
            connection.close()
    except BrokenError as broken:
        return str(broken)
    return None


def _lowest(way: Way) -> str | None:
    for version in VERSIONS:
        if _handshake(way, version) is None:
            return version
    return None


def _dies_soon(dying: Dying) -> bool:
    """Whether the log tells of a fatal error; it may be a little later than the closed port."""
    for _number in range(10):
        if dying():
            return True
        time.sleep(0.05)
    return False
