# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Thunderbird's autoconfig: ``config-v1.1.xml`` and the files of its provider database.

What a provider tells mail programs about its servers.  Every entry is one client endpoint, named by
its type and its place among those: ``imap-1`` is preferred to ``imap-2``.  Source: Thunderbird's
own reader (readFromXML, Sanitizer and JXON of comm-central, commit 1457122).
"""

from __future__ import annotations

from ... import markup
from ...endpoint import Problem, Reading
from ...patterns import FOREIGN
from .edits import edit
from .provider import Provider
from .server import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...assume import Assumptions
    from ...endpoint import Unit
    from ...source import Source
    from ...text import Text

__all__ = [
    "COMMENT",
    "COMMENT_END",
    "PROGRAM",
    "TRAILING_COMMENTS",
    "claims",
    "edit",
    "read",
    "units",
]

COMMENT = "<!--"
COMMENT_END = "-->"
TRAILING_COMMENTS = True
# In an element of a server no word of capitals with a line has a meaning.
PLACEHOLDERS = ("${NAME}", *FOREIGN, "%{name}", "NAME_NAME")
# What Thunderbird replaces itself (AccountConfig.replaceVariables).
KEPT = ("%EMAILADDRESS%", "%EMAILLOCALPART%", "%EMAILDOMAIN%", "%REALNAME%", "%EMAILHOSTNAME%")


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Every file stands for itself."""
    return [(path, {role: path}) for path, role in found.items()]


def claims(path: str, head: str, role: str) -> str:
    """The role of a file of another name, by its first element; empty for none."""
    return role if "<clientConfig" in head else ""


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """The server entries of one file as client endpoints.

    In: the text under the role ``config``.  Out: the reading; an entry that Thunderbird passes over
    gives a remark and no endpoint.
    """
    reading = Reading()
    text = unit.texts.get("config")
    if text is None:
        return reading
    text = text.settled(assume, "<\n")
    try:
        root = markup.parse(text.string)
    except markup.Malformed as error:
        _malformed(text, error, reading)
        return reading
    if root.name != "clientConfig":
        place = text.place(root.start, root.opened)
        message = f"the root is <{root.name[:40]}>, where autoconfig has <clientConfig>"
        reading.problems.append(Problem("syntax-error", message, place))
        return reading
    found = Provider(text, root, assume)
    reading.endpoints = [server.endpoint() for server in found.servers if server.taken]
    reading.remarks = found.remarks
    reading.clients = found.opaque
    return reading


def _malformed(text: Text, error: markup.Malformed, reading: Reading) -> None:
    """One error; where holes stand before it, they may be what makes it one."""
    names = text.hole_names(0, error.offset + 1)
    place = text.place(error.offset, min(error.offset + 1, len(text)))
    if names:
        reading.clients.extend((name, place) for name in names)
    else:
        reading.problems.append(Problem("syntax-error", f"no XML: {error.reason}", place))
