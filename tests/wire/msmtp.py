"""Let msmtp deliver mails, each by a run of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .accounts import PASSWORD, USER, Letter
from .certificates import Certificates
from .host import real_fingerprints, system_files
from .sandbox import Sandbox, sandbox

CONFIGURATION = "/etc/msmtprc"
NETRC = "/etc/netrc"


@contextlib.contextmanager
def ready(
    namespace: str,
    lower: Path,
    certificates: Certificates,
    files: Mapping[str, bytes],
    relays: Mapping[str, str],
) -> Iterator[Sandbox]:
    """A sandbox with these files, in which msmtp can be run."""
    everything = system_files(certificates, relays)
    everything |= {path: real_fingerprints(text, certificates) for path, text in files.items()}
    with sandbox(namespace, everything) as box:
        box.start(lower, f"chmod 600 {CONFIGURATION}; : > /ready; sleep 3600")
        end = time.monotonic() + 10
        while time.monotonic() < end and not (box.place / "upper/ready").exists():
            time.sleep(0.05)
        yield box


def deliver(box: Sandbox, letter: Letter, account: str | None) -> None:
    """One run of msmtp, ended after a while where it hangs."""
    chosen = f"-a {account}" if account else ""
    command = f"timeout 10 msmtp -C {CONFIGURATION} {chosen} -f {letter.sender} {letter.recipient}"
    box.run(command, letter.text())


@contextlib.contextmanager
def netrc(box: Sandbox, hosts: Iterable[str]) -> Iterator[None]:
    """Have the host know the account's password meanwhile, as a user's ~/.netrc does."""
    lines = [f"machine {host} login {USER} password {PASSWORD}\n" for host in hosts]
    box.run(f"cat > {NETRC}", "".join(lines).encode())
    try:
        yield
    finally:
        box.run(f"rm -f {NETRC}")
