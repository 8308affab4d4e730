"""What a program shows when it delivers: to servers with and without TLS, trustworthy and not."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

from .certificates import Certificates
from .relay import Behaviour, Relay, Session

Seen = dict[str, Any]
Deliver = Callable[[], None]
_OLD = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2}
OTHER_MECHANISMS = "SCRAM-SHA-256 XOAUTH2"
ALL_MECHANISMS = "PLAIN LOGIN CRAM-MD5"


def look(
    server: Relay, deliver: Deliver, pairs: Certificates, hosts: dict[str, str]
) -> dict[str, Seen]:
    """Let the program deliver one mail in each scenario; what each endpoint dialled showed.

    `hosts` are the names of the addresses. The name `nothing` stands for no connection at all.
    """
    found: dict[str, Seen] = {}

    def play(name: str, behave: Behaviour) -> list[Session]:
        server.start_over(behave)
        deliver()
        server.settled()
        sessions = server.sessions
        for endpoint, mine in _by_endpoint(sessions, hosts).items():
            found.setdefault(endpoint, {})[name] = _summary(mine)
        return sessions

    first = play("no-starttls", Behaviour("absent", pairs.relay))
    if any(session.hello_first for session in first):
        _play_implicit(play, pairs)
    elif first or play("starttls", Behaviour("offered", pairs.relay)):
        _play_starttls(play, pairs)
    return found or {"nothing": {}}


Play = Callable[[str, Behaviour], list[Session]]


def _play_starttls(play: Play, pairs: Certificates) -> None:
    offered = Behaviour("offered", pairs.relay)
    sessions = play("starttls", offered)
    sessions += play("starttls-454", offered._replace(starttls="refused"))
    if not any(session.auth_in_clear or session.auth_in_tls for session in sessions):
        sessions += play("starttls-cram-md5", offered._replace(mechanisms=ALL_MECHANISMS))
        play("no-starttls-cram-md5", Behaviour("absent", pairs.relay, mechanisms=ALL_MECHANISMS))
    if not any(one.auth_in_clear or one.auth_in_tls or one.delivered for one in sessions):
        sessions += play("starttls-scram", offered._replace(mechanisms=OTHER_MECHANISMS))
        play("no-starttls-scram", Behaviour("absent", pairs.relay, mechanisms=OTHER_MECHANISMS))
    if any(session.starttls for session in sessions):
        _play_certificates(play, pairs, offered, "starttls", sessions)


def _play_implicit(play: Play, pairs: Certificates) -> None:
    at_once = Behaviour("absent", pairs.relay, implicit=True)
    sessions = play("implicit", at_once)
    if not any(session.auth_in_tls for session in sessions):
        sessions += play("implicit-cram-md5", at_once._replace(mechanisms=ALL_MECHANISMS))
    _play_certificates(play, pairs, at_once, "implicit", sessions)


def _play_certificates(
    play: Play, pairs: Certificates, base: Behaviour, stem: str, sessions: list[Session]
) -> None:
    """Other certificates, then old versions, with mechanisms that let the mail pass."""
    if not any(session.mail_in_tls for session in sessions):
        return
    good = base._replace(mechanisms=ALL_MECHANISMS)
    play(f"{stem}-stranger", good._replace(pair=pairs.stranger))
    play(f"{stem}-misnamed", good._replace(pair=pairs.misnamed))
    play(f"{stem}-renewed", good._replace(pair=pairs.renewed))
    for version, newest in _OLD.items():
        played = play(f"{stem}-{version}", good._replace(newest=newest))
        if any(session.mail_in_tls for session in played):
            break


def _by_endpoint(sessions: Iterable[Session], hosts: dict[str, str]) -> dict[str, list[Session]]:
    grouped: dict[str, list[Session]] = {}
    for session in sessions:
        host = hosts.get(session.address, session.address)
        grouped.setdefault(f"{host}:{session.port}", []).append(session)
    return grouped


def _summary(sessions: list[Session]) -> Seen:
    """The sessions of one mail as one: what happened in any of them."""
    seen: Seen = {}
    for name in ("hello_first", "lmtp", "starttls", "secret_in_clear"):
        if any(getattr(session, name) for session in sessions):
            seen[name] = True
    for name in ("auth_in_clear", "auth_in_tls"):
        mechanisms = sorted({one for session in sessions for one in getattr(session, name)})
        if mechanisms:
            seen[name] = mechanisms
    for where in ("clear", "tls"):
        if any(getattr(session, f"mail_in_{where}") for session in sessions):
            seen["mail"] = f"in {where}"
    return seen
