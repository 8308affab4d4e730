"""What a peer sees of one listening port: the exchange before TLS, TLS itself, and behind it."""

from __future__ import annotations

import contextlib
import functools
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .access import Imap, Pop3, Sieve
from .certificates import Pair
from .connection import VERSIONS, BrokenError, Connection, Target
from .smtp import Recipients, Smtp, taken
from .speech import ACCEPTED, Speech, goes_ahead

Seen = dict[str, Any]
Dying = Callable[[], bool]
Connect = Callable[["Way"], contextlib.AbstractContextManager[Any]]
SPEECHES: tuple[type[Speech], ...] = (Smtp, Imap, Pop3, Sieve)
# What a port greets with, or is found to do, that has nothing to do with mail.
OTHER = "something else"
# What clients of such services say first.
FIRST_WORDS = ("VERSION\tdoveadm-server\t1\t0", "GET / HTTP/1.0\r\n")


class Way(NamedTuple):
    """How a connection begins: after a PROXY line, with TLS at once, with a client certificate."""

    target: Target
    speech: type[Speech] = Smtp
    proxy: bool = False
    at_once: bool = False
    pair: Pair | None = None
    patience: float = 6.0


class Subject(NamedTuple):
    """What every look at a port needs to know besides the port."""

    people: Recipients
    pair: Pair
    # Whether the log tells of a death, of a program that may die at a connection and stay.
    dying: Dying | None = None
    # How long a greeting is waited for before TLS is tried.
    patience: float = 0.8


def look(target: Target, early: Target, subject: Subject) -> Seen:
    """All that the peer sees.

    `early` is the same peer by another address: its TLS greeting comes too early for a program
    that greets late and remembers who did not wait.
    """
    for patience in (subject.patience, 6.0):
        first, speech = _greeting(Way(target, patience=patience))
        if speech and first.startswith(speech.welcome):
            return {"greeting": first, **_talk(Way(target, speech), subject)}
        if first not in ("silent", "closed"):
            break
        if subject.dying and _dies(subject.dying, first):
            return {"greeting": "dies"}
        speech = _greeting(Way(early, at_once=True))[1]
        if speech:
            return {"greeting": "silent", **_talk(Way(target, speech, at_once=True), subject)}
    behind_proxy = _look_with_proxy(target, subject)
    if first == "silent" and not behind_proxy and _answers_others(target):
        return {"greeting": OTHER}
    return {"greeting": first, **behind_proxy}


def get_known(target: Target, people: Recipients) -> None:
    """Come once and behave well, so that a program that mistrusts newcomers lets the peer pass."""
    for proxy in (False, True):
        way = Way(target, proxy=proxy, patience=10.0)
        for connect in (_open, _secured):
            with contextlib.suppress(BrokenError), connect(way) as speech:
                _hand_over(speech, people)
                speech.ask("QUIT")


def _look_with_proxy(target: Target, subject: Subject) -> Seen:
    """The same behind a PROXY line, where that makes a silent port speak."""
    for at_once in (False, True):
        way = Way(target, proxy=True, at_once=at_once, patience=2.0)
        said, speech = _greeting(way)
        if speech and (at_once or said.startswith(speech.welcome)):
            greeting = "silent" if at_once else said
            way = way._replace(speech=speech)
            return {"proxy": {"greeting": greeting, **_talk(way, subject)}}
    return {}


def _talk(way: Way, subject: Subject) -> Seen:
    """The exchanges before and behind TLS on a port that speaks."""
    seen: Seen = {} if way.speech is Smtp else {"speaks": way.speech.name}
    if way.at_once:
        seen["tls_at_once"] = True
    else:
        seen["before"] = _exchange(way, _open, subject.people)
        seen["starttls"] = _starttls_answer(way)
        if not goes_ahead(seen["starttls"]):
            return seen
    failure = _handshake(way)
    seen["handshake"] = failure or "works"
    if failure is None:
        seen["lowest_tls"] = _lowest(way)
        seen["after"] = _exchange(way, _secured, subject.people)
    if failure or not _useful(seen["after"]):
        known = way._replace(pair=subject.pair)
        if _handshake(known) is None:
            behind = _exchange(known, _secured, subject.people)
            if behind != seen.get("after"):
                seen["after_with_certificate"] = behind
                seen.setdefault("lowest_tls", _lowest(known))
    return seen


