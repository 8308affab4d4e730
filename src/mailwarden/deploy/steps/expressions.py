"""Regular expressions of strangers: run only where it is known beforehand what that costs.

``re`` backtracks, and a repository may hold ``(a+)+$``.  A clock would make a report depend on the
machine, so each pattern is measured instead.  From its tree, as Python's own parser gives it, and
from the text comes a bound of the steps that a search takes: for every place where it may begin,
the ways in which the repetitions can share what stands there (for ``.*`` the longest line, for
``\\s*`` the longest run of blanks; one way where what follows cannot begin within the run).  Above
``MOST`` steps for each character nothing is run and the step is open by the task's name.  Of the
patterns of real roles all are far below; a repetition of something that can match in several ways
is above it on any text that it fits.

A line with a hole is met by what is known in front of the hole: ``sure`` follows the pattern
through it with all of its ways at once, so that ``^relayhost\\s*=`` is known to fit
``relayhost = {{ x }}``, and ``^myhostname`` not to.

What Python refuses in some version and takes in another is open: the host's version is not known.
"""

from __future__ import annotations

import re
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr, Generic

from .outcome import FailsError, OpenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NEW = sys.version_info >= (3, 11)
_sre: Any = import_module("re._constants" if _NEW else "sre_constants")
_parser: Any = import_module("re._parser" if _NEW else "sre_parse")

# Longer than any pattern of a task, and with more groups.
LONGEST = 1000
MOST_GROUPS = 40
# Steps for each character of the text; real patterns stay below a tenth of it.
MOST = 1000
# So many items behind a repetition may end it.
NEAR = 4
# Steps through what stands in front of a hole.
MOST_SURE = 20_000

_REPEATS = (_sre.MAX_REPEAT, _sre.MIN_REPEAT)
_SINGLE = (_sre.LITERAL, _sre.NOT_LITERAL, _sre.ANY, _sre.IN)
_LOOKS = (_sre.ASSERT, _sre.ASSERT_NOT)
# What Python has from 3.11 on.
_RECENT = tuple(
    getattr(_sre, name) for name in ("POSSESSIVE_REPEAT", "ATOMIC_GROUP") if hasattr(_sre, name)
)
# What a later Python refuses, or an earlier.
_DISPUTED = ("global flags not at the start", "multiple repeat", "unknown extension ?>")
_HUGE = 1 << 60
_LINE = r"[^\n]"


class Expression(Generic[AnyStr]):
    """A pattern that is run within bounds.

    Raises ``FailsError`` for one that Python refuses, ``OpenError`` for one that some versions
    refuse or that is too long.
    """

    def __init__(self, source: AnyStr, flags: int = 0) -> None:
        opening = source.count("(") if isinstance(source, str) else source.count(b"(")
        if len(source) > LONGEST or opening > MOST_GROUPS:
            raise OpenError
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            try:
                self._tree = _parser.parse(source, flags)
                self.compiled: re.Pattern[AnyStr] = re.compile(source, flags)
            except DeprecationWarning as error:
                raise OpenError from error
            except (re.error, OverflowError, ValueError) as error:
                if any(words in str(error) for words in _DISPUTED):
                    raise OpenError from error
                raise FailsError(f"{source!r} is no regular expression: {error}") from error
        self._items = list(self._tree)
        if any(op in _RECENT for op in _operations(self._items)):
            raise OpenError
        self.flags = self.compiled.flags

    def search(self, subject: AnyStr) -> re.Match[AnyStr] | None:
        """The first match; raises ``OpenError`` where it could take too long."""
        if self.flags & re.DOTALL and self._items and _is_rest(*self._items[0]):
            # What fits anywhere behind ``.*`` fits from the beginning.
            self._measure(subject, 1)
            return self.compiled.match(subject)
        self.measure(subject)
        return self.compiled.search(subject)

    def measure(self, subject: AnyStr) -> None:
        """Raises ``OpenError`` where looking through the subject could take too long."""
        self._measure(subject, 0)

    def _measure(self, subject: AnyStr, starts: int) -> None:
        """The same; ``starts`` is at how many places a match is tried, 0 for all of them."""
        for is_close in (False, True):
            cost = _Cost(subject, self.flags, is_close)
            _ways, work = cost.sequence(self._items)
            bound = len(subject) + 1 + (starts or cost.starts(self._items)) * work
            if bound <= MOST * (len(subject) + 100):
                return
        raise OpenError

    @property
    def anchored(self) -> bool:
        """Whether every match begins where a line does, or the subject."""
        return _anchored(self._items)

    def sure(self, known: AnyStr) -> bool | None:
        """Whether a line fits that begins so and goes on in a way that is not known.

        ``None``: that depends on how it goes on.
        """
        starts = {0} if self.anchored else set(range(len(known) + 1))
        try:
            ends, touched = self._through(known, starts, _without_rest(self._items))
        except OpenError:
            return None
        if ends:
            return True
        return None if touched or not self.anchored else False

    def touches(self, known: AnyStr, starts: set[int]) -> bool:
        """Whether a match that begins at one of the offsets may go beyond what is known.

        Raises ``OpenError`` where that cannot be said.
        """
        return self._through(known, starts, self._items)[1]

    def covers(self, known: AnyStr) -> bool:
        """Whether a line that begins so fits, and the match takes the rest of it, whatever it is.

        Raises ``OpenError`` where that cannot be said.
        """
        items = _without_rest(self._items)
        ends, touched = self._through(known, {0}, items)
        return len(items) < len(self._items) and bool(ends) and not touched

    def _through(self, known: AnyStr, starts: set[int], items: list[Any]) -> tuple[set[int], bool]:
        """Where matches end in what is known, and whether one goes on beyond it."""
        ways = _Ways(known, self.flags)
        return ways.sequence(items, starts), ways.open


