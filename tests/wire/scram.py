"""The server's side of a SCRAM-SHA-256 login, for clients that send no password at all."""

from __future__ import annotations

import base64
import hashlib
import hmac

from .accounts import PASSWORD

_SALT = b"wire-test-salt"
_ROUNDS = 4096


def first_answer(client_first: str) -> str:
    """The server's first message to the client's, which begins with its channel-binding flag."""
    salt = base64.b64encode(_SALT).decode()
    return f"r={_field(_bare(client_first), 'r')}wire,s={salt},i={_ROUNDS}"


def last_answer(client_first: str, server_first: str, client_final: str) -> str:
    """The server's proof that it knows the password too."""
    spoken = ",".join((_bare(client_first), server_first, client_final.rpartition(",p=")[0]))
    salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), _SALT, _ROUNDS)
    key = hmac.new(salted, b"Server Key", hashlib.sha256).digest()
    proof = hmac.new(key, spoken.encode(), hashlib.sha256).digest()
    return f"v={base64.b64encode(proof).decode()}"


def _bare(client_first: str) -> str:
    return client_first.split(",", 2)[2]


def _field(message: str, name: str) -> str:
    return next(part[2:] for part in message.split(",") if part.startswith(f"{name}="))
