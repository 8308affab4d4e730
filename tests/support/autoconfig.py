"""Autoconfig files for tests."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Reading, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import autoconfig
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

from tests.support.holed import holed as of_parts

PATH = "mail/config-v1.1.xml"
NAMES = {"port": "port", "socket": "socketType", "auth": "authentication", "host": "hostname"}
RIGHT = {"host": "mail.example.com", "auth": "password-cleartext"}
HEAD = '<emailProvider id="example.com">\n<domain>example.com</domain>\n'


def entry(
    kind: str = "imap", port: str | None = "993", socket: str | None = "SSL", **more: str | None
) -> str:
    """A server entry; ``None`` leaves an element out, ``|`` makes several of one."""
    tag = "outgoingServer" if kind == "smtp" else "incomingServer"
    values = {**RIGHT, "port": port, "socket": socket, **more}
    lines = [
        f"<{NAMES[name]}>{one}</{NAMES[name]}>\n"
        for name, value in values.items()
        if value is not None
        for one in value.split("|")
    ]
    return f'<{tag} type="{kind}">\n{"".join(lines)}</{tag}>\n'


def document(*entries: str, head: str = HEAD) -> str:
    """A whole file; an incoming and an outgoing entry that are right end it."""
    right = entry(host="right.example.com") + entry("smtp", "465", host="right.example.com")
    return f"<clientConfig>\n{head}{''.join(entries)}{right}</emailProvider>\n</clientConfig>\n"


def holed(*parts: str | Hole) -> Text:
    """A text of the pieces."""
    return of_parts(PATH, *parts)


def unit(text: str | Text) -> Unit:
    """The file as the engine hands it over."""
    one = Text.of(PATH, text) if isinstance(text, str) else text
    return Unit("autoconfig", PATH, {"config": one})


def read(text: str | Text, assume: Assumptions | None = None) -> Reading:
    """What the format makes of it."""
    return autoconfig.read(unit(text), MemorySource({}), assume or Assumptions({}))
