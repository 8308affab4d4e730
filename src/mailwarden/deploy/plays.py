"""The plays of a repository that concern mail, by the hosts that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from . import concerned, written
from .action import Unfollowed
from .project import Project
from .reached import NOTHING, Reach, Reached
from .sequence import Placed, Plays, imported, plays_of
from .written import Import

ALL = "all"


class OfMail(NamedTuple):
    """Plays that concern mail, and what of mail they come to."""

    plays: Plays
    reach: Reach

    @property
    def name(self) -> str:
        """What their host is called: in a pattern a comma says the same as a colon."""
        hosts = self.plays.hosts.replace(":", ",").replace("/", "_")
        return f"{self.plays.path}[{hosts}]"


class Found(NamedTuple):
    """The plays that concern mail, and the playbooks that cannot be read, each with the reason."""

    plays: tuple[OfMail, ...]
    unread: tuple[Unfollowed, ...]


def found(project: Project, paths: Iterable[str], anything: bool) -> Found:
    """The plays of these files, of which a playbook that another one imports is a part of that.

    ``anything`` is as ``Reached`` has it.
    """
    reached = Reached(project, anything)
    unread: list[Unfollowed] = []
    playbooks = [path for path in paths if _is_playbook(project, path, unread)]
    inside = {inner for path in playbooks for inner in _imports(project, path)}
    plays: list[OfMail] = []
    for path in playbooks:
        if path in inside:
            continue
        try:
            plays += _of_mail(plays_of(project, path), reached)
        except MailwardenError as error:
            unread.append(_unread(path, error))
    return Found(tuple(plays), tuple(unread))


def _is_playbook(project: Project, path: str, unread: list[Unfollowed]) -> bool:
    """Whether a file is a playbook; one that cannot be read and speaks of mail is noted."""
    try:
        if not written.is_playbook(project.source.text(path)):
            return False
        project.plays(path)
    except MailwardenError as error:
        if concerned.speaks(project.source.looked_into(path)):
            unread.append(_unread(path, error))
        return False
    return True


def _imports(project: Project, path: str) -> Iterator[str]:
    for one in project.plays(path):
        if isinstance(one, Import):
            inner = imported(path, one)
            if inner != path:
                yield inner


def _of_mail(every: list[Plays], reached: Reached) -> Iterator[OfMail]:
    """Those that concern mail.

    What all hosts share is said once for those of which no play of their own concerns mail.
    """
    common = NOTHING
    others: list[Plays] = []
    for plays in every:
        own, shared = NOTHING, NOTHING
        for one in plays.plays:
            if isinstance(one, Placed):
                reach = reached.play(one.play, one.path)
                if one.is_for_all and plays.hosts != ALL:
                    shared |= reach
                else:
                    own |= reach
        if own:
            yield OfMail(plays, own | shared)
        elif shared:
            common |= shared
            others.append(plays)
    if common:
        first = others[0]
        kept = tuple(one for one in first.plays if not isinstance(one, Placed) or one.is_for_all)
        yield OfMail(Plays(first.path, ALL, kept), common)


def _unread(path: str, error: MailwardenError) -> Unfollowed:
    line = error.line or 1
    return Unfollowed(Place(path, line, 1, line, 1, 0, 0), error.reason)
