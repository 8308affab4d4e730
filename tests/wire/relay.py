"""A server of the tests' own that clients deliver to, and that notes what they let it see."""

from __future__ import annotations

import base64
import binascii
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from . import scram
from .accounts import MARKER, PASSWORD
from .certificates import Pair
from .namespaces import World, inside

PORTS = (24, 25, 26, 465, 587, 2465, 2525, 2587, 4650, 5870, 12345)
_WAIT_FOR_HELLO = 0.5
_PATIENCE = 8.0


class Behaviour(NamedTuple):
    """What the server does: STARTTLS `offered`, `absent` or `refused`; TLS at once; mechanisms."""

    starttls: str
    pair: Pair
    implicit: bool = False
    newest: ssl.TLSVersion | None = None
    mechanisms: str = "PLAIN LOGIN"


class Session:
    """What one connection showed."""

    def __init__(self, address: str, port: int) -> None:
        self.address = address
        self.port = port
        self.hello_first = False
        self.lmtp = False
        self.starttls = False
        self.secured = False
        self.auth_in_clear: list[str] = []
        self.auth_in_tls: list[str] = []
        self.secret_in_clear = False
        self.mail_in_clear = False
        self.mail_in_tls = False

    @property
    def delivered(self) -> bool:
        return self.mail_in_clear or self.mail_in_tls


class Relay:
    """Listens on every port that clients of the tests dial; `behave` may change between mails."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.sessions: list[Session] = []
        self.open = 0
        self._lock = threading.Lock()

    def start_over(self, behave: Behaviour) -> None:
        """Behave in a new way from now on, and forget what was."""
        self.behave = behave
        self.sessions = []

    def settled(self) -> None:
        """Wait until no connection is open any more."""
        end = time.monotonic() + _PATIENCE
        while self.open and time.monotonic() < end:
            time.sleep(0.02)

    def serve(self, peer: socket.socket) -> None:
        address, port = peer.getsockname()[:2]
        session = Session(address, port)
        with self._lock:
            self.open += 1
            self.sessions.append(session)
        try:
            with contextlib.suppress(OSError, ValueError):
                peer.settimeout(_PATIENCE)
                _Talk(peer, self.behave, session).run()
        finally:
            peer.close()
            with self._lock:
                self.open -= 1


@contextlib.contextmanager
def relay(world: World, behave: Behaviour) -> Iterator[Relay]:
    """The server in the peers' namespace, on all its addresses."""
    made = Relay(behave)
    with contextlib.ExitStack() as stack:
        for port in PORTS:
            with inside(world.peers):
                listener = stack.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("", port))
            listener.listen(16)
            threading.Thread(target=_accept, args=(listener, made), daemon=True).start()
            stack.callback(_shut, listener)
        yield made


def _shut(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, made: Relay) -> None:
    while True:
        try:
            peer, _address = listener.accept()
        except OSError:
            return
        threading.Thread(target=made.serve, args=(peer,), daemon=True).start()


class _Talk:
    """One connection, from the greeting to its end."""

    def __init__(self, peer: socket.socket, behave: Behaviour, session: Session) -> None:
        self.peer = peer
        self.behave = behave
        self.session = session
        self.buffer = b""

    def run(self) -> None:
        self.session.hello_first = self._hello_waits()
        if self.session.hello_first and not self.behave.implicit:
            return
        if self.behave.implicit:
            self._secure()
        self._say("220 relay.test ESMTP")
        while self._command(self._line()):
            pass

    def _hello_waits(self) -> bool:
        """Whether the client begins with TLS instead of waiting to be greeted."""
        self.peer.settimeout(_WAIT_FOR_HELLO)
        try:
            return self.peer.recv(1, socket.MSG_PEEK) == b"\x16"
        except TimeoutError:
            return False
        finally:
            self.peer.settimeout(_PATIENCE)

    def _secure(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.behave.pair.certificate, self.behave.pair.key)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        if self.behave.newest is not None:
            context.maximum_version = self.behave.newest
        self.peer = context.wrap_socket(self.peer, server_side=True)
        self.buffer = b""
        self.session.secured = True

    def _command(self, line: str) -> bool:
        """Answer one command; whether the connection goes on."""
        verb = line[:4].upper()
        if verb in ("EHLO", "LHLO"):
            self.session.lmtp = verb == "LHLO"
            self._say(*self._extensions())
        elif verb == "STAR":
            return self._starttls()
        elif verb == "AUTH":
            self._authenticate(line.split())
        elif verb == "DATA":
            self._data()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _extensions(self) -> list[str]:
        names = ["relay.test", "8BITMIME"]
        if self.behave.mechanisms:
            names.append(f"AUTH {self.behave.mechanisms}")
        if self.behave.starttls != "absent" and not self.session.secured:
            names.append("STARTTLS")
        return [f"250-{name}" for name in names[:-1]] + [f"250 {names[-1]}"]

    def _starttls(self) -> bool:
        self.session.starttls = True
        if self.behave.starttls == "absent" or self.session.secured:
            self._say("502 not implemented")
        elif self.behave.starttls == "refused":
            self._say("454 TLS not available")
        else:
            self._say("220 go ahead")
            self._secure()
        return True

    def _authenticate(self, words: list[str]) -> None:
        mechanism = words[1].upper() if len(words) > 1 else ""
        seen = self.session.auth_in_tls if self.session.secured else self.session.auth_in_clear
        seen.append(mechanism)
        answers = [words[2]] if len(words) > 2 else []
        if mechanism == "SCRAM-SHA-256":
            self._scram(answers)
            return
        prompts = {
            "PLAIN": [""],
            "LOGIN": ["Username:", "Password:"],
            "CRAM-MD5": ["<1.2@relay.test>"],
            "XOAUTH2": [""],
            "OAUTHBEARER": [""],
            "DIGEST-MD5": [],
            "EXTERNAL": [""],
        }.get(mechanism, [])
        for prompt in prompts[len(answers) :]:
            answers.append(self._prompted(prompt))
        if not self.session.secured and any(_holds_secret(answer) for answer in answers):
            self.session.secret_in_clear = True
        self._say("235 welcome" if prompts else "535 not this one")

    def _scram(self, answers: list[str]) -> None:
        first = _decoded(answers[0] if answers else self._prompted(""))
        mine = scram.first_answer(first)
        last = _decoded(self._prompted(mine))
        self._prompted(scram.last_answer(first, mine, last))
        self._say("235 welcome")

    def _prompted(self, prompt: str) -> str:
        self._say(f"334 {base64.b64encode(prompt.encode()).decode()}")
        return self._line()

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self._line()) != ".":
            lines.append(line)
        if any(MARKER in line for line in lines):
            self.session.mail_in_tls |= self.session.secured
            self.session.mail_in_clear |= not self.session.secured
        self._say("250 taken")

    def _say(self, *lines: str) -> None:
        self.peer.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _line(self) -> str:
        while b"\n" not in self.buffer:
            data = self.peer.recv(65536)
            if not data:
                raise OSError("closed")
            self.buffer += data
        line, _sign, self.buffer = self.buffer.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")


def _decoded(answer: str) -> str:
    return base64.b64decode(answer).decode()


def _holds_secret(answer: str) -> bool:
    try:
        decoded = base64.b64decode(answer, validate=True)
    except (binascii.Error, ValueError):
        decoded = answer.encode()
    return PASSWORD.encode() in decoded
