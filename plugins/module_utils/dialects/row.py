# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a dialect's row may say: the small language that ``interpreter`` understands.

A row is plain data; its manual is a section of ``docs/formats.md``.  A key is written with dots
(``tls_config.insecure_skip_verify``); of several (a tuple) the first that is set counts.  What is
decided is decided by *rules*: pairs of an outcome and its conditions, all of which must hold; the
first rule that holds counts.  A condition asks for the value of a key: ``True`` or ``False`` (set,
and true or not in the words of the program), ``SET`` or ``None`` (set, or not), a text or several.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern
    from typing import Any, Mapping, NamedTuple, Tuple, Union

    Keys = Union[str, Tuple[str, ...]]
    Wanted = Union[bool, None, str, Tuple[str, ...]]
    Rules = Tuple[Tuple[Any, Mapping[str, Wanted]], ...]
else:
    from ..tuples import NamedTuple

SET = "@set"
# Names in conditions that are no keys: the port and the scheme as they are written, what the rules
# for the mode have decided, the version from which on or before which a rule holds.
PORT, SCHEME, MODE = "@port", "@scheme", "@mode"
SINCE, BEFORE = "@since", "@before"
# The two keys are in this order in the file, or the second is missing.
BEHIND = "@behind"
# How keys compare: as they are, in any case (texts in conditions as well), a key with dots as keys
# within each other, as variables (in any case, with ``_`` for a dot and nothing for a dash).
EXACT, FOLDED, DOTTED, VARIABLES = "exact", "folded", "dotted", "variables"
# How the host is written: alone, with a port, with a port that counts if it is behind the key of
# the port, or as a URL (a bare one has the scheme that the client names).
ALONE, WITH_PORT, BY_ORDER, URL = "alone", "with port", "by order", "url"
# Names of files of variables: ``.env``, ``web.env``, ``.env.web``, ``env.web``, ``env``.
ENV = (".env", ".env.*", ".env-*", ".env_*", "/env", "/env.*", "/env_*")
# Rules for what needs none.
ALWAYS: Rules = ((True, {}),)
NEVER: Rules = ((False, {}),)
FULL: Rules = (("full", {}),)


class Truth(NamedTuple):
    """What a program takes for true and false.

    ``other`` is what every further value means to it; ``None``: it refuses them.  ``null`` are
    values that count as not set.  In JSON, TOML and YAML quotes make a text of each.
    """

    yes: tuple[str, ...]
    no: tuple[str, ...] = ()
    other: bool | None = False
    null: tuple[str, ...] = ("",)


class Elsewhere(NamedTuple):
    """Files beside the one that is read which may say otherwise, and how: the words in them."""

    files: tuple[str, ...]
    words: tuple[str, ...]


class Client(NamedTuple):
    """One client, or one for each item of a list, and where its settings are.

    ``root`` is what its keys begin with (``smtp.``, ``MAIL_``); a part ``*`` of it stands for every
    name or number, each a client.  What is not set there is looked for under ``shared``.  Without a
    host there is no client, unless the program has a ``default_host``; ``when`` says whether it
    connects at all.  ``ports`` are the defaults.  ``login`` and ``plaintext``: whether it
    authenticates, and whether it hands over the secret itself without TLS if a server asks for
    that.  ``unusable``: the reason why it never comes to connect.
    """

    host: Keys
    modes: Rules
    login: Rules
    root: str = ""
    shared: str = ""
    written: str = ALONE
    scheme: str = ""
    default_host: str = ""
    when: Rules = ALWAYS
    port: Keys = ()
    ports: Rules = ((25, {}),)
    plaintext: Rules = ALWAYS
    verified: Rules = FULL
    unusable: Rules = ()
    protocol: str = "smtp"


class Dialect(NamedTuple):
    """An application whose mail settings are a few keys in a general file type.

    ``files`` are names that no other program uses, or, if it does, ``sign`` stands in the file;
    ``maybe`` are names of which ``content`` decides: words that all stand in it, or with ``|`` one
    of several.  ``expressions`` are the program's own, which look like a template's.  Of a row
    whose facts are only ``remembered`` nothing is more than a warning; where they come from stands
    in its manual.  ``reader`` is what reads the file unless its name says JSON, TOML, YAML or
    properties; ``variant`` is the reader's name for the program's own way.  ``keys`` is how keys
    compare.  ``references`` is the pattern of what the program replaces itself: a name, and its
    default or nothing.  ``profiles``: a file ``NAME-PROFILE`` goes before those called ``NAME``
    beside it.  ``alive``: the oldest version that a program is taken for if nobody names an older
    one.  The rest is for the catalogue.
    """

    name: str
    title: str
    clients: tuple[Client, ...]
    truth: Truth
    reader: str = ""
    variant: str = "DEFAULT"
    files: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    sign: str = ""
    expressions: Pattern[str] | None = None
    paths: tuple[str, ...] = ()
    keys: str = EXACT
    references: Pattern[str] | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    profiles: str = ""
    program: str = ""
    versions: tuple[str, ...] = ()
    alive: str = ""
    tells_version: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ("#",)
    trailing_comments: bool = False
    remembered: bool = False


def in_variables(row: Dialect, begin: str, host: str) -> Dialect:
    """The same application, set up by environment variables that stand in a file of their own.

    What switches mail on may stand elsewhere; a variable that switches it off counts.
    """
    return row._replace(
        name=f"{row.name}-variables",
        title=f"{row.title}: variables",
        clients=tuple(
            client._replace(root=begin, when=_unless_off(client.when)) for client in row.clients
        ),
        reader="dotenv",
        variant="COMPOSE",
        files=(),
        maybe=ENV,
        content=(begin + host,),
        paths=(),
        keys=VARIABLES,
        profiles="",
        references=None,
        comments=("#",),
        trailing_comments=True,
    )


def _unless_off(when: Rules) -> Rules:
    """The rules, but true where nothing is said of the key that the last of them ask for."""
    switch = when[-2][1] if len(when) > 1 else {}
    return (*when[:-2], *((False, {key: False}) for key in switch), *ALWAYS)


def given(*keys: str) -> Rules:
    """Rules that are true if all of the keys are set."""
    return ((True, dict.fromkeys(keys, SET)), (False, {}))


def true(key: str) -> Rules:
    """Rules that are true if the key is true."""
    return ((True, {key: True}), (False, {}))


def unless(key: str) -> Rules:
    """The rules for a certificate that is checked in full unless a key is true."""
    return (("none", {key: True}), *FULL)
