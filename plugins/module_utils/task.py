# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run as a task on a node: what the parameters of the module name, and why it fails.

Apart from the module, which Python compiles twice where it comes in a zip file.
"""

from __future__ import annotations

import os
import time

from . import counting, engine, formats, host
from .assume import parse_version
from .errors import MailwardenError
from .policy import Policy, load
from .source import HostSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Sequence

    from .counting import Threshold
    from .finding import Report
    from .host import Run
    from .source import Source

# The rules that say of a file that it is among the unread.
NOT_READ = ("syntax-error", "unreadable")
# How a finding is shown in the message of a task.
PLACE = "%(path)s:%(line)s:%(column)s: %(severity)s: %(message)s [%(rule)s]"
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
    options = engine.Options(
        formats=said,
        programs=_versions(source, paths, said, judged_by, run, warn),
        today=time.strftime("%Y-%m-%d"),
    )
    checked = engine.check(source, judged_by, paths, options)
    checked.unread.extend(unread)
    return checked


def _versions(
    source: Source,
    paths: Sequence[str],
    said: Mapping[str, str],
    judged_by: Policy,
    run: Run,
    warn: Callable[[str], None],
) -> dict[str, str]:
    """The versions that go before the policy's: those of the programs that read these files.

    Of files that this host's own programs do not read, such as a container's, the policy knows
    more than the host, where it says anything.
    """
    own: dict[str, bool] = {}
    for path in paths:
        kind = formats.kind(path, judged_by, said.get(path, ""), source)
        if kind is not None:
            own[kind[0]] = own.get(kind[0], False) or path == CONTENT or host.is_own(path)
    found = {}
    for name in sorted(own):
        program = formats.load(name).PROGRAM
        wanted = judged_by.programs.get(program, "")
        here = host.version(program, run) if own[name] or not wanted else ""
        if here:
            found[program] = here
            if wanted and not _agree(wanted, here):
                warn(f"{program} is {here} on this host, which counts; the policy says {wanted}")
    return found


def _agree(one: str, other: str) -> bool:
    """Whether two versions say the same, as far as both go: ``2.3`` is any of 2.3."""
    return all(mine == yours for mine, yours in zip(parse_version(one), parse_version(other)))


def _subject(
    params: Mapping[str, Any], judged_by: Policy, warn: Callable[[str], None]
) -> tuple[Source, list[str], list[Any], dict[str, str]]:
    """What to check: the source, the files, what can not be looked into, the formats said."""
    kind = params["format"] or ""
    if kind:
        formats.check(kind)
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
    found, unread = host.files(named, lambda path: formats.kind(path, judged_by) is not None, warn)
    said = {path: kind for path in found if path in named} if kind else {}
    return HostSource(), found, unread, said


def failures(data: dict[str, Any], threshold: Threshold) -> list[str]:
    """Why the task fails, a line for each reason; empty where it does not.

    In: the report as data, in which secrets are masked, and what has to be reached.
    """
    if threshold.fail_on == counting.NEVER:
        return []
    undecided = threshold.fail_on == counting.UNDECIDED
    lines, named = [], set()
    for finding in data["findings"]:
        suppressed = finding["suppressed"] is not None
        said = finding["rule"], finding["severity"], finding["confidence"]
        open_end = undecided and not suppressed and finding["rule"] == counting.UNDECIDED
        if open_end or counting.counts(*said, suppressed, threshold):
            lines.append(PLACE % finding)
            named.add(finding["path"] if finding["rule"] in NOT_READ else "")
    lines += [
        "{path}: {reason}".format(**one) for one in data["unread"] if one["path"] not in named
    ]
    if undecided and data["summary"]["undecided"] and not lines:
        # The rule that would name it may be off.
        lines.append(f"{data['summary']['undecided']} undecided")
    return lines
