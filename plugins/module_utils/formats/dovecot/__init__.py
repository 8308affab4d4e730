# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dovecot 2.3 and 2.4: dovecot.conf and what it includes.

``lines``, ``includes``, ``files``
    logical lines and what each is; which files an include means; all lines in order;
``settings``, ``values``
    the settings that count, their values and defaults; ``ancient``: those of old files;
``filters``, ``networks``
    for whom settings count; the networks that filters name, to be looked up;
``groups``, ``grammar``
    what 2.4 brings in by a name; which version the files are for;
``configuration``
    ``Configuration``: what a unit's files come to; ``effective``: for one connection;
``startup``, ``collisions``
    what keeps Dovecot from starting although each line is right;
``listeners``, ``certificate``, ``login``
    where it listens, whether TLS can work, what one peer sees;
``server``, ``client``
    ``add(configuration, reading)``: the endpoints of either side;
``further``
    clients that are there and not looked at;
``sockets``
    what other programs find of the auth service;
``remarks``, ``fixes``
    settings that do nothing, edits that give an endpoint's field another value;
``heads``
    whether a file of another name is one of these;
``grouping``
    which files are read together.
"""

from __future__ import annotations

from ...endpoint import Reading, together
from ...patterns import FOREIGN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Fix, Unit
    from ...source import Source
    from ...text.assume import Assumptions

# Neither ``%{name}``, a variable of Dovecot's own, nor ``${NAME}``, which ``values`` knows.
PLACEHOLDERS = (*FOREIGN, "<NAME>")


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Each dovecot.conf with what it includes."""
    from . import grouping

    return grouping.units(found, source)


def claims(path: str, head: str, role: str) -> str:
    """The role of a file of another name, by how it begins; empty for none."""
    from . import heads

    return heads.claims(path, head, role)


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """One Dovecot: its listeners, and what it dials."""
    from . import certificate, client, remarks, server, startup
    from .configuration import Configuration

    reading = Reading()
    if not unit.texts or "aside" in unit.texts:
        # Nothing of it, or nothing that Dovecot reads.
        return reading
    configuration = Configuration(unit, source, assume)
    certificate.missing(configuration)
    startup.check(configuration)
    reading.problems.extend(configuration.problems)
    remarks.add(configuration, reading)
    reading.opaque.extend(
        (name, blind.place) for blind in configuration.blinds for name in blind.depends_on
    )
    if not reading.problems:
        # Dovecot does not start with a file that it refuses.
        server.add(configuration, reading)
        client.add(configuration, reading)
        reading.clients.extend(configuration.clients)
    return reading


def facts(unit: Unit, source: Source, assume: Assumptions) -> dict[str, str]:
    """What other formats may ask of the auth service: its mechanisms and sockets.

    ``sasl-mechanisms:dovecot`` are words, ``sasl-sockets:dovecot`` the lines of absolute paths that
    are made beyond the usual ones.
    """
    from . import sockets
    from .configuration import Configuration

    if "main" not in unit.texts:
        # Parts of a configuration say nothing of what they leave out.
        return {}
    return sockets.facts(Configuration(unit, source, assume))


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value, or ``None``."""
    from . import fixes

    return together(fixes.edit(unit, one, field, value) for one in endpoints)
