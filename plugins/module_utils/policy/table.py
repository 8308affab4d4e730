# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a policy may say: one table of keys, from which everything else is made.

Validation (``check``), the JSON Schema and the documentation all walk this table, so a key
that is in it is checked, described and published, and one that is not is refused.
"""

from __future__ import annotations

from ..rule_table import LEVELS, MANDATORY, PROFILES, RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    from ..tuples import NamedTuple

PROTOCOLS = ("smtp", "submission", "imap", "pop3", "lmtp", "managesieve")
MODES = ("none", "starttls-optional", "starttls-required", "implicit")
# Both of these are about what could not be read: such a file is left out by name, not ignored.
NEVER_IGNORED = ("syntax-error", "unreadable")


class Kind(NamedTuple):
    """What a value may be.

    ``form`` is one of ``text flag choice port date version path target network address host
    endpoint format owner placeholder program
    list map record either``.  ``of`` is the kind of a list's or a map's
    values, ``names`` that of a map's keys; a record has ``keys``, a choice ``values``, and
    ``either`` several ``kinds``.
    """

    form: str
    values: tuple[str, ...] = ()
    of: Kind | None = None
    names: Kind | None = None
    keys: tuple[Key, ...] = ()
    kinds: tuple[Kind, ...] = ()
    default: Any = None


class Key(NamedTuple):
    """One key of a mapping."""

    name: str
    kind: Kind
    meaning: str
    default: Any = None
    required: bool = False


TEXT = Kind("text")
FLAG = Kind("flag")
PORT = Kind("port")
PATH = Kind("path")
LEVEL = Kind("choice", LEVELS)


def choice(*values: str) -> Kind:
    """One of these words."""
    return Kind("choice", values)


def listed(kind: Kind) -> Kind:
    """A list of values of one kind."""
    return Kind("list", of=kind)


def one_or_more(kind: Kind) -> Kind:
    """A value, or a list of such."""
    return Kind("either", kinds=(kind, listed(kind)))


def record(*keys: Key) -> Kind:
    """A mapping with these keys and no others."""
    return Kind("record", keys=keys)


def mapping(names: Kind, of: Kind) -> Kind:
    """A mapping from any name of a kind to values of a kind."""
    return Kind("map", of=of, names=names)


def _option_kind(option: tuple[Any, ...]) -> Kind:
    if len(option) > 2:
        return Kind("choice", tuple(option[2]))
    if isinstance(option[0], bool):
        return FLAG
    return listed(TEXT) if isinstance(option[0], (list, tuple)) else TEXT


def _rule_key(name: str) -> Key:
    rule = RULES[name]
    level = Kind("choice", LEVELS[1:]) if name in MANDATORY else LEVEL
    options = [
        Key(option, _option_kind(fact), str(fact[1]), fact[0])
        for option, fact in rule.options.items()
    ]
    detailed = record(Key("level", level, "how loudly the rule speaks"), *options)
    either = Kind("either", kinds=(level, detailed))
    return Key(name, either, f"docs/rules/{name}.md", rule.default)


RULE_LEVELS = record(*(_rule_key(name) for name in sorted(RULES)))
IGNORED_RULE = choice(*(name for name in sorted(RULES) if name not in NEVER_IGNORED))

PORT_ENTRY = record(
    Key("port", PORT, "the port's number", required=True),
    Key("protocol", choice(*PROTOCOLS), "what is spoken there", required=True),
    Key("tls", one_or_more(choice(*MODES)), "the TLS mode or modes that are right", required=True),
    Key("who", choice("both", "server", "local"), "`server`: clients do not submit there; "
        "`local`: not for networks", "both"),
    Key("deprecated", FLAG, "whether the port is on its way out", False),
)  # fmt: skip

PROVIDER = record(
    Key("hosts", listed(Kind("host")), "host names; `*.example.org` is every name below",
        required=True),
    Key("ports", listed(record(*PORT_ENTRY.keys[:3])), "the ports that it offers", required=True),
    Key("complete", FLAG, "whether it offers no others: dialling one is then an error", True),
)  # fmt: skip

IGNORE_ENTRY = record(
    Key("rule", one_or_more(IGNORED_RULE), "the rule, or rules, whose findings are not counted",
        required=True),
    Key("path", one_or_more(PATH), "files that fit; `**` goes across folders, `*` does not"),
    Key("endpoint", Kind("endpoint"), "only for the endpoint of this id; `*` is any text"),
    Key("reason", TEXT, "why; shown with every finding that is ignored", required=True),
    Key("until", Kind("date"), "the last day on which it counts (2027-01-31)"),
)  # fmt: skip

FILE_ENTRY = record(
    Key("format", Kind("owner"), "the format, or both (`postfix/master`); `none`: it bears a "
        "configuration's name and is none to check", required=True),
    Key("with", PATH, "the file that it is read together with: which `main.cf` belongs to which "
        "`master.cf`"),
    Key("reason", TEXT, "why; wanted with `none`"),
)  # fmt: skip

OVERRIDE = record(
    Key("path", one_or_more(PATH), "the files that it is for", required=True),
    Key("profile", choice(*PROFILES), "the profile that counts there"),
    Key("rules", RULE_LEVELS, "levels and options that count there"),
)

INTERNAL = record(
    Key("ports", listed(PORT), "ports of our own servers that strangers cannot reach", []),
    Key("addresses", listed(Kind("address")), "addresses that strangers cannot reach", []),
    Key("hosts", listed(Kind("host")), "host names that are reached without crossing a foreign "
        "network; `*.lan` is every name below", []),
    Key("networks", listed(Kind("network")), "networks that strangers cannot reach", []),
)  # fmt: skip

KEYS: tuple[Key, ...] = (
    Key("profile", choice(*PROFILES),
        "`default`; `strict`: RFC 8314 in full, possible findings count; `legacy`: what may be "
        "tolerated while migrating", "default"),
    Key("rules", RULE_LEVELS, "level per rule (`off`, `note`, `warning`, `error`), or a mapping "
        "with `level` and the rule's options", {}),
    Key("overrides", listed(OVERRIDE), "other levels for some paths; the last that fits wins", []),
    Key("ignore", listed(IGNORE_ENTRY), "findings that are known and not counted", []),
    Key("internal", INTERNAL, "what strangers cannot reach; rules about crossing a network do not "
        "apply to it", {}),
    Key("public_mx", FLAG, "whether the servers on port 25 take mail from everybody for their "
        "domains; not said: such findings are `possible` only"),
    Key("ports", listed(PORT_ENTRY), "additions to the port table; an entry for a port and "
        "protocol that it has takes the place of its own", []),
    Key("providers", mapping(TEXT, Kind("either", kinds=(FLAG, PROVIDER))),
        "`true`: a known provider's ports count whatever the host is called; `false`: it is not "
        "looked at; a mapping: one of your own", {}),
    Key("programs", mapping(Kind("program"), Kind("version")),
        "versions of the programs, in quotes (`\"3.10\"`), where they change meanings; on a host "
        "what its own programs say goes first", {}),
    Key("roots", mapping(PATH, Kind("target")),
        "folders here and the absolute paths that they become on the host, for which the policy's "
        "paths hold too", {}),
    Key("placeholders", listed(Kind("placeholder")),
        "further forms of what is filled in when a file is installed, with `NAME` for the name "
        "(`[[NAME]]`); what has such a form is undecided by its name", []),
    Key("files", mapping(PATH, Kind("either", kinds=(Kind("format"), FILE_ENTRY))),
        "what a file is where its name does not show it, and which files belong together", {}),
)  # fmt: skip
POLICY = Kind("record", keys=KEYS)
