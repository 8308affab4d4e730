"""Start Postfix on the files of a case, and wait until it listens."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import dovecot_auth
from .accounts import Letter
from .certificates import Certificates
from .host import real_fingerprints, system_files
from .sandbox import Sandbox, sandbox

PATIENCE = 15.0
# How long to wait for a client that died of its configuration: master starts it once a minute.
PATIENCE_WITH_THE_DEAD = 3.0
_DEAD = "throttling"
_MAP = re.compile(r"\b(?:hash|btree|lmdb|cdb):(?:\$\{?config_directory\}?|(/[\w./-]+))")


def deliver(box: Sandbox, letter: Letter) -> None:
    """Hand Postfix one mail, and wait until it is delivered, deferred or bounced.

    What is still queued is removed first, and what Postfix holds against a destination forgotten.
    """
    box.run("postsuper -d ALL; postqueue -f")
    done = len(box.log)
    box.run(f"sendmail -f {letter.sender} {letter.recipient}", letter.text())
    pattern = re.compile(rf"to=<{re.escape(letter.recipient)}>.* status=\w+")
    died = any(_DEAD in line for line in box.log)
    end = time.monotonic() + (PATIENCE_WITH_THE_DEAD if died else PATIENCE)
    while time.monotonic() < end:
        if any(pattern.search(line) or _DEAD in line for line in box.log[done:]):
            return
        time.sleep(0.02)


@contextlib.contextmanager
def running(
    namespace: str,
    lower: Path,
    certificates: Certificates,
    files: Mapping[str, bytes],
    mechanisms: Sequence[str] = (),
    backend: str = "",
    relays: Mapping[str, str] | None = None,
) -> Iterator[Sandbox]:
    """Postfix with these files; the sandbox may have ended already where it refuses to start.

    Its SASL backend offers `mechanisms`, or is started by the command `backend`.
    """
    everything = system_files(certificates, relays or {})
    everything |= {path: real_fingerprints(text, certificates) for path, text in files.items()}
    with sandbox(namespace, everything) as box, contextlib.ExitStack() as stack:
        if mechanisms:
            stack.enter_context(dovecot_auth.service(box.place / "sockets/auth", mechanisms))
        box.start(lower, _command(files, backend))
        box.wait_logged(r"daemon started", 15)
        yield box


def _command(files: Mapping[str, bytes], backend: str) -> str:
    before = [f"postmap {name}" for name in _maps(files)] + [backend] * bool(backend)
    return "; ".join([*before, "/usr/lib/postfix/sbin/master -d -c /etc/postfix"])


def _maps(files: Mapping[str, bytes]) -> list[str]:
    """The map files of the case that have to be compiled, as postmap wants to hear them."""
    text = "\n".join(content.decode("utf-8", "replace") for content in files.values())
    named = {found[0] for found in _MAP.finditer(text) if found[1] in files}
    return sorted(named)
