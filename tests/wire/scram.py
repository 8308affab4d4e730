"""Both sides of a SCRAM-SHA-256 login (RFC 7677), in which no password crosses the wire."""

from __future__ import annotations

import base64
import hashlib
import hmac

from .accounts import PASSWORD, USER

CLIENT_FIRST = f"n,,n={USER},r=wire-test-nonce"
_SALT = b"wire-test-salt"
_ROUNDS = 4096


def client_final(server_first: str) -> str:
    """The client's proof that it knows the password, for what the server said to CLIENT_FIRST."""
    salt, rounds = base64.b64decode(_field(server_first, "s")), int(_field(server_first, "i"))
    final = f"c=biws,r={_field(server_first, 'r')}"
    spoken = ",".join((_bare(CLIENT_FIRST), server_first, final))
    key = _key(_salted(salt, rounds), b"Client Key")
    signature = _key(hashlib.sha256(key).digest(), spoken.encode())
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    return f"{final},p={base64.b64encode(proof).decode()}"


def first_answer(client_first: str) -> str:
    """The server's first message to the client's, which begins with its channel-binding flag."""
    salt = base64.b64encode(_SALT).decode()
    return f"r={_field(_bare(client_first), 'r')}wire,s={salt},i={_ROUNDS}"


def last_answer(client_first: str, server_first: str, client_final: str) -> str:
    """The server's proof that it knows the password too."""
    spoken = ",".join((_bare(client_first), server_first, client_final.rpartition(",p=")[0]))
    proof = _key(_key(_salted(_SALT, _ROUNDS), b"Server Key"), spoken.encode())
    return f"v={base64.b64encode(proof).decode()}"


def _salted(salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, rounds)


def _key(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _bare(client_first: str) -> str:
    return client_first.split(",", 2)[2]


def _field(message: str, name: str) -> str:
    return next(part[2:] for part in message.split(",") if part.startswith(f"{name}="))
