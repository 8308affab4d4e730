"""Start Postfix on the files of a case, and wait until it listens."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import dovecot_auth
from .accounts import Letter
from .certificates import Certificates, fingerprint
from .namespaces import EARLY, ORDINARY, SERVER, TRUSTED
from .sandbox import Sandbox, sandbox

PATIENCE = 15.0
# How long to wait for a client that died of its configuration: master starts it once a minute.
PATIENCE_WITH_THE_DEAD = 3.0
_DEAD = "throttling"
FINGERPRINTS = {
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33": "sha1",
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF": "sha256",
}
PRESENT = {
    "/etc/ssl/certs/mail.pem": "certificate",
    "/etc/ssl/private/mail.key": "key",
    "/etc/ssl/private/mail.pem": "key and certificate",
    "/etc/ssl/certs/ssl-cert-snakeoil.pem": "certificate",
    "/etc/ssl/private/ssl-cert-snakeoil.key": "key",
    "/etc/ssl/certs/ca-certificates.crt": "authority",
}
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


def system_files(certificates: Certificates, relays: Mapping[str, str]) -> dict[str, bytes]:
    """What stands on the host in every case: names, the certificates that cases may name."""
    certificate = certificates.server.certificate.read_bytes()
    key = certificates.server.key.read_bytes()
    contents = {
        "certificate": certificate,
        "key": key,
        "key and certificate": key + certificate,
        "authority": certificates.authority.read_bytes(),
    }
    files = {path: contents[kind] for path, kind in PRESENT.items()}
    for prefix in ("/etc/", "/var/spool/postfix/etc/"):
        files[prefix + "hosts"] = _hosts(relays).encode()
        files[prefix + "resolv.conf"] = b"nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"
    return files


def real_fingerprints(content: bytes, certificates: Certificates) -> bytes:
    """The content with the agreed dummy fingerprints replaced by those of this run's relay."""
    text = content.decode("utf-8", "surrogateescape")
    for dummy, digest in sorted(FINGERPRINTS.items(), key=lambda item: -len(item[0])):
        if dummy in text:
            text = text.replace(dummy, fingerprint(certificates.relay.certificate, digest))
    return text.encode("utf-8", "surrogateescape")


@contextlib.contextmanager
def running(
    namespace: str,
    lower: Path,
    certificates: Certificates,
    files: Mapping[str, bytes],
    mechanisms: Sequence[str] = (),
    relays: Mapping[str, str] | None = None,
) -> Iterator[Sandbox]:
    """Postfix with these files; the sandbox may have ended already where it refuses to start."""
    everything = system_files(certificates, relays or {})
    everything |= {path: real_fingerprints(text, certificates) for path, text in files.items()}
    with sandbox(namespace, everything) as box, contextlib.ExitStack() as stack:
        if mechanisms:
            stack.enter_context(dovecot_auth.service(box.place / "sockets/auth", mechanisms))
        box.start(lower, _command(files))
        box.wait_logged(r"daemon started", 15)
        yield box


def _command(files: Mapping[str, bytes]) -> str:
    maps = [f"postmap {name}" for name in _maps(files)]
    return "; ".join([*maps, "/usr/lib/postfix/sbin/master -d -c /etc/postfix"])


def _maps(files: Mapping[str, bytes]) -> list[str]:
    """The map files of the case that have to be compiled, as postmap wants to hear them."""
    text = "\n".join(content.decode("utf-8", "replace") for content in files.values())
    named = {found[0] for found in _MAP.finditer(text) if found[1] in files}
    return sorted(named)


def _hosts(relays: Mapping[str, str]) -> str:
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [f"{address} mail.example.com" for address in SERVER.values()]
    for name, addresses in (("ordinary", ORDINARY), ("early", EARLY), ("trusted", TRUSTED)):
        lines += [f"{address} {name}.peer.example" for address in addresses.values()]
    lines += [f"{address} {name}" for name, address in relays.items()]
    return "\n".join(lines) + "\n"
