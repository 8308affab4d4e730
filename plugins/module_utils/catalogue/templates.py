# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that bear a configuration's name and are what one is rendered from.

Of a template in a language of its own, read as it stands, nothing would be true: it is refused.
What only stands for a value is in ``placeholders``.

Source: the syntax of Jinja, Go's text/template, Mustache and ERB.
"""

from __future__ import annotations

import re

from ..errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..text import Text
    from . import Row

# What an expression begins and ends with, on one line.
EXPRESSIONS = (("{%", "%}"), ("{{", "}}"), ("<%", "%>"))


def refuse(text: Text, of: Row) -> None:
    """Raises ``MailwardenError`` where a template's expression stands in no comment."""
    string = _without(_comments(of), text.string) if of.comments else text.string
    own = of.expressions or getattr(of.load(), "NO_TEMPLATE", None)
    at = _expression(string if own is None else _without(own, string))
    if at is not None:
        line = string.count("\n", 0, at) + 1
        message = "is a template, which is not read: check what it renders to"
        raise MailwardenError(message, text.path, line)


def _expression(string: str) -> int | None:
    """Where the first expression begins."""
    starts = (_enclosed(string, *signs) for signs in EXPRESSIONS)
    return min((at for at in starts if at is not None), default=None)


def _enclosed(string: str, opening: str, closing: str) -> int | None:
    """Where a line first has the one sign and the other behind it; each line is looked at once."""
    at = string.find(opening)
    while at >= 0:
        end = string.find("\n", at)
        end = len(string) if end < 0 else end
        if string.find(closing, at + len(opening), end) >= 0:
            return at
        at = string.find(opening, end)
    return None


def _comments(of: Row) -> re.Pattern[str]:
    begin, end = "|".join(map(re.escape, of.comments)), of.comment_end
    if end:
        # One that is not closed takes all that follows.
        return re.compile(f"(?s:(?:{begin}).*?(?:{re.escape(end)}|\\Z))")
    before = r"(?:^|[ \t])" if of.trailing_comments else r"^[ \t]*"
    return re.compile(f"(?m:{before}(?:{begin})[^\n]*)")


def _without(pattern: re.Pattern[str], string: str) -> str:
    """The string with blanks for what the pattern finds, each line where it was."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), string)
