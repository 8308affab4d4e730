"""One run of the engine, from the command line's arguments to a report."""

from __future__ import annotations

import os
import sys
import time

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Unread
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import SIZE_LIMIT

from . import config, discover, playbooks
from .templates import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import NamedTuple

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
    from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

    from .deploy.action import Unfollowed
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

# What the standard input is called where nobody says which file it stands for.
NAMELESS = "stdin"
STDIN = "the standard input"
MAIN_CF, MASTER_CF = "main.cf", "master.cf"
# The file with which the tasks of a role begin, and the folders of a role that files are in.
TASKS = ("tasks/main.yml", "tasks/main.yaml")
PARTS = ("defaults", "files", "handlers", "meta", "tasks", "templates", "vars")
# How files that Ansible reads end, and the folders that they are in whatever they are called.
ENDINGS = (".yml", ".yaml", ".j2", ".jinja2", ".jinja")
FOLDERS = frozenset((*PARTS, "group_vars", "host_vars"))


class Run(NamedTuple):
    """Everything that decides the report."""

    root: str
    source: Source
    policy: Policy
    files: tuple[str, ...]
    # Folders that could not be looked into.
    unread: tuple[Unread, ...]
    options: Options
    # What bears the name of a file to read and is none, and links that are not followed.
    passed: tuple[discover.Passed, ...] = ()
    # Whether no folder was named, in which something could be expected.
    only_files: bool = False
    # The ignore files that were read, as whole paths.
    ignore_files: tuple[str, ...] = ()
    # The folders of roles that were come upon, and the hosts that they make, in words.
    roles: tuple[str, ...] = ()
    # What may be a playbook.
    playbooks: tuple[str, ...] = ()
    # The folders that were named.
    folders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    # The tasks and variables that make them, and places behind which anything may be done there.
    followed: frozenset[str] = frozenset()
    unfollowed: tuple[Unfollowed, ...] = ()
    # Where only files were named that may be of a host: what else a run on the root reads.
    beside: tuple[str, ...] = ()
    # The files that were named, where more was read to know what is said of them.
    about: frozenset[str] = frozenset()
    # The baseline, as a whole path, and what it lists that is no longer there, in words.
    baseline: str = ""
    gone: tuple[str, ...] = ()

    def check(self, source: Source | None = None) -> Report:
        """The report on the files, or on what ``source`` has in their place."""
        report = engine.check(source or self.source, self.policy, self.files, self.options)
        report.unread.extend(self.unread)
        return report

    def reads(self, report: Report) -> Iterator[str]:
        """Every file that the run was given, found or read, policy and ignore files among them."""
        yield from self.ignore_files
        if self.baseline:
            yield self.baseline
        passed = (one.path for one in self.passed_over())
        unread = (one.path for one in report.unread)
        for path in (self.policy.path, *self.files, *report.files, *unread, *passed):
            if path:
                yield os.path.join(self.root, path)

    def passed_over(self) -> tuple[discover.Passed, ...]:
        """What was not read, in words."""
        unfollowed = (
            discover.Passed(place.path, f"line {place.line}: not followed: {reason}")
            for place, reason in self.unfollowed
        )
        return (*self.passed, *unfollowed)

    def is_empty(self, report: Report) -> bool:
        """Whether nothing was checked, and something else could be expected.

        Of foreign files that are named, as a hook names them, nothing is expected.
        """
        from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import (
            checked,
        )

        foreign = self.only_files and self.options.skip_unknown and not report.files
        return not (foreign or report.unread or checked(report))

    def shown(self, path: str) -> str:
        """A path of the report as a user of the current folder would write it."""
        shown = os.path.relpath(os.path.join(self.root, path))
        # A line that begins so is a command to GitHub's runner, whoever has named the file.
        return f"./{shown}" if shown.lstrip().startswith("::") else shown


def prepare(arguments: argparse.Namespace) -> Run:
    """Find the root, the policy and the files; raises ``MailwardenError`` for wrong usage."""
    if arguments.format_name:
        from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import owners

        owners.check(arguments.format_name)
    paths = arguments.paths
    standard_input = _standard_input(arguments)
    named = [path for path in paths if path != discover.STDIN]
    root = discover.root_of(named + ([standard_input] if arguments.stdin_filename else []))
    path = arguments.config or config.find(root)
    policy = config.load(path, arguments.profile or "", config.programs(arguments.program))
    if path:
        # As every path of a report.
        policy.path = _inside(root, path)
    source: Source = Repository(root, policy.roots)
    noted = _Noted({}, {})
    found = discover.find(root, named, _look(policy, source, noted), arguments.exclude)
    files = found.files
    said = _said(arguments, root, named)
    if standard_input:
        from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import (
            MemorySource,
        )

        path = _inside(root, standard_input) if arguments.stdin_filename else NAMELESS
        source = MemorySource({path: _read_standard_input()}, source)
        files = tuple(dict.fromkeys((*files, path)))
        if arguments.format_name:
            said[path] = arguments.format_name
    beside: tuple[str, ...] = ()
    if found.only_files:
        beside = _beside(root, files, policy, source, noted, arguments.exclude)
    unread = tuple(Unread(error.path, error.reason) for error in found.unread)
    options = _options(arguments, said)
    return Run(
        root,
        source,
        policy,
        files,
        unread,
        options,
        found.passed,
        found.only_files,
        found.ignore_files,
        tuple(noted.roles),
        tuple(noted.playbooks),
        tuple(_inside(root, path) for path in named if os.path.isdir(path)),
        beside=beside,
    )


