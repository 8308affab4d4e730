"""Files of dialects for tests, and what their clients come to in few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils import dialects
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.edit import apply
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore

from tests.support import contract
from tests.support.holed import holed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
        Endpoint,
        Reading,
    )

# What a program does: host, port, mode, whether it logs in and may do so in cleartext, and how far
# it checks the certificate.  "?" is what is not known, "-" what nothing shows.
FIELDS = ("host", "port", "tls", "auth", "cleartext_auth", "certificate_verified")


def text(path: str, string: str) -> Text:
    """The text of a file, with a hole for each ``{{ name }}``."""
    parts = re.split(r"\{\{ (\w+) \}\}", string)
    return holed(path, *(Hole(part) if at % 2 else part for at, part in enumerate(parts)))


def unit(name: str, string: str, path: str = "") -> Unit:
    """A file as the engine hands it over."""
    path = path or next(iter(contract.files(name, "secure")))
    return Unit(name, path, {"config": text(path, string)})


def readings(
    name: str,
    string: str,
    path: str = "",
    files: Mapping[str, str] | None = None,
    programs: Mapping[str, str] | None = None,
) -> list[Reading]:
    """What a file comes to, once for each answer to what it leaves open."""
    one = unit(name, string, path)
    source = MemorySource({key: value.encode() for key, value in (files or {}).items()})
    outcomes, _open = explore(lambda assume: dialects.read(one, source, assume), programs or {})
    return [reading for _conditions, reading in outcomes]


def told(endpoint: Endpoint) -> str:
    """What an endpoint shows, in the order of ``FIELDS``."""
    if endpoint.usable is False:
        return f"{endpoint.host} {endpoint.port} unusable"
    return " ".join(_word(endpoint, name) for name in FIELDS)


def _word(endpoint: Endpoint, field: str) -> str:
    value = getattr(endpoint, field)
    if value is None:
        return "?" if field in endpoint.undecided else "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def clients(
    name: str,
    string: str,
    path: str = "",
    files: Mapping[str, str] | None = None,
    programs: Mapping[str, str] | None = None,
) -> list[str]:
    """The clients of a file in words; those of further alternatives behind a word ``or``."""
    alternatives: list[list[str]] = []
    for reading in readings(name, string, path, files, programs):
        words = [told(endpoint) for endpoint in reading.endpoints]
        if words not in alternatives:
            alternatives.append(words)
    joined = alternatives[0]
    for words in alternatives[1:]:
        joined = [*joined, "or", *words]
    return joined


def fixed(name: str, string: str, field: str, value: str, path: str = "") -> str | None:
    """The file with the fix that gives its clients' field that value; ``None`` if there is none."""
    one = unit(name, string, path)
    endpoints = readings(name, string, path)[0].endpoints
    fix = dialects.edit(one, endpoints, field, value)
    return apply(string.encode(), fix.edits).decode() if fix else None
