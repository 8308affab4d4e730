"""What stands on the host in every case: names, and the files that cases may name."""

from __future__ import annotations

from collections.abc import Mapping

from .accounts import PASSWORD, USER
from .certificates import Certificates, fingerprint
from .namespaces import EARLY, ORDINARY, SERVER, TRUSTED

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
    "/etc/dovecot/users": "accounts",
}


def system_files(certificates: Certificates, relays: Mapping[str, str]) -> dict[str, bytes]:
    """The files by path; `relays` are names and addresses for /etc/hosts."""
    certificate = certificates.server.certificate.read_bytes()
    key = certificates.server.key.read_bytes()
    contents = {
        "certificate": certificate,
        "key": key,
        "key and certificate": key + certificate,
        "authority": certificates.authority.read_bytes(),
        "accounts": f"{USER}:{{PLAIN}}{PASSWORD}\nroot:{{PLAIN}}{PASSWORD}\n".encode(),
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


def _hosts(relays: Mapping[str, str]) -> str:
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [f"{address} mail.example.com" for address in SERVER.values()]
    for name, addresses in (("ordinary", ORDINARY), ("early", EARLY), ("trusted", TRUSTED)):
        lines += [f"{address} {name}.peer.example" for address in addresses.values()]
    lines += [f"{address} {name}" for name, address in relays.items()]
    return "\n".join(lines) + "\n"
