# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run as a task on a node: what the parameters of the module name, and why it fails.

Apart from the module, which Python compiles twice where it comes in a zip file.
"""

from __future__ import annotations

import os
import time

from . import engine, formats, host
from .errors import MailwardenError
from .policy import Policy, load
from .source import HostSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping

    from .finding import Report
    from .host import Run
    from .source import Source

# The rules that say of a file that it is among the unread.
NOT_READ = ("syntax-error", "unreadable")
# What a report calls a text that is no file.
CONTENT = "content"


def policy(params: Mapping[str, Any]) -> Policy:
    """The policy that the action plugin handed over; ``MailwardenError`` where it is none."""
    given, profile = params["policy"], params["profile"]
    if not given:
        # Spares the node the tables that policies are checked by.
        return Policy.default(profile or "default")
    if not isinstance(given, dict):
        raise MailwardenError("policy: a path is read by the action plugin, which did not run")
    return load(given, profile)


def check(
    params: Mapping[str, Any], judged_by: Policy, run: Run, warn: Callable[[str], None]
) -> Report:
    """Run the engine on what the parameters name; raises ``MailwardenError`` where they are wrong.

    ``run`` runs a program of the host, ``warn`` tells of what is no error.
    """
    source, paths, unread, said = _subject(params, judged_by, warn)
    names = {_format(path, judged_by, said) for path in paths} - {""}
    options = engine.Options(
        formats=said,
        programs=host.versions(sorted(names), run),
        today=time.strftime("%Y-%m-%d"),
    )
    checked = engine.check(source, judged_by, paths, options)
    checked.unread.extend(unread)
    return checked


def _format(path: str, judged_by: Policy, said: dict[str, str]) -> str:
    """The format that a path is read as; empty where there is none."""
    kind = said.get(path) or judged_by.format_of(path)
    if kind:
        return kind.partition("/")[0]
    known = formats.recognise(path)
    return known[0] if known else ""


def _check_format(kind: str) -> None:
    """Raise ``MailwardenError`` for a format, or a file of it, that there is not."""
    name, slash, role = kind.partition("/")
    roles = {one[2] for one in formats.FILES if one[1] == name}
    if name not in formats.names() or (slash and role not in roles):
        known = sorted({"{}/{}".format(*one[1:]) for one in formats.FILES} | set(formats.names()))
        raise MailwardenError("format: {} is not among {}".format(kind, ", ".join(known)))


def _subject(
    params: Mapping[str, Any], judged_by: Policy, warn: Callable[[str], None]
) -> tuple[Source, list[str], list[Any], dict[str, str]]:
    """What to check: the source, the files, what can not be looked into, the formats said."""
    kind = params["format"] or ""
    if kind:
        _check_format(kind)
    if params["content"] is not None or params["src"] is not None:
        data = (
            HostSource().read(params["src"])
            if params["src"] is not None
            else params["content"].encode("utf-8", "surrogateescape")
        )
        return host.ContentSource(CONTENT, data), [CONTENT], [], {CONTENT: kind}
    named = params["paths"]
    if named is None:
        named = host.default_paths()
        if not named:
            warn("no mail program's configuration found, so nothing was checked")
    relative = [path for path in named if not os.path.isabs(path)]
    if relative:
        raise MailwardenError("paths: not absolute: {}".format(", ".join(relative)))
    found, unread = host.files(named, lambda path: bool(_format(path, judged_by, {})))
    said = {path: kind for path in found if path in named} if kind else {}
    return HostSource(), found, unread, said


def failures(data: dict[str, Any], fail_on: str, possible: bool) -> list[str]:
    """Why the task fails, a line for each reason; empty where it does not.

    ``possible`` says whether findings count that hold in some alternatives only.
    """
    if fail_on == "never":
        return []
    levels = ["note", "warning", "error"]
    least = levels.index("error" if fail_on == "undecided" else fail_on)
    place = "%(path)s:%(line)s:%(column)s: %(severity)s: %(message)s [%(rule)s]"
    lines, named = [], set()
    for finding in data["findings"]:
        if finding["suppressed"] is not None:
            continue
        if finding["rule"] == "undecided":
            counts = fail_on == "undecided"
        else:
            sure = possible or finding["confidence"] == "certain"
            counts = sure and levels.index(finding["severity"]) >= least
        if counts:
            lines.append(place % finding)
            named.add(finding["path"] if finding["rule"] in NOT_READ else "")
    lines += [
        "{path}: {reason}".format(**one) for one in data["unread"] if one["path"] not in named
    ]
    if fail_on == "undecided" and data["summary"]["undecided"] and not lines:
        # The rule that would name it may be off.
        lines.append(f"{data['summary']['undecided']} undecided")
    return lines