def _operations(items: list[Any]) -> Iterator[Any]:
    for op, argument in items:
        yield op
        for inner in _inside(op, argument):
            yield from _operations(inner)


def _inside(op: Any, argument: Any) -> list[list[Any]]:
    """The sequences that an item holds."""
    if op in _REPEATS or op in _RECENT[:1]:
        return [list(argument[2])]
    if op is _sre.SUBPATTERN:
        return [list(argument[3])]
    if op is _sre.BRANCH:
        return [list(arm) for arm in argument[1]]
    if op in _LOOKS:
        return [list(argument[1])]
    if op is _sre.GROUPREF_EXISTS:
        return [list(arm) for arm in argument[1:] if arm is not None]
    return [list(argument)] if op in _RECENT else []


def _anchored(items: list[Any]) -> bool:
    """Whether every match begins where the subject does."""
    if not items:
        return False
    op, argument = items[0]
    if op is _sre.AT:
        return argument in (_sre.AT_BEGINNING, _sre.AT_BEGINNING_STRING)
    if op is _sre.SUBPATTERN or op is _sre.BRANCH:
        return all(_anchored(inner) for inner in _inside(op, argument))
    return False


def _is_rest(op: Any, argument: Any) -> bool:
    """Whether an item is ``.*``, in a group or alone."""
    if op is _sre.SUBPATTERN:
        inner = list(argument[3])
        return len(inner) == 1 and _is_rest(*inner[0])
    if op is not _sre.MAX_REPEAT:
        return False
    low, high, one = argument
    return bool(low == 0 and high is _sre.MAXREPEAT and len(one) == 1 and one[0][0] is _sre.ANY)


def _without_rest(items: list[Any]) -> list[Any]:
    """The items without a final ``.*$``, or ``.*``, which fit however a line goes on."""
    if len(items) > 1 and items[-1] == (_sre.AT, _sre.AT_END) and _is_rest(*items[-2]):
        return items[:-2]
    return items[:-1] if items and _is_rest(*items[-1]) else items


