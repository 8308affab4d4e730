"""Postfix files in memory, and what the reader makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    SERVER,
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)

# TLS that works and AUTH that is enabled, on a level that a test adds.
BASE = """\
compatibility_level = 3.6
mynetworks = 127.0.0.0/8, [::1]/128, 10.9.8.0/24
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
"""
SMTP = "smtp inet n - n - - smtpd\n"
SUBMISSION = "submission inet n - n - - smtpd\n"
SASL = "smtpd_sasl_auth_enable = yes\n"
MAY = "smtpd_tls_security_level = may\n"
CERT = "compatibility_level = 3.6\n" + MAY


def smtps(*more: str) -> str:
    return "smtps inet n - n - - smtpd\n" + "".join(f"  -o {one}\n" for one in more)


def submission(*more: str) -> str:
    return SUBMISSION + "".join(f"  -o {{ {one} }}\n" for one in more)


def unit(main: str | Text | None, master: str | Text | None) -> Unit:
    texts = {
        role: text if isinstance(text, Text) else Text.of(f"{role}.cf", text)
        for role, text in (("main", main), ("master", master))
        if text is not None
    }
    return Unit("postfix", "main.cf", texts)


def source(files: Mapping[str, str] | None = None, outside: bool | None = None) -> MemorySource:
    return MemorySource(
        {path: text.encode() for path, text in (files or {}).items()}, None, outside
    )


def read(
    main: str | Text | None,
    master: str | Text | None = SMTP,
    *,
    version: str = "3.7",
    files: Mapping[str, str] | None = None,
    outside: bool | None = None,
    mechanisms: str | None = "PLAIN LOGIN",
) -> Reading:
    """The reading where everything is decided, or stays open."""
    facts = {} if mechanisms is None else {"sasl-mechanisms:dovecot": mechanisms}
    assume = Assumptions({"postfix": version}, facts=facts)
    return postfix.read(unit(main, master), source(files, outside), assume)


def alternatives(
    main: str | Text | None,
    master: str | Text | None = SMTP,
    version: str = "3.7",
    files: Mapping[str, str] | None = None,
) -> list[tuple[dict[str, str], Reading]]:
    """Every alternative, with its answers."""
    found, _open = explore(
        lambda assume: postfix.read(unit(main, master), source(files), assume),
        {"postfix": version},
    )
    return [(dict(taken), reading) for taken, reading in found]


def servers(reading: Reading) -> dict[str, Endpoint]:
    """The server endpoints by name, with the address where one service has several."""
    return {one.id.partition(":")[2]: one for one in reading.endpoints if one.side == SERVER}


def server(*args: Any, **named: Any) -> Endpoint:
    """The only server endpoint."""
    (found,) = servers(read(*args, **named)).values()
    return found


def fields(endpoint: Endpoint, names: Iterable[str]) -> dict[str, Any]:
    """Some fields; an open one is what decides it, one that nothing shows is absent."""
    return {
        name: endpoint.undecided.get(name, getattr(endpoint, name))
        for name in names
        if name not in endpoint.not_applicable
    }
