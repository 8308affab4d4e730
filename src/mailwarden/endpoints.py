"""``mailwarden endpoints``: what listens and what dials."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from . import lint
from .output import printed, table
from .output.closing import last_line
from .output.json import document
from .run import judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import TextIO


def run(arguments: argparse.Namespace) -> int:
    """List the endpoints; returns the exit status."""
    one, report = judged(arguments)
    if one.hosts:
        from .hosted import merged

        merged(report, one.about)

    def write(stream: TextIO) -> None:
        if arguments.format == "json":
            stream.write(document(report))
            return
        colour = printed.colour(arguments.color, stream)
        data = as_data(report, VERSION)
        for line in table.lines(data, one.shown, colour, arguments.quiet, arguments.verbose):
            stream.write(line + "\n")
        if one.is_empty(report):
            stream.write(last_line(one, report) + "\n")

    printed.to(arguments.output or "", write, one, report)
    if arguments.format == "json":
        lint.tell_if_empty(one, report)
    return 2 if report.unread else lint.empty(one, report, arguments)
