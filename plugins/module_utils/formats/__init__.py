# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The formats: which file belongs to which, and how each is loaded.

A format is a module (or a package, where one file would be too long) with

``PROGRAM``
    the program whose version changes what the files mean, as ``programs`` of the policy names it;
``VERSIONS``
    the oldest and the newest series of it that the format knows (``("3.4", "3.11")``); optional;
``COMMENT``, ``TRAILING_COMMENTS``
    what begins a comment, and whether one may follow a value on its line; an empty ``COMMENT``
    says that the language has none; ``COMMENT_END`` is what ends one, where that is not the line;
``ONE_TEXT``
    ``True`` where the program reads its files as one text, so that any of them may be to blame for
    any endpoint; optional;
``NO_TEMPLATE``
    a pattern of what looks like a template's expression in finished files and is none; optional;
``PLACEHOLDERS``, ``KEPT``
    the forms (``placeholders.FORMS``) that mean nothing to the program, so that they stand for what
    is filled in when the file is installed, and words of these forms that mean something; optional;
``claims(path, head, role)``
    the role that a file really has, of which the name says no more than that it may have ``role``,
    by how it begins; empty where it does not begin as one; optional: such a file is none then;
``units(found, source)``
    groups files (a mapping of path to role) into what is read together: a list of
    ``(name, {role: path})``, which may add files of the source that belong to them;
``read(unit, source, assume)``
    one unit as a ``Reading``: what the program would do with it under these assumptions; a
    question that has a supplied answer is asked with ``assume.takes``;
``facts(unit, source, assume)``
    what units of other formats may ask of this one (``assume.fact``), by name; optional;
``edit(unit, endpoints, field, value)``
    a ``Fix`` that gives the endpoints' field that value, or ``None`` where none is known; the
    endpoints are those of one finding; optional.

The table is written out, and every loader names its module in an ``import`` statement: Ansible
ships to a managed node what such statements name, and nothing else.
"""

from __future__ import annotations

from ..errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NamedTuple, Protocol

    from ..assume import Assumptions
    from ..endpoint import Endpoint, Fix, Reading, Unit
    from ..policy import Policy
    from ..source import Source

    class Format(Protocol):
        """What a format's module offers."""

        PROGRAM: str
        COMMENT: str
        TRAILING_COMMENTS: bool

        def units(
            self, found: dict[str, str], source: Source
        ) -> list[tuple[str, dict[str, str]]]: ...

        def read(self, unit: Unit, source: Source, assume: Assumptions) -> Reading: ...

        def edit(
            self, unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any
        ) -> Fix | None: ...

else:
    from ..tuples import NamedTuple


class Look(NamedTuple):
    """What a file is: format and role where it is to be read, else why it is passed over.

    Both are empty for a file that is none of ours.
    """

    kind: tuple[str, str] | None
    why: str = ""


NONE_OF_OURS = Look(None)


def _postfix() -> Any:
    from . import postfix

    return postfix


def _dovecot() -> Any:
    from . import dovecot

    return dovecot


def _msmtp() -> Any:
    from . import msmtp

    return msmtp


def _autoconfig() -> Any:
    from . import autoconfig

    return autoconfig


LOADERS: dict[str, Callable[[], Any]] = {
    "postfix": _postfix,
    "dovecot": _dovecot,
    "msmtp": _msmtp,
    "autoconfig": _autoconfig,
}

# What Dovecot calls the files of ``conf.d`` that say who listens, with which TLS and login
# (doc/example-config/conf.d of 2.3, and of Pigeonhole).
DOVECOT_PARTS = (
    "10-auth.conf",
    "10-master.conf",
    "10-ssl.conf",
    "20-imap.conf",
    "20-lmtp.conf",
    "20-managesieve.conf",
    "20-pop3.conf",
    "20-submission.conf",
)

# How a path ends, and the role that the file then has.  Only whole files go by these names; of
# others, such as ``main.cf.proto`` or ``mx-master.cf``, ``other_names`` asks how they begin.
FILES: tuple[tuple[str, str, str], ...] = (
    ("main.cf", "postfix", "main"),
    ("master.cf", "postfix", "master"),
    ("dovecot.conf", "dovecot", "main"),
    ("dovecot/conf.d/*.conf", "dovecot", "part"),
    # Wherever a role keeps them.  Others number their files too: lighttpd has a 10-ssl.conf.
    *((f"*dovecot*/**/{name}", "dovecot", "part") for name in DOVECOT_PARTS),
    ("msmtprc", "msmtp", "config"),
    (".msmtprc", "msmtp", "config"),
    ("*.msmtprc", "msmtp", "config"),
    ("msmtp/config", "msmtp", "config"),
    ("config-v1.1.xml", "autoconfig", "config"),
    # Thunderbird's provider database, and the folder of an installation that stands before it.
    ("ispdb/*.xml", "autoconfig", "config"),
    ("thunderbird/isp/*.xml", "autoconfig", "config"),
)

