# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The catalogue: one row a format, and which file belongs to which.

What the command, the module, the policy and the documentation know of a format is made from its
row.  What its files mean is in its module, which the row loads: ``formats`` says what that offers.

The table is written out, and every loader names its module in an ``import`` statement: Ansible
ships to a managed node what such statements name, and nothing else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from re import Pattern
    from typing import Any, NamedTuple, Protocol

    from ..formats import Format
    from ..source import Source

    class Owners(Protocol):
        """What a policy says of whose a file is."""

        def format_of(self, path: str) -> str: ...

        def disowns(self, path: str) -> bool: ...

else:
    from ..tuples import NamedTuple


class Row(NamedTuple):
    """What is known of a format without loading it.

    ``title``, ``sides``
        its name in a sentence; the sides of a connection that its files define;
    ``program``, ``versions``, ``tells_version``
        the program whose version changes what the files mean, the oldest and the newest series of
        it that the format knows (nothing: none matters), and the command that tells its version;
    ``load``
        gives the module;
    ``files``
        how the paths of its files end, with the role of each.  A file so called is claimed by its
        name: one that cannot be parsed is unread;
    ``borne``
        names that a file may bear with something before or behind it (``main.cf.web1``), each with
        the name that tells what it then is.  How such a file begins decides as well;
    ``maybe``, ``content``
        names that may mean something else elsewhere, so that how the file begins decides as well;
        of a dialect they are endings, or with a ``*`` beginnings (``claims``), and what all has to
        stand in the file decides;
    ``sign``, ``expressions``
        of a dialect, a word that stands in each of its ``files``, where others have such names too,
        and what looks like a template's expression there and is the program's own;
    ``hints``
        one of these stands somewhere in each path that ``borne``, ``maybe`` and ``parts`` fit;
    ``parts``
        files that are part of another one, where that is there: what they are called, their role,
        and the other's path from their folder;
    ``foreign``
        names of ``files`` that in a folder of that ending are what another program knows of it;
    ``paths``, ``read_there``
        where the program looks on a host when nobody says where, and what else it reads there;
    ``processes``
        what its processes that listen are called, as the kernel shows them;
    ``comments``, ``comment_end``, ``trailing_comments``
        what begins a comment (nothing: the language has none), what ends one where that is not the
        line, and whether one may follow a value on its line;
    ``one_text``
        whether the program reads its files as one text, so that any of them may be to blame for any
        endpoint.
    """

    name: str
    title: str
    program: str
    sides: tuple[str, ...]
    load: Callable[[], Any]
    files: tuple[tuple[str, str], ...]
    versions: tuple[str, ...] = ()
    tells_version: tuple[str, ...] = ()
    borne: tuple[tuple[str, str], ...] = ()
    maybe: tuple[tuple[str, str], ...] = ()
    content: tuple[str, ...] = ()
    sign: str = ""
    expressions: Pattern[str] | None = None
    hints: tuple[str, ...] = ()
    parts: tuple[tuple[str, str, str], ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()
    read_there: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ("#",)
    comment_end: str = ""
    trailing_comments: bool = False
    one_text: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that its files have, in the order of the row."""
        return tuple(dict.fromkeys(role for _pattern, role in (*self.files, *self.maybe)))


class Look(NamedTuple):
    """What a file is: the formats that claim it, each with its role, where it is to be read, else
    why it is passed over.  Both are empty for a file that is none of ours.

    ``by_content`` are the formats for which nothing but what the file holds speaks: if it cannot be
    parsed, or is passed over, it may be another program's.
    """

    claims: tuple[tuple[str, str], ...] = ()
    why: str = ""
    by_content: frozenset[str] = frozenset()


NONE_OF_OURS = Look()


def _postfix() -> Any:
    from ..formats import postfix

    return postfix


def _dovecot() -> Any:
    from ..formats import dovecot

    return dovecot


def _msmtp() -> Any:
    from ..formats import msmtp

    return msmtp


def _autoconfig() -> Any:
    from ..formats import autoconfig

    return autoconfig


POSTFIX = Row(
    "postfix",
    "Postfix",
    "postfix",
    ("server", "client"),
    _postfix,
    # Only whole files go by these names.
    files=(("main.cf", "main"), ("master.cf", "master")),
    versions=("3.4", "3.11"),
    # ``-d`` keeps postconf from reading any main.cf.
    tells_version=("postconf", "-dh", "mail_version"),
    borne=(("main.cf", "main.cf"), ("master.cf", "master.cf")),
    # What docker-mailserver calls the settings that it adds to its own files.
    maybe=(("postfix-main.cf", "override"),),
    hints=(".cf",),
    # Folders of further instances follow the manual of postmulti.
    paths=(
        "/etc/postfix/main.cf",
        "/etc/postfix/master.cf",
        "/etc/postfix-*/main.cf",
        "/etc/postfix-*/master.cf",
    ),
    processes=("master", "smtpd", "postscreen"),
)

# What Dovecot calls the files of ``conf.d`` that say who listens, with which TLS and login
# (doc/example-config/conf.d of 2.3, and of Pigeonhole).
_DOVECOT_PARTS = (
    "10-auth.conf",
    "10-master.conf",
    "10-ssl.conf",
    "20-imap.conf",
    "20-lmtp.conf",
    "20-managesieve.conf",
    "20-pop3.conf",
    "20-submission.conf",
)

DOVECOT = Row(
    "dovecot",
    "Dovecot",
    "dovecot",
    ("server", "client"),
    _dovecot,
    files=(
        ("dovecot.conf", "main"),
        ("dovecot/conf.d/*.conf", "part"),
        # Wherever a role keeps them.  Others number their files too: lighttpd has a 10-ssl.conf.
        *((f"*dovecot*/**/{name}", "part") for name in _DOVECOT_PARTS),
    ),
    versions=("2.3", "2.4"),
    tells_version=("dovecot", "--version"),
    borne=(("dovecot.conf", "dovecot.conf"), *((name, name) for name in _DOVECOT_PARTS)),
    # docker-mailserver's name for what it adds.
    maybe=(("dovecot.cf", "part"),),
    hints=(".conf", ".cf"),
    parts=(("conf.d/*.conf", "part", "../dovecot.conf"), ("*.conf", "beside", "dovecot.conf")),
    # ``fail2ban/filter.d``, ``logwatch/conf/services``.
    foreign=(("dovecot.conf", ".d"), ("dovecot.conf", "conf/services")),
    paths=("/etc/dovecot/dovecot.conf",),
    read_there=("/etc/dovecot/local.conf", "/etc/dovecot/conf.d/*.conf"),
    processes=(
        "dovecot",
        "imap-login",
        "pop3-login",
        "submission-login",
        "managesieve-login",
        "lmtp",
    ),
    trailing_comments=True,
    one_text=True,
)

MSMTP = Row(
    "msmtp",
    "msmtp",
    "msmtp",
    ("client",),
    _msmtp,
    files=(
        ("msmtprc", "config"),
        (".msmtprc", "config"),
        ("*.msmtprc", "config"),
        ("msmtp/config", "config"),
    ),
    versions=("1.6", "1.8"),
    tells_version=("msmtp", "--version"),
    borne=(("msmtprc", "msmtprc"),),
    hints=("msmtprc",),
    paths=("/etc/msmtprc", "~/.msmtprc", "~/.config/msmtp/config"),
    processes=("msmtpd",),
)

AUTOCONFIG = Row(
    "autoconfig",
    "Thunderbird's autoconfig",
    "thunderbird",
    ("client",),
    _autoconfig,
    files=(
        ("config-v1.1.xml", "config"),
        # Thunderbird's provider database, and the folder of an installation that stands before it.
        ("ispdb/*.xml", "config"),
        ("thunderbird/isp/*.xml", "config"),
    ),
    borne=(("config-v1.1.xml", "config-v1.1.xml"), ("config-v1.1", "config-v1.1.xml")),
    # What Mail-in-a-Box calls what it serves as config-v1.1.xml.
    maybe=(("*autoconfig*.xml", "config"),),
    hints=("config-v1.1", ".xml"),
    comments=("<!--",),
    comment_end="-->",
    trailing_comments=True,
)

FORMATS: dict[str, Row] = {row.name: row for row in (POSTFIX, DOVECOT, MSMTP, AUTOCONFIG)}

_ROWS_OF_DIALECTS: dict[str, Row] = {}
_FILES = [(pattern, row, role) for row in FORMATS.values() for pattern, role in row.files]
# How every file ends that fits any of them: of most files of a repository nothing else is asked.
_ENDINGS = tuple({pattern.rpartition("*")[2] for pattern, _row, _role in _FILES})
_HINTS = {hint for row in FORMATS.values() for hint in row.hints}


def rows() -> dict[str, Row]:
    """All rows by the names of their formats, in the order of the table."""
    return {**FORMATS, **dialects()}


def dialects() -> dict[str, Row]:
    """The rows of dialects, made of theirs at the first file that no format knows by its name."""
    if not _ROWS_OF_DIALECTS:
        from ..dialects import ROWS
        from .of_dialect import row

        _ROWS_OF_DIALECTS.update((name, row(dialect)) for name, dialect in ROWS.items())
    return _ROWS_OF_DIALECTS


def names() -> list[str]:
    """The formats' names, in the order of the table."""
    return list(rows())


def programs() -> list[str]:
    """The programs whose versions change meanings, in the order of the table."""
    return list(dict.fromkeys(row.program for row in rows().values() if row.program))


def is_program(name: str) -> bool:
    """Whether a program's versions change meanings."""
    return any(row.program == name for row in FORMATS.values()) or name in programs()


def row(name: str) -> Row:
    """A format's row; ``KeyError`` where there is none of that name."""
    return FORMATS.get(name) or dialects()[name]


def load(name: str) -> Format:
    """A format's module; ``KeyError`` where there is none of that name."""
    module: Format = row(name).load()
    return module


def look(
    path: str,
    policy: Owners,
    said: str = "",
    source: Source | None = None,
    beside: bool = True,
) -> Look:
    """What a file is: to be read, passed over for a reason, or none of ours.

    What a caller says of it (``--as``) goes first, then the policy, then its name, and with a
    source at last what lies ``beside`` it, if that is asked, and what it holds.  What is said of a
    file is said of it alone; by its name and what it holds it may be of several dialects.
    """
    said = said or policy.format_of(path)
    if said:
        from .owners import named

        return Look((named(said, path),))
    if policy.disowns(path):
        return NONE_OF_OURS
    made = source.rendered_to(path) if source is not None else ""
    if made:
        # A template whose name says what it becomes.
        found = look(made, policy)
        if found.claims:
            return found
    known = recognise(path)
    if known is None and source is not None and any(hint in path for hint in _HINTS):
        from . import other_names

        known = other_names.part(path, source) if beside else None
        if known is None:
            known, why = other_names.look(path, source)
            if why:
                return Look((), why)
    if known is not None:
        return Look((known,))
    from . import claims

    return claims.look(path, source)


def recognise(path: str) -> tuple[str, str] | None:
    """The format and the role of a file, judged by its path alone; ``None`` where none fits."""
    if not path.endswith(_ENDINGS):
        return None
    for pattern, owner, role in _FILES:
        if fits(pattern, path) and not _is_foreign(owner, pattern, path):
            return owner.name, role
    return None


def _is_foreign(owner: Row, pattern: str, path: str) -> bool:
    """Whether a file that fits a pattern lies in a folder of another program's."""
    folder = path.rpartition("/")[0]
    return any(pattern == known and folder.endswith(end) for known, end in owner.foreign)


def fits(pattern: str, path: str) -> bool:
    """Whether a path ends in a pattern; a ``*`` in it stands for the beginning of a name.

    ``*word*/**/`` before it wants a folder above, at any depth, with the word in its name.
    """
    above, deep, below = pattern.partition("/**/")
    if deep:
        folders = path.rpartition("/")[0].lower()
        return fits(below, path) and above.strip("*") in folders
    head, star, tail = pattern.rpartition("*")
    if not star:
        return path == pattern or path.endswith("/" + pattern)
    folder, _slash, name = path.rpartition("/")
    return name.endswith(tail) and (not head or f"/{folder}/".endswith("/" + head))


def in_order(found: Iterable[str]) -> list[str]:
    """These formats, in the order of the table."""
    wanted = set(found)
    ours = [name for name in FORMATS if name in wanted]
    return ours if len(ours) == len(wanted) else [name for name in names() if name in wanted]
