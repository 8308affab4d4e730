"""Start Dovecot on the files of a case, and wait until it listens."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .accounts import Letter
from .certificates import Certificates
from .connection import BrokenError, Connection, Target
from .host import system_files
from .namespaces import LOOPBACK
from .sandbox import Sandbox, sandbox
from .smtp import Recipients, Smtp

SUBMISSION, LMTP = 587, 24
# Whose script sends on what is delivered to him.
REDIRECTING = "alice@example.com"
PATIENCE = 10.0
CONFIGURATION = "/etc/dovecot/dovecot.conf"
START = f"dovecot -c {CONFIGURATION}"


def throttled(lines: Iterable[str]) -> float:
    """For how many seconds a service that died is not started again, as the log's lines tell."""
    found = (re.search(r"throttling for ([0-9.]+) secs", line) for line in lines)
    return max((float(one[1]) for one in found if one), default=0.0)


def deliver(box: Sandbox, letter: Letter) -> None:
    """Submit one mail as somebody on the host does; Dovecot hands it on while it is submitted.

    Where it takes mail for its mailboxes instead, a script of Sieve sends it on.
    """
    home = LOOPBACK[4]
    lmtp = any(port == LMTP for _family, _address, port in box.listening())
    with (
        contextlib.suppress(BrokenError),
        contextlib.closing(
            Connection(Target(box.namespace, 4, home, home, LMTP if lmtp else SUBMISSION), PATIENCE)
        ) as connection,
    ):
        speech = Smtp(connection)
        speech.greeting()
        speech.hello()
        if not lmtp:
            speech.login("PLAIN")
        recipient = REDIRECTING if lmtp else letter.recipient
        speech.hand_over(Recipients(recipient, recipient))


@contextlib.contextmanager
def running(
    namespace: str,
    lower: Path,
    certificates: Certificates,
    files: Mapping[str, bytes],
    relays: Mapping[str, str],
) -> Iterator[Sandbox]:
    """Dovecot with these files; the sandbox may have ended already where it refuses to start."""
    everything = {**system_files(certificates, relays), **files}
    with sandbox(namespace, everything) as box:
        box.start(lower, f"{START} -F")
        box.wait_logged(r"starting up", 15)
        yield box
