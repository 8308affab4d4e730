"""A file of variables as plain data in which every value knows where it is written.

Source: ansible-core 2.17 and 2.19, ``parsing/dataloader.py`` and the YAML constructor; PyYAML's
``flatten_mapping`` for ``<<``.  A key that stands twice counts where it stands last, of which
Ansible warns.  Which of two mappings counts that ``<<`` brings, and which of two equal keys of one,
depends on PyYAML's version (6.0.2 and 6.0.4 differ): such a mapping is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import yaml_nodes
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.nested import DEEPEST, MOST
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.yaml_nodes import Node
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Original, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from . import scalars

# What a value is.  Of a list or mapping each item says so for itself.
LITERAL = "literal"
TEMPLATE = "template"
# Encrypted: it is set, and nobody here knows to what.
VAULT = "vault"
# A text that Ansible never takes for a template.
UNSAFE = "unsafe"
# Set to what is not followed here: a date, binary data, a set.
OPEN = "open"

SIGNS = ("{{", "{%", "{#")
ENCRYPTED = "$ANSIBLE_VAULT"
_VAULTS = ("!vault", "!vault-encrypted")
_NOT_FOLLOWED = frozenset(scalars.YAML + name for name in ("set", "omap", "pairs", "binary"))
_MAPPINGS = ("", "!", scalars.YAML + "map")
_SEQUENCES = ("", "!", scalars.YAML + "seq")
_JSON_TYPES = ("__ansible_vault", "__ansible_unsafe")


class Written(NamedTuple):
    """How a scalar stands in its file: from where to where, and in which style of YAML."""

    original: Original
    start: int
    end: int
    quoted: str


class Value(NamedTuple):
    """A value and where it is written.

    ``plain`` is a scalar, a list of values, a mapping of keys to values, or ``None`` where nobody
    knows it; of an ``OPEN`` value that an expression gave it is what ``render`` knows of it.
    ``written`` is there for a scalar of a file; of a part of one it is the text that it has.
    """

    kind: str
    plain: Any
    place: Place
    written: Written | Text | None = None


class VarsFile(NamedTuple):
    """The variables of a file, and the keys that stand in it twice.

    Of an ``encrypted`` file not even the names are known.
    """

    path: str
    values: dict[str, Value]
    twice: tuple[Place, ...] = ()
    encrypted: bool = False


def read(text: Text, lists: bool = False) -> VarsFile:
    """The variables of a file; ``lists``: it may hold a list of mappings, as a ``vars_files`` may.

    Raises ``MailwardenError`` with the line for what is no YAML, no mapping, or too large.
    """
    if text.string.startswith(ENCRYPTED):
        return VarsFile(text.path, {}, encrypted=True)
    if not len(text):
        return VarsFile(text.path, {})
    original, _start, _end = text.span(0, len(text))
    reader = _Reader(original)
    root = reader.document()
    if root is None or (not root.plain and root.kind != OPEN):
        return VarsFile(text.path, {})
    mappings = root.plain if lists and isinstance(root.plain, list) else [root]
    values: dict[str, Value] = {}
    for one in mappings:
        if not isinstance(one.plain, dict):
            where = one.place
            raise MailwardenError("holds no mapping of variables", text.path, where.line)
        values.update((key, item) for key, item in one.plain.items() if isinstance(key, str))
    return VarsFile(text.path, values, tuple(reader.twice))


def document(text: Text) -> Value | None:
    """What a file holds, be it a mapping or not; ``None`` where it holds nothing.

    Raises as ``read`` does, and for a file that is encrypted.
    """
    if text.string.startswith(ENCRYPTED):
        raise MailwardenError("is encrypted", text.path)
    if not len(text):
        return None
    original, _start, _end = text.span(0, len(text))
    return _Reader(original).document()


def of_node(original: Original, node: Node) -> Value:
    """The value of a node of a file, such as the ``vars`` of a play; raises as ``read`` does."""
    return _Reader(original).value(node)


class _Read(NamedTuple):
    """A value, how many values it holds with every alias written out, and how deep."""

    value: Value
    size: int
    depth: int


class _Mapping(NamedTuple):
    """The keys of a mapping with their values, and whether one of them was there before."""

    pairs: dict[Any, Node]
    repeats: bool


class _Reader:
    """Makes values of the nodes of one file, of each node once."""

    def __init__(self, original: Original) -> None:
        self._original = original
        self._json = scalars.is_json(original.string)
        self._scalar: Callable[[Node, str], Any] = (
            scalars.of_json if self._json else scalars.of_yaml
        )
        self._made: dict[tuple[int, bool], _Read] = {}
        self._mappings: dict[int, _Mapping] = {}
        self._left = MOST
        self.twice: list[Place] = []

    def document(self) -> Value | None:
        """The only document; ``None`` where there is none."""
        string = self._original.string
        try:
            string.encode()
        except UnicodeEncodeError as error:
            raise self._error("holds a byte that is not UTF-8", error.start) from error
        stream = yaml_nodes.nodes(yaml, string, unique=True)
        for node in stream.children:
            if node.kind == yaml_nodes.ERROR:
                raise self._error(f"is not YAML: {node.text.removeprefix('no YAML: ')}", node.start)
        if len(stream.children) > 1:
            raise self._error("holds more than one document", stream.children[1].start)
        return self.value(stream.children[0]) if stream.children else None

    def value(self, node: Node) -> Value:
        """The value of a node; raises ``MailwardenError``."""
        return self._value(node, 0, False).value

    def _error(self, reason: str, offset: int) -> MailwardenError:
        line, column = self._original.position(offset)
        return MailwardenError(reason, self._original.path, line, column)

    def _place(self, node: Node) -> Place:
        line, column = self._original.position(node.start)
        end_line, end_column = self._original.position(node.end)
        start, end = self._original.byte(node.start), self._original.byte(node.end)
        return Place(self._original.path, line, column, end_line, end_column, start, end)

    def _spend(self, number: int, node: Node) -> None:
        self._left -= number
        if self._left < 0:
            raise self._error(f"holds more than {MOST:,} values, aliases written out", node.start)

    def _value(self, node: Node, depth: int, unsafe: bool) -> _Read:
        node = _behind(node)
        known = self._made.get((id(node), unsafe))
        if depth + (known.depth if known else 0) > DEEPEST:
            raise self._error(f"is nested more than {DEEPEST} deep", node.start)
        if known is None:
            self._spend(1, node)
            known = self._made[id(node), unsafe] = self._read(node, depth, unsafe)
        else:
            self._spend(known.size, node)
        return known

    def _read(self, node: Node, depth: int, unsafe: bool) -> _Read:
        tag = node.tag
        if tag == "!unsafe":
            unsafe = True
        if tag in _VAULTS:
            if node.kind != yaml_nodes.SCALAR or scalars.implied(node.text) != scalars.STR:
                raise self._error(f"holds a {tag} that is no text", node.start)
            return self._flat(VAULT, None, node)
        if node.kind == yaml_nodes.SCALAR:
            return self._text(node, unsafe)
        if tag in _NOT_FOLLOWED:
            return self._flat(OPEN, None, node)
        is_mapping = node.kind == yaml_nodes.MAPPING
        if tag != "!unsafe" and tag not in (_MAPPINGS if is_mapping else _SEQUENCES):
            raise self._error(f"the tag {scalars.shown(tag)} is not known", node.start)
        plain: dict[Any, Value] | list[Value]
        if is_mapping:
            try:
                pairs = self._mapping(node, depth).pairs
            except scalars.NotFollowed:
                return self._flat(OPEN, None, node)
            if self._json and any(key in pairs for key in _JSON_TYPES):
                return self._flat(OPEN, None, node)
            inner = [self._value(one, depth + 1, unsafe) for one in pairs.values()]
            plain = {key: one.value for key, one in zip(pairs, inner, strict=True)}
        else:
            inner = [self._value(one, depth + 1, unsafe) for one in node.children]
            plain = [one.value for one in inner]
        size = 1 + sum(one.size for one in inner)
        deepest = 1 + max((one.depth for one in inner), default=0)
        return _Read(Value(LITERAL, plain, self._place(node)), size, deepest)

    def _flat(self, kind: str, plain: Any, node: Node) -> _Read:
        written = None
        if node.kind == yaml_nodes.SCALAR:
            written = Written(self._original, node.start, node.end, node.quoted)
        return _Read(Value(kind, plain, self._place(node), written), 1, 1)

    def _text(self, node: Node, unsafe: bool) -> _Read:
        if node.tag == "!unsafe":
            # 2.17 takes the text for itself, 2.19 for what it would be without quotes.
            same = scalars.implied(node.text) == scalars.STR
            return self._flat(UNSAFE if same else OPEN, node.text if same else None, node)
        try:
            plain = self._scalar(node, self._original.string)
        except scalars.NotFollowed:
            return self._flat(OPEN, None, node)
        except ValueError as error:
            raise self._error(str(error), node.start) from error
        if not isinstance(plain, str):
            return self._flat(LITERAL, plain, node)
        if unsafe:
            return self._flat(UNSAFE, plain, node)
        is_template = any(sign in plain for sign in SIGNS)
        return self._flat(TEMPLATE if is_template else LITERAL, plain, node)

    # Mappings

    def _mapping(self, node: Node, depth: int) -> _Mapping:
        """The keys of a mapping; what ``<<`` brings gives way to its own.

        Raises ``NotFollowed`` where versions of PyYAML differ.
        """
        known = self._mappings.get(id(node))
        if known is not None:
            return known
        if depth > DEEPEST:
            raise self._error(f"is nested more than {DEEPEST} deep", node.start)
        brought: dict[Any, Node] = {}
        own: dict[Any, Node] = {}
        repeats = False
        for key, value in zip(node.children[::2], node.children[1::2], strict=True):
            if self._is_merge(key):
                more = self._merged(value, depth)
                if brought or more.repeats:
                    raise scalars.NotFollowed
                brought = more.pairs
                continue
            name = self._key(key)
            if name in own:
                self.twice.append(self._place(_behind(key)))
                repeats = True
            own[name] = value
        self._spend(len(brought), node)
        repeats = repeats or any(name in own for name in brought)
        self._mappings[id(node)] = _Mapping({**brought, **own}, repeats)
        return self._mappings[id(node)]

    def _merged(self, value: Node, depth: int) -> _Mapping:
        """The mapping that ``<<`` names."""
        node = _behind(value)
        mappings = [node]
        if node.kind == yaml_nodes.SEQUENCE:
            mappings = [_behind(one) for one in node.children]
        if any(one.kind != yaml_nodes.MAPPING for one in mappings):
            raise self._error("<< is followed by what is no mapping", value.start)
        found = [self._mapping(one, depth + 1) for one in mappings]
        if len(found) > 1:
            raise scalars.NotFollowed
        return found[0] if found else _Mapping({}, False)

    def _is_merge(self, key: Node) -> bool:
        key = _behind(key)
        if self._json or key.kind != yaml_nodes.SCALAR:
            return False
        return scalars.tag_of(key) == scalars.MERGE

    def _key(self, key: Node) -> Any:
        node = _behind(key)
        if node.kind == yaml_nodes.SCALAR and not node.tag.startswith("!"):
            if not self._json and scalars.tag_of(node) == scalars.EQUALS:
                return node.text
            try:
                return self._scalar(node, self._original.string)
            except (scalars.NotFollowed, ValueError):
                pass
        raise self._error("holds a key that is no plain value", key.start)


def _behind(node: Node) -> Node:
    while node.kind == yaml_nodes.ALIAS:
        node = node.children[0]
    return node
