"""What the ansible-lint rule says, as far as it is not ansible-lint's.

ansible-lint hands over playbooks, roles and single files, one by one.  For each, ``findings`` says
what ``mailwarden lint --skip-unknown`` finds in the files that go with it, and which templates it
has not read.  ``tasks`` does the same for the tasks that write a mail configuration.
"""

from __future__ import annotations

import os
import re
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, rules
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue.endings import A_TEMPLATE
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report import lines
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words
from ansible_collections.mailwarden.policy.plugins.module_utils.source import KeptSource, decode
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from . import config, discover, lint, quick, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NamedTuple

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
    from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import Threshold
    from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

MANUAL = "https://github.com/mailwarden/mailwarden/blob/main/docs/ansible-lint.md"
TEMPLATE = "unread-template"
UNREAD = "unread-file"
TASK = "unread-task"
# Where Ansible looks for what a role or a playbook copies and renders.
BESIDE = ("files", "templates")
SUFFIX = ".j2"
JINJA = re.compile(rb"\{\{|\{%|\{#")
NOQA = re.compile(rb"# noqa[: \t][^\r\n]*")
OURS = re.compile(rb"\bmailwarden\[([\w-]+)\]")


class Said(NamedTuple):
    """A finding as another linter can show it; ``path`` is absolute.

    ``counts`` says whether it would change the exit status of ``mailwarden lint``.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    counts: bool


def mismatch() -> str:
    """What is wrong where Python finds the engine in a collection of another version."""
    from importlib.metadata import version

    mine = version("mailwarden")
    if mine == VERSION:
        return ""
    return f"mailwarden is {mine}, and the collection mailwarden.policy beside it is {VERSION}"


def url(rule: str) -> str:
    """Where the manual of a finding is."""
    return rules.url(rule) if rules.known(rule) else MANUAL


def base(kind: str, path: str) -> str:
    """The folder beside whose ``files`` and ``templates`` a thing of ansible-lint's stands.

    ``kind`` is ansible-lint's: role, playbook, tasks, handlers; empty for any other.
    """
    if kind == "role":
        return path
    folder = os.path.dirname(path)
    if kind in ("tasks", "handlers"):
        before, found, _below = (folder + "/").rpartition(f"/{kind}/")
        return before if found else folder
    return folder if kind == "playbook" else ""


def places(kind: str, path: str) -> tuple[str, ...]:
    """The files and folders to check for a thing that ansible-lint hands over.

    Of what a role copies or renders, ansible-lint hands over each file again: alone it would say
    other things than with those that it is read with.
    """
    folder = base(kind, path) or _copying(path)
    if not folder:
        # Most files of a repository are none of ours, and this says so cheaply.
        return (path,) if looked_at(path) != catalogue.NONE_OF_OURS else ()
    beside = (os.path.join(folder, name) for name in BESIDE)
    return tuple(path for path in beside if os.path.isdir(path))


def _copying(path: str) -> str:
    """The folder beside whose ``files`` or ``templates`` a file lies in them; else nothing."""
    root = discover.root_of([path])
    folders = os.path.relpath(discover.real(path), root).split("/")[:-1]
    depth = next((at for at, name in enumerate(folders) if name in BESIDE), None)
    return "" if depth is None else os.path.join(root, *folders[:depth])


@cache
def findings(paths: tuple[str, ...]) -> tuple[Said, ...]:
    """What is wrong with files and with those in folders, and what of them is not read.

    In: absolute paths.  Raises ``MailwardenError`` as the command does.
    """
    if not paths:
        return ()
    arguments: Any = quick.parse(["lint", "--skip-unknown", *paths])
    one = run.prepare(arguments)
    unread = {path: why for path, why in one.passed if why != discover.A_LINK}
    unread.update((path, why) for path in one.files if (why := _why_unread(one, path)))
    one = one._replace(files=tuple(path for path in one.files if path not in unread))
    threshold = lint.threshold_of(arguments, one.policy)
    source = _Translated(one)
    return (
        *_said(one, one.check(source), threshold, source.templates),
        *(_unread(one, path, why) for path, why in unread.items()),
    )


def looked_at(path: str) -> catalogue.Look:
    """What a file of a repository is, by its absolute path."""
    root = discover.root_of([path])
    policy = _policy(root)
    inside = os.path.relpath(discover.real(path), root)
    return catalogue.look(inside, policy, "", FolderSource(root, policy.roots), beside=False)


def recognised(path: str) -> bool:
    """Whether a file of a repository, by its absolute path, is one to check."""
    return bool(looked_at(path).claims)


@cache
def _policy(root: str) -> Policy:
    return config.load(config.find(root))


def _why_unread(one: run.Run, path: str) -> str:
    """Why a file that bears a configuration's name is not read; empty where it is."""
    claims, why, _by_content = catalogue.look(path, one.policy, "", one.source)
    if not claims:
        return why
    return A_TEMPLATE if one.source.rendered_to(path) or _is_template(one, path) else ""


