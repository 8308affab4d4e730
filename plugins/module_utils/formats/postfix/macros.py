# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``$name`` and its relatives, expanded as Postfix does it.

What is not known travels through an expansion as one ``MARK`` character, so that a list keeps the
words around it.

Source: postconf(5), "The general format of the main.cf file"; mac_parse, mac_expand and
compat_level of Postfix.
"""

from __future__ import annotations

from ...patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Protocol

    class Environment(Protocol):
        """Where an expansion finds what it refers to."""

        depth: int

        def raw(self, name: str) -> str | None:
            """The parameter's text before expansion; ``None`` where nothing sets it."""

        def expanded(self, name: str) -> str:
            """The parameter's text after expansion."""

        def has_levels(self) -> bool:
            """Whether comparisons of compatibility levels (``<level``) are known: 3.6 and newer."""

        def write(self, characters: int) -> None:
            """Take the characters of an expansion from the budget."""

        def has_functions(self) -> bool:
            """Whether ``${name{argument}}`` is known: 3.11 and newer."""


# A noncharacter: no text means anything by it.
MARK = "\ufdd0"
# Postfix gives up at 100 and counts more finely.
DEPTH = 50

_WS = " \t\r\n"
_OPERATOR = "<>!=?+-*/~&|%"
_NAME = lazy(r"[A-Za-z0-9_]*")
_BRACES = lazy(r"[{}]")
_PARENTHESES = lazy(r"[()]")
_DIGITS = lazy(r"[0-9]+\Z")

_COMPARE: dict[str, Callable[[int], bool]] = {
    "==": lambda delta: delta == 0,
    "!=": lambda delta: delta != 0,
    "<": lambda delta: delta < 0,
    "<=": lambda delta: delta <= 0,
    ">=": lambda delta: delta >= 0,
    ">": lambda delta: delta > 0,
}


class MacroError(ValueError):
    """An expression that Postfix refuses; the program that needs it dies."""


def expand(pattern: str, environment: Environment) -> str:
    """The text with every reference replaced; what is not known becomes ``MARK``.

    Raises ``MacroError`` where Postfix gives up.
    """
    if "$" not in pattern:
        return pattern
    if environment.depth >= DEPTH:
        raise MacroError("references nest without end")
    environment.depth += 1
    try:
        return _expand(pattern, environment)
    finally:
        environment.depth -= 1


def _expand(pattern: str, environment: Environment) -> str:
    found = []
    size = at = 0
    while True:
        dollar = pattern.find("$", at)
        if dollar < 0:
            found.append(pattern[at:])
            break
        found.append(pattern[at:dollar])
        piece, at = _reference(pattern, dollar, environment)
        found.append(piece)
        size += len(piece)
    environment.write(size)
    return "".join(found)


def _reference(pattern: str, dollar: int, environment: Environment) -> tuple[str, int]:
    """What stands for the reference at ``dollar``, and the offset behind it."""
    at = dollar + 1
    opening = pattern[at : at + 1]
    if opening == "$":
        return "$", at + 1
    if opening in ("{", "("):
        end = _closed(pattern, at, opening)
        if end < 0:
            raise MacroError(f"truncated macro reference: {_shown(pattern[dollar:])}")
        body = pattern[at + 1 : end]
    else:
        match = _NAME.match(pattern, at)
        end = match.end() if match else at
        body = pattern[at:end]
        if pattern[end : end + 1] == MARK:
            # What is not known may go on with the name.
            return MARK, end + 1
        end -= 1
    if not body:
        raise MacroError(f"empty macro name: {_shown(pattern[dollar:])}")
    return _expression(body, environment), end + 1


def _closed(pattern: str, start: int, opening: str) -> int:
    level = 0
    signs = _BRACES if opening == "{" else _PARENTHESES
    for match in signs.finditer(pattern, start):
        level += 1 if match.group() == opening else -1
        if not level:
            return match.start()
    return -1


def _expression(body: str, environment: Environment) -> str:
    """A parameter, a comparison or a function, with what ``?`` and ``:`` make of it."""
    first = body.lstrip(_WS)
    if first.startswith("{"):
        truth, rest = _comparison(first, environment)
        if not rest:
            return MARK if truth is None else ("true" if truth else "")
        if rest[0] not in "?:":
            raise MacroError(f'"?" or ":" expected at {_shown(rest)}')
        return _choice(truth, rest, environment)
    match = _NAME.match(first)
    name = match.group() if match else ""
    rest = first[len(name) :].lstrip(_WS)
    if MARK in first[: len(name) + 1]:
        return MARK
    if rest.startswith("{"):
        return _function(name, rest, environment)
    if rest and rest[0] not in "?:":
        raise MacroError(f"bad name in {_shown(body)}")
    if not rest:
        return environment.expanded(name)
    return _choice(_holds(environment.raw(name)), rest, environment)


