"""What an expression of a template may be.

A Python value, or:

``Unknown``   what nobody knows here: a fact, a name that a user sets;
``Unset``     a name that no file sets, a key that is not there;
``Pieces``    a string of which parts are not known;
``Choice``    one value for each answer of a question; names alone hold one;
``Raw``       a list or dictionary of the variables, whose strings are templates themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from jinja2 import nodes

from .limits import Failure, Limits

YES, NO = "yes", "no"
# More than this one value does not hold.
MOST = 60_000

# Functions of the language, where nobody sets a name of theirs; what most give is not known.
FUNCTIONS = (
    "range", "dict", "lookup", "query", "q", "now", "undef", "lipsum", "cycler", "joiner",
    "namespace", "omit",
)  # fmt: skip


class Ask(Exception):  # noqa: N818  a question, not an error
    """Something decides here that is not known: the statement is read once for each answer."""

    def __init__(self, question: str, answers: Iterable[str] = (YES, NO)) -> None:
        super().__init__(question)
        self.question = question
        self.answers = tuple(answers)


class Unknown:
    """A value that is not known.

    ``what`` is the expression that gives it; equal ones are equal values.  ``names`` are what
    decides it.  ``defined`` is ``None`` where not even that is known.
    """

    __slots__ = ("defined", "names", "what")

    def __init__(self, what: str, names: Iterable[str] = (), defined: bool | None = True) -> None:
        self.what = what
        self.names = tuple(dict.fromkeys(names)) or (what,)
        self.defined = defined


class Partly(Unknown):
    """A dictionary that is not known, of which some keys are."""

    __slots__ = ("known",)

    def __init__(self, what: str, known: dict[str, Any]) -> None:
        super().__init__(what)
        self.known = known


class Unset:
    """What is not there: ``root`` is the name that no file sets, empty where a key is missing.

    ``silent``: an ``if`` without ``else``, which prints nothing.
    """

    __slots__ = ("root", "silent", "what")

    def __init__(self, what: str, root: str = "", silent: bool = False) -> None:
        self.what = what
        self.root = root
        self.silent = silent


class Pieces:
    """A string: what is known of it and what is not, in order."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[str | Unknown]) -> None:
        self.parts = tuple(parts)


class Choice:
    """A value for each answer of a question."""

    __slots__ = ("options", "question")

    def __init__(self, question: str, options: dict[str, Any]) -> None:
        self.question = question
        self.options = options


class Raw:
    """A list or dictionary as a file has it."""

    __slots__ = ("value",)

    def __init__(self, value: list[Any] | dict[Any, Any]) -> None:
        self.value = value


class Known(NamedTuple):
    """What files say of a variable: its value, plain data, and where it is written.

    ``name`` is the variable's; ``supplied``: it holds as long as nobody says otherwise.
    """

    name: str
    value: Any
    place: Place | None = None
    supplied: str = ""


class Open(NamedTuple):
    """A variable that is set outside, by this name; ``None``: not even that is known."""

    name: str
    defined: bool | None = True


class Macro(NamedTuple):
    """A macro, with the names that it sees."""

    name: str
    node: nodes.Macro
    scopes: list[dict[str, Entry]]
    template: Any


class Module(NamedTuple):
    """A template that has been imported."""

    names: dict[str, Entry]


class Function(NamedTuple):
    """A function of the language: ``range``, ``lookup``.

    ``space`` is where the attributes of a namespace are.
    """

    name: str
    space: str = ""


class Method(NamedTuple):
    """A method of a plain value."""

    of: Any
    name: str


class Loop(NamedTuple):
    """What ``loop`` says in a loop."""

    names: dict[str, Any]


class Entry(NamedTuple):
    """A name's value in a template, and the variables that it was made of."""

    value: Any
    origins: tuple[Known, ...] = ()


OPAQUE = (Unknown, Unset, Macro, Module, Function, Method, Loop, Choice)


def pieces(parts: Iterable[str | Unknown]) -> str | Pieces:
    """A string of these parts; a plain one where all are known."""
    found: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    if all(isinstance(part, str) for part in found):
        return "".join(map(str, found))
    return Pieces(found)


def names_in(value: Any) -> tuple[str, ...]:
    """What decides a value, however deep; nothing where it is known."""
    found: dict[str, None] = {}
    for one in flat(value):
        if isinstance(one, Unknown):
            found.update(dict.fromkeys(one.names))
        elif isinstance(one, Pieces):
            found.update(dict.fromkeys(name for part in one.parts for name in names_in(part)))
        elif isinstance(one, Choice):
            found[one.question] = None
        elif isinstance(one, (Unset, Macro, Module, Function, Method, Loop)):
            found[getattr(one, "what", "") or getattr(one, "name", "loop")] = None
    return tuple(found)


def flat(value: Any) -> Iterator[Any]:
    """All that a value holds that holds nothing in its turn; ``Failure`` where that is too much."""
    waiting, left = [value], MOST
    while waiting:
        one = waiting.pop()
        left -= 1
        if left < 0:
            raise Failure
        if isinstance(one, Raw):
            one = one.value
        if isinstance(one, dict):
            waiting.extend([*one.values(), *one.keys()])
        elif type(one) in (list, tuple, set):
            waiting.extend(one)
        else:
            yield one


def copied(value: Any, limits: Limits, memo: dict[int, Any], depth: int = 0) -> Any:
    """A value that shares no list and no dictionary with another; what is one stays one."""
    if depth > 60:
        raise Failure
    if type(value) not in (list, dict, tuple, Choice):
        return value
    if id(value) in memo:
        return memo[id(value)][1]
    limits.step()
    again: Callable[[Any], Any] = lambda one: copied(one, limits, memo, depth + 1)  # noqa: E731
    made: Any
    if isinstance(value, dict):
        made = {}
        memo[id(value)] = (value, made)
        made.update((key, again(one)) for key, one in value.items())
    elif isinstance(value, list):
        made = []
        memo[id(value)] = (value, made)
        made.extend(again(one) for one in value)
    elif isinstance(value, Choice):
        made = Choice(value.question, {key: again(one) for key, one in value.options.items()})
    else:
        made = tuple(again(one) for one in value)
    memo[id(value)] = (value, made)
    return made


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in every reading."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Unknown):
        return bool(one.what == other.what and one.defined == other.defined)
    if isinstance(one, Unset):
        return bool(one.what == other.what)
    if isinstance(one, Pieces):
        return len(one.parts) == len(other.parts) and all(map(same, one.parts, other.parts))
    if isinstance(one, Choice):
        return one.question == other.question and same(one.options, other.options)
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (str, int, float, bytes)):
        return bool(one == other)
    return False