def _is_template(one: run.Run, path: str) -> bool:
    """Whether a file is what a configuration is rendered from."""
    try:
        return _rendered(one, path, one.source.read)
    except MailwardenError:
        # The engine says why it cannot be read.
        return False


def _rendered(one: run.Run, path: str, read: Callable[[str], bytes]) -> bool:
    """Whether a file is rendered before anybody reads it; ``read`` is asked where it may be."""
    folders = os.path.join(one.root, path).split("/")[:-1]
    return "templates" in folders and JINJA.search(read(path)) is not None


def _unread(one: run.Run, path: str, why: str) -> Said:
    rule, message = UNREAD, why
    if why == A_TEMPLATE:
        rule = TEMPLATE
        message = (
            "a template, which is not read: check what it renders to on the host, "
            "with the module mailwarden.policy.check"
        )
    return Said(os.path.join(one.root, path), 1, 1, rule, words(message), False)


def _said(
    one: run.Run, report: Report, threshold: Threshold, templates: set[str]
) -> Iterator[Said]:
    unread = {path: why for path, why in report.unread if path not in templates}
    style = lines.Style(path=lambda path: plain(one.shown(path)))
    for finding in report.findings:
        place = finding.place
        if finding.suppressed is None and place.path not in templates:
            counts = place.path in unread or lint.counts(finding, threshold)
            path = os.path.join(one.root, place.path)
            message = _message(finding, style)
            yield Said(path, place.line, place.column, finding.rule, message, counts)
    # A file that a finding speaks of has its reason there, with its line.
    for path in unread.keys() - {finding.place.path for finding in report.findings}:
        full = os.path.join(one.root, path)
        which = "" if os.path.isfile(full) else f"{plain(one.shown(path))}: "
        yield Said(full, 1, 1, "unreadable", which + words(unread[path]), True)


def _message(finding: Finding, style: lines.Style) -> str:
    """One line: some of ansible-lint's formats have no place for more."""
    parts = [words(finding.message)]
    if finding.confidence != "certain":
        parts[0] += f" ({finding.confidence})"
    causes = lines.causes(finding, style)
    if causes:
        parts.append("cause: " + ", ".join(causes))
    if finding.rests_on:
        parts.append("rests on: " + ", ".join(map(words, finding.rests_on)))
    if finding.when:
        parts.append("where: " + ", ".join(map(words, finding.when)))
    return "; ".join(parts)


class _Translated(KeptSource):
    """Files in which ansible-lint's ``# noqa`` is a suppression of our own, of the same rules.

    So it stands where ours do, hides no more than they do, and is named where it hides nothing.
    What is rendered is there and not read, whatever asks for it; ``templates`` names it.
    """

    def __init__(self, one: run.Run) -> None:
        super().__init__(one.source)
        self._run = one
        self.templates: set[str] = set()

    def read(self, path: str) -> bytes:
        if _rendered(self._run, path, super().read):
            self.templates.add(path)
            raise MailwardenError("is a template", path)
        return NOQA.sub(_translated, super().read(path))

    def exists(self, path: str) -> bool | None:
        # What no format knows may be a secret, which is asked for and never opened.
        if run.recognised(self._run.policy, path) and _is_template(self._run, path):
            return True
        return super().exists(path)

    def text(self, path: str) -> Text:
        return decode(path, self.read(path))


def _translated(noqa: re.Match[bytes]) -> bytes:
    """The comment, its line and no other changed; as it is where it is for other rules only."""
    names = OURS.findall(noqa[0])
    return b"# mailwarden: ignore[%s] noqa" % b", ".join(names) if names else noqa[0]
