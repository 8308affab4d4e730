"""Parameters that stand in one line, ``src=main.cf dest=/etc/postfix/main.cf``.

Source: ``split_args`` and ``parse_kv`` of ansible-core (``parsing/splitter.py``), 2.17 and 2.19.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# What a command takes beside the line that it runs.
BESIDE_A_COMMAND = frozenset(
    ("creates", "removes", "chdir", "executable", "warn", "stdin", "stdin_add_newline",
     "strip_empty_ends")
)  # fmt: skip
RAW = "_raw_params"
_BRACES = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
# No name of a character has a backslash; up to the next one, many of them cost their length.
_ESCAPE = re.compile(
    r"\\(?:U[a-fA-F0-9]{8}|u[a-fA-F0-9]{4}|x[a-fA-F0-9]{2}|N\{[^}\\]+\}|[\\'\"abfnrtv])"
)


class Parameter(NamedTuple):
    """A parameter and the word that it stood in, which is its place."""

    name: str
    value: str
    word: str


def parameters(line: str, command: bool) -> list[Parameter]:
    """The parameters of a line; what is no pair is joined under ``_raw_params``.

    ``command``: the line is a command, of which only a few pairs are parameters.  Raises
    ``ValueError`` where quotes or braces are not closed.
    """
    found: list[Parameter] = []
    raw: list[str] = []
    for word in split(line):
        decoded = _ESCAPE.sub(lambda escape: _decoded(escape.group()), word)
        at = _equals(decoded)
        if at < 0:
            raw.append(decoded.replace("\\=", "=") if "=" in decoded else word)
        elif command and decoded[:at] not in BESIDE_A_COMMAND:
            raw.append(word)
        else:
            value = _unquoted(decoded[at + 1 :].strip())
            found.append(Parameter(decoded[:at].strip(), value, word.strip()))
    if raw:
        joined = _joined(raw)
        found.append(Parameter(RAW, joined, joined.strip()))
    return found


def split(line: str) -> list[str]:
    """The words of a line: blanks in quotes and in braces of a template do not end one.

    Raises ``ValueError`` where they are not closed.
    """
    words: list[str] = []
    if not line:
        return words
    quote = ""
    depths = [0] * len(_BRACES)
    rows = line.split("\n")
    for number, row in enumerate(rows):
        continued = False
        for at, token in enumerate(row.split(" ")):
            if not token and at:
                _add(words, " ")
                continue
            if token == "\\" and not quote:
                continued = True
                continue
            was_quoted, quote = bool(quote), _quote(token, quote)
            inside = any(depths)
            deeper = [_depth(token, *pair) for pair in zip(depths, _BRACES, strict=True)]
            if (inside or was_quoted) and words:
                words[-1] += (" " if at else "") + token
            elif token:
                words.append(token)
            depths = deeper
        if number < len(rows) - 1 and not continued:
            _add(words, "\n")
    if quote or any(depths):
        raise ValueError("quotes or braces are not closed")
    return words


def _add(words: list[str], blank: str) -> None:
    if not words:
        words.append("")
    words[-1] += blank


def _quote(token: str, quote: str) -> str:
    """The quote that is open behind a token; a backslash keeps one from being a quote."""
    before = ""
    for sign in token:
        if sign in "'\"" and before != "\\" and (not quote or sign == quote):
            quote = "" if quote else sign
        before = sign
    return quote


def _depth(token: str, depth: int, braces: tuple[str, str]) -> int:
    opened, closed = braces
    return max(0, depth + token.count(opened) - token.count(closed))


def _equals(word: str) -> int:
    """Where the sign stands that makes a pair of a word; it is never the first, nor escaped."""
    at = word.find("=", 1)
    while at > 0 and word[at - 1] == "\\":
        at = word.find("=", at + 1)
    return at


def _decoded(escape: str) -> str:
    try:
        return escape.encode("ascii").decode("unicode-escape")
    except UnicodeError as error:
        raise ValueError(f"{escape} is no character") from error


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted and value[-2] != "\\" else value


def _joined(words: list[str]) -> str:
    line = ""
    for word in words:
        line += word if not line or line.endswith("\n") else " " + word
    return line
