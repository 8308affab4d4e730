# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tables say about the TLS of next hops: ``smtp_tls_policy_maps``, ``smtp_tls_per_site``.

Loaded where a configuration names such a table.

Source: smtp_tls_policy.c of Postfix 3.4 to 3.11; TLS_README.
"""

from __future__ import annotations

from ...endpoint import Remark
from ...patterns import lazy
from ...text.values import Undecided, causes
from . import lookups
from .client_level import LEVELS, Level
from .macros import MARK
from .parameters import split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ...text.budget import Budget
    from ...text.values import Setting
    from .destinations import Destination
    from .entries import Entry
    from .lookup_tables import Table
    from .parameters import Parameters

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
# What valid_hostname() takes; no longer name has parents (VALID_HOSTNAME_LEN, RFC 1035).
_HOST = lazy(r"[\w.-]{1,255}\Z")


def by_policy(
    overall: Level,
    parameters: Parameters,
    prefix: str,
    destination: Destination,
    tables: Sequence[Table],
) -> Level:
    """The level for a next hop, where there are policies for some."""
    answer = asked(tables, destination, parameters.assume.budget)
    if answer is None:
        return overall
    _value, why = parameters.pieces(prefix + "_tls_policy_maps")
    if isinstance(answer, Undecided):
        return Level(answer, why)
    entry = _policy(answer)
    return entry._replace(causes=causes(why, entry.causes))


def asked(
    tables: Sequence[Table], destination: Destination, budget: Budget
) -> Entry | Undecided | None:
    """What the tables answer for a next hop: as it is spelled, for a bare domain its parents too.

    Mail to the domains of others stands for those that no table names.
    """
    if not destination.spelled:
        known = [table for table in tables if table.unknown is None]
        answer = lookups.find(known, "", budget)
        return None if isinstance(answer, Undecided) else answer
    for key in keys(destination.spelled):
        answer = lookups.find(tables, key, budget)
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
    if entry.fault:
        return Level("", why, entry.fault)
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
            return Level(level, why, _wrong_attribute(name or word, bool(equals)))
        found.append((name.lower(), value))
    said = dict(found)
    return Level(level, why, "", said.get("protocols"), "match" in said, "tafile" in said)


def _wrong_attribute(name: str, assigned: bool) -> str:
    if assigned:
        return f"the policy's attribute {name} is wrong there"
    return f"{name} is no attribute of a policy (colons separate a list: protocols=!SSLv2:!SSLv3)"


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


def per_site(
    overall: Level, tables: Sequence[Table], destination: Destination, budget: Budget
) -> Level:
    """The older tables, which know next hops and host names alike."""
    best = ""
    why: tuple[Setting, ...] = ()
    for key in dict.fromkeys((destination.spelled, destination.host)):
        answer = lookups.find(tables, key, budget)
        if answer is None:
            continue
        if isinstance(answer, Undecided):
            return Level(answer, ())
        if answer.fault:
            return Level("", (answer.setting,), answer.fault)
        if isinstance(answer.value, Undecided):
            return Level(answer.value, (answer.setting,))
        said = _PER_SITE.get(str(answer.value).lower())
        if said is None:
            return Level("", (answer.setting,), f'unknown TLS policy "{answer.value}"')
        if not best or _PER_SITE_ORDER.index(said) > _PER_SITE_ORDER.index(best):
            best, why = said, (answer.setting,)
    if not best:
        return overall
    stronger = isinstance(overall.level, str) and overall.level not in ("none", "may")
    if best == "may" and (stronger or isinstance(overall.level, Undecided)):
        return overall
    return Level(best, causes(overall.causes, why))


def is_domain(entry: Entry) -> bool:
    """Whether the key is a domain, or a parent of domains, and no next hop of a relay."""
    if entry.pattern or not isinstance(entry.key, str) or not entry.key:
        return False
    return not entry.key.startswith(("[", "/")) and ":" not in entry.key


def unmatched(tables: Sequence[Table], destinations: Sequence[Destination]) -> Iterator[Remark]:
    """Keys of policy tables that no next hop is ever looked up by.

    A next hop is looked up as it is spelled, brackets and port included; only a bare domain is
    looked up by its parents too.
    """
    if any(MARK in one.spelled for one in destinations):
        return
    hops = [one for one in destinations if not one.lookup or one.host]
    asked = {key.lower() for one in hops for key in keys(one.spelled)}
    anybody = len(hops) < len(destinations)
    shown = ", ".join(sorted({one.spelled for one in hops})) or "the domains of recipients"
    for table in tables:
        # Where every lookup fails, it is not for a key.
        for entry in () if table.fault is not None else table.entries:
            if entry.pattern or not isinstance(entry.key, str) or table.kind in ("static", "cidr"):
                continue
            key = entry.key.lower()
            if key in asked or (anybody and is_domain(entry)):
                continue
            message = f"no next hop is spelled {entry.key}: Postfix looks up {shown}"
            yield Remark("setting-ineffective", message, entry.setting)
