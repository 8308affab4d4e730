"""The hosts that the roles of a repository make, each on the distributions that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .. import distributions
from ..variables import elsewhere
from . import releases, signs
from .action import Action, Sequence, Unfollowed
from .ground import Ground, facts
from .host import Host
from .mounted import Made, Mounted, Plan
from .project import Project
from .sequence import of_role

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy

    from ..distributions import Distribution

# The program of which one series refuses what another one wants.
SERIES = "dovecot"
# So many readings tell whether it refuses a file: what takes more is not what a version decides.
TRIED = 8


class Read(NamedTuple):
    """What is read of a repository's roles.

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


def read(source: Source, folders: Iterable[str], policy: Policy) -> Read:
    """The hosts of the roles in these folders."""
    plans: dict[str, Plan] = {}
    every: list[Made] = []
    names: elsewhere.Names = {}
    told: set[str] = set()
    for folder in folders:
        for made, plan in _of_role(folder, source, policy, names, told):
            plans[made.name] = plan
            every.append(made)
    mounted = Mounted(source, plans, {made.name: made for made in every})
    files: dict[str, None] = {}
    used: dict[str, None] = {}
    hosts = []
    for made in every:
        kept = []
        for path in made.files():
            by = made.laid(path)
            look = catalogue.look(path, policy, "", mounted, beside=False)
            if look.claims and not any(map(policy.disowns, by)):
                kept.append(path)
                used.update(dict.fromkeys(by))
        files.update(dict.fromkeys(kept))
        if kept:
            title = made.host.ground.distribution.title
            shown = ", ".join(path.partition(":")[2] for path in kept)
            hosts.append(f"{made.host.folder or 'the role'} on {title}: {shown}")
    unfollowed = dict.fromkeys(one for made in every for one in made.host.unfollowed)
    return Read(
        mounted,
        tuple(files),
        frozenset(used),
        frozenset(told),
        tuple(hosts),
        tuple(unfollowed),
    )


def _of_role(
    folder: str, source: Source, policy: Policy, names: elsewhere.Names, told: set[str]
) -> Iterator[tuple[Made, Plan]]:
    """The hosts of a role, one for each family of distributions on which it makes other files.

    A family of which every release refuses the files is none that the role is for, if another one
    takes them.  What is read is noted in ``told``.
    """
    shown = signs.Shown(folder, source)
    fitting = signs.chosen(shown, policy.programs)
    is_older = shown.is_older()
    name = folder or "."
    every: list[tuple[Made, Plan, bool | None]] = []
    for newest in fitting:
        tried = []
        for one in (newest, *signs.others(newest, SERIES)):
            called = name if len(fitting) == 1 else f"{name}@{one.name}"
            plan: Plan = partial(_made, folder, one, is_older, tuple(shown.packages(one)), names)
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
            yield made, plan


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
    folder: str,
    distribution: Distribution,
    is_older: bool,
    packages: tuple[str, ...],
    names: elsewhere.Names,
    source: Source,
) -> Host:
    project = Project(source)
    project.names = names
    done = of_role(project, folder, facts(distribution))
    release = _answered(distribution, done)
    host = Host(folder, Ground(releases.before(release) if is_older else release, packages), source)
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
