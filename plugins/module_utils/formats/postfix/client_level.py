# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which TLS level smtp(8) and lmtp(8) use for a next hop, and what that level asks for.

Source: smtp_tls_policy.c and smtp.c of Postfix 3.4 to 3.11; TLS_README.
"""

from __future__ import annotations

from ...endpoint import Setting, Value, causes, default
from ...patterns import lazy
from ...text import Undecided
from . import lookups
from .parameters import PROGRAM, compatibility_level, split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple, Sequence

    from .destinations import Destination
    from .lookups import Entry, Table
    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

# From the weakest to the strongest: what is behind another contains it.
LEVELS = ("none", "may", "encrypt", "fingerprint", "dane", "dane-only", "verify", "secure")
ENCRYPT = LEVELS.index("encrypt")
# What a policy may say behind its level, and how often.
ATTRIBUTES = {
    "ciphers": False,
    "protocols": False,
    "servername": False,
    "match": True,
    "exclude": False,
    "tafile": True,
    "connection_reuse": True,
    "enable_rpk": True,
    "policy_type": False,
    "policy_domain": False,
    "policy_string": True,
    "policy_ttl": False,
    "policy_failure": False,
    "mx_host_pattern": True,
}
_CERTIFIED = ("verify", "secure")
_PER_SITE = {"none": "none", "may": "may", "must_nopeermatch": "encrypt", "must": "verify"}
# The order in which two answers of the older tables count.
_PER_SITE_ORDER = ("may", "none", "encrypt", "verify")
_HOST = lazy(r"[\w.-]+\Z")


class Level(NamedTuple):
    """A level, open where ``level`` is undecided; ``broken`` is why no connection is made.

    ``protocols`` and ``trust`` are what a policy says about versions and certificates itself.
    """

    level: str | Undecided
    causes: tuple[Setting, ...]
    broken: str = ""
    protocols: str | None = None
    matches: bool = False
    trust: bool = False


def overall(parameters: Parameters, prefix: str) -> Level:
    """The level for next hops that no table names."""
    value, why = parameters.value(prefix + "_tls_security_level")
    if isinstance(value, Undecided):
        return Level(value, why)
    if not value and not parameters.is_set(prefix + "_tls_security_level") and prefix == "smtp":
        modern = _modern(parameters)
        if modern is not None:
            return modern
    if value:
        level = value.lower()
        if level in LEVELS:
            return Level(level, why)
        return Level(level, why, f"invalid TLS level: {value}")
    return _legacy(parameters, prefix, why)


def _modern(parameters: Parameters) -> Level | None:
    """What 3.11 takes by default where the compatibility level is its own."""
    level = compatibility_level(parameters)
    _value, why = parameters.value("compatibility_level")
    if isinstance(level, Undecided):
        return Level(level, why) if parameters.assume.since(PROGRAM, "3.11") else None
    if level < (3, 11) or not parameters.assume.since(PROGRAM, "3.11"):
        return None
    reason = "since 3.11 with that compatibility_level"
    return Level("may", causes(why, (default(PROGRAM, "smtp_tls_security_level", "may", reason),)))


def _legacy(parameters: Parameters, prefix: str, why: Sequence[Setting]) -> Level:
    """The settings that the level replaced, which count where it is empty."""
    enforce = parameters.flag(prefix + "_enforce_tls")
    names = parameters.flag(prefix + "_tls_enforce_peername")
    use = parameters.flag(prefix + "_use_tls")
    steps = (
        (enforce, names, "verify"),
        (enforce, Value(True), "encrypt"),
        (use, Value(True), "may"),
    )
    for first, second, level in steps:
        unknown = [one for one in (first, second) if isinstance(one.value, Undecided)]
        if first.value is False or second.value is False:
            continue
        if unknown:
            depends = [name for one in unknown for name in one.value.depends_on]
            return Level(Undecided(*depends), causes(why, first.causes, second.causes))
        return Level(level, causes(why, second.causes, first.causes))
    return Level("none", tuple(why))


def chosen(
    parameters: Parameters,
    prefix: str,
    destination: Destination,
    tables: Sequence[Table],
    per_site: Sequence[Table],
) -> Level:
    """The level for one next hop: a policy for it beats the overall level in both directions."""
    level = overall(parameters, prefix)
    if tables:
        answer = asked(tables, destination)
        if isinstance(answer, Undecided):
            return Level(answer, _why(parameters, prefix + "_tls_policy_maps"))
        if answer is not None:
            entry = _policy(answer)
            return entry._replace(
                causes=causes(_why(parameters, prefix + "_tls_policy_maps"), entry.causes)
            )
    elif per_site:
        return _site(level, per_site, destination)
    return level


def _why(parameters: Parameters, name: str) -> tuple[Setting, ...]:
    _value, why = parameters.pieces(name)
    return why


def asked(tables: Sequence[Table], destination: Destination) -> Entry | Undecided | None:
    """What the tables answer for a next hop: as it is spelled, for a bare domain its parents too.

    Mail to the domains of others stands for those that no table names.
    """
    if not destination.spelled:
        known = [table for table in tables if table.unknown is None]
        answer = lookups.find(known, "")
        return None if isinstance(answer, Undecided) else answer
    for key in keys(destination.spelled):
        answer = lookups.find(tables, key)
        if answer is not None:
            return answer
    return None


def keys(spelled: str) -> Iterator[str]:
    """The keys that a next hop is looked up by."""
    yield spelled
    at = spelled.find(".", 1) if _HOST.match(spelled) else -1
    while at >= 0:
        yield spelled[at:]
        at = spelled.find(".", at + 1)


def _policy(entry: Entry) -> Level:
    """A policy's level and attributes; one that is wrong keeps Postfix from connecting."""
    why = (entry.setting,)
    if isinstance(entry.value, Undecided):
        return Level(entry.value, why)
    words = split_list(entry.value, braces=True)
    if not words or words[0].lower() not in LEVELS:
        shown = words[0] if words else ""
        return Level(shown, why, f'invalid TLS level "{shown}" in the policy')
    level = words[0].lower()
    if level == "none":
        return Level(level, why)
    found: list[tuple[str, str]] = []
    for word in words[1:]:
        body = word[1:-1] if word.startswith("{") and word.endswith("}") else word
        name, equals, value = (part.strip() for part in body.partition("="))
        if not equals or not _attribute_fits(name.lower(), value, level, found):
            return Level(level, why, 'the policy\'s attribute "%s" is wrong there' % (name or word))
        found.append((name.lower(), value))
    said = dict(found)
    return Level(level, why, "", said.get("protocols"), "match" in said, "tafile" in said)


