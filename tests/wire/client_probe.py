"""What a program shows when it delivers: to servers with and without TLS, trustworthy and not.

Where nothing arrives, it is asked again in other surroundings, which no configuration decides: the
name that servers show, what DNS says of their keys, what else the host knows.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .certificates import Certificates
from .relay import Behaviour, Relay, Session

Seen = dict[str, Any]
Deliver = Callable[[], None]
_OLD = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2}
OTHER_MECHANISMS = "SCRAM-SHA-256 XOAUTH2"
ALL_MECHANISMS = "PLAIN LOGIN CRAM-MD5"


class Surroundings(NamedTuple):
    """What a client finds: its name behind every scenario's, the certificates, how it is made."""

    name: str
    pairs: Certificates
    made: Callable[[], contextlib.AbstractContextManager[None]]


def look(
    server: Relay, deliver: Deliver, rounds: Sequence[Surroundings], hosts: Mapping[str, str]
) -> dict[str, Seen]:
    """Let the program deliver one mail in each scenario; what each endpoint dialled showed.

    `hosts` are the names of the addresses. The name `nothing` stands for no connection at all.
    """
    found: dict[str, Seen] = {}
    for around in rounds:
        one = _Round(server, deliver, around, hosts, found)
        with around.made():
            one.everything()
        if any(session.delivered for session in one.sessions):
            break
    return found or {"nothing": {}}


class _Round:
    """All scenarios in the same surroundings."""

    def __init__(
        self,
        server: Relay,
        deliver: Deliver,
        around: Surroundings,
        hosts: Mapping[str, str],
        found: dict[str, Seen],
    ) -> None:
        self.server = server
        self.deliver = deliver
        self.suffix = f"-{around.name}" if around.name else ""
        self.pairs = around.pairs
        self.hosts = hosts
        self.found = found
        self.sessions: list[Session] = []

    def everything(self) -> None:
        first = self.play("no-starttls", Behaviour("absent", self.pairs.relay))
        if any(session.hello_first for session in first):
            self.implicit()
        elif first or self.play("starttls", Behaviour("offered", self.pairs.relay)):
            self.starttls()

    def play(self, name: str, behave: Behaviour) -> list[Session]:
        """One scenario, noted for every endpoint that is dialled in it."""
        self.server.start_over(behave)
        self.deliver()
        self.server.settled()
        sessions = self.server.sessions
        for endpoint, mine in _by_endpoint(sessions, self.hosts).items():
            self.found.setdefault(endpoint, {})[name + self.suffix] = _summary(mine)
        self.sessions += sessions
        return sessions

    def starttls(self) -> None:
        offered = Behaviour("offered", self.pairs.relay)
        absent = Behaviour("absent", self.pairs.relay)
        self.play("starttls", offered)
        self.play("starttls-454", offered._replace(starttls="refused"))
        if not self.any("auth_in_clear", "auth_in_tls"):
            self.play("starttls-cram-md5", offered._replace(mechanisms=ALL_MECHANISMS))
            self.play("no-starttls-cram-md5", absent._replace(mechanisms=ALL_MECHANISMS))
        if not self.any("auth_in_clear", "auth_in_tls", "delivered"):
            self.play("starttls-scram", offered._replace(mechanisms=OTHER_MECHANISMS))
            self.play("no-starttls-scram", absent._replace(mechanisms=OTHER_MECHANISMS))
        if self.any("auth_in_tls") and not self.any("auth_in_clear", "mail_in_clear"):
            # Who cannot log in without TLS may still deliver to those who ask for no login.
            self.play("no-starttls-no-auth", absent._replace(mechanisms=""))
        if self.any("starttls"):
            self.certificates(offered, "starttls")

    def implicit(self) -> None:
        at_once = Behaviour("absent", self.pairs.relay, implicit=True)
        self.play("implicit", at_once)
        if not self.any("auth_in_tls"):
            self.play("implicit-cram-md5", at_once._replace(mechanisms=ALL_MECHANISMS))
        self.certificates(at_once, "implicit")

    def certificates(self, base: Behaviour, stem: str) -> None:
        """Other certificates, then old versions, with mechanisms that let the mail pass."""
        if not self.any("mail_in_tls"):
            return
        good = base._replace(mechanisms=ALL_MECHANISMS)
        self.play(f"{stem}-stranger", good._replace(pair=self.pairs.stranger))
        self.play(f"{stem}-misnamed", good._replace(pair=self.pairs.misnamed))
        self.play(f"{stem}-renewed", good._replace(pair=self.pairs.renewed))
        for version, newest in _OLD.items():
            played = self.play(f"{stem}-{version}", good._replace(newest=newest))
            if any(session.mail_in_tls for session in played):
                break

    def any(self, *names: str) -> bool:
        """Whether a session so far showed one of these."""
        return any(getattr(session, name) for session in self.sessions for name in names)


def _by_endpoint(sessions: Iterable[Session], hosts: Mapping[str, str]) -> dict[str, list[Session]]:
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
