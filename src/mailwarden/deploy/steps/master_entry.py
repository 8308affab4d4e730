"""An entry of master.cf as postconf reads and prints it.

Source: postconf_master.c of Postfix, argv_splitq.c, extpar.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .outcome import FailsError, OpenError, added
from .postconf import name_and_value, stripped

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANKS = " \t\r\n"
FIELDS = 8
TYPES = ("unix", "fifo", "inet", "pass")
COLUMNS = (0, 11, 17, 25, 33, 41, 49, 57)
LIMIT, INDENT = 80, 4
DIGITS = frozenset("0123456789")


def parsed(text: Text) -> list[Text]:
    """The fields and arguments of an entry; raises ``FailsError`` for a wrong one."""
    words = _split(text)
    if len(words) < FIELDS:
        raise FailsError("bad field count")
    check(words)
    return words[:FIELDS] + _arguments(words[FIELDS:])


def command(text: Text) -> list[Text]:
    """A command and its arguments."""
    words = _split(text)
    if not words:
        # postconf prints what it has not got.
        raise OpenError
    return [words[0], *_arguments(words[1:])]


def check(entry: Sequence[Text]) -> None:
    """Raises ``FailsError`` for a field that postconf refuses; a hole is taken for a right one."""
    fields = [None if word.holes else word.string for word in entry[:7]]
    kind, wakeup, limit = fields[1], fields[5], fields[6]
    flags = [flag for flag in fields[2:5] if flag is not None]
    if kind is not None and kind not in TYPES:
        raise FailsError(f"invalid type field {kind!r}")
    if any(flag not in ("y", "n", "-") for flag in flags):
        raise FailsError(f"invalid field among {flags}")
    if wakeup is not None:
        number = wakeup[:-1] if wakeup.endswith("?") else wakeup
        if number != "-" and set(number) - DIGITS:
            raise FailsError(f"invalid wakeup field {wakeup!r}")
    if limit is not None and limit != "-" and set(limit) - DIGITS:
        raise FailsError(f"invalid process_limit field {limit!r}")


def _split(text: Text) -> list[Text]:
    """The words of a text; braces keep blanks together."""
    found: list[Text] = []
    start, level = -1, 0
    for at, sign in enumerate(text.string):
        if start < 0 and sign in BLANKS:
            continue
        start = at if start < 0 else start
        if sign == "{":
            level += 1
        elif sign == "}" and level:
            level -= 1
        elif not level and sign in BLANKS:
            found.append(text.cut(start, at))
            start = -1
    if start >= 0:
        found.append(text.cut(start, len(text)))
    return found


def _width(word: Text) -> int:
    """The bytes of a word, which is what postconf counts."""
    return len(word.string.encode("utf-8", "surrogateescape"))


def _takes_a_value(option: str) -> bool:
    return option[1:2] == "o"


def _is_option(word: Text) -> bool:
    if 0 in word.holes or word.string == "-":
        raise OpenError
    return word.string[:1] == "-" and word.string != "--"


def _arguments(words: list[Text]) -> list[Text]:
    """The arguments in the form that postconf gives them: ``-o`` and its value apart."""
    waiting, found = list(words), []
    while waiting and _is_option(waiting[0]):
        word = waiting.pop(0)
        at = word.string.find("o", 2)
        if at > 0:
            # Of -vofoo it makes -v and -ofoo; of -osyslog_name=x, wrongly, -osysl and -og_name=x.
            waiting.insert(0, Text.joined(word.path, [added("-", word), word.cut(at, len(word))]))
            word = word.cut(0, at)
        if not _takes_a_value(word.string):
            found.append(word)
            continue
        if len(word) > 2:
            found.append(word.cut(0, 2))
            value = word.cut(2, len(word))
        elif waiting:
            found.append(word)
            value = waiting.pop(0)
        else:
            found.append(word)
            continue
        found.append(_braced(value, True))
    return found + [_braced(word, False) for word in waiting]


def _braced(word: Text, named: bool) -> Text:
    """What stands in braces, without them."""
    if word.string[:1] != "{":
        return word
    if word.string[-1:] != "}" or word.string.count("{") != 1 or word.string.count("}") != 1:
        raise OpenError
    inside = stripped(word.cut(1, len(word) - 1))
    if not named:
        return inside
    try:
        name, value = name_and_value(inside)
    except FailsError:
        return inside
    return Text.joined(word.path, [name, added("=", name), value])


def set_parameter(entry: list[Text], name: str, written: Text | None, value: Text | None) -> None:
    """Puts ``-o name=value`` in the place of each that is there, or behind the options.

    Without a value each goes.
    """
    at, found = FIELDS, False
    while at < len(entry) and _is_option(entry[at]):
        if not _takes_a_value(entry[at].string) or at + 1 >= len(entry):
            at += 1
            continue
        option = entry[at + 1]
        if _name_is_open(option, name):
            raise OpenError
        if not option.string.startswith(name + "="):
            at += 2
        elif value is None:
            del entry[at : at + 2]
        else:
            found = True
            entry[at + 1] = _option(name, written, value)
            at += 2
    if value is not None and not found:
        new = _option(name, written, value)
        entry[at:at] = [added("-o", new.cut(0, 0)), new]


def _name_is_open(option: Text, name: str) -> bool:
    """Whether a hole in front of the "=" may make an option this one."""
    return (
        bool(option.holes)
        and min(option.holes) <= len(name)
        and option.string[: min(option.holes)] == (name + "=")[: min(option.holes)]
    )


def _option(name: str, written: Text | None, value: Text) -> Text:
    first = added(name, value) if written is None else written
    return Text.joined(value.path, [first, added("=", first), value])


def printed(entry: list[Text], path: str) -> Text:
    """An entry as postconf writes it: fields in columns, long lines folded."""
    parts: list[Text] = []
    width = 0
    for number, word in enumerate(entry[:FIELDS]):
        if width:
            blanks = max(1, COLUMNS[number] - width)
            parts.append(added(" " * blanks, word.cut(0, 0)))
            width += blanks
        parts.append(word)
        width += _width(word)
    options, at = True, FIELDS
    while at < len(entry):
        word, value = entry[at], None
        at += 1
        length, braces = _width(word), False
        if options:
            if not _is_option(word):
                options = False
            elif _takes_a_value(word.string) and at < len(entry):
                value = entry[at]
                at += 1
                braces = _has_blanks(value)
                length += _width(value) + 3 + 2 * braces
                width = LIMIT
        else:
            braces = _has_blanks(word)
        if width > INDENT and width + 1 + length < LIMIT:
            parts.append(added(" ", word.cut(0, 0)))
            width += 1
        elif width > INDENT:
            parts.append(added("\n" + " " * INDENT, word.cut(0, 0)))
            width = INDENT
        around = braces and not options
        parts += _in_braces(word, around)
        width += _width(word) + 2 * around
        if value is not None:
            parts += [added(" ", word), *_in_braces(value, braces)]
            width = LIMIT
    parts.append(added("\n", entry[-1]))
    return Text.joined(path, parts)


def _has_blanks(word: Text) -> bool:
    return bool(set(word.string) & set(BLANKS))


def _in_braces(word: Text, braces: bool) -> list[Text]:
    return [added("{", word.cut(0, 0)), word, added("}", word)] if braces else [word]