def _exchange(way: Way, connect: Connect, people: Recipients) -> Seen:
    """What is offered, who may hand over mail, and which logins succeed, on new connections."""
    seen: Seen = {"offers": _once(way, connect, lambda speech: speech.hello())}
    if way.speech is Smtp:
        seen["mail"] = _once(way, connect, functools.partial(_hand_over, people=people))
    seen["auth"] = {}
    for mechanism in way.speech.mechanisms_to_try(seen["offers"]):
        answer = _once(way, connect, functools.partial(_login, mechanism=mechanism))
        seen["auth"][mechanism] = answer
        if "mail" in seen and answer.startswith(ACCEPTED) and "mail_after_auth" not in seen:
            hand_over = functools.partial(_hand_over, people=people, mechanism=mechanism)
            seen["mail_after_auth"] = _once(way, connect, hand_over)
    answers = set(seen["auth"].values())
    if len(answers) == 1 and not any(answer.startswith(ACCEPTED) for answer in answers):
        seen["auth"] = {"any": answers.pop()}
    return seen


def _once(way: Way, connect: Connect, action: Callable[[Any], Any]) -> Any:
    """Do one thing on a connection of its own; a second time where no answer came."""
    for attempt in (1, 2):
        try:
            with connect(way) as speech:
                return action(speech)
        except BrokenError as broken:
            if attempt == 2:
                return f"no answer: {broken}"
    raise AssertionError("unreachable")


def _login(speech: Speech, mechanism: str) -> str:
    speech.hello()
    return speech.login(mechanism)


def _hand_over(speech: Smtp, people: Recipients, mechanism: str | None = None) -> dict[str, str]:
    speech.hello()
    if mechanism:
        speech.login(mechanism)
    return speech.hand_over(people)


def _useful(exchange: Seen) -> bool:
    """Whether somebody got anything done in an exchange."""
    mail = exchange.get("mail")
    accepted = any(answer.startswith(ACCEPTED) for answer in exchange["auth"].values())
    return accepted or (isinstance(mail, dict) and taken(mail))


def _greeting(way: Way) -> tuple[str, type[Speech] | None]:
    """What the server says first, and what it speaks; else how it stays silent, or that it does."""
    try:
        with contextlib.closing(_connected(way)) as connection:
            if way.at_once:
                connection.secure(pair=way.pair)
            first = connection.peek()
            for speech in SPEECHES:
                if re.match(speech.begins, first):
                    return speech(connection).greeting(), speech
    except BrokenError as broken:
        return str(broken), None
    return OTHER, None


def _connected(way: Way) -> Connection:
    """A connection on which nothing has been said yet but who is connecting."""
    connection = Connection(way.target, way.patience)
    if way.proxy:
        connection.announce()
    return connection


@contextlib.contextmanager
def _open(way: Way, version: str | None = None) -> Iterator[Any]:
    """A connection on which the greeting has been read, behind TLS where it comes at once."""
    with contextlib.closing(_connected(way)) as connection:
        if way.at_once:
            connection.secure(version, way.pair)
        speech = way.speech(connection)
        speech.greeting()
        yield speech


@contextlib.contextmanager
def _secured(way: Way, version: str | None = None) -> Iterator[Any]:
    """A connection behind TLS."""
    with _open(way, version) as speech:
        if not way.at_once:
            speech.hello()
            speech.secure(version, way.pair)
        yield speech


def _starttls_answer(way: Way) -> str:
    def ask(speech: Speech) -> str:
        speech.hello()
        return speech.ask(speech.starttls)

    return str(_once(way, _open, ask))


def _handshake(way: Way, version: str | None = None) -> str | None:
    """None if TLS comes up and the server still talks behind it, else what went wrong."""
    try:
        with _secured(way, version) as speech:
            speech.hello()
    except BrokenError as broken:
        return str(broken)
    return None


def _lowest(way: Way) -> str | None:
    for version in VERSIONS:
        if _handshake(way, version) is None:
            return version
    return None


def _answers_others(target: Target) -> bool:
    """Whether a silent port answers a client of another kind of service."""
    for words in FIRST_WORDS:
        with (
            contextlib.suppress(BrokenError),
            contextlib.closing(Connection(target)) as connection,
        ):
            connection.send(words)
            return bool(connection.line())
    return False


def _dies(dying: Dying, first: str) -> bool:
    """Whether the log tells of a fatal error; it may be a little later than the closed port."""
    for _number in range(10 if first == "closed" else 0):
        if dying():
            return True
        time.sleep(0.05)
    return dying()
