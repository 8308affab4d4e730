# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that bear a configuration's name and are what one is rendered from.

Read as they stand they say nothing true.  Postfix has doubled braces of its own, which hold a
``$`` or a ``=``: ``${{$compatibility_level} < {3.6} ? …}``, ``inline:{{a = b}}``.

Source: the syntax of Jinja, Go's text/template and ERB; postconf(5), inline_table(5).
"""

from __future__ import annotations

from .errors import MailwardenError
from .patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text import Text

OPENINGS = ("{%", "{{", "<%")
EXPRESSION = lazy(r"\{%[-+]?\s[^\n]*%\}|\{\{-?\s*[\w.][^{}=$\n]*\}\}|<%[-=]?\s[^\n]*%>")


def refuse(text: Text) -> None:
    """Raises ``MailwardenError`` where a line that is no comment holds a template's expression."""
    string = text.string
    if not any(opening in string for opening in OPENINGS):
        return
    for number, line in enumerate(string.split("\n"), 1):
        if not line.lstrip().startswith("#") and EXPRESSION.search(line):
            raise MailwardenError(
                "is a template, which is not read: check what it renders to", text.path, number
            )
