"""An authentication service that speaks Dovecot's protocol, with mechanisms as the case asks."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from .accounts import PASSWORD, USER

FLAGS = {
    "PLAIN": "plaintext",
    "LOGIN": "plaintext",
    "XOAUTH2": "plaintext",
    "OAUTHBEARER": "plaintext",
    "CRAM-MD5": "dictionary\tactive",
    "DIGEST-MD5": "dictionary\tactive\tmutual-auth",
    "SCRAM-SHA-256": "mutual-auth",
    "ANONYMOUS": "anonymous",
    "EXTERNAL": "",
}
_CHALLENGE = b"<1.2@wire.test>"


@contextlib.contextmanager
def service(path: Path, mechanisms: Sequence[str]) -> Iterator[None]:
    """Answer on the Unix socket `path` until the block is left."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        os.chmod(path, 0o666)
        listener.listen(32)
        threading.Thread(target=_accept, args=(listener, mechanisms), daemon=True).start()
        yield
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, mechanisms: Sequence[str]) -> None:
    number = 0
    while True:
        try:
            peer, _address = listener.accept()
        except OSError:
            return
        number += 1
        threading.Thread(target=_serve, args=(peer, mechanisms, number), daemon=True).start()


def _serve(peer: socket.socket, mechanisms: Sequence[str], number: int) -> None:
    started: dict[str, str] = {}
    with peer, contextlib.suppress(OSError):
        stream = peer.makefile("rwb")
        lines = ["VERSION\t1\t1"]
        lines += [f"MECH\t{name}\t{FLAGS[name]}".rstrip("\t") for name in mechanisms]
        lines += [f"SPID\t{os.getpid()}", f"CUID\t{number}", f"COOKIE\t{number:032x}", "DONE"]
        stream.write("".join(f"{line}\n" for line in lines).encode())
        stream.flush()
        for raw in stream:
            words = raw.decode().rstrip("\n").split("\t")
            if words[0] in ("AUTH", "CONT"):
                stream.write(_answer(words, started).encode() + b"\n")
                stream.flush()


def _answer(words: list[str], started: dict[str, str]) -> str:
    """One reply to AUTH or CONT; `started` remembers the mechanism of a request's number."""
    number = words[1]
    if words[0] == "AUTH":
        started[number] = words[2]
        given = [word[5:] for word in words if word.startswith("resp=")]
        if not given:
            return f"CONT\t{number}\t{_first_prompt(words[2])}"
        response = given[0]
    else:
        response = words[2]
    return _judge(number, started, base64.b64decode(response))


def _first_prompt(mechanism: str) -> str:
    prompts = {"LOGIN": b"Username:", "CRAM-MD5": _CHALLENGE}
    return base64.b64encode(prompts.get(mechanism, b"")).decode()


def _judge(number: str, started: dict[str, str], response: bytes) -> str:
    mechanism = started[number]
    if mechanism == "LOGIN":
        started[number] = "LOGIN password" if response == USER.encode() else "none"
        return f"CONT\t{number}\t{base64.b64encode(b'Password:').decode()}"
    if response == _expected(mechanism):
        return f"OK\t{number}\tuser={USER}"
    return f"FAIL\t{number}\tuser={USER}"


def _expected(mechanism: str) -> bytes | None:
    """The response that proves the account, where the mechanism is one that is played through."""
    if mechanism == "PLAIN":
        return f"\0{USER}\0{PASSWORD}".encode()
    if mechanism == "LOGIN password":
        return PASSWORD.encode()
    if mechanism == "CRAM-MD5":
        digest = hmac.new(PASSWORD.encode(), _CHALLENGE, hashlib.md5).hexdigest()
        return f"{USER} {digest}".encode()
    if mechanism == "XOAUTH2":
        return f"user={USER}\x01auth=Bearer {PASSWORD}\x01\x01".encode()
    return None