def _attribute_fits(name: str, value: str, level: str, found: list[tuple[str, str]]) -> bool:
    if name not in ATTRIBUTES:
        return False
    if not ATTRIBUTES[name] and any(name == other for other, _value in found):
        return False
    if name == "match":
        return bool(value) and level in (*_CERTIFIED, "fingerprint")
    if name == "tafile":
        return bool(value) and level in _CERTIFIED
    return bool(value) or name not in ("ciphers", "servername")


def _site(overall_level: Level, tables: Sequence[Table], destination: Destination) -> Level:
    """The older tables, which know next hops and host names alike."""
    best = ""
    why: tuple[Setting, ...] = ()
    for key in dict.fromkeys((destination.spelled, destination.host)):
        answer = lookups.find(tables, key)
        if answer is None:
            continue
        if isinstance(answer, Undecided):
            return Level(answer, ())
        if isinstance(answer.value, Undecided):
            return Level(answer.value, (answer.setting,))
        said = _PER_SITE.get(str(answer.value).lower())
        if said is None:
            return Level("", (answer.setting,), f'unknown TLS policy "{answer.value}"')
        if not best or _PER_SITE_ORDER.index(said) > _PER_SITE_ORDER.index(best):
            best, why = said, (answer.setting,)
    if not best:
        return overall_level
    stronger = isinstance(overall_level.level, str) and overall_level.level not in ("none", "may")
    if best == "may" and (stronger or isinstance(overall_level.level, Undecided)):
        return overall_level
    return Level(best, causes(overall_level.causes, why))


def rank(level: str) -> int:
    """A level's place in the order; whatever is unknown is before all."""
    return LEVELS.index(level) if level in LEVELS else -1
