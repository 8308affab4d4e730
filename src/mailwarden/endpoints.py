"""``mailwarden endpoints``: what listens and what dials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from .output import printed
from .run import prepare

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """List the endpoints; returns the exit status."""
    one = prepare(arguments)
    report = one.check()
    data = as_data(report, VERSION)
    with printed.to(arguments.output) as stream:
        if arguments.format == "json":
            from .output.json import document

            stream.write(document(data))
        else:
            from .output.table import lines

            colour = printed.colour(arguments.color, stream)
            for line in lines(data, one.shown, colour, arguments.quiet, arguments.verbose):
                stream.write(line + "\n")
    return 2 if data["unread"] else 0
