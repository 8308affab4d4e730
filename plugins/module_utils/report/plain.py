# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text that a terminal may be given: nothing in it moves the cursor, nothing in it is a secret.

Files are written by strangers.  What is not printable is shown as an escape (``\\x1b``), and so are
bytes that are not UTF-8.
"""

from __future__ import annotations

from .secrets import MASK, masked, masked_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

# How much of a long line is shown.
COLUMNS = 120


def plain(text: str) -> str:
    """The text with everything that is not printable as an escape."""
    return text if text.isprintable() else "".join(shown(char) for char in text)


def shown(char: str) -> str:
    """One character as it is printed."""
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that is not UTF-8, as PEP 383 carries it.
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def words(text: str) -> str:
    """A sentence of the engine's, without secrets and without escapes."""
    return plain(masked_words(text))


def quoted(text: str) -> str:
    """A piece of a file on one line, without secrets and without escapes."""
    return plain(masked(" ".join(text.split())))


def width(text: str) -> int:
    """How many columns a terminal gives to text without control characters."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


def without_secrets(lines: Sequence[str]) -> list[str]:
    """The lines of a file, masked.

    A value may go on over several lines, and only all of them together show that it holds a
    secret: a table of passwords between braces.  Then none of its lines is shown.
    """
    out: list[str] = []
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and (lines[end][:1] in (" ", "\t") and lines[end].strip()):
            end += 1
        out.extend(_masked_value(lines[at:end]))
        at = end
    return out


def _masked_value(lines: Sequence[str]) -> list[str]:
    whole = "\n".join(lines)
    hidden = masked(whole)
    if hidden == whole:
        return list(lines)
    parts = hidden.split("\n")
    if len(parts) == len(lines):
        return parts
    return [masked(lines[0]) if masked(lines[0]) != lines[0] else MASK] + [MASK] * (len(lines) - 1)
