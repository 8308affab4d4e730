"""Certificates for one run, made with the openssl command and kept only as long as the run."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path
from typing import NamedTuple

DAYS = "30"


class Pair(NamedTuple):
    """Paths of a certificate and of its key."""

    certificate: Path
    key: Path


class Certificates(NamedTuple):
    """All that servers and clients of the tests show each other."""

    authority: Path
    server: Pair
    relay: Pair
    renewed: Pair
    stranger: Pair
    misnamed: Pair
    misnamed_renewed: Pair
    misnamed_stranger: Pair
    client: Pair


def make(folder: Path) -> Certificates:
    """Make an authority and the pairs; `stranger` is self-signed, `misnamed` has another name."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _self_signed(
        folder, "authority", "Wire Test Authority", ("-addext", "keyUsage=keyCertSign")
    )
    elsewhere = ["elsewhere.example"]
    relays = ["relay.example.net", "other.example.net", "mx.example.org", "mail.example.com"]
    return Certificates(
        authority.certificate,
        _signed(folder, authority, "server", ["mail.example.com"]),
        _signed(folder, authority, "relay", relays),
        _signed(folder, authority, "renewed", relays),
        _stranger(folder, "stranger", relays),
        _signed(folder, authority, "misnamed", elsewhere),
        _signed(folder, authority, "misnamed-renewed", elsewhere),
        _stranger(folder, "misnamed-stranger", elsewhere),
        _signed(folder, authority, "client", ["client.example"]),
    )


def elsewhere(pairs: Certificates) -> Certificates:
    """The same as servers show them whose name is the one that is wrong for the others."""
    return pairs._replace(
        relay=pairs.misnamed,
        renewed=pairs.misnamed_renewed,
        stranger=pairs.misnamed_stranger,
        misnamed=pairs.relay,
    )


def key_digest(pair: Pair) -> bytes:
    """SHA-256 of the public key, as a TLSA record ``3 1 1`` holds it (RFC 6698)."""
    public = _openssl("x509", "-in", str(pair.certificate), "-noout", "-pubkey")
    encoded = "".join(public.split("-----")[2].split())
    return hashlib.sha256(base64.b64decode(encoded)).digest()


def fingerprint(certificate: Path, digest: str) -> str:
    """The fingerprint as configurations spell it: upper-case pairs with colons."""
    shown = _openssl("x509", "-in", str(certificate), "-noout", "-fingerprint", f"-{digest}")
    return shown.strip().rpartition("=")[2]


def _names(names: list[str]) -> str:
    return "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)


def _openssl(*words: str) -> str:
    done = subprocess.run(("openssl", *words), check=True, capture_output=True, text=True)
    return done.stdout


def _self_signed(folder: Path, stem: str, name: str, more: tuple[str, ...]) -> Pair:
    pair = Pair(folder / f"{stem}.pem", folder / f"{stem}.key")
    _openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        DAYS,
        "-subj",
        f"/CN={name}",
        "-keyout",
        str(pair.key),
        "-out",
        str(pair.certificate),
        *more,
    )
    return pair


def _stranger(folder: Path, stem: str, names: list[str]) -> Pair:
    return _self_signed(folder, stem, names[0], ("-addext", _names(names)))


def _signed(folder: Path, authority: Pair, stem: str, names: list[str]) -> Pair:
    pair = Pair(folder / f"{stem}.pem", folder / f"{stem}.key")
    request = folder / f"{stem}.csr"
    extensions = folder / f"{stem}.ext"
    extensions.write_text(_names(names))
    _openssl(
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        f"/CN={names[0]}",
        "-keyout",
        str(pair.key),
        "-out",
        str(request),
    )
    _openssl(
        "x509",
        "-req",
        "-in",
        str(request),
        "-CA",
        str(authority.certificate),
        "-CAkey",
        str(authority.key),
        "-CAcreateserial",
        "-days",
        DAYS,
        "-extfile",
        str(extensions),
        "-out",
        str(pair.certificate),
    )
    return pair
