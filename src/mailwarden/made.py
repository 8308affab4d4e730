"""``mailwarden render``: the files that a role or a play makes on its hosts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words
from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean

from .deploy.mounted import Mounted
from .deploy.rows import rows
from .output import printed
from .output.listed import listed
from .run import deployed, prepare

if TYPE_CHECKING:
    import argparse

    from .deploy.mounted import Made
    from .run import Run

# The exit statuses of a run that has shown nothing, and of one that could not show a file.
EMPTY, UNREAD = 4, 2


def run(arguments: argparse.Namespace) -> int:
    """Print the files; returns the exit status."""
    what = _there(arguments.what)
    arguments.paths = [what]
    one = deployed(prepare(arguments))
    by = "" if os.path.isdir(what) else os.path.relpath(os.path.realpath(what), one.root)
    hosts = _named(_hosts(one, by), arguments.host)
    files = _files(hosts, by, [clean(path) for path in arguments.files])
    blocks, unread = [], False
    for made, path in files:
        try:
            lines = listed(rows(made.text(path)), one.shown, made.host.ground)
        except MailwardenError as error:
            lines, unread = [f"unread: {words(error.reason)}"], True
        title = made.host.ground.distribution.title
        blocks.append([plain(f"{path}: {made.name.partition('@')[0]} on {title}"), *lines])
    if not files and by and one.source.rendered_to(by):
        text = one.source.rendered(by, one.source.text(by)).text
        blocks.append(
            [plain(f"{by} by itself: no host is made of it"), *listed(rows(text), one.shown)]
        )
    if not blocks:
        printed.tell(f"mailwarden: {plain(what)} makes no file of a mail program")
        return EMPTY
    blocks.append(_not_followed(one, [made for made, _path in files]))
    printed.lines("\n\n".join("\n".join(block) for block in blocks if block).split("\n"))
    return UNREAD if unread else 0


def _there(what: str) -> str:
    """The path that is meant: a role may be called by its name."""
    role = os.path.join("roles", what)
    return role if not os.path.lexists(what) and os.path.isdir(role) else what


def _hosts(one: Run, by: str) -> list[Made]:
    """The hosts on which mail files are written, or those that a file has a part in."""
    every = one.source.hosts() if isinstance(one.source, Mounted) else []
    hosts = [made for made in every if made.files()]
    return [made for made in hosts if not by or by in made.read or made.name.startswith(by)]


def _named(hosts: list[Made], name: str) -> list[Made]:
    """The hosts of a name, which may be that of the distribution; all if there is none."""
    chosen = [made for made in hosts if name in ("", made.name, made.name.rpartition("@")[2])]
    if name and not chosen:
        known = ", ".join(made.name for made in hosts) or "none"
        raise MailwardenError(f"no host is called so (there are: {known})", name)
    return chosen


def _files(hosts: Iterable[Made], by: str, wanted: list[str]) -> list[tuple[Made, str]]:
    """The files to show, each with its host: those that are written, or those that are wanted.

    What a package ships is shown if it is wanted.  Of a template, or of tasks or variables, it is
    the files that are made of it.
    """
    found: list[tuple[Made, str]] = []
    for made in hosts:
        paths = wanted or [path.partition(":")[2] for path in made.files()]
        for path in paths:
            if wanted:
                taken = path in made.host.failed or bool(made.exists(path))
            else:
                taken = path in made.host.written and (
                    not by or made.name.startswith(by) or by in made.sources(path)
                )
            if taken:
                found.append((made, path))
    for path in wanted:
        if all(path != other for _made, other in found):
            raise MailwardenError("no host has such a file", path)
    return found


def _not_followed(one: Run, hosts: Iterable[Made]) -> list[str]:
    """What else may be done on the hosts."""
    found = dict.fromkeys(end for made in hosts for end in made.host.unfollowed)
    return [
        f"{plain(one.shown(place.path))}:{place.line}: not followed: {words(reason)}"
        for place, reason in found
    ]