class _Cost:
    """Bounds of the ways in which items match at one place, and of the steps that they take."""

    def __init__(self, subject: str | bytes, flags: int, is_close: bool) -> None:
        self._string = subject if isinstance(subject, str) else subject.decode("latin-1")
        self._flags = flags
        # Whether it is looked at what ends a repetition, which takes longer.
        self._is_close = is_close
        self._runs: dict[str, int] = {}
        # Which characters there are, and which of them an item fits.
        self._signs = frozenset(self._string)
        self._fits: dict[str, set[str] | None] = {}

    def starts(self, items: list[Any]) -> int:
        """No fewer than the places where more than the first character is tried."""
        string, size = self._string, len(self._string) + 1
        if self._flags & re.IGNORECASE:
            return size
        head, at = "", 0
        if items and items[0] == (_sre.AT, _sre.AT_BEGINNING):
            if not self._flags & re.MULTILINE:
                return 1
            head, at = "\n", 1
        while at < len(items) and items[at][0] is _sre.LITERAL:
            head += chr(items[at][1])
            at += 1
        if not head:
            return size
        # They may overlap.
        return (string.count(head) + 1) * len(head)

    def sequence(self, items: list[Any], behind: Sequence[Any] = ()) -> tuple[int, int]:
        """The ways and the steps of items that follow each other; ``behind`` is what follows."""
        ways = work = 1
        for at, (op, argument) in enumerate(items):
            after = [*items[at + 1 : at + 1 + NEAR], *behind]
            more, steps = self._item(op, argument, after)
            work = min(_HUGE, work + ways * steps)
            ways = min(_HUGE, ways * more)
        return ways, work

    def _item(self, op: Any, argument: Any, behind: list[Any]) -> tuple[int, int]:
        if op in _REPEATS:
            low, high, inner = argument
            return self._repeat(low, high, inner, behind)
        if op is _sre.GROUPREF:
            return 1, len(self._string) + 1
        cost, after = self, behind
        if op in _LOOKS or (op is _sre.SUBPATTERN and any(argument[1:3])):
            # With flags of its own a group may fit something else.
            cost, after = _Cost(self._string, self._flags, False), []
        arms = [cost.sequence(one, after) for one in _inside(op, argument)]
        if not arms:
            return 1, 1
        work = sum(steps for _ways, steps in arms)
        if op in _LOOKS:
            return 1, work
        return sum(ways for ways, _steps in arms) + (op is _sre.GROUPREF_EXISTS), work

    def _repeat(self, low: int, high: int, inner: Any, behind: list[Any]) -> tuple[int, int]:
        items = list(inner)
        if len(items) == 1 and items[0][0] in _SINGLE:
            most = min(high, self._run(*items[0]))
            if self._is_close and self._ends_it(items, behind):
                # What follows begins where the run ends, and is tried at each place before.
                return 1, 2 * (most + 1)
            return max(1, most - low + 1), most + 1
        ways, work = self.sequence(items)
        least = max(1, int(inner.getwidth()[0]))
        turns = min(int(high), len(self._string) // least + 1)
        if ways == 1:
            return turns + 1, turns * work + 1
        if turns * ways.bit_length() > 60:
            return _HUGE, _HUGE
        every = (turns + 1) * ways**turns
        return every, every * work

    def _ends_it(self, items: list[Any], behind: list[Any]) -> bool:
        """Whether nothing that is repeated can begin what follows the repetition."""
        repeated, first = self._first(items), self._first(behind)
        return repeated is not None and first is not None and repeated.isdisjoint(first)

    def _first(self, items: list[Any]) -> set[str] | None:
        """The characters of the subject with which items may begin; ``None``: not known."""
        found: set[str] = set()
        for op, argument in items[:NEAR]:
            if op is _sre.BRANCH or (op is _sre.SUBPATTERN and not any(argument[1:3])):
                arms = [self._first(arm) for arm in _inside(op, argument)]
                return None if None in arms else found.union(*(arm for arm in arms if arm))
            low, turn = 1, [(op, argument)]
            if op in _REPEATS:
                low, turn = argument[0], list(argument[2])
            one = self._fitting(*turn[0]) if len(turn) == 1 and turn[0][0] in _SINGLE else None
            if one is None:
                return None
            found |= one
            if low:
                return found
        return None

    def _fitting(self, op: Any, argument: Any) -> set[str] | None:
        """The characters of the subject that an item fits; ``None``: not known."""
        key = f"{op} {argument}"
        if key not in self._fits:
            try:
                fitting = {one for one in self._signs if _fits(op, argument, ord(one), self._flags)}
            except OpenError:
                self._fits[key] = None
            else:
                self._fits[key] = fitting
        return self._fits[key]

    def _run(self, op: Any, argument: Any) -> int:
        """No less than the longest run of what the item stands for."""
        if op is _sre.ANY and not self._flags & re.DOTALL:
            return self._longest(_LINE)
        if op is _sre.LITERAL and not self._flags & re.IGNORECASE:
            return self._longest(re.escape(chr(argument)))
        if op is _sre.IN and len(argument) == 1 and argument[0][0] is _sre.CATEGORY:
            return self._longest(_CATEGORIES[argument[0][1]])
        if op is _sre.IN and argument[0][0] is _sre.NEGATE and (_sre.LITERAL, 10) in argument:
            return self._longest(_LINE)
        return len(self._string)

    def _longest(self, one: str) -> int:
        """The longest run of what a pattern of one character fits."""
        if one not in self._runs:
            ascii_alone = 0 if self._flags & re.UNICODE else re.ASCII
            found = re.compile(f"(?:{one})+", ascii_alone).finditer(self._string)
            self._runs[one] = max((match.end() - match.start() for match in found), default=0)
        return self._runs[one]


class _Ways(Generic[AnyStr]):
    """Every place to which items lead through what is known; ``open`` if one leads beyond it."""

    def __init__(self, known: AnyStr, flags: int) -> None:
        self._codes = list(known) if isinstance(known, bytes) else list(map(ord, known))
        self._flags = flags
        self._left = MOST_SURE + 10 * len(known)
        self.open = False

    def sequence(self, items: list[Any], starts: set[int]) -> set[int]:
        for op, argument in items:
            if not starts:
                break
            starts = self._item(op, argument, starts)
        return starts

    def _item(self, op: Any, argument: Any, starts: set[int]) -> set[int]:
        self._left -= len(starts)
        if self._left < 0:
            raise OpenError
        if op in _SINGLE:
            return self._single(op, argument, starts)
        if op is _sre.AT:
            return self._place(argument, starts)
        if op in _REPEATS:
            low, high, inner = argument
            return self._repeat(int(low), int(high), list(inner), starts)
        if op is _sre.BRANCH or (op is _sre.SUBPATTERN and not any(argument[1:3])):
            arms = [self.sequence(inner, starts) for inner in _inside(op, argument)]
            return set().union(*arms)
        raise OpenError

    def _single(self, op: Any, argument: Any, starts: set[int]) -> set[int]:
        codes, end = self._codes, len(self._codes)
        self.open = self.open or end in starts
        return {at + 1 for at in starts if at < end and _fits(op, argument, codes[at], self._flags)}

    def _place(self, where: Any, starts: set[int]) -> set[int]:
        codes, end = self._codes, len(self._codes)
        lines = bool(self._flags & re.MULTILINE)
        if where in (_sre.AT_BEGINNING, _sre.AT_BEGINNING_STRING):
            inside = lines and where is _sre.AT_BEGINNING
            return {at for at in starts if not at or (inside and codes[at - 1] == 10)}
        if where in (_sre.AT_END, _sre.AT_END_STRING):
            inside = lines and where is _sre.AT_END
            # A line end may be the last character.
            last = {end - 1} if end and codes[-1] == 10 else set()
            self.open = self.open or not starts.isdisjoint({end} | last)
            return {at for at in starts if inside and at < end and codes[at] == 10}
        raise OpenError

    def _repeat(self, low: int, high: int, inner: list[Any], starts: set[int]) -> set[int]:
        for _turn in range(min(low, len(self._codes) + 1)):
            starts = self.sequence(inner, starts)
        ends, turn = set(starts), low
        while starts and turn < high:
            starts = self.sequence(inner, starts) - ends
            ends |= starts
            turn += 1
        return ends


def _fits(op: Any, argument: Any, code: int, flags: int) -> bool:
    """Whether an item that stands for one character stands for this one."""
    if op is _sre.ANY:
        return code != 10 or bool(flags & re.DOTALL)
    if flags & re.IGNORECASE and code >= 0x80:
        raise OpenError
    if op is _sre.LITERAL or op is _sre.NOT_LITERAL:
        return _same(argument, code, flags) is (op is _sre.LITERAL)
    negated = argument[0][0] is _sre.NEGATE
    return any(_in(one[0], one[1], code, flags) for one in argument[negated:]) is not negated


def _cases(code: int, flags: int) -> set[int]:
    if flags & re.IGNORECASE and code < 0x80:
        return {ord(chr(code).lower()), ord(chr(code).upper())}
    return {code}


def _same(code: int, other: int, flags: int) -> bool:
    return other in _cases(code, flags)


def _in(op: Any, argument: Any, code: int, flags: int) -> bool:
    if op is _sre.LITERAL:
        return _same(argument, code, flags)
    if op is _sre.RANGE:
        return any(argument[0] <= one <= argument[1] for one in _cases(code, flags))
    wanted = _CATEGORIES[argument]
    ascii_alone = not flags & re.UNICODE
    return bool(re.compile(wanted, re.ASCII if ascii_alone else 0).match(chr(code)))


_CATEGORIES: dict[Any, str] = {
    _sre.CATEGORY_DIGIT: r"\d",
    _sre.CATEGORY_NOT_DIGIT: r"\D",
    _sre.CATEGORY_SPACE: r"\s",
    _sre.CATEGORY_NOT_SPACE: r"\S",
    _sre.CATEGORY_WORD: r"\w",
    _sre.CATEGORY_NOT_WORD: r"\W",
}
