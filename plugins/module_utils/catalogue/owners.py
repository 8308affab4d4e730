# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be said of whose a file is: by a policy, or by who calls."""

from __future__ import annotations

from ..errors import MailwardenError
from . import row, rows


def names() -> list[str]:
    """Each format, and each format with one of its roles."""
    every = rows()
    return [*every, *(f"{name}/{role}" for name, row in every.items() for role in row.roles)]


def check(said: str) -> None:
    """Raise ``MailwardenError`` for a format, or a file of a format, that there is not."""
    known = names()
    if said not in known:
        raise MailwardenError(f"no format {said}: known are {', '.join(sorted(known))}")


def named(said: str, path: str) -> tuple[str, str]:
    """Format and role of a file whose format is given (``--as postfix``).

    ``said`` is a format, or format and role (``postfix/master``).  Without a role it is the one
    whose usual name is part of the file's (``master.cf.mailhost``), or else the format's first.
    """
    name, _slash, role = said.partition("/")
    if role:
        return name, role
    owner = row(name)
    base = path.rsplit("/", 1)[-1]
    return name, next((role for pattern, role in owner.files if pattern in base), owner.roles[0])