def _holds(raw: str | None) -> bool | None:
    """Whether a text is not empty; ``None`` where that is not known."""
    if not raw:
        return False
    return True if raw.strip(MARK) else None


def _function(name: str, rest: str, environment: Environment) -> str:
    if not environment.has_functions():
        raise MacroError(f"bad name at {_shown(name + rest)}")
    argument, rest = _payload(rest)
    if rest:
        raise MacroError(f"unexpected input at {_shown(rest)}")
    if name != "domain_to_ascii":
        raise MacroError(f"unknown function {_shown(name)}")
    value = expand(argument.strip(_WS), environment)
    return value if all(character < "\x80" for character in value) else MARK


def _payload(text: str) -> tuple[str, str]:
    """What stands between the braces that ``text`` begins with, and what follows them."""
    end = _closed(text, 0, "{")
    if end < 0:
        raise MacroError(f"unbalanced braces in {_shown(text)}")
    return text[1:end], text[end + 1 :].lstrip(_WS)


def _comparison(text: str, environment: Environment) -> tuple[bool | None, str]:
    left, rest = _payload(text)
    operator = rest[: len(rest) - len(rest.lstrip(_OPERATOR))]
    if operator not in _COMPARE:
        raise MacroError(f"a comparison was expected at {_shown(rest)}")
    rest = rest[len(operator) :]
    match = _NAME.match(rest)
    suffix = match.group() if match else ""
    if suffix:
        if suffix != "level" or not environment.has_levels():
            raise MacroError(f"bad operator suffix at {_shown(rest)}")
        rest = rest[len(suffix) :]
    rest = rest.lstrip(_WS)
    if not rest.startswith("{"):
        raise MacroError(f'"{{expression}}" expected at {_shown(rest)}')
    right, rest = _payload(rest)
    left, right = expand(left, environment), expand(right, environment)
    if MARK in left + right:
        return None, rest
    delta = _levels(left, right) if suffix else _plain(left, right)
    return _COMPARE[operator](delta), rest


def _plain(left: str, right: str) -> int:
    """Numbers are compared as numbers if both sides are digits alone, else as characters."""
    if _DIGITS.match(left) and _DIGITS.match(right):
        # Longer than any number that fits: Postfix dies of those.
        if len(left) > 18 or len(right) > 18:
            raise MacroError("bad conversion of {}".format(_shown(left + " " + right)))
        return int(left) - int(right)
    return (left > right) - (left < right)


def _levels(left: str, right: str) -> int:
    one, other = level(left), level(right)
    return (one > other) - (one < other)


def level(text: str) -> tuple[int, ...]:
    """A compatibility level as numbers that compare; raises ``MacroError`` where it is none."""
    unsigned = text.lstrip()
    parts = unsigned[unsigned.startswith("+") :].split(".")
    if len(text) > 40 or len(parts) > 3 or not all(part.isdecimal() for part in parts):
        raise MacroError(f"malformed compatibility level {_shown(text)}")
    numbers = (*map(int, parts), 0, 0)[:3]
    if max(numbers[1:]) > 1023:
        raise MacroError(f"malformed compatibility level {_shown(text)}")
    return numbers


def _choice(truth: bool | None, rest: str, environment: Environment) -> str:
    """What ``?{a}:{b}``, ``?a``, ``:{b}`` or ``:b`` gives."""
    chosen = {True: "", False: ""}
    operator = rest[0]
    rest = rest[1:]
    if operator == "?":
        chosen[True], rest = _operand(rest)
        if rest and rest[0] != ":":
            raise MacroError(f'":" expected at {_shown(rest)}')
        if rest:
            operator, rest = ":", rest[1:]
    if operator == ":":
        chosen[False], rest = _operand(rest)
        if rest:
            raise MacroError(f"unexpected input at {_shown(rest)}")
    if truth is None:
        one, other = expand(chosen[True], environment), expand(chosen[False], environment)
        return one if one == other else MARK
    return expand(chosen[truth], environment)


def _operand(text: str) -> tuple[str, str]:
    if text.lstrip(_WS).startswith("{"):
        return _payload(text.lstrip(_WS))
    return text, ""


def _shown(text: str) -> str:
    text = text.replace(MARK, "…")
    return '"%s"' % (text if len(text) <= 40 else text[:39] + "…")
