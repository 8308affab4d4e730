# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a parameter is for one program of one service: ``-o`` over main.cf over the default.

A program reads its parameters through ``Parameters``::

    parameters = Parameters("smtpd", main, service, assume)
    parameters.value("smtpd_tls_security_level")   # Value of a str, or of Undecided
    parameters.flag("smtpd_tls_wrappermode")       # Value of a bool, or of Undecided
    parameters.words("inet_interfaces")            # Value of a list, each word a str or Undecided
    parameters.failures                            # what the program dies of, as it was met

Every value carries the settings that made it, in order: its own first, then what it refers to.

Source: postconf(5); mail_conf and its get_mail_conf functions of Postfix.
"""

from __future__ import annotations

import re

from ...patterns import lazy
from ...text.values import Known, Setting, Undecided, Value, causes, reason
from .macros import MARK, MacroError, expand
from .shown import cut, option_setting
from .written import PROGRAM, Found, Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, NamedTuple, Sequence, TypeVar

    from ...text.assume import Assumptions
    from .defaults import Row
    from .services import Service
    from .syntax import Main

    Made = TypeVar("Made")
else:
    from ...tuples import NamedTuple

COMMA_BLANK = ", \t\r\n"
NONE: frozenset[str] = frozenset()
# How much of a value a sentence shows.
SENTENCE = 100

_NUMBER = lazy(r"\s*[-+]?[0-9]+\Z")
_TIME = lazy(r"[0-9]+[smhdw]?\Z", re.IGNORECASE)


class Failure(NamedTuple):
    """What a program dies of, and the settings behind it."""

    message: str
    causes: tuple[Setting, ...]

    def shown(self, program: str) -> tuple[Setting, ...]:
        """What ``program`` dies of in words, and the settings; a finding blames the last one."""
        return (reason(f"{program} dies: {self.message}"), *self.causes)


class _Expanded(NamedTuple):
    text: str
    names: tuple[str, ...]
    causes: tuple[Setting, ...]
    broken: str
    # The names that the expansion asked for.
    touched: frozenset[str]
    # The lists that the text was taken for, by their separators and whether braces count.
    lists: dict[tuple[str, bool], Known[list[str | Undecided]]]


class _Shared(NamedTuple):
    """What is made of parameters: of those that were asked for, and those that they refer to."""

    made: Any
    names: frozenset[str]
    asked: dict[str, _Expanded]
    failures: dict[Failure, None]


class Parameters:
    """The parameters of one program, as the service's command line and main.cf make them.

    ``service`` is ``None`` for what the master itself or a tool reads; ``main`` is ``None`` where
    there is no main.cf; ``missing`` says what decides what ``main`` does not set, where it is not
    the whole of one.  ``base`` are the same program's
    parameters without the service: what the service does not touch is taken from there.
    """

    def __init__(
        self,
        program: str,
        main: Main | None,
        service: Service | None,
        assume: Assumptions,
        missing: str = "",
        base: Parameters | None = None,
    ) -> None:
        self.program = program
        self.assume = assume
        self._failures: dict[Failure, None] = {}
        self._checked = False
        self.depth = 0
        self._main = main
        self._service = service
        self._written = Written(program, main, service, assume, missing)
        self._named = self._written.named
        self._memo: dict[str, _Expanded] = {}
        self._base = None if self._written.open else base
        # What services share, by its key.
        self._shared: dict[object, _Shared] = {}
        # What the program dies of in main.cf, and to what its parameters refer there, by name.
        self._broken: list[tuple[str, Failure]] | None = None
        self._referring: list[tuple[str, frozenset[str]]] = []
        self._stack: list[str] = []
        self._used: list[tuple[dict[Setting, None], set[str], set[str]]] = []

    # What a format asks.

    def value(self, name: str) -> Value[str]:
        """The parameter's text: a ``str`` or ``Undecided``; empty where nothing sets it."""
        found = self.expansion(name)
        if MARK in found.text:
            return Value(Undecided(*found.names), found.causes)
        return Value(found.text, found.causes)

    def flag(self, name: str) -> Value[bool]:
        """A boolean: ``yes`` or ``no`` in any case.  Everything else the program dies of."""
        value, why = self.value(name)
        if isinstance(value, Undecided):
            return Value(value, why)
        if value.lower() not in ("yes", "no"):
            self.fail(f"bad boolean value: {_quoted(name, value)}", why)
            return Value(False, why)
        return Value(value.lower() == "yes", why)

    def words(
        self, name: str, separators: str = COMMA_BLANK, braces: bool = False
    ) -> Known[list[str | Undecided]]:
        """A list's words; one that is not known, and may be several, is ``Undecided``.

        The same list is given to everybody who asks: it is not to be changed.
        """
        found = self.expansion(name)
        value = found.lists.get((separators, braces))
        if value is None:
            words: list[str | Undecided] = [*split_list(found.text, separators, braces)]
            if MARK in found.text:
                unknown = Undecided(*found.names)
                words = [unknown if MARK in str(word) else word for word in words]
            value = found.lists[separators, braces] = Known(words, found.causes)
        return value

    def shared(self, key: object, make: Callable[[Parameters], Made]) -> Made:
        """What ``make`` makes of the parameters, once for all services that touch none it asks for.

        It asks for what it needs before it returns.  What the program dies of in it, it dies of in
        each of these services.
        """
        base = self._without_service()
        if base is None:
            return make(self)
        known = base._shared.get(key)
        if known is None or not known.names.isdisjoint(self._named):
            known = self._recorded(make)
            if known.names.isdisjoint(self._named):
                base._shared[key] = known
        self._memo.update(known.asked)
        self._failures.update(known.failures)
        made: Made = known.made
        return made

    def _recorded(self, make: Callable[[Parameters], Any]) -> _Shared:
        outer = self._memo, self._failures
        self._memo, self._failures = {}, {}
        made, asked = make(self), self._memo
        names = frozenset(asked).union(*(one.touched for one in asked.values()))
        recorded = _Shared(made, names, asked, self._failures)
        self._memo, self._failures = outer
        return recorded

    def _without_service(self) -> Parameters | None:
        """The program's parameters without the service; ``None`` where it may set any of them."""
        return self if self._service is None else self._base

    def pieces(self, name: str) -> Known[str]:
        """The parameter's text with ``MARK`` for what is not known."""
        found = self.expansion(name)
        return Known(found.text, found.causes)

    def names(self, name: str) -> tuple[str, ...]:
        """What decides the parts of the parameter that are not known."""
        return self.expansion(name).names

    def is_set(self, name: str) -> bool:
        """Whether a file sets the parameter, as far as is known."""
        own = self.expansion(name).causes[:1]
        return any(setting.place is not None for setting in own)

    def is_overridden(self, name: str) -> bool:
        """Whether the service's own command line sets the parameter."""
        return name in self._named

    def known(self, name: str) -> bool:
        """Whether the program reads a parameter of this name."""
        return self._written.known(name)

    def fail(self, message: str, why: Sequence[Setting] = ()) -> None:
        """Note what the program dies of."""
        self._failures[Failure(message, tuple(why))] = None

    @property
    def failures(self) -> list[Failure]:
        """What the program dies of, as it was met."""
        return list(self._failures)

    def explicit(self) -> Iterator[str]:
        """The names that the command line or main.cf sets literally, each once."""
        yield from self._named
        if self._main is not None:
            for name in self._main.named:
                if name not in self._named:
                    yield name

    def check(self) -> list[Failure]:
        """What the program dies of: a value of the wrong kind among all that it reads."""
        if self._checked:
            return self.failures
        self._checked = True
        if self._service is not None:
            for option in self._service.options:
                if option.fatal:
                    self.fail(option.fatal, [option_setting(self._service, option)])
        names: Iterable[str] = self.explicit()
        base, own = self._without_service(), self._named.keys()
        if base is not None:
            for name, failure in base._broken_in_main():
                if name not in own and own.isdisjoint(base.expansion(name).touched):
                    self.fail(*failure)
            referring = (one for one, touched in base._referring if not own.isdisjoint(touched))
            names = [*own, *referring]
        for name in names:
            wrong = self._wrong(name)
            if wrong is not None:
                self.fail(*wrong)
        if self.is_set("inet_interfaces") or self.is_set("inet_protocols"):
            from . import interfaces

            interfaces.check(self)
        return self.failures

    def _broken_in_main(self) -> list[tuple[str, Failure]]:
        if self._broken is None:
            self._broken = []
            for name in self.explicit():
                failure = self._wrong(name)
                if failure is not None:
                    self._broken.append((name, failure))
                if name in self._memo and self._memo[name].touched:
                    self._referring.append((name, self._memo[name].touched))
        return self._broken

    # How it is found out.

    def raw(self, name: str) -> str | None:
        """Part of ``macros.Environment``."""
        found = self._written.find(name)
        self._touch(name, ())
        self._note(found)
        if found.text is None:
            return None
        # A default is expanded when the program starts, what a file says only when it is used.
        return found.text if self._is_explicit(found) else self.expansion(name).text

    def expanded(self, name: str) -> str:
        """Part of ``macros.Environment``."""
        found = self.expansion(name)
        self._touch(name, found.touched)
        if found.broken:
            raise MacroError(found.broken)
        self._note(found)
        return found.text

    def has_levels(self) -> bool:
        """Part of ``macros.Environment``."""
        # Defaults are written as the newest version has them; what they come to is the same.
        return not self._is_explicit(self._written.find(self._stack[-1])) or self.assume.since(
            PROGRAM, "3.6"
        )

    def write(self, characters: int) -> None:
        """Part of ``macros.Environment``."""
        self.assume.budget.write(characters, f"${self._stack[-1]}")

    def has_functions(self) -> bool:
        """Part of ``macros.Environment``."""
        return self.assume.since(PROGRAM, "3.11")

    def _note(self, found: Found | _Expanded) -> None:
        if self._used:
            settings, names, _touched = self._used[-1]
            settings.update(dict.fromkeys(found.causes))
            names.update(found.names)

    def _touch(self, name: str, further: Iterable[str]) -> None:
        if self._used:
            self._used[-1][2].add(name)
            self._used[-1][2].update(further)

    @staticmethod
    def _is_explicit(found: Found) -> bool:
        return any(setting.place is not None for setting in found.causes)

    def expansion(self, name: str) -> _Expanded:
        """The parameter with everything that led to it."""
        known = self._memo.get(name)
        if known is not None:
            return known
        if self._base is not None and not self._stack and name not in self._named:
            result = self._base.expansion(name)
            if self._named.keys().isdisjoint(result.touched):
                self._memo[name] = result
                if result.broken:
                    self.fail(f"{name}: {result.broken}", result.causes)
                return result
        if name in self._stack:
            return _Expanded("", (), (), f"${name} refers to itself", NONE, {})
        found = self._written.find(name)
        if found.text is None or ("$" not in found.text):
            result = _Expanded(found.text or "", found.names, found.causes, "", NONE, {})
        else:
            result = self._expand(name, found)
        self._memo[name] = result
        return result

    def _expand(self, name: str, found: Found) -> _Expanded:
        self._stack.append(name)
        self._used.append(({}, set(), set()))
        broken = ""
        try:
            text = expand(found.text or "", self)
        except MacroError as error:
            text, broken = "", str(error)
        self._stack.pop()
        used, unknown, touched = self._used.pop()
        settings = causes(found.causes, list(used))
        names = tuple(sorted(unknown.union(found.names)))
        if broken and not self._stack:
            self.fail(f"{name}: {broken}", settings)
        if MARK in text and not names:
            names = (name,)
        names = names if MARK in text else ()
        return _Expanded(text, names, settings, broken, frozenset(touched), {})

    def _wrong(self, name: str) -> Failure | None:
        """What the program dies of in a parameter; whoever asked for it before changes nothing."""
        row = self._written.row(name)
        # get_mail_conf_raw expands nothing.
        if row is None or row.kind == "raw" or not self.known(name):
            return None
        found = self.expansion(name)
        if found.broken:
            return Failure(f"{name}: {found.broken}", found.causes)
        if MARK in found.text:
            return None
        message = _unfit(name, found.text, row)
        if not message:
            return None
        own = self._written.find(name)
        if row.kind == "word" and len(split_list(own.text or "", braces=True)) > 1:
            # The words stand in its own line, not in what it refers to; the last is blamed.
            others = tuple(one for one in found.causes if one not in own.causes)
            return Failure(message, others + own.causes)
        return Failure(message, found.causes)


