# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an element of an autoconfig file says, as Thunderbird takes it."""

from __future__ import annotations

import re

from ...endpoint import Setting
from ...markup import attribute_span
from ...patterns import lazy
from ...text import HOLE, Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ...assume import Assumptions
    from ...markup import Element
    from ...text import Text
else:
    from ...tuples import NamedTuple

# Sanitizer.hostname: a name that may hold %PLACEHOLDERS%, a host name (RFC 1123), or an address.
_PLACEHOLDERS = lazy(r"[A-Za-z0-9.-]*(%[A-Z0-9]+%[A-Za-z0-9.-]*)+")
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = lazy(rf"(?=.{{1,255}}\Z)({_LABEL}\.)*{_LABEL}\.?", re.IGNORECASE)
_IPV6 = lazy(r"(?=[^:]*:[^:]*:)(?=.{1,60}\Z)[0-9A-Fa-f:]+(\d+\.\d+\.\d+\.\d+)?")
_PORT = lazy(r"\s*0*([0-9]{1,5})\s*", re.ASCII)
_LONGEST = 60


class Said(NamedTuple):
    """An element's value, and the element as a setting."""

    value: str | Undecided
    setting: Setting
    element: Element


def said(text: Text, element: Element, assume: Assumptions) -> Said:
    """What an element holds.

    One with attributes or elements of its own is an object to Thunderbird and equals no value.
    """
    start, end = element.opened, element.closed
    value: str | Undecided = element.text
    if element.children or element.attributes:
        value = ""
    elif text.has_hole(start, end):
        value = _filled(text, start, end, assume)
    place = text.place(element.start, element.end)
    shown = _shown(value)
    written = f"<{element.name}>{shown}</{element.name}>"
    return Said(value, Setting(element.name, shown, place, written), element)


def attribute(text: Text, element: Element, name: str, assume: Assumptions) -> Said:
    """An attribute's value, empty where there is none; its place is the start tag."""
    value: str | Undecided = element.attributes.get(name, "")
    span = attribute_span(text.string, element, name)
    if span is not None and text.has_hole(*span):
        value = _filled(text, *span, assume)
    place = text.place(element.start, element.opened)
    shown = _shown(value)
    return Said(value, Setting(name, shown, place, f'<{element.name} {name}="{shown}">'), element)


def _shown(value: str | Undecided) -> str:
    """A value as a report shows it; a hole as what decides it."""
    if isinstance(value, Undecided):
        return "{{{}}}".format(", ".join(value.depends_on))
    bare = value.strip()
    return bare if len(bare) <= _LONGEST else bare[:_LONGEST] + "…"


def _filled(text: Text, start: int, end: int, assume: Assumptions) -> str | Undecided:
    """A value with holes in it; what comes to be markup is not read again."""
    value = text.value(start, end, assume)
    if isinstance(value, str) and ("<" in value or "&" in value):
        return Undecided(*text.hole_names(start, end))
    return value


def loose(text: Text, element: Element) -> tuple[str, ...]:
    """The names of the holes that stand between an element's children: they may be any of them."""
    if HOLE not in element.text:
        return ()
    names = set(text.hole_names(element.opened, element.closed))
    for child in element.children:
        names -= set(text.hole_names(child.start, child.end))
    # A hole of the same name in a child hides it: then all of them may be meant.
    return tuple(sorted(names)) or text.hole_names(element.opened, element.closed)


def is_host(name: str) -> bool:
    """Whether Thunderbird takes a text for a host."""
    bare = name.strip()
    return any(pattern.fullmatch(bare) for pattern in (_PLACEHOLDERS, _NAME, _IPV6))


def port_number(written: str) -> int | None:
    """A port from 1 to 65535; ``None`` where the text is none."""
    match = _PORT.fullmatch(written)
    port = int(match.group(1)) if match else 0
    return port if 0 < port < 65536 else None


def socket_type(written: str) -> str:
    """The socketType that a misspelt one is one edit away from; empty where none is.

    ``plain`` is never meant by a word that is not that, and ``TLS`` may be either of the others.
    """
    word = "".join(char for char in written.upper() if char.isalpha())
    if word in ("SSL", "SSLTLS"):
        return "SSL"
    if word.startswith("START"):
        # The two names of the protocol are taken for each other.
        word = word.replace("SSL", "TLS")
    return "STARTTLS" if _is_near(word, "STARTTLS") else ""


def _is_near(one: str, other: str) -> bool:
    """Whether at most one character is missing, too many, another one, or before its neighbour."""
    if abs(len(one) - len(other)) > 1:
        return False
    pairs = zip(one, other)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    left, right = one[at:], other[at:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
