"""What each file of a host is made of, for ``--verbose``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain

from ..deploy.mounted import Mounted

if TYPE_CHECKING:
    from ..deploy.mounted import Made
    from ..run import Run


def lines(run: Run) -> Iterator[str]:
    """A line for each file of a host: what ships it, and then the tasks that change it in order.

    Behind them stand the files that these lay there, and those of the variables.
    """
    if not isinstance(run.source, Mounted):
        return
    made = {one.name: one for one in run.source.hosts()}
    for name in run.files:
        host, colon, path = name.partition(":/")
        if colon and host in made:
            title = made[host].host.ground.distribution.title
            of = "; ".join(_parts(run, made[host], f"/{path}"))
            yield f"made: {plain(host.partition('@')[0])}: {plain(f'/{path}')} on {title}: {of}"


def _parts(run: Run, made: Made, path: str) -> Iterator[str]:
    host = made.host
    shipped = host.ground.shipped()
    read = made.text(path).paths() if path not in host.failed else set()
    yield from dict.fromkeys(shipped[one] for one in sorted(read & shipped.keys()))
    by = host.written.get(path)
    if by is None:
        return
    places = (one.task.written.place(0) for one in by.actions)
    yield "tasks " + _listed(f"{run.shown(one.path)}:{one.line}" for one in places)
    tasks = {one.path for one in by.actions}
    laid = [one for one in by.files if one not in tasks]
    variables = sorted(read - shipped.keys() - tasks - {*laid})
    if laid:
        yield "laid from " + _listed(map(run.shown, laid))
    if variables:
        yield "variables of " + _listed(map(run.shown, variables))


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(plain(one) for one in dict.fromkeys(paths))
