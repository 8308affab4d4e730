# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""XML: elements, attributes and character data, as ``markup`` reads them with expat.

A path is the names of elements from the root on, and ``"@name"`` for an attribute::

    ("clientConfig", "emailProvider", "incomingServer", 0, "hostname")
    ("clientConfig", "emailProvider", "incomingServer", 0, "@type")

The names that a variant calls lists are followed by their number among those of one parent, also if
there is one alone; others never are.  A value is what the parser makes of it, references and CDATA
resolved and blanks kept.  A document that declares entities is refused, and none is ever loaded.

An element with others in it is a leaf only if text stands between them.  If a hole does, it may be
any of them.  A hole inside of a tag, where no value is, leaves all of the document open.
"""

from __future__ import annotations

from .. import markup
from ..patterns import lazy
from ..text import HOLE
from ..text.values import Undecided
from .leaves import FIRST
from .nested import DEEPEST, Collected, Key, Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ..markup import Element
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Leaf, Leaves, Path
else:
    from ..tuples import NamedTuple

# An option of a hole that holds one of these decides where elements and values end.
STRUCTURE = "<>&\"'"
# How the content of an element is written, where it is not text alone: one section of CDATA, text
# with other markup in it, nothing at all.
CDATA, MIXED, EMPTY = "<![CDATA[", "<", "/>"
_XML_FORBIDDEN = lazy("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_QUOTED = {**_REFERENCES, '"': "&#34;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;"}


class Variant(NamedTuple):
    """How a program reads its XML: which elements it takes as lists, and which of two others."""

    lists: tuple[str, ...] = ()
    duplicates: str = FIRST


DEFAULT = Variant()


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The texts and attributes of a document, each under the names that lead to it."""
    reader = _Reader(text.settled(assume, STRUCTURE), assume, variant)
    try:
        reader.read()
    except markup.Malformed as error:
        reader.fail(Malformed(f"no XML: {error.reason}", error.offset))
    except Malformed as error:
        reader.fail(error)
    return reader.leaves()


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """A new value as it is written in the place of the old one.

    ``None`` for content with markup in it, for an element without an end tag, and for characters
    that no XML holds.
    """
    if leaf.quoted in (MIXED, EMPTY) or _XML_FORBIDDEN.search(new):
        return None
    if leaf.quoted == CDATA and "]]>" not in new and "\r" not in new:
        return f"{CDATA}{new}]]>"
    if leaf.quoted in ("", CDATA):
        return "".join(_REFERENCES.get(sign, sign) for sign in new)
    return leaf.quoted + "".join(_QUOTED.get(sign, sign) for sign in new) + leaf.quoted


class _Reader(Collected):
    """One pass over a text."""

    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        super().__init__(text, assume)
        self._lists = frozenset(variant.lists)

    def read(self) -> None:
        """Collect the leaves of a document; raises ``Malformed``, ours or that of ``markup``."""
        root = markup.parse(self.text.string)
        waiting = [(root, self._path((), root.name, {}), 1)]
        while waiting:
            element, path, depth = waiting.pop()
            if depth > DEEPEST:
                raise Malformed(f"nested more than {DEEPEST} deep", element.start)
            self._attributes(element, path)
            self._content(element, path)
            counts: dict[str, int] = {}
            below = [(one, self._path(path, one.name, counts), depth + 1)
                     for one in element.children]  # fmt: skip
            waiting.extend(reversed(below))

    def _path(self, parent: Path, name: str, counts: dict[str, int]) -> Path:
        if name not in self._lists:
            return (*parent, name)
        number = counts.get(name, 0)
        counts[name] = number + 1
        return (*parent, name, number)

    def _attributes(self, element: Element, path: Path) -> None:
        spans = markup.attribute_spans(self.text.string, element)
        for name, value in element.attributes.items():
            if name in spans:
                key, start, end = spans[name]
                quote = self.text.string[start - 1]
                entry = Key((*path, "@" + name), key, key + len(name), key)
                known = self.filled(value, start, end)
                self.leaf(entry, known, quote, start - 1, end + 1)

    def _content(self, element: Element, path: Path) -> None:
        start, end = element.opened, element.closed
        name = element.start + 1
        key = Key(path, name, name + len(element.name), element.start)
        if not element.children:
            known = self.filled(element.text, start, end)
            self._text(key, known, self._written(element), element)
            if self.may_be_container(start, end):
                self.unknown(path, self.text.hole_names(start, end), start, end)
        elif element.text.strip():
            names = self._own_holes(element) if HOLE in element.text else ()
            self._text(key, Undecided(*names) if names else element.text, MIXED, element)
            if names:
                self.unknown(path, names, start, end)

    def _text(self, key: Key, value: object, quoted: str, element: Element) -> None:
        before = len(self._leaves)
        self.leaf(key, value, quoted, element.opened, element.closed)  # type: ignore[arg-type]
        self._leaves[before].line_end = element.end

    def _written(self, element: Element) -> str:
        string, start, end = self.text.string, element.opened, element.closed
        if element.end == start:
            return EMPTY
        if string.find("<", start, end) < 0:
            return ""
        alone = string.startswith(CDATA, start) and string.find("]]>", start, end) == end - 3
        return CDATA if alone else MIXED

    def _own_holes(self, element: Element) -> tuple[str, ...]:
        """What decides the text of an element, without that of those in it."""
        names: list[str] = []
        at = element.opened
        for child in element.children:
            names += self.text.hole_names(at, child.start)
            at = child.end
        return tuple(dict.fromkeys([*names, *self.text.hole_names(at, element.closed)]))