# Names that may mean something else elsewhere, so that how the file begins decides as well: what
# docker-mailserver calls the settings that it adds to its own files, and what Mail-in-a-Box calls
# what it serves as config-v1.1.xml.
BY_CONTENT: tuple[tuple[str, str, str], ...] = (
    ("postfix-main.cf", "postfix", "override"),
    ("dovecot.cf", "dovecot", "part"),
    ("*autoconfig*.xml", "autoconfig", "config"),
)

# How every file ends that fits any of them: of most files of a repository nothing else is asked.
_ENDINGS = tuple({pattern.rpartition("*")[2] for pattern, _name, _role in FILES})

# Where a program's name and ``.conf`` is what another program knows of it: ``fail2ban/filter.d``,
# ``logwatch/conf/services``.
OTHERS: tuple[tuple[str, str], ...] = (
    ("dovecot.conf", ".d"),
    ("dovecot.conf", "conf/services"),
)

# Files that may be part of another one, where that is there: what they are called, their role, and
# the other's path from their folder.
PARTS: tuple[tuple[str, str, str, str], ...] = (
    ("conf.d/*.conf", "dovecot", "part", "../dovecot.conf"),
    ("*.conf", "dovecot", "beside", "dovecot.conf"),
)


def names() -> list[str]:
    """The formats' names, in the order of the table."""
    return list(LOADERS)


def load(name: str) -> Format:
    """The format's module; ``KeyError`` where there is none of that name."""
    module: Format = LOADERS[name]()
    return module


def roles(name: str) -> tuple[str, ...]:
    """The roles that files of a format have, in the order of the tables."""
    rows = (*FILES, *BY_CONTENT)
    return tuple(dict.fromkeys(role for _pattern, owner, role in rows if owner == name))


def check(said: str) -> None:
    """Raise ``MailwardenError`` for a format, or a file of a format, that there is not."""
    known = {*LOADERS, *(f"{name}/{role}" for name in LOADERS for role in roles(name))}
    if said not in known:
        raise MailwardenError(f"no format {said}: known are {', '.join(sorted(known))}")


def kind(
    path: str, policy: Policy, said: str = "", source: Source | None = None
) -> tuple[str, str] | None:
    """Format and role of a file; ``None`` where it is none to check."""
    return look(path, policy, said, source).kind


def look(
    path: str,
    policy: Policy,
    said: str = "",
    source: Source | None = None,
    beside: bool = True,
) -> Look:
    """What a file is: to be read, passed over for a reason, or none of ours.

    What a caller says of it (``--as``) goes first, then the policy, then its name, and with a
    source at last what lies ``beside`` it, if that is asked, and how it begins.
    """
    said = said or policy.format_of(path)
    if said:
        return Look(named(said, path))
    if policy.disowns(path):
        return NONE_OF_OURS
    known = recognise(path)
    if known is not None or source is None:
        return Look(known)
    if not (".c" in path or "msmtprc" in path or "config-v1.1" in path or ".xml" in path):
        # Nothing of the name: most files of a repository.
        return NONE_OF_OURS
    known = part(path, source) if beside else None
    if known is not None:
        return Look(known)
    from . import other_names

    return Look(*other_names.look(path, source))


def recognise(path: str) -> tuple[str, str] | None:
    """The format and the role of a file, judged by its path alone; ``None`` where none fits."""
    if not path.endswith(_ENDINGS):
        return None
    for pattern, name, role in FILES:
        if _fits(pattern, path) and not _is_of_another(pattern, path):
            return name, role
    return None


def _is_of_another(pattern: str, path: str) -> bool:
    """Whether a file that fits a pattern lies in a folder of another program's."""
    folder = path.rpartition("/")[0]
    return any(pattern == one and folder.endswith(end) for one, end in OTHERS)


def part(path: str, source: Source) -> tuple[str, str] | None:
    """The format and the role of a file that is part of another one; ``None`` where none is."""
    for pattern, name, role, other in PARTS:
        if _fits(pattern, path):
            located = source.locate(other, path)
            if located is not None and recognise(located) and source.exists(located):
                return name, role
    return None


def _fits(pattern: str, path: str) -> bool:
    """Whether a path ends in a pattern; a ``*`` in it stands for the beginning of a name.

    ``*word*/**/`` before it wants a folder above, at any depth, with the word in its name.
    """
    above, deep, below = pattern.partition("/**/")
    if deep:
        folders = path.rpartition("/")[0].lower()
        return _fits(below, path) and above.strip("*") in folders
    head, star, tail = pattern.rpartition("*")
    if not star:
        return path == pattern or path.endswith("/" + pattern)
    folder, _slash, name = path.rpartition("/")
    return name.endswith(tail) and (not head or f"/{folder}/".endswith("/" + head))


def named(said: str, path: str) -> tuple[str, str]:
    """Format and role of a file that somebody named a format for (``--as postfix``).

    ``said`` is a format, or format and role (``postfix/master``).  Without a role it is the one
    whose usual name is part of the file's (``master.cf.mailhost``), or else the format's first.
    """
    name, _slash, role = said.partition("/")
    if role:
        return name, role
    usual = [(pattern, role) for pattern, owner, role in FILES if owner == name]
    base = path.rsplit("/", 1)[-1]
    return name, next((role for pattern, role in usual if pattern in base), usual[0][1])
