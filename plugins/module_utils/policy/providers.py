# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Providers as a policy has them: those that it names, its own, and the known ones.

``said`` is the policy's ``providers``: a name alone, ``false``, or what a provider of one's own
offers.
"""

from __future__ import annotations

from ..addresses import host_matches
from ..providers import PROVIDERS, Provider
from .entries import several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping


def named(said: Mapping[str, Any]) -> list[tuple[str, Provider]]:
    """The providers that the policy names, each with what it offers."""
    names = [name for name, one in said.items() if one is not False]
    return [(name, row) for name in names for row in _rows(said, name)]


def of_host(said: Mapping[str, Any], host: str) -> list[tuple[str, Provider]]:
    """The providers that a host belongs to, with what that host offers."""
    # One's own go before the known ones of the same name.
    names = [name for name, one in said.items() if isinstance(one, dict)]
    names += [name for name in PROVIDERS if name not in names]
    return [
        (name, row)
        for name in names
        if said.get(name) is not False
        for row in _rows(said, name)
        if host_matches(host, row.hosts)
    ]


def _rows(said: Mapping[str, Any], name: str) -> tuple[Provider, ...]:
    own = said.get(name)
    if not isinstance(own, dict):
        return PROVIDERS[name]
    offers = tuple((one["protocol"], one["port"], several(one["tls"])) for one in own["ports"])
    return (Provider(tuple(own["hosts"]), offers, own.get("complete", True)),)