def deployed(one: Run) -> Run:
    """The run with the hosts that its roles make, and with what nothing in its repository writes.

    What is read on a host is not read by itself.
    """
    if one.roles or one.playbooks:
        from . import hosted

        one = hosted.with_hosts(one)
    files = [path for path in one.files if not (one.hosts and ":/" in path)]
    if any(MAIN_CF in path for path in files) and not any(MASTER_CF in path for path in files):
        from . import lone

        facts = lone.facts(one.root, files, one.source)
        one = one._replace(options=one.options._replace(facts=facts))
    return one


def judged(arguments: argparse.Namespace) -> tuple[Run, Report]:
    """The run that was asked for and its report; a person at a terminal sees that it goes on."""
    if not _watched():
        one = deployed(prepare(arguments))
        return one, one.check()
    from .progress import Progress

    with Progress() as progress:
        one = deployed(prepare(arguments))
        one = one._replace(options=one.options._replace(step=progress.step))
        return one, one.check()


def _watched() -> bool:
    """Whether the standard error is a terminal that can clear a line, and not that of a CI."""
    shown = sys.stderr is not None and sys.stderr.isatty() and os.name == "posix"
    return shown and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def recognised(policy: Policy, path: str) -> bool:
    """Whether a path, relative to the root, shows that it is a file to check."""
    return bool(catalogue.look(path, policy).claims)


class _Noted(NamedTuple):
    """The folders of roles and what may be playbooks that a walk comes upon."""

    roles: dict[str, None]
    playbooks: dict[str, None]


def _look(policy: Policy, source: Source, noted: _Noted) -> Callable[[str], catalogue.Look]:
    """What a walk asks of each file; that one is part of another is found from there.

    The roles and playbooks that it comes upon are ``noted``.
    """

    def look(path: str) -> catalogue.Look:
        if path.endswith(TASKS) and f"/{path}".endswith(("/" + TASKS[0], "/" + TASKS[1])):
            noted.roles.setdefault(path.rpartition("tasks/")[0].rstrip("/"))
        elif playbooks.may_be(path):
            noted.playbooks.setdefault(path)
        return catalogue.look(path, policy, "", source, beside=False)

    return look


def _beside(
    root: str,
    files: Sequence[str],
    policy: Policy,
    source: Source,
    noted: _Noted,
    exclude: Sequence[str],
) -> tuple[str, ...]:
    """What a run on the root finds, if some of the files that are named may be of a host.

    Any role of the repository may use them.  Outside of a repository nobody knows how much lies
    below the root, so only the role that a file is in is noted.
    """
    ours = [path for path in files if _may_be_of_a_host(path)]
    if not ours:
        return ()
    if discover.upward(root, [".git", *discover.POLICIES]) != root:
        for path in ours:
            noted.roles.update(dict.fromkeys(_roles_of(path, source)))
        return ()
    return discover.find(root, [root], _look(policy, source, noted), exclude).files


def _may_be_of_a_host(path: str) -> bool:
    """Whether a file is called as one that a role or a play reads."""
    return path.endswith(ENDINGS) or not FOLDERS.isdisjoint(path.split("/")[:-1])


def _roles_of(path: str, source: Source) -> Iterator[str]:
    """The folder of the role that a file is part of."""
    folders = path.split("/")[:-1]
    for at, name in enumerate(folders):
        role = "/".join(folders[:at])
        if name in PARTS and any(source.exists(f"{role}/{tasks}".lstrip("/")) for tasks in TASKS):
            yield role


def _options(arguments: argparse.Namespace, said: dict[str, str]) -> Options:
    return Options(
        formats=said,
        select=_rules(getattr(arguments, "select", [])),
        ignore=_rules(getattr(arguments, "ignore", [])),
        suppressions=not getattr(arguments, "no_suppressions", False),
        skip_unknown=arguments.skip_unknown,
        fixes=arguments.command == "lint",
        today=time.strftime("%Y-%m-%d"),
    )


def _rules(said: Sequence[str]) -> tuple[str, ...]:
    """Names of rules, comma-separated; raises ``MailwardenError`` for one that there is not."""
    names = tuple(name.strip() for one in said for name in one.split(",") if name.strip())
    if names:
        from .explain import known

        for name in names:
            known(name)
    return names


def _standard_input(arguments: argparse.Namespace) -> str:
    """The file that the standard input stands for; empty where it is not asked for."""
    if discover.STDIN not in arguments.paths:
        if arguments.stdin_filename:
            raise MailwardenError("--stdin-filename goes with the path -")
        return ""
    if not arguments.stdin_filename and not arguments.format_name:
        raise MailwardenError("what - holds must be said: --stdin-filename or --as")
    return str(arguments.stdin_filename or NAMELESS)


def _said(arguments: argparse.Namespace, root: str, named: Sequence[str]) -> dict[str, str]:
    """The format that ``--as`` gives to the files that are named; folders show their own."""
    said = arguments.format_name
    if not said:
        return {}
    return {_inside(root, path): said for path in named if not os.path.isdir(path)}


def _inside(root: str, path: str) -> str:
    return os.path.relpath(discover.real(path), root)


def _read_standard_input() -> bytes:
    if sys.stdin is None:
        raise MailwardenError("is closed", STDIN)
    try:
        data = sys.stdin.buffer.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise MailwardenError(f"cannot be read: {error.strerror}", STDIN) from error
    if len(data) > SIZE_LIMIT:
        raise MailwardenError(f"is larger than {SIZE_LIMIT // 1024 // 1024} MiB", NAMELESS)
    return data
