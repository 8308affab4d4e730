# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run as a task on a node: what the parameters of the module name.

Apart from the module, which Python compiles twice where it comes in a zip file.
"""

from __future__ import annotations

import os
import time

from . import catalogue, engine
from .engine.options import Options
from .errors import MailwardenError
from .policy import Policy
from .report import counting
from .source import clean, host
from .source.host import HostSource
from .text.assume import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence

    from .engine.finding import Report
    from .report.counting import Threshold
    from .source import Source
    from .source.host import Run

# What a report calls a text that is no file.
CONTENT = "content"
YAML = (".yml", ".yaml")


def policy(params: Mapping[str, Any]) -> Policy:
    """The policy that the action plugin handed over; ``MailwardenError`` where it is none."""
    given, profile = params["policy"], params["profile"]
    if not given:
        # Spares the node the tables that policies are checked by.
        return Policy.default(profile or "default")
    if not isinstance(given, dict):
        raise MailwardenError("policy: a path is read by the action plugin, which did not run")
    from .policy.given import load

    return load(given, profile)


def check(
    params: Mapping[str, Any], judged_by: Policy, run: Run, warn: Callable[[str], None]
) -> Report:
    """Run the engine on what the parameters name; raises ``MailwardenError`` where they are wrong.

    ``run`` runs a program of the host, ``warn`` tells of what is no error.
    """
    source, paths, unread, said = _subject(params, judged_by, warn)
    options = Options(
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
        for name, _role in catalogue.look(path, judged_by, said.get(path, ""), source).claims:
            mine = path == CONTENT or host.is_own(path, catalogue.row(name))
            own[name] = own.get(name, False) or mine
    found = {}
    for name in sorted(own):
        row = catalogue.row(name)
        program = row.program
        if not program:
            continue
        wanted = judged_by.programs.get(program, "")
        here = host.version(row, run) if own[name] or not wanted else ""
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
    """What to check: the source, the files, what cannot be looked into, the formats said."""
    kind = params["format"] or ""
    if kind:
        from .catalogue import owners

        owners.check(kind)
    if params["content"] is not None or params["src"] is not None:
        from .source.content import ContentSource

        if not kind:
            known = ", ".join(catalogue.names())
            raise MailwardenError(
                f"content: has no name that tells what it is; say it with format, one of {known},"
                " or with the file that it is, such as postfix/master"
            )
        data = _data(params["src"], params["content"])
        return ContentSource(CONTENT, data), [CONTENT], [], {CONTENT: kind}
    laid = _laid_over(params)
    source: Source = HostSource()
    if laid:
        from .source.memory import MemorySource

        source = MemorySource(laid, source)
    named = asked(params)
    relative = [path for path in named if not os.path.isabs(path)]
    if relative:
        raise MailwardenError("paths: not absolute: {}".format(", ".join(relative)))
    if params["paths"] is None:
        named = list(_usable(named, judged_by, source, warn))
    elsewhere = [path for path in named if clean(path) not in laid]
    found, unread = host.files(
        elsewhere, lambda path: bool(catalogue.look(path, judged_by).claims), warn
    )
    found += [path for path in named if clean(path) in laid]
    said = {path: kind for path in found if path in named} if kind else {}
    mine = [path for path in laid if catalogue.look(path, judged_by, "", source).claims]
    found += [path for path in mine if path not in set(map(clean, found))]
    if laid and not found:
        raise MailwardenError(
            "files: none has the name of a mail configuration: {}; say under files in the policy"
            " what it is".format(", ".join(laid))
        )
    return source, found, unread, said


def told(
    checked: Report, params: Mapping[str, Any], threshold: Threshold
) -> tuple[list[str], list[str]]:
    """What the task warns of, and why it fails; of a clean report nothing."""
    if counting.checked(checked) and not (
        checked.findings or checked.unread or counting.undecided(checked)
    ):
        return [], []
    from .report import messages

    warnings = messages.warnings(checked, asked(params), threshold)
    return warnings, messages.failures(checked, threshold)


def _usable(
    paths: Iterable[str], judged_by: Policy, source: Source, warn: Callable[[str], None]
) -> Iterator[str]:
    """Of the paths where programs look, those that are of somebody and can be read here.

    A file that holds no word of mail is nobody's.  YAML wants PyYAML, which a host may lack: nobody
    has named the file, so that it is passed over with a warning.
    """
    for path in paths:
        if not catalogue.look(path, judged_by, "", source).claims:
            continue
        if path.endswith(YAML) and not _has_yaml():
            warn(f"{path}: passed over, for PyYAML is not on this host; install it to check this")
            continue
        yield path


def _has_yaml() -> bool:
    try:
        import yaml  # noqa: F401  asked whether it is there
    except ImportError:
        return False
    return True


def asked(params: Mapping[str, Any]) -> list[str]:
    """The files and folders to look at: those that are named, or where the programs look.

    What ``files`` hands over is checked besides, and alone where nothing is named.
    """
    if params["paths"] is not None:
        return list(params["paths"])
    alone = [params[name] for name in ("content", "src", "files", "files_src")]
    if alone != [None] * len(alone):
        return []
    from .source.search import default_paths

    return default_paths()


def _laid_over(params: Mapping[str, Any]) -> dict[str, bytes]:
    """What is laid over the files of the host, by path."""
    places, texts = params["files_src"] or {}, params["files"] or {}
    wrong = [path for path in (*places, *texts) if not os.path.isabs(path)]
    if wrong:
        raise MailwardenError("files: not absolute: {}".format(", ".join(wrong)))
    laid = {clean(path): _data(place, None) for path, place in places.items()}
    return {**laid, **{clean(path): _data(None, str(text)) for path, text in texts.items()}}


def _data(place: str | None, text: str | None) -> bytes:
    """What the action plugin has handed over in a file, or the text itself."""
    return HostSource().read(place) if place else (text or "").encode("utf-8", "surrogateescape")
