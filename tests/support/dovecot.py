"""Dovecot files in memory, and what the reader makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import dovecot
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)

MAIN = "/etc/dovecot/dovecot.conf"
# TLS that works, and every protocol.
BEFORE = """\
protocols = imap pop3 lmtp submission sieve
submission_relay_host = relay.example.net
ssl_cert = </etc/ssl/mail.crt
ssl_key = </etc/ssl/mail.key
"""
SINCE = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap pop3 lmtp submission sieve
submission_relay_host = relay.example.net
ssl_server_cert_file = /etc/ssl/mail.crt
ssl_server_key_file = /etc/ssl/mail.key
"""
INSTALLED = {"/etc/ssl/mail.crt": "", "/etc/ssl/mail.key": "", "/etc/ssl/ca.crt": ""}


def source(files: Mapping[str, str] | None = None) -> MemorySource:
    """A host that has the certificates and these files, and nothing else."""
    held = {**INSTALLED, **(files or {})}
    return MemorySource({path: text.encode() for path, text in held.items()}, outside=False)


def unit(main: str | Text) -> Unit:
    return Unit("dovecot", MAIN, {"main": main if isinstance(main, Text) else Text.of(MAIN, main)})


def read(
    main: str | Text, version: str = "2.3.19", files: Mapping[str, str] | None = None
) -> Reading:
    """The reading where everything is decided, or stays open."""
    return dovecot.read(unit(main), source(files), Assumptions({"dovecot": version}))


def before(more: str, files: Mapping[str, str] | None = None) -> Reading:
    """What 2.3 makes of the settings, with TLS that works."""
    return read(BEFORE + more, "2.3.19", files)


def since(more: str, files: Mapping[str, str] | None = None) -> Reading:
    """What 2.4 makes of the settings, with TLS that works."""
    return read(SINCE + more, "2.4.1", files)


def alternatives(
    main: str | Text,
    files: Mapping[str, str] | None = None,
    programs: Mapping[str, str] | None = None,
) -> list[tuple[tuple[tuple[str, str], ...], Reading]]:
    """Every outcome with what it rests on."""
    outcomes, _open = explore(
        lambda assume: dovecot.read(unit(main), source(files), assume), programs or {}
    )
    return outcomes


def endpoint(reading: Reading, port: int, address: str = "") -> Endpoint:
    """The endpoint on a port."""
    assert not reading.problems
    found = [one for one in reading.endpoints if (one.port, one.address) == (port, address)]
    assert len(found) == 1, [one.id for one in reading.endpoints]
    return found[0]


def bound(reading: Reading) -> list[str]:
    """Every endpoint as ``port tls``, with its address where it has one."""
    assert not reading.problems
    return sorted(
        f"{one.port} {one.tls}" + (f" {one.address}" if one.address else "")
        for one in reading.endpoints
        if one.side == "server"
    )


def seen(one: Endpoint) -> tuple[Any, ...]:
    """TLS, AUTH in clear, usable, what it requires."""
    return one.tls, one.cleartext_auth, one.usable, one.requires


def inside(one: Endpoint, network: str) -> dict[str, Any]:
    """What a network sees differently."""
    return {name: value for where, name, value in one.exceptions or () if where == network}
