# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""XML with positions, read by expat.

Nothing outside of the text is ever loaded.  A document that declares entities, or values that
attributes have where nobody gives them, is refused: nobody's settings need them, and a few lines of
them expand to gigabytes.
"""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate
from xml.parsers.expat.errors import messages

from .patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# What people write has some hundred elements; files that are made to hurt have millions.
MOST_ELEMENTS = 20_000
_START_TAG = lazy(r"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
_ATTRIBUTE = lazy(r"""(?<=\s)([^\s="'<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARED = lazy(r"""\ufeff?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# A byte that is not UTF-8, as ``Text`` carries it: a lone surrogate.
_FOREIGN = lazy("[\ud800-\udfff]")


class Malformed(Exception):  # noqa: N818  the file's error, not ours
    """The text is no XML that is read: why, and at which offset."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Element:
    """An element and where it stands.

    ``start`` and ``end`` enclose all of it, ``opened`` and ``closed`` what is between its tags.
    ``text`` is its own character data, references resolved, without that of its children.
    """

    __slots__ = ("attributes", "children", "closed", "end", "name", "opened", "start", "text")

    def __init__(self, name: str, attributes: dict[str, str], start: int, opened: int) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""
        self.start = start
        self.opened = opened
        self.closed = opened
        self.end = opened

    def named(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]


def parse(string: str) -> Element:
    """The root element; ``Malformed`` where the string is not one XML document."""
    return _Reader(_one_encoding(string)).root


def attribute_span(string: str, element: Element, name: str) -> tuple[int, int] | None:
    """Where an attribute's value stands, without its quotes; ``None``: not in the start tag."""
    spans = attribute_spans(string, element).get(name)
    return None if spans is None else spans[1:]


def attribute_spans(string: str, element: Element) -> dict[str, tuple[int, int, int]]:
    """Where each attribute's name begins, and where its value stands, without its quotes."""
    spans: dict[str, tuple[int, int, int]] = {}
    for match in _ATTRIBUTE.finditer(string, element.start, element.opened):
        start, end = match.span(2) if match.group(2) is not None else match.span(3)
        spans.setdefault(match.group(1), (match.start(), start, end))
    return spans


def _one_encoding(string: str) -> str:
    """The string as characters only.

    What another encoding says beyond ASCII is never part of a setting that counts here, so a
    document that declares one is read with its foreign bytes replaced, one for one.
    """
    if string.isascii():
        return string
    foreign = _FOREIGN.search(string)
    if foreign is None:
        return string
    declared = _DECLARED.match(string)
    encoding = declared.group(1).lower() if declared else "utf-8"
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise Malformed(f"a byte that is not {encoding.upper()}", foreign.start())
    return _FOREIGN.sub("\ufffd", string)


class _Reader:
    """One run of expat over a string."""

    def __init__(self, string: str) -> None:
        self._string = string
        self._offset = _offsets(string)
        self._open: list[Element] = []
        self._text: list[list[str]] = []
        self._count = 0
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity
        self._parser.AttlistDeclHandler = self._default
        self._parser.SkippedEntityHandler = self._skipped
        self.root = self._read()

    def _read(self) -> Element:
        try:
            self._parser.Parse(self._string, True)
        except ExpatError as error:
            at = self._offset(max(0, self._parser.ErrorByteIndex))
            raise Malformed(messages.get(error.code, "not well-formed"), at) from error
        return self._root

    def _here(self) -> int:
        return self._offset(self._parser.CurrentByteIndex)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._here()
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise Malformed(f"more than {MOST_ELEMENTS} elements", start)
        tag = _START_TAG.match(self._string, start)
        element = Element(name, attributes, start, tag.end() if tag else start + 1)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._text.append([])

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._text.pop())
        if not self._string.startswith("/>", element.opened - 2):
            element.closed = self._here()
            element.end = self._string.find(">", element.closed) + 1

    def _characters(self, data: str) -> None:
        self._text[-1].append(data)

    def _entity(self, *_declared: object) -> None:
        raise Malformed("a document that declares entities is not read", self._here())

    def _default(
        self, _element: str, name: str, _type: str, value: str | None, _required: bool
    ) -> None:
        # Each element would get a copy.
        if value is not None:
            reason = f"a document that gives {name[:30]} a value of its own is not read"
            raise Malformed(reason, self._here())

    def _skipped(self, name: str, _parameter: bool) -> None:
        raise Malformed(f"nothing here says what &{name}; is", self._here())


def _offsets(string: str) -> Callable[[int], int]:
    """What gives a character's offset for a byte's; expat asks in their order."""
    if string.isascii():
        return int
    data = string.encode("utf-8")
    done = [0, 0]

    def offset(index: int) -> int:
        if index < done[0]:
            done[:] = 0, 0
        done[1] += len(data[done[0] : index].decode("utf-8", "replace"))
        done[0] = index
        return done[1]

    return offset
