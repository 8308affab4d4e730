# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The formats.  What is known of one without loading it is its row in ``catalogue``.

A format is a module (or a package, where one file would be too long) with

``units(found, source)``
    groups files (a mapping of path to role) into what is read together: a list of
    ``(name, {role: path})``, which may add files of the source that belong to them;
``read(unit, source, assume)``
    one unit as a ``Reading``: what the program would do with it under these assumptions; a
    question that has a supplied answer is asked with ``assume.takes``;
``edit(unit, endpoints, field, value)``
    a ``Fix`` that gives the endpoints' field that value, or ``None`` where none is known; the
    endpoints are those of one finding; optional;
``claims(path, head, role)``
    the role that a file really has, of which the name says no more than that it may have ``role``,
    by how it begins; empty where it does not begin as one; optional: such a file is none then;
``facts(unit, source, assume)``
    what units of other formats may ask of this one (``assume.fact``), by name; optional;
``NO_TEMPLATE``
    a pattern of what looks like a template's expression in finished files and is none; optional;
``PLACEHOLDERS``, ``KEPT``
    the forms (``placeholders.FORMS``) that mean nothing to the program, so that they stand for what
    is filled in when the file is installed, and words of these forms that mean something; optional.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from ..endpoint import Endpoint, Fix, Reading, Unit
    from ..source import Source
    from ..text.assume import Assumptions

    class Format(Protocol):
        """What a format's module offers."""

        def units(
            self, found: dict[str, str], source: Source
        ) -> list[tuple[str, dict[str, str]]]: ...

        def read(self, unit: Unit, source: Source, assume: Assumptions) -> Reading: ...

        def edit(
            self, unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any
        ) -> Fix | None: ...
