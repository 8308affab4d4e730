# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The entries of lookup tables, each with its place and the conditions under which it is asked.

Tables of patterns have blocks of ``if`` and ``endif``: what stands in one is asked where the
block's own pattern fits, so that is a condition of each entry in it.

Source: postmap(1), cidr_table(5), regexp_table(5), pcre_table(5); postmap.c, dict_thash.c,
dict_cidr.c, dict_pcre.c, dict_regexp.c, dict_inline.c and dict_stream.c of Postfix.
"""

from __future__ import annotations

import re

from ... import peers
from ...patterns import lazy
from ...text import HOLE, hole_shown
from ...text.values import Setting, Undecided
from .parameters import split_list
from .syntax import BLANK, BLANK_INSIDE, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, NamedTuple, Tuple, Union

    from ...text import Text
    from ...text.assume import Assumptions
    from .syntax import Line

    Known = Union[str, Undecided]
    # A setting of main.cf, or a line of a file with the parameter that names it.
    Origin = Union[Setting, Tuple[Line, str]]
else:
    from ...tuples import NamedTuple

# Tables that are compiled from the text file of the same name, or read from it as it is.
COMPILED = frozenset({"hash", "btree", "dbm", "sdbm", "cdb", "lmdb", "texthash"})
# What each kind of patterns takes behind the closing delimiter.
FLAGS = {"pcre": frozenset("imsxAEUX"), "regexp": frozenset("imx")}
PATTERNS = frozenset(FLAGS)
# Why Postfix refuses a table that stands in main.cf.
NO_EQUALS = (
    "no '=' in an entry of inline: (with blanks, {key = value}), so every lookup in it fails"
)
# Tables whose rules are tried in their order.
ORDERED = PATTERNS | {"cidr"}

_BLOCK = lazy(r"(if|endif)(?![0-9A-Za-z])", re.IGNORECASE)
_NEGATIONS = lazy(r"[! \t\n\v\f\r]*")
_PATTERN = lazy(r"([^\\])((?:\\.|(?!\1)[^\\])*)\1([^! \t\n\v\f\r]*)", re.DOTALL)
# postmap's key, in which quotes and backslashes keep blanks together.
_QUOTED = lazy(
    r'(?:\\.|"(?:\\.|[^"\\])*"|[^"\\ \t\n\v\f\r])*(?=[ \t\n\v\f\r]|\Z)',
    re.DOTALL,
)


class Entry:
    """One rule of a table.

    ``pattern`` says that the key is one (``pattern/flags``), and no plain text; ``!`` before the
    key turns it over.  ``within`` are the keys of the blocks around it, which have to fit too.
    ``fault`` is why the entry makes every lookup in its table fail.
    """

    __slots__ = ("_origin", "fault", "key", "pattern", "value", "within")

    def __init__(
        self,
        key: Known,
        value: Known,
        origin: Origin,
        pattern: bool = False,
        within: tuple[Known, ...] = (),
    ) -> None:
        self.key = key
        self.value = value
        self.pattern = pattern
        self.within = within
        self.fault = ""
        self._origin = origin

    @property
    def setting(self) -> Setting:
        """The entry as a setting: its own line, or the parameter in which it stands."""
        if isinstance(self._origin, Setting):
            return self._origin
        line, name = self._origin
        value = self.value if isinstance(self.value, str) else ""
        # Places cost, and most entries are never shown.
        shown = " ".join(written(line).split())
        return Setting(name, value, line.place(), shown)


class Entries(NamedTuple):
    """The entries of a table; ``lost`` are those whose key another one has, each with that one."""

    kept: list[Entry]
    lost: list[tuple[Entry, Entry]]


def written(line: Line) -> str:
    """The line as a reader sees it; a hole is shown by its name."""
    names = line.hole_names(0, len(line.string))
    return (
        line.string
        if not names
        else "{} {}".format(line.string.split()[0], ", ".join(map(hole_shown, names)))
    )


def inside(text: str) -> str:
    """What stands between braces; a text without them as it is."""
    return text[1:-1].strip(BLANK) if text[:1] == "{" and text[-1:] == "}" else text


def of_text(text: Text, kind: str, name: str, assume: Assumptions) -> Entries:
    """The entries of a file, named by the parameter ``name``.  ``text`` is settled.

    postmap skips what has no value, keeps the first of two equal keys and warns.  In a table that
    is read as it is, a key twice makes every lookup fail (dict_thash.c, unless a tool asks).
    """
    if kind in ORDERED:
        return Entries(list(_in_blocks(_rules(text, kind, name, assume), kind)), [])
    found: dict[object, Entry] = {}
    lost: list[tuple[Entry, Entry]] = []
    for line in lines(text)[0]:
        entry = _line(line, kind, name, assume)
        if entry is None or entry.value == "":
            continue
        known = entry.key.lower() if isinstance(entry.key, str) else len(found)
        first = found.setdefault(known, entry)
        if first is not entry:
            lost.append((entry, first))
            if kind == "texthash":
                entry.fault = f"{entry.key} stands twice in the table, so every lookup in it fails"
    return Entries(list(found.values()), lost)


def of_inline(text: str, kind: str, setting: Setting) -> Entries:
    """``{key = value}, ...`` or, for ordered tables, ``{pattern result}, ...``.

    A table with a piece that has no ``=``, as each word of ``{ key = value }`` with blanks and
    without braces of its own, is refused as a whole (seen with Postfix 3.7 and 3.10).
    """
    bodies = [inside(item) for item in split_list(text, braces=True)]
    if kind in ORDERED:
        rules = ((body, _rule(body, kind, setting)) for body in bodies)
        return Entries(list(_in_blocks(rules, kind)), [])
    found: dict[str, Entry] = {}
    lost: list[tuple[Entry, Entry]] = []
    for body in bodies:
        key, equals, value = body.partition("=")
        entry = Entry(key.strip(BLANK), value.strip(BLANK), setting)
        if not equals:
            # A piece may be a password, so none is quoted.
            entry.fault = NO_EQUALS
            return Entries([entry], [])
        # Here the last of two equal keys counts.
        before = found.get(str(entry.key).lower())
        if before is not None:
            lost.append((before, entry))
        found[str(entry.key).lower()] = entry
    return Entries(list(found.values()), lost)


def _rules(
    text: Text, kind: str, name: str, assume: Assumptions
) -> Iterator[tuple[str, Entry | None]]:
    for line in lines(text)[0]:
        yield line.string.strip(BLANK), _line(line, kind, name, assume)


def _in_blocks(rules: Iterable[tuple[str, Entry | None]], kind: str) -> Iterator[Entry]:
    """The entries with the conditions of their blocks; a block without an end has the rest."""
    around: list[tuple[Known, ...]] = []
    for text, entry in rules:
        block = _BLOCK.match(text)
        if block is None:
            if entry is not None and (entry.value != "" or kind in PATTERNS):
                entry.within = (*(key for keys in around for key in keys), *entry.within)
                yield entry
        elif block.group().lower() == "if":
            # Postfix skips an "if" that it cannot read, and not what follows.
            if entry is not None:
                around.append((entry.key, *entry.within))
        elif around:
            around.pop()


def _line(line: Line, kind: str, name: str, assume: Assumptions) -> Entry | None:
    whole = line.value(0, len(line.string), assume)
    origin = (line, name)
    if isinstance(whole, str):
        return _rule(whole.strip(BLANK), kind, origin)
    known = _rule(line.string[: line.string.find(HOLE)] + "?", kind, origin)
    if known is not None and known.value:
        # The key ends before what is not known.
        known.value = whole
        return known
    blank = BLANK_INSIDE.search(line.string)
    value = line.value(blank.start() if blank else len(line.string), len(line.string), assume)
    return Entry(whole, value.strip(BLANK) if isinstance(value, str) else value, origin)


def _rule(text: str, kind: str, origin: Origin) -> Entry | None:
    """One rule, or the head of a block; ``None`` for what Postfix skips with a warning."""
    if kind not in ORDERED:
        return _plain(text, origin)
    block = _BLOCK.match(text)
    if block is not None:
        text = text[block.end() :]
    elif kind in PATTERNS and text[:1].isalnum() and text[:1].isascii():
        return None
    return (
        _address(text, origin, block is not None)
        if kind == "cidr"
        else _pattern(text, kind, origin)
    )


def _plain(text: str, origin: Origin) -> Entry | None:
    if '"' in text or "\\" in text:
        quoted = _QUOTED.match(text)
        if quoted is None:
            return None
        end = quoted.end()
    else:
        blank = BLANK_INSIDE.search(text)
        end = blank.start() if blank else len(text)
    return Entry(text[:end], text[end:].strip(BLANK), origin)


def _negated(text: str) -> tuple[str, str]:
    """``!`` or nothing, and what follows: Postfix takes several, and blanks between them."""
    found = _NEGATIONS.match(text)
    end = found.end() if found else 0
    return "!" * (text.count("!", 0, end) % 2), text[end:]


def _address(text: str, origin: Origin, block: bool) -> Entry | None:
    mark, rest = _negated(text)
    entry = _plain(rest.strip(BLANK), origin)
    if entry is None or not isinstance(entry.key, str) or peers.parse(entry.key) is None:
        return None
    if block and entry.value:
        return None
    entry.key = mark + entry.key
    return entry


def _pattern(text: str, kind: str, origin: Origin) -> Entry | None:
    mark, rest = _negated(text)
    match = _PATTERN.match(rest)
    if match is None or set(match.group(3)) - FLAGS[kind]:
        return None
    key = f"{mark}{match.group(2)}/{match.group(3)}"
    rest = rest[match.end() :]
    if rest.startswith("!"):
        # /one/!/other/ of regexp: both have to fit.
        other = _pattern(rest, kind, origin) if kind == "regexp" else None
        if other is None:
            return None
        return Entry(key, other.value, origin, True, (other.key, *other.within))
    return Entry(key, rest.strip(BLANK), origin, True)
