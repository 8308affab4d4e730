"""The hosts that the plays and roles of a repository make, each on the distributions it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.source import KeptSource, Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from .. import distributions
from ..variables import elsewhere
from . import plays, releases, signs
from .action import Action, Sequence, Unfollowed
from .ground import Ground, facts
from .host import Host
from .mounted import Made, Mounted, Plan
from .project import Project
from .reached import Reached
from .rounds import Facts
from .sequence import Plays, of_plays, of_role

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy

    from ..distributions import Distribution

Follow = Callable[[Project, Facts], Sequence]
# So many hosts of plays are read.
MOST = 32
# The program of which one series refuses what another one wants.
SERIES = "dovecot"
# So many readings tell whether it refuses a file: what takes more is not what a version decides.
TRIED = 8


class Read(NamedTuple):
    """What is read of a repository's roles and plays.

    ``source`` is the repository with their hosts; ``files`` are those of the hosts that are to be
    checked, ``used`` those of the repository that are laid there, ``told`` the tasks and variables
    that were read.  ``hosts`` says in words which
    hosts these are; ``unfollowed`` are the places behind which anything may be done.
    """

    source: Source
    files: tuple[str, ...]
    used: frozenset[str]
    told: frozenset[str]
    hosts: tuple[str, ...]
    unfollowed: tuple[Unfollowed, ...]


class Maker(NamedTuple):
    """What makes a host: a role or plays.

    ``name`` is what the host is called, ``title`` what it is called in words, ``files`` are those
    that show its distribution, ``folders`` those of its roles, ``follow`` says what is done there.
    """

    name: str
    title: str
    files: tuple[str, ...]
    folders: tuple[str, ...]
    follow: Follow


class Built(NamedTuple):
    """A host with how it is made, and by whom in words."""

    made: Made
    plan: Plan
    titles: tuple[str, ...]


def read(source: Source, folders: Iterable[str], playbooks: Iterable[str], policy: Policy) -> Read:
    """The hosts of plays, and of the roles in these folders that no play uses."""
    names: elsewhere.Names = {}
    told: set[str] = set()
    source = KeptSource(source)
    folders = tuple(folders)
    found = plays.found(Project(source), playbooks, anything=bool(folders))
    every = [
        built
        for one in found.plays[:MOST]
        for built in _built(_of_plays(one, source), source, policy, names, told)
    ]
    uses = {role for one in every for role in one.made.host.roles}
    for folder in folders:
        if folder not in uses:
            every += _built(_of_role(folder, source), source, policy, names, told)
    passed = (one for built in every for one in built.made.host.unfollowed)
    unfollowed = dict.fromkeys((*found.unread, *map(_beyond, found.plays[MOST:]), *passed))
    every = _without_twins(every)
    mounted = Mounted(
        source,
        {one.made.name: one.plan for one in every},
        {one.made.name: one.made for one in every},
    )
    files: dict[str, None] = {}
    used: dict[str, None] = {}
    hosts = []
    for built in every:
        made = built.made
        kept = []
        for path in made.files():
            by = made.laid(path)
            look = catalogue.look(path, policy, "", mounted, beside=False)
            if look.claims and not any(map(policy.disowns, by)):
                kept.append(path)
                used.update(dict.fromkeys(by))
        files.update(dict.fromkeys(kept))
        if kept:
            on = made.host.ground.distribution.title
            shown = ", ".join(path[len(made.name) + 1 :] for path in kept)
            hosts += [f"{title} on {on}: {shown}" for title in built.titles]
    return Read(
        mounted, tuple(files), frozenset(used), frozenset(told), tuple(hosts), tuple(unfollowed)
    )


def _beyond(one: plays.OfMail) -> Unfollowed:
    reason = f"plays for {one.plays.hosts}, beyond the first {MOST} hosts"
    return Unfollowed(Place(one.plays.path, 1, 1, 1, 1, 0, 0), reason)


def _without_twins(every: Iterable[Built]) -> list[Built]:
    """Hosts that are the same are judged as one."""
    kept: list[Built] = []
    for built in every:
        for at, other in enumerate(kept):
            if built.made.is_twin(other.made):
                kept[at] = other._replace(titles=(*other.titles, *built.titles))
                break
        else:
            kept.append(built)
    return kept


def _of_role(folder: str, source: Source) -> Maker:
    files = tuple(signs.of_role(folder, source))
    return Maker(
        folder or ".", folder or "the role", files, (folder,), partial(_follow_role, folder)
    )


def _follow_role(folder: str, project: Project, known: Facts) -> Sequence:
    return of_role(project, folder, known)


def _of_plays(one: plays.OfMail, source: Source) -> Maker:
    folders = tuple(path for path in sorted(one.reach) if source.listing(path))
    files = [path for folder in folders for path in signs.of_role(folder, source)]
    files += sorted(one.reach - set(folders))
    return Maker(one.name, one.name, tuple(files), folders, partial(_follow_plays, one.plays))


def _follow_plays(one: Plays, project: Project, known: Facts) -> Sequence:
    return of_plays(project, one, known, Reached(project, anything=True))


def _built(
    maker: Maker, source: Source, policy: Policy, names: elsewhere.Names, told: set[str]
) -> Iterator[Built]:
    """The hosts of a role or of plays.

    There is one for each family of distributions on which other files are made.  A family of which
    every release refuses the files is none that they are for, if another one
    takes them.  What is read is noted in ``told``.
    """
    shown = signs.Shown(maker.files, source)
    fitting = signs.chosen(shown, policy.programs)
    is_older = shown.is_older(maker.folders)
    every: list[tuple[Made, Plan, bool | None]] = []
    for newest in fitting:
        tried = []
        for one in (newest, *signs.others(newest, SERIES)):
            called = maker.name if len(fitting) == 1 else f"{maker.name}@{one.name}"
            packages = tuple(shown.packages(one))
            plan: Plan = partial(_made, maker.follow, one, is_older, packages, names)
            made = Mounted(source, {called: plan}).host(called)
            told |= made.read
            tried.append((made, plan, _starts(made, plan, source, policy)))
            if tried[-1][2] is not False:
                break
        every.append(tried[0] if tried[-1][2] is False else tried[-1])
    if any(starts for _made, _plan, starts in every):
        every = [one for one in every if one[2] is not False]
    before: list[Made] = []
    for made, plan, _starts_there in every:
        if not any(made.is_as(other) for other in before):
            before.append(made)
            yield Built(made, plan, (maker.title,))


def _starts(made: Made, plan: Plan, source: Source, policy: Policy) -> bool | None:
    """Whether the program takes its files; ``None`` where it has none.

    Files that it refuses are not for this release.
    """
    files = [path for path in made.files() if f"/{SERIES}/" in path]
    if not files:
        return None
    mounted = Mounted(source, {made.name: plan}, {made.name: made})
    options = Options(fixes=False, suppressions=False, skip_unknown=True, combinations=TRIED)
    report = engine.check(mounted, policy, files, options)
    return not any(finding.rule == "syntax-error" for finding in report.findings)


def _made(
    follow: Follow,
    distribution: Distribution,
    is_older: bool,
    packages: tuple[str, ...],
    names: elsewhere.Names,
    source: Source,
) -> Host:
    project = Project(source)
    project.names = names
    done = follow(project, facts(distribution))
    release = _answered(distribution, done)
    host = Host(Ground(releases.before(release) if is_older else release, packages), source)
    host.follow(done)
    return host


def _answered(distribution: Distribution, done: Sequence) -> Distribution:
    """The distribution as it is with what tasks answer to the questions of its packages."""
    answers = dict(
        pair
        for one in done.actions
        if isinstance(one, Action) and one.module == "debconf"
        for pair in _answer(one)
    )
    if not answers or distribution.family != "Debian":
        return distribution
    return distributions.answered(distribution.name, answers)


def _answer(action: Action) -> Iterator[tuple[str, str]]:
    given = action.given or {}
    pair = []
    for names in (("question", "selection", "setting"), ("value", "answer")):
        text = next((given[name] for name in names if name in given), None)
        if isinstance(text, Text) and not text.holes:
            pair.append(text.string)
    if len(pair) > 1 and pair[0].startswith("postfix/") and not action.questions:
        yield pair[0], pair[1]
