# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose the chains are: those of iptables, firewalld and ufw are left to their own backends."""

from __future__ import annotations

from ..errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

    from .points import Point
    from .ruleset import Chain, Ruleset

BACKENDS = ("nftables",)
# Names the tables of the old iptables, which nft does not see; one line each.
LEGACY = ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names")


def check(backend: str, ruleset: Ruleset, points: Iterable[Point], legacy: Iterable[str]) -> None:
    """Raises ``MailwardenError`` where rules would have to go into what is not ours to change.

    In: the backend that is asked for, the points in the chains, the names of the tables that the
    old iptables has.
    """
    if backend not in ("auto", *BACKENDS):
        raise MailwardenError(f"backend: {backend} is not supported yet, only nftables is")
    if ("inet", "firewalld") in ruleset.tables:
        raise MailwardenError(
            "firewalld filters on this host (table inet firewalld); its backend is not supported"
            " yet"
        )
    if "filter" in legacy:
        raise MailwardenError(
            "iptables-legacy has a table filter, which nft cannot see; its backend is not"
            " supported yet (if nothing uses it: modprobe -r iptable_filter ip6table_filter)"
        )
    for point in points:
        _check_chain(ruleset, point.chain)


def _check_chain(ruleset: Ruleset, chain: Chain) -> None:
    if by_iptables(ruleset, chain):
        ufw = any(one.name.startswith("ufw") for one in ruleset.foreign())
        raise MailwardenError(
            "chain {} filters and was made by iptables-nft{}; the backend {} is not supported"
            " yet".format(chain.shown, " for ufw" if ufw else "", "ufw" if ufw else "iptables")
        )
    if "owner" in ruleset.flags.get((chain.family, chain.table), ()):
        raise MailwardenError(
            f"chain {chain.shown} filters, and its table belongs to a running program alone (flag"
            " owner)"
        )


def by_iptables(ruleset: Ruleset, chain: Chain) -> bool:
    """Whether iptables-nft takes a chain's table for its own.

    It goes by the names alone; and only iptables-nft makes rules that nft cannot show (``xt``).
    """
    if chain.family not in ("ip", "ip6"):
        return False
    table = (chain.family, chain.table)
    if chain.table == "filter" and (*table, "INPUT") in ruleset.chains:
        return True
    return any(
        "xt" in one
        for other in ruleset.foreign()
        if (other.family, other.table) == table
        for rule in other.rules
        for one in rule.expr
    )


def legacy_tables() -> list[str]:
    """The tables that the old iptables has in this network namespace."""
    found: list[str] = []
    for path in LEGACY:
        try:
            with open(path, encoding="ascii") as file:
                found += file.read().split()
        except OSError:
            # The module is not loaded: there is none.
            continue
    return found