def _unfit(name: str, value: str, row: Row) -> str:
    """Why a value is not of its parameter's kind, as the program says it; empty where it is."""
    wrong = ""
    if row.kind in ("bool", "nbool"):
        fits = value.lower() in ("yes", "no")
        return "" if fits else f"bad boolean value: {_quoted(name, value)}"
    if row.kind in ("int", "nint", "long"):
        wrong = _wrong_number(value, _NUMBER, row.low, row.high)
    elif row.kind == "time":
        wrong = "" if _TIME.match(value) else "is no time"
    elif row.kind in ("str", "word"):
        wrong = "is empty" if len(value) < row.low else ""
        if row.kind == "word" and len(split_list(value)) > 1:
            wrong = "is more than one word"
    return f"bad value: {_quoted(name, value)} {wrong}" if wrong else ""


def _quoted(name: str, value: str) -> str:
    """A setting within a sentence, on one line and not too long."""
    return f"{name} = {cut(value, SENTENCE)}"


def _wrong_number(value: str, pattern: re.Pattern[str], low: int, high: int) -> str:
    if not pattern.match(value):
        return "is no number"
    number = int(value) if len(value) < 20 else 1 << 64
    # A bound of zero is none: check_mail_conf_int.
    if (low and number < low) or (high and number > high) or abs(number) >= 1 << 63:
        return "is out of range"
    return ""


def split_list(text: str, separators: str = COMMA_BLANK, braces: bool = False) -> list[str]:
    """The words of a list; with ``braces``, separators between braces do not count."""
    if not text:
        return []
    if not braces or "{" not in text:
        first = separators[0]
        for separator in separators[1:]:
            text = text.replace(separator, first)
        return [word for word in text.split(first) if word]
    found = []
    start, depth = -1, 0
    for at, character in enumerate(text):
        if character in separators and not depth:
            if start >= 0:
                found.append(text[start:at])
            start = -1
            continue
        start = at if start < 0 else start
        depth += character == "{"
        depth -= character == "}" and depth > 0
    if start >= 0:
        found.append(text[start:])
    return found
