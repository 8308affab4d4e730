# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a configuration says: a literal, or undecided by name; and the settings behind it.

Values are joined without looking whether they are decided::

    port = of(int, written)                              # open where the text is
    plain = all_of(login, of(lambda mode: mode == NONE, tls))

An open value makes the result open by its names, unless another one decides alone.  To a type
checker the value of ``Value[int]`` is ``int | Undecided``, so it reports code that forgets the
second.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Generic, Iterable, NamedTuple, Sequence, Union

    from typing_extensions import TypeVar

    from .place import Place

    T = TypeVar("T", default=Any, covariant=True)
    K = TypeVar("K")
    R = TypeVar("R")
    # A question's answer: yes, no, or "that depends on ...".
    Answer = Union[bool, "Undecided"]
else:
    from ..tuples import NamedTuple


class Undecided:
    """A value that depends on something outside the files.

    ``depends_on`` names what decides it: a variable, a missing file, a program's version.
    ``pieces`` are what is known of its text and what is open, in order; none if nothing is known.
    """

    __slots__ = ("depends_on", "pieces")

    def __init__(self, *depends_on: str, pieces: Sequence[str | Undecided] = ()) -> None:
        self.depends_on = tuple(sorted(set(depends_on)))
        self.pieces = tuple(pieces)

    def __repr__(self) -> str:
        return "Undecided({})".format(", ".join(self.depends_on))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecided) and self.depends_on == other.depends_on

    def __hash__(self) -> int:
        return hash(self.depends_on)

    def __bool__(self) -> bool:
        # `if value:` on an undecided value would be a guess.
        raise TypeError(f"an undecided value is neither true nor false: {self!r}")


class Setting(NamedTuple):
    """One thing that a configuration says, or a default of the program that has it.

    ``place`` is ``None`` for a default; ``text`` is what a reader of the file sees, or a sentence
    that says whose default it is and why it counts.
    """

    name: str
    value: str
    place: Place | None
    text: str


class Shipped(Setting):
    """A setting that a package ships and that no file at hand has."""

    __slots__ = ()


if TYPE_CHECKING:

    class Value(NamedTuple, Generic[T]):
        """A value, ``Undecided`` where it is open, and the settings behind it, in order."""

        value: T | Undecided
        causes: tuple[Setting, ...] = ()

    class Known(NamedTuple, Generic[T]):
        """A value that is never open as a whole: a list, of which single words may be."""

        value: T
        causes: tuple[Setting, ...] = ()

else:

    class Value(NamedTuple):
        """A value, ``Undecided`` where it is open, and the settings behind it, in order."""

        value: object
        causes: tuple = ()

    # Every class costs a start more than a function does.
    Known = Value


NOTHING: Value[None] = Value(None)


def default(program: str, name: str, value: str, why: str = "") -> Setting:
    """A setting that no file names: the program's own default."""
    text = "{} = {} (default of {}{})".format(name, value, program, ", " + why if why else "")
    return Setting(name, value, None, text)


def reason(text: str) -> Setting:
    """Words that a cause begins with: why the settings behind them lead to what they do."""
    return Setting("", "", None, text)


def causes(*values: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings of several values, each once, in order."""
    seen: dict[Setting, None] = {}
    for value in values:
        seen.update(dict.fromkeys(value))
    return tuple(seen)


def of(function: Callable[..., R], *values: Value[Any]) -> Value[R]:
    """The function's result for the values, open where one of them is; the causes of all."""
    answer: Any = open_part(value for value, _why in values)
    if answer is None:
        answer = function(*(value for value, _why in values))
    return Value(answer, causes(*(why for _value, why in values)))


def applied(function: Callable[[K], R], value: K | Undecided) -> R | Undecided:
    """``of`` for one value without causes."""
    return value if isinstance(value, Undecided) else function(value)


def all_of(*answers: Value[bool]) -> Value[bool]:
    """No where one is no, with its causes; yes where all are yes; else open, by what is open."""
    return _joined(False, answers)


def any_of(*answers: Value[bool]) -> Value[bool]:
    """Yes where one is yes, with its causes; no where all are no; else open, by what is open."""
    return _joined(True, answers)


def _joined(decisive: bool, answers: Sequence[Value[bool]]) -> Value[bool]:
    for answer in answers:
        if answer.value is decisive:
            return answer
    return of(lambda *_answers: not decisive, *answers)


def any_true(answers: Iterable[Answer]) -> Answer:
    """``any_of`` for answers without causes."""
    return _answer(True, answers)


def all_true(answers: Iterable[Answer]) -> Answer:
    """``all_of`` for answers without causes."""
    return _answer(False, answers)


def _answer(decisive: bool, answers: Iterable[Answer]) -> Answer:
    names: list[str] = []
    for answer in answers:
        if isinstance(answer, Undecided):
            names.extend(answer.depends_on)
        elif answer is decisive:
            return decisive
    return Undecided(*names) if names else not decisive


def negated(answer: Answer) -> Answer:
    """The opposite."""
    return answer if isinstance(answer, Undecided) else not answer


def open_part(values: Iterable[object]) -> Undecided | None:
    """What decides those of the values that are open, as one; ``None`` where none is."""
    found = [value for value in values if isinstance(value, Undecided)]
    if len(found) < 2:
        return found[0] if found else None
    return Undecided(*(name for value in found for name in value.depends_on))


def concatenated(pieces: Iterable[str | Undecided]) -> str | Undecided:
    """One text of several; what is known around an open piece is kept beside it."""
    found: list[str | Undecided] = []
    names: list[str] = []
    for piece in pieces:
        if isinstance(piece, Undecided):
            names.extend(piece.depends_on)
            found.extend(piece.pieces or (piece,))
        elif piece:
            found.append(piece)
    if not names:
        return "".join(str(piece) for piece in found)
    return Undecided(*names, pieces=found) if len(found) > 1 else found[0]
