# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""YAML as a tree of nodes, made of PyYAML's events.

Nothing here imports PyYAML: it is handed in, by the command, or on a node as ansible-core brings
it.  Its parser gives events and calls itself nowhere; its composer does, once for each level.  The
C parser is taken where there is one.
"""

from __future__ import annotations

from ..patterns import lazy
from .nested import DEEPEST, Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NamedTuple

    Compose = Callable[[str], "Node"]
else:
    from ..tuples import NamedTuple

STREAM, MAPPING, SEQUENCE, SCALAR = "stream", "mapping", "sequence", "scalar"
# What stands for another node, and what cannot be parsed.
ALIAS, ERROR = "alias", "error"
# What no YAML holds (YAML 1.2.2 section 5.1).
_YAML_UNPRINTABLE = lazy(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\ud800-\udfff]"
)
_YAML_FOREIGN = lazy("[\ud800-\udfff]")
_YAML_PROPERTY = lazy(r"&[^\s,\[\]{}]+|!<[^>\s]*>|!\S*")
_YAML_VOID = lazy(r"(?:\s+|#[^\n]*)*")


class Node(NamedTuple):
    """A piece of YAML and where it stands.

    ``kind`` is one of the words above.  A stream has its documents as ``children``, a sequence its
    items, a mapping its keys and values in turn, an alias the node that it stands for.  ``text`` is
    what a scalar says, or why there is an error, which is the last child of a stream.  ``quoted``
    is a scalar's style: ``""`` plain, ``'"'``, ``"'"``, ``"|"``, ``">"``.  ``start`` to ``end`` is
    what is written, without tag and anchor; ``tag`` is as the parser resolves it, ``""`` for none.
    """

    kind: str
    text: str
    quoted: str
    start: int
    end: int
    children: tuple[Node, ...] = ()
    tag: str = ""


def composer(yaml: Any) -> Compose | None:
    """What makes nodes of a string with that module of PyYAML; ``None`` without one."""
    return None if yaml is None else lambda string: nodes(yaml, string)


def nodes(yaml: Any, string: str, unique: bool = False) -> Node:
    """The stream of documents that a string is; what stands before an error is in it.

    ``unique``: an anchor that a document has twice is an error, as it is to PyYAML's composer.
    """
    shift = 1 if string.startswith("\ufeff") else 0
    bad = _YAML_UNPRINTABLE.search(string)
    readable = _YAML_FOREIGN.sub("\ufffd", string[shift : bad.start() if bad else None])
    builder = _Builder(string, shift, unique)
    try:
        builder.build(yaml, readable)
        if bad:
            raise Malformed("a character that YAML does not permit", bad.start())
    except Malformed as error:
        builder.give_up(error)
    return builder.stream()


class _Open:
    """A collection that is not closed yet."""

    __slots__ = ("anchor", "children", "kind", "start", "tag")

    def __init__(self, kind: str, start: int, anchor: str = "", tag: str = "") -> None:
        self.kind = kind
        self.start = start
        self.anchor = anchor
        self.tag = tag
        self.children: list[Node] = []

    def closed(self, end: int) -> Node:
        children = tuple(self.children)
        if self.kind == MAPPING and len(children) % 2:
            # An error came between a key and its value.
            children = children[:-1]
        return Node(self.kind, "", "", self.start, max(self.start, end), children, self.tag)


class _Builder:
    """Makes nodes of events."""

    def __init__(self, string: str, shift: int, unique: bool) -> None:
        self._string = string
        self._shift = shift
        self._unique = unique
        self._seen: set[str] = set()
        self._stack = [_Open(STREAM, 0)]
        self._anchors: dict[str, Node] = {}
        self._at = 0

    def build(self, yaml: Any, readable: str) -> None:
        """Take all events; raises ``Malformed``."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        take = {
            yaml.DocumentStartEvent: self._document,
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._begin(MAPPING, event),
            yaml.SequenceStartEvent: lambda event: self._begin(SEQUENCE, event),
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
        }
        anchored = (yaml.ScalarEvent, yaml.CollectionStartEvent)
        try:
            for event in yaml.parse(readable, Loader=loader):
                handle = take.get(event.__class__)
                if handle is not None:
                    handle(event)
                if self._unique and isinstance(event, anchored):
                    self._once(event.anchor)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.index + self._shift if mark else self._at
            raise Malformed(f"no YAML: {error.problem}", at) from error
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # An escape or a version that only looks like a number.
            raise Malformed("no YAML: a character or number that cannot be", self._at) from error

    def _document(self, _event: Any) -> None:
        self._anchors.clear()
        self._seen.clear()

    def _once(self, anchor: str | None) -> None:
        """Raises ``Malformed`` for an anchor that the document has already."""
        if anchor in self._seen:
            raise Malformed("no YAML: an anchor that stands twice", self._at)
        if anchor:
            self._seen.add(anchor)

    def give_up(self, error: Malformed) -> None:
        """Close what is open, and add the error."""
        while len(self._stack) > 1:
            self._close(self._at)
        at = min(error.offset, len(self._string))
        self._stack[0].children.append(Node(ERROR, error.reason, "", at, at))

    def stream(self) -> Node:
        """What was made."""
        return self._stack[0].closed(len(self._string))

    def _add(self, node: Node, anchor: str) -> None:
        if anchor:
            self._anchors[anchor] = node
        self._stack[-1].children.append(node)
        self._at = max(self._at, node.end)

    def _span(self, event: Any) -> tuple[int, int]:
        """Where an event stands, without its properties."""
        start = event.start_mark.index + self._shift
        end = event.end_mark.index + self._shift
        if event.tag or event.anchor:
            property_ = _YAML_PROPERTY.match(self._string, start)
            while property_ is not None and property_.end() <= end:
                void = _YAML_VOID.match(self._string, property_.end())
                start = void.end() if void else start
                property_ = _YAML_PROPERTY.match(self._string, start)
        return min(start, end), end

    def _scalar(self, event: Any) -> None:
        start, end = self._span(event)
        style = event.style or ""
        if style in ("|", ">"):
            # The parser's span ends where the next line begins.
            end = start + len(self._string[start:end].rstrip("\r\n\t "))
        node = Node(SCALAR, event.value, style, start, end, (), event.tag or "")
        self._add(node, event.anchor or "")

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index + self._shift, event.end_mark.index + self._shift
        if any(one.anchor == event.anchor for one in self._stack):
            raise Malformed("an alias that stands for itself", start)
        node = self._anchors.get(event.anchor)
        if node is None:
            raise Malformed("an alias of nothing", start)
        self._add(Node(ALIAS, "", "", start, end, (node,)), "")

    def _begin(self, kind: str, event: Any) -> None:
        start, _end = self._span(event)
        if len(self._stack) > DEEPEST:
            raise Malformed(f"nested more than {DEEPEST} deep", start)
        self._stack.append(_Open(kind, start, event.anchor or "", event.tag or ""))

    def _end(self, event: Any) -> None:
        """A block ends with what is in it: the parser's mark is where the next thing begins."""
        start, end = event.start_mark.index, event.end_mark.index
        children = self._stack[-1].children
        self._close(end + self._shift if end > start or not children else children[-1].end)

    def _close(self, end: int) -> None:
        closed = self._stack.pop()
        self._add(closed.closed(end), closed.anchor)
