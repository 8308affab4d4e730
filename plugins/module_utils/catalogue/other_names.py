# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that bear a configuration's name with something before or behind it.

``main.cf.j2`` is a template, ``main.cf.rpmsave`` was set aside, ``main.cf.proto`` is a sample:
these are told by their names.  ``main.cf.web1``, ``web1-main.cf`` and ``etc_postfix_main.cf`` may
be finished files: how they begin decides.  What lies beside another program's file may be a part of
it, whatever it is called.
"""

from __future__ import annotations

from ..errors import MailwardenError
from . import FORMATS, fits, load, recognise
from .endings import A_SAMPLE, A_TEMPLATE, ASIDE, SUFFIXES, is_foreign, meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from ..source import Source
    from . import Row
else:
    from ..tuples import NamedTuple

# Names that a file may bear: the format, the name, and the name that tells what it then is.
_NAMES = [(row, name, whole) for row in FORMATS.values() for name, whole in row.borne]
# How the name of a file begins that says with ``_`` in which folder of a host it is to be.
_FLAT = ("etc_", "usr_", "var_")

_EXPRESSIONS = ("{{ ", "{%", "<%")
# Said of the file before a further ending: ``main.cf.bak.2024``, ``main.cf.j2.sh``.
_FIRST = (A_TEMPLATE, ASIDE)


class Borne(NamedTuple):
    """Format and role that a name speaks of, that name, and what stands before and behind it.

    ``sure`` is false where the file may as well be none of ours, unless it begins so:
    ``logrotate-dovecot.conf`` is what another program knows of Dovecot, and others number their
    files too.
    """

    format: str
    role: str
    name: str
    before: str = ""
    after: str = ""
    sure: bool = True


def part(path: str, source: Source) -> tuple[str, str] | None:
    """The format and the role of a file that is part of another one; ``None`` where none is."""
    for owner in FORMATS.values():
        for pattern, role, other in owner.parts:
            if fits(pattern, path):
                located = source.locate(other, path)
                if located is not None and recognise(located) and source.exists(located):
                    return owner.name, role
    return None


def look(path: str, source: Source) -> tuple[tuple[str, str] | None, str]:
    """Format and role of a file to read, or why it is passed over; neither: it is none of ours."""
    one = borne(path)
    if one is None:
        return None, ""
    why = shown(one.before, one.after)
    if why and one.sure:
        return None, why
    try:
        head = source.head(path)
    except MailwardenError as error:
        return None, error.reason
    role = _claimed(load(one.format), path, head, one.role)
    if not role:
        other = (
            f"does not begin as a {one.name} does; if it is one, say so under files in the policy"
        )
        return None, other if one.sure else ""
    if not why and _is_template(head):
        why = A_TEMPLATE
    return (None, why) if why else ((one.format, role), "")


def borne(path: str) -> Borne | None:
    """What the name of a file speaks of; ``None`` where it speaks of no configuration of mail."""
    folder, slash, name = path.rpartition("/")
    for row in FORMATS.values():
        for pattern, role in row.maybe:
            if _matches(name, pattern):
                return Borne(row.name, role, name, sure=name.endswith("main.cf"))
    for row, usual, whole in _NAMES:
        before, found, after = name.partition(usual)
        if found and _apart(before, after) and not is_foreign(after):
            known = _known(folder + slash, before, whole)
            if known is not None:
                sure = not (before and whole == "dovecot.conf")
                return Borne(*known, whole, before, after, sure)
            role = _of_a_part(row, whole)
            if role and not before:
                return Borne(row.name, role, whole, before, after, sure=False)
    return _with_an_ending(path)


def _of_a_part(row: Row, name: str) -> str:
    """The role of a file that is known by this name in some folders alone; else nothing."""
    return next((role for pattern, role in row.files if pattern.endswith("**/" + name)), "")


def _matches(name: str, pattern: str) -> bool:
    """Whether a name is the pattern, or holds and ends with its words in the place of ``*``."""
    first, *words = pattern.split("*")
    if not words:
        return name == first
    return name.startswith(first) and words[0] in name and name.endswith(words[-1])


def _with_an_ending(path: str) -> Borne | None:
    """One of the names that are not always the same (``conf.d/*.conf``), with an ending behind."""
    base, ending = (path[:-1], "~") if path.endswith("~") else path.rpartition(".")[::2]
    known = recognise(base)
    if known is None or is_foreign("." + ending):
        return None
    return Borne(*known, base.rpartition("/")[2], after="." + ending)


def _apart(before: str, after: str) -> bool:
    return (not before or before[-1] in "-_.#") and (not after or after[0] in "-_.~#")


def _known(folder: str, before: str, name: str) -> tuple[str, str] | None:
    """What the name is where it stands, or where what is before it says that it is to be."""
    if before.startswith(_FLAT):
        return recognise(before.replace("_", "/") + name)
    return recognise(folder + name) or (recognise(f"{folder}{before}/{name}") if before else None)


def shown(before: str, after: str) -> str:
    """Why a file is not read, where what stands before or behind its name tells; else nothing."""
    if after.endswith(("~", "#")) or before.endswith(("#", ".#")):
        return ASIDE
    parts = [part for part in after.lower().replace("-", ".").replace("_", ".").split(".") if part]
    if parts:
        if all(part.isdigit() for part in parts):
            return ASIDE
        first, last = meaning(parts[0]), meaning(parts[-1])
        # ``main.cf.in`` is a template, and ``main.cf.mail.company.in`` a host's.
        if first in _FIRST and (parts[0] != "in" or len(parts) == 1):
            return first
        if last and parts[-1] != "in":
            return last
    words = before.lower().replace("_", "-").split("-")
    return next((SUFFIXES[word] for word in words if SUFFIXES.get(word) in (ASIDE, A_SAMPLE)), "")


def _claimed(module: Any, path: str, head: str, role: str) -> str:
    claims = getattr(module, "claims", None)
    return str(claims(path, head, role)) if claims is not None and "\0" not in head else ""


def _is_template(head: str) -> bool:
    """Whether an expression of a template stands in no comment; doubled braces alone are none."""
    lines = (line for line in head.split("\n") if not line.lstrip().startswith("#"))
    return any(sign in line for line in lines for sign in _EXPRESSIONS)
