"""A Postfix that only sends, and what the reader makes of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    client,
    configuration,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

RELAY = "relayhost = [h.example]:587\n"
LEVEL = "smtp_tls_security_level = "
CA = "smtp_tls_CApath = /etc/ssl/certs\n"
DNSSEC = "smtp_dns_support_level = dnssec\n"
LOGIN = RELAY + "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/etc/postfix/sasl\n"
# Security options that let passwords cross in clear.
ANY = "smtp_sasl_security_options = noanonymous\n"
MAIN, MASTER_PATH = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
MASTER = """\
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
local unix - n n - - local
virtual unix - n n - - virtual
tlsonly unix - - n - - smtp
  -o smtp_tls_wrappermode=yes
  -o smtp_tls_security_level=encrypt
"""


def unit_of(main: str | Text, master: str = MASTER) -> Unit:
    text = main if isinstance(main, Text) else Text.of(MAIN, main)
    return Unit("postfix", MAIN, {"main": text, "master": Text.of(MASTER_PATH, master)})


def read_with(unit: Unit, assume: Assumptions, files: dict[str, str]) -> Reading:
    reading = Reading()
    source = MemorySource({path: text.encode() for path, text in files.items()})
    client.add(configuration.configuration(unit, assume), source, reading)
    return reading


def reading(
    main: str, master: str = MASTER, version: str = "3.10", files: dict[str, str] | None = None
) -> Reading:
    return read_with(unit_of(main, master), Assumptions({"postfix": version}), files or {})


def endpoints(*args: Any, **named: Any) -> dict[str, Endpoint]:
    return {one.name: one for one in reading(*args, **named).endpoints}


def shown(one: Endpoint, names: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
