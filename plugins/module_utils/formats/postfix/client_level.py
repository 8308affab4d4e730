# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which TLS level smtp(8) and lmtp(8) use for a next hop, and what that level asks for.

Source: smtp_tls_policy.c and smtp.c of Postfix 3.4 to 3.11; TLS_README.
"""

from __future__ import annotations

from ...text.values import Setting, Undecided, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from .destinations import Destination
    from .lookup_tables import Table
    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

# From the weakest to the strongest: what is behind another contains it.
LEVELS = ("none", "may", "encrypt", "fingerprint", "dane", "dane-only", "verify", "secure")
ENCRYPT = LEVELS.index("encrypt")


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
    if not value:
        from .no_level import of_client

        return of_client(parameters, prefix, why)
    level = value.lower()
    return Level(level, why, "" if level in LEVELS else f"invalid TLS level: {value}")


def chosen(
    parameters: Parameters,
    prefix: str,
    destination: Destination,
    tables: Sequence[Table],
    per_site: Sequence[Table],
) -> Level:
    """The level for one next hop: a policy for it beats the overall level in both directions."""
    level = overall(parameters, prefix)
    if not tables and not per_site:
        return level
    from . import client_policies

    if tables:
        return client_policies.by_policy(level, parameters, prefix, destination, tables)
    return client_policies.per_site(level, per_site, destination, parameters.assume.budget)


def rank(level: str) -> int:
    """A level's place in the order; whatever is unknown is before all."""
    return LEVELS.index(level) if level in LEVELS else -1


def discards(parameters: Parameters, prefix: str, keyword: str) -> Value:
    """Whether the client ignores that a server offers something (``starttls``, ``auth``)."""
    words, why = parameters.words(prefix + "_discard_ehlo_keywords")
    ignored = [word.lower() for word in words if isinstance(word, str)]
    return Value(keyword in ignored, why)
