# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Postfix 3.4 to 3.11, server and client: ``main.cf`` and ``master.cf``.

``syntax``
    logical lines; ``read_main``: the settings of main.cf;
``services``
    ``read_master``: the services of master.cf with their ``-o`` options;
``macros``
    ``$name`` and its relatives;
``written``
    ``Written``: what the command line, main.cf or the defaults say of a parameter;
``parameters``
    ``Parameters``: a parameter's value for one service, with everything that led to it;
``configuration``
    ``configuration(unit, assume)``: both files of a unit, parsed;
``server``, ``client``
    ``add(configuration, source, reading)``: the endpoints of either side;
``heads``
    whether a file of another name is one of these;
``fixes``
    edits that give an endpoint's field another value.
"""

from __future__ import annotations

from ...endpoint import Reading
from ...patterns import FOREIGN, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Fix, Unit
    from ...source import Source
    from ...text.assume import Assumptions

# Postfix's own doubled braces: ``${{$name} == a}``, ``${name?{{a}}}``, ``cidr:{{10.0.0.0/8 OK}}``.
NO_TEMPLATE = lazy(
    r"(?:(?<=[$?])|(?<=\}:)|(?<=(?:cidr|pcre):)|(?<=(?:inline|regexp|static):)"
    r"|(?<=(?:pipe|rand)map:)|(?<=unionmap:))\{\{"
)
# Stands for the name of either file: no path holds it.
_NAME = "\0"
# Not ``${NAME}``, which refers to a parameter, if there is one of that name.
PLACEHOLDERS = (*FOREIGN, "<NAME>", "%{name}")


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Pairs each main.cf with the master.cf beside it, also where only one of them was found.

    ``x-main.cf`` belongs to ``x-master.cf``, ``main.cf.x`` to ``master.cf.x``, and
    ``main.cf/main.cf.x`` to ``master.cf/master.cf.x``.  What is added to a
    main.cf that is elsewhere (``override``) is a whole one where it has a master.cf of its own.
    """
    grouped: dict[str, dict[str, str]] = {}
    for path, role in found.items():
        grouped.setdefault(_pattern(path, role), {})[role] = path
    result = []
    for pattern, roles in sorted(grouped.items()):
        for role in ("main", "master"):
            beside = pattern.replace(_NAME, role + ".cf")
            if role not in roles and beside != pattern and _is(role, beside, source):
                roles[role] = beside
        if "override" in roles and "master" in roles:
            roles["main"] = roles.pop("override")
        result.append((roles.get("main") or roles.get("override") or roles["master"], roles))
    return result


def _pattern(path: str, role: str) -> str:
    """The path with a mark for ``main.cf`` or ``master.cf``, also in the folder so called."""
    usual = "master.cf" if role == "master" else "main.cf"
    folder, slash, name = path.rpartition("/")
    above, between, last = folder.rpartition("/")
    inside = _NAME if last == usual else last
    return above + between + inside + slash + name.replace(usual, _NAME, 1)


def _is(role: str, path: str, source: Source) -> bool:
    """Whether the file is there, and what its name says; ``master.cf`` itself is."""
    if not source.exists(path):
        return False
    if (source.rendered_to(path) or path).rpartition("/")[2] == role + ".cf":
        return True
    return claims(path, source.head(path), role) in (role, "override")


def claims(path: str, head: str, role: str) -> str:
    """The role of a file of another name, by how it begins; empty for none."""
    from . import heads

    return heads.claims(path, head, role)


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """One instance of Postfix: its listeners, and where it delivers to."""
    from . import client, configuration, server

    reading = Reading()
    read_files = configuration.configuration(unit, assume)
    for parsed in (read_files.main, read_files.master):
        if parsed is not None:
            reading.problems.extend(parsed.problems)
    server.add(read_files, source, reading)
    client.add(read_files, source, reading)
    return reading


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value, or ``None``."""
    from . import fixes

    return fixes.edit(unit, endpoints, field, value)
