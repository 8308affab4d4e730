"""The reporters: the forms in which ``lint`` says what it has found, and where each goes.

A reporter is the module of its name in this folder, with one function
``write(run, report, arguments, stream)``.  It is imported when its report is asked for.
"""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import NamedTuple, Protocol, TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run

    class Reporter(Protocol):
        """What the module of a reporter has."""

        def write(
            self, run: Run, report: Report, arguments: argparse.Namespace, stream: TextIO
        ) -> None:
            """Write the report of a run."""
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

TEXT = "text"
# The name of each reporter, and what reads its reports.
REPORTERS = {
    TEXT: "people",
    "json": "schemas/report.schema.json",
    "sarif": "SARIF 2.1.0, for GitHub's code scanning and editors",
    "github": "annotations in a workflow of GitHub",
    "gitlab": "GitLab's code quality",
    "junit": "the tests of Jenkins, GitLab and others",
    "checkstyle": "Checkstyle's XML, for Jenkins, reviewdog and others",
}


class Target(NamedTuple):
    """A reporter's name and the file for its report; without one, the standard output."""

    name: str
    path: str = ""


def parsed(value: str) -> Target:
    """``NAME`` or ``NAME:FILE``; raises ``ValueError`` with what is wrong."""
    name, colon, path = value.partition(":")
    if name not in REPORTERS:
        raise ValueError(f"no format is called {name}; there are {', '.join(REPORTERS)}")
    if colon and not path:
        raise ValueError(f"{value} names no file")
    return Target(name, path)


def targets(arguments: argparse.Namespace) -> list[Target]:
    """Every report that was asked for, the one for the standard output last.

    Raises ``MailwardenError`` where two have one place, or a report that of ``--write-baseline``,
    and for ``--output`` without a report that has no file yet.
    """
    wanted: list[Target] = arguments.format or [Target(TEXT)]
    bare = [target for target in wanted if not target.path]
    if len(bare) > 1:
        raise MailwardenError(
            f"--format {bare[1].name}: another report goes to the standard output; "
            f"give this one a file, as in {bare[1].name}:FILE"
        )
    if arguments.output:
        if not bare:
            raise MailwardenError("--output goes with a --format that has no file of its own")
        bare = [bare[0]._replace(path=arguments.output)]
    chosen = [*(target for target in wanted if target.path), *bare]
    paths = [target.path for target in chosen if target.path]
    if arguments.write_baseline:
        paths.append(arguments.write_baseline)
    whole = [os.path.abspath(path) for path in paths]
    for path in paths:
        if whole.count(os.path.abspath(path)) > 1:
            raise MailwardenError("is to be written twice", path)
    return chosen


def load(name: str) -> Reporter:
    """The reporter of a name."""
    # What importlib.import_module does, without importing importlib.
    module: Reporter = __import__(f"{__package__}.{name}", fromlist=["write"])
    return module


def write(run: Run, report: Report, arguments: argparse.Namespace) -> None:
    """Write every report that was asked for."""
    from . import printed

    for wanted in targets(arguments):
        reporter = load(wanted.name)

        def filled(stream: TextIO, reporter: Reporter = reporter) -> None:
            reporter.write(run, report, arguments, stream)

        printed.to(wanted.path, filled, run, report)
