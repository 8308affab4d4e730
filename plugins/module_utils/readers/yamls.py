# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""YAML, of nodes that are handed in (``yaml_nodes``).

Scalars stay as they are written: whether ``yes`` is true depends on the program's version of YAML
and is said by the dialect, for which the words are below.  Keys are text likewise.  Aliases and
merge keys (``<<``) are followed, as far as a file that people write needs it.  A tag that no schema
of YAML's own has, such as ``!vault``, makes its value undecided by that name.

A line that is nothing but a hole may bring keys or items; the rest is read without it.
"""

from __future__ import annotations

from ..endpoint import Problem
from ..patterns import lazy
from ..text import HOLE
from ..text.values import Undecided
from . import nested
from .leaves import ERROR as REFUSED
from .leaves import FIRST, Leaf
from .nested import DEEPEST, Collected, Key, Malformed
from .yaml_nodes import ALIAS, ERROR, MAPPING, SCALAR, SEQUENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match
    from typing import Callable, Iterator, NamedTuple

    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known, Leaves, Path
    from .yaml_nodes import Compose, Node
else:
    from ..tuples import NamedTuple

# Which documents of a stream a program reads.
EACH = "each"
# Plain scalars that are true, false or nothing: in YAML 1.1 as programs have it (PyYAML, and what
# libyaml's relatives do; none takes y and n), and in the core schema of YAML 1.2 (section 10.3.2).
TRUE_12 = ("true", "True", "TRUE")
FALSE_12 = ("false", "False", "FALSE")
TRUE_11 = (*TRUE_12, "yes", "Yes", "YES", "on", "On", "ON")
FALSE_11 = (*FALSE_12, "no", "No", "NO", "off", "Off", "OFF")
NULL = ("", "~", "null", "Null", "NULL")

_OWN = "tag:yaml.org,2002:"
_TEXT = _OWN + "str"
_PLAIN_TAGS = ("", *(_OWN + name for name in ("bool", "int", "float", "null")))
_COLLECTIONS = ("", *(_OWN + name for name in ("map", "seq", "omap", "set", "pairs")))
_YAML_STRUCTURE = lazy(r"[\n\r\"'#\[\]{}]|:[ \t]|:$|^[-?] |^[&*!|>%@`]")
_YAML_HOLES = lazy(f"(?m:^[ \t]*(?:{HOLE}[ \t]*)+\r?$)")
_YAML_EMPTY = lazy(r"(?:[ \t\r\n]+|#[^\n]*)*")
_YAML_BYTE = lazy("[\ud800-\udfff]")
_YAML_PLAIN = lazy(r"[A-Za-z0-9_./](?:[A-Za-z0-9_./@+=:-]*[A-Za-z0-9_./@+=-])?")
_YAML_PRINTABLE = lazy("[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_YAML_ESCAPED = lazy('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_LINE_SIGNS = "\u2028\u2029"


class Variant(NamedTuple):
    """How a program's YAML differs.

    ``duplicates`` says which of two equal keys of a mapping counts: most programs refuse them.
    ``documents`` is ``FIRST``, or ``EACH``: then a path begins with the document's number.
    ``merge`` says whether ``<<`` brings the keys of other mappings.
    """

    duplicates: str = REFUSED
    documents: str = FIRST
    merge: bool = True


DEFAULT = Variant()


class Fixed(Leaf):
    """A value that cannot be written anew.

    It counts in several places, by an alias or a merge key, and to change it would change them all;
    or nothing is written of it, not even a colon.
    """

    __slots__ = ()


def read(
    text: Text, assume: Assumptions, variant: Variant = DEFAULT, compose: Compose | None = None
) -> Leaves:
    """The scalars of a document, each under the keys and numbers that lead to it.

    ``compose`` makes nodes of a string.  Without it nothing is read, and a problem names PyYAML.
    """
    reader = _Reader(text.filled(assume, _decides), assume, variant)
    if compose is None:
        place = text.place(0, 0)
        message = "YAML is read with PyYAML, which is not installed here"
        return reader.leaves()._replace(problems=(Problem("unreadable", message, place),))
    reader.read(compose)
    return reader.leaves()


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """A new value as it is written in the place of the old one.

    ``None`` for a value that is ``Fixed``, and for characters that no YAML holds.
    """
    if isinstance(leaf, Fixed) or _YAML_BYTE.search(new):
        return None
    written = _written(leaf.quoted, new)
    return written if leaf.start < leaf.end else " " + written


def _written(quoted: str, new: str) -> str:
    plain = _YAML_PLAIN.fullmatch(new) and new != "..."
    if plain and (not quoted or quoted.startswith("!")):
        return new
    printable = _YAML_PRINTABLE.fullmatch(new) and not any(sign in new for sign in _LINE_SIGNS)
    if quoted != '"' and printable:
        return "'" + new.replace("'", "''") + "'"
    return '"' + _YAML_ESCAPED.sub(_escaped, new) + '"'


def _escaped(match: Match[str]) -> str:
    sign = match.group()
    return "\\" + sign if sign in '"\\' else f"\\u{ord(sign):04x}"


def _decides(text: Text, at: int) -> bool:
    """Whether a hole has an option that may be more than a part of a scalar."""
    options = [option for _label, option in text.holes[at].options if option is not None]
    return any(_YAML_STRUCTURE.search(option.string) for option in options)


def _shown_tag(tag: str) -> str:
    return "!!" + tag[len(_OWN) :] if tag.startswith(_OWN) else tag


class _Item(NamedTuple):
    """A node that is still to be read, what leads to it, and whether other places share it.

    ``line_end`` is where its entry ends, which may name the node by an alias.
    """

    node: Node
    key: Key
    shared: bool
    depth: int
    line_end: int


class _Reader(Collected):
    """One pass over a text."""

    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        super().__init__(text, assume)
        self._variant = variant
        # What is handed to the parser: as long as the text, offset by offset.
        self._string = text.string
        self._left_out: list[int] = []
        # Where the lines begin that a hole may have made what they are, if the parser gave up.
        self._open_from = len(self._string) + 1
        self._targets: set[int] = set()
        self._count = 0
        # What was found out about nodes, each of which may count in many places.
        self._names: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._values: dict[int, Known | Callable[[], Known]] = {}
        self._holes: dict[tuple[int, int], tuple[str, ...]] = {}

    def read(self, compose: Compose) -> None:
        foreign = _YAML_BYTE.search(self._string)
        if foreign:
            self.refuse(Malformed("a byte that is not UTF-8", foreign.start()))
        stream = self._composed(compose)
        self._targets = set(_targets(stream))
        try:
            self._documents(stream)
        except Malformed as error:
            self.fail(error)

    def _composed(self, compose: Compose) -> Node:
        """The stream; where lines of holes alone make it none, without them."""
        stream = compose(self._string)
        if not self.text.holes or not stream.children or stream.children[-1].kind != ERROR:
            return stream
        lines = [match.span() for match in _YAML_HOLES.finditer(self._string)]
        holes = [at for start, end in lines for at in self.text.hole_offsets(start, end)]
        signs = list(self._string)
        for at in holes:
            signs[at] = "#"
        without = "".join(signs)
        other = compose(without) if holes else stream
        if other.children and other.children[-1].kind == ERROR:
            first = min(self.text.holes)
            self._open_from = self._string.rfind("\n", 0, first) + 1
            return stream
        self._string, self._left_out = without, holes
        for at in holes:
            self.unknown((), self.text.hole_names(at, at + 1), at, at + 1)
        return other

    def _documents(self, stream: Node) -> None:
        each = self._variant.documents == EACH
        for number, node in enumerate(stream.children):
            if node.kind == ERROR:
                raise Malformed(node.text, node.start)
            if each or not number:
                path: Path = (number,) if each else ()
                key = Key(path, node.start, node.start, node.start)
                self._walk(_Item(node, key, False, 0, node.end))

    def _walk(self, first: _Item) -> None:
        waiting = [first]
        while waiting:
            item = waiting.pop()
            node = item.node
            while node.kind == ALIAS:
                node = node.children[0]
                item = item._replace(shared=True)
            if id(node) in self._targets:
                item = item._replace(shared=True)
            item = item._replace(node=node)
            if node.kind == SCALAR:
                self._scalar(item)
            elif node.tag not in _COLLECTIONS:
                self._tagged(item)
            elif item.depth >= DEEPEST:
                raise Malformed(f"nested more than {DEEPEST} deep", node.start)
            else:
                below = self._items if node.kind == SEQUENCE else self._entries
                waiting.extend(reversed(list(below(item))))

    def _spend(self, number: int, node: Node) -> None:
        self._count += number
        if self._count > nested.MOST:
            raise Malformed(f"more than {nested.MOST:,} values, aliases written out", node.start)

    def _items(self, item: _Item) -> Iterator[_Item]:
        parent = item.key
        self._spend(len(item.node.children) + 1, item.node)
        for number, node in enumerate(item.node.children):
            key = Key((*parent.path, number), node.start, node.start, node.start, parent.open)
            yield _Item(node, key, item.shared, item.depth + 1, node.end)

    def _entries(self, item: _Item) -> Iterator[_Item]:
        parent = item.key
        seen: set[str] = set()
        merged: list[Node] = []
        for key, value in self._pairs(item.node):
            if self._is_merge(key):
                merged.append(value)
                continue
            name, names = self._named(key)
            if names:
                if value.kind != SCALAR:
                    self.unknown((*parent.path, name), names, key.start, key.end)
            elif name in seen and self._variant.duplicates == REFUSED:
                self.refuse(Malformed("a key that stands twice", key.start))
            else:
                seen.add(name)
            is_open = parent.open or bool(names)
            inner = Key((*parent.path, name), key.start, key.end, key.start, is_open)
            yield _Item(value, inner, item.shared, item.depth + 1, value.end)
        for name, key, value in self._merged(merged, seen, parent.path, item.depth):
            inner = Key((*parent.path, name), key.start, key.end, key.start, parent.open)
            yield _Item(value, inner, True, item.depth + 1, value.end)

    def _pairs(self, node: Node) -> list[tuple[Node, Node]]:
        self._spend(len(node.children) // 2 + 1, node)
        return list(zip(node.children[::2], node.children[1::2]))

    def _is_merge(self, key: Node) -> bool:
        return self._variant.merge and (key.kind, key.text, key.quoted, key.tag) == (
            SCALAR, "<<", "", "",
        )  # fmt: skip

    def _merged(
        self, values: list[Node], seen: set[str], path: Path, depth: int
    ) -> Iterator[tuple[str, Node, Node]]:
        """The entries that merge keys bring.

        What stands in the mapping itself goes first; of two merge keys the later.  Which mapping of
        a list goes first hangs on the program: the earlier (https://yaml.org/type/merge.html), and
        the later with PyYAML 6.0.4.
        """
        for value in reversed(values):
            node = _behind(value)
            each = map(_behind, node.children) if node.kind == SEQUENCE else (node,)
            brought: dict[str, tuple[Node, Node]] = {}
            for one in each:
                if depth >= DEEPEST:
                    raise Malformed(f"nested more than {DEEPEST} deep", one.start)
                names = self._decides(one.start, one.end) if one.kind == SCALAR else ()
                if names or one.tag not in _COLLECTIONS:
                    names = names or (_shown_tag(one.tag),)
                    self.unknown(path, names, value.start, value.end)
                elif one.kind != MAPPING:
                    self.refuse(Malformed("<< is followed by what is no mapping", value.start))
                else:
                    for name, key, held in self._brought(one, set(), path, depth + 1):
                        if brought.setdefault(name, (key, held))[1] is not held:
                            brought[name] = key, held._replace(kind=SCALAR, tag="<<")
            for name, (key, held) in brought.items():
                if name not in seen:
                    seen.add(name)
                    yield name, key, held

    def _brought(
        self, node: Node, seen: set[str], path: Path, depth: int
    ) -> Iterator[tuple[str, Node, Node]]:
        inner: list[Node] = []
        own: dict[str, tuple[Node, Node]] = {}
        for key, value in self._pairs(node):
            name, names = self._named(key)
            if self._is_merge(key):
                inner.append(value)
            elif names:
                self.unknown(path, names, key.start, key.end)
            else:
                own[name] = key, value
        for name, (key, value) in own.items():
            if name not in seen:
                seen.add(name)
                yield name, key, value
        yield from self._merged(inner, seen, path, depth)

    def _named(self, key: Node) -> tuple[str, tuple[str, ...]]:
        """A key's text, and what decides it if a hole is in it or touches it."""
        node = _behind(key)
        known = self._names.get(id(node))
        if known is None:
            name = node.text if node.kind == SCALAR else self._string[node.start : node.end]
            touched = self.beside(node.start, node.end)
            names = self.text.hole_names(node.start, node.end)
            known = name, names or (touched.depends_on if touched is not None else ())
            self._names[id(node)] = known
        return known

    def _decides(self, start: int, end: int) -> tuple[str, ...]:
        """What decides a span, which may be asked for often."""
        known = self._holes.get((start, end))
        if known is None:
            known = self._holes[start, end] = self.text.hole_names(start, end)
        return known

    def _tagged(self, item: _Item) -> None:
        """A value whose tag says that it is something else."""
        node, tag = item.node, _shown_tag(item.node.tag)
        names = (tag, *self._decides(node.start, node.end))
        self._leaf(item, Undecided(*names), "", node.start, node.end)
        self.unknown(item.key.path, names, node.start, node.end)

    def _scalar(self, item: _Item) -> None:
        node = item.node
        if node.tag not in (*_PLAIN_TAGS, _TEXT):
            self._tagged(item)
            return
        quoted = node.quoted or ("!!str" if node.tag == _TEXT else "")
        start, end = node.start, node.end
        names = self._following(end) if start == end and self.text.holes else ()
        if names:
            self._leaf(item, Undecided(*names), quoted, start, end)
            self.unknown(item.key.path, names, start, end)
            return
        if start == end and not item.shared:
            item, start = self._written_at(item)
            end = start
        self._leaf(item, self._value(node), quoted, start, end)
        if self.may_be_container(start, end):
            self.unknown(item.key.path, self._decides(start, end), start, end)

    def _leaf(
        self, item: _Item, value: Known | Callable[[], Known], quoted: str, start: int, end: int
    ) -> None:
        key = item.key
        kind = Fixed if item.shared else Leaf
        line_end = item.line_end if item.shared else max(end, key.end)
        touched = self.beside(start, end)
        if touched is None and end >= self._open_from:
            touched = Undecided(*self.text.hole_names(0, len(self.text)))
        if touched is None and self.text.holes and quoted in ("|", ">"):
            # What stands in the next line may belong to it.
            names = self._following(end)
            touched = Undecided(*names, *self._decides(start, end)) if names else None
        value = value if touched is None else touched
        leaf = kind(
            key.path, value, quoted, start, end, key.line_start, line_end, key.start, key.end
        )
        self.add(leaf, key.open)

    def _written_at(self, item: _Item) -> tuple[_Item, int]:
        """Where a value that is not written would stand: right behind the colon or dash."""
        key = item.key
        is_item = key.start == key.end
        least = 0 if is_item else key.end
        at = item.node.end
        while at > least and self._string[at - 1] in " \t\r\n":
            at -= 1
        if at <= least or self._string[at - 1] != ("-" if is_item else ":"):
            return item._replace(shared=True, line_end=max(item.line_end, key.end)), item.node.end
        if is_item:
            item = item._replace(key=key._replace(start=at, end=at, line_start=at))
        return item, at

    def _following(self, end: int) -> tuple[str, ...]:
        """What decides the holes that follow with nothing but blanks and comments between."""
        if (end, -1) not in self._holes:
            match = _YAML_EMPTY.match(self._string, end)
            last = match.end() if match else end
            self._holes[end, -1] = self.text.hole_names(end, last + 1)
        return self._holes[end, -1]

    def _value(self, node: Node) -> Known | Callable[[], Known]:
        known = self._values.get(id(node))
        if known is None:
            known = self._values[id(node)] = self.filled(node.text, node.start, node.end)
        return known


def _behind(node: Node) -> Node:
    while node.kind == ALIAS:
        node = node.children[0]
    return node


def _targets(stream: Node) -> Iterator[int]:
    """The nodes that an alias stands for."""
    waiting = [stream]
    while waiting:
        node = waiting.pop()
        if node.kind == ALIAS:
            yield id(node.children[0])
        else:
            waiting.extend(node.children)
